// Which floating IP a Service has, gets or shares.
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../providers/openstack/facts.ts';
import type { FloatingIpSpec } from '../../../providers/openstack/resources.ts';
import type { Graph, Ref } from '../../../src/engine/graph.ts';
import {
  ALLOW,
  another,
  balancer,
  type Case,
  compiled,
  external,
  floatingIp,
  graphOf,
  INTERNAL,
  id,
  LB,
  NETWORK,
} from './sample-facts.ts';

type Wanted = Omit<FloatingIpSpec, 'port'> & { readonly port: Ref<string> };

function wanted(graph: Graph): Wanted | undefined {
  return graph.resources.find(({ kind }) => kind === 'FloatingIp')?.spec as Wanted | undefined;
}

const subnets = (about: Case) => wanted(graphOf(about))?.subnetIds;
const refusal = (about: Case) => {
  const { graph, said } = compiled(about);
  expect(graph).toBeUndefined();
  return said;
};
const NEW = { owners: ['shop/web'], keep: 'no', networkId: NETWORK, subnetIds: [], address: null, use: null };

describe('a new floating IP', () => {
  it('comes from the only external network, and is made at once', () => {
    const graph = graphOf();
    expect(wanted(graph)).toEqual({ ...NEW, port: { $ref: `LoadBalancer/${LB}`, field: 'vipPortId' } });
    expect(graph.shown).toMatchObject({ floatingIp: LB });
  });

  it('is none of an internal Service, and none of one of IPv6', () => {
    for (const about of [{ annotations: INTERNAL }, { request: { families: ['IPv6'] } }] as const) {
      const graph = graphOf(about);
      expect(wanted(graph)).toBeUndefined();
      expect(graph.shown).toMatchObject({ floatingIp: null });
    }
  });

  it('comes from the network that is named', () => {
    const facts = { externalNetworks: [external(), external('7')] };
    const about = { annotations: { 'floating-network-id': id('7') }, facts };
    expect(wanted(graphOf(about))?.networkId).toBe(id('7'));
  });

  it.each([
    [
      { 'floating-network-id': id('3') },
      [external()],
      /floating-network-id is ".*", which is no external network; expected one of /,
    ],
    [
      {},
      [external(), external('7')],
      /floating-network-id is missing, and there are several external networks; expected one of /,
    ],
    [{}, [], /floating-network-id is missing, and the project sees no external network that/],
  ] as const)('cannot be had: %j of %#', (annotations, externalNetworks, why) => {
    expect(refusal({ annotations, facts: { externalNetworks } })).toEqual([expect.stringMatching(why)]);
  });

  it.each([
    [{ 'floating-subnet-id': id('e', 12) }, [id('e', 12)]],
    [{ 'floating-subnet': 'red' }, [id('e', 12)]],
    [{ 'floating-subnet': '*' }, [id('e', 11), id('e', 12)]],
    [{ 'floating-subnet': '!red' }, [id('e', 11)]],
    [{ 'floating-subnet': '~^(blue|red)$' }, [id('e', 11), id('e', 12)]],
    [{ 'floating-subnet-tags': 'b' }, [id('e', 11)]],
    [{ 'floating-subnet-tags': '&a,b' }, [id('e', 11)]],
    [{ 'floating-subnet': '*', 'floating-subnet-tags': '!b' }, [id('e', 12)]],
  ])('comes from subnets of IPv4, tried in turn: %j', (annotations, ids) => {
    expect(subnets({ annotations })).toEqual(ids);
  });

  it.each([
    [{ 'floating-subnet-id': id('3') }, /is no subnet of the floating network public-e/],
    [{ 'floating-subnet': 'green' }, /"green", which fits no subnet of the floating network public-e/],
    [{ 'floating-subnet-tags': 'z' }, /"z", which fits no subnet/],
    [{ 'floating-subnet': 'blue6' }, /"blue6", which fits no subnet/],
  ])('comes from no subnet that there is not: %j', (annotations, why) => {
    const [line] = refusal({ annotations });
    expect(line).toMatch(why);
    expect(line).toContain('blue (');
    expect(line).not.toContain('blue6 (');
  });

  it('comes from whatever subnet is asked for in a network that is made up', () => {
    const externalNetworks = [external('e', { imagined: true })];
    expect(subnets({ annotations: { 'floating-subnet': 'green' }, facts: { externalNetworks } })).toEqual([]);
  });

  it('outlives the Service where that says so', () => {
    expect(wanted(graphOf({ annotations: { 'keep-floatingip': 'true' } }))?.keep).toBe('yes');
  });

  it('has the address that is asked for', () => {
    expect(wanted(graphOf({ request: { loadBalancerIP: '203.0.113.99' } }))).toMatchObject({
      address: '203.0.113.99',
      use: null,
    });
  });
});

