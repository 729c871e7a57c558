// The calls behind the fields that several kinds have in common, in the order in which they are made. Pure.
import type { AwsCall } from '../cloud/operations.ts';
import type { RuleChanges } from '../rules.ts';
import { type Tags, tagChanges, tagSteps } from '../tags.ts';

/** Of tags of load balancers of either kind, target groups and listeners. */
export function tagCalls(want: Tags, have: Tags): readonly AwsCall[] {
  return tagSteps(tagChanges(want, have)).map((step) =>
    'add' in step ? 'elasticloadbalancing:AddTags' : 'elasticloadbalancing:RemoveTags',
  );
}

export function groupTagCalls(want: Tags, have: Tags): readonly AwsCall[] {
  return tagSteps(tagChanges(want, have)).map((step) => ('add' in step ? 'ec2:CreateTags' : 'ec2:DeleteTags'));
}

/** What `changeRules` sends. */
export function ruleCalls({ grant, describe, revoke }: RuleChanges): readonly AwsCall[] {
  return [
    ...when(grant.length > 0, 'ec2:AuthorizeSecurityGroupIngress'),
    ...when(describe.length > 0, 'ec2:UpdateSecurityGroupRuleDescriptionsIngress'),
    ...when(revoke.length > 0, 'ec2:RevokeSecurityGroupIngress'),
  ];
}

export function when(condition: boolean, ...calls: readonly AwsCall[]): readonly AwsCall[] {
  return condition ? calls : [];
}
