// Asks OpenStack for what compiling needs: in batches, for all Services at hand, and only for what is not known. Reads only.
import type { Scope } from '../../src/engine/kind.ts';
import { isOwnedBy } from '../../src/engine/owner.ts';
import type { EligibleNode } from '../../src/provider/request.ts';
import { listSubnets } from './client/neutron.ts';
import type { FloatingIp, Port } from './client/types.ts';
import type { Cloud } from './cloud/cloud.ts';
import { isServing, type Known } from './cloud/load-balancers.ts';
import type { ExistingFloatingIp, ExistingLoadBalancer, ExternalNetwork, Facts, NodePlace } from './facts.ts';
import { floatingIpOrigin, placeOf as placeByName, textOf } from './naming.ts';
import { misfitsOf } from './seat.ts';
import { type OpenstackInput, type Wish, wishOf } from './wish.ts';

interface Asked {
  readonly input: OpenstackInput;
  /** Absent: it is compiled to problems, which takes no facts. */
  readonly wish: Wish | undefined;
}

export async function gather(inputs: readonly OpenstackInput[], cloud: Cloud, scope: Scope): Promise<Facts> {
  const asked = inputs.map((input): Asked => ({ input, wish: wishOf(input).wish }));
  const all = await cloud.loadBalancers.current(scope);
  const loadBalancers = all.filter((known) => asked.some((one) => isMeant(known, one))).map(existing);
  const floatingIps = await floatingIpsOf(asked, loadBalancers, cloud, scope);
  const nodes = asked.some((one) => needsPlaces(one, loadBalancers)) ? await placesOf(asked, cloud, scope) : {};
  return {
    version: cloud.version,
    loadBalancers,
    floatingIps,
    externalNetworks: asked.some((one) => needsNetworks(one, floatingIps, loadBalancers))
      ? await externalNetworks(cloud, scope)
      : [],
    nodes,
    ranges: await rangesOf(asked, loadBalancers, nodes, cloud, scope),
    secrets: await secretsOf(asked, cloud, scope),
  };
}

/** One of the Service's own, or the one that it names. */
function isMeant({ lb, marks, owners }: Known, { input, wish }: Asked): boolean {
  const { owner } = input.request;
  if (wish?.sharedId === lb.id) return true;
  return (
    marks.some((mark) => isOwnedBy(mark, owner)) ||
    owners.includes(textOf(owner)) ||
    (marks.length > 0 && isNamedFor(input, lb.name))
  );
}

function existing({ id, lb, marks, owners }: Known): ExistingLoadBalancer {
  return {
    id,
    uuid: lb.id,
    ...(lb.name !== id && { name: lb.name }),
    marks,
    owners,
    status: lb.provisioning_status,
    serving: isServing(lb),
    portId: lb.vip_port_id,
    address: lb.vip_address,
    subnetId: lb.vip_subnet_id,
    networkId: lb.vip_network_id,
    flavorId: lb.flavor_id || null,
    zone: lb.availability_zone || null,
    provider: lb.provider,
  };
}

/** From the list of them that the engine takes at the start. */
async function floatingIpsOf(
  asked: readonly Asked[],
  loadBalancers: readonly ExistingLoadBalancer[],
  cloud: Cloud,
  scope: Scope,
): Promise<readonly ExistingFloatingIp[]> {
  const ports = new Set(loadBalancers.flatMap(({ portId }) => portId ?? []));
  const addresses = new Set(asked.flatMap(({ wish }) => wish?.floating?.address ?? []));
  const places = new Set(asked.map(({ input }) => textOf(input.request.owner)));
  const all = await cloud.lookups.floatingIps(scope);
  return all
    .map((one) => floatingIpOf(cloud, one))
    .filter(({ portId, address, madeFor }) => {
      if (portId !== null && ports.has(portId)) return true;
      return addresses.has(address) || (portId === null && madeFor !== null && places.has(madeFor));
    });
}

function floatingIpOf(cloud: Cloud, one: FloatingIp): ExistingFloatingIp {
  const origin = floatingIpOrigin(cloud.cluster.name, one.description);
  return {
    uuid: one.id,
    address: one.floating_ip_address,
    networkId: one.floating_network_id,
    portId: one.port_id,
    madeFor: origin ? textOf(origin) : null,
  };
}

/** The one that it names, and its own; a part in another's, which it names no more, is no place for it. */
const ownOf = ({ input, wish }: Asked, loadBalancers: readonly ExistingLoadBalancer[]) =>
  loadBalancers.filter(({ id, uuid, marks }) => {
    return uuid === wish?.sharedId || (marks.length > 0 && isNamedFor(input, id));
  });

function isNamedFor({ cluster, request }: OpenstackInput, name: string): boolean {
  const place = placeByName(cluster.name, name);
  return place !== undefined && textOf(place) === textOf(request.owner);
}

