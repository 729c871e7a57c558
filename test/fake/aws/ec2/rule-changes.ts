// AuthorizeSecurityGroupIngress, RevokeSecurityGroupIngress and UpdateSecurityGroupRuleDescriptionsIngress.
// Each changes all the rules of its call, or none.

import type {
  AuthorizeSecurityGroupIngressCommandInput,
  AuthorizeSecurityGroupIngressCommandOutput,
  RevokeSecurityGroupIngressCommandInput,
  RevokeSecurityGroupIngressCommandOutput,
  UpdateSecurityGroupRuleDescriptionsIngressCommandInput,
  UpdateSecurityGroupRuleDescriptionsIngressCommandOutput,
} from '@aws-sdk/client-ec2';
import { Misuse, Problem } from '../problem.ts';
import { writing } from '../service.ts';
import type { World } from '../world.ts';
import { groupNotFound, invalidValue, missingParameter } from './errors.ts';
import { checkDescription, ruleKey, rulesOf, sdkRule, type WantedRule } from './permission.ts';
import { existingGroup } from './security-group.ts';
import type { Rule, SecurityGroup } from './tables.ts';

export const authorizeSecurityGroupIngress = writing<
  AuthorizeSecurityGroupIngressCommandInput,
  AuthorizeSecurityGroupIngressCommandOutput
>('AuthorizeSecurityGroupIngress', ['GroupId', 'IpPermissions'], ({ GroupId, IpPermissions }, { world }) => {
  const group = existingGroup(world, GroupId);
  if (IpPermissions === undefined || IpPermissions.length === 0) throw missingParameter('ipPermissions');
  const wanted = rulesOf(IpPermissions);
  refuseRepetition(wanted);
  for (const rule of wanted) checkReference(world, group, rule);
  const present = new Set(group.ingress.map(ruleKey));
  const duplicate = wanted.find((rule) => present.has(ruleKey(rule)));
  if (duplicate !== undefined) {
    const peer = Object.values(duplicate.source).at(-1);
    throw new Problem(
      'InvalidPermission.Duplicate',
      `the specified rule "peer: ${peer}, ${duplicate.protocol}, from port: ${duplicate.fromPort}, to port: ` +
        `${duplicate.toPort}, ALLOW" already exists`,
    );
  }
  const added = wanted.map((rule): Rule => ({ ...rule, id: world.ids.ec2('sgr') }));
  const ingress = [...group.ingress, ...added];
  checkLimit(world, ingress);
  world.ec2.securityGroups.put(group.id, { ...group, ingress });
  const { accountId } = world.place;
  return { Return: true, SecurityGroupRules: added.map((rule) => sdkRule(group.id, rule, accountId)) };
});

export const revokeSecurityGroupIngress = writing<
  RevokeSecurityGroupIngressCommandInput,
  RevokeSecurityGroupIngressCommandOutput
>('RevokeSecurityGroupIngress', ['GroupId', 'IpPermissions', 'SecurityGroupRuleIds'], (input, { world }) => {
  const group = existingGroup(world, input.GroupId);
  const gone = namedRules(group, input);
  const ingress = group.ingress.filter((rule) => !gone.includes(rule));
  world.ec2.securityGroups.put(group.id, { ...group, ingress });
  const { accountId } = world.place;
  const RevokedSecurityGroupRules = gone.map((rule) => {
    const { ReferencedGroupInfo, GroupOwnerId: _owner, ...rest } = sdkRule(group.id, rule, accountId);
    return { ...rest, ReferencedGroupId: ReferencedGroupInfo?.GroupId };
  });
  return { Return: true, RevokedSecurityGroupRules };
});

export const updateSecurityGroupRuleDescriptionsIngress = writing<
  UpdateSecurityGroupRuleDescriptionsIngressCommandInput,
  UpdateSecurityGroupRuleDescriptionsIngressCommandOutput
