// DescribeLoadBalancers.

import type {
  DescribeLoadBalancersCommandInput,
  DescribeLoadBalancersCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { reading } from '../service.ts';
import { invalid, loadBalancerNotFound } from './errors.ts';
import { elbPage, named } from './listing.ts';
import { checkLoadBalancerArn, sdkLoadBalancer } from './load-balancer.ts';

/** "You can specify up to 20 load balancers in a single call" (documentation of DescribeLoadBalancers). */
const MAX_ARNS = 20;

export const describeLoadBalancers = reading<DescribeLoadBalancersCommandInput, DescribeLoadBalancersCommandOutput>(
  'DescribeLoadBalancers',
  ['LoadBalancerArns', 'Names', 'Marker', 'PageSize'],
  ({ LoadBalancerArns: arns, Names: names, Marker, PageSize }, context) => {
    const { world } = context;
    if (arns !== undefined && names !== undefined) {
      throw invalid('Load balancer names and load balancer ARNs cannot be specified at the same time');
    }
    if (arns !== undefined && arns.length > MAX_ARNS) throw invalid(`No more than ${MAX_ARNS} ARNs can be specified`);
    for (const arn of arns ?? []) checkLoadBalancerArn(arn);
    const all = context.seen(world.elbv2.loadBalancers);
    const found = named(all, { arns, names }, loadBalancerNotFound);
    const size = PageSize ?? world.settings.pageSizes.loadBalancers;
    const { rows, next } = elbPage(found, 'load-balancers', size, Marker);
    const seenAt = context.seenAt('loadBalancer');
    return { LoadBalancers: rows.map((row) => sdkLoadBalancer(world, row, seenAt)), NextMarker: next };
  },
);
