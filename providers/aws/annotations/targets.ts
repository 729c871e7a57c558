// Annotations on targets: which nodes are registered, and the attributes of target groups.

import { annotation, attributes, keyValues, text } from '../../../src/schema/index.ts';
import { NLB, PEER_PAGE, STEM } from './words.ts';

/** A label's name with its optional prefix; a label's value. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
const LABEL_KEY = '^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$';
const LABEL_VALUE = '^([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)?$';

export const targets = {
  targetGroupAttributes: annotation(
    attributes(['preserve_client_ip.enabled', 'proxy_protocol_v2.enabled'], ['true', 'false']),
    {
      key: `${STEM}target-group-attributes`,
      defaultText: 'the defaults of AWS',
      example: 'preserve_client_ip.enabled=false,proxy_protocol_v2.enabled=true',
      doc: '`preserve_client_ip.enabled` shows clients by their own address to the targets (AWS needs it for UDP); `proxy_protocol_v2.enabled` puts a proxy protocol header before each connection. Taking a key away brings its default back.',
      appliesTo: NLB,
      elsewhere: { severity: 'error', hint: 'a Classic Load Balancer has no target groups' },
      api: 'ModifyTargetGroupAttributes.Attributes',
      mutable: 'in-place',
      mutableNote: 'The attributes are changed on every target group of the load balancer.',
      risk: 'medium',
      since: '0.1.0',
      synonyms: ['client-ip-preservation', 'source-ip', 'proxy-protocol-v2'],
      source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html',
    },
  ),

  targetNodeLabels: annotation(
    keyValues({
      key: text({ what: 'the name of a label', pattern: LABEL_KEY, max: 317 }),
      value: text({ what: 'the value of a label', pattern: LABEL_VALUE, min: 0, max: 63 }),
      bareKeys: true,
      maxItems: 32,
    }),
    {
      key: `${STEM}target-node-labels`,
      defaultText: 'all eligible nodes',
      example: 'node-role.example.com/edge=true,zone-a',
      doc: 'Only nodes with all these labels are registered. A key alone, or with an empty value, asks that the label be there, whatever its value.',
      api: 'RegisterTargets (NLB), RegisterInstancesWithLoadBalancer (Classic)',
      mutable: 'in-place',
      mutableNote: "Nodes are registered, then others deregistered; a change of a node's labels counts too.",
      risk: 'low',
      since: '0.1.0',
      synonyms: ['node-selector'],
      source: PEER_PAGE,
    },
  ),
} as const;
