// RegisterTargets and DeregisterTargets, and what happens to targets whose instance ends.
// A target is known by its id and port; the same instance on two ports is two targets.

import type {
  DeregisterTargetsCommandInput,
  DeregisterTargetsCommandOutput,
  RegisterTargetsCommandInput,
  RegisterTargetsCommandOutput,
  TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Misuse, Problem } from '../problem.ts';
import { contains, parseAddress } from '../range.ts';
import { writing } from '../service.ts';
import type { World } from '../world.ts';
import { constraint, invalid } from './errors.ts';
import type { Target, TargetGroup } from './tables.ts';
import { existingTargetGroup } from './target-group.ts';

/** The address ranges outside the VPC that targets may be in (documentation of CreateTargetGroup). */
const PRIVATE_RANGES = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'];

/** All targets of the call, or none. Registering what is registered changes nothing; what drains comes back. */
export const registerTargets = writing<RegisterTargetsCommandInput, RegisterTargetsCommandOutput>(
  'RegisterTargets',
  ['TargetGroupArn', 'Targets'],
  ({ TargetGroupArn, Targets }, { world, now }) => {
    const group = existingTargetGroup(world, TargetGroupArn);
    checkList(Targets!);
    const targets = { ...presentTargets(group, now) };
    for (const description of Targets!) {
      checkTarget(world, group, description);
      const { Id: id, Port: port = group.port, AvailabilityZone: zone } = description;
      const key = targetKey(id!, port);
      const there = targets[key];
      if (there === undefined || there.drainingUntil !== undefined) {
        targets[key] = { id: id!, port, zone, registeredAt: now, drainingUntil: undefined };
      }
    }
    if (Object.keys(targets).length > world.settings.limits.targetsPerGroup) {
      throw new Problem('TooManyTargets', 'The maximum number of targets of a target group has been reached');
    }
    world.elbv2.targetGroups.put(group.arn, { ...group, targets });
    return {};
  },
);

/** Targets of a used group drain for the group's delay, others go at once. What is not registered is no error. */
export const deregisterTargets = writing<DeregisterTargetsCommandInput, DeregisterTargetsCommandOutput>(
  'DeregisterTargets',
  ['TargetGroupArn', 'Targets'],
  ({ TargetGroupArn, Targets }, { world, now }) => {
    const group = existingTargetGroup(world, TargetGroupArn);
    checkList(Targets!);
    const targets = { ...presentTargets(group, now) };
    const delayMs = Number(group.attributes['deregistration_delay.timeout_seconds']) * 1000;
    for (const { Id: id, Port: port = group.port } of Targets!) {
      const key = targetKey(id!, port);
      const there = targets[key];
      if (there === undefined || there.drainingUntil !== undefined) continue;
      if (group.usedSince === undefined || delayMs === 0) delete targets[key];
      else targets[key] = { ...there, drainingUntil: now + delayMs };
    }
    world.elbv2.targetGroups.put(group.arn, { ...group, targets });
    return {};
  },
);

/** The targets whose draining is not over yet. */
export function presentTargets(group: TargetGroup, now: number): Readonly<Record<string, Target>> {
  const present = ({ drainingUntil }: Target) => drainingUntil === undefined || now < drainingUntil;
  return Object.fromEntries(Object.entries(group.targets).filter(([, target]) => present(target)));
}

/** AWS deregisters an instance from everywhere when it ends. */
export function forgetTarget(world: World, id: string): void {
  for (const group of world.elbv2.targetGroups.rows.values()) {
    const left = Object.entries(group.targets).filter(([, target]) => target.id !== id);
    if (left.length < Object.keys(group.targets).length) {
      world.elbv2.targetGroups.put(group.arn, { ...group, targets: Object.fromEntries(left) });
    }
  }
}

export function targetKey(id: string, port: number): string {
  return `${id}:${port}`;
}

/** What holds for the targets of every call that names some. */
export function checkList(targets: readonly TargetDescription[]): void {
  if (targets.length === 0) throw invalid('At least one target must be specified');
  for (const { Port: port } of targets) {
    if (port !== undefined && (port < 1 || port > 65_535)) {
      throw constraint('Port', port, 'Member must have value between 1 and 65535');
    }
  }
  const named = targets.map(({ Id, Port }) => `${Id} ${Port}`);
  if (new Set(named).size < named.length) throw new Misuse('a target is named twice in one call');
}

function checkTarget(world: World, group: TargetGroup, description: TargetDescription): void {
  if (description.QuicServerId !== undefined) throw new Misuse('QUIC is not simulated');
  if (group.targetType === 'instance') checkInstance(world, group, description);
  else checkAddress(world, group, description);
}

function checkInstance(world: World, group: TargetGroup, { Id: id, AvailabilityZone }: TargetDescription): void {
  if (!/^i-[0-9a-z-]+$/.test(id ?? '')) throw invalid(`Instance ID '${id}' is not valid`);
  if (AvailabilityZone !== undefined) {
    throw invalid('You cannot specify an Availability Zone for the targets of a group with target type instance');
  }
  const instance = world.ec2.instances.get(id!);
  if (instance === undefined) {
    throw new Problem('InvalidTarget', `The following targets are not valid instances: '${id}'`);
  }
  if (instance.state !== 'running') {
    throw new Problem(
      'InvalidTarget',
      `The following targets are not in a running state and cannot be registered: '${id}'`,
    );
  }
  if (instance.vpcId !== group.vpcId) {
    throw new Problem('InvalidTarget', `The following targets are not in the target group's VPC: '${id}'`);
  }
}

function checkAddress(world: World, group: TargetGroup, { Id: id, AvailabilityZone }: TargetDescription): void {
  const address = parseAddress(id ?? '');
  if (address === undefined) throw invalid(`IP address '${id}' is not valid`);
  if (address.family !== (group.ipAddressType === 'ipv4' ? 4 : 6)) {
    throw invalid(`IP address '${id}' is not of the target group's IP address type`);
  }
  const vpc = world.ec2.vpcs.get(group.vpcId);
  if (contains((address.family === 4 ? vpc?.cidr : vpc?.ipv6Cidr) ?? '', id!)) return;
  if (!PRIVATE_RANGES.some((range) => contains(range, id!))) {
    throw new Problem('InvalidTarget', `The following targets are neither in the VPC nor in a private range: '${id}'`);
  }
  if (AvailabilityZone === undefined) {
    throw invalid(`You must specify an Availability Zone for '${id}', which is outside the VPC`);
  }
}
