// The security group that we make for a load balancer, where the option for managed groups is on. All rules in it are
// ours, since the group is: what else is in it goes.
import type { SecurityGroup as SdkGroup } from '@aws-sdk/client-ec2';
import { FairleadError } from '../../../src/engine/errors.ts';
import { canonical } from '../../../src/engine/graph.ts';
import { defineKind, type Observed, type RetryAfter, type Scope } from '../../../src/engine/kind.ts';
import type { Mark, Owner } from '../../../src/engine/owner.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { changeRules, findGroups } from '../cloud/groups.ts';
import { isAws } from '../errors.ts';
import { isPortObjectName, stem, uidOfLoadBalancer } from '../naming.ts';
import { SECURITY_GROUP, type SecurityGroupOut, type SecurityGroupSpec } from '../resources.ts';
import { fromPermissions, type RuleChanges, ruleChanges, sortedRules } from '../rules.ts';
import { fromSdk, type Tags, tagChanges, tagMark, toSdk, withTagChanges } from '../tags.ts';

type Group = Observed<SecurityGroupSpec, SecurityGroupOut>;

const IN_USE_RETRY_MS = 15_000;

export const securityGroupKind = defineKind<Cloud, SecurityGroupSpec, SecurityGroupOut>({
  name: SECURITY_GROUP.name,
  immutable: ['vpcId'],
  equal: {
    // Unlike elsewhere our own tag must be there: a group's name does not tell its owner.
    tags: (want, have) => {
      const { add, remove } = tagChanges(want, have);
      return canonical(add) === '{}' && remove.length === 0;
    },
  },
  guarded: true,

  async list(cloud, scope) {
    const all = await cloud.groups.refresh(scope);
    const named = all.filter(({ GroupName = '' }) => isPortObjectName(GroupName));
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
        if (group === undefined) return { id, state: 'gone' as const };
        return { id, state: 'known' as const, object: await observe(cloud, group, scope) };
      }),
    );
  },

  async create(cloud, owners, id, spec, scope) {
    const [owner] = owners;
    const { GroupId: groupId } = await cloud.calls.ec2(
      'CreateSecurityGroup',
      {
        GroupName: id,
        Description: `Load balancer of Service ${owner?.namespace}/${owner?.name}`,
        VpcId: spec.vpcId,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: toSdk(spec.tags) }],
      },
      scope,
    );
    if (groupId === undefined) throw new FairleadError('network', `AWS made security group ${id} and did not show it`);
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
    const Tags = toSdk(changes.add);
    if (Tags.length > 0) await cloud.calls.ec2('CreateTags', { Resources, Tags }, scope);
    const gone = changes.remove.map((Key) => ({ Key }));
    if (gone.length > 0) await cloud.calls.ec2('DeleteTags', { Resources, Tags: gone }, scope);
    return { ...now, spec: { ...spec, tags: withTagChanges(now.spec.tags, changes) } };
  },

  async delete(cloud, now, scope): Promise<'gone' | RetryAfter> {
    const { groupId } = now.out;
    try {
      await cloud.calls.ec2('DeleteSecurityGroup', { GroupId: groupId }, scope);
    } catch (error) {
      if (isAws(error, 'DependencyViolation')) {
        const why =
          `security group ${groupId} (${now.id}) is still in use: the network interfaces of a deleted load balancer ` +
          'linger for some minutes; after that, look for rules of other groups that refer to it';
        return { retryAfterMs: IN_USE_RETRY_MS, why };
      }
      if (!isAws(error, 'InvalidGroup.NotFound')) throw error;
    }
    return 'gone';
  },
});

async function writeRules(cloud: Cloud, groupId: string, changes: RuleChanges, scope: Scope): Promise<void> {
  const outcome = await changeRules(cloud.calls, groupId, changes, scope);
  if (outcome === 'differs') throw new FairleadError('conflict', `security group ${groupId} was changed meanwhile`);
}

function markOf({ cluster, uid, namespace, name }: Owner): Mark {
  return { cluster, uid, namespace, name };
}

async function observe(cloud: Cloud, group: SdkGroup, scope: Scope): Promise<Group> {
  const groupId = group.GroupId ?? '';
  const id = group.GroupName ?? '';
  const tags = fromSdk(group.Tags);
  const rules = fromPermissions(group.IpPermissions).map((rule) => ({ ...rule, description: '' }));
  const spec = { vpcId: group.VpcId ?? '', rules: sortedRules(rules), tags };
  return { id, marks: await marksOf(cloud, id, groupId, tags, scope), spec, out: { groupId }, settled: true };
}

/**
 * Ours if it has the cluster's tag and our own. The official controller's groups do not say whose they are, but the load
 * balancer that uses one does: then it is that one's owner's, as far as the beginning of the name allows.
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
    return name.startsWith(`${stem({ namespace, name: service })}-`) ? [{ uid, ...owner }] : [];
  });
}
