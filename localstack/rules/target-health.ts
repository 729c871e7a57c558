// The health of targets, derived from when they came and went and from what EC2 says of the instances.
import type { Instance } from '@aws-sdk/client-ec2';
import type { Xml } from '../proxy-answer.ts';
import type { Params } from '../proxy-query.ts';
import type { Cloud } from './cloud.ts';
import { targetGroupOf } from './find.ts';
import { type LoadBalancer, loadBalancersOf, type State, type Target, type TargetGroup } from './state.ts';
import { keyOf, present, type TargetWish, targetsOf } from './targets.ts';

type Health = { readonly State: string; readonly Reason?: string; readonly Description?: string };

export async function describeTargetHealth(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const group = targetGroupOf(params, state);
  const wanted = targetsOf(params, group);
  const targets = present(cloud, group);
  const instances =
    group.targetType === 'instance' ? await cloud.lookup.instances(targets.map(({ id }) => id)) : new Map();
  const [user] = loadBalancersOf(state, group.arn);
  const loadBalancer = user === undefined ? undefined : state.loadBalancers.get(user);
  const known = new Map<string, readonly [Target, Health]>();
  for (const target of targets) {
    const health = healthOf(cloud, group, target, instances.get(target.id), loadBalancer);
    if (health) known.set(keyOf(target), [target, health]);
  }
  if (wanted.length === 0) {
    return { TargetHealthDescriptions: [...known.values()].map(([target, health]) => shown(group, target, health)) };
  }
  const absent: Health = {
    ...{ State: 'unused', Reason: 'Target.NotRegistered' },
    Description: 'Target is not registered to the target group',
  };
  const answers = wanted.map((wish) => shown(group, wish, known.get(keyOf(wish))?.[1] ?? absent));
  return { TargetHealthDescriptions: answers };
}

/** Undefined for a target that EC2 has taken out. */
function healthOf(
  { settings }: Cloud,
  group: TargetGroup,
  target: Target,
  instance: Instance | undefined,
  loadBalancer: LoadBalancer | undefined,
): Health | undefined {
  const nowMs = performance.now();
  if (target.deregisteredMs !== undefined) {
    const Description = 'Target deregistration is in progress';
    return { State: 'draining', Reason: 'Target.DeregistrationInProgress', Description };
  }
  if (group.targetType === 'instance') {
    // EC2 takes terminated instances out of their target groups.
    if (!instance || instance.State?.Name === 'terminated') return undefined;
    if (instance.State?.Name !== 'running') {
      return { State: 'unused', Reason: 'Target.InvalidState', Description: 'Target is in the stopped state' };
    }
  }
  if (!loadBalancer) {
    const Description = 'Target group is not configured to receive traffic from the load balancer';
    return { State: 'unused', Reason: 'Target.NotInUse', Description };
  }
  const zone = instance?.Placement?.AvailabilityZone ?? target.zone;
  if (zone !== undefined && zone !== 'all' && loadBalancer.zones.every((other) => other.zone !== zone)) {
    const Description = 'Target is in an Availability Zone that is not enabled for the load balancer';
    return { State: 'unused', Reason: 'Target.NotInUse', Description };
  }
  if (nowMs - target.registeredMs >= settings.healthyAfterMs) return { State: 'healthy' };
  const Description = 'Initial health checks in progress';
  return { State: 'initial', Reason: 'Elb.InitialHealthChecking', Description };
}

function shown(group: TargetGroup, { id, port, zone }: TargetWish, health: Health): Xml {
  const { port: checkPort } = group.healthCheck;
  return {
    Target: { Id: id, Port: port, AvailabilityZone: zone },
    HealthCheckPort: checkPort === 'traffic-port' ? port : checkPort,
    TargetHealth: health,
  };
}
