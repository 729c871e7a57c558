// The fixed addresses of Network Load Balancers, as values. Pure.
import type { Address, LoadBalancerSpec } from './resources.ts';

export const ANY_ADDRESS: Address = { allocationId: null, privateIPv4Address: null };

/**
 * Addresses are fixed for a subnet that stays; those of subnets that come or go are no difference of their own. Where no
 * private address is asked for, the one that is there will do.
 */
export function equalAddresses(want: LoadBalancerSpec['addresses'], have: LoadBalancerSpec['addresses']): boolean {
  return Object.entries(want).every(([subnet, address]) => {
    const there = have[subnet];
    if (there === undefined) return true;
    if (address.allocationId !== there.allocationId) return false;
    return address.privateIPv4Address === null || address.privateIPv4Address === there.privateIPv4Address;
  });
}