function needsNetworks(
  one: Asked,
  floatingIps: readonly ExistingFloatingIp[],
  loadBalancers: readonly ExistingLoadBalancer[],
): boolean {
  if (!one.wish?.floating) return false;
  const ports = ownOf(one, loadBalancers).flatMap(({ portId }) => portId ?? []);
  return !floatingIps.some(({ portId }) => portId !== null && ports.includes(portId));
}

async function externalNetworks(cloud: Cloud, scope: Scope): Promise<readonly ExternalNetwork[]> {
  const networks = await cloud.lookups.externalNetworks(scope);
  const all = networks.map(async ({ id, name }): Promise<ExternalNetwork> => {
    const subnets = await cloud.lookups.subnetsOf(id, scope);
    const told = subnets.map((one) => ({
      id: one.id,
      name: one.name,
      tags: [...(one.tags ?? [])].sort(),
      ipVersion: one.ip_version,
    }));
    return { id, name, subnets: told };
  });
  return (await Promise.all(all)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** For the subnet of a new load balancer, and for the ports that get a security group. */
function needsPlaces(one: Asked, loadBalancers: readonly ExistingLoadBalancer[]): boolean {
  const { input, wish } = one;
  if (!wish) return false;
  if (wish.manageSecurityGroups) return true;
  const { portId, subnetId, networkId } = wish.vip;
  const isPlaced = portId !== undefined || subnetId !== undefined || networkId !== undefined;
  const own = ownOf(one, loadBalancers);
  const usable = own.some((each) => each.status !== 'ERROR' && misfitsOf(input, wish, each).length === 0);
  return !isPlaced && !usable;
}

/** `openstack:///UUID` and `openstack://region/UUID`. */
export function serverOf(providerId: string): string | undefined {
  return /^openstack:\/\/[^/]*\/([0-9a-f-]{36})$/i.exec(providerId)?.[1];
}

async function placesOf(asked: readonly Asked[], cloud: Cloud, scope: Scope): Promise<Facts['nodes']> {
  const nodes = new Map(asked.flatMap(({ input }) => input.nodes.map((node) => [node.name, node] as const)));
  const servers = [...nodes.values()].flatMap(({ providerId }) => serverOf(providerId) ?? []);
  const ports = await cloud.lookups.portsOf(servers, scope);
  const places = [...nodes.values()].map((node): [string, NodePlace] => [node.name, placeOf(node, ports)]);
  return Object.fromEntries(places.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function placeOf(node: EligibleNode, ports: ReadonlyMap<string, readonly Port[]>): NodePlace {
  const own = ports.get(serverOf(node.providerId) ?? '') ?? [];
  const found = node.addresses.flatMap((address) =>
    own.flatMap(({ id, fixed_ips }) => {
      const fixed = fixed_ips.find(({ ip_address }) => ip_address === address);
      return fixed ? [{ portId: id, subnetId: fixed.subnet_id, isV6: address.includes(':') }] : [];
    }),
  );
  const v6 = found.find(({ isV6 }) => isV6);
  return {
    subnetId: found.find(({ isV6 }) => !isV6)?.subnetId ?? null,
    ...(v6 && { subnetId6: v6.subnetId }),
    portId: found[0]?.portId ?? null,
  };
}

/** Who may come to the nodes' ports: what is in the subnets of the load balancers. */
async function rangesOf(
  asked: readonly Asked[],
  loadBalancers: readonly ExistingLoadBalancer[],
  nodes: Facts['nodes'],
  cloud: Cloud,
  scope: Scope,
): Promise<Facts['ranges']> {
  const wanted = asked.filter(({ wish }) => wish?.manageSecurityGroups);
  if (wanted.length === 0) return {};
  const ids = [
    ...wanted.flatMap(({ wish }) => [wish?.memberSubnetId ?? [], wish?.vip.subnetId ?? []].flat()),
    ...loadBalancers.flatMap(({ subnetId }) => subnetId ?? []),
    ...Object.values(nodes).flatMap(({ subnetId, subnetId6 }) => [subnetId ?? [], subnetId6 ?? []].flat()),
  ];
  return cloud.lookups.ranges([...new Set(ids)].sort(), (id) => listSubnets(cloud.session, { id }, scope));
}

async function secretsOf(asked: readonly Asked[], cloud: Cloud, scope: Scope): Promise<Facts['secrets']> {
  const named = asked.flatMap(({ wish }) => (wish?.tlsRefChecked && wish.tlsRef !== undefined ? wish.tlsRef : []));
  const all = [...new Set(named)].sort().map(async (reference) => {
    return [reference, await cloud.lookups.hasSecret(reference, scope)] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}
