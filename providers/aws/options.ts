// The controller's options for AWS, each a flag and an environment variable.

import { arn, choice, defineSchema, option, text, type Values } from '../../src/schema/index.ts';

export const options = defineSchema({
  fields: {
    region: option(text({ what: 'a region such as eu-west-1', pattern: '^[a-z]{2,}[a-z0-9-]*-[0-9]+$', max: 32 }), {
      key: 'aws-region',
      defaultText: '`AWS_REGION`, or the region of the nodes',
      example: 'eu-west-1',
      doc: 'The region to work in.',
      since: '0.1.0',
    }),

    vpcId: option(text({ what: 'an id such as vpc-0123456789abcdef0', pattern: '^vpc-[0-9a-f]{8,40}$', max: 64 }), {
      key: 'aws-vpc-id',
      defaultText: 'the VPC of the nodes',
      example: 'vpc-0123456789abcdef0',
      doc: 'The VPC to work in.',
      since: '0.1.0',
    }),

    roleArn: option(arn(['iam'], ['role']), {
      key: 'aws-role-arn',
      defaultText: 'the credentials as they are found',
      example: 'arn:aws:iam::123456789012:role/fairlead',
      doc: 'The role to assume before any call. A Service can never choose it.',
      since: '0.1.0',
    }),

    defaultType: option(choice(['classic', 'nlb']), {
      key: 'aws-default-type',
      default: 'classic',
      example: 'nlb',
      doc: 'The kind of load balancer for Services without a type annotation.',
      since: '0.1.0',
    }),

    nlbSecurityGroups: option(choice(['none', 'managed']), {
      key: 'aws-nlb-security-groups',
      default: 'none',
      example: 'managed',
      doc: 'With `managed`, each new NLB gets a security group of its own, and Services may name others. With `none`, NLBs have no security group, as cloud-provider-aws makes them by default. AWS cannot add the first group to an NLB that was made without.',
      since: '0.1.0',
    }),

    ccmClusterName: option(text({ what: 'a cluster name', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', max: 253 }), {
      key: 'aws-ccm-cluster-name',
      default: 'kubernetes',
      example: 'kubernetes',
      doc: 'The `--cluster-name` of the cloud-provider-aws that ran here before; the default is its own. It only goes into the names of managed NLB security groups, so that they are found again.',
      since: '0.1.0',
    }),
  },
});

export type Options = Values<typeof options>;