describe('a floating IP that nothing has', () => {
  const free = { floatingIps: [floatingIp({ portId: null })] };
  const theirs = { floatingIps: [floatingIp({ portId: null, madeFor: null })] };

  it('is taken by the Service that it was made for, once the load balancer works', () => {
    expect(wanted(graphOf({ facts: free }))).toMatchObject({
      use: id('f'),
      networkId: NETWORK,
      port: { settled: true },
    });
  });

  it('is not taken by another Service', () => {
    const others = { floatingIps: [floatingIp({ portId: null, madeFor: 'shop/api' })] };
    expect(wanted(graphOf({ facts: others }))?.use).toBeNull();
  });

  it('is taken by who asks for its address, whoever made it', () => {
    const about = { request: { loadBalancerIP: '203.0.113.10' }, facts: theirs };
    expect(wanted(graphOf(about))).toMatchObject({ use: id('f'), address: null, port: { settled: true } });
  });

  it('is left where another address is asked for', () => {
    const about = { request: { loadBalancerIP: '203.0.113.99' }, facts: free };
    expect(wanted(graphOf(about))).toMatchObject({ use: null, address: '203.0.113.99' });
  });

  it('is asked for in vain where something has it', () => {
    const facts = { floatingIps: [floatingIp({ portId: id('8'), madeFor: null })] };
    expect(refusal({ request: { loadBalancerIP: '203.0.113.10' }, facts })).toEqual([
      expect.stringContaining(`is "203.0.113.10", which is a floating IP that port ${id('8')} has`),
    ]);
  });
});

describe('the floating IP that the load balancer has', () => {
  const facts: Partial<Facts> = { loadBalancers: [balancer()], floatingIps: [floatingIp()], externalNetworks: [] };

  it('is kept, and no network is looked for', () => {
    expect(wanted(graphOf({ facts }))).toEqual({ ...NEW, port: { $ref: `LoadBalancer/${LB}`, field: 'vipPortId' } });
  });

  it('is kept from another network than the one that is named, and that is told', () => {
    const { said } = compiled({ annotations: { 'floating-network-id': id('7') }, facts });
    expect(said).toEqual([
      expect.stringMatching(/^warning: .*no effect since the floating IP 203\.0\.113\.10 of network/),
    ]);
  });

  it('is kept without a word where only the option names another network', () => {
    expect(compiled({ options: { 'floating-network-id': id('7') }, facts }).said).toEqual([]);
  });

  it('goes when the Service becomes internal', () => {
    const graph = graphOf({ annotations: INTERNAL, facts });
    expect(wanted(graph)).toBeUndefined();
    expect(graph.holds).not.toContain('FloatingIp');
  });

  it('stays where another address is asked for, and no replacement is allowed', () => {
    const graph = graphOf({ request: { loadBalancerIP: '203.0.113.99' }, facts });
    expect(wanted(graph)).toMatchObject({ networkId: NETWORK, address: null });
    expect(graph.blocked).toEqual([
      {
        kind: 'FloatingIp',
        id: LB,
        why: expect.stringContaining('asks for 203.0.113.99, and the load balancer has 203.0.113.10'),
      },
    ]);
  });

  it('is taken off first where that is allowed, and the rest goes on', () => {
    const free = floatingIp({ uuid: id('f', 2), address: '203.0.113.99', portId: null });
    const both = { ...facts, floatingIps: [floatingIp(), free] };
    const graph = graphOf({ annotations: ALLOW, request: { loadBalancerIP: '203.0.113.99' }, facts: both });
    expect(wanted(graph)).toBeUndefined();
    expect(graph.clearing).toMatch(/that one is taken off first\.$/);
    expect(graph.resources.map(({ kind }) => kind)).toContain('Listener');
  });

  it.each<readonly [string, Partial<Facts>, RegExp]>([
    [
      'others have it too',
      { loadBalancers: [balancer({ owners: ['shop/api', 'shop/web'] })] },
      /it is the address of shop\/api too$/,
    ],
    ['nobody has the other', {}, /no floating IP of that address: one has to be made first$/],
    [
      'something else has the other',
      { floatingIps: [floatingIp(), floatingIp({ uuid: id('f', 2), address: '203.0.113.99', portId: id('8') })] },
      new RegExp(`port ${id('8')} has that one$`),
    ],
  ])('is not given up where %s, leave or no leave', (_, more, why) => {
    const about = { annotations: ALLOW, request: { loadBalancerIP: '203.0.113.99' }, facts: { ...facts, ...more } };
    const graph = graphOf(about);
    expect(graph.clearing).toBeUndefined();
    expect(wanted(graph)).toBeDefined();
    expect(graph.blocked).toMatchObject([{ kind: 'FloatingIp', why: expect.stringMatching(why) }]);
  });

  it('is as wanted where its own address is asked for', () => {
    const graph = graphOf({ request: { loadBalancerIP: '203.0.113.10' }, facts });
    expect(graph.blocked).toBeUndefined();
    expect(wanted(graph)).toBeDefined();
  });
});

