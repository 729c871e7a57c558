// Lists the load balancers that have names of our shape, with their tags.
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Scope } from '../../../src/engine/kind.ts';
import { uidOfLoadBalancer } from '../naming.ts';
import type { Tags } from '../tags.ts';
import { allPages, type Calls } from './calls.ts';
import { readTags } from './elbv2-tags.ts';

export interface NamedLoadBalancer {
  readonly name: string;
  readonly loadBalancer: LoadBalancer;
  /** None for a load balancer that is not of type network: it cannot be ours. */
  readonly tags: Tags;
}

/** Those with the names, or all; AWS fails the call if one of the names is unknown. */
export function describeLoadBalancers(
  calls: Calls,
  Names: string[] | undefined,
  scope: Scope,
): Promise<readonly LoadBalancer[]> {
  return allPages(
    (Marker) => calls.elbv2('DescribeLoadBalancers', { Names, Marker }, scope),
    (page) => page.LoadBalancers,
    (page) => page.NextMarker,
  );
}

/** One call a page, and one for the tags of twenty. */
export async function listLoadBalancers(calls: Calls, scope: Scope): Promise<readonly NamedLoadBalancer[]> {
  const all = await describeLoadBalancers(calls, undefined, scope);
  const named = all.filter(({ LoadBalancerName = '' }) => uidOfLoadBalancer(LoadBalancerName) !== undefined);
  const arns = named.filter(({ Type }) => Type === 'network').map(({ LoadBalancerArn = '' }) => LoadBalancerArn);
  const tags = await readTags(calls, arns, scope);
  return named
    .filter(({ Type, LoadBalancerArn = '' }) => Type !== 'network' || tags.has(LoadBalancerArn))
    .map((loadBalancer) => ({
      name: loadBalancer.LoadBalancerName ?? '',
      loadBalancer,
      tags: tags.get(loadBalancer.LoadBalancerArn ?? '') ?? {},
    }));
}
