// Which load balancer a Service means when some exist: what is kept, what is replaced, and what is blocked.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FixedWish, identify, ownLoadBalancers } from '../../../providers/aws/compile/identity.ts';
import { compile, retarget } from '../../../providers/aws/compile.ts';
import type { ExistingLoadBalancer, Facts } from '../../../providers/aws/facts.ts';
import { loadBalancerName } from '../../../providers/aws/naming.ts';
import { FACTS, PUBLIC_SUBNETS } from './sample-facts.ts';
import { inputOf, OWNER, UID, type Wish } from './stage.ts';

const A = loadBalancerName(UID);
const B = loadBalancerName(UID, 'b');
const C = loadBalancerName(UID, 'c');
const PRIVATE_SUBNETS = ['subnet-00000004', 'subnet-00000005', 'subnet-00000006'];
const MARKS = [{ uid: A.slice(1), namespace: 'shop', name: 'web' }];
const ALLOWED = { 'fairlead.dev/allow-replacement': 'true' };
const INTERNAL = { internal: 'true' };

function there(kind: 'nlb' | 'classic', name = A, change: Partial<ExistingLoadBalancer> = {}): ExistingLoadBalancer {
  const scheme = change.scheme ?? 'internet-facing';
  const subnets = scheme === 'internal' ? PRIVATE_SUBNETS : PUBLIC_SUBNETS;
  const addresses = Object.fromEntries(subnets.map((id) => [id, { allocationId: null, privateIPv4Address: null }]));
  return {
    kind,
    name,
    marks: MARKS,
    scheme,
    subnets,
    addresses: kind === 'nlb' ? addresses : {},
    allocationIds: [],
    hasSecurityGroups: kind === 'classic',
    ...change,
  };
}

function withElasticIps(name: string, ids: readonly string[]): ExistingLoadBalancer {
  const addresses = ids.map((id, i) => [PUBLIC_SUBNETS[i] ?? '', { allocationId: id, privateIPv4Address: null }]);
  return there('nlb', name, { addresses: Object.fromEntries(addresses), allocationIds: ids });
}

function compiled(wish: Wish, loadBalancers: readonly ExistingLoadBalancer[], facts: Partial<Facts> = {}) {
  const { graph, problems } = compile([inputOf(wish)], { ...FACTS, ...facts, loadBalancers });
  const balancer = graph?.resources.find(({ kind }) => kind === 'LoadBalancer' || kind === 'ClassicLoadBalancer');
  return {
    graph,
    balancer: balancer && `${balancer.kind}/${balancer.id}`,
    spec: balancer?.spec,
    replaces: graph?.replaces ?? [],
    blocked: (graph?.blocked ?? []).map(({ kind, id, why }) => `${kind}/${id}: ${why}`),
    errors: problems.filter(({ severity }) => severity === 'error').map(({ key, message }) => `${key}: ${message}`),
  };
}

describe.each([
  ['nlb', 'LoadBalancer'],
  ['classic', 'ClassicLoadBalancer'],
] as const)('another scheme of a load balancer of type %s', (type, kind) => {
  const internal = (change: Record<string, string> = {}): Wish => ({ annotations: { type, ...INTERNAL, ...change } });
  const old = there(type);
  const young = there(type, B, { scheme: 'internal' });

  it('is blocked, and nothing of it comes into force', () => {
    const found = compiled(internal(), [old]);
    expect(found.balancer).toBe(`${kind}/${A}`);
    expect(found.spec).toMatchObject({ scheme: 'internet-facing', subnets: PUBLIC_SUBNETS });
    expect(found.replaces).toEqual([]);
    expect(found.blocked).toEqual([
      `${kind}/${A}: Load balancer ${A} cannot change its scheme from internet-facing to internal: that needs a new load balancer with a new address, which annotation fairlead.dev/allow-replacement "true" allows.`,
    ]);
  });

  it('keeps everything else in force while it is blocked', () => {
    const found = compiled(internal({ 'additional-resource-tags': 'team=a' }), [old]);
    expect(found.spec).toMatchObject({ scheme: 'internet-facing', tags: { team: 'a' } });
  });

  it('keeps the subnets while it is blocked, even if others are named', () => {
    expect(compiled(internal({ subnets: 'net-4' }), [old]).spec).toMatchObject({ subnets: PUBLIC_SUBNETS });
  });

  it('is a new load balancer beside the old, where it is allowed', () => {
    const found = compiled(internal(ALLOWED), [old]);
    expect(found).toMatchObject({ balancer: `${kind}/${B}`, replaces: [`${kind}/${A}`], blocked: [] });
    expect(found.spec).toMatchObject({ scheme: 'internal', subnets: PRIVATE_SUBNETS });
  });

  it.each([[ALLOWED], [{}]])('goes on once the new one exists: %j', (change) => {
    const found = compiled(internal(change), [old, young]);
    expect(found).toMatchObject({ balancer: `${kind}/${B}`, replaces: [`${kind}/${A}`], blocked: [] });
  });

  it('keeps its letter when the old one is gone', () => {
    expect(compiled(internal(), [young])).toMatchObject({ balancer: `${kind}/${B}`, replaces: [], blocked: [] });
  });

  it('goes back to the old one while that is there, and takes its letter again later', () => {
    const back = { annotations: { type, ...ALLOWED } };
    expect(compiled(back, [old, young])).toMatchObject({ balancer: `${kind}/${A}`, replaces: [`${kind}/${B}`] });
    expect(compiled(back, [young])).toMatchObject({ balancer: `${kind}/${A}`, replaces: [`${kind}/${B}`] });
  });

  it('leaves somebody else’s load balancer of our name alone', () => {
    for (const marks of [[], [{ cluster: 'another', uid: UID, namespace: 'shop', name: 'web' }]]) {
      const found = compiled(internal(ALLOWED), [{ ...old, marks }]);
      expect(found).toMatchObject({ balancer: `${kind}/${A}`, replaces: [], blocked: [] });
    }
  });
});

