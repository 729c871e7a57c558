// A Network Load Balancer by cloud-provider-aws: one sync, from nothing or from what is there, and its deletion.
import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  type LoadBalancer,
  ModifyLoadBalancerAttributesCommand,
  SetSecurityGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Node, Service } from '../../src/kube/types.ts';
import type { PeerConfig } from './config.ts';
import { type Desk, unlessMissing } from './desk.ts';
import { deleteGroup, ensureGroup, groupsBy, hasClusterTag } from './groups.ts';
import { balancerNameOf, managedNlbGroupName, tagsFor } from './names.ts';
import { deleteTargetGroup, makeListener, syncListeners } from './nlb-listeners.ts';
import { ensureNlbRules, removeNlbRules } from './nlb-rules.ts';
import { type Behind, updateAttributes } from './nlb-targets.ts';
import { instancesOf, nodeGroupsFor } from './node-groups.ts';
import { mtuRulesFor } from './permissions.ts';
import { subnetsFor } from './subnets.ts';
import {
  annotationOf,
  flagOf,
  instanceIdsFor,
  isInternal,
  itemsOf,
  mappingsOf,
  pairsOf,
  rangesOf,
  userTags,
} from './wishes.ts';

export async function findNlb(desk: Desk, balancer: string): Promise<LoadBalancer | undefined> {
  const command = new DescribeLoadBalancersCommand({ Names: [balancer] });
  const answer = await unlessMissing(desk.clients.elbv2.send(command), 'LoadBalancerNotFound');
  return answer?.LoadBalancers?.[0];
}

/** Answers the host name. */
export async function ensureNlb(
  desk: Desk,
  service: Service,
  nodes: readonly Node[],
  config: PeerConfig,
): Promise<string> {
  const balancer = balancerNameOf(service.metadata.uid);
  const { namespace = 'default', name } = service.metadata;
  if (annotationOf(service, 'extra-security-groups') !== undefined) throw new Error('not supported on an NLB');
  const instances = await instancesOf(desk, config, instanceIdsFor(service, nodes));
  const subnets = await subnetsFor(desk, service, config);
  const mappings = mappingsOf(service, config);
  const tags = tagsFor(config, userTags(service), { namespace, name });
  const behind: Behind = { service: { namespace, name }, config, instances: [...instances.keys()], tags };
  const groups = config.managedNlbGroups ? await groupsFor(desk, service, config) : undefined;
  const found = await findNlb(desk, balancer);
  const there = found ?? (await create(desk, service, balancer, subnets, groups, tags));
  const arn = there.LoadBalancerArn ?? '';
  if (found) {
    await syncListeners(desk, arn, mappings, behind);
    await syncGroups(desk, found, groups);
  } else for (const mapping of mappings) await makeListener(desk, arn, mapping, behind);
  await syncAttributes(desk, service, arn);
  await syncTargetGroupAttributes(desk, service, arn);
  const SubnetIds = (there.AvailabilityZones ?? []).map(({ SubnetId = '' }) => SubnetId);
  const { Subnets = [] } = await desk.clients.ec2.send(new DescribeSubnetsCommand({ SubnetIds }));
  const cidrs = Subnets.map(({ CidrBlock = '' }) => CidrBlock);
  const nodeGroups = await nodeGroupsFor(desk, config, instances);
  await ensureNlbRules(desk, { balancer, service, config }, nodeGroups, cidrs);
  return there.DNSName ?? '';
}

async function create(
  desk: Desk,
  service: Service,
  balancer: string,
  subnets: readonly string[],
  groups: readonly string[] | undefined,
  Tags: { Key: string; Value: string }[],
): Promise<LoadBalancer> {
  // Neither list is trimmed.
  const elastic = annotationOf(service, 'eip-allocations')?.split(',') ?? [];
  const inside = annotationOf(service, 'private-ipv4-addresses')?.split(',') ?? [];
  const command = new CreateLoadBalancerCommand({
    Name: balancer,
    Type: 'network',
    ...(isInternal(service) ? { Scheme: 'internal' } : {}),
    SubnetMappings: subnets.map((SubnetId, index) => ({
      SubnetId,
      ...(elastic[index] === undefined ? {} : { AllocationId: elastic[index] }),
      ...(inside[index] === undefined ? {} : { PrivateIPv4Address: inside[index] }),
    })),
    ...(groups ? { SecurityGroups: [...groups] } : {}),
    Tags,
  });
  const { LoadBalancers = [] } = await desk.make(command, () => desk.clients.elbv2.send(command));
  return LoadBalancers[0] ?? {};
}

