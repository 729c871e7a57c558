// Which load balancer is meant: one that exists and can become what is asked for, or a new one beside those that it stands
// in for. A load balancer cannot change its kind, its scheme, its fixed addresses, or (an NLB) whether it has security
// groups; a new one has a new address, so the Service must allow it. Pure.
import { isOwnedBy, type Owner } from '../../../src/engine/owner.ts';
import { equalAddresses } from '../addresses.ts';
import type { LoadBalancerKind } from '../annotations.ts';
import type { ExistingLoadBalancer } from '../facts.ts';
import { LETTERS, loadBalancerName, uidOfLoadBalancer } from '../naming.ts';
import type { LoadBalancerSpec } from '../resources.ts';
import type { Scheme } from '../subnets.ts';

/** What of a load balancer can only be chosen when it is made. */
export interface FixedWish {
  readonly kind: LoadBalancerKind;
  readonly scheme: Scheme;
  /** The addresses that this one would have. */
  addressesOn(existing: ExistingLoadBalancer): LoadBalancerSpec['addresses'];
  /** Undefined: either will do. */
  readonly hasSecurityGroups: boolean | undefined;
}

/** One way in which a load balancer is not what is asked for. */
export interface Misfit {
  readonly part: 'kind' | 'scheme' | 'addresses' | 'securityGroups';
  readonly from: string;
  readonly to: string;
}

/** One that goes; without misfits, since another one of the Service is as it asks. */
export interface Replaced extends ExistingLoadBalancer {
  readonly misfits: readonly Misfit[];
}

export type Identity = {
  readonly name: string;
  /** Those that this one stands in for. */
  readonly replaces: readonly Replaced[];
} & (
  | { readonly state: 'new' }
  | { readonly state: 'there'; readonly existing: ExistingLoadBalancer }
  /** It would have to be replaced, and may not: it stays as it is in these parts. */
  | { readonly state: 'blocked'; readonly existing: ExistingLoadBalancer; readonly misfits: readonly Misfit[] }
);

/** Those that belong to the Service, in the order of their names. One of somebody else with its name is not. */
export function ownLoadBalancers(all: readonly ExistingLoadBalancer[], owner: Owner): readonly ExistingLoadBalancer[] {
  const uid = owner.uid.replaceAll('-', '');
  return all
    .filter(({ name, marks }) => {
      const inName = uidOfLoadBalancer(name);
      return inName !== undefined && uid.startsWith(inName) && marks.some((mark) => isOwnedBy(mark, owner));
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The choice among the Service's own load balancers, of either kind. */
export function identify(
  uid: string,
  own: readonly ExistingLoadBalancer[],
  wish: FixedWish,
  mayReplace: boolean,
): Identity {
  const candidates = own.filter(({ kind }) => kind === wish.kind);
  const chosen = candidates.find((one) => misfitsOf(one, wish).length === 0);
  const all = own.map((one): Replaced => ({ ...one, misfits: misfitsOf(one, wish) }));
  const without = (name: string) => all.filter((one) => one.kind !== wish.kind || one.name !== name);
  if (chosen !== undefined) {
    return { state: 'there', name: chosen.name, existing: chosen, replaces: without(chosen.name) };
  }
  const [first] = candidates;
  if (first !== undefined && !mayReplace) {
    const misfits = misfitsOf(first, wish);
    return { state: 'blocked', name: first.name, existing: first, misfits, replaces: without(first.name) };
  }
  const taken = new Set(candidates.map(({ name }) => name));
  const names = LETTERS.map((letter) => loadBalancerName(uid, letter));
  const name = names.find((each) => !taken.has(each)) ?? loadBalancerName(uid);
  return { state: 'new', name, replaces: all };
}

function misfitsOf(existing: ExistingLoadBalancer, wish: FixedWish): readonly Misfit[] {
  if (existing.kind !== wish.kind) return [{ part: 'kind', from: existing.kind, to: wish.kind }];
  if (existing.scheme !== wish.scheme) return [{ part: 'scheme', from: existing.scheme, to: wish.scheme }];
  const misfits: Misfit[] = [];
  const addresses = wish.addressesOn(existing);
  if (!equalAddresses(addresses, existing.addresses)) {
    misfits.push({ part: 'addresses', from: listed(existing.addresses), to: listed(addresses) });
  }
  const { hasSecurityGroups: wanted } = wish;
  if (wanted !== undefined && wanted !== existing.hasSecurityGroups) {
    misfits.push({ part: 'securityGroups', from: some(existing.hasSecurityGroups), to: some(wanted) });
  }
  return misfits;
}

function listed(addresses: LoadBalancerSpec['addresses']): string {
  const fixed = Object.keys(addresses)
    .sort()
    .flatMap((subnet) => addresses[subnet]?.allocationId ?? addresses[subnet]?.privateIPv4Address ?? []);
  return fixed.length === 0 ? 'those that AWS chooses' : fixed.join(', ');
}

const some = (has: boolean) => (has ? 'some' : 'none');
