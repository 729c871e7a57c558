// What the official controller may have left in a running cluster, case by case: every annotation for each kind of load
// balancer that it reads it on, and the Services, nodes and settings that matter. Only data.
import type { PeerConfig } from '../peer/config.ts';
import { NETWORK } from './network.ts';
import { CERTIFICATE, type ServiceOptions, type World } from './world.ts';

export type Kind = 'nlb' | 'classic';

export interface TakeoverCase {
  readonly kind: Kind;
  readonly name: string;
  /** By the end of the key, or whole (with a slash). The type is added where the case does not say it. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ports?: ServiceOptions['ports'];
  readonly spec?: ServiceOptions['spec'];
  /** Settings of the official controller, and flags of ours that say the same. */
  readonly config?: Partial<PeerConfig>;
  readonly flags?: Readonly<Record<string, string>>;
  readonly prepare?: (world: World) => void;
  /** Writes that taking over needs all the same; none where unset. */
  readonly writes?: readonly string[];
  /** True: Fairlead would not make it so by itself. */
  readonly onlyFound?: boolean;
}

export const EXTRA_GROUP = 'sg-00000000000000e01';
const MORE_NODES = 'sg-00000000000000f01';
export const OWN_GROUP = 'sg-00000000000000e02';
export const BUCKET = 'logs-of-prod';
const BALANCED_IPS = ['eipalloc-0000000000000000a', 'eipalloc-0000000000000000b', 'eipalloc-0000000000000000c'];
export const POLICY = 'ELBSecurityPolicy-TLS-1-2-2017-01';
export const THREE_PORTS = [
  { name: 'http', port: 80 },
  { name: 'https', port: 443 },
  { name: 'admin', port: 8443 },
];
const TLS = { 'ssl-cert': CERTIFICATE };
const LOGS = { 'access-log-enabled': 'true', 'access-log-s3-bucket-name': BUCKET };
const BOTH: readonly Kind[] = ['nlb', 'classic'];
const CLASSIC: readonly Kind[] = ['classic'];
const NLB: readonly Kind[] = ['nlb'];

/** Things that some cases name; every world has them. */
export function furnish({ aws, network }: World): void {
  aws.seed.bucket(BUCKET);
  aws.seed.securityGroup({ id: EXTRA_GROUP, name: 'extra' });
  aws.seed.securityGroup({ id: OWN_GROUP, name: 'own' });
  for (const [index, allocationId] of BALANCED_IPS.entries()) {
    aws.seed.address({ allocationId, ip: `198.51.100.${index + 1}` });
  }
  const [zone = ''] = network.zones;
  const tags = { 'kubernetes.io/cluster/other': 'owned', Name: 'edge' };
  aws.seed.subnet({ id: 'subnet-00000000000000099', az: zone, cidr: '10.0.50.0/24', public: true, tags });
}

/** A node in a group of its own, and in one without the cluster's tag besides. */
export function moreNodes(world: World): void {
  const tags = { [`kubernetes.io/cluster/${world.clusterName}`]: 'owned' };
  world.aws.seed.securityGroup({ id: MORE_NODES, name: 'more-nodes', tags });
  world.addNode({ groups: [MORE_NODES, EXTRA_GROUP] });
}

type Rest = Omit<TakeoverCase, 'kind' | 'name' | 'annotations'>;

/** A case for each kind: `[what it shows, kinds, annotations]`. */
function cases(
  rows: readonly (readonly [string, readonly Kind[], Readonly<Record<string, string>>, Rest?])[],
): readonly TakeoverCase[] {
  return rows.flatMap(([name, kinds, annotations, rest]) =>
    kinds.map((kind) => ({ kind, name, annotations, ...rest })),
  );
}

const twoSubnets = NETWORK.publicSubnets.slice(0, 2).join(',');
const local = { spec: { externalTrafficPolicy: 'Local' } };
const three = { ports: THREE_PORTS };