describe('the floating IP of a load balancer that is replaced', () => {
  const old = balancer({ status: 'ERROR' });
  const young = balancer({
    id: `${LB}_2`,
    uuid: id('a', 2),
    portId: id('b', 2),
    status: 'PENDING_CREATE',
    serving: false,
  });

  it('moves when the new one works, under the same id', () => {
    const graph = graphOf({ facts: { loadBalancers: [old], floatingIps: [floatingIp()] } });
    expect(graph.resources.find(({ kind }) => kind === 'FloatingIp')?.id).toBe(LB);
    expect(wanted(graph)?.port).toEqual({ $ref: `LoadBalancer/${LB}_2`, field: 'vipPortId', settled: true });
  });

  it('still waits for that once the new one is there, and being made', () => {
    const graph = graphOf({ facts: { loadBalancers: [old, young], floatingIps: [floatingIp()] } });
    expect(wanted(graph)?.port).toMatchObject({ $ref: `LoadBalancer/${LB}_2`, settled: true });
  });

  it('waits for nothing any more once it has moved', () => {
    const moved = floatingIp({ portId: id('b', 2) });
    const graph = graphOf({ facts: { loadBalancers: [old, young], floatingIps: [moved] } });
    expect(wanted(graph)?.port).toEqual({ $ref: `LoadBalancer/${LB}_2`, field: 'vipPortId' });
  });

  it('is held while the old one goes first', () => {
    const dead = balancer({ status: 'ERROR', serving: false });
    const graph = graphOf({ facts: { loadBalancers: [dead], floatingIps: [floatingIp()] } });
    expect(graph.holds).toEqual(['FloatingIp']);
    expect(graph.resources).toEqual([]);
  });
});

describe('the floating IP of a shared load balancer', () => {
  const annotations = { 'load-balancer-id': id('c') };
  const theirs = floatingIp({ portId: id('d'), madeFor: 'shop/api' });

  it('is shared too, and nothing is asked of it', () => {
    const graph = graphOf({ annotations, facts: { loadBalancers: [another()], floatingIps: [theirs] } });
    expect(wanted(graph)).toEqual({
      ...NEW,
      networkId: null,
      port: { $ref: 'LoadBalancer/kube_service_prod_shop_api', field: 'vipPortId' },
    });
    expect(graph.shown).toMatchObject({ floatingIp: 'kube_service_prod_shop_api' });
  });

  it('is none where who made it has none', () => {
    const graph = graphOf({ annotations, facts: { loadBalancers: [another()] } });
    expect(wanted(graph)).toBeUndefined();
    expect(graph.shown).toMatchObject({ floatingIp: null });
  });

  it('is not the one that the Service has on its own, which goes with that', () => {
    const facts = { loadBalancers: [balancer(), another()], floatingIps: [floatingIp()] };
    const graph = graphOf({ annotations: { ...annotations, ...ALLOW }, facts });
    expect(graph.replaces).toEqual([`LoadBalancer/${LB}`]);
    expect(wanted(graph)).toBeUndefined();
  });
});
