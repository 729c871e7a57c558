// Which subnets a load balancer gets where no annotation names them, by the rules of cloud-provider-aws, and how named
// ones are looked up. Pure.
import type { Subnet } from './facts.ts';

export type Scheme = 'internet-facing' | 'internal';

/** The choice, one subnet a zone, in the order of the zones; or, where there is none, why each subnet was passed over. */
export type Choice =
  | { readonly found: true; readonly subnets: readonly Subnet[] }
  | { readonly found: false; readonly why: string };

export function chooseSubnets(
  all: readonly Subnet[],
  { clusterName, scheme }: { readonly clusterName: string; readonly scheme: Scheme },
): Choice {
  const candidates = all.filter(({ clusters }) => clusters.length === 0 || clusters.includes(clusterName));
  const reachable = scheme === 'internal' ? candidates : candidates.filter((subnet) => subnet.public);
  const role = scheme === 'internal' ? 'internal-elb' : 'elb';
  const byZone = Map.groupBy(reachable, ({ zone }) => zone);
  const best = [...byZone.values()].map((subnets) => subnets.toSorted(preference(role, clusterName))[0]!);
  const chosen = best.filter(inOrdinaryZone).sort((a, b) => order(a.zone, b.zone));
  if (chosen.length > 0) return { found: true, subnets: chosen };
  const reasons = [
    count(all.length - candidates.length, 'belongs to another cluster', 'belong to other clusters'),
    count(
      candidates.length - reachable.length,
      'has no route to an internet gateway',
      'have no route to an internet gateway',
    ),
    count(reachable.filter((subnet) => !inOrdinaryZone(subnet)).length, 'is in a local zone', 'are in local zones'),
  ].filter((reason) => reason !== '');
  return { found: false, why: all.length === 0 ? 'the VPC has no subnet' : reasons.join(', ') };
}

/** The subnet that an item of the annotation names, by id or by Name tag; a name that several share names none. */
export function findSubnet(all: readonly Subnet[], idOrName: string): Subnet | 'unknown' | 'ambiguous' {
  const found = all.filter(({ id, name }) => (idOrName.startsWith('subnet-') ? id : name) === idOrName);
  return found.length > 1 ? 'ambiguous' : (found[0] ?? 'unknown');
}

function inOrdinaryZone({ zoneType }: Subnet): boolean {
  return zoneType === 'availability-zone';
}

function preference(role: string, clusterName: string): (a: Subnet, b: Subnet) => number {
  const rank = ({ roles, clusters }: Subnet) =>
    (roles.includes(role) ? 0 : 2) + (clusters.includes(clusterName) ? 0 : 1);
  return (a, b) => rank(a) - rank(b) || order(a.id, b.id);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function count(amount: number, one: string, many: string): string {
  return amount === 0 ? '' : `${amount} ${amount === 1 ? one : many}`;
}
