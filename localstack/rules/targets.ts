// Registering and deregistering targets. A target is an id and a port: the same instance can be there on several.
import { isIP } from 'node:net';
import { AwsError, type Xml } from '../proxy-answer.ts';
import { integer, type Params, required, structs, text } from '../proxy-query.ts';
import type { Cloud } from './cloud.ts';
import { targetGroupOf } from './find.ts';
import type { State, Target, TargetGroup } from './state.ts';

/** A target of a request; the port is the group's unless given. */
export interface TargetWish {
  readonly id: string;
  readonly port: number;
  readonly zone?: string;
}

export async function registerTargets(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const group = targetGroupOf(params, state);
  const wishes = targetsOf(params, group);
  if (wishes.length === 0) throw new AwsError('ValidationError', 'At least one target must be specified');
  if (group.targetType === 'instance') await checkInstances(cloud, group, wishes);
  else checkAddresses(group, wishes);
  const registeredMs = performance.now();
  const all = new Map(present(cloud, group).map((target) => [keyOf(target), target]));
  for (const wish of wishes) {
    // Registering again what is there changes nothing; what was draining starts anew.
    const known = all.get(keyOf(wish));
    if (!known || known.deregisteredMs !== undefined) all.set(keyOf(wish), { ...wish, registeredMs });
  }
  const serving = [...all.values()].filter((target) => target.deregisteredMs === undefined);
  if (serving.length > cloud.settings.quotas.targetsPerTargetGroup) {
    throw new AwsError('TooManyTargets', 'The maximum number of targets of the target group has been reached');
  }
  group.targets = [...all.values()];
  return {};
}

export function deregisterTargets(params: Params, cloud: Cloud, state: State): Xml {
  const group = targetGroupOf(params, state);
  // AWS: a target that is not registered is no error.
  const gone = new Set(targetsOf(params, group).map(keyOf));
  const deregisteredMs = performance.now();
  group.targets = present(cloud, group).map((target) =>
    gone.has(keyOf(target)) && target.deregisteredMs === undefined ? { ...target, deregisteredMs } : target,
  );
  return {};
}

/** The targets that a request names. */
export function targetsOf(params: Params, group: TargetGroup): TargetWish[] {
  return (structs(params, 'Targets') ?? []).map((target) => {
    const zone = text(target, 'AvailabilityZone');
    const port = integer(target, 'Port', 1, 65535) ?? group.port;
    return { id: required(target, 'Id'), port, ...(zone === undefined ? {} : { zone }) };
  });
}

export function keyOf({ id, port }: Pick<Target, 'id' | 'port'>): string {
  return `${id} ${port}`;
}

/** The group's targets without those that have finished draining. */
export function present(cloud: Cloud, { targets }: TargetGroup): readonly Target[] {
  const nowMs = performance.now();
  const { drainingMs } = cloud.settings;
  return targets.filter(({ deregisteredMs }) => deregisteredMs === undefined || nowMs - deregisteredMs < drainingMs);
}

async function checkInstances(cloud: Cloud, group: TargetGroup, wishes: readonly TargetWish[]): Promise<void> {
  const ids = [...new Set(wishes.map(({ id }) => id))];
  const known = await cloud.lookup.instances(ids);
  const unknown = ids.filter((id) => known.get(id)?.VpcId !== group.vpcId);
  if (unknown.length > 0) {
    const reason = `The following targets are not valid instances of ${group.vpcId}: '${unknown.join(', ')}'`;
    throw new AwsError('InvalidTarget', reason);
  }
  const still = ids.filter((id) => known.get(id)?.State?.Name !== 'running');
  if (still.length > 0) {
    const reason = `The following targets are not in a running state and cannot be registered: '${still.join(', ')}'`;
    throw new AwsError('InvalidTarget', reason);
  }
}

function checkAddresses(group: TargetGroup, wishes: readonly TargetWish[]): void {
  const version = group.ipAddressType === 'ipv6' ? 6 : 4;
  const bad = wishes.filter(({ id }) => isIP(id) !== version).map(({ id }) => id);
  if (bad.length === 0) return;
  throw new AwsError('ValidationError', `'${bad.join(', ')}' must be valid IPv${version} addresses`);
}
