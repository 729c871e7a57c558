// Whatever a Service asks for and whatever exists: compiling answers a graph or errors, never throws, and says the same of
// the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../providers/aws/compile.ts';
import type { ExistingLoadBalancer } from '../../../providers/aws/facts.ts';
import { awsProvider } from '../../../providers/aws/index.ts';
import { loadBalancerName } from '../../../providers/aws/naming.ts';
import { refsOf } from '../../../src/engine/graph.ts';
import { FACTS, PUBLIC_SUBNETS } from './sample-facts.ts';
import { BALANCER, inputOf, NODES, UID } from './stage.ts';

/** Mostly the first, so that much of what is made is sound. */
const mostly = <T>(usual: T, ...others: readonly T[]) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(usual, ...others) });
/** A few of the pairs, each key once. */
const fewOf = (pairs: readonly (readonly [string, string])[], maxLength: number) =>
  fc.subarray([...pairs], { maxLength }).map((chosen): Record<string, string> => Object.fromEntries(chosen));

const port = fc.record({
  name: fc.constantFrom('http', 'https'),
  protocol: mostly<'TCP' | 'UDP' | 'SCTP'>('TCP', 'UDP', 'SCTP'),
  port: fc.constantFrom(53, 80, 443),
  nodePort: mostly(30080, 0, 30443),
});
const ports = fc.uniqueArray(port, { minLength: 1, maxLength: 3, selector: (one) => `${one.protocol} ${one.port}` });
const request = fc.record({
  ports,
  sourceRanges: mostly<readonly string[]>([], ['10.0.0.0/8'], ['nonsense'], ['2001:db8::/32']),
  externalTrafficPolicy: fc.constantFrom('Cluster' as const, 'Local' as const),
  healthCheckNodePort: mostly(32111, 0),
});
const annotations = fewOf(
  [
    ['internal', 'true'],
    ['subnets', 'net-1'],
    ['subnets', 'net-1,net-4'],
    ['security-groups', 'sg-0000000a'],
    ['security-groups', 'sg-0000000f'],
    ['ssl-cert', 'arn:aws:acm:eu-west-1:123456789012:certificate/1'],
    ['ssl-ports', '443'],
    ['backend-protocol', 'http'],
    ['backend-protocol', 'ssl'],
    ['healthcheck-port', 'traffic-port'],
    ['healthcheck-path', '/x'],
    ['target-node-labels', 'nobody=has'],
    ['eip-allocations', 'eipalloc-0000000a,eipalloc-0000000b,eipalloc-0000000c'],
    ['eip-allocations', 'eipalloc-0000000d'],
    ['fairlead.dev/allow-replacement', 'true'],
  ],
  4,
);
const options = fewOf(
  [
    ['aws-nlb-security-groups', 'managed'],
    ['aws-elb-security-group', 'sg-0000000a'],
    ['aws-elb-security-group', 'sg-0000000f'],
    ['aws-subnet-id', 'subnet-00000001'],
    ['aws-disable-security-group-ingress', 'true'],
    ['aws-health-probe-mode', 'shared'],
  ],
  2,
);
const existing: fc.Arbitrary<readonly ExistingLoadBalancer[]> = fc.uniqueArray(
  fc.record({
    kind: fc.constantFrom('nlb' as const, 'classic' as const),
    name: fc.constantFrom(loadBalancerName(UID), loadBalancerName(UID, 'b')),
    marks: fc.constantFrom([], [{ uid: BALANCER.slice(1), namespace: 'shop', name: 'web' }]),
    scheme: fc.constantFrom('internet-facing' as const, 'internal' as const),
    subnets: fc.constantFrom(PUBLIC_SUBNETS, ['subnet-gone']),
    addresses: fc.constant({}),
    allocationIds: fc.constantFrom([], ['eipalloc-0000000d']),
    hasSecurityGroups: fc.boolean(),
  }),
  { maxLength: 4, selector: ({ kind, name }) => `${kind}/${name}` },
);
const wish = fc.record({
  request,
  annotations: fc
    .tuple(fc.constantFrom('nlb', 'classic'), annotations)
    .map(([type, others]): Record<string, string> => ({ type, ...others })),
  options,
  nodes: mostly(NODES, []),
});

/** The input, unless the table refuses the annotations by themselves. */
function inputFrom(asked: Parameters<typeof inputOf>[0]) {
  try {
    return inputOf(asked);
  } catch {
    return undefined;
  }
}

describe('compile', () => {
  it('answers a graph or errors; refs lead to resources; what is replaced is not built', () => {
    let graphs = 0;
    fc.assert(
      fc.property(wish, existing, (asked, loadBalancers) => {
        const input = inputFrom(asked);
        if (input === undefined) return;
        const facts = { ...FACTS, loadBalancers };
        const { graph, problems } = compile([input], facts);
        expect(graph === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
        expect(compile([input], JSON.parse(JSON.stringify(facts)))).toEqual({ graph, problems });
        if (graph === undefined) return;
        graphs++;
        expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
        const keys = new Set(graph.resources.map(({ kind, id }) => `${kind}/${id}`));
        for (const ref of graph.resources.flatMap(({ spec }) => refsOf(spec))) expect(keys).toContain(ref);
        for (const key of graph.replaces ?? []) expect(keys).not.toContain(key);
        for (const { kind } of graph.resources) expect(graph.holds).not.toContain(kind);
        const balancers = graph.resources.filter(({ kind }) => kind.endsWith('LoadBalancer'));
        expect(balancers.length).toBe(graph.holds.includes('LoadBalancer') ? 0 : 1);
      }),
      { numRuns: 500 },
    );
    expect(graphs).toBeGreaterThan(100);
  });
});

describe('the address of the Service', () => {
  it.each([
    ['nlb', 'LoadBalancer'],
    ['classic', 'ClassicLoadBalancer'],
  ])('of type %s is that of its load balancer, once there is one', (type, kind) => {
    const { graph } = compile([inputOf({ annotations: { type } })], FACTS);
    if (graph === undefined) throw new Error('no graph');
    const outputs = (dnsName: string) => new Map([[`${kind}/${BALANCER}`, { dnsName }]]);
    expect(awsProvider.ingress(graph, outputs('web.example'))).toEqual([{ hostname: 'web.example' }]);
    expect(awsProvider.ingress(graph, outputs(''))).toEqual([]);
    expect(awsProvider.ingress(graph, new Map())).toEqual([]);
  });
});
