// Which rules the nodes' security groups need: the part of one load balancer, and the union of all parts for a group, in
// which rules of load balancers that nobody knows here stay as they are. Pure.

import type { Share } from '../../src/engine/kind.ts';
import type { Owner } from '../../src/engine/owner.ts';
import {
  loadBalancerName,
  loadBalancerOfGroup,
  type RuleUse,
  ruleDescription,
  ruleUse,
  uidOfLoadBalancer,
} from './naming.ts';
import type { NodeRulesSpec, Rule } from './resources.ts';
import { ALL_PROTOCOLS, isGroup, ruleKey, sortedRules } from './rules.ts';

const EVERYWHERE = '0.0.0.0/0';

/** What a load balancer sends to the nodes. */
export interface Traffic {
  readonly loadBalancer: string;
  /** One for each target group: a TCP_UDP group has both protocols. */
  readonly ports: readonly { readonly protocols: readonly ('tcp' | 'udp')[]; readonly nodePort: number }[];
  readonly healthPorts: readonly number[];
  /** Networks of the clients, whose addresses the nodes see. */
  readonly clients: readonly string[];
  /** Networks of the load balancer's subnets, from which it checks health. */
  readonly subnets: readonly string[];
}

/** The part of one load balancer in the rules of every group of its nodes. */
export function rulesFor(traffic: Traffic): NodeRulesSpec {
  const { loadBalancer, ports, clients } = traffic;
  const open = clients.length === 1 && clients[0] === EVERYWHERE;
  const healthPorts = open ? unopenedPorts(traffic) : traffic.healthPorts;
  const client = ruleDescription({ use: 'client', loadBalancer });
  const health = ruleDescription({ use: 'health', loadBalancer });
  const rules = [
    ...ports.flatMap(({ protocols, nodePort }) =>
      protocols.flatMap((protocol) => clients.map((source) => portRule(protocol, nodePort, source, client))),
    ),
    ...healthPorts.flatMap((port) => traffic.subnets.map((source) => portRule('tcp', port, source, health))),
  ];
  return { rules: sortedRules(unique([...rules, ...mtuRules(rules)], new Map())), foreign: [] };
}

/**
 * The part of one Classic Load Balancer in the rules of every group of its nodes: its own group may send anything, since
 * what may come in is decided there.
 */
export function classicRulesFor<Source>({ loadBalancer, source, clients }: ClassicTraffic<Source>): {
  readonly rules: readonly (Omit<Rule, 'source'> & { readonly source: Source })[];
  readonly foreign: readonly string[];
  readonly clients: readonly string[];
} {
  const description = ruleDescription({ use: 'elb', loadBalancer });
  return { rules: [{ protocol: ALL_PROTOCOLS, fromPort: -1, toPort: -1, source, description }], foreign: [], clients };
}

export interface ClassicTraffic<Source> {
  readonly loadBalancer: string;
  /** The id of the load balancer's first group, or the reference to it. */
  readonly source: Source;
  /** Networks that may reach the load balancer. */
  readonly clients: readonly string[];
}

/**
 * The rules with the descriptions that they stand for. The official controller describes none of those for a Classic Load
 * Balancer, but they come from a group whose name says which: `nameOf` answers a group's name by its id.
 */
export function withClassicDescriptions(
  rules: readonly Rule[],
  nameOf: (groupId: string) => string | undefined,
): readonly Rule[] {
  return rules.map((rule) => {
    const loadBalancer = isUndescribed(rule) ? loadBalancerOfGroup(nameOf(rule.source) ?? '') : undefined;
    return loadBalancer === undefined ? rule : { ...rule, description: ruleDescription({ use: 'elb', loadBalancer }) };
  });
}

/** True for a rule that may be the official controller's for a Classic Load Balancer: only its source tells. */
export function isUndescribed({ protocol, source, description }: Rule): boolean {
  return description === '' && protocol === ALL_PROTOCOLS && isGroup(source);
}

/** True if some wish of ours could be the same rule, so that it needs none of ours. */
export function isOfWishedShape({ protocol, source }: Rule): boolean {
  return source.includes('/') || (protocol === ALL_PROTOCOLS && isGroup(source));
}

/**
 * The ports of health checks that need rules where everybody may connect. The official controller leaves rules out only
 * where the ports that are checked are those that get traffic, and so do we: neither undoes what the other wrote. Beside
 * UDP, which it never has together with TCP, each port is left out that is open anyway.
 */
