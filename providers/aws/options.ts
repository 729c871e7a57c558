// The controller's options for AWS, each a flag and an environment variable.

import { boolean, choice, defineSchema, id, integer, option, path, text, type Values } from '../../src/schema/index.ts';
import { allowedOptions } from './allowed-options.ts';
import { arn } from './arn.ts';

export const options = defineSchema({
  fields: {
    region: option(text({ what: 'a region such as eu-west-1', pattern: '^[a-z]{2,}[a-z0-9-]*-[0-9]+$', max: 32 }), {
      key: 'aws-region',
      defaultText: '`AWS_REGION`, or the region of the nodes',
      example: 'eu-west-1',
      doc: 'The region to work in.',
      since: '0.1.0',
      synonyms: ['Region'],
    }),

    cloudConfig: option(text({ what: 'the path of a file', max: 4096 }), {
      key: 'aws-cloud-config',
      defaultText: 'none',
      example: '/etc/kubernetes/aws.conf',
      doc: 'The configuration file of cloud-provider-aws, to be read as it is. A flag and an environment variable of Fairlead count more than the file.',
      since: '0.1.0',
      synonyms: ['cloud-config'],
    }),

    vpcId: option(text({ what: 'an id such as vpc-0123456789abcdef0', pattern: '^vpc-[0-9a-f]{8,40}$', max: 64 }), {
      key: 'aws-vpc-id',
      defaultText: 'the VPC of the nodes',
      example: 'vpc-0123456789abcdef0',
      doc: 'The VPC to work in.',
      since: '0.1.0',
      synonyms: ['VPC'],
    }),

    roleArn: option(arn(['iam'], ['role']), {
      key: 'aws-role-arn',
      defaultText: 'the credentials as they are found',
      example: 'arn:aws:iam::123456789012:role/fairlead',
      doc: 'The role to assume before any call. A Service can never choose it.',
      since: '0.1.0',
      synonyms: ['RoleARN'],
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
      synonyms: ['NLBSecurityGroupMode'],
    }),

    subnetId: option(id('subnet'), {
      key: 'aws-subnet-id',
      defaultText: 'none',
      example: 'subnet-0123456789abcdef0',
      doc: 'The subnet for load balancers of Services that name none, where tags and routes lead to none either.',
      since: '0.1.0',
      synonyms: ['SubnetID'],
    }),

    elbSecurityGroup: option(id('sg'), {
      key: 'aws-elb-security-group',
      defaultText: 'a managed group for each Classic Load Balancer',
      example: 'sg-0123456789abcdef0',
      doc: 'The security group of all Classic Load Balancers whose Services name none, in place of managed ones. Fairlead writes no rules to it and never deletes it.',
      since: '0.1.0',
      synonyms: ['ElbSecurityGroup'],
    }),

    disableSecurityGroupIngress: option(boolean(), {
      key: 'aws-disable-security-group-ingress',
      default: false,
      example: 'true',
      doc: 'Writes no rules for Classic Load Balancers to the security groups of the nodes, and takes away those that it wrote: something else has to let their traffic in. The rules of NLBs are written all the same.',
      since: '0.1.0',
      synonyms: ['DisableSecurityGroupIngress'],
    }),

    healthProbeMode: option(choice(['service-node-port', 'shared']), {
      key: 'aws-health-probe-mode',
      default: 'service-node-port',
      example: 'shared',
      doc: 'What the health checks of Services with `externalTrafficPolicy: Cluster` ask: with `service-node-port` the Service itself, with `shared` one port of the node that answers for all of them (that of kube-proxy).',
      since: '0.1.0',
      synonyms: ['ClusterServiceLoadBalancerHealthProbeMode'],
    }),

    sharedHealthProbePort: option(integer({ min: 1, max: 65_535 }), {
      key: 'aws-shared-health-probe-port',
      default: 10_256,
      example: '10256',
      doc: 'The port of the nodes that health checks ask with `--aws-health-probe-mode shared`.',
      since: '0.1.0',
      synonyms: ['ClusterServiceSharedLoadBalancerHealthProbePort'],
    }),

    sharedHealthProbePath: option(path({ max: 1000 }), {
      key: 'aws-shared-health-probe-path',
      default: '/healthz',
      example: '/healthz',
      doc: 'The path that health checks ask for with `--aws-health-probe-mode shared`.',
      since: '0.1.0',
      synonyms: ['ClusterServiceSharedLoadBalancerHealthProbePath'],
    }),

    ...allowedOptions,

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
