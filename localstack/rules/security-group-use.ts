// Security groups on load balancers: which may be put there, and whether one is still in use.
import { AwsError } from '../proxy-answer.ts';
import type { Cloud } from './cloud.ts';

/** Throws InvalidSecurityGroup or InvalidConfigurationRequest unless all groups exist in the VPC. */
export async function checkSecurityGroups(cloud: Cloud, ids: readonly string[], vpcId: string): Promise<void> {
  if (ids.length === 0) return;
  const known = await cloud.lookup.securityGroups('group-id', ids);
  const byId = new Map(known.map((group) => [group.GroupId, group]));
  if (ids.some((id) => !byId.has(id))) {
    throw new AwsError('InvalidSecurityGroup', 'One or more security groups are invalid');
  }
  if (known.some((group) => group.VpcId !== vpcId)) {
    const reason = 'One or more security groups do not belong to the same VPC as the load balancer';
    throw new AwsError('InvalidConfigurationRequest', reason);
  }
}

/** True while a load balancer has the group, or had it too short a time ago. */
export function heldByLoadBalancer(cloud: Cloud, groupId: string): boolean {
  cloud.held = cloud.held.filter(({ untilMs }) => untilMs > performance.now());
  const holders = [...cloud.state.loadBalancers.values(), ...cloud.held];
  return holders.some(({ securityGroups }) => securityGroups.includes(groupId));
}