export const ANNOTATION_CASES: readonly TakeoverCase[] = cases([
  ['fairlead.dev/allow-replacement', BOTH, { 'fairlead.dev/allow-replacement': 'true' }],
  [
    'load-balancer-source-ranges',
    BOTH,
    { 'service.beta.kubernetes.io/load-balancer-source-ranges': '192.0.2.0/24, 198.51.100.0/24' },
  ],
  ['type', NLB, { type: 'nlb' }],
  ['type', CLASSIC, { type: 'classic' }],
  ['internal', BOTH, { internal: 'true' }],
  ['internal, old spelling', BOTH, { internal: '0.0.0.0/0' }],
  ['internal, empty', BOTH, { internal: '' }],
  ['subnets', BOTH, { subnets: twoSubnets }],
  ['subnets by name', BOTH, { subnets: 'edge' }],
  ['eip-allocations', NLB, { 'eip-allocations': BALANCED_IPS.join(',') }],
  ['private-ipv4-addresses', NLB, { 'private-ipv4-addresses': '10.0.100.7,10.0.101.7,10.0.102.7', internal: 'true' }],
  ['cross-zone-load-balancing-enabled', BOTH, { 'cross-zone-load-balancing-enabled': 'true' }],
  ['cross-zone-load-balancing-enabled, in Go’s words', BOTH, { 'cross-zone-load-balancing-enabled': 'T' }],
  ['additional-resource-tags', BOTH, { 'additional-resource-tags': 'team=web,stage=,reviewed' }],
  [
    'security-groups',
    NLB,
    { 'security-groups': OWN_GROUP },
    { config: { managedNlbGroups: true }, flags: { 'aws-nlb-security-groups': 'managed' } },
  ],
  ['security-groups without the option', NLB, { 'security-groups': OWN_GROUP }],
  ['security-groups', CLASSIC, { 'security-groups': OWN_GROUP }],
  ['security-groups, two in no order', CLASSIC, { 'security-groups': `${OWN_GROUP}, ${EXTRA_GROUP}` }],
  ['extra-security-groups', CLASSIC, { 'extra-security-groups': EXTRA_GROUP }],
  [
    'security-groups and extra-security-groups',
    CLASSIC,
    { 'security-groups': OWN_GROUP, 'extra-security-groups': EXTRA_GROUP },
  ],
  ['ssl-cert', BOTH, TLS],
  ['ssl-ports', BOTH, { ...TLS, 'ssl-ports': '443,admin' }, three],
  ['ssl-ports, all', BOTH, { ...TLS, 'ssl-ports': '*' }, three],
  ['ssl-negotiation-policy', BOTH, { ...TLS, 'ssl-negotiation-policy': POLICY }],
  ['backend-protocol ssl', BOTH, { ...TLS, 'backend-protocol': 'ssl' }],
  ['backend-protocol http', BOTH, { ...TLS, 'backend-protocol': 'http' }],
  ['backend-protocol https', BOTH, { ...TLS, 'backend-protocol': 'https' }],
  ['backend-protocol tcp', BOTH, { ...TLS, 'backend-protocol': 'tcp' }],
  ['backend-protocol http without a certificate', BOTH, { 'backend-protocol': 'http' }],
  ['backend-protocol ssl without a certificate', BOTH, { 'backend-protocol': 'ssl' }],
  ['proxy-protocol', BOTH, { 'proxy-protocol': '*' }, three],
  ['healthcheck-protocol', BOTH, { 'healthcheck-protocol': 'HTTP' }],
  ['healthcheck-protocol HTTPS', BOTH, { 'healthcheck-protocol': 'HTTPS' }],
  ['healthcheck-protocol SSL', CLASSIC, { 'healthcheck-protocol': 'SSL' }],
  ['healthcheck-protocol in lower case', NLB, { 'healthcheck-protocol': 'http' }],
  ['healthcheck-protocol with Local', BOTH, { 'healthcheck-protocol': 'TCP' }, local],
  ['healthcheck-port', BOTH, { 'healthcheck-port': '31999' }],
  ['healthcheck-port, one of three node ports', BOTH, { 'healthcheck-port': '30000' }, three],
  ['healthcheck-port with Local', BOTH, { 'healthcheck-port': 'traffic-port' }, local],
  ['healthcheck-path', BOTH, { 'healthcheck-protocol': 'HTTP', 'healthcheck-path': '/ready' }],
  ['healthcheck-path with Local', BOTH, { 'healthcheck-path': '/ready' }, local],
  ['healthcheck-healthy-threshold', BOTH, { 'healthcheck-healthy-threshold': '4' }],
  ['healthcheck-unhealthy-threshold', BOTH, { 'healthcheck-unhealthy-threshold': '4' }],
  ['healthcheck-timeout', NLB, { 'healthcheck-timeout': '10' }],
  ['healthcheck-timeout', CLASSIC, { 'healthcheck-timeout': '4' }],
  ['healthcheck-interval', BOTH, { 'healthcheck-interval': '20' }],
  ['access-log-enabled, access-log-s3-bucket-name', BOTH, LOGS],
  ['access-log-s3-bucket-prefix', BOTH, { ...LOGS, 'access-log-s3-bucket-prefix': 'web' }],
  ['access-log-emit-interval', BOTH, { ...LOGS, 'access-log-emit-interval': '5' }],
  ['access logs named but off', BOTH, { 'access-log-s3-bucket-name': BUCKET, 'access-log-enabled': 'false' }],
  ['connection-draining-enabled', BOTH, { 'connection-draining-enabled': 'true' }],
  ['connection-draining-timeout', BOTH, { 'connection-draining-enabled': 'true', 'connection-draining-timeout': '60' }],
  ['connection-draining-timeout alone', CLASSIC, { 'connection-draining-timeout': '60' }],
  ['connection-idle-timeout', BOTH, { 'connection-idle-timeout': '120' }],
  [
    'target-group-attributes',
    NLB,
    { 'target-group-attributes': 'preserve_client_ip.enabled=false,proxy_protocol_v2.enabled=true' },
    three,
  ],
  [
    'target-node-labels',
    BOTH,
    { 'target-node-labels': 'pool=edge' },
    { prepare: (world) => void world.addNode({ labels: { pool: 'edge' } }) },
  ],
]);

