// Our rules in the security groups of the nodes: one object a group, shared by all load balancers. The group itself is
// somebody else's: it is neither made nor deleted, and of its rules only those with a description of our form are ours, and
// those that the official controller leaves without one.
import type { SecurityGroup as SdkGroup } from '@aws-sdk/client-ec2';
import { FairleadError } from '../../../src/engine/errors.ts';
import { defineKind, type Observed, type Scope } from '../../../src/engine/kind.ts';
import type { Mark } from '../../../src/engine/owner.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { changeRules, groupsById } from '../cloud/groups.ts';
import { ruleUse, uidOfLoadBalancer } from '../naming.ts';
import { isOfWishedShape, isUndescribed, mergeNodeRules, withClassicDescriptions } from '../node-rules.ts';
import { NODE_RULES, type NodeRulesOut, type NodeRulesSpec, type Rule } from '../resources.ts';
import { ALL_PROTOCOLS, fromPermissions, ruleChanges, ruleKey, sortedRules } from '../rules.ts';
import { ruleCalls } from './field-calls.ts';

type Group = Observed<NodeRulesSpec, NodeRulesOut>;

export const nodeRulesKind = defineKind<Cloud, NodeRulesSpec, NodeRulesOut>({
  name: NODE_RULES.name,
  merge: mergeNodeRules,
  equal: { rules: sameRules, foreign: sameTexts },

  calls(deed) {
    const have = deed.action === 'create' ? [] : (deed.have?.rules ?? []);
    const changes = ruleCalls(ruleChanges(have, deed.action === 'delete' ? [] : deed.want.rules));
    // What is to go is looked at anew.
    return deed.action === 'delete' ? ['ec2:DescribeSecurityGroups', ...changes] : changes;
  },

  /** Listed are groups with rules of ours, or with one that somebody else wrote as ours for a Classic would be. */
  async list(cloud, scope) {
    const groups = await cloud.groups.refresh(scope);
    const nameOf = namesIn(groups);
    return groups.map((group) => observe(group, nameOf)).filter((one) => one.spec.rules.length > 0 || letsGroupIn(one));
  },

  async read(cloud, wanted, scope) {
    const ids = wanted.map(({ id }) => id);
    const groups = await groupsById(cloud.calls, ids, scope);
    const all = [...groups.values()].flatMap(({ IpPermissions }) => fromPermissions(IpPermissions));
    const nameOf = await sourceNames(cloud, all, scope);
    return ids.map((id) => {
      const group = groups.get(id);
      return group === undefined ? { id, state: 'gone' } : { id, state: 'known', object: observe(group, nameOf) };
    });
  },

  create(cloud, _owners, id, spec, scope) {
    const none = { rules: [], foreign: [] };
    return write(cloud, { id, marks: [], spec: none, out: { groupId: id }, settled: true }, spec, scope);
  },

  update(cloud, now, spec, _changed, scope) {
    return write(cloud, now, spec, scope);
  },

  async delete(cloud, now, scope) {
    const there = await look(cloud, now.id, scope);
    if (there !== undefined) await write(cloud, there, { rules: [], foreign: [] }, scope);
    return 'gone';
  },
});

/** True where all is let in from another group. Many groups have such a rule for themselves. */
function letsGroupIn({ id, spec }: Group): boolean {
  return spec.foreign.some((key) => key.startsWith(`${ALL_PROTOCOLS} `) && !key.endsWith(` ${id}`));
}

/** Both are sorted, and may be as long as the cluster has load balancers. */
function sameRules(want: readonly Rule[], have: readonly Rule[]): boolean {
  const same = (a: Rule, b: Rule | undefined) => b?.description === a.description && ruleKey(b) === ruleKey(a);
  return want === have || (want.length === have.length && want.every((rule, index) => same(rule, have[index])));
}

function sameTexts(want: readonly string[], have: readonly string[]): boolean {
  return want === have || (want.length === have.length && want.every((text, index) => text === have[index]));
}

async function write(cloud: Cloud, now: Group, spec: NodeRulesSpec, scope: Scope): Promise<Group> {
  const changes = ruleChanges(now.spec.rules, spec.rules);
  const outcome = await changeRules(cloud.calls, now.id, changes, scope, async (rules) =>
    withClassicDescriptions(rules, await sourceNames(cloud, rules, scope)),
  );
  if (outcome === 'as-wanted') return { ...now, marks: marksOf(spec), spec: { ...spec, foreign: now.spec.foreign } };
  const there = await look(cloud, now.id, scope);
  if (there === undefined) throw new FairleadError('conflict', `security group ${now.id} is gone`);
  return there;
}

async function look(cloud: Cloud, id: string, scope: Scope): Promise<Group | undefined> {
  const group = (await groupsById(cloud.calls, [id], scope)).get(id);
  if (group === undefined) return undefined;
  return observe(group, await sourceNames(cloud, fromPermissions(group.IpPermissions), scope));
}

/** A group's name by its id. */
type NameOf = (groupId: string) => string | undefined;

function namesIn(groups: readonly SdkGroup[]): NameOf {
  const names = new Map(groups.map(({ GroupId = '', GroupName }) => [GroupId, GroupName]));
  return (id) => names.get(id);
}

/** Of the groups that undescribed rules come from. Names never change, so those that were once seen will do. */
async function sourceNames(cloud: Cloud, rules: readonly Rule[], scope: Scope): Promise<NameOf> {
  const sources = new Set(rules.filter(isUndescribed).map(({ source }) => source));
  if (sources.size === 0) return () => undefined;
  const groups = await cloud.groups.get(scope, (all) => {
    const known = new Set(all.map(({ GroupId }) => GroupId));
    return [...sources].every((id) => known.has(id));
  });
  return namesIn(groups);
}

function observe(group: SdkGroup, nameOf: NameOf): Group {
  const id = group.GroupId ?? '';
  const all = withClassicDescriptions(fromPermissions(group.IpPermissions), nameOf);
  const isOurs = ({ description }: Rule) => ruleUse(description) !== undefined;
  const foreign = all.filter((rule) => !isOurs(rule) && isOfWishedShape(rule)).map(ruleKey);
  const spec = { rules: sortedRules(all.filter(isOurs)), foreign: foreign.sort() };
  return { id, marks: marksOf(spec), spec, out: { groupId: id }, settled: true };
}

/** One mark for each load balancer that has rules here. */
function marksOf({ rules }: NodeRulesSpec): readonly Mark[] {
  const uids = rules.flatMap(({ description }) => {
    const use = ruleUse(description);
    return use === undefined || use.use === 'mtu' ? [] : (uidOfLoadBalancer(use.loadBalancer) ?? []);
  });
  return [...new Set(uids)].map((uid) => ({ uid }));
}
