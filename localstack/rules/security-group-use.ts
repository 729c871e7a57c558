// Security groups on load balancers: which may be put there, and whether one is still in use.
import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { AwsError } from '../proxy-answer.ts';
import type { Cloud } from './cloud.ts';

/** The groups, all of them in the VPC. Throws InvalidSecurityGroup or InvalidConfigurationRequest. */
export async function checkSecurityGroups(
  cloud: Cloud,
  ids: readonly string[],
  vpcId: string,
): Promise<readonly SecurityGroup[]> {
  if (ids.length === 0) return [];
  const known = await cloud.lookup.securityGroups('group-id', ids);
  const byId = new Map(known.map((group) => [group.GroupId, group]));
  if (ids.some((id) => !byId.has(id))) {
    throw new AwsError('InvalidSecurityGroup', 'One or more security groups are invalid');
  }
  if (known.some((group) => group.VpcId !== vpcId)) {
    const reason = 'One or more security groups do not belong to the same VPC as the load balancer';
    throw new AwsError('InvalidConfigurationRequest', reason);
  }
  return known;
}

/** True while a load balancer has the group, or had it too short a time ago. */
export function heldByLoadBalancer(cloud: Cloud, groupId: string): boolean {
  cloud.held = cloud.held.filter(({ untilMs }) => untilMs > performance.now());
  const { loadBalancers, classic } = cloud.state;
  return (
    [...loadBalancers.values(), ...cloud.held].some(({ securityGroups }) => securityGroups.includes(groupId)) ||
    [...classic.values()].some(({ groups }) => groups.some(({ id }) => id === groupId))
  );
}
