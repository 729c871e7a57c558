// What changes of AWS's load balancers cost is what their plans say, by every way in which they can change; and the few
// things that no plan can know.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { permissions } from '../../providers/aws/permissions.ts';
import { withCalls } from '../../src/engine/calls.ts';
import { START } from '../scenario/clock.ts';
import {
  ALLOWED,
  type AwsSettings,
  awsHarness,
  BUCKET,
  base,
  CERTIFICATES,
  node,
  OTHER_GROUP,
  otherSubnet,
  STEM,
  tcp,
} from './aws-harness.ts';
import { Bench, OTHER, OWNER } from './bench.ts';
import { foretell, foretellBy, operations } from './foretold.ts';
import type { Sample } from './harness.ts';
import { callLaws } from './laws/calls.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

const instant = (settings: AwsSettings = {}) => awsHarness({ ...settings, instant: true });
const MANAGED = { flags: { 'aws-nlb-security-groups': 'managed' } };
const CLASSIC = { classic: true };

describe('AWS', () => callLaws(instant()));
describe('AWS with managed groups', () => callLaws(instant(MANAGED)));
describe('AWS with Classic Load Balancers', () => callLaws(instant(CLASSIC)));

/** The annotations by their suffixes. */
function saying(annotations: Readonly<Record<string, string>>, request: Sample['request'] = {}): Sample {
  const given = Object.entries(annotations).map(([suffix, value]) => [`${STEM}${suffix}`, value]);
  return { ...base, annotations: Object.fromEntries(given), request: { ...base.request, ...request } };
}

interface Way {
  readonly name: string;
  readonly from: Sample | undefined;
  readonly to: Sample | undefined;
}

function between(name: string, one: Sample, two: Sample): readonly Way[] {
  return [
    { name: `${name}: made so`, from: undefined, to: two },
    { name, from: one, to: two },
    { name: `${name}, and back`, from: two, to: one },
    { name: `${name}: deleted`, from: two, to: undefined },
  ];
}

const [ONE = '', TWO = ''] = CERTIFICATES;
const TWO_PORTS = { ports: [tcp(80, 30080), tcp(443, 30443)] };
const subnets = (...letters: readonly string[]) => letters.map(otherSubnet).join(',');
const logs = { 'access-log-enabled': 'true', 'access-log-s3-bucket-name': BUCKET };

const common: readonly Way[] = [
  ...between('a port', base, saying({}, TWO_PORTS)),
  ...between('another node port', base, saying({}, { ports: [tcp(80, 30081)] })),
  ...between('cross-zone', base, saying({ 'cross-zone-load-balancing-enabled': 'true' })),
  ...between('access logs', base, saying({ ...logs, 'access-log-s3-bucket-prefix': 'web' })),
  ...between('a prefix of access logs', saying(logs), saying({ ...logs, 'access-log-s3-bucket-prefix': 'web' })),
  ...between('tags', base, saying({ 'additional-resource-tags': 'team=web,stage=test' })),
  ...between(
    'other tags',
    saying({ 'additional-resource-tags': 'team=web,stage=test' }),
    saying({ 'additional-resource-tags': 'team=shop,cost=1' }),
  ),
  ...between('a threshold', base, saying({ 'healthcheck-healthy-threshold': '7' })),
  ...between(
    'an HTTP check',
    base,
    saying({ 'healthcheck-protocol': 'http', 'healthcheck-path': '/up', 'healthcheck-port': '30080' }),
  ),
  ...between('TLS', base, saying({ 'ssl-cert': ONE })),
  ...between('another certificate', saying({ 'ssl-cert': ONE }, TWO_PORTS), saying({ 'ssl-cert': TWO }, TWO_PORTS)),
  ...between(
    'another policy',
    saying({ 'ssl-cert': ONE }, TWO_PORTS),
    saying({ 'ssl-cert': ONE, 'ssl-negotiation-policy': 'ELBSecurityPolicy-TLS-1-2-2017-01' }, TWO_PORTS),
  ),
  ...between('source ranges', base, saying({}, { sourceRanges: ['192.0.2.0/24', '10.0.0.0/8'] })),
  ...between(
    'other source ranges',
    saying({}, { sourceRanges: ['192.0.2.0/24', '10.0.0.0/8'] }),
    saying({}, { sourceRanges: ['192.0.2.0/24', '198.51.100.0/24'] }),
  ),
  ...between('local traffic', base, saying({}, { externalTrafficPolicy: 'Local', healthCheckNodePort: 31999 })),
  ...between('a node less', base, { ...base, nodes: [node(1), node(2)] }),
  ...between('other nodes', base, { ...base, nodes: [node(2), node(4)] }),
  ...between('no node', base, { ...base, nodes: [] }),
  ...between('a subnet more', saying({ subnets: subnets('a') }), saying({ subnets: subnets('a', 'b') })),
  ...between('other subnets', saying({ subnets: subnets('a', 'b') }), saying({ subnets: subnets('b', 'c') })),
];

