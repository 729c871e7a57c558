// The only file that loads the AWS SDK, and only with the commands that are used, so that a bundle holds no others. It is
// imported lazily, when a connection is made.
import * as ec2 from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Ec2Operations, ElbOperations, Elbv2Operations, InputOf, OutputOf } from './operations.ts';

/** One function for each operation: sends its command. */
export type Senders<Client, Operations> = {
  readonly [K in keyof Operations]: (
    client: Client,
    input: InputOf<Operations[K]>,
    options: { readonly abortSignal: AbortSignal },
  ) => Promise<OutputOf<Operations[K]>>;
};

export const ELB: Senders<elb.ElasticLoadBalancingClient, ElbOperations> = {
  AddTags: (client, input, options) => client.send(new elb.AddTagsCommand(input), options),
  ApplySecurityGroupsToLoadBalancer: (client, input, options) =>
    client.send(new elb.ApplySecurityGroupsToLoadBalancerCommand(input), options),
  AttachLoadBalancerToSubnets: (client, input, options) =>
    client.send(new elb.AttachLoadBalancerToSubnetsCommand(input), options),
  ConfigureHealthCheck: (client, input, options) => client.send(new elb.ConfigureHealthCheckCommand(input), options),
  CreateLoadBalancer: (client, input, options) => client.send(new elb.CreateLoadBalancerCommand(input), options),
  CreateLoadBalancerListeners: (client, input, options) =>
    client.send(new elb.CreateLoadBalancerListenersCommand(input), options),
  CreateLoadBalancerPolicy: (client, input, options) =>
    client.send(new elb.CreateLoadBalancerPolicyCommand(input), options),
  DeleteLoadBalancer: (client, input, options) => client.send(new elb.DeleteLoadBalancerCommand(input), options),
  DeleteLoadBalancerListeners: (client, input, options) =>
    client.send(new elb.DeleteLoadBalancerListenersCommand(input), options),
  DeregisterInstancesFromLoadBalancer: (client, input, options) =>
    client.send(new elb.DeregisterInstancesFromLoadBalancerCommand(input), options),
  DescribeInstanceHealth: (client, input, options) =>
    client.send(new elb.DescribeInstanceHealthCommand(input), options),
  DescribeLoadBalancerAttributes: (client, input, options) =>
    client.send(new elb.DescribeLoadBalancerAttributesCommand(input), options),
  DescribeLoadBalancers: (client, input, options) => client.send(new elb.DescribeLoadBalancersCommand(input), options),
  DescribeTags: (client, input, options) => client.send(new elb.DescribeTagsCommand(input), options),
  DetachLoadBalancerFromSubnets: (client, input, options) =>
    client.send(new elb.DetachLoadBalancerFromSubnetsCommand(input), options),
  ModifyLoadBalancerAttributes: (client, input, options) =>
    client.send(new elb.ModifyLoadBalancerAttributesCommand(input), options),
  RegisterInstancesWithLoadBalancer: (client, input, options) =>
    client.send(new elb.RegisterInstancesWithLoadBalancerCommand(input), options),
  RemoveTags: (client, input, options) => client.send(new elb.RemoveTagsCommand(input), options),
  SetLoadBalancerListenerSSLCertificate: (client, input, options) =>
    client.send(new elb.SetLoadBalancerListenerSSLCertificateCommand(input), options),
  SetLoadBalancerPoliciesForBackendServer: (client, input, options) =>
    client.send(new elb.SetLoadBalancerPoliciesForBackendServerCommand(input), options),
  SetLoadBalancerPoliciesOfListener: (client, input, options) =>
    client.send(new elb.SetLoadBalancerPoliciesOfListenerCommand(input), options),
};

