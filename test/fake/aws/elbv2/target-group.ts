// What the operations on target groups share: finding them, and their form in answers.
// Nothing is changed here.

import type { TargetGroup as SdkTargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { World } from '../world.ts';
import { invalid, targetGroupNotFound } from './errors.ts';
import type { Listener, TargetGroup } from './tables.ts';

/** The target group of a call that needs one; what is no ARN of one is refused first. */
export function existingTargetGroup(world: World, arn: string | undefined): TargetGroup {
  checkTargetGroupArn(arn);
  const row = world.elbv2.targetGroups.get(arn ?? '');
  if (row === undefined) throw targetGroupNotFound();
  return row;
}

export function checkTargetGroupArn(arn: string | undefined): void {
  if (!/^arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:targetgroup\/[^/]+\/[0-9a-f]+$/.test(arn ?? '')) {
    throw invalid(`'${arn}' is not a valid target group ARN`);
  }
}

/** The load balancers whose listeners forward to each target group. */
export function usersOf(listeners: Iterable<Listener>): ReadonlyMap<string, ReadonlySet<string>> {
  const users = new Map<string, Set<string>>();
  for (const { forward, loadBalancerArn } of listeners) {
    for (const { targetGroupArn } of forward) {
      const known = users.get(targetGroupArn);
      if (known === undefined) users.set(targetGroupArn, new Set([loadBalancerArn]));
      else known.add(loadBalancerArn);
    }
  }
  return users;
}

export function sdkTargetGroup(row: TargetGroup, users: ReadonlyMap<string, ReadonlySet<string>>): SdkTargetGroup {
  const check = row.healthCheck;
  return {
    TargetGroupArn: row.arn,
    TargetGroupName: row.name,
    Protocol: row.protocol,
    Port: row.port,
    VpcId: row.vpcId,
    TargetType: row.targetType,
    IpAddressType: row.ipAddressType,
    LoadBalancerArns: [...(users.get(row.arn) ?? [])],
    HealthCheckEnabled: true,
    HealthCheckProtocol: check.protocol,
    HealthCheckPort: check.port,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    ...(check.path === undefined ? {} : { HealthCheckPath: check.path }),
    ...(check.matcher === undefined ? {} : { Matcher: { HttpCode: check.matcher } }),
  };
}
