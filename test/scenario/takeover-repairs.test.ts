// Services that were edited while the official controller ran, which does not act on such edits: Fairlead repairs what is
// there in place when it starts, and leaves alone what only a new load balancer could bring.
import { describe, expect } from 'vitest';
import { scenario } from './scenario.ts';
import { served, takeOver } from './takeover.ts';
import { type Kind, POLICY, type TakeoverCase } from './takeover-cases.ts';
import { AWS } from './wishes.ts';
import { CERTIFICATE, type World } from './world.ts';

interface Repair {
  readonly name: string;
  readonly kind: Kind;
  readonly from?: Omit<TakeoverCase, 'name' | 'kind'>;
  /** Annotations by the end of the key; null takes one away. */
  readonly edit: Readonly<Record<string, string | null>>;
  readonly spec?: Parameters<World['edit']>[1]['spec'];
  readonly writes: readonly string[];
  /** Kinds that the log shows as updated, in order. */
  readonly updated: readonly string[];
  /** The condition at the end; programmed where unset. */
  readonly programmed?: string;
  /** True: the official controller did act on the edit, though not to the end. */
  readonly actedOn?: boolean;
  /** True: the official controller would not get over the edit, and try again and again. */
  readonly stuck?: boolean;
}

const NOTHING = { writes: [], updated: [] };
const [one = '', two = ''] = ['subnet-00000000000000001', 'subnet-00000000000000002'];
const TLS = { 'ssl-cert': CERTIFICATE };

const REPAIRS: readonly Repair[] = [
  {
    name: 'tags that were added and changed',
    kind: 'nlb',
    from: { annotations: { 'additional-resource-tags': 'team=red' } },
    edit: { 'additional-resource-tags': 'team=blue,stage=prod' },
    writes: ['AddTags', 'AddTags', 'AddTags'],
    updated: ['TargetGroup', 'LoadBalancer', 'Listener'],
  },
  {
    // Nothing tells that it came from the annotation and not from somebody else.
    name: 'a tag that was taken away stays',
    kind: 'nlb',
    from: { annotations: { 'additional-resource-tags': 'team=red' } },
    edit: { 'additional-resource-tags': null },
    ...NOTHING,
  },
  {
    name: 'subnets',
    kind: 'nlb',
    edit: { subnets: `${one},${two}` },
    writes: ['SetSubnets'],
    updated: ['LoadBalancer'],
  },
  {
    name: 'subnets, with health checks from them',
    kind: 'nlb',
    from: { spec: { externalTrafficPolicy: 'Local' } },
    edit: { subnets: `${one},${two}` },
    writes: ['SetSubnets', 'RevokeSecurityGroupIngress'],
    updated: ['LoadBalancer', 'NodeRules'],
  },
  {
    name: 'the timeout of the health check',
    kind: 'nlb',
    edit: { 'healthcheck-timeout': '6' },
    writes: ['ModifyTargetGroup'],
    updated: ['TargetGroup'],
  },
  {
    name: 'the unhealthy threshold alone',
    kind: 'nlb',
    edit: { 'healthcheck-unhealthy-threshold': '5' },
    writes: ['ModifyTargetGroup'],
    updated: ['TargetGroup'],
  },
  {
    name: 'attributes of target groups that were taken away',
    kind: 'nlb',
    from: { annotations: { 'target-group-attributes': 'proxy_protocol_v2.enabled=true' } },
    edit: { 'target-group-attributes': null },
    writes: ['ModifyTargetGroupAttributes'],
    updated: ['TargetGroup'],
  },
  {
    name: 'a TLS policy that was taken away',
    kind: 'nlb',
    from: { annotations: { ...TLS, 'ssl-negotiation-policy': POLICY } },
    edit: { 'ssl-negotiation-policy': null },
    writes: ['ModifyListener'],
    updated: ['Listener'],
  },
  {
    name: 'TLS on a live port',
    kind: 'nlb',
    edit: TLS,
    writes: ['ModifyListener'],
    updated: ['Listener'],
    stuck: true,
  },
  {
    name: 'rules for health checks that were forgotten',
    kind: 'nlb',
    from: { spec: { externalTrafficPolicy: 'Local' } },
    edit: {},
    spec: { externalTrafficPolicy: 'Cluster' },
    writes: ['RevokeSecurityGroupIngress'],
    updated: ['NodeRules'],
    actedOn: true,
  },
  {
    name: 'another scheme is blocked',
    kind: 'nlb',
    edit: { internal: 'true' },
    ...NOTHING,
    programmed: 'False ReplacementBlocked',
  },
  {
    name: 'a TLS policy that was taken away',
    kind: 'classic',
    from: { annotations: { ...TLS, 'ssl-negotiation-policy': POLICY } },
    edit: { 'ssl-negotiation-policy': null },
    writes: ['SetLoadBalancerPoliciesOfListener'],
    updated: ['ClassicLoadBalancer'],
  },
  {
    name: 'a tag that was taken away stays',
    kind: 'classic',
    from: { annotations: { 'additional-resource-tags': 'team=red' } },
    edit: { 'additional-resource-tags': null },
    ...NOTHING,
  },
  {
    name: 'a tag of the group',
    kind: 'classic',
    edit: { 'additional-resource-tags': 'team=red' },
    writes: ['CreateTags'],
    updated: ['SecurityGroup'],
    actedOn: true,
  },
];

function repaired(repair: Repair): void {
  const { kind, from = {} } = repair;
  scenario(`${kind}: ${repair.name}`, async (world) => {
    // A target group is in use for some seconds after its listener left it, over which the other one falls.
    world.aws.timings.targetGroupReleaseMs = 0;
    const peer = await served(world, { web: { kind, ...from } });
    const { loadBalancer } = world.service('web').status ?? {};
    const annotations = Object.fromEntries(Object.entries(repair.edit).map(([key, text]) => [`${AWS}${key}`, text]));
    world.edit('web', { annotations, ...(repair.spec && { spec: repair.spec }) });
    if (repair.actedOn) await peer.serve('web');
    if (!repair.stuck) expect((await peer.next('web')).writes).toEqual([]);
    const { writes, steps } = await takeOver(world, from.flags);
    expect(writes.toSorted(), steps.join()).toEqual(repair.writes.toSorted());
    expect(steps.toSorted()).toEqual(repair.updated.map((name) => `update ${name}`).toSorted());
    expect(world.condition('web', 'Programmed')).toBe(repair.programmed ?? 'True Programmed');
    expect(world.service('web').status?.loadBalancer).toEqual(loadBalancer);
  });
}

describe('what the official controller did not act on is repaired in place', () => {
  for (const repair of REPAIRS) repaired(repair);
});