const nlb: readonly Way[] = [
  ...common,
  ...between('an interval', base, saying({ 'healthcheck-interval': '10' })),
  ...between('target attributes', base, saying({ 'target-group-attributes': 'preserve_client_ip.enabled=false' })),
];

const classic: readonly Way[] = [
  ...common,
  ...between('PROXY headers', saying({}, TWO_PORTS), saying({ 'proxy-protocol': '*' }, TWO_PORTS)),
  ...between(
    'PROXY headers on one more port',
    saying({ 'proxy-protocol': '*' }),
    saying({ 'proxy-protocol': '*' }, TWO_PORTS),
  ),
  ...between('an interval', base, saying({ 'healthcheck-interval': '20' })),
  ...between('a timeout', base, saying({ 'connection-idle-timeout': '120' })),
  ...between('draining', base, saying({ 'connection-draining-enabled': 'true', 'connection-draining-timeout': '90' })),
  ...between('another protocol', base, saying({ 'backend-protocol': 'http' })),
  ...between('a group more', base, saying({ 'extra-security-groups': OTHER_GROUP })),
  ...between('a group of its own', base, saying({ 'security-groups': OTHER_GROUP })),
];

/** None of these is a change: nothing is to be sent. */
const NOTHING = new Set(['no node']);

describe.each([
  ['a Network Load Balancer', {}, nlb],
  ['one with managed groups', MANAGED, nlb],
  ['a Classic Load Balancer', CLASSIC, classic],
] as const)('%s costs what its plan says', (_, settings, ways) => {
  it.each(ways)('$name', async ({ name, from, to }) => {
    const { calls, made } = await foretell(await Bench.of(instant(settings)), from, to);
    if (!NOTHING.has(name)) expect(made.length).toBeGreaterThan(0);
    expect(operations(calls)).toEqual(operations(made));
  });
});

const asked = (annotations: Readonly<Record<string, string>>): Sample => {
  const sample = saying(annotations);
  return { ...sample, annotations: { ...sample.annotations, ...ALLOWED } };
};
const internal = asked({ internal: 'true' });

