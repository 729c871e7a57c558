// What IAM knows of each call: the resources that it is checked against, and what a policy can ask of it. Pure.
//
// The source is AWS's Service Authorization Reference, the pages of Elastic Load Balancing, Elastic Load Balancing V2 and
// Amazon EC2, read for each action. That tags are looked at in practice as well, AWS's own managed policies show, which
// rest on the same conditions: AmazonECSInfrastructureRoleforExpressGatewayServices for all that is done to load balancers,
// listeners, target groups and security groups of one's own, AmazonEKSLoadBalancingPolicy for what is created. No managed
// policy was found that does the same for Classic Load Balancers: there the reference alone says so.
import type { AwsCall } from '../cloud/operations.ts';
import type { Feature } from './features.ts';

export type ResourceType = 'listener' | 'loadbalancer' | 'network-loadbalancer' | 'security-group' | 'targetgroup';

/**
 * What the call is held against.
 * - `look`: nothing. IAM knows neither resources nor tags of reads.
 * - `create`: the tags in the request.
 * - `create-inside`: those, and the tags of the object in which something is made.
 * - `change`: the tags of the object.
 * - `rules`: the tags of the security group, which may be the nodes'.
 * - `retag`: the tags of the object, and which keys change.
 */
export type Limit = 'change' | 'create' | 'create-inside' | 'look' | 'retag' | 'rules';

export interface Action {
  readonly limit: Limit;
  /** By the features that need the call: what it is then made on. Empty: every installation needs it. */
  readonly on: Partial<Record<Feature, readonly ResourceType[]>>;
  /** Left out without this one, whatever else is granted. */
  readonly only?: Feature;
}

const LOOK: Action = { limit: 'look', on: {} };
const CREATE = 'create' as const;
const CHANGE = 'change' as const;
const CLASSIC: Action = { limit: CHANGE, on: { classic: ['loadbalancer'] } };
const NETWORK: Action = { limit: CHANGE, on: { nlb: ['network-loadbalancer'] } };
const EITHER = { nlb: ['network-loadbalancer'], classic: ['loadbalancer'] } as const;
const LISTENER: Action = { limit: CHANGE, on: { nlb: ['listener'] } };
const TARGET_GROUP: Action = { limit: CHANGE, on: { nlb: ['targetgroup'] } };
const RULES: Action = {
  limit: 'rules',
  on: { 'security-groups': ['security-group'], 'node-rules': ['security-group'] },
};
const RETAG: Action = {
  limit: 'retag',
  on: { nlb: ['network-loadbalancer', 'targetgroup', 'listener'], classic: ['loadbalancer'] },
  only: 'tags',
};
const RETAG_GROUP: Action = { limit: 'retag', on: { 'security-groups': ['security-group'] } };

/** Both versions of the ELB API are one service for IAM: what they share is checked against the resource of either. */
export const ACTIONS: Readonly<Record<AwsCall, Action>> = {
  'ec2:AuthorizeSecurityGroupIngress': RULES,
  // Checked against the VPC too, for which it brings no tags.
  'ec2:CreateSecurityGroup': { limit: CREATE, on: { 'security-groups': ['security-group'] } },
  'ec2:CreateTags': RETAG_GROUP,
  'ec2:DeleteSecurityGroup': { limit: CHANGE, on: { 'security-groups': ['security-group'] } },
  'ec2:DeleteTags': RETAG_GROUP,
  'ec2:DescribeAddresses': LOOK,
  'ec2:DescribeAvailabilityZones': LOOK,
  'ec2:DescribeInstances': LOOK,
  'ec2:DescribeRouteTables': LOOK,
  'ec2:DescribeSecurityGroups': LOOK,
  'ec2:DescribeSubnets': LOOK,
  'ec2:RevokeSecurityGroupIngress': RULES,
  'ec2:UpdateSecurityGroupRuleDescriptionsIngress': RULES,
  'elasticloadbalancing:AddTags': RETAG,
  'elasticloadbalancing:ApplySecurityGroupsToLoadBalancer': CLASSIC,
  'elasticloadbalancing:AttachLoadBalancerToSubnets': CLASSIC,
  'elasticloadbalancing:ConfigureHealthCheck': CLASSIC,
  'elasticloadbalancing:CreateListener': { limit: 'create-inside', on: { nlb: ['network-loadbalancer'] } },
  'elasticloadbalancing:CreateLoadBalancer': { limit: CREATE, on: EITHER },
  'elasticloadbalancing:CreateLoadBalancerListeners': CLASSIC,
  'elasticloadbalancing:CreateLoadBalancerPolicy': CLASSIC,
  'elasticloadbalancing:CreateTargetGroup': { limit: CREATE, on: { nlb: ['targetgroup'] } },
  'elasticloadbalancing:DeleteListener': LISTENER,
  'elasticloadbalancing:DeleteLoadBalancer': { limit: CHANGE, on: EITHER },
  'elasticloadbalancing:DeleteLoadBalancerListeners': CLASSIC,
  'elasticloadbalancing:DeleteTargetGroup': TARGET_GROUP,
  'elasticloadbalancing:DeregisterInstancesFromLoadBalancer': CLASSIC,
  'elasticloadbalancing:DeregisterTargets': TARGET_GROUP,
  'elasticloadbalancing:DescribeInstanceHealth': LOOK,
  'elasticloadbalancing:DescribeListeners': LOOK,
  'elasticloadbalancing:DescribeLoadBalancerAttributes': LOOK,
  'elasticloadbalancing:DescribeLoadBalancers': LOOK,
  'elasticloadbalancing:DescribeTags': LOOK,
  'elasticloadbalancing:DescribeTargetGroupAttributes': LOOK,
  'elasticloadbalancing:DescribeTargetGroups': LOOK,
  'elasticloadbalancing:DescribeTargetHealth': LOOK,
  'elasticloadbalancing:DetachLoadBalancerFromSubnets': CLASSIC,
  'elasticloadbalancing:ModifyListener': LISTENER,
  'elasticloadbalancing:ModifyLoadBalancerAttributes': { limit: CHANGE, on: EITHER },
  'elasticloadbalancing:ModifyTargetGroup': TARGET_GROUP,
  'elasticloadbalancing:ModifyTargetGroupAttributes': TARGET_GROUP,
  'elasticloadbalancing:RegisterInstancesWithLoadBalancer': CLASSIC,
  'elasticloadbalancing:RegisterTargets': TARGET_GROUP,
  'elasticloadbalancing:RemoveTags': RETAG,
  'elasticloadbalancing:SetLoadBalancerListenerSSLCertificate': CLASSIC,
  'elasticloadbalancing:SetLoadBalancerPoliciesForBackendServer': CLASSIC,
  'elasticloadbalancing:SetLoadBalancerPoliciesOfListener': CLASSIC,
  'elasticloadbalancing:SetSecurityGroups': NETWORK,
  'elasticloadbalancing:SetSubnets': NETWORK,
};
