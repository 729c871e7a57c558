// The bond between listeners and target groups: when a group counts as used, and for how long after.
// Everything that makes or breaks the bond comes through here.

import { Problem } from '../problem.ts';
import type { World } from '../world.ts';
import type { Forward, Listener, ListenerProtocol, LoadBalancer } from './tables.ts';
import { existingTargetGroup, usersOf } from './target-group.ts';

// "Routing configuration" of "Target groups for your Network Load Balancers".
const COMPATIBLE: Readonly<Record<ListenerProtocol, readonly ListenerProtocol[]>> = {
  TCP: ['TCP', 'TCP_UDP'],
  TCP_UDP: ['TCP_UDP'],
  TLS: ['TCP', 'TLS'],
  UDP: ['UDP', 'TCP_UDP'],
};

/** Whether a listener of that load balancer and protocol may forward to these groups. */
export function checkForward(
  world: World,
  loadBalancer: LoadBalancer,
  protocol: ListenerProtocol,
  forward: readonly Forward[],
): void {
  const users = usersOf(world.elbv2.listeners.rows.values());
  for (const { targetGroupArn } of forward) {
    const group = existingTargetGroup(world, targetGroupArn);
    if ([...(users.get(group.arn) ?? [])].some((arn) => arn !== loadBalancer.arn)) {
      throw new Problem(
        'TargetGroupAssociationLimit',
        `The following target groups cannot be associated with more than one load balancer: ${group.arn}`,
      );
    }
    if (!COMPATIBLE[protocol].includes(group.protocol)) {
      throw new Problem(
        'IncompatibleProtocols',
        `The listener protocol '${protocol}' is not supported with target group protocol '${group.protocol}'`,
      );
    }
    if (group.vpcId !== loadBalancer.vpcId) {
      throw new Problem('InvalidConfigurationRequest', `The target group ${group.arn} is not in ${loadBalancer.vpcId}`);
    }
  }
}

/** Writes a listener, new or changed, and settles the use of all groups that it names or named. */
export function putListener(world: World, now: number, listener: Listener): void {
  const before = world.elbv2.listeners.get(listener.arn)?.forward ?? [];
  world.elbv2.listeners.put(listener.arn, listener);
  settleUse(world, now, [...before, ...listener.forward]);
}

export function removeListener(world: World, now: number, listener: Listener): void {
  world.elbv2.listeners.delete(listener.arn);
  settleUse(world, now, listener.forward);
}

function settleUse(world: World, now: number, forwards: readonly Forward[]): void {
  const users = usersOf(world.elbv2.listeners.rows.values());
  for (const { targetGroupArn } of forwards) {
    const group = world.elbv2.targetGroups.get(targetGroupArn);
    if (group === undefined) continue;
    const used = users.has(group.arn);
    if (used && group.usedSince === undefined) {
      world.elbv2.targetGroups.put(group.arn, { ...group, usedSince: now });
    } else if (!used && group.usedSince !== undefined) {
      const usedUntil = now + world.settings.timings.targetGroupReleaseMs;
      world.elbv2.targetGroups.put(group.arn, { ...group, usedSince: undefined, usedUntil });
    }
  }
}