>(
  'UpdateSecurityGroupRuleDescriptionsIngress',
  ['GroupId', 'IpPermissions', 'SecurityGroupRuleDescriptions'],
  ({ GroupId, IpPermissions, SecurityGroupRuleDescriptions: byId }, { world }) => {
    const group = existingGroup(world, GroupId);
    const SecurityGroupRuleIds = byId?.map(({ SecurityGroupRuleId: id = '' }) => id);
    const named = namedRules(group, { IpPermissions, SecurityGroupRuleIds });
    const wanted = IpPermissions === undefined ? undefined : rulesOf(IpPermissions);
    const descriptions = new Map(
      named.map(({ id }, index) => [id, wanted ? wanted[index]?.description : byId?.[index]?.Description]),
    );
    for (const description of descriptions.values()) if (description !== undefined) checkDescription(description);
    const ingress = group.ingress.map((rule) =>
      descriptions.has(rule.id) ? { ...rule, description: descriptions.get(rule.id) } : rule,
    );
    world.ec2.securityGroups.put(group.id, { ...group, ingress });
    return { Return: true };
  },
);

/** The rules of the group that a call names, in its order; one that does not exist makes the call fail. */
function namedRules(
  group: SecurityGroup,
  {
    IpPermissions: permissions,
    SecurityGroupRuleIds: ids,
  }: Pick<RevokeSecurityGroupIngressCommandInput, 'IpPermissions' | 'SecurityGroupRuleIds'>,
): Rule[] {
  if ((permissions === undefined || permissions.length === 0) && (ids === undefined || ids.length === 0)) {
    throw missingParameter('ipPermissions');
  }
  if (permissions !== undefined && ids !== undefined) {
    throw new Problem('InvalidParameterCombination', 'Specify either IP permissions or security group rules, not both');
  }
  const byKey = new Map(group.ingress.map((rule) => [ruleKey(rule), rule]));
  const byId = new Map(group.ingress.map((rule) => [rule.id, rule]));
  if (ids !== undefined) {
    return ids.map((id) => {
      const rule = byId.get(id);
      if (rule === undefined) {
        throw new Problem('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`);
      }
      return rule;
    });
  }
  const wanted = rulesOf(permissions ?? []);
  refuseRepetition(wanted);
  return wanted.map((one) => {
    const rule = byKey.get(ruleKey(one));
    if (rule === undefined) {
      throw new Problem('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
    }
    return rule;
  });
}

function refuseRepetition(rules: readonly WantedRule[]): void {
  if (new Set(rules.map(ruleKey)).size < rules.length) {
    throw invalidValue('The same permission must not appear multiple times');
  }
}

function checkReference(world: World, group: SecurityGroup, { source }: WantedRule): void {
  if (source.type === 'group') {
    const referenced = world.ec2.securityGroups.get(source.groupId);
    if (referenced === undefined) throw groupNotFound(source.groupId);
    if (referenced.vpcId !== group.vpcId) throw new Misuse('rules between VPCs are not simulated');
  } else if (source.type === 'prefix-list' && world.ec2.prefixLists.get(source.prefixListId) === undefined) {
    throw new Problem('InvalidPrefixListID.NotFound', `The prefix list ID '${source.prefixListId}' does not exist`);
  }
}

/** IPv4 and IPv6 are counted apart; a rule for a group or a prefix list counts for both (Amazon VPC quotas). */
function checkLimit(world: World, rules: readonly Rule[]): void {
  const weight = ({ source }: Rule, family: 'ipv4' | 'ipv6') => {
    if (source.type === 'prefix-list') return world.ec2.prefixLists.get(source.prefixListId)?.maxEntries ?? 1;
    return source.type === 'group' || source.type === family ? 1 : 0;
  };
  for (const family of ['ipv4', 'ipv6'] as const) {
    const count = rules.reduce((sum, rule) => sum + weight(rule, family), 0);
    if (count > world.settings.limits.rulesPerSecurityGroup) {
      throw new Problem(
        'RulesPerSecurityGroupLimitExceeded',
        'The maximum number of rules per security group has been reached.',
      );
    }
  }
}
