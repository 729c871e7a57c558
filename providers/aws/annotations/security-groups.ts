// Annotations on security groups: those that stand for the managed one, and those beside it.

import { annotation, commonAnnotations, id, list } from '../../../src/schema/index.ts';
import { CLASSIC, PEER_PAGE, STEM } from './words.ts';

const groups = list(id('sg'), { maxItems: 16 });

export const securityGroups = {
  securityGroups: annotation(groups, {
    key: `${STEM}security-groups`,
    defaultText:
      'on Classic a managed group, or that of `--aws-elb-security-group`; on an NLB what `--aws-nlb-security-groups` says',
    example: 'sg-0123456789abcdef0',
    doc: 'Security groups in place of the managed one. Fairlead writes no rules to them. On Classic the nodes let in what comes from the first. On an NLB it has an effect only with `--aws-nlb-security-groups=managed`.',
    api: 'SetSecurityGroups (NLB), ApplySecurityGroupsToLoadBalancer (Classic)',
    mutable: 'in-place',
    mutableNote:
      'The groups are set as a whole; a managed group that is no longer used is deleted. An NLB that was made without any cannot get them: that waits for `fairlead.dev/allow-replacement`.',
    risk: 'high',
    since: '0.1.0',
    source: PEER_PAGE,
  }),

  extraSecurityGroups: annotation(groups, {
    key: `${STEM}extra-security-groups`,
    defaultText: 'none',
    example: 'sg-0123456789abcdef0',
    doc: 'Security groups beside the first one. Fairlead writes no rules to them.',
    appliesTo: CLASSIC,
    elsewhere: { severity: 'error', hint: `on an NLB use ${STEM}security-groups` },
    api: 'ApplySecurityGroupsToLoadBalancer.SecurityGroups',
    mutable: 'in-place',
    mutableNote: 'The groups are set as a whole.',
    risk: 'high',
    since: '0.1.0',
    source: PEER_PAGE,
  }),

  sourceRanges: {
    ...commonAnnotations.sourceRanges,
    api: 'AuthorizeSecurityGroupIngress.IpPermissions',
    synonyms: [`${STEM}source-ranges`, `${STEM}load-balancer-source-ranges`, 'inbound-cidrs', 'allowlist', 'whitelist'],
    conflicts: [
      {
        kinds: CLASSIC,
        field: 'securityGroups',
        severity: 'warning',
        because: 'no rules are written to security groups that are not managed',
      },
    ],
  },
} as const;
