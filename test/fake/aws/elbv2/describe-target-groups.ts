// DescribeTargetGroups and DeleteTargetGroup.

import type {
  DeleteTargetGroupCommandInput,
  DeleteTargetGroupCommandOutput,
  DescribeTargetGroupsCommandInput,
  DescribeTargetGroupsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Problem } from '../problem.ts';
import { reading, writing } from '../service.ts';
import { invalid, loadBalancerNotFound, targetGroupNotFound } from './errors.ts';
import { elbPage, named } from './listing.ts';
import { checkLoadBalancerArn } from './load-balancer.ts';
import { checkTargetGroupArn, sdkTargetGroup, usersOf } from './target-group.ts';

/** By load balancer, by ARN or by name, but only by one of them. A load balancer without groups has none: no error. */
export const describeTargetGroups = reading<DescribeTargetGroupsCommandInput, DescribeTargetGroupsCommandOutput>(
  'DescribeTargetGroups',
  ['LoadBalancerArn', 'TargetGroupArns', 'Names', 'Marker', 'PageSize'],
  ({ LoadBalancerArn, TargetGroupArns: arns, Names: names, Marker, PageSize }, context) => {
    const { elbv2, settings } = context.world;
    if ([LoadBalancerArn, arns, names].filter((given) => given !== undefined).length > 1) {
      throw invalid('Specify only one of: load balancer ARN, target group ARNs, target group names');
    }
    for (const arn of arns ?? []) checkTargetGroupArn(arn);
    const users = usersOf(context.seen(elbv2.listeners).values());
    let found = named(context.seen(elbv2.targetGroups), { arns, names }, targetGroupNotFound);
    if (LoadBalancerArn !== undefined) {
      checkLoadBalancerArn(LoadBalancerArn);
      if (!context.seen(elbv2.loadBalancers).has(LoadBalancerArn)) throw loadBalancerNotFound();
      found = new Map([...found].filter(([arn]) => users.get(arn)?.has(LoadBalancerArn)));
    }
    const size = PageSize ?? settings.pageSizes.targetGroups;
    const { rows, next } = elbPage(found, 'target-groups', size, Marker);
    return { TargetGroups: rows.map((row) => sdkTargetGroup(row, users)), NextMarker: next };
  },
);

/** ResourceInUse is the only error that AWS documents for it; so deleting what is not there succeeds. */
export const deleteTargetGroup = writing<DeleteTargetGroupCommandInput, DeleteTargetGroupCommandOutput>(
  'DeleteTargetGroup',
  ['TargetGroupArn'],
  ({ TargetGroupArn: arn }, { world, now }) => {
    checkTargetGroupArn(arn);
    const row = world.elbv2.targetGroups.get(arn!);
    if (row === undefined) return {};
    if (row.usedSince !== undefined || now < row.usedUntil) {
      throw new Problem('ResourceInUse', `Target group '${row.arn}' is currently in use by a listener or a rule`);
    }
    world.elbv2.targetGroups.delete(row.arn);
    return {};
  },
);
