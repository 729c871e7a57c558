// The security group that we make for a load balancer: for a Classic one unless the Service names others, for a Network
// Load Balancer where the option says so. All rules in it are ours, since the group is: what else is in it goes.
import type { SecurityGroup as SdkGroup } from '@aws-sdk/client-ec2';
import { FairleadError } from '../../../src/engine/errors.ts';
import { defineKind, type Observed, type RetryAfter, type Scope } from '../../../src/engine/kind.ts';
import type { Mark, Owner } from '../../../src/engine/owner.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { changeRules, findGroups, groupsById } from '../cloud/groups.ts';
import { isAws } from '../errors.ts';
import { isPortObjectName, loadBalancerOfGroup, stem, uidOfLoadBalancer } from '../naming.ts';
import { SECURITY_GROUP, type SecurityGroupOut, type SecurityGroupSpec } from '../resources.ts';
import { fromPermissions, type RuleChanges, ruleChanges, sortedRules } from '../rules.ts';
import {
  equalTags,
  fromSdk,
  ownerTag,
  type Tags,
  tagChanges,
  tagMark,
  tagSteps,
  toSdk,
  withTagChanges,
} from '../tags.ts';
import { removed } from './denied.ts';
import { groupTagCalls, ruleCalls } from './field-calls.ts';
import { revokeReferences } from './group-references.ts';

type Group = Observed<SecurityGroupSpec, SecurityGroupOut>;

const IN_USE_RETRY_MS = 15_000;

export const securityGroupKind = defineKind<Cloud, SecurityGroupSpec, SecurityGroupOut>({
  name: SECURITY_GROUP.name,
  immutable: ['vpcId'],
  equal: {
    tags: equalTags,
  },
  guarded: true,

  calls(deed) {
    if (deed.action === 'delete') return ['ec2:DeleteSecurityGroup'];
    const { want } = deed;
    if (deed.action === 'create') return ['ec2:CreateSecurityGroup', ...ruleCalls(ruleChanges([], want.rules))];
    return [
      ...ruleCalls(ruleChanges(deed.have.rules, want.rules)),
      ...(deed.changed.includes('tags') ? groupTagCalls(want.tags, deed.have.tags) : []),
    ];
  },

  async list(cloud, scope) {
    const all = await cloud.groups.refresh(scope);
    const named = all.filter(
      ({ GroupName = '' }) => isPortObjectName(GroupName) || loadBalancerOfGroup(GroupName) !== undefined,
    );
    return Promise.all(named.map((group) => observe(cloud, group, scope)));
  },

  async read(cloud, wanted, scope) {
    const names = wanted.map(({ id }) => id);
    const vpcId = await cloud.vpcId(scope);
    const filters = [
      { Name: 'vpc-id', Values: [vpcId] },
      { Name: 'group-name', Values: names },
    ];
    const groups = await findGroups(cloud.calls, filters, scope);
    const found = new Map(groups.map((group) => [group.GroupName ?? '', group]));
    return Promise.all(
      names.map(async (id) => {
        const group = found.get(id);
        if (group === undefined) {
          cloud.groupNames.delete(id);
          return { id, state: 'gone' as const };
        }
        return { id, state: 'known' as const, object: await observe(cloud, group, scope) };
      }),
    );
  },

  async create(cloud, owners, id, spec, scope) {
    const { GroupId: groupId } = await cloud.calls.ec2(
      'CreateSecurityGroup',
      {
        GroupName: id,
        Description: descriptionOf(id, owners[0]),
        VpcId: spec.vpcId,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: toSdk(spec.tags) }],
      },
      scope,
    );
    if (groupId === undefined) throw new FairleadError('network', `AWS made security group ${id} and did not show it`);
    cloud.groupNames.add(id);
    await writeRules(cloud, groupId, ruleChanges([], spec.rules), scope);
    return { id, marks: owners.map(markOf), spec, out: { groupId }, settled: true };
  },

  async update(cloud, now, spec, changed, scope) {
    const { groupId } = now.out;
    if (changed.includes('rules')) {
      await writeRules(cloud, groupId, ruleChanges(now.spec.rules, spec.rules), scope);
    }
    const changes = changed.includes('tags') ? tagChanges(spec.tags, now.spec.tags) : { add: {}, remove: [] };
    const Resources = [groupId];
    for (const step of tagSteps(changes)) {
      if ('add' in step) await cloud.calls.ec2('CreateTags', { Resources, Tags: toSdk(step.add) }, scope);
      else await cloud.calls.ec2('DeleteTags', { Resources, Tags: step.remove.map((Key) => ({ Key })) }, scope);
    }
    return { ...now, spec: { ...spec, tags: withTagChanges(now.spec.tags, changes) } };
  },

  async delete(cloud, now, scope): Promise<'gone' | RetryAfter> {
    const { groupId } = now.out;
    const remove = () =>
      removed(cloud.calls.ec2('DeleteSecurityGroup', { GroupId: groupId }, scope), async () =>
        (await groupsById(cloud.calls, [groupId], scope)).has(groupId),
      );
    const isUsed = (error: unknown) => isAws(error, 'DependencyViolation');
    const mayBeNamed = loadBalancerOfGroup(now.id) !== undefined;
    try {
      await remove().catch(async (error: unknown) => {
        if (!isUsed(error) || !mayBeNamed || !(await revokeReferences(cloud, groupId, scope))) throw error;
        await remove();
      });
    } catch (error) {
      if (isUsed(error)) {
        const why =
          `security group ${groupId} (${now.id}) is still in use: the network interfaces of a deleted load balancer ` +
          'linger for some minutes; after that, look for rules of other groups that refer to it';
        return { retryAfterMs: IN_USE_RETRY_MS, why };
      }
      if (!isAws(error, 'InvalidGroup.NotFound')) throw error;
    }
    cloud.groupNames.delete(now.id);
    return 'gone';
  },
});

