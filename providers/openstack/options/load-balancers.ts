// Options on load balancers themselves: provider, size, pools, monitors, certificates, sharing, and what a status shows.
import { boolean, choice, duration, integer, option, type Shape, text, uuid } from '../../../src/schema/index.ts';
import { METHODS, nodeLabels, tries } from '../annotations/pools.ts';

const DNS_NAME = '^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$';
/** One label as it is written, roughly: what is right is for the parser. */
const LABEL = '^[A-Za-z0-9][A-Za-z0-9./_-]*(=[A-Za-z0-9._-]*)?$';

/** Octavia counts in seconds. */
const wholeSeconds = () => duration({ minMs: 1000, maxMs: 86_400_000 });

/** As data it is a list of texts, which the chart can carry. */
function labelList(): Shape<Readonly<Record<string, string>>> {
  const item = { form: 'text', pattern: LABEL, minLength: 1, maxLength: 381 } as const;
  return { ...nodeLabels(), rule: { form: 'list', item, minItems: 1, maxItems: 32, unique: false, blank: 'skip' } };
}

export const loadBalancers = {
  lbProvider: option(text({ what: 'the name of a provider', pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$', max: 64 }), {
    key: 'openstack-lb-provider',
    default: 'amphora',
    example: 'ovn',
    doc: 'The provider of load balancers, as Octavia calls it. What `ovn` cannot do is refused: other methods than SOURCE_IP_PORT, source ranges, TLS, X-Forwarded-For and the PROXY protocol.',
    since: '0.1.0',
    synonyms: ['lb-provider'],
  }),

  requiresSerialApiCalls: option(boolean(), {
    key: 'openstack-provider-requires-serial-api-calls',
    default: false,
    example: 'true',
    doc: 'Makes a load balancer empty and then its parts one by one, for providers that cannot make all at once.',
    since: '0.1.0',
    synonyms: ['provider-requires-serial-api-calls'],
  }),

  lbMethod: option(choice(METHODS), {
    key: 'openstack-lb-method',
    defaultText: '`ROUND_ROBIN`; with the provider `ovn` `SOURCE_IP_PORT`',
    example: 'SOURCE_IP_PORT',
    doc: 'How connections are spread over the nodes. The provider `ovn` has SOURCE_IP_PORT only.',
    since: '0.1.0',
    synonyms: ['lb-method'],
  }),

  flavorId: option(uuid(), {
    key: 'openstack-flavor-id',
    defaultText: 'that of the cloud',
    example: '5b9f2d1c-3e4a-4c6d-8b7e-0f1a2b3c4d66',
    doc: 'The flavor of load balancers.',
    since: '0.1.0',
    synonyms: ['flavor-id'],
  }),

  availabilityZone: option(text({ what: 'the name of an availability zone', max: 255 }), {
    key: 'openstack-availability-zone',
    defaultText: 'that of the cloud',
    example: 'az1',
    doc: 'The availability zone of load balancers.',
    since: '0.1.0',
    synonyms: ['availability-zone'],
  }),

  nodeSelector: option(labelList(), {
    key: 'openstack-node-selector',
    defaultText: 'all eligible nodes',
    example: 'node-role.example.com/edge=true,zone-a',
    doc: 'Only nodes with all these labels are members of load balancers. A key alone asks that the label be there, whatever its value.',
    since: '0.1.0',
    synonyms: ['node-selector'],
  }),

  manageSecurityGroups: option(boolean(), {
    key: 'openstack-manage-security-groups',
    default: false,
    example: 'true',
    doc: 'Makes a security group for each Service that lets its load balancer reach the node ports, and puts it on the ports of the nodes.',
    since: '0.1.0',
    synonyms: ['manage-security-groups'],
  }),

  createMonitor: option(boolean(), {
    key: 'openstack-create-monitor',
    default: false,
    example: 'true',
    doc: 'Checks the nodes of Services that do not say whether to.',
    since: '0.1.0',
    synonyms: ['create-monitor'],
  }),

  monitorDelayMs: option(wholeSeconds(), {
    key: 'openstack-monitor-delay',
    default: 5000,
    example: '10s',
    doc: 'The time between two checks of a node, in whole seconds.',
    since: '0.1.0',
    synonyms: ['monitor-delay'],
  }),

  monitorTimeoutMs: option(wholeSeconds(), {
    key: 'openstack-monitor-timeout',
    default: 3000,
    example: '5s',
    doc: 'How long a check waits for its answer, in whole seconds.',
    since: '0.1.0',
    synonyms: ['monitor-timeout'],
  }),

  monitorMaxRetries: option(tries(), {
    key: 'openstack-monitor-max-retries',
    default: 1,
    example: '2',
    doc: 'After how many good checks a node gets traffic.',
    since: '0.1.0',
    synonyms: ['monitor-max-retries'],
  }),

  monitorMaxRetriesDown: option(tries(), {
    key: 'openstack-monitor-max-retries-down',
    default: 3,
    example: '3',
    doc: 'After how many failed checks a node gets no traffic.',
    since: '0.1.0',
    synonyms: ['monitor-max-retries-down'],
  }),

  defaultTlsContainerRef: option(
    text({ what: 'the URL of a Barbican container or secret', pattern: '^[!-~]+$', max: 255 }),
    {
      key: 'openstack-default-tls-container-ref',
      defaultText: 'none',
      example: 'https://keymanager.example.com/v1/secrets/2f1e0d9c-8b7a-4695-8473-625140312f1e',
      doc: 'The Barbican container or secret with the certificate of Services that name none: with it every port of every Service becomes TLS.',
      since: '0.1.0',
      synonyms: ['default-tls-container-ref'],
    },
  ),

  containerStore: option(choice(['barbican', 'external']), {
    key: 'openstack-container-store',
    default: 'barbican',
    example: 'external',
    doc: 'Where certificates are. With `barbican` a reference is looked up before it is used; with `external` it is passed on as it is.',
    since: '0.1.0',
    synonyms: ['container-store'],
  }),

  maxSharedLb: option(integer({ min: 1, max: 1000 }), {
    key: 'openstack-max-shared-lb',
    default: 2,
    example: '4',
    doc: 'How many Services may share one load balancer.',
    since: '0.1.0',
    synonyms: ['max-shared-lb'],
  }),

  enableIngressHostname: option(boolean(), {
    key: 'openstack-enable-ingress-hostname',
    default: false,
    example: 'true',
    doc: 'Shows a host name that is made of the address and `--openstack-ingress-hostname-suffix` in the status of Services with the PROXY protocol, for clusters older than Kubernetes 1.30, which do not know `ipMode`.',
    since: '0.1.0',
    synonyms: ['enable-ingress-hostname'],
  }),

  ingressHostnameSuffix: option(text({ what: 'a DNS name in lower case', pattern: DNS_NAME, max: 200 }), {
    key: 'openstack-ingress-hostname-suffix',
    default: 'nip.io',
    example: 'nip.io',
    doc: 'What comes after the address in such host names.',
    since: '0.1.0',
    synonyms: ['ingress-hostname-suffix'],
  }),
} as const;