function unopenedPorts({ ports, healthPorts }: Traffic): readonly number[] {
  const open = new Set(ports.filter(({ protocols }) => protocols.includes('tcp')).map(({ nodePort }) => nodePort));
  const unopened = healthPorts.filter((port) => !open.has(port));
  const coincide = unopened.length === 0 && open.size === new Set(healthPorts).size;
  return coincide || ports.some(({ protocols }) => protocols.includes('udp')) ? unopened : healthPorts;
}

function portRule(protocol: string, port: number, source: string, description: string): Rule {
  return { protocol, fromPort: port, toPort: port, source, description };
}

/** Path MTU discovery: ICMP "fragmentation needed" from every network that clients come from. */
function mtuRules(rules: readonly Rule[]): readonly Rule[] {
  const sources = new Set(rules.filter(({ description }) => isFor(description, 'client')).map(({ source }) => source));
  const description = ruleDescription({ use: 'mtu' });
  return [...sources].map((source) => ({ protocol: 'icmp', fromPort: 3, toPort: 4, source, description }));
}

function isFor(description: string, use: RuleUse['use']): boolean {
  return ruleUse(description)?.use === use;
}

/**
 * What a group's rules should be. Rules of a load balancer come from its stack; they stay as they are where the stack is
 * frozen, unsettled or not known; they go where it is leaving. One that is growing keeps the ports that its listeners
 * may still send to, for those of the clients that may still come, and the groups that may still send. The answer is never
 * undefined: a group without rules of ours is no object that could be deleted.
 */
export function mergeNodeRules(
  shares: readonly Share<NodeRulesSpec>[],
  leaving: readonly Owner[],
  have: NodeRulesSpec | undefined,
): NodeRulesSpec {
  // A group has as many rules as the cluster has load balancers: looked up, never searched.
  const known = new Map(shares.filter(({ spec }) => spec !== 'frozen').map((share) => [shortUid(share.owner), share]));
  const gone = new Set(leaving.map(shortUid));
  const kept = (have?.rules ?? []).filter(({ description, source }) => {
    const use = ruleUse(description);
    if (use === undefined || use.use === 'mtu') return false;
    const uid = uidOfLoadBalancer(use.loadBalancer) ?? '';
    const share = known.get(uid);
    if (share?.phase === 'growing') return use.use !== 'client' || clientsOf(share).has(source);
    if (share !== undefined) return share.phase === 'unsettled';
    return !gone.has(uid);
  });
  const there = new Set((have?.rules ?? []).map(ruleKey));
  const given = shares.flatMap(({ spec, phase }) => {
    const rules = spec === 'frozen' ? [] : spec.rules.filter(isWhole);
    return phase === 'unsettled' ? rules.filter((rule) => there.has(ruleKey(rule))) : rules;
  });
  const wanted = [...given.filter(({ description }) => !isFor(description, 'mtu')), ...kept];
  const present = new Map((have?.rules ?? []).map((rule) => [ruleKey(rule), rule.description]));
  const foreign = have?.foreign ?? [];
  const allowed = new Set(foreign);
  const rules = unique([...wanted, ...mtuRules(wanted)], present).filter((rule) => !allowed.has(ruleKey(rule)));
  return { rules: sortedRules(rules), foreign };
}

/** False while the source is a reference to a group that is not there yet: then no such rule is there either. */
function isWhole({ source }: { readonly source: unknown }): boolean {
  return typeof source === 'string';
}

/** Who may come: nobody else, not even on a port that is still to be moved. */
function clientsOf({ spec }: Share<NodeRulesSpec>): ReadonlySet<string> {
  if (spec === 'frozen') return new Set();
  const sources = spec.rules.filter(({ description }) => isFor(description, 'client')).map(({ source }) => source);
  return new Set([...sources, ...(spec.clients ?? [])]);
}

/** As much of the owner's UID as the name of its load balancer carries. */
function shortUid({ uid }: Owner): string {
  return uidOfLoadBalancer(loadBalancerName(uid)) ?? '';
}

/**
 * One rule for each key, since EC2 holds no two. The description that is there already stays if one of those who want the
 * rule has it; otherwise the first in order.
 */
function unique(rules: readonly Rule[], present: ReadonlyMap<string, string>): readonly Rule[] {
  return [...Map.groupBy(rules, ruleKey)].map(([key, same]) => {
    if (same.length === 1) return same[0]!;
    const described = same.find(({ description }) => description === present.get(key));
    return described ?? sortedRules(same)[0]!;
  });
}