it('a second new load balancer has the next letter', () => {
  const wish = {
    annotations: { ...ALLOWED, 'eip-allocations': 'eipalloc-0000000a,eipalloc-0000000b,eipalloc-0000000c' },
  };
  const found = compiled(wish, [there('nlb'), there('nlb', B, { scheme: 'internal' })]);
  expect(found).toMatchObject({ balancer: `LoadBalancer/${C}`, replaces: [`LoadBalancer/${A}`, `LoadBalancer/${B}`] });
});

it('target groups of another letter are other ones; the managed group is the same', () => {
  const options = { 'aws-nlb-security-groups': 'managed' };
  const ids = (name: string) => {
    const { graph } = compiled({ options }, [there('nlb', name, { hasSecurityGroups: true })]);
    const of = (kind: string) => graph?.resources.filter((one) => one.kind === kind).map(({ id }) => id);
    return { groups: of('SecurityGroup'), targetGroups: of('TargetGroup') };
  };
  expect(ids(A).groups).toEqual(ids(B).groups);
  expect(ids(A).targetGroups).not.toEqual(ids(B).targetGroups);
});

describe('addresses', () => {
  const IPS = ['eipalloc-0000000a', 'eipalloc-0000000b', 'eipalloc-0000000c'];
  const wish = (ids: readonly string[], change: Record<string, string> = {}): Wish => ({
    annotations: { 'eip-allocations': ids.join(','), ...change },
  });

  it('that it has are no change', () => {
    expect(compiled(wish(IPS), [withElasticIps(A, IPS)])).toMatchObject({ blocked: [], replaces: [], errors: [] });
  });

  it('that it cannot get are blocked', () => {
    const { spec, blocked } = compiled(wish(IPS), [there('nlb')]);
    expect(spec).toMatchObject({ addresses: there('nlb').addresses });
    expect(blocked).toEqual([
      expect.stringContaining(`cannot change its addresses from those that AWS chooses to ${IPS.join(', ')}: `),
    ]);
  });

  it('that it cannot lose are blocked', () => {
    const { spec, blocked } = compiled({}, [withElasticIps(A, IPS)]);
    expect(spec).toMatchObject({ addresses: withElasticIps(A, IPS).addresses });
    expect(blocked).toEqual([expect.stringContaining(`from ${IPS.join(', ')} to those that AWS chooses: `)]);
  });

  it('that are free make a new one', () => {
    const found = compiled(wish(IPS, ALLOWED), [there('nlb')]);
    expect(found).toMatchObject({ balancer: `LoadBalancer/${B}`, errors: [] });
  });

  it('that the old one holds cannot be given to a new one beside it', () => {
    const [first = '', second = '', third = ''] = IPS;
    const found = compiled(
      wish([second, first, 'eipalloc-0000000e'], ALLOWED),
      [withElasticIps(A, [first, second, third])],
      {
        addresses: { 'eipalloc-0000000e': { inUse: false } },
      },
    );
    expect(found.balancer).toBeUndefined();
    expect(found.errors).toEqual([
      expect.stringMatching(`eip-allocations: .*"${second}", which load balancer ${A} holds.*expected other addresses`),
      expect.stringMatching(`eip-allocations: .*"${first}", which load balancer ${A} holds`),
    ]);
  });

  it('of the inside that the old one holds cannot be given to a new one beside it', () => {
    const annotations = {
      ...INTERNAL,
      subnets: 'net-4,net-5',
      'private-ipv4-addresses': '10.0.4.11,10.0.5.10',
      ...ALLOWED,
    };
    const at = (privateIPv4Address: string) => ({ allocationId: null, privateIPv4Address });
    const old = there('nlb', A, {
      scheme: 'internal',
      subnets: ['subnet-00000004', 'subnet-00000005'],
      addresses: { 'subnet-00000004': at('10.0.4.10'), 'subnet-00000005': at('10.0.5.10') },
    });
    expect(compiled({ annotations }, [old]).errors).toEqual([
      expect.stringMatching(`private-ipv4-addresses: .*"10.0.5.10", which load balancer ${A} holds`),
    ]);
  });
});