const managed = { config: { managedNlbGroups: true }, flags: { 'aws-nlb-security-groups': 'managed' } };

export const OTHER_CASES: readonly TakeoverCase[] = cases([
  ['nothing said', BOTH, {}],
  ['three ports', BOTH, {}, three],
  ['UDP', NLB, {}, { ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] }],
  ['UDP and Local', NLB, {}, { ports: [{ name: 'dns', port: 53, protocol: 'UDP' }], ...local }],
  ['Local', BOTH, {}, local],
  ['Local, three ports', BOTH, {}, { ...local, ...three }],
  ['source ranges', BOTH, {}, { spec: { loadBalancerSourceRanges: ['192.0.2.0/24', '10.0.0.0/8'] } }],
  // The other one has these clients come in by the rule for health checks, and gives them no ICMP.
  [
    'source ranges, among them the network of a subnet',
    NLB,
    {},
    {
      spec: { loadBalancerSourceRanges: ['192.0.2.0/24', '10.0.0.0/24'] },
      writes: ['AuthorizeSecurityGroupIngress', 'UpdateSecurityGroupRuleDescriptionsIngress'],
    },
  ],
  ['source ranges and Local', BOTH, {}, { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'], ...local.spec } }],
  ['the old tag of clusters', BOTH, {}, { config: { legacyTag: true } }],
  ['a managed group', NLB, {}, managed],
  ['a managed group, without the option', NLB, {}, { config: managed.config, onlyFound: true }],
  [
    'security-groups on a load balancer that has some, without the option',
    NLB,
    { 'security-groups': OWN_GROUP },
    { config: managed.config, onlyFound: true },
  ],
  [
    'a managed group, with another cluster name',
    NLB,
    { 'additional-resource-tags': 'team=web' },
    {
      config: { managedNlbGroups: true, clusterName: 'earlier' },
      flags: { ...managed.flags, 'aws-ccm-cluster-name': 'earlier' },
      spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] },
    },
  ],
  [
    'shared health probe',
    BOTH,
    {},
    { config: { healthProbeMode: 'Shared' }, flags: { 'aws-health-probe-mode': 'shared' } },
  ],
  [
    'shared health probe, other port and path',
    BOTH,
    {},
    {
      config: { healthProbeMode: 'Shared', sharedProbePort: 10_999, sharedProbePath: '/live' },
      flags: {
        'aws-health-probe-mode': 'shared',
        'aws-shared-health-probe-port': '10999',
        'aws-shared-health-probe-path': '/live',
      },
    },
  ],
  [
    'shared health probe, annotations for the check',
    BOTH,
    { 'healthcheck-protocol': 'TCP', 'healthcheck-port': '31999', 'healthcheck-healthy-threshold': '5' },
    { config: { healthProbeMode: 'Shared' }, flags: { 'aws-health-probe-mode': 'shared' } },
  ],
  [
    'shared health probe and Local',
    BOTH,
    {},
    { config: { healthProbeMode: 'Shared' }, flags: { 'aws-health-probe-mode': 'shared' }, ...local },
  ],
  [
    'one group for all Classic load balancers',
    CLASSIC,
    {},
    { config: { elbSecurityGroup: OWN_GROUP }, flags: { 'aws-elb-security-group': OWN_GROUP } },
  ],
  [
    'no rules in the groups of nodes',
    CLASSIC,
    {},
    { config: { disableSecurityGroupIngress: true }, flags: { 'aws-disable-security-group-ingress': 'true' } },
  ],
  [
    'two groups of nodes',
    BOTH,
    {},
    {
      prepare: moreNodes,
    },
  ],
]);