describe.each([
  ['a Network Load Balancer', {}, asked({ type: 'classic' })],
  ['one with managed groups', MANAGED, asked({ type: 'classic' })],
  ['a Classic Load Balancer', CLASSIC, asked({ type: 'nlb' })],
] as const)('%s is replaced at the cost of its plan', (_, settings, otherKind) => {
  it.each([
    { name: 'another scheme', to: internal },
    { name: 'another scheme, ports and nodes', to: { ...internal, request: TWO_PORTS, nodes: [node(1), node(4)] } },
    { name: 'the other kind', to: otherKind },
  ])('$name', async ({ to }) => {
    const { calls, made } = await foretell(await Bench.of(instant(settings)), base, to);
    expect(operations(calls)).toEqual(operations(made));
  });

  it('nothing, where that is not allowed', async () => {
    const bench = await Bench.of(instant(settings));
    const process = await bench.startWith(base);
    const sample = { ...internal, annotations: { [`${STEM}internal`]: 'true' } };
    await process.compile(OWNER, sample);
    process.expect();
    const { steps } = withCalls(
      process.engine.plan(OWNER, await process.compile(OWNER, sample)),
      process.kinds,
      process.engine.inventory,
    );
    expect(steps.filter(({ blocked }) => blocked).map(({ calls }) => calls)).toEqual([undefined]);
    const outcome = await process.attempt(OWNER, sample);
    expect(outcome).toMatchObject({ end: 'failed', error: { code: 'replacement-blocked' } });
    expect(operations(steps.flatMap(({ calls = [] }) => calls))).toEqual(operations(process.calls));
  });
});

describe('two Services on the same nodes', () => {
  it.each([
    ['Network Load Balancers', {}],
    ['Classic Load Balancers', CLASSIC],
  ] as const)('%s: each costs what its plan says', async (_, settings) => {
    const harness = instant(settings);
    const process = await (await Bench.of(harness)).startWith(base);
    for (const [sample, owner] of [
      [harness.other, OTHER],
      [{ ...base, request: TWO_PORTS }, OWNER],
      [internal, OTHER],
      [undefined, OWNER],
      [undefined, OTHER],
    ] as const) {
      const { calls, made } = await foretellBy(process, sample, owner);
      expect(made.length).toBeGreaterThan(0);
      expect(operations(calls)).toEqual(operations(made));
    }
  });
});

describe('permissions', () => {
  it.each([
    ['a Network Load Balancer', {}, saying({})],
    ['one with managed groups', MANAGED, saying({ 'additional-resource-tags': 'team=web' })],
    ['a Classic Load Balancer', CLASSIC, saying({ 'ssl-cert': ONE })],
  ] as const)('%s: a start, its facts, its making, a look and its end need no others', async (_, settings, sample) => {
    const process = await (await Bench.of(instant(settings))).start();
    await process.sync();
    await process.compile(OWNER, sample);
    const started = [...process.calls];
    const creation = await foretellBy(process, sample);
    process.expect();
    await process.settle(OWNER, sample, { verify: true });
    const looked = [...process.calls];
    const deletion = await foretellBy(process, undefined);
    const permitted = operations(permissions([...creation.calls, ...deletion.calls]));
    const sent = new Set(operations([...started, ...creation.made, ...looked, ...deletion.made]));
    expect(looked.length).toBeGreaterThan(0);
    expect([...sent].filter((operation) => !permitted.includes(operation))).toEqual([]);
  });
});

describe('what no plan can know', () => {
  it('the zones of subnets: where some take the places of others, each is changed by itself', async () => {
    const [from, to] = [saying({ subnets: subnets('a', 'b') }), saying({ subnets: subnets('d', 'e') })];
    const { calls, made } = await foretell(await Bench.of(instant(CLASSIC)), from, to);
    expect(operations(calls)).toEqual(['AttachLoadBalancerToSubnets', 'DetachLoadBalancerFromSubnets']);
    expect(new Set(operations(made))).toEqual(new Set(operations(calls)));
    expect(made.length).toBeGreaterThan(calls.length);
  });

  it('a policy of a Classic Load Balancer that is not used any more is still there', async () => {
    const strict = saying({ 'ssl-cert': ONE, 'ssl-negotiation-policy': 'ELBSecurityPolicy-TLS-1-2-2017-01' });
    const process = await (await Bench.of(instant(CLASSIC))).startWith(strict);
    await process.settle(OWNER, saying({ 'ssl-cert': ONE }));
    const { calls, made } = await foretellBy(process, strict);
    expect(operations(calls)).toEqual(['CreateLoadBalancerPolicy', ...operations(made)]);
  });
});
