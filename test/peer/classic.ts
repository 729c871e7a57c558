// A Classic Load Balancer by cloud-provider-aws: one sync, from nothing or from what is there.
import {
  AddTagsCommand,
  ApplySecurityGroupsToLoadBalancerCommand,
  AttachLoadBalancerToSubnetsCommand,
  ConfigureHealthCheckCommand,
  CreateLoadBalancerCommand,
  CreateLoadBalancerListenersCommand,
  DeleteLoadBalancerListenersCommand,
  DeregisterInstancesFromLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DetachLoadBalancerFromSubnetsCommand,
  type LoadBalancerDescription,
  ModifyLoadBalancerAttributesCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import type { Node, Service } from '../../src/kube/types.ts';
import { syncProxyPolicy, syncSslPolicy } from './classic-policies.ts';
import { syncClassicRules } from './classic-rules.ts';
import { attributesOf, isCovered, isSameListener, listenersOf } from './classic-wishes.ts';
import type { PeerConfig } from './config.ts';
import { type Desk, unlessMissing } from './desk.ts';
import { ensureGroup } from './groups.ts';
import { classicHealth } from './health.ts';
import { balancerNameOf, classicGroupName, tagsFor } from './names.ts';
import { instancesOf, nodeGroupsFor } from './node-groups.ts';
import { mtuRulesFor } from './permissions.ts';
import { subnetsFor } from './subnets.ts';
import { annotationOf, instanceIdsFor, isInternal, itemsOf, portsOf, rangesOf, userTags } from './wishes.ts';

export async function findClassic(desk: Desk, balancer: string): Promise<LoadBalancerDescription | undefined> {
  const command = new DescribeLoadBalancersCommand({ LoadBalancerNames: [balancer] });
  const codes = ['LoadBalancerNotFound', 'AccessPointNotFound'];
  const answer = await unlessMissing(desk.clients.elb.send(command), ...codes);
  return answer?.LoadBalancerDescriptions?.[0];
}

/** Answers the host name. */
export async function ensureClassic(
  desk: Desk,
  service: Service,
  nodes: readonly Node[],
  config: PeerConfig,
): Promise<string> {
  const balancer = balancerNameOf(service.metadata.uid);
  const instances = await instancesOf(desk, config, instanceIdsFor(service, nodes));
  const subnets = await subnetsFor(desk, service, config);
  const groups = await groupsFor(desk, service, config, balancer);
  const found = await findClassic(desk, balancer);
  if (!found) await create(desk, service, config, { balancer, subnets, groups });
  else {
    await syncSubnets(desk, found, subnets);
    await syncGroups(desk, found, groups);
    await syncListeners(desk, service, found);
  }
  await syncProxyPolicy(desk, service, found ?? { LoadBalancerName: balancer });
  await syncAttributes(desk, service, balancer);
  const user = userTags(service);
  if (found && Object.keys(user).length > 0) await addTags(desk, balancer, user);
  const there = await findClassic(desk, balancer);
  if (!there) throw new Error(`${balancer} was made and is not there`);
  await syncSslPolicy(desk, service, there);
  await syncHealthCheck(desk, service, config, there);
  const [source] = there.SecurityGroups ?? [];
  if (source !== undefined && !config.disableSecurityGroupIngress) {
    await syncClassicRules(desk, source, await nodeGroupsFor(desk, config, instances));
  }
  await syncInstances(desk, there, [...instances.keys()]);
  return there.DNSName ?? '';
}

/** [managed, or the configured one, or the annotation's] and the extra ones. */
async function groupsFor(
  desk: Desk,
  service: Service,
  config: PeerConfig,
  balancer: string,
): Promise<readonly string[]> {
  const extra = itemsOf(annotationOf(service, 'extra-security-groups'));
  const named = itemsOf(annotationOf(service, 'security-groups'));
  if (named.length > 0) return [...named, ...extra];
  if (config.elbSecurityGroup !== undefined) return [config.elbSecurityGroup, ...extra];
  const { namespace = 'default', name } = service.metadata;
  const ranges = rangesOf(service);
  const rules = portsOf(service).flatMap(({ port, protocol }) =>
    ranges.map((source) => ({ protocol: protocol.toLowerCase(), from: port, to: port, source })),
  );
  const id = await ensureGroup(desk, config, {
    name: classicGroupName(balancer),
    description: `Security group for Kubernetes ELB ${balancer} (${namespace}/${name})`,
    tags: userTags(service),
    rules: [...rules, ...mtuRulesFor(ranges)],
  });
  return [id, ...extra];
}

async function create(
  desk: Desk,
  service: Service,
  config: PeerConfig,
  made: { readonly balancer: string; readonly subnets: readonly string[]; readonly groups: readonly string[] },
): Promise<void> {
  const { namespace = 'default', name } = service.metadata;
  const command = new CreateLoadBalancerCommand({
    LoadBalancerName: made.balancer,
    Listeners: [...listenersOf(service)],
    Subnets: [...made.subnets],
    SecurityGroups: [...made.groups],
    ...(isInternal(service) ? { Scheme: 'internal' } : {}),
    Tags: tagsFor(config, userTags(service), { namespace, name }),
  });
  await desk.make(command, () => desk.clients.elb.send(command));
}

async function syncSubnets(desk: Desk, there: LoadBalancerDescription, wanted: readonly string[]): Promise<void> {
  const { elb } = desk.clients;
  const { LoadBalancerName = '', Subnets: have = [] } = there;
  const removed = have.filter((id) => !wanted.includes(id));
  const added = wanted.filter((id) => !have.includes(id));
  if (removed.length > 0) {
    const command = new DetachLoadBalancerFromSubnetsCommand({ LoadBalancerName, Subnets: removed });
    await desk.write(command, () => elb.send(command));
  }
  if (added.length > 0) {
    const command = new AttachLoadBalancerToSubnetsCommand({ LoadBalancerName, Subnets: added });
    await desk.write(command, () => elb.send(command));
  }
}

async function syncGroups(desk: Desk, there: LoadBalancerDescription, wanted: readonly string[]): Promise<void> {
  const { LoadBalancerName = '', SecurityGroups: have = [] } = there;
  if (have.toSorted().join() === wanted.toSorted().join()) return;
  const command = new ApplySecurityGroupsToLoadBalancerCommand({ LoadBalancerName, SecurityGroups: [...wanted] });
  await desk.write(command, () => desk.clients.elb.send(command));
}

/** Deletes before it creates. */
async function syncListeners(desk: Desk, service: Service, there: LoadBalancerDescription): Promise<void> {
  const { elb } = desk.clients;
  const { LoadBalancerName = '' } = there;
  const have = (there.ListenerDescriptions ?? []).flatMap(({ Listener }) => Listener ?? []);
  const wanted = listenersOf(service);
  const stale = have.filter((one) => !wanted.some((other) => isSameListener(one, other)));
  if (stale.length > 0) {
    const LoadBalancerPorts = stale.map(({ LoadBalancerPort = 0 }) => LoadBalancerPort);
    const command = new DeleteLoadBalancerListenersCommand({ LoadBalancerName, LoadBalancerPorts });
    await desk.write(command, () => elb.send(command));
  }
  const missing = wanted.filter((one) => !have.some((other) => isSameListener(one, other)));
  if (missing.length > 0) {
    const command = new CreateLoadBalancerListenersCommand({ LoadBalancerName, Listeners: [...missing] });
    await desk.write(command, () => elb.send(command));
  }
}

async function syncAttributes(desk: Desk, service: Service, LoadBalancerName: string): Promise<void> {
  const { elb } = desk.clients;
  const answer = await elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerName }));
  const wanted = attributesOf(service);
  const command = new ModifyLoadBalancerAttributesCommand({ LoadBalancerName, LoadBalancerAttributes: wanted });
  const covered = isCovered(wanted, answer.LoadBalancerAttributes ?? {});
  await desk.write(command, () => elb.send(command), covered);
}

