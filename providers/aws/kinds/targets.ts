// The instances that are registered with a target group. The group is wholly ours, so what is in it and not wanted goes;
// what drains is on its way out and counts as absent.
import type { TargetDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { FairleadError } from '../../../src/engine/errors.ts';
import { defineKind, type Scope } from '../../../src/engine/kind.ts';
import { chunks } from '../cloud/calls.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { isAws } from '../errors.ts';
import { TARGET_GROUP, TARGETS, type TargetGroupOut, type TargetsOut, type TargetsSpec } from '../resources.ts';

/** Targets in one call: what the official controller sends too. */
const BATCH = 100;
/** When an instance that AWS refuses is worth another look. */
const REFUSED_RETRY_MS = 5_000;
/** Instances named in a message. */
const SHOWN = 5;

export const targetsKind = defineKind<Cloud, TargetsSpec, TargetsOut>({
  name: TARGETS.name,
  parent: TARGET_GROUP.name,
  parentId: (id) => id,
  churns: true,

  async readAll(cloud, parent, scope) {
    const { arn, port } = parent.out as TargetGroupOut;
    const instances = await registered(cloud, arn, port, scope);
    const spec = { targetGroup: arn, port, instances };
    return [{ id: parent.id, marks: parent.marks, spec, out: { arn }, settled: true }];
  },

  async create(cloud, owners, id, spec, scope) {
    refuse(await register(cloud, spec, spec.instances, scope));
    const marks = owners.map(({ cluster, uid, namespace, name }) => ({ cluster, uid, namespace, name }));
    return { id, marks, spec, out: { arn: spec.targetGroup }, settled: true };
  },

  async update(cloud, now, spec, changed, scope) {
    if (changed.includes('targetGroup'))
      throw new FairleadError('conflict', `target group ${now.id} is another one now`);
    const have = new Set(now.spec.instances);
    const want = new Set(spec.instances);
    const joining = spec.instances.filter((id) => !have.has(id));
    const leaving = now.spec.instances.filter((id) => !want.has(id));
    const refused = await register(cloud, spec, joining, scope);
    await deregister(cloud, spec, leaving, scope);
    refuse(refused);
    return { ...now, spec };
  },

  async delete(cloud, now, scope) {
    const { arn } = now.out;
    const spec = { targetGroup: arn, port: 0 };
    try {
      await deregister(cloud, spec, await registered(cloud, arn, spec.port, scope), scope);
    } catch (error) {
      if (!isAws(error, 'TargetGroupNotFound')) throw error;
    }
    return 'gone';
  },
});

/** The targets that take traffic or may soon: the instance id, with the port where it is not the group's. */
async function registered(cloud: Cloud, arn: string, groupPort: number, scope: Scope): Promise<readonly string[]> {
  const answer = await cloud.calls.elbv2('DescribeTargetHealth', { TargetGroupArn: arn }, scope);
  return (answer.TargetHealthDescriptions ?? [])
    .filter(({ TargetHealth }) => TargetHealth?.State !== 'draining')
    .map(({ Target }) => (Target?.Port === groupPort ? (Target.Id ?? '') : `${Target?.Id}:${Target?.Port}`))
    .sort();
}

function targetOf(instance: string, groupPort: number): TargetDescription {
  const [Id = '', port] = instance.split(':');
  return { Id, Port: port === undefined ? groupPort : Number(port) };
}

type Group = Pick<TargetsSpec, 'targetGroup' | 'port'>;

/**
 * Registers all that AWS takes. Answers those that it does not take (stopped, ended, not known yet); they are remembered,
 * so that the next look at the facts asks about them.
 */
async function register(
  cloud: Cloud,
  group: Group,
  instances: readonly string[],
  scope: Scope,
): Promise<readonly string[]> {
  const candidates = instances.filter((id) => !cloud.instances.isRefused(id));
  const refused = await inBatches(candidates, group.port, (Targets) =>
    cloud.calls.elbv2('RegisterTargets', { TargetGroupArn: group.targetGroup, Targets }, scope),
  );
  for (const id of refused) cloud.instances.refuse(id);
  return instances.filter((id) => cloud.instances.isRefused(id));
}

/** Fails if there are any: the others are registered by then. */
function refuse(refused: readonly string[]): void {
  if (refused.length === 0) return;
  const more = refused.length > SHOWN ? ` and ${refused.length - SHOWN} more` : '';
  const message = `AWS does not take as targets for now: ${refused.slice(0, SHOWN).join(', ')}${more}`;
  throw new FairleadError('not-settled', message, { retryAfterMs: REFUSED_RETRY_MS });
}

/** What is not registered any more is no error. */
async function deregister(cloud: Cloud, group: Group, instances: readonly string[], scope: Scope): Promise<void> {
  await inBatches(instances, group.port, (Targets) =>
    cloud.calls.elbv2('DeregisterTargets', { TargetGroupArn: group.targetGroup, Targets }, scope),
  );
}

/** Sends the instances in batches; answers those that AWS refuses. */
async function inBatches(
  instances: readonly string[],
  port: number,
  send: (targets: TargetDescription[]) => Promise<unknown>,
): Promise<readonly string[]> {
  const refused: string[] = [];
  for (const batch of chunks(instances, BATCH)) refused.push(...(await bisect(batch, port, send)));
  return refused;
}

/** AWS refuses a whole call for one bad target: halves find it. */
async function bisect(
  instances: readonly string[],
  port: number,
  send: (targets: TargetDescription[]) => Promise<unknown>,
): Promise<readonly string[]> {
  try {
    await send(instances.map((instance) => targetOf(instance, port)));
    return [];
  } catch (error) {
    if (!isAws(error, 'InvalidTarget')) throw error;
    if (instances.length === 1) return instances;
    const middle = Math.ceil(instances.length / 2);
    const first = await bisect(instances.slice(0, middle), port, send);
    return [...first, ...(await bisect(instances.slice(middle), port, send))];
  }
}
