// The security groups of nodes that cloud-provider-aws writes rules to: for each instance its one group with the cluster's
// tag, or its only one.
import { DescribeInstancesCommand, type SecurityGroup } from '@aws-sdk/client-ec2';
import type { PeerConfig } from './config.ts';
import type { Desk } from './desk.ts';
import { groupsBy, hasClusterTag } from './groups.ts';

export interface NodeGroups {
  /** All groups that matter: with the cluster's tag, or of a node. */
  readonly all: readonly SecurityGroup[];
  /** Ids of those that take the rules of the nodes. */
  readonly chosen: ReadonlySet<string>;
}

export async function nodeGroupsFor(
  desk: Desk,
  config: PeerConfig,
  instances: ReadonlyMap<string, readonly string[]>,
): Promise<NodeGroups> {
  const every = await groupsBy(desk);
  const tagged = new Set(every.filter((group) => hasClusterTag(group, config)).map(({ GroupId = '' }) => GroupId));
  const chosen = new Set<string>();
  for (const [id, groups] of instances) {
    const own = groups.filter((group) => tagged.has(group));
    const candidates = own.length > 0 ? own : groups;
    const [group] = candidates;
    if (candidates.length !== 1 || group === undefined) throw new Error(`which of its groups takes rules for ${id}?`);
    chosen.add(group);
  }
  return { all: every.filter(({ GroupId = '' }) => tagged.has(GroupId) || chosen.has(GroupId)), chosen };
}

/** Groups by instance, of those of the ids that exist in this cluster. One call without any filter, as the peer's. */
export async function instancesOf(
  desk: Desk,
  config: PeerConfig,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { Reservations = [] } = await desk.clients.ec2.send(new DescribeInstancesCommand({}));
  const found = Reservations.flatMap(({ Instances = [] }) => Instances).filter((one) => hasClusterTag(one, config));
  const groups = new Map(
    found.map((one) => [one.InstanceId, (one.SecurityGroups ?? []).map(({ GroupId = '' }) => GroupId)]),
  );
  return new Map(ids.flatMap((id) => (groups.has(id) ? [[id, groups.get(id) ?? []]] : [])));
}
