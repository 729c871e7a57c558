// A small cloud for tests of compiling: what an OpenStack tells, and what of it exists for the Service `shop/web`.

import { compile } from '../../../providers/openstack/compile.ts';
import type {
  ExistingFloatingIp,
  ExistingLoadBalancer,
  ExternalNetwork,
  Facts,
} from '../../../providers/openstack/facts.ts';
import { seatOf } from '../../../providers/openstack/seat.ts';
import { type OpenstackInput, wishOf } from '../../../providers/openstack/wish.ts';
import { Findings } from '../../../providers/openstack/wish-findings.ts';
import type { Graph } from '../../../src/engine/graph.ts';
import type { EligibleNode } from '../../../src/provider/request.ts';
import { inputOf, type Said } from './tables/sample.ts';

/** A UUID that tells what it is of by its first letters. */
export const id = (letter: string, number = 1) =>
  `${letter.repeat(8)}-${letter.repeat(4)}-4${letter.repeat(3)}-8${letter.repeat(3)}-${String(number).padStart(12, '0')}`;

export const LB = 'kube_service_prod_shop_web';
export const CLUSTER = { name: 'prod', uid: 'cluster-uid' };
export const SUBNET = id('5');
export const NETWORK = id('e');
export const ALLOW = { 'fairlead.dev/allow-replacement': 'true' };
export const INTERNAL = { 'service.beta.kubernetes.io/openstack-internal-load-balancer': 'true' };

export const NODES: readonly EligibleNode[] = [1, 2, 3].map((number) => ({
  name: `node-${number}`,
  providerId: `openstack:///${id('0', number)}`,
  labels: number === 3 ? {} : { pool: 'edge', gpu: '' },
  addresses: [`10.0.0.${number}`, `fd00::${number}`],
}));

export const external = (letter = 'e', more: Partial<ExternalNetwork> = {}): ExternalNetwork => ({
  id: id(letter),
  name: `public-${letter}`,
  subnets: [
    { id: id(letter, 11), name: 'blue', tags: ['a', 'b'], ipVersion: 4 },
    { id: id(letter, 12), name: 'red', tags: ['a'], ipVersion: 4 },
    { id: id(letter, 16), name: 'blue6', tags: ['a'], ipVersion: 6 },
  ],
  ...more,
});

export const FACTS: Facts = {
  version: { major: 2, minor: 27 },
  loadBalancers: [],
  floatingIps: [],
  externalNetworks: [external()],
  nodes: Object.fromEntries(
    NODES.map(({ name }, index) => [name, { subnetId: SUBNET, subnetId6: id('8', 6), portId: id('9', index + 1) }]),
  ),
  ranges: { [SUBNET]: '10.0.0.0/24' },
  secrets: {},
};

/** The Service's own load balancer, with the VIP port `id('b')`. */
export function balancer(more: Partial<ExistingLoadBalancer> = {}): ExistingLoadBalancer {
  return {
    id: LB,
    uuid: id('a'),
    marks: [{ cluster: CLUSTER.uid, namespace: 'shop', name: 'web' }],
    owners: ['shop/web'],
    status: 'ACTIVE',
    serving: true,
    portId: id('b'),
    address: '10.0.0.50',
    subnetId: SUBNET,
    networkId: id('6'),
    flavorId: null,
    zone: null,
    provider: 'amphora',
    ...more,
  };
}

/** The load balancer of `shop/api`. */
export function another(more: Partial<ExistingLoadBalancer> = {}): ExistingLoadBalancer {
  return balancer({
    id: 'kube_service_prod_shop_api',
    uuid: id('c'),
    portId: id('d'),
    marks: [{ cluster: CLUSTER.uid, namespace: 'shop', name: 'api' }],
    owners: ['shop/api'],
    address: '10.0.0.60',
    ...more,
  });
}

/** On the Service's own load balancer. */
export function floatingIp(more: Partial<ExistingFloatingIp> = {}): ExistingFloatingIp {
  return {
    uuid: id('f'),
    address: '203.0.113.10',
    networkId: NETWORK,
    portId: id('b'),
    madeFor: 'shop/web',
    ...more,
  };
}

export interface Case extends Said {
  readonly facts?: Partial<Facts>;
  readonly nodes?: readonly EligibleNode[];
}

export function input({ facts: _, nodes = NODES, ...said }: Case = {}): OpenstackInput {
  return { ...inputOf(said), nodes };
}

export const factsOf = ({ facts = {} }: Case = {}): Facts => ({ ...FACTS, ...facts });

export function compiled(about: Case = {}): { readonly graph: Graph | undefined; readonly said: readonly string[] } {
  const { graph, problems } = compile([input(about)], factsOf(about));
  return { graph, said: problems.map(({ severity, message }) => `${severity}: ${message}`) };
}

/** Throws where there is none. */
export function graphOf(about: Case = {}): Graph {
  const { graph, said } = compiled(about);
  if (!graph) throw new Error(said.join('\n'));
  return graph;
}

export function specsOf<S>(graph: Graph, kind: string): readonly S[] {
  return graph.resources.filter((one) => one.kind === kind).map(({ spec }) => spec as S);
}

/** The seat that the Service gets, and what is said of it. */
export function seat(about: Case) {
  const given = input(about);
  const { wish, problems } = wishOf(given);
  if (!wish) throw new Error(problems.map(({ message }) => message).join('\n'));
  const findings = new Findings();
  return { seat: seatOf(given, wish, factsOf(about), findings), said: findings.problems.map(({ message }) => message) };
}

/** What is there, as facts. */
export const has = (...loadBalancers: readonly ReturnType<typeof balancer>[]): Partial<Facts> => ({ loadBalancers });
