// Annotations on pools: how traffic is spread, which nodes are members, and how they are checked.
import {
  annotation,
  boolean,
  choice,
  integer,
  keyValues,
  orBlank,
  type Relation,
  text,
} from '../../../src/schema/index.ts';
import { API_PAGE, IN_PLACE, PEER_PAGE, STEM } from './words.ts';

export const METHODS = ['ROUND_ROBIN', 'LEAST_CONNECTIONS', 'SOURCE_IP', 'SOURCE_IP_PORT'] as const;

/** A label's name with its optional prefix; a label's value. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
const LABEL_KEY = '^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$';
const LABEL_VALUE = '^([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)?$';

/** Labels that a node must have, all of them; a key with an empty value: the label is there. */
export const nodeLabels = () =>
  keyValues({
    key: text({ what: 'the name of a label', pattern: LABEL_KEY, max: 317 }),
    value: text({ what: 'the value of a label', pattern: LABEL_VALUE, min: 0, max: 63 }),
    bareKeys: true,
    maxItems: 32,
  });

export const seconds = () => integer({ min: 1, max: 86_400, unit: 'seconds' });
export const tries = () => integer({ min: 1, max: 10 });

const MONITORED: readonly Relation[] = [
  { field: 'enableHealthMonitor', is: [false], severity: 'warning', because: 'without a monitor nothing is checked' },
];
const MONITOR = {
  mutable: 'in-place',
  mutableNote: 'It is changed on the running monitors.',
  risk: 'low',
  since: '0.1.0',
  conflicts: MONITORED,
  source: API_PAGE,
} as const;

export const pools = {
  lbMethod: annotation(choice(METHODS), {
    key: `${STEM}lb-method`,
    defaultText: '`--openstack-lb-method`',
    example: 'LEAST_CONNECTIONS',
    doc: 'How connections are spread over the nodes. The provider `ovn` has SOURCE_IP_PORT only.',
    api: 'pool.lb_algorithm',
    mutable: 'in-place',
    mutableNote: IN_PLACE,
    risk: 'low',
    since: '0.1.0',
    synonyms: ['algorithm', 'load-balancing-algorithm'],
    source: PEER_PAGE,
  }),

  nodeSelector: annotation(orBlank(nodeLabels()), {
    key: `${STEM}node-selector`,
    defaultText: '`--openstack-node-selector`, else all eligible nodes',
    blank: 'read',
    example: 'node-role.example.com/edge=true,zone-a',
    doc: 'Only nodes with all these labels are members. A key alone, or with an empty value, asks that the label be there, whatever its value. Empty: the option does not count, and all eligible nodes are members.',
    api: 'pool.members',
    mutable: 'in-place',
    mutableNote: "The members are set anew in one call; a change of a node's labels counts too.",
    risk: 'low',
    since: '0.1.0',
    synonyms: ['target-node-labels'],
    source: PEER_PAGE,
  }),

  enableHealthMonitor: annotation(boolean(), {
    key: `${STEM}enable-health-monitor`,
    defaultText: '`--openstack-create-monitor`',
    example: 'true',
    doc: 'Checks the nodes, so that traffic goes to those only that answer. With `externalTrafficPolicy: Local` the check asks the health port of the Service, so that only nodes with a pod of it get traffic (not with the provider `ovn`).',
    api: 'healthmonitor',
    mutable: 'in-place',
    mutableNote: 'Monitors are made or deleted beside the running pools.',
    risk: 'low',
    since: '0.1.0',
    synonyms: ['healthcheck', 'create-monitor'],
    source: PEER_PAGE,
  }),

  healthMonitorDelaySeconds: annotation(seconds(), {
    key: `${STEM}health-monitor-delay`,
    defaultText: '`--openstack-monitor-delay`',
    example: '10',
    doc: 'The time between two checks of a node. For UDP and SCTP ports most clouds refuse less than 3 seconds.',
    api: 'healthmonitor.delay',
    synonyms: ['healthcheck-interval'],
    ...MONITOR,
  }),

  healthMonitorTimeoutSeconds: annotation(seconds(), {
    key: `${STEM}health-monitor-timeout`,
    defaultText: '`--openstack-monitor-timeout`',
    example: '4',
    doc: 'How long a check waits for its answer. It should be shorter than the time between two checks.',
    api: 'healthmonitor.timeout',
    synonyms: ['healthcheck-timeout'],
    ...MONITOR,
  }),

  healthMonitorMaxRetries: annotation(tries(), {
    key: `${STEM}health-monitor-max-retries`,
    defaultText: '`--openstack-monitor-max-retries`',
    example: '2',
    doc: 'After how many good checks a node gets traffic.',
    api: 'healthmonitor.max_retries',
    synonyms: ['healthcheck-healthy-threshold'],
    ...MONITOR,
  }),

  healthMonitorMaxRetriesDown: annotation(tries(), {
    key: `${STEM}health-monitor-max-retries-down`,
    defaultText: '`--openstack-monitor-max-retries-down`',
    example: '3',
    doc: 'After how many failed checks a node gets no traffic.',
    api: 'healthmonitor.max_retries_down',
    synonyms: ['healthcheck-unhealthy-threshold'],
    ...MONITOR,
  }),
} as const;
