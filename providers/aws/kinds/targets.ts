// The instances that are registered with a target group. The group is wholly ours, so what is in it and not wanted goes;
// what drains is on its way out and counts as absent.
import type { TargetDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { FairleadError } from '../../../src/engine/errors.ts';
import { canonical } from '../../../src/engine/graph.ts';
import { defineKind, type Scope } from '../../../src/engine/kind.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { isAws } from '../errors.ts';
import { TARGET_GROUP, TARGETS, type TargetGroupOut, type TargetsOut, type TargetsSpec } from '../resources.ts';
import { deregister, membership, type Register, reached, register, registrationCalls } from './registration.ts';

/** Targets in one call: what the official controller sends too. */
const BATCH = 100;

export const targetsKind = defineKind<Cloud, TargetsSpec, TargetsOut>({
  name: TARGETS.name,
  parent: TARGET_GROUP.name,
  parentId: (id) => id,
  churns: true,
  equal: { instances: (want, have) => want === null || canonical(want) === canonical(have) },

  calls: (deed) =>
    registrationCalls(deed, BATCH, {
      look: 'elasticloadbalancing:DescribeTargetHealth',
      add: 'elasticloadbalancing:RegisterTargets',
      remove: 'elasticloadbalancing:DeregisterTargets',
    }),

  async readAll(cloud, parent, scope) {
    const { arn, port } = parent.out as TargetGroupOut;
    const instances = await registered(cloud, arn, port, scope);
    const spec = { targetGroup: arn, port, instances, expected: [] };
    return [{ id: parent.id, marks: parent.marks, spec, out: { arn }, settled: true }];
  },

  async create(cloud, owners, id, spec, scope) {
    const wanted = spec.instances ?? [];
    const refused = await register(cloud, registerOf(cloud, spec, scope), wanted);
    const marks = owners.map(({ cluster, uid, namespace, name }) => ({ cluster, uid, namespace, name }));
    return { id, marks, ...reached(cloud, spec, wanted, refused), out: { arn: spec.targetGroup } };
  },

  async update(cloud, now, spec, changed, scope) {
    if (changed.includes('targetGroup')) {
      throw new FairleadError('conflict', `target group ${now.id} is another one now`);
    }
    const { after, joining, leaving } = membership(spec.instances, now.spec.instances);
    const at = registerOf(cloud, spec, scope);
    const refused = await register(cloud, at, joining);
    await deregister(at, leaving);
    return { ...now, ...reached(cloud, spec, after, refused) };
  },

  async delete(cloud, now, scope) {
    const { arn } = now.out;
    const group = { targetGroup: arn, port: 0 };
    try {
      await deregister(registerOf(cloud, group, scope), await registered(cloud, arn, group.port, scope));
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

function registerOf(cloud: Cloud, { targetGroup: TargetGroupArn, port }: Group, scope: Scope): Register {
  const targets = (instances: readonly string[]) => instances.map((instance) => targetOf(instance, port));
  return {
    batch: BATCH,
    refusal: 'InvalidTarget',
    add: (batch) => cloud.calls.elbv2('RegisterTargets', { TargetGroupArn, Targets: targets(batch) }, scope),
    remove: (batch) => cloud.calls.elbv2('DeregisterTargets', { TargetGroupArn, Targets: targets(batch) }, scope),
  };
}
