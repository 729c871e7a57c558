// Where Fairlead reads a Service otherwise than the official controller does, or is told less than that one was: what
// happens to the load balancer that is there, to the last write, and that it is said.
import { describe, expect } from 'vitest';
import { scenario } from './scenario.ts';
import { served, takeOver } from './takeover.ts';
import { type TakeoverCase, THREE_PORTS } from './takeover-cases.ts';
import { CERTIFICATE, type World } from './world.ts';

interface Difference extends TakeoverCase {
  /** What happens in AWS before the switch. */
  readonly later?: (world: World) => void;
  /** True: the official controller would act on it at its next sync. */
  readonly actsToo?: boolean;
  /** Conditions at the end; accepted and programmed where unset. */
  readonly accepted?: string;
  readonly programmed?: string;
}

const WARNED = { accepted: 'True AcceptedWithWarnings' };
const REFUSED = { accepted: 'False InvalidService', programmed: 'False InvalidService' };
const BLOCKED = { programmed: 'False ReplacementBlocked' };
const TLS = { 'ssl-cert': CERTIFICATE };
const NARROW = { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } };
const HOST_BITS = { 'service.beta.kubernetes.io/load-balancer-source-ranges': '192.0.2.77/24' };
const THREE = { ports: THREE_PORTS };

/** A node whose instance lacks the cluster's tag, which the official controller does not look for. */
function strayNode(world: World): void {
  const name = world.addNode();
  world.aws.seed.instance({ id: `i-${name}`, tags: {} });
}

/** The cluster grows into another zone. */
function fourthZone({ aws, clusterName }: World): void {
  const tags = { [`kubernetes.io/cluster/${clusterName}`]: 'owned', 'kubernetes.io/role/elb': '1' };
  aws.seed.subnet({ id: 'subnet-00000000000000098', az: 'eu-west-1d', cidr: '10.0.60.0/24', public: true, tags });
}

const DIFFERENCES: readonly Difference[] = [
  // Any text but "false" is an internal load balancer there.
  { name: 'internal: "False"', kind: 'nlb', annotations: { internal: 'False' }, ...WARNED, ...BLOCKED },
  { name: 'internal: "False"', kind: 'classic', annotations: { internal: 'False' }, ...WARNED, ...BLOCKED },
  { name: 'internal: "yes"', kind: 'nlb', annotations: { internal: 'yes' }, ...REFUSED },
  { name: 'an unknown type', kind: 'classic', annotations: { type: 'clb' }, ...REFUSED },
  { name: 'an unknown annotation', kind: 'nlb', annotations: { 'idle-timeout': '5' }, ...WARNED },
  { name: 'source ranges with host bits', kind: 'nlb', annotations: HOST_BITS, ...REFUSED },
  { name: 'source ranges with host bits', kind: 'classic', annotations: HOST_BITS, ...REFUSED },
  {
    name: 'hidden clients and source ranges',
    kind: 'nlb',
    annotations: { 'target-group-attributes': 'preserve_client_ip.enabled=false' },
    ...NARROW,
    ...REFUSED,
  },
  {
    name: 'ssl-ports that there are not',
    kind: 'nlb',
    annotations: { ...TLS, 'ssl-ports': '443,no' },
    ...THREE,
    ...REFUSED,
  },
  {
    name: 'a space in ssl-ports',
    kind: 'nlb',
    annotations: { ...TLS, 'ssl-ports': '443, admin' },
    ...THREE,
    writes: ['ModifyListener'],
  },
  {
    name: 'a space in ssl-ports',
    kind: 'classic',
    annotations: { ...TLS, 'ssl-ports': '443, admin' },
    ...THREE,
    writes: ['CreateLoadBalancerListeners', 'DeleteLoadBalancerListeners'],
  },
  {
    name: 'backend-protocol in capitals',
    kind: 'classic',
    annotations: { 'backend-protocol': 'HTTP' },
    ...REFUSED,
  },
  {
    name: 'backend-protocol in capitals',
    kind: 'nlb',
    annotations: { ...TLS, 'backend-protocol': 'SSL' },
    ...REFUSED,
  },
  {
    name: 'a tag with two equals signs',
    kind: 'nlb',
    annotations: { 'additional-resource-tags': 'a=b=c' },
    writes: ['AddTags', 'AddTags', 'AddTags'],
  },
  {
    name: 'a timeout of the health check, which was never sent',
    kind: 'nlb',
    annotations: { 'healthcheck-timeout': '6' },
    writes: ['ModifyTargetGroup'],
  },
  { name: 'an instance without the cluster’s tag', kind: 'nlb', later: strayNode, writes: ['RegisterTargets'] },
  {
    name: 'an instance without the cluster’s tag',
    kind: 'classic',
    later: strayNode,
    writes: ['RegisterInstancesWithLoadBalancer'],
  },
  // A load balancer that exists keeps its subnets, where the Service names none.
  { name: 'a zone that came later', kind: 'nlb', later: fourthZone },
  { name: 'a zone that came later', kind: 'classic', later: fourthZone, actsToo: true },
  { name: 'another default type', kind: 'classic', flags: { 'aws-default-type': 'nlb' }, ...BLOCKED },
  {
    name: 'a health probe mode that was forgotten',
    kind: 'nlb',
    config: { healthProbeMode: 'Shared' },
    writes: [
      'CreateTargetGroup',
      'DeleteTargetGroup',
      'ModifyListener',
      'RegisterTargets',
      'RevokeSecurityGroupIngress',
    ],
  },
  {
    name: 'a cluster name that was forgotten',
    kind: 'nlb',
    config: { managedNlbGroups: true, clusterName: 'earlier' },
    flags: { 'aws-nlb-security-groups': 'managed' },
    // The tag is on the group that is left: without its load balancer nothing else would say whose it is.
    writes: [
      'AuthorizeSecurityGroupIngress',
      'CreateSecurityGroup',
      'CreateTags',
      'DeleteSecurityGroup',
      'SetSecurityGroups',
    ],
  },
];

function shown(one: Difference): void {
  scenario(`${one.kind}: ${one.name}`, async (world) => {
    world.aws.timings.targetGroupReleaseMs = 0;
    const peer = await served(world, { web: one });
    one.later?.(world);
    expect((await peer.next('web')).writes.length > 0).toBe(one.actsToo === true);
    const { loadBalancer } = world.service('web').status ?? {};
    const { writes, steps } = await takeOver(world, one.flags);
    const { accepted = 'True Accepted', programmed = 'True Programmed' } = one;
    expect(writes.toSorted(), steps.join()).toEqual(one.writes ?? []);
    expect([world.condition('web', 'Accepted'), world.condition('web', 'Programmed')]).toEqual([accepted, programmed]);
    expect(world.service('web').status?.loadBalancer).toEqual(loadBalancer);
    const warned = world.events('web').filter((event) => event.startsWith('Warning'));
    expect(warned.length > 0).toBe(accepted !== 'True Accepted' || programmed !== 'True Programmed');
  });
}

describe('what is read otherwise', () => {
  for (const one of DIFFERENCES) shown(one);
});
