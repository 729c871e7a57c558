// Security groups of load balancers as cloud-provider-aws keeps them: found by name and VPC, their rules made exact.
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type Filter,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { PeerConfig } from './config.ts';
import { Desk, isError, type PeerClients } from './desk.ts';
import { clusterTagOf, tagsFor } from './names.ts';
import { keyOf, permissionsOf, type Rule, rulesIn, without } from './permissions.ts';

export async function groupsBy(desk: Desk, Filters?: Filter[]): Promise<readonly SecurityGroup[]> {
  const { SecurityGroups = [] } = await desk.clients.ec2.send(
    new DescribeSecurityGroupsCommand(Filters ? { Filters } : {}),
  );
  return SecurityGroups;
}

export function hasClusterTag({ Tags = [] }: SecurityGroup, { clusterId }: PeerConfig): boolean {
  return Tags.some(({ Key }) => Key === clusterTagOf(clusterId));
}

export interface WantedGroup {
  readonly name: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
}

/** The id of the group of that name, made if it is not there. A missing cluster tag is added, other tags never are. */
export async function ensureGroup(desk: Desk, config: PeerConfig, wanted: WantedGroup): Promise<string> {
  const { ec2 } = desk.clients;
  const { clusterId, vpcId } = config;
  const found = await groupsBy(desk, [
    { Name: 'group-name', Values: [wanted.name] },
    { Name: 'vpc-id', Values: [vpcId] },
  ]);
  let id = found[0]?.GroupId;
  if (found[0] !== undefined && id !== undefined) {
    const tag = found[0].Tags?.find(({ Key }) => Key === clusterTagOf(clusterId));
    if (tag === undefined) {
      const add = new CreateTagsCommand({ Resources: [id], Tags: [{ Key: clusterTagOf(clusterId), Value: 'owned' }] });
      await desk.write(add, () => ec2.send(add));
    } else if (tag.Value !== 'owned') throw new Error(`group ${id} belongs to somebody else`);
  } else {
    const Tags = tagsFor(config, wanted.tags);
    const create = new CreateSecurityGroupCommand({
      GroupName: wanted.name,
      Description: wanted.description,
      VpcId: vpcId,
      TagSpecifications: [{ ResourceType: 'security-group', Tags }],
    });
    id = (await desk.make(create, () => ec2.send(create))).GroupId ?? '';
  }
  await makeExact(desk, id, wanted.rules);
  return id;
}

/** Adds first, then revokes whatever else is there. */
async function makeExact(desk: Desk, id: string, wanted: readonly Rule[]): Promise<void> {
  const [group = {}] = await groupsBy(desk, [{ Name: 'group-id', Values: [id] }]);
  const have = rulesIn(group);
  await grant(desk, id, without(wanted, have));
  await revoke(desk, id, without(have, wanted));
}

export async function grant(desk: Desk, GroupId: string, rules: readonly Rule[]): Promise<void> {
  if (rules.length === 0) return;
  const command = new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: permissionsOf(rules) });
  await desk.write(command, () => desk.clients.ec2.send(command));
}

export async function revoke(desk: Desk, GroupId: string, rules: readonly Rule[]): Promise<void> {
  if (rules.length === 0) return;
  const command = new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: permissionsOf(rules) });
  await desk.write(command, () => desk.clients.ec2.send(command));
}

/** Grants what the group lacks, which is looked at first, as the peer does for the groups of nodes. */
export async function grantOnNodes(desk: Desk, id: string, rules: readonly Rule[]): Promise<void> {
  if (rules.length === 0) return;
  const [group = {}] = await groupsBy(desk, [{ Name: 'group-id', Values: [id] }]);
  await grant(desk, id, without(rules, rulesIn(group)));
}

/** Revokes those of the rules that are there. */
export async function revokeOnNodes(desk: Desk, id: string, rules: readonly Rule[]): Promise<void> {
  if (rules.length === 0) return;
  const [group = {}] = await groupsBy(desk, [{ Name: 'group-id', Values: [id] }]);
  const there = new Set(rulesIn(group).map(keyOf));
  await revoke(
    desk,
    id,
    rules.filter((rule) => there.has(keyOf(rule))),
  );
}

/** One try: what still holds the group is no error but an answer. The peer tries again every 5 s for 10 minutes. */
export async function deleteGroup(desk: Desk, GroupId: string): Promise<'deleted' | 'in use'> {
  const command = new DeleteSecurityGroupCommand({ GroupId });
  try {
    await desk.write(command, () => desk.clients.ec2.send(command));
  } catch (error) {
    if (!isError(error, 'DependencyViolation')) throw error;
    return 'in use';
  }
  return 'deleted';
}

/** A further try for groups that were in use; answers those that still are. */
export async function deleteGroupAgain(clients: PeerClients, ids: readonly string[]): Promise<readonly string[]> {
  const desk = new Desk(clients, { dry: false });
  const left: string[] = [];
  for (const id of ids) if ((await deleteGroup(desk, id)) === 'in use') left.push(id);
  return left;
}
