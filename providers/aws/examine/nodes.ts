// The nodes as EC2 has them: which are targets, and which of their security groups takes the rules for load balancers.
import type { SecurityGroup } from '@aws-sdk/client-ec2';
import type { Scope } from '../../../src/engine/kind.ts';
import type { Finding } from '../../../src/provider/provider.ts';
import type { EligibleNode } from '../../../src/provider/request.ts';
import { count, some } from '../../../src/provider/wording.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Facts, Group } from '../facts.ts';
import { instanceIdOf, nodeGroups, targetsOf } from '../instances.ts';
import { fromPermissions } from '../rules.ts';
import { clusterTag, fromSdk } from '../tags.ts';
import { finding, notKnown, ok } from './findings.ts';

export interface SeenNodes {
  readonly findings: readonly Finding[];
  /** Ids of the groups that take rules, sorted. */
  readonly groups: readonly string[];
  /** Those of them that lack the cluster's tag. */
  readonly untagged: readonly string[];
  /** Of the instances, sorted. */
  readonly zones: readonly string[];
}

const GROUPS = 'node groups';
const INSTANCES = 'instances';
/** AWS's default quota "Inbound or outbound rules per security group"; near it there is little room. */
const MOST_RULES = 60;
const CROWDED = 50;
const NOTHING = { groups: [], untagged: [], zones: [] };

export async function checkNodes(cloud: Cloud, nodes: readonly EligibleNode[], scope: Scope): Promise<SeenNodes> {
  if (nodes.length === 0) return { findings: [], ...NOTHING };
  try {
    const vpcId = await cloud.vpcId(scope);
    const ids = nodes.flatMap(({ providerId }) => instanceIdOf(providerId) ?? []);
    const instances = await cloud.instances.get(ids, scope);
    const groups = await cloud.groups.get(scope);
    return judgeNodes(nodes, { vpcId, instances, groups, clusterName: cloud.cluster.name });
  } catch (thrown) {
    return { findings: [notKnown(INSTANCES, thrown)], ...NOTHING };
  }
}

interface SeenCloud extends Pick<Facts, 'vpcId' | 'instances'> {
  readonly groups: readonly SecurityGroup[];
  readonly clusterName: string;
}

/** Pure. */
export function judgeNodes(
  nodes: readonly EligibleNode[],
  { vpcId, instances, groups, clusterName }: SeenCloud,
): SeenNodes {
  const { targets, elsewhere } = targetsOf(nodes, { vpcId, instances, expected: [] });
  const findings: Finding[] = [];
  const strangers = nodes.filter(({ providerId }) => providerId !== '' && instanceIdOf(providerId) === undefined);
  const foreign = strangers.map(({ name, providerId }) => `${name} (${providerId})`);
  const missing = nodes.filter(({ providerId }) => {
    const id = instanceIdOf(providerId);
    return id !== undefined && instances[id] === undefined;
  });
  const lost = missing.map(({ name }) => name);
  const left = (names: readonly string[], message: string, remedy: string) => {
    if (names.length > 0) findings.push(finding('warning', INSTANCES, `${some(names)} ${message}`, remedy));
  };
  left(
    foreign,
    'cannot be targets: their provider ids are not of EC2.',
    'Exclude them by the label, if that is meant.',
  );
  left(
    lost,
    'cannot be targets: EC2 does not show their instances.',
    'Check --aws-region and the account of the credentials.',
  );
  left(elsewhere, `cannot be targets: they are not in ${vpcId}.`, 'Check --aws-vpc-id; one controller serves one VPC.');
  if (targets.length === 0) {
    const message = `None of ${count(nodes.length, 'node')} is an instance of ${vpcId}: load balancers would have no targets.`;
    const remedy = 'Check --aws-region, --aws-vpc-id and the provider ids of the nodes.';
    findings.push(finding('error', INSTANCES, message, remedy));
    return { findings, ...NOTHING };
  }
  findings.unshift(
    ok(
      INSTANCES,
      `${count(targets.length, 'instance')} of ${count(nodes.length, 'node')} can be targets, in ${vpcId}${ownerOf(groups)}.`,
    ),
  );
  const facts = Object.fromEntries(groups.map((group) => [group.GroupId ?? '', factOf(group, clusterName)]));
  const { groups: takers, unclear } = nodeGroups(targets, facts, []);
  const tag = clusterTag(clusterName);
  for (const { nodes: names, groups: candidates } of unclear) {
    const which = candidates.map((id) => `${id} (${facts[id]?.name ?? 'unknown'})`).join(', ');
    const message = `${some(names)} may not be reached: any of ${which} could take the rules for load balancers, so none does.`;
    const remedy = `Tag exactly one of them:\naws ec2 create-tags --resources GROUP --tags Key=${tag},Value=owned`;
    findings.push(finding('error', GROUPS, message, remedy));
  }
  const untagged = takers.filter((id) => facts[id]?.tagged !== true);
  const tagged = takers.filter((id) => !untagged.includes(id));
  if (tagged.length > 0) findings.push(ok(GROUPS, `Rules for load balancers go to ${some(tagged)}.`));
  if (untagged.length > 0) {
    const message = `Rules for load balancers go to ${some(untagged)}, the only group of its nodes, without the tag ${tag}: the IAM policy of fairlead iam-policy does not allow that.`;
    const remedy = `Tag it:\naws ec2 create-tags --resources ${untagged.join(' ')} --tags Key=${tag},Value=owned`;
    findings.push(finding('warning', GROUPS, message, remedy));
  }
  const crowded = groups.filter((group) => takers.includes(group.GroupId ?? '') && rulesIn(group) >= CROWDED);
  for (const group of crowded) {
    const message = `${group.GroupId} has ${rulesIn(group)} inbound rules; AWS allows ${MOST_RULES} unless the quota was raised.`;
    const remedy =
      'Raise the quota "Inbound or outbound rules per security group", or take rules away that nobody needs.';
    findings.push(finding('warning', GROUPS, message, remedy));
  }
  const zones = [...new Set(targets.flatMap(({ instanceId }) => instances[instanceId]?.zone ?? []))].sort();
  return { findings, groups: takers, untagged, zones };
}

function factOf({ GroupName = '', Tags }: SecurityGroup, clusterName: string): Group {
  return { name: GroupName, tagged: clusterTag(clusterName) in fromSdk(Tags), loadBalancers: [] };
}

function rulesIn({ IpPermissions }: SecurityGroup): number {
  return fromPermissions(IpPermissions).length;
}

/** The account, by the owner of the groups: no call of its own is worth it. */
function ownerOf(groups: readonly SecurityGroup[]): string {
  const owner = groups.find(({ OwnerId }) => OwnerId !== undefined)?.OwnerId;
  return owner === undefined ? '' : ` of account ${owner}`;
}