/** The annotation's, or the managed one. A rule of protocol `tls` is refused by EC2: release 1.37.0 gets no further. */
async function groupsFor(desk: Desk, service: Service, config: PeerConfig): Promise<readonly string[]> {
  const named = itemsOf(annotationOf(service, 'security-groups'));
  if (named.length > 0) return named;
  const { uid, namespace = 'default', name } = service.metadata;
  const ranges = rangesOf(service);
  const rules = mappingsOf(service, config).flatMap(({ port, front }) =>
    ranges.map((source) => ({ protocol: front.toLowerCase(), from: port, to: port, source })),
  );
  const id = await ensureGroup(desk, config, {
    name: managedNlbGroupName(config.clusterName, { namespace, name }, uid),
    description: 'security group of a network load balancer',
    tags: userTags(service),
    rules: [...rules, ...mtuRulesFor(ranges)],
  });
  return [id];
}

/** A load balancer that was made without groups never gets any. */
async function syncGroups(
  desk: Desk,
  { LoadBalancerArn, SecurityGroups: have = [] }: LoadBalancer,
  wanted: readonly string[] | undefined,
): Promise<void> {
  if (wanted === undefined || have.length === 0) return;
  if (have.toSorted().join() === wanted.toSorted().join()) return;
  const command = new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: [...wanted] });
  await desk.write(command, () => desk.clients.elbv2.send(command));
}

/** Cross-zone (off where nothing is said) and access logs (the place only while they are on): changed keys only. */
async function syncAttributes(desk: Desk, service: Service, LoadBalancerArn: string): Promise<void> {
  const { elbv2 } = desk.clients;
  const logs = flagOf(service, 'access-log-enabled');
  const wanted: Record<string, string> = {
    'load_balancing.cross_zone.enabled': String(flagOf(service, 'cross-zone-load-balancing-enabled')),
    'access_logs.s3.enabled': String(logs),
    ...(logs && {
      'access_logs.s3.bucket': annotationOf(service, 'access-log-s3-bucket-name') ?? '',
      'access_logs.s3.prefix': annotationOf(service, 'access-log-s3-bucket-prefix') ?? '',
    }),
  };
  const { Attributes: have = [] } = await elbv2.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
  const now = new Map(have.map(({ Key, Value }) => [Key, Value]));
  const Attributes = Object.entries(wanted).flatMap(([Key, Value]) => (now.get(Key) === Value ? [] : { Key, Value }));
  if (Attributes.length === 0) return;
  const command = new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes });
  await desk.write(command, () => elbv2.send(command));
}

async function syncTargetGroupAttributes(desk: Desk, service: Service, LoadBalancerArn: string): Promise<void> {
  const text = annotationOf(service, 'target-group-attributes');
  if (text === undefined) return;
  const { elbv2 } = desk.clients;
  const { TargetGroups = [] } = await elbv2.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
  for (const { TargetGroupArn = '' } of TargetGroups) await updateAttributes(desk, TargetGroupArn, pairsOf(text));
}

/** Answers the groups that could not be deleted yet. Without the load balancer nothing is done, whatever else is left. */
export async function deleteNlb(
  desk: Desk,
  service: Service,
  nodes: readonly Node[],
  config: PeerConfig,
): Promise<readonly string[]> {
  const { elbv2 } = desk.clients;
  const balancer = balancerNameOf(service.metadata.uid);
  const found = await findNlb(desk, balancer);
  if (!found) return [];
  const LoadBalancerArn = found.LoadBalancerArn ?? '';
  const { TargetGroups = [] } = await elbv2.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
  const own = config.managedNlbGroups ? await ownGroups(desk, service, config, found.SecurityGroups ?? []) : [];
  const command = new DeleteLoadBalancerCommand({ LoadBalancerArn });
  await desk.write(command, () => elbv2.send(command));
  for (const { TargetGroupArn = '' } of TargetGroups) await deleteTargetGroup(desk, TargetGroupArn);
  const instances = await instancesOf(desk, config, instanceIdsFor(service, nodes));
  await removeNlbRules(desk, balancer, await nodeGroupsFor(desk, config, instances));
  const left: string[] = [];
  for (const id of own) if ((await deleteGroup(desk, id)) === 'in use') left.push(id);
  return left;
}

/** Those with the cluster's tag that no annotation names and that are not the configured one. */
export async function ownGroups(
  desk: Desk,
  service: Service,
  config: PeerConfig,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const named = [
    ...itemsOf(annotationOf(service, 'security-groups')),
    ...itemsOf(annotationOf(service, 'extra-security-groups')),
  ];
  const groups = await groupsBy(desk, [{ Name: 'group-id', Values: [...ids] }]);
  return groups
    .filter((group) => hasClusterTag(group, config))
    .map(({ GroupId = '' }) => GroupId)
    .filter((id) => !named.includes(id) && id !== config.elbSecurityGroup);
}
