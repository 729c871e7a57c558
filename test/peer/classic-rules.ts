// The rule for a Classic Load Balancer in the groups of nodes: everything from the balancer's first group, described by
// nothing, and found again by its source alone.
import type { Desk } from './desk.ts';
import { grantOnNodes, groupsBy, revokeOnNodes } from './groups.ts';
import type { NodeGroups } from './node-groups.ts';
import { type Rule, rulesIn } from './permissions.ts';

/** Of the groups that let the load balancer in, those that take no rules (any more) lose the rule. */
export async function syncClassicRules(desk: Desk, source: string, nodeGroups: NodeGroups): Promise<void> {
  const { all, chosen } = nodeGroups;
  const rule: Rule = { protocol: '-1', from: undefined, to: undefined, source };
  const referring = await groupsBy(desk, [{ Name: 'ip-permission.group-id', Values: [source] }]);
  const has = new Set(referring.map(({ GroupId = '' }) => GroupId));
  const known = new Set(all.map(({ GroupId = '' }) => GroupId));
  for (const id of chosen) if (!has.has(id)) await grantOnNodes(desk, id, [rule]);
  for (const group of referring) {
    const id = group.GroupId ?? '';
    if (chosen.has(id) || !known.has(id)) continue;
    // Only the pair of exactly this source goes, whatever else the rule's ports and protocol let in.
    const stale = rulesIn(group).filter((one) => one.source === source && one.protocol === rule.protocol);
    await revokeOnNodes(desk, id, stale);
  }
}
