// DescribeLoadBalancers of Classic Load Balancers. It never shows those of the other API.

import type {
  DescribeLoadBalancersCommandInput,
  DescribeLoadBalancersCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import { pageOf } from '../page.ts';
import { Misuse } from '../problem.ts';
import { reading } from '../service.ts';
import { invalid, loadBalancerNotFound } from './errors.ts';
import { sdkLoadBalancer } from './load-balancer.ts';
import type { ClassicLoadBalancer } from './tables.ts';

export const describeLoadBalancers = reading<DescribeLoadBalancersCommandInput, DescribeLoadBalancersCommandOutput>(
  'DescribeLoadBalancers',
  ['LoadBalancerNames', 'Marker', 'PageSize'],
  ({ LoadBalancerNames: names, Marker, PageSize }, context) => {
    const { world } = context;
    const size = PageSize ?? world.settings.pageSizes.classicLoadBalancers;
    if (size < 1 || size > 400) throw invalid('PageSize must be between 1 and 400');
    const found = named(context.seen(world.elb.loadBalancers), names);
    const { rows, next } = pageOf(found, 'classic-load-balancers', size, Marker, () => {
      throw invalid(`'${Marker}' is not a valid marker`);
    });
    return { LoadBalancerDescriptions: rows.map((row) => sdkLoadBalancer(world, row)), NextMarker: next };
  },
);

/** A single unknown name fails the call. */
function named(
  rows: ReadonlyMap<string, ClassicLoadBalancer>,
  names: readonly string[] | undefined,
): ReadonlyMap<string, ClassicLoadBalancer> {
  if (names === undefined) return rows;
  if (names.length === 0) throw new Misuse('an empty list in a describing call: leave it out, or do not call');
  const missing = names.find((name) => !rows.has(name));
  if (missing !== undefined) throw loadBalancerNotFound(missing);
  return new Map(names.map((name) => [name, rows.get(name)!]));
}
