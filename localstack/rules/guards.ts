// Which EC2 operations are checked before they go to the emulator. All others go through as they are.
import type { Call } from '../proxy-call.ts';
import type { Cloud } from './cloud.ts';
import { guardTags } from './ec2-tags.ts';
import { guardAuthorize, guardRevoke, guardRuleDescriptions } from './security-group-rules.ts';
import { guardCreateGroup, guardDeleteGroup } from './security-groups.ts';

/** Answers the call to pass on, which may differ from the one that came. Throws AwsError for what AWS refuses. */
export type Guard = (call: Call, cloud: Cloud) => Call | Promise<Call>;

export const guards: Readonly<Record<string, Guard>> = {
  CreateTags: guardTags,
  CreateSecurityGroup: guardCreateGroup,
  DeleteSecurityGroup: guardDeleteGroup,
  AuthorizeSecurityGroupIngress: guardAuthorize,
  RevokeSecurityGroupIngress: guardRevoke,
  UpdateSecurityGroupRuleDescriptionsIngress: guardRuleDescriptions,
};
