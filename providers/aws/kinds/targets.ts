// The instances that are registered with a target group. The group is wholly ours, so what is in it and not wanted goes;
// what drains is on its way out and counts as absent.
import type { TargetDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { FairleadError } from '../../../src/engine/errors.ts';
import { canonical } from '../../../src/engine/graph.ts';
import { defineKind, type Observed, type Scope } from '../../../src/engine/kind.ts';
import { chunks } from '../cloud/calls.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { isAws } from '../errors.ts';
import { TARGET_GROUP, TARGETS, type TargetGroupOut, type TargetsOut, type TargetsSpec } from '../resources.ts';

/** Targets in one call: what the official controller sends too. */
const BATCH = 100;
/** Instances named in a message. */
const SHOWN = 5;

export const targetsKind = defineKind<Cloud, TargetsSpec, TargetsOut>({
  name: TARGETS.name,
  parent: TARGET_GROUP.name,
  parentId: (id) => id,
  churns: true,
  equal: { instances: (want, have) => want === null || canonical(want) === canonical(have) },

  async readAll(cloud, parent, scope) {
    const { arn, port } = parent.out as TargetGroupOut;
    const instances = await registered(cloud, arn, port, scope);
    const spec = { targetGroup: arn, port, instances, expected: [] };
    return [{ id: parent.id, marks: parent.marks, spec, out: { arn }, settled: true }];
  },

  async create(cloud, owners, id, spec, scope) {
    const wanted = spec.instances ?? [];
    const refused = await register(cloud, spec, wanted, scope);
    const marks = owners.map(({ cluster, uid, namespace, name }) => ({ cluster, uid, namespace, name }));
    return { id, marks, ...reached(cloud, spec, wanted, refused), out: { arn: spec.targetGroup } };
  },

  async update(cloud, now, spec, changed, scope) {
    if (changed.includes('targetGroup')) {
      throw new FairleadError('conflict', `target group ${now.id} is another one now`);
    }
    const before = now.spec.instances ?? [];
    const after = spec.instances ?? before;
    const joining = after.filter((id) => !before.includes(id));
    const leaving = before.filter((id) => !after.includes(id));
    const refused = await register(cloud, spec, joining, scope);
    await deregister(cloud, spec, leaving, scope);
    return { ...now, ...reached(cloud, spec, after, refused) };
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
  for (const id of candidates) if (!refused.includes(id)) cloud.instances.accept(id);
  for (const id of refused) cloud.instances.refuse(id);
  return instances.filter((id) => cloud.instances.isRefused(id));
}

/** What there is now. Those that AWS refuses are waited for like those that are expected. */
function reached(
  cloud: Cloud,
  spec: TargetsSpec,
  wanted: readonly string[],
  refused: readonly string[],
): Pick<Observed<TargetsSpec, TargetsOut>, 'spec' | 'settled'> {
  const instances = wanted.filter((id) => !refused.includes(id));
  const missing = [...new Set([...spec.expected, ...refused])].sort();
  if (missing.length === 0) return { spec: { ...spec, instances }, settled: true };
  const more = missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : '';
  const why = `waiting for instances to become usable as targets: ${missing.slice(0, SHOWN).join(', ')}${more}`;
  const settled = { retryAfterMs: cloud.instances.retryAfterMs(missing), why };
  return { spec: { ...spec, instances }, settled };
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
