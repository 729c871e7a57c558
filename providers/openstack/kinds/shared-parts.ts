// What several Services want of one load balancer, and of its floating IP, as one. Pure.
import type { Share } from '../../../src/engine/kind.ts';
import type { Owner } from '../../../src/engine/owner.ts';
import { textOf } from '../naming.ts';
import type { FloatingIpSpec, LoadBalancerSpec, SecurityGroupSpec } from '../resources.ts';
import { sortedRules } from './security-group-calls.ts';

interface Shared {
  readonly owners: readonly string[];
}

/** The owners that are there afterwards: those who want it, and those of whom nothing is known. */
function ownersOf<S extends Shared>(
  shares: readonly Share<S>[],
  leaving: readonly Owner[],
  have: S | undefined,
): readonly string[] {
  const known = shares.filter(({ spec }) => spec !== 'frozen');
  const decided = new Set([...known.map(({ owner }) => owner), ...leaving].map(textOf));
  const others = (have?.owners ?? []).filter((owner) => !decided.has(owner));
  return [...new Set([...others, ...partsOf(known).flatMap(({ owners }) => owners)])].sort();
}

function partsOf<S extends Shared>(shares: readonly Share<S>[]): readonly S[] {
  return shares.flatMap(({ spec }) => (spec === 'frozen' ? [] : [spec]));
}

/** Whoever made it says what it is like: the values of the others are null. */
export function mergedLoadBalancer(
  shares: readonly Share<LoadBalancerSpec>[],
  leaving: readonly Owner[],
  have: LoadBalancerSpec | undefined,
): LoadBalancerSpec | undefined {
  const owners = ownersOf(shares, leaving, have);
  // One that was made by hand stays when the last Service leaves it.
  if (owners.length === 0) return have?.madeBy === 'hand' ? { ...nothingAsked(have), owners } : undefined;
  const parts = partsOf(shares);
  const first = parts[0] ?? have;
  if (!first) return undefined;
  const asked = <K extends keyof LoadBalancerSpec>(field: K): LoadBalancerSpec[K] =>
    parts.find((part) => part[field] !== null)?.[field] ?? (null as LoadBalancerSpec[K]);
  return {
    ...nothingAsked(first),
    owners,
    portId: asked('portId'),
    subnetId: asked('subnetId'),
    networkId: asked('networkId'),
    address: asked('address'),
    flavorId: asked('flavorId'),
    zone: asked('zone'),
    provider: asked('provider'),
  };
}

function nothingAsked({ madeBy, made }: LoadBalancerSpec): LoadBalancerSpec {
  const none = { portId: null, subnetId: null, networkId: null, address: null };
  return { owners: [], ...none, flavorId: null, zone: null, provider: null, madeBy, made };
}

export function mergedFloatingIp(
  shares: readonly Share<FloatingIpSpec>[],
  leaving: readonly Owner[],
  have: FloatingIpSpec | undefined,
): FloatingIpSpec | undefined {
  const owners = ownersOf(shares, leaving, have);
  const parts = partsOf(shares);
  const makers = parts.filter(({ networkId }) => networkId !== null);
  // Of a Service that only shares the load balancer nothing is asked but that its address stays.
  const lead = makers[0] ?? have ?? parts[0];
  return owners.length === 0 || !lead ? undefined : { ...lead, owners };
}

/**
 * A group has one owner; it is merged for the phases of its change: while the rest of the stack is being changed, what is open
 * stays open for the listeners and members that are yet to be moved.
 */
export function mergedSecurityGroup(
  shares: readonly Share<SecurityGroupSpec>[],
  _leaving: readonly Owner[],
  have: SecurityGroupSpec | undefined,
): SecurityGroupSpec | undefined {
  const [share] = shares;
  if (!share) return undefined;
  const { spec, phase } = share;
  if (spec === 'frozen' || phase === 'unsettled') return have;
  if (phase !== 'growing' || !have) return spec;
  return {
    rules: sortedRules([...have.rules, ...spec.rules]),
    ports: [...new Set([...have.ports, ...spec.ports])].sort(),
  };
}
