// The facts once a graph is in force: what it makes exists, what it replaces is gone. Pure.
import { type Graph, outputText } from '../../src/engine/graph.ts';
import type { Owner } from '../../src/engine/owner.ts';
import type { ExistingFloatingIp, ExistingLoadBalancer, Facts } from './facts.ts';
import { textOf } from './naming.ts';
import { FLOATING_IP, type FloatingIpSpec, LOAD_BALANCER, type LoadBalancerSpec } from './resources.ts';

export function assume(facts: Facts, owner: Owner, graph: Graph): Facts {
  const own = textOf(owner);
  const made = graph.resources.find(({ kind }) => kind === LOAD_BALANCER.name);
  const lost = facts.loadBalancers.filter(({ id, owners }) => owners.includes(own) && id !== made?.id);
  const others = facts.loadBalancers.flatMap((one): readonly ExistingLoadBalancer[] => {
    if (one.id === made?.id) return [];
    const owners = one.owners.filter((name) => name !== own);
    return owners.length === one.owners.length ? [one] : owners.length > 0 ? [{ ...one, owners }] : [];
  });
  const before = facts.loadBalancers.find(({ id }) => id === made?.id);
  const balancer = made && balancerOf(made.id, made.spec as LoadBalancerSpec, owner, before);
  return {
    ...facts,
    loadBalancers: [...others, ...(balancer ? [balancer] : [])].sort((a, b) => (a.id < b.id ? -1 : 1)),
    floatingIps: floatingIpsOf(facts, graph, own, balancer, lost),
  };
}

function balancerOf(
  id: string,
  spec: LoadBalancerSpec,
  owner: Owner,
  before: ExistingLoadBalancer | undefined,
): ExistingLoadBalancer {
  const key = `${LOAD_BALANCER.name}/${id}`;
  const { cluster, namespace, name } = owner;
  return {
    id,
    uuid: before?.uuid ?? outputText(key, 'uuid'),
    marks: [...(before?.marks ?? []), { cluster, namespace, name }],
    owners: [...new Set([...(before?.owners ?? []), textOf(owner)])].sort(),
    status: 'ACTIVE',
    serving: true,
    portId: before?.portId ?? spec.portId ?? outputText(key, 'vipPortId'),
    address: before?.address ?? spec.address ?? outputText(key, 'vipAddress'),
    subnetId: before?.subnetId ?? spec.subnetId,
    networkId: before?.networkId ?? spec.networkId,
    flavorId: before?.flavorId ?? spec.flavorId,
    zone: before?.zone ?? spec.zone,
    provider: before?.provider ?? spec.provider ?? '',
  };
}

function floatingIpsOf(
  { floatingIps }: Facts,
  graph: Graph,
  own: string,
  balancer: ExistingLoadBalancer | undefined,
  lost: readonly ExistingLoadBalancer[],
): readonly ExistingFloatingIp[] {
  const made = graph.resources.find(({ kind }) => kind === FLOATING_IP.name);
  const ports = [...lost, ...(balancer ? [balancer] : [])].flatMap(({ portId }) => portId ?? []);
  const isOwn = ({ portId, madeFor }: ExistingFloatingIp) =>
    portId === null ? madeFor === own : ports.includes(portId);
  const spec = made?.spec as FloatingIpSpec | undefined;
  const taken = floatingIps.find((one) => one.uuid === spec?.use || isOwn(one));
  const rest = floatingIps.filter((one) => one !== taken && !(isOwn(one) && !graph.holds.includes(FLOATING_IP.name)));
  if (!made || !spec || !balancer) return rest;
  const key = `${FLOATING_IP.name}/${made.id}`;
  const next: ExistingFloatingIp = {
    uuid: taken?.uuid ?? outputText(key, 'uuid'),
    address: taken?.address ?? spec.address ?? outputText(key, 'address'),
    networkId: taken?.networkId ?? spec.networkId ?? '',
    portId: balancer.portId,
    madeFor: taken ? taken.madeFor : own,
  };
  return [...rest, next];
}