describe('security groups of an NLB', () => {
  const options = { 'aws-nlb-security-groups': 'managed' };
  const named = { 'security-groups': 'sg-0000000a' };

  it('that the Service names make a new one, where it is allowed', () => {
    const found = compiled({ options, annotations: { ...named, ...ALLOWED } }, [there('nlb')]);
    expect(found).toMatchObject({ balancer: `LoadBalancer/${B}`, replaces: [`LoadBalancer/${A}`] });
    expect(found.spec).toMatchObject({ hasSecurityGroups: true, securityGroups: ['sg-0000000a'] });
  });

  it('that the Service names are blocked otherwise', () => {
    const found = compiled({ options, annotations: named }, [there('nlb')]);
    expect(found.spec).toMatchObject({ hasSecurityGroups: false, securityGroups: [] });
    expect(found.blocked).toEqual([expect.stringContaining('cannot change its security groups from none to some')]);
  });

  it('of the option are for new ones alone', () => {
    expect(compiled({ options, annotations: ALLOWED }, [there('nlb')])).toMatchObject({ replaces: [], blocked: [] });
    const internal = compiled({ options, annotations: { ...INTERNAL, ...ALLOWED } }, [there('nlb')]);
    expect(internal.spec).toMatchObject({ hasSecurityGroups: true });
  });
});

describe('another kind', () => {
  const group = {
    name: 'k8s-shop-web-1111111111',
    marks: [{ namespace: 'shop', name: 'web' }],
    arn: 'arn:1',
    port: 30080,
  };
  const foreign = { ...group, name: 'k8s-shop-web-2222222222', marks: [] };
  const facts = { targetGroups: [group, foreign] };
  const instances = { instances: ['i-node-1', 'i-node-2', 'i-node-3'], expected: [] };

  it('is built beside the old, where it is allowed: the names are apart', () => {
    expect(compiled({ annotations: ALLOWED }, [there('classic')])).toMatchObject({
      balancer: `LoadBalancer/${A}`,
      replaces: [`ClassicLoadBalancer/${A}`],
    });
    expect(compiled({ annotations: { type: 'classic', ...ALLOWED } }, [there('nlb')])).toMatchObject({
      balancer: `ClassicLoadBalancer/${A}`,
      replaces: [`LoadBalancer/${A}`],
    });
  });

  it('goes on once the new one exists', () => {
    expect(compiled({}, [there('classic'), there('nlb')])).toMatchObject({
      balancer: `LoadBalancer/${A}`,
      replaces: [`ClassicLoadBalancer/${A}`],
      blocked: [],
    });
  });

  it('is blocked otherwise: a Classic one is as the Service asks in everything else', () => {
    const request = { sourceRanges: ['192.0.2.0/24'] };
    const { graph, blocked } = compiled({ request }, [there('classic')]);
    const asClassic = compiled({ annotations: { type: 'classic' }, request }, [there('classic')]);
    expect(graph?.resources).toEqual(asClassic.graph?.resources);
    expect(graph?.resources.map(({ kind }) => kind)).toContain('ClassicLoadBalancer');
    expect(JSON.stringify(graph?.resources)).toContain('192.0.2.0/24');
    expect(blocked).toEqual([expect.stringContaining('cannot become a Network Load Balancer')]);
  });

  it('is blocked otherwise: an NLB is as the Service asks in everything else', () => {
    const { graph, blocked } = compiled({ annotations: { type: 'classic' } }, [there('nlb')], facts);
    expect(graph?.resources).toEqual(compiled({}, [there('nlb')], facts).graph?.resources);
    expect(blocked).toEqual([expect.stringContaining('cannot become a Classic Load Balancer')]);
  });

  it('is blocked otherwise: what a Classic one cannot be leaves it its instances, and nothing else is touched', () => {
    const { graph, blocked } = compiled(
      { annotations: { 'healthcheck-timeout': '90', 'healthcheck-interval': '120' } },
      [there('classic')],
    );
    expect(graph?.resources).toEqual([{ kind: 'ClassicInstances', id: A, spec: instances }]);
    expect(graph?.holds).toHaveLength(7);
    expect(graph?.holds).not.toContain('ClassicInstances');
    expect(blocked).toEqual([
      `ClassicLoadBalancer/${A}: Load balancer ${A} is a Classic Load Balancer and cannot become a Network Load Balancer: that needs a new load balancer with a new address, which annotation fairlead.dev/allow-replacement "true" allows.`,
    ]);
  });

  it('is blocked otherwise: what an NLB cannot be leaves it its targets, and nothing else is touched', () => {
    const annotations = { type: 'classic', 'healthcheck-protocol': 'SSL' };
    const { graph, blocked } = compiled({ annotations }, [there('nlb')], facts);
    expect(graph?.resources).toEqual([
      { kind: 'Targets', id: group.name, spec: { targetGroup: 'arn:1', port: 30080, ...instances } },
    ]);
    expect(graph?.holds).toHaveLength(7);
    expect(graph?.holds).not.toContain('Targets');
    expect(blocked).toEqual([expect.stringContaining('cannot become a Classic Load Balancer')]);
  });

  it('is blocked otherwise: without nodes everything is held', () => {
    const annotations = { type: 'classic', 'healthcheck-protocol': 'SSL' };
    const found = compiled({ annotations, nodes: [] }, [there('nlb')], facts);
    expect(found.graph).toMatchObject({ resources: [], holds: expect.objectContaining({ length: 8 }) });
  });

  it('is an error where the Service cannot be of that kind', () => {
    const ports = [{ name: '', protocol: 'UDP', port: 53, nodePort: 30053 }] as const;
    const found = compiled({ annotations: { type: 'classic' }, request: { ports } }, [there('nlb')]);
    expect(found.graph).toBeUndefined();
  });
});