export const ELBV2: Senders<elbv2.ElasticLoadBalancingV2Client, Elbv2Operations> = {
  AddTags: (client, input, options) => client.send(new elbv2.AddTagsCommand(input), options),
  CreateListener: (client, input, options) => client.send(new elbv2.CreateListenerCommand(input), options),
  CreateLoadBalancer: (client, input, options) => client.send(new elbv2.CreateLoadBalancerCommand(input), options),
  CreateTargetGroup: (client, input, options) => client.send(new elbv2.CreateTargetGroupCommand(input), options),
  DeleteListener: (client, input, options) => client.send(new elbv2.DeleteListenerCommand(input), options),
  DeleteLoadBalancer: (client, input, options) => client.send(new elbv2.DeleteLoadBalancerCommand(input), options),
  DeleteTargetGroup: (client, input, options) => client.send(new elbv2.DeleteTargetGroupCommand(input), options),
  DeregisterTargets: (client, input, options) => client.send(new elbv2.DeregisterTargetsCommand(input), options),
  DescribeListeners: (client, input, options) => client.send(new elbv2.DescribeListenersCommand(input), options),
  DescribeLoadBalancerAttributes: (client, input, options) =>
    client.send(new elbv2.DescribeLoadBalancerAttributesCommand(input), options),
  DescribeLoadBalancers: (client, input, options) =>
    client.send(new elbv2.DescribeLoadBalancersCommand(input), options),
  DescribeTags: (client, input, options) => client.send(new elbv2.DescribeTagsCommand(input), options),
  DescribeTargetGroupAttributes: (client, input, options) =>
    client.send(new elbv2.DescribeTargetGroupAttributesCommand(input), options),
  DescribeTargetGroups: (client, input, options) => client.send(new elbv2.DescribeTargetGroupsCommand(input), options),
  DescribeTargetHealth: (client, input, options) => client.send(new elbv2.DescribeTargetHealthCommand(input), options),
  ModifyListener: (client, input, options) => client.send(new elbv2.ModifyListenerCommand(input), options),
  ModifyLoadBalancerAttributes: (client, input, options) =>
    client.send(new elbv2.ModifyLoadBalancerAttributesCommand(input), options),
  ModifyTargetGroup: (client, input, options) => client.send(new elbv2.ModifyTargetGroupCommand(input), options),
  ModifyTargetGroupAttributes: (client, input, options) =>
    client.send(new elbv2.ModifyTargetGroupAttributesCommand(input), options),
  RegisterTargets: (client, input, options) => client.send(new elbv2.RegisterTargetsCommand(input), options),
  RemoveTags: (client, input, options) => client.send(new elbv2.RemoveTagsCommand(input), options),
  SetSecurityGroups: (client, input, options) => client.send(new elbv2.SetSecurityGroupsCommand(input), options),
  SetSubnets: (client, input, options) => client.send(new elbv2.SetSubnetsCommand(input), options),
};

export const EC2: Senders<ec2.EC2Client, Ec2Operations> = {
  AuthorizeSecurityGroupIngress: (client, input, options) =>
    client.send(new ec2.AuthorizeSecurityGroupIngressCommand(input), options),
  CreateSecurityGroup: (client, input, options) => client.send(new ec2.CreateSecurityGroupCommand(input), options),
  CreateTags: (client, input, options) => client.send(new ec2.CreateTagsCommand(input), options),
  DeleteSecurityGroup: (client, input, options) => client.send(new ec2.DeleteSecurityGroupCommand(input), options),
  DeleteTags: (client, input, options) => client.send(new ec2.DeleteTagsCommand(input), options),
  DescribeAddresses: (client, input, options) => client.send(new ec2.DescribeAddressesCommand(input), options),
  DescribeAvailabilityZones: (client, input, options) =>
    client.send(new ec2.DescribeAvailabilityZonesCommand(input), options),
  DescribeInstances: (client, input, options) => client.send(new ec2.DescribeInstancesCommand(input), options),
  DescribeRouteTables: (client, input, options) => client.send(new ec2.DescribeRouteTablesCommand(input), options),
  DescribeSecurityGroups: (client, input, options) =>
    client.send(new ec2.DescribeSecurityGroupsCommand(input), options),
  DescribeSubnets: (client, input, options) => client.send(new ec2.DescribeSubnetsCommand(input), options),
  RevokeSecurityGroupIngress: (client, input, options) =>
    client.send(new ec2.RevokeSecurityGroupIngressCommand(input), options),
  UpdateSecurityGroupRuleDescriptionsIngress: (client, input, options) =>
    client.send(new ec2.UpdateSecurityGroupRuleDescriptionsIngressCommand(input), options),
};

export interface Clients {
  readonly elb: elb.ElasticLoadBalancingClient;
  readonly elbv2: elbv2.ElasticLoadBalancingV2Client;
  readonly ec2: ec2.EC2Client;
}

export interface ClientSettings {
  readonly region: string;
  /** '' : as the default credentials say. */
  readonly roleArn: string;
}

/** For establishing a connection; a call's own deadline comes with the call. */
const CONNECTION_TIMEOUT_MS = 5_000;

/**
 * Clients that never try a call again by themselves: only who knows whether a call may have taken effect can. Endpoints
 * and credentials are what the SDK finds in the environment and the shared files.
 */
export async function createClients({ region, roleArn }: ClientSettings): Promise<Clients> {
  // Outside EC2 nobody answers there, and the wait would be long: asked only where somebody says so.
  process.env.AWS_EC2_METADATA_DISABLED ??= 'true';
  const config = {
    region,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS },
    ...(roleArn === '' ? {} : { credentials: await assumedRole(roleArn, region) }),
  };
  return {
    elb: new elb.ElasticLoadBalancingClient(config),
    elbv2: new elbv2.ElasticLoadBalancingV2Client(config),
    ec2: new ec2.EC2Client(config),
  };
}

async function assumedRole(roleArn: string, region: string) {
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  return fromTemporaryCredentials({
    params: { RoleArn: roleArn, RoleSessionName: 'fairlead' },
    clientConfig: { region, requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS } },
  });
}
