// The calls to AWS that this provider makes: what goes in and what comes out, by operation. Types only.
import type * as ec2 from '@aws-sdk/client-ec2';
import type * as elb from '@aws-sdk/client-elastic-load-balancing';
import type * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';

interface Io<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

export type InputOf<Operation> = Operation extends { readonly input: infer Input } ? Input : never;
export type OutputOf<Operation> = Operation extends { readonly output: infer Output } ? Output : never;

/** A call as IAM spells it; both versions of the ELB API are one service there. */
export type AwsCall =
  | `elasticloadbalancing:${keyof ElbOperations | keyof Elbv2Operations}`
  | `ec2:${keyof Ec2Operations}`;

/** Of Classic Load Balancers: the first version of the API. */
export interface ElbOperations {
  AddTags: Io<elb.AddTagsCommandInput, elb.AddTagsCommandOutput>;
  ApplySecurityGroupsToLoadBalancer: Io<
    elb.ApplySecurityGroupsToLoadBalancerCommandInput,
    elb.ApplySecurityGroupsToLoadBalancerCommandOutput
  >;
  AttachLoadBalancerToSubnets: Io<
    elb.AttachLoadBalancerToSubnetsCommandInput,
    elb.AttachLoadBalancerToSubnetsCommandOutput
  >;
  ConfigureHealthCheck: Io<elb.ConfigureHealthCheckCommandInput, elb.ConfigureHealthCheckCommandOutput>;
  CreateLoadBalancer: Io<elb.CreateLoadBalancerCommandInput, elb.CreateLoadBalancerCommandOutput>;
  CreateLoadBalancerListeners: Io<
    elb.CreateLoadBalancerListenersCommandInput,
    elb.CreateLoadBalancerListenersCommandOutput
  >;
  CreateLoadBalancerPolicy: Io<elb.CreateLoadBalancerPolicyCommandInput, elb.CreateLoadBalancerPolicyCommandOutput>;
  DeleteLoadBalancer: Io<elb.DeleteLoadBalancerCommandInput, elb.DeleteLoadBalancerCommandOutput>;
  DeleteLoadBalancerListeners: Io<
    elb.DeleteLoadBalancerListenersCommandInput,
    elb.DeleteLoadBalancerListenersCommandOutput
  >;
  DeregisterInstancesFromLoadBalancer: Io<
    elb.DeregisterInstancesFromLoadBalancerCommandInput,
    elb.DeregisterInstancesFromLoadBalancerCommandOutput
  >;
  DescribeInstanceHealth: Io<elb.DescribeInstanceHealthCommandInput, elb.DescribeInstanceHealthCommandOutput>;
  DescribeLoadBalancerAttributes: Io<
    elb.DescribeLoadBalancerAttributesCommandInput,
    elb.DescribeLoadBalancerAttributesCommandOutput
  >;
  DescribeLoadBalancers: Io<elb.DescribeLoadBalancersCommandInput, elb.DescribeLoadBalancersCommandOutput>;
  DescribeTags: Io<elb.DescribeTagsCommandInput, elb.DescribeTagsCommandOutput>;
  DetachLoadBalancerFromSubnets: Io<
    elb.DetachLoadBalancerFromSubnetsCommandInput,
    elb.DetachLoadBalancerFromSubnetsCommandOutput
  >;
  ModifyLoadBalancerAttributes: Io<
    elb.ModifyLoadBalancerAttributesCommandInput,
    elb.ModifyLoadBalancerAttributesCommandOutput
  >;
  RegisterInstancesWithLoadBalancer: Io<
    elb.RegisterInstancesWithLoadBalancerCommandInput,
    elb.RegisterInstancesWithLoadBalancerCommandOutput
  >;
  RemoveTags: Io<elb.RemoveTagsCommandInput, elb.RemoveTagsCommandOutput>;
  SetLoadBalancerListenerSSLCertificate: Io<
    elb.SetLoadBalancerListenerSSLCertificateCommandInput,
    elb.SetLoadBalancerListenerSSLCertificateCommandOutput
  >;
  SetLoadBalancerPoliciesForBackendServer: Io<
    elb.SetLoadBalancerPoliciesForBackendServerCommandInput,
    elb.SetLoadBalancerPoliciesForBackendServerCommandOutput
  >;
  SetLoadBalancerPoliciesOfListener: Io<
    elb.SetLoadBalancerPoliciesOfListenerCommandInput,
    elb.SetLoadBalancerPoliciesOfListenerCommandOutput
  >;
}

