// What IAM has to allow: one table of every call that this provider can make. Pure; runs in a browser.
import type { AwsCall } from './cloud/operations.ts';

interface Operation {
  /** The kind of load balancer that needs it, where that is only one. */
  readonly only?: 'nlb' | 'classic';
  /**
   * Asked for beside the action of the call's own name: all that we make is made with tags (ELB user guide, "Elastic Load
   * Balancing API permissions to tag resources during creation"; EC2 user guide, "Grant permission to tag Amazon EC2
   * resources during creation").
   */
  readonly tagging?: AwsCall;
  /**
   * Makes Elastic Load Balancing create its service-linked role, in the caller's name, in an account that has none (ELB user
   * guide, "Elastic Load Balancing service-linked role": with the first load balancer or target group).
   */
  readonly role?: true;
}

/** Checked by AWS alone: the adapter never makes this call. */
export const SERVICE_LINKED_ROLE = 'iam:CreateServiceLinkedRole';

const ANY: Operation = {};
const NLB: Operation = { only: 'nlb' };
const CLASSIC: Operation = { only: 'classic' };

/** By the action, which has the name of the call. */
export const OPERATIONS: Readonly<Record<AwsCall, Operation>> = {
  'ec2:AuthorizeSecurityGroupIngress': ANY,
  'ec2:CreateSecurityGroup': { tagging: 'ec2:CreateTags' },
  'ec2:CreateTags': ANY,
  'ec2:DeleteSecurityGroup': ANY,
  'ec2:DeleteTags': ANY,
  'ec2:DescribeAddresses': NLB,
  'ec2:DescribeAvailabilityZones': ANY,
  'ec2:DescribeInstances': ANY,
  'ec2:DescribeRouteTables': ANY,
  'ec2:DescribeSecurityGroups': ANY,
  'ec2:DescribeSubnets': ANY,
  'ec2:RevokeSecurityGroupIngress': ANY,
  'ec2:UpdateSecurityGroupRuleDescriptionsIngress': ANY,
  'elasticloadbalancing:AddTags': ANY,
  'elasticloadbalancing:ApplySecurityGroupsToLoadBalancer': CLASSIC,
  'elasticloadbalancing:AttachLoadBalancerToSubnets': CLASSIC,
  'elasticloadbalancing:ConfigureHealthCheck': CLASSIC,
  'elasticloadbalancing:CreateListener': { only: 'nlb', tagging: 'elasticloadbalancing:AddTags' },
  'elasticloadbalancing:CreateLoadBalancer': { tagging: 'elasticloadbalancing:AddTags', role: true },
  'elasticloadbalancing:CreateLoadBalancerListeners': CLASSIC,
  'elasticloadbalancing:CreateLoadBalancerPolicy': CLASSIC,
  'elasticloadbalancing:CreateTargetGroup': { only: 'nlb', tagging: 'elasticloadbalancing:AddTags', role: true },
  'elasticloadbalancing:DeleteListener': NLB,
  'elasticloadbalancing:DeleteLoadBalancer': ANY,
  'elasticloadbalancing:DeleteLoadBalancerListeners': CLASSIC,
  'elasticloadbalancing:DeleteTargetGroup': NLB,
  'elasticloadbalancing:DeregisterInstancesFromLoadBalancer': CLASSIC,
  'elasticloadbalancing:DeregisterTargets': NLB,
  'elasticloadbalancing:DescribeInstanceHealth': CLASSIC,
  'elasticloadbalancing:DescribeListeners': NLB,
  'elasticloadbalancing:DescribeLoadBalancerAttributes': ANY,
  'elasticloadbalancing:DescribeLoadBalancers': ANY,
  'elasticloadbalancing:DescribeTags': ANY,
  'elasticloadbalancing:DescribeTargetGroupAttributes': NLB,
  // Listed at the start, whatever kinds there are.
  'elasticloadbalancing:DescribeTargetGroups': ANY,
  'elasticloadbalancing:DescribeTargetHealth': NLB,
  'elasticloadbalancing:DetachLoadBalancerFromSubnets': CLASSIC,
  'elasticloadbalancing:ModifyListener': NLB,
  'elasticloadbalancing:ModifyLoadBalancerAttributes': ANY,
  'elasticloadbalancing:ModifyTargetGroup': NLB,
  'elasticloadbalancing:ModifyTargetGroupAttributes': NLB,
  'elasticloadbalancing:RegisterInstancesWithLoadBalancer': CLASSIC,
  'elasticloadbalancing:RegisterTargets': NLB,
  'elasticloadbalancing:RemoveTags': ANY,
  'elasticloadbalancing:SetLoadBalancerListenerSSLCertificate': CLASSIC,
  'elasticloadbalancing:SetLoadBalancerPoliciesForBackendServer': CLASSIC,
  'elasticloadbalancing:SetLoadBalancerPoliciesOfListener': CLASSIC,
  'elasticloadbalancing:SetSecurityGroups': NLB,
  'elasticloadbalancing:SetSubnets': NLB,
};

const ALL = Object.entries(OPERATIONS) as readonly (readonly [AwsCall, Operation])[];

/** The actions for these calls, and for the reads by which it is found out that they are needed. Sorted. */
export function permissions(calls: readonly string[]): readonly string[] {
  const made = new Set(calls);
  const writes = ALL.filter(([call]) => made.has(call));
  const kinds = new Set(writes.map(([, { only }]) => only));
  const reads = ALL.filter(([call, { only }]) => isRead(call) && (only === undefined || kinds.has(only)));
  const needed = [...writes, ...reads].flatMap(([call, { tagging = call, role }]) => [
    call,
    tagging,
    ...(role ? [SERVICE_LINKED_ROLE] : []),
  ]);
  return [...new Set(needed)].sort();
}

function isRead(call: AwsCall): boolean {
  return call.includes(':Describe');
}