async function writeRules(cloud: Cloud, groupId: string, changes: RuleChanges, scope: Scope): Promise<void> {
  const outcome = await changeRules(cloud.calls, groupId, changes, scope);
  if (outcome === 'differs') throw new FairleadError('conflict', `security group ${groupId} was changed meanwhile`);
}

function descriptionOf(id: string, owner: Owner | undefined): string {
  const name = loadBalancerOfGroup(id);
  return `Load balancer ${name === undefined ? '' : `${name} `}of Service ${owner?.namespace}/${owner?.name}`;
}

function markOf({ cluster, uid, namespace, name }: Owner): Mark {
  return { cluster, uid, namespace, name };
}

async function observe(cloud: Cloud, group: SdkGroup, scope: Scope): Promise<Group> {
  const groupId = group.GroupId ?? '';
  const id = group.GroupName ?? '';
  cloud.groupNames.add(id);
  const tags = fromSdk(group.Tags);
  const rules = fromPermissions(group.IpPermissions).map((rule) => ({ ...rule, description: '' }));
  const loadBalancer = loadBalancerOfGroup(id);
  const marks =
    loadBalancer === undefined
      ? await marksOf(cloud, id, groupId, tags, scope)
      : classicMarks(cloud.cluster.name, loadBalancer, tags);
  const spec = { vpcId: group.VpcId ?? '', rules: sortedRules(rules), tags };
  return { id, marks, spec, out: { groupId }, settled: true };
}

/** Ours if it has the cluster's tag; the owner tag, where it is, must fit the name. */
function classicMarks(clusterName: string, loadBalancer: string, tags: Tags): readonly Mark[] {
  const uid = uidOfLoadBalancer(loadBalancer);
  const mark = tagMark(clusterName, tags);
  if (uid === undefined || mark === undefined) return [];
  if (mark.uid !== undefined && !mark.uid.replaceAll('-', '').startsWith(uid)) return [];
  return [{ uid, ...mark }];
}

/**
 * Of a Network Load Balancer's group: ours if it has the cluster's tag and our own. The official controller's groups do not
 * say whose they are, but the load balancer that uses one does: then it is that one's owner's, as far as the beginning of the
 * name allows. Such a group is noted, for `markGroups`.
 */
async function marksOf(
  cloud: Cloud,
  name: string,
  groupId: string,
  tags: Tags,
  scope: Scope,
): Promise<readonly Mark[]> {
  const mark = tagMark(cloud.cluster.name, tags);
  if (mark === undefined) return [];
  if (mark.uid !== undefined) return [mark];
  const listed = await cloud.listedLoadBalancers.get(scope);
  return listed.flatMap(({ name: balancer, loadBalancer, tags: theirs }) => {
    const uid = uidOfLoadBalancer(balancer);
    const owner = tagMark(cloud.cluster.name, theirs);
    if (!loadBalancer.SecurityGroups?.includes(groupId) || uid === undefined || owner?.namespace === undefined)
      return [];
    const { namespace, name: service = '' } = owner;
    if (!name.startsWith(`${stem({ namespace, name: service })}-`)) return [];
    cloud.unmarkedGroups.set(balancer, [...new Set([...(cloud.unmarkedGroups.get(balancer) ?? []), groupId])]);
    return [{ uid, ...owner }];
  });
}

/**
 * Before a load balancer lets go of groups that only their use by it says to be its own, they get our tag: a process that
 * dies in between would leave what nobody knows.
 */
export async function markGroups(
  cloud: Cloud,
  loadBalancer: string,
  marks: readonly Mark[],
  scope: Scope,
): Promise<void> {
  const groups = cloud.unmarkedGroups.get(loadBalancer) ?? [];
  const uid = marks.find((mark) => mark.uid !== undefined)?.uid;
  if (groups.length === 0 || uid === undefined) return;
  const Tags = toSdk(ownerTag(cloud.cluster.uid, uid));
  try {
    await cloud.calls.ec2('CreateTags', { Resources: [...groups], Tags }, scope);
  } catch (error) {
    if (!isAws(error, 'InvalidGroup.NotFound', 'InvalidID')) throw error;
  }
  cloud.unmarkedGroups.delete(loadBalancer);
}