export interface Elbv2Operations {
  AddTags: Io<elbv2.AddTagsCommandInput, elbv2.AddTagsCommandOutput>;
  CreateListener: Io<elbv2.CreateListenerCommandInput, elbv2.CreateListenerCommandOutput>;
  CreateLoadBalancer: Io<elbv2.CreateLoadBalancerCommandInput, elbv2.CreateLoadBalancerCommandOutput>;
  CreateTargetGroup: Io<elbv2.CreateTargetGroupCommandInput, elbv2.CreateTargetGroupCommandOutput>;
  DeleteListener: Io<elbv2.DeleteListenerCommandInput, elbv2.DeleteListenerCommandOutput>;
  DeleteLoadBalancer: Io<elbv2.DeleteLoadBalancerCommandInput, elbv2.DeleteLoadBalancerCommandOutput>;
  DeleteTargetGroup: Io<elbv2.DeleteTargetGroupCommandInput, elbv2.DeleteTargetGroupCommandOutput>;
  DeregisterTargets: Io<elbv2.DeregisterTargetsCommandInput, elbv2.DeregisterTargetsCommandOutput>;
  DescribeListeners: Io<elbv2.DescribeListenersCommandInput, elbv2.DescribeListenersCommandOutput>;
  DescribeLoadBalancerAttributes: Io<
    elbv2.DescribeLoadBalancerAttributesCommandInput,
    elbv2.DescribeLoadBalancerAttributesCommandOutput
  >;
  DescribeLoadBalancers: Io<elbv2.DescribeLoadBalancersCommandInput, elbv2.DescribeLoadBalancersCommandOutput>;
  DescribeTags: Io<elbv2.DescribeTagsCommandInput, elbv2.DescribeTagsCommandOutput>;
  DescribeTargetGroupAttributes: Io<
    elbv2.DescribeTargetGroupAttributesCommandInput,
    elbv2.DescribeTargetGroupAttributesCommandOutput
  >;
  DescribeTargetGroups: Io<elbv2.DescribeTargetGroupsCommandInput, elbv2.DescribeTargetGroupsCommandOutput>;
  DescribeTargetHealth: Io<elbv2.DescribeTargetHealthCommandInput, elbv2.DescribeTargetHealthCommandOutput>;
  ModifyListener: Io<elbv2.ModifyListenerCommandInput, elbv2.ModifyListenerCommandOutput>;
  ModifyLoadBalancerAttributes: Io<
    elbv2.ModifyLoadBalancerAttributesCommandInput,
    elbv2.ModifyLoadBalancerAttributesCommandOutput
  >;
  ModifyTargetGroup: Io<elbv2.ModifyTargetGroupCommandInput, elbv2.ModifyTargetGroupCommandOutput>;
  ModifyTargetGroupAttributes: Io<
    elbv2.ModifyTargetGroupAttributesCommandInput,
    elbv2.ModifyTargetGroupAttributesCommandOutput
  >;
  RegisterTargets: Io<elbv2.RegisterTargetsCommandInput, elbv2.RegisterTargetsCommandOutput>;
  RemoveTags: Io<elbv2.RemoveTagsCommandInput, elbv2.RemoveTagsCommandOutput>;
  SetSecurityGroups: Io<elbv2.SetSecurityGroupsCommandInput, elbv2.SetSecurityGroupsCommandOutput>;
  SetSubnets: Io<elbv2.SetSubnetsCommandInput, elbv2.SetSubnetsCommandOutput>;
}

export interface Ec2Operations {
  AuthorizeSecurityGroupIngress: Io<
    ec2.AuthorizeSecurityGroupIngressCommandInput,
    ec2.AuthorizeSecurityGroupIngressCommandOutput
  >;
  CreateSecurityGroup: Io<ec2.CreateSecurityGroupCommandInput, ec2.CreateSecurityGroupCommandOutput>;
  CreateTags: Io<ec2.CreateTagsCommandInput, ec2.CreateTagsCommandOutput>;
  DeleteSecurityGroup: Io<ec2.DeleteSecurityGroupCommandInput, ec2.DeleteSecurityGroupCommandOutput>;
  DeleteTags: Io<ec2.DeleteTagsCommandInput, ec2.DeleteTagsCommandOutput>;
  DescribeAddresses: Io<ec2.DescribeAddressesCommandInput, ec2.DescribeAddressesCommandOutput>;
  DescribeAvailabilityZones: Io<ec2.DescribeAvailabilityZonesCommandInput, ec2.DescribeAvailabilityZonesCommandOutput>;
  DescribeInstances: Io<ec2.DescribeInstancesCommandInput, ec2.DescribeInstancesCommandOutput>;
  DescribeRouteTables: Io<ec2.DescribeRouteTablesCommandInput, ec2.DescribeRouteTablesCommandOutput>;
  DescribeSecurityGroups: Io<ec2.DescribeSecurityGroupsCommandInput, ec2.DescribeSecurityGroupsCommandOutput>;
  DescribeSubnets: Io<ec2.DescribeSubnetsCommandInput, ec2.DescribeSubnetsCommandOutput>;
  RevokeSecurityGroupIngress: Io<
    ec2.RevokeSecurityGroupIngressCommandInput,
    ec2.RevokeSecurityGroupIngressCommandOutput
  >;
  UpdateSecurityGroupRuleDescriptionsIngress: Io<
    ec2.UpdateSecurityGroupRuleDescriptionsIngressCommandInput,
    ec2.UpdateSecurityGroupRuleDescriptionsIngressCommandOutput
  >;
}
