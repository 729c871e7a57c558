// Rules in other groups that let in what comes from a group of ours: EC2 deletes no group that some rule names. Such a rule
// goes with the group, even where the rules of the nodes are held since no node is known.
import type { Scope } from '../../../src/engine/kind.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { changeRules, findGroups } from '../cloud/groups.ts';
import { ruleUse } from '../naming.ts';
import { isUndescribed } from '../node-rules.ts';
import { fromPermissions } from '../rules.ts';

/** Revokes them; rules of others that name the group stay. True if there were any. */
export async function revokeReferences(cloud: Cloud, groupId: string, scope: Scope): Promise<boolean> {
  const groups = await findGroups(cloud.calls, [{ Name: 'ip-permission.group-id', Values: [groupId] }], scope);
  let found = false;
  for (const { GroupId = '', IpPermissions } of groups) {
    const revoke = fromPermissions(IpPermissions).filter(
      (rule) => rule.source === groupId && (isUndescribed(rule) || ruleUse(rule.description)?.use === 'elb'),
    );
    if (revoke.length === 0) continue;
    found = true;
    await changeRules(cloud.calls, GroupId, { grant: [], describe: [], revoke }, scope);
  }
  return found;
}
