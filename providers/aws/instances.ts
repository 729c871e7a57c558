// From nodes to EC2 instances, and from instances to the security groups that hold the nodes' rules. Pure.
import type { EligibleNode } from '../../src/provider/request.ts';
import type { Facts } from './facts.ts';

/** The EC2 instance id in a providerID: `aws:///<zone>/<id>` or the bare id. Undefined: not an EC2 instance. */
export function instanceIdOf(providerId: string): string | undefined {
  return /^(?:aws:\/\/(?:\/[^/]*)?\/)?(i-[0-9a-z-]{1,64})$/.exec(providerId)?.[1];
}

/** The nodes that have all the labels; an empty value is satisfied by any. */
export function withLabels(
  nodes: readonly EligibleNode[],
  labels: Readonly<Record<string, string>>,
): readonly EligibleNode[] {
  const wanted = Object.entries(labels);
  return nodes.filter((node) =>
    wanted.every(([key, value]) => Object.hasOwn(node.labels, key) && (value === '' || node.labels[key] === value)),
  );
}

export interface Target {
  readonly node: string;
  readonly instanceId: string;
  readonly groups: readonly string[];
}

export interface Targets {
  /** Sorted by instance id, each once. */
  readonly targets: readonly Target[];
  /** Those of the nodes' instances that may be targets soon, sorted. */
  readonly expected: readonly string[];
  /** Names of nodes whose instance is in another VPC, so that it can be no target. */
  readonly elsewhere: readonly string[];
}

/** One that is merely stopped stays a target, and serves again when it is started. */
const USABLE = new Set(['running', 'stopping', 'stopped']);

/**
 * The instances of the nodes. A node without one (a providerID that is not set yet, an instance that is gone or that AWS
 * refuses) is left out without a word: that is the ordinary course of a node's life.
 */
export function targetsOf(
  nodes: readonly EligibleNode[],
  { instances, expected, vpcId }: Pick<Facts, 'instances' | 'expected' | 'vpcId'>,
): Targets {
  const targets = new Map<string, Target>();
  const elsewhere: string[] = [];
  const ids = new Set<string>();
  for (const node of nodes) {
    const instanceId = instanceIdOf(node.providerId);
    if (instanceId === undefined) continue;
    ids.add(instanceId);
    const instance = instances[instanceId];
    if (instance === undefined || instance.refused || !USABLE.has(instance.state)) continue;
    if (instance.vpcId !== vpcId) elsewhere.push(node.name);
    else targets.set(instanceId, { node: node.name, instanceId, groups: instance.groups });
  }
  const sorted = [...targets.values()].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  return { targets: sorted, expected: expected.filter((id) => ids.has(id)), elsewhere: elsewhere.sort() };
}

export interface NodeGroups {
  /** Ids of the groups that take the rules, sorted. */
  readonly groups: readonly string[];
  /** Nodes for which no group can be told: those with the same groups together. */
  readonly unclear: readonly { readonly nodes: readonly string[]; readonly groups: readonly string[] }[];
}

/**
 * One group of each instance takes rules: its only one that has the cluster's tag, or its only one at all. Where several
 * could, those that have rules of the Service's load balancers (`ours`, by name) already keep having them, so that a new
 * tag cuts off nobody.
 */
export function nodeGroups(targets: readonly Target[], groups: Facts['groups'], ours: readonly string[]): NodeGroups {
  const found = new Set<string>();
  const unclear = new Map<string, { nodes: string[]; groups: readonly string[] }>();
  for (const target of targets) {
    const tagged = target.groups.filter((id) => groups[id]?.tagged === true);
    const candidates = tagged.length > 0 ? tagged : target.groups;
    const takers =
      candidates.length === 1
        ? candidates
        : candidates.filter((id) => groups[id]?.loadBalancers.some((name) => ours.includes(name)));
    for (const id of takers) found.add(id);
    if (candidates.length < 2) continue;
    const key = candidates.toSorted().join(',');
    const entry = unclear.get(key) ?? { nodes: [], groups: candidates.toSorted() };
    entry.nodes.push(target.node);
    unclear.set(key, entry);
  }
  return { groups: [...found].sort(), unclear: [...unclear.values()] };
}
