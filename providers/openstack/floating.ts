// Which floating IP a Service has, gets or shares. Pure.
import type { ExistingFloatingIp, ExternalNetwork, Facts } from './facts.ts';
import { textOf } from './naming.ts';
import type { FloatingIpSpec } from './resources.ts';
import type { Seat } from './seat.ts';
import { subnetMatcher } from './subnet-pattern.ts';
import type { FloatingWish, OpenstackInput, Wish } from './wish.ts';
import { annotationName, type Findings, fieldName } from './wish-findings.ts';

export interface FloatingSeat {
  readonly spec: Omit<FloatingIpSpec, 'port'>;
  /** One that is there is moved or attached: it waits until the load balancer works. */
  readonly moves: boolean;
  /** What would need another address, which the Service does not allow. */
  readonly blocked?: string;
  /** The address that is there goes first. */
  readonly clearing?: string;
}

/** Undefined: there is none, or an error in `findings`. */
export function floatingSeatOf(
  input: OpenstackInput,
  wish: Wish,
  facts: Facts,
  seat: Seat,
  findings: Findings,
): FloatingSeat | undefined {
  const { owner } = input.request;
  const replaced = seat.isMaker ? seat.replaces.map(({ old }) => old) : [];
  const ports = [seat.existing, ...replaced].flatMap((one) => one?.portId ?? []);
  const attached = facts.floatingIps.find(({ portId }) => portId !== null && ports.includes(portId));
  const owners = [textOf(owner)];
  const none = { owners, keep: 'no', networkId: null, subnetIds: [], address: null, use: null } as const;
  // Who made the load balancer decides whether it has one; the others have a part in it.
  if (!seat.isMaker) return attached ? { spec: none, moves: false } : undefined;
  const { floating } = wish;
  if (!floating) return undefined;
  const keep = floating.keep ? 'yes' : 'no';
  const { address } = floating;
  const named = address === undefined ? undefined : facts.floatingIps.find((one) => one.address === address);
  if (attached) {
    warnOfNetwork(input, floating, attached, findings);
    const spec = { ...none, keep, networkId: attached.networkId } as const;
    const moves = attached.portId !== seat.existing?.portId;
    if (address === undefined || address === attached.address) return { spec, moves };
    const why = `spec.loadBalancerIP asks for ${address}, and the load balancer has ${attached.address}`;
    const obstacle = obstacleOf(named, seat, textOf(owner));
    if (input.annotations.allowReplacement && obstacle === undefined) {
      return { spec, moves, clearing: `${why}: that one is taken off first.` };
    }
    const how = obstacle ?? 'with the annotation fairlead.dev/allow-replacement "true" it is exchanged';
    return { spec, moves, blocked: `The floating IP stays: ${why}; ${how}` };
  }
  if (named?.portId) {
    findings.error(fieldName('spec.loadBalancerIP'), named.address, {
      code: 'conflict',
      because: `is a floating IP that port ${named.portId} has`,
      expected: 'one that is attached to nothing, or none',
    });
    return undefined;
  }
  const kept = named ?? facts.floatingIps.find((one) => one.portId === null && one.madeFor === textOf(owner));
  if (kept && (address === undefined || kept.address === address)) {
    return { spec: { ...none, keep, networkId: kept.networkId, use: kept.uuid }, moves: true };
  }
  const place = placeOf(floating, facts, findings);
  return place && { spec: { ...none, keep, ...place, address: address ?? null }, moves: false };
}

/** Why the address that is there is not given up for another: it would be gone before the other is had. */
function obstacleOf(named: ExistingFloatingIp | undefined, seat: Seat, me: string): string | undefined {
  const others = (seat.existing?.owners ?? []).filter((one) => one !== me);
  if (others.length > 0) return `it is the address of ${others.join(', ')} too`;
  if (!named) return 'the project has no floating IP of that address: one has to be made first';
  return named.portId ? `port ${named.portId} has that one` : undefined;
}

/** The network and the subnets that a new one comes from. */
function placeOf(
  floating: FloatingWish,
  { externalNetworks }: Facts,
  findings: Findings,
): (Pick<FloatingIpSpec, 'subnetIds'> & { readonly networkId: string }) | undefined {
  const network = networkOf(floating, externalNetworks, findings);
  if (!network) return undefined;
  const { subnetId, subnetPattern: pattern, subnetTags: tags } = floating;
  if (subnetId !== undefined) {
    if (network.subnets.some(({ id }) => id === subnetId)) return { networkId: network.id, subnetIds: [subnetId] };
    const because = `is no subnet of the floating network ${network.name} (${network.id})`;
    findings.error(annotationName('floatingSubnetId'), subnetId, { because, expected: subnetsOf(network) });
    return undefined;
  }
  if (network.imagined || (pattern === undefined && tags === undefined))
    return { networkId: network.id, subnetIds: [] };
  const matches = subnetMatcher({ pattern, tags });
  const found = network.subnets.filter((one) => one.ipVersion === 4 && matches(one)).map(({ id }) => id);
  if (found.length > 0) return { networkId: network.id, subnetIds: found };
  const name = annotationName(pattern === undefined ? 'floatingSubnetTags' : 'floatingSubnet');
  const because = `fits no subnet of the floating network ${network.name} (${network.id})`;
  findings.error(name, pattern ?? tags ?? '', { because, expected: subnetsOf(network) });
  return undefined;
}

function networkOf(
  { networkId }: FloatingWish,
  networks: readonly ExternalNetwork[],
  findings: Findings,
): ExternalNetwork | undefined {
  const name = annotationName('floatingNetworkId');
  const all = networks.map((one) => `${one.id} (${one.name})`);
  const listed =
    all.length === 0 ? 'a network with router:external, of which there is none' : `one of ${all.join(', ')}`;
  if (networkId !== undefined) {
    const found = networks.find(({ id }) => id === networkId);
    if (!found) findings.error(name, networkId, { because: 'is no external network', expected: listed });
    return found;
  }
  if (networks.length === 1) return networks[0];
  const why =
    networks.length === 0
      ? 'and the project sees no external network that a floating IP could come from'
      : 'and there are several external networks';
  const expected = networks.length === 0 ? 'an external network, or an internal Service' : listed;
  findings.missing(name, why, expected);
  return undefined;
}

function subnetsOf({ subnets }: ExternalNetwork): string {
  const all = subnets
    .filter(({ ipVersion }) => ipVersion === 4)
    .map((one) => `${one.name} (${one.id}${one.tags.length > 0 ? `, tags ${one.tags.join(',')}` : ''})`);
  return all.length === 0 ? 'a subnet of it, of which there is none' : `one of ${all.slice(0, 10).join('; ')}`;
}

/** Networks and subnets count when a floating IP is made, and never after. */
function warnOfNetwork(
  { annotations }: OpenstackInput,
  { networkId }: FloatingWish,
  { networkId: have, address }: ExistingFloatingIp,
  findings: Findings,
): void {
  if (annotations.floatingNetworkId === undefined || networkId === undefined || networkId === have) return;
  const because = `the floating IP ${address} of network ${have} is there already`;
  findings.idle(annotationName('floatingNetworkId'), networkId, because, `${have}, or a new Service`);
}
