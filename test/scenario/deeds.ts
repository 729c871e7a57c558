// What can happen in a world, as data that fast-check can draw, shrink and print: deeds of users, nodes, operators, AWS and
// the network. Nothing here judges what comes of them.
import fc from 'fast-check';
import type { Fault as AwsFault } from '../fake/aws/call.ts';
import type { Json } from '../fake/kube/json.ts';
import { NETWORK } from './network.ts';
import { ALLOW_REPLACEMENT, AWS, RANGES } from './wishes.ts';
import { CERTIFICATE } from './world.ts';

export type Deed =
  | { readonly deed: 'add'; readonly name: string; readonly annotations: Record<string, string>; readonly spec: Json }
  | { readonly deed: 'annotate'; readonly name: string; readonly key: string; readonly value: string | null }
  | { readonly deed: 'reshape'; readonly name: string; readonly annotations: Readonly<Record<string, string | null>> }
  | { readonly deed: 'respecify'; readonly name: string; readonly spec: Json }
  | { readonly deed: 'remove'; readonly name: string; readonly force: boolean }
  | { readonly deed: 'unfinalize'; readonly name: string }
  | { readonly deed: 'add node'; readonly edge: boolean }
  | { readonly deed: 'remove node' | 'taint node' | 'untaint node' | 'label node'; readonly index: number }
  | { readonly deed: 'node health'; readonly index: number; readonly health: 'healthy' | 'unhealthy' }
  | { readonly deed: 'restart'; readonly how: 'kill' | 'stop'; readonly workers: number }
  | { readonly deed: 'die later'; readonly calls: number; readonly when: 'before' | 'after' }
  | { readonly deed: 'aws fails'; readonly calls: number; readonly fault: AwsFault; readonly every: number }
  | { readonly deed: 'kube fails'; readonly calls: number; readonly fault: 'lose' | 'error' | 'conflict' | 'hang' }
  | { readonly deed: 'watches lag'; readonly ms: number }
  | { readonly deed: 'calls take'; readonly ms: number }
  | { readonly deed: 'reads lag'; readonly ms: number }
  | { readonly deed: 'tamper'; readonly what: 'listener' | 'target' | 'load balancer'; readonly index: number }
  | { readonly deed: 'pass'; readonly ms: number };

const { publicSubnets } = NETWORK;
const NAMES = ['alpha', 'beta', 'gamma'];

interface Values {
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /** True: on an NLB it has no effect, whatever it says. */
  readonly classicOnly?: boolean;
}

/** Values that are good by themselves and with each other, and values that are not. */
export const VALUES: Readonly<Record<string, Values>> = {
  [`${AWS}additional-resource-tags`]: { good: ['a=1', 'a=2,b=3', 'c='], bad: ['kubernetes.io/cluster/prod=owned'] },
  [`${AWS}cross-zone-load-balancing-enabled`]: { good: ['true', 'false'], bad: ['perhaps'] },
  [`${AWS}healthcheck-interval`]: { good: ['15', '30'], bad: ['1', 'soon'] },
  [`${AWS}healthcheck-protocol`]: { good: ['TCP', 'HTTP'], bad: ['FTP'] },
  [`${AWS}healthcheck-port`]: { good: ['traffic-port', '10256'], bad: ['0', '99999'] },
  [`${AWS}healthcheck-healthy-threshold`]: { good: ['2', '5'], bad: ['1', 'two'] },
  [`${AWS}internal`]: { good: ['false', 'true'], bad: ['TRUEE'] },
  [`${AWS}ssl-cert`]: { good: [CERTIFICATE], bad: ['certificate'] },
  [`${AWS}subnets`]: {
    good: [publicSubnets.slice(0, 2).join(), publicSubnets.join()],
    bad: ['subnet-nowhere', `${publicSubnets[0]},,`],
  },
  [`${AWS}target-node-labels`]: { good: ['pool=edge'], bad: ['=x', 'a b=c'] },
  [`${AWS}type`]: { good: ['nlb', 'classic', 'external'], bad: ['nbl'] },
  [ALLOW_REPLACEMENT]: { good: ['true', 'true', 'false'], bad: ['perhaps'] },
  [`${AWS}connection-idle-timeout`]: { good: ['120'], bad: ['0'], classicOnly: true },
  [`${AWS}connection-draining-enabled`]: { good: ['true', 'false'], bad: ['perhaps'], classicOnly: true },
  [`${AWS}proxy-protocol`]: { good: ['*'], bad: ['80'], classicOnly: true },
  [`${AWS}backend-protocol`]: { good: ['http', 'tcp'], bad: ['ftp'] },
  [RANGES]: { good: ['192.0.2.0/24', '198.51.100.0/25,192.0.2.0/24'], bad: ['192.0.2.1/24', '', '0.0.0.0.0/0'] },
  // Known to nobody: told, and of no effect.
  [`${AWS}intrenal`]: { good: ['true'], bad: [] },
  'example.com/note': { good: ['x', 'y'], bad: [] },
};

const name = fc.constantFrom(...NAMES);
const index = fc.nat(5);
/** What another load balancer is needed for comes more often. */
const key = fc.constantFrom(
  ...Object.keys(VALUES),
  ...[`${AWS}type`, `${AWS}internal`, `${AWS}type`, `${AWS}internal`, ALLOW_REPLACEMENT, ALLOW_REPLACEMENT],
);

