// Our rules in the security groups of the nodes: one object a group, shared by all load balancers. The group itself is
// somebody else's: it is neither made nor deleted, and of its rules only those with a description of our form are ours.
import type { SecurityGroup as SdkGroup } from '@aws-sdk/client-ec2';
import { FairleadError } from '../../../src/engine/errors.ts';
import { defineKind, type Observed, type Scope } from '../../../src/engine/kind.ts';
import type { Mark } from '../../../src/engine/owner.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { changeRules, groupsById } from '../cloud/groups.ts';
import { ruleUse, uidOfLoadBalancer } from '../naming.ts';
import { mergeNodeRules } from '../node-rules.ts';
import { NODE_RULES, type NodeRulesOut, type NodeRulesSpec } from '../resources.ts';
import { fromPermissions, ruleChanges, ruleKey, sortedRules } from '../rules.ts';

type Group = Observed<NodeRulesSpec, NodeRulesOut>;

export const nodeRulesKind = defineKind<Cloud, NodeRulesSpec, NodeRulesOut>({
  name: NODE_RULES.name,
  merge: mergeNodeRules,

  /** Groups without rules of ours are not listed: there is nothing of ours in them. */
  async list(cloud, scope) {
    const groups = await cloud.groups.refresh(scope);
    return groups.map(observe).filter(({ spec }) => spec.rules.length > 0);
  },

  async read(cloud, wanted, scope) {
    const ids = wanted.map(({ id }) => id);
    const groups = await groupsById(cloud.calls, ids, scope);
    return ids.map((id) => {
      const group = groups.get(id);
      return group === undefined ? { id, state: 'gone' } : { id, state: 'known', object: observe(group) };
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
    const group = (await groupsById(cloud.calls, [now.id], scope)).get(now.id);
    if (group !== undefined) await write(cloud, observe(group), { rules: [], foreign: [] }, scope);
    return 'gone';
  },
});

async function write(cloud: Cloud, now: Group, spec: NodeRulesSpec, scope: Scope): Promise<Group> {
  const outcome = await changeRules(cloud.calls, now.id, ruleChanges(now.spec.rules, spec.rules), scope);
  if (outcome === 'as-wanted') return { ...now, marks: marksOf(spec), spec: { ...spec, foreign: now.spec.foreign } };
  const group = (await groupsById(cloud.calls, [now.id], scope)).get(now.id);
  if (group === undefined) throw new FairleadError('conflict', `security group ${now.id} is gone`);
  return observe(group);
}

function observe(group: SdkGroup): Group {
  const id = group.GroupId ?? '';
  const all = fromPermissions(group.IpPermissions);
  const isOurs = ({ description }: { description: string }) => ruleUse(description) !== undefined;
  const foreign = all.filter((rule) => !isOurs(rule) && rule.source.includes('/')).map(ruleKey);
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
