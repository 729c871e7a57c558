// What is remembered of load balancers, of both kinds, for those who compile. Pure.
import type { Mark } from '../../../src/engine/owner.ts';
import type { ExistingLoadBalancer } from '../facts.ts';
import type { Address } from '../resources.ts';

type Kind = ExistingLoadBalancer['kind'];

/** Both kinds can have the same name. */
export function loadBalancerKey(kind: Kind, name: string): string {
  return `${kind}/${name}`;
}

interface Seen extends Pick<ExistingLoadBalancer, 'scheme' | 'subnets'> {
  readonly addresses?: Readonly<Record<string, Address>>;
  readonly securityGroups: readonly string[];
}

export function loadBalancerNote(
  kind: Kind,
  name: string,
  marks: readonly Mark[],
  { scheme, subnets, addresses = {}, securityGroups }: Seen,
): readonly [key: string, existing: ExistingLoadBalancer] {
  const allocationIds = Object.values(addresses).flatMap(({ allocationId }) => allocationId ?? []);
  const hasSecurityGroups = securityGroups.length > 0;
  const seen = {
    kind,
    name,
    marks,
    scheme,
    subnets,
    addresses,
    allocationIds: allocationIds.sort(),
    hasSecurityGroups,
  };
  return [loadBalancerKey(kind, name), seen];
}