it('retarget has the instances of a Classic one, too', () => {
  const existing = [{ kind: 'ClassicLoadBalancer', id: A, marks: [], out: {} }];
  const { resources } = retarget(inputOf({ annotations: { type: 'classic' } }), FACTS, existing);
  expect(resources).toMatchObject([{ kind: 'ClassicInstances', id: A, spec: { instances: { length: 3 } } }]);
});

describe('whatever exists', () => {
  const scheme = fc.constantFrom('internet-facing' as const, 'internal' as const);
  const kind = fc.constantFrom('nlb' as const, 'classic' as const);
  const letter = fc.constantFrom('a', 'b', 'c', 'd');
  const some = fc.uniqueArray(
    fc.record({ kind, letter, scheme, hasSecurityGroups: fc.boolean() }).map(({ letter: one, ...rest }) => ({
      ...there(rest.kind, loadBalancerName(UID, one), { scheme: rest.scheme }),
      hasSecurityGroups: rest.hasSecurityGroups,
    })),
    { selector: (one) => `${one.kind}/${one.name}`, maxLength: 6 },
  );
  const wish: fc.Arbitrary<FixedWish> = fc.record({
    kind,
    scheme,
    addressesOn: fc.constant(() => ({})),
    hasSecurityGroups: fc.option(fc.boolean(), { nil: undefined }),
  });
  const key = ({ kind: which, name }: Pick<ExistingLoadBalancer, 'kind' | 'name'>) => `${which}/${name}`;
  const made = (name: string, { kind: which, scheme: where, hasSecurityGroups }: FixedWish) => ({
    ...there(which, name, { scheme: where }),
    hasSecurityGroups: hasSecurityGroups ?? false,
  });

  it('one is meant, all others are replaced, and none is built over another', () => {
    fc.assert(
      fc.property(some, wish, fc.boolean(), (all, wanted, mayReplace) => {
        const own = ownLoadBalancers(all, OWNER);
        const { name, replaces, state } = identify(UID, own, wanted, mayReplace);
        const keys = own.map(key);
        const meant = key({ kind: wanted.kind, name });
        expect(keys.includes(meant)).toBe(state !== 'new');
        expect([...replaces.map(key), ...(state === 'new' ? [] : [meant])].sort()).toEqual(keys.sort());
        expect(state === 'blocked' && mayReplace).toBe(false);
      }),
    );
  });

  it('a new one is meant for as long as it takes, and when the others are gone', () => {
    fc.assert(
      fc.property(some, wish, fc.boolean(), (all, wanted, later) => {
        const first = identify(UID, ownLoadBalancers(all, OWNER), wanted, true);
        if (first.state !== 'new') return;
        const young = made(first.name, wanted);
        for (const present of [[...all, young], [...all.slice(1), young], [young]]) {
          const next = identify(UID, ownLoadBalancers(present, OWNER), wanted, later);
          expect(next).toMatchObject({ state: 'there', name: first.name });
        }
      }),
    );
  });
});