/** Adds and changes; nothing is ever taken away. Sent at every sync: the peer does not look, the model does to tell. */
async function addTags(desk: Desk, balancer: string, user: Readonly<Record<string, string>>): Promise<void> {
  const { elb } = desk.clients;
  const LoadBalancerNames = [balancer];
  const { TagDescriptions = [] } = await elb.send(new DescribeTagsCommand({ LoadBalancerNames }));
  const have = new Map(TagDescriptions[0]?.Tags?.map(({ Key, Value }) => [Key, Value]));
  const Tags = Object.entries(user).map(([Key, Value]) => ({ Key, Value }));
  const command = new AddTagsCommand({ LoadBalancerNames, Tags });
  const same = Tags.every(({ Key, Value }) => have.get(Key) === Value);
  await desk.write(command, () => elb.send(command), same);
}

async function syncHealthCheck(
  desk: Desk,
  service: Service,
  config: PeerConfig,
  { LoadBalancerName = '', HealthCheck: have }: LoadBalancerDescription,
): Promise<void> {
  const wanted = classicHealth(service, config);
  if (Object.entries(wanted).every(([key, value]) => have?.[key as keyof typeof wanted] === value)) return;
  const command = new ConfigureHealthCheckCommand({ LoadBalancerName, HealthCheck: wanted });
  await desk.write(command, () => desk.clients.elb.send(command));
}

/** Adds, then removes. */
async function syncInstances(desk: Desk, there: LoadBalancerDescription, wanted: readonly string[]): Promise<void> {
  const { elb } = desk.clients;
  const { LoadBalancerName = '' } = there;
  const have = (there.Instances ?? []).map(({ InstanceId = '' }) => InstanceId);
  const ids = (list: readonly string[]) => list.map((InstanceId) => ({ InstanceId }));
  const added = wanted.filter((id) => !have.includes(id));
  if (added.length > 0) {
    const command = new RegisterInstancesWithLoadBalancerCommand({ LoadBalancerName, Instances: ids(added) });
    await desk.write(command, () => elb.send(command));
  }
  const removed = have.filter((id) => !wanted.includes(id));
  if (removed.length > 0) {
    const command = new DeregisterInstancesFromLoadBalancerCommand({ LoadBalancerName, Instances: ids(removed) });
    await desk.write(command, () => elb.send(command));
  }
}
