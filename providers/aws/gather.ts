// Asks AWS for what compiling needs: in batches, from caches shared by all Services, and only what is missing there.
import type { SecurityGroup } from '@aws-sdk/client-ec2';
import type { Scope } from '../../src/engine/kind.ts';
import type { Annotations } from './annotations.ts';
import { chunks } from './cloud/calls.ts';
import type { Cloud } from './cloud/cloud.ts';
import type { AwsInput } from './compile.ts';
import type { ElasticAddress, ExistingLoadBalancer, ExistingTargetGroup, Facts, Group } from './facts.ts';
import { instanceIdOf } from './instances.ts';
import { loadBalancerKey } from './kinds/load-balancer-notes.ts';
import { classicGroupName, LETTERS, loadBalancerName, ruleUse, securityGroupName, stem } from './naming.ts';
import { withClassicDescriptions } from './node-rules.ts';
import { fromPermissions } from './rules.ts';
import { findSubnet } from './subnets.ts';
import { clusterTag, fromSdk } from './tags.ts';

/** EC2 takes this many values of filters in one call. */
const BATCH = 200;

export async function gather(inputs: readonly AwsInput[], cloud: Cloud, scope: Scope): Promise<Facts> {
  // A Service whose annotations are at fault is gathered for too: it lacks the faulty values.
  const wishes: readonly Partial<Annotations>[] = inputs.map(({ annotations }) => annotations);
  const nodes = new Set(inputs.flatMap((input) => input.nodes));
  const instanceIds = [...nodes].flatMap(({ providerId }) => instanceIdOf(providerId) ?? []);
  const instances = await cloud.instances.get(instanceIds, scope);
  const vpcId = await cloud.vpcId(scope);
  const loadBalancers = existing(inputs, cloud);
  const targetGroups = existingTargetGroups(inputs, cloud);
  const named = wishes.flatMap(({ subnets = [] }) => subnets);
  const groupIds = [
    ...Object.values(instances).flatMap(({ groups, vpcId: home }) => (home === vpcId ? groups : [])),
    ...wishes.flatMap(({ securityGroups = [], extraSecurityGroups = [] }) => [
      ...securityGroups,
      ...extraSecurityGroups,
    ]),
    ...inputs.flatMap(({ options }) => options.elbSecurityGroup ?? []),
  ];
  const [subnets, groups, addresses] = await Promise.all([
    cloud.subnets.get(scope, (all) => named.every((name) => findSubnet(all, name) !== 'unknown')),
    groupFacts(cloud, groupIds, scope),
    addressFacts(cloud, wishes, loadBalancers, scope),
  ]);
  const { region, partition } = cloud;
  const expected = [...new Set(instanceIds)].filter((id) => cloud.instances.isExpected(id)).sort();
  const managedGroups = managedGroupsOf(inputs, loadBalancers).filter((name) => cloud.groupNames.has(name));
  const found = { subnets, instances, expected, groups, addresses, loadBalancers, managedGroups, targetGroups };
  return { region, partition, vpcId, ...found };
}

/** The names that the groups of these load balancers have, where they have some of their own. */
function managedGroupsOf(inputs: readonly AwsInput[], loadBalancers: readonly ExistingLoadBalancer[]) {
  const classic = loadBalancers.filter(({ kind }) => kind === 'classic').map(({ name }) => classicGroupName(name));
  const nlb = inputs.map(({ options, request }) => securityGroupName(options.ccmClusterName, request.owner));
  return [...new Set([...classic, ...nlb])].sort();
}

/** Both kinds, and every letter: also those that stand beside the one that is meant. */
function existing(inputs: readonly AwsInput[], cloud: Cloud): readonly ExistingLoadBalancer[] {
  const key = ({ kind, name }: ExistingLoadBalancer) => loadBalancerKey(kind, name);
  return inputs
    .flatMap(({ request }) => LETTERS.map((letter) => loadBalancerName(request.owner.uid, letter)))
    .flatMap((name) => [loadBalancerKey('classic', name), loadBalancerKey('nlb', name)])
    .flatMap((each) => cloud.loadBalancers.get(each) ?? [])
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function existingTargetGroups(inputs: readonly AwsInput[], cloud: Cloud): readonly ExistingTargetGroup[] {
  const stems = new Set(inputs.map(({ request }) => `${stem(request.owner)}-`));
  return [...cloud.targetGroups.values()]
    .filter(({ name }) => stems.has(name.slice(0, name.lastIndexOf('-') + 1)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function groupFacts(
  cloud: Cloud,
  ids: readonly string[],
  scope: Scope,
): Promise<Readonly<Record<string, Group>>> {
  const wanted = new Set(ids);
  const byId = (all: readonly SecurityGroup[]) => new Map(all.map((group) => [group.GroupId ?? '', group]));
  const all = await cloud.groups.get(scope, (groups) => {
    const known = byId(groups);
    return [...wanted].every((id) => known.has(id));
  });
  const tag = clusterTag(cloud.cluster.name);
  const facts: Record<string, Group> = {};
  const known = byId(all);
  for (const [id, { GroupName = '', Tags, IpPermissions }] of known) {
    if (!wanted.has(id)) continue;
    const rules = withClassicDescriptions(fromPermissions(IpPermissions), (other) => known.get(other)?.GroupName);
    const users = rules.map(({ description }) => ruleUse(description));
    const loadBalancers = users.flatMap((use) => (use !== undefined && use.use !== 'mtu' ? [use.loadBalancer] : []));
    facts[id] = { name: GroupName, tagged: tag in fromSdk(Tags), loadBalancers: [...new Set(loadBalancers)].sort() };
  }
  return facts;
}

/** Asked for only where no load balancer holds them already: whether they are free matters before that alone. */
async function addressFacts(
  cloud: Cloud,
  wishes: readonly Partial<Annotations>[],
  balancers: readonly ExistingLoadBalancer[],
  scope: Scope,
): Promise<Readonly<Record<string, ElasticAddress>>> {
  const held = new Set(balancers.flatMap(({ allocationIds }) => allocationIds));
  const named = new Set(wishes.flatMap(({ eipAllocations = [] }) => eipAllocations));
  const open = [...named].filter((id) => !held.has(id));
  const answers = await Promise.all(
    chunks(open, BATCH).map((Values) =>
      cloud.calls.ec2('DescribeAddresses', { Filters: [{ Name: 'allocation-id', Values: [...Values] }] }, scope),
    ),
  );
  const facts: Record<string, ElasticAddress> = {};
  for (const { AllocationId, AssociationId } of answers.flatMap(({ Addresses = [] }) => Addresses)) {
    if (AllocationId !== undefined) facts[AllocationId] = { inUse: AssociationId !== undefined };
  }
  return facts;
}
