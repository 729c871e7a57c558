// DescribeTargetHealth, and the state of every target at an instant.
// Health follows from the state of the world; nothing is changed here.

import type {
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
  TargetHealth,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { contains } from '../range.ts';
import { reading } from '../service.ts';
import type { World } from '../world.ts';
import { targetGroupNotFound } from './errors.ts';
import type { Target, TargetGroup } from './tables.ts';
import { checkTargetGroupArn, usersOf } from './target-group.ts';
import { checkList, presentTargets, targetKey } from './targets.ts';

export type HealthState = 'draining' | 'healthy' | 'initial' | 'unhealthy' | 'unused';

/** A target with its state, as tests look at it. */
export interface TargetState {
  readonly id: string;
  readonly port: number;
  readonly state: HealthState;
  readonly reason: TargetHealth['Reason'];
}

export const describeTargetHealth = reading<DescribeTargetHealthCommandInput, DescribeTargetHealthCommandOutput>(
  'DescribeTargetHealth',
  ['TargetGroupArn', 'Targets'],
  ({ TargetGroupArn: arn, Targets }, context) => {
    checkTargetGroupArn(arn);
    const group = context.seen(context.world.elbv2.targetGroups).get(arn!);
    if (group === undefined) throw targetGroupNotFound();
    const states = targetStates(context.world, group, context.seenAt('targetGroup'));
    const asked = Targets ?? states.map(({ id, port }) => ({ Id: id, Port: port }));
    if (Targets !== undefined) checkList(Targets);
    const byKey = new Map(states.map((state) => [targetKey(state.id, state.port), state]));
    return {
      TargetHealthDescriptions: asked.map(({ Id: id, Port: port = group.port }) => {
        const { state, reason } = byKey.get(targetKey(id!, port)) ?? {
          state: 'unused' as const,
          reason: 'Target.NotRegistered' as const,
        };
        const checkPort = group.healthCheck.port === 'traffic-port' ? String(port) : group.healthCheck.port;
        const target = group.targets[targetKey(id!, port)];
        const zone =
          group.targetType === 'ip' && target !== undefined ? zoneOf(context.world, group, target) : undefined;
        return {
          Target: { Id: id, Port: port, ...(zone === undefined ? {} : { AvailabilityZone: zone }) },
          HealthCheckPort: checkPort,
          TargetHealth: { State: state, ...(reason === undefined ? {} : { Reason: reason }) },
        };
      }),
    };
  },
);

/** The state of all targets of a group at `now`, sorted by id and port. */
export function targetStates(world: World, group: TargetGroup, now: number): TargetState[] {
  const states = Object.entries(presentTargets(group, now)).map(([key, target]) => {
    const [state, reason] = stateOf(world, group, target, now);
    return [key, { id: target.id, port: target.port, state, reason }] as const;
  });
  return states.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, state]) => state);
}

function stateOf(
  world: World,
  group: TargetGroup,
  target: Target,
  now: number,
): readonly [HealthState, TargetHealth['Reason']] {
  if (target.drainingUntil !== undefined) return ['draining', 'Target.DeregistrationInProgress'];
  const instance = world.ec2.instances.get(target.id);
  if (group.targetType === 'instance' && instance?.state !== 'running') return ['unused', 'Target.InvalidState'];
  if (group.usedSince === undefined || !reachable(world, group, target)) return ['unused', 'Target.NotInUse'];
  const since = Math.max(target.registeredAt, group.usedSince);
  if (now < since + world.settings.timings.targetInitialMs) return ['initial', 'Elb.RegistrationInProgress'];
  if (world.unhealthy.has(target.id)) return ['unhealthy', 'Target.FailedHealthChecks'];
  return ['healthy', undefined];
}

/** A target outside the zones of the load balancer gets traffic only across zones. */
function reachable(world: World, group: TargetGroup, target: Target): boolean {
  const own = group.attributes['load_balancing.cross_zone.enabled'];
  const users = usersOf(world.elbv2.listeners.rows.values()).get(group.arn) ?? new Set();
  const zone = zoneOf(world, group, target);
  return [...users].some((arn) => {
    const loadBalancer = world.elbv2.loadBalancers.get(arn);
    const across =
      own === 'use_load_balancer_configuration' ? loadBalancer?.attributes['load_balancing.cross_zone.enabled'] : own;
    return across === 'true' || zone === 'all' || loadBalancer?.zones.some((there) => there.zone === zone) === true;
  });
}

/** The zone that was given with an address, or that of the subnet or the instance. */
function zoneOf(world: World, group: TargetGroup, target: Target): string | undefined {
  if (group.targetType === 'instance') return world.ec2.instances.get(target.id)?.zone;
  const subnets = [...world.ec2.subnets.rows.values()].filter(({ vpcId }) => vpcId === group.vpcId);
  const holds = (range: string | undefined) => contains(range ?? '', target.id);
  return target.zone ?? subnets.find(({ cidr, ipv6Cidr }) => holds(cidr) || holds(ipv6Cidr))?.zone;
}