const annotation = key.chain((one) => {
  const { good, bad } = VALUES[one]!;
  const values = [...good, ...good, ...good, ...bad];
  return fc.tuple(fc.constant(one), fc.constantFrom(...values));
});

/** Another kind, another scheme or both, mostly with leave to replace what is there. */
const shape = fc
  .record({
    type: fc.constantFrom('nlb', 'classic'),
    internal: fc.constantFrom('true', null),
    leave: fc.constantFrom('true', 'true', 'true', null),
  })
  .map(({ type, internal, leave }) => ({
    [`${AWS}type`]: type,
    [`${AWS}internal`]: internal,
    [ALLOW_REPLACEMENT]: leave,
  }));

const port = (number: number, protocol = 'TCP'): Json => ({ name: `p${number}`, port: number, protocol });
const ports = fc.constantFrom<Json[]>(
  [port(80)],
  [port(80), port(443)],
  [port(443), port(8080)],
  [port(80, 'UDP')],
  [port(80), port(53, 'UDP')],
  [{ ...port(80), nodePort: 31_080 }],
);
const spec = fc.oneof(
  fc.record({ ports }),
  fc.record({ externalTrafficPolicy: fc.constantFrom('Cluster', 'Local') }),
  fc.record({
    loadBalancerSourceRanges: fc.constantFrom(null, ['192.0.2.0/24'], ['192.0.2.0/24', '203.0.113.0/24'], ['10.0.0.1']),
  }),
  fc.record({ type: fc.constantFrom('ClusterIP', 'LoadBalancer', 'LoadBalancer') }),
);

const awsFault = fc.constantFrom<AwsFault>(
  'throttle',
  'lose-answer',
  'hang',
  'hang-after',
  { error: 'InternalFailure', httpStatus: 500 },
  { error: 'ServiceUnavailable', httpStatus: 503, afterEffect: true },
  { error: 'AccessDenied', httpStatus: 403 },
  { delayMs: 3000 },
  { staleMs: 20_000 },
);

/** One thing that happens. */
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      deed: fc.constant('add' as const),
      name,
      annotations: fc.array(annotation, { maxLength: 3 }).map(Object.fromEntries),
      spec: fc.record({ ports }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(name, annotation)
      .map(([who, [one, value]]) => ({ deed: 'annotate' as const, name: who, key: one, value })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(name, key)
      .map(([who, one]) => ({ deed: 'annotate' as const, name: who, key: one, value: null })),
  },
  { weight: 5, arbitrary: fc.record({ deed: fc.constant('respecify' as const), name, spec }) },
  { weight: 9, arbitrary: fc.record({ deed: fc.constant('reshape' as const), name, annotations: shape }) },
  {
    weight: 2,
    arbitrary: fc.record({
      deed: fc.constant('node health' as const),
      index,
      health: fc.constantFrom('healthy' as const, 'unhealthy' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      deed: fc.constant('remove' as const),
      name,
      force: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('unfinalize' as const), name }) },
  { weight: 2, arbitrary: fc.record({ deed: fc.constant('add node' as const), edge: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      deed: fc.constantFrom(
        'remove node' as const,
        'taint node' as const,
        'untaint node' as const,
        'label node' as const,
      ),
      index,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      deed: fc.constant('restart' as const),
      how: fc.constantFrom('kill' as const, 'stop' as const),
      workers: fc.constantFrom(1, 5),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      deed: fc.constant('die later' as const),
      calls: fc.integer({ min: 1, max: 20 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      deed: fc.constant('aws fails' as const),
      calls: fc.integer({ min: 1, max: 6 }),
      fault: awsFault,
      every: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      deed: fc.constant('kube fails' as const),
      calls: fc.integer({ min: 1, max: 4 }),
      fault: fc.constantFrom('lose' as const, 'error' as const, 'conflict' as const, 'hang' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ deed: fc.constant('watches lag' as const), ms: fc.constantFrom(0, 0, 3000, 40_000) }),
  },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('calls take' as const), ms: fc.constantFrom(0, 100, 2000) }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('reads lag' as const), ms: fc.constantFrom(0, 0, 20_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      deed: fc.constant('tamper' as const),
      what: fc.constantFrom('listener' as const, 'target' as const, 'load balancer' as const),
      index,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      deed: fc.constant('pass' as const),
      ms: fc.constantFrom(0, 50, 1000, 7000, 40_000, 200_000),
    }),
  },
);

const add = (who: string, type: string): Deed => ({
  deed: 'add',
  name: who,
  annotations: { [`${AWS}type`]: type, [ALLOW_REPLACEMENT]: 'true' },
  spec: { ports: [port(80), port(443)], loadBalancerSourceRanges: ['192.0.2.0/24'] },
});

/** Half of the time something is served already, and may be replaced. */
const beginning = fc.constantFrom<readonly Deed[]>(
  [],
  [add('alpha', 'nlb'), add('beta', 'classic'), add('gamma', 'nlb'), { deed: 'pass', ms: 200_000 }],
);

export const deeds: fc.Arbitrary<readonly Deed[]> = fc
  .tuple(beginning, fc.array(deed, { minLength: 5, maxLength: 40, size: 'max' }))
  .map(([first, then]) => [...first, ...then]);
