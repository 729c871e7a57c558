// Which rules the nodes' security groups need: the part of one load balancer, and the union of all parts for a group, in
// which rules of load balancers that nobody knows here stay as they are. Pure.

import type { Share } from '../../src/engine/kind.ts';
import type { Owner } from '../../src/engine/owner.ts';
import { ruleDescription, ruleUse, uidOfLoadBalancer } from './naming.ts';
import type { NodeRulesSpec, Rule } from './resources.ts';
import { ruleKey, sortedRules } from './rules.ts';

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
  const tcpPorts = new Set(ports.filter(({ protocols }) => protocols.includes('tcp')).map(({ nodePort }) => nodePort));
  // Where everybody may connect, the health check may too.
  const healthPorts = traffic.healthPorts.filter((port) => !(open && tcpPorts.has(port)));
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

function portRule(protocol: string, port: number, source: string, description: string): Rule {
  return { protocol, fromPort: port, toPort: port, source, description };
}

/** Path MTU discovery: ICMP "fragmentation needed" from every network that clients come from. */
function mtuRules(rules: readonly Rule[]): readonly Rule[] {
  const sources = new Set(rules.filter(({ description }) => isFor(description, 'client')).map(({ source }) => source));
  const description = ruleDescription({ use: 'mtu' });
  return [...sources].map((source) => ({ protocol: 'icmp', fromPort: 3, toPort: 4, source, description }));
}

function isFor(description: string, use: 'client' | 'health' | 'mtu'): boolean {
  return ruleUse(description)?.use === use;
}

/**
 * What a group's rules should be. Rules of a load balancer come from its stack; they stay as they are where the stack is
 * frozen, unsettled or not known; they go where it is leaving. One that is growing keeps the ports that its listeners
 * may still send to, for those of the clients that may still come. The answer is never undefined: a group without rules of ours is no
 * object that could be deleted.
 */
export function mergeNodeRules(
  shares: readonly Share<NodeRulesSpec>[],
  leaving: readonly Owner[],
  have: NodeRulesSpec | undefined,
): NodeRulesSpec {
  const known = shares.filter(({ spec }) => spec !== 'frozen');
  const kept = (have?.rules ?? []).filter(({ description, source }) => {
    const use = ruleUse(description);
    if (use === undefined || use.use === 'mtu') return false;
    const share = known.find(({ owner }) => isOf(use.loadBalancer, owner));
    if (share?.phase === 'growing') return use.use === 'health' || clientsOf(share).has(source);
    if (share !== undefined) return share.phase === 'unsettled';
    return !leaving.some((owner) => isOf(use.loadBalancer, owner));
  });
  const there = new Set((have?.rules ?? []).map(ruleKey));
  const given = shares.flatMap(({ spec, phase }) => {
    const rules = spec === 'frozen' ? [] : spec.rules;
    return phase === 'unsettled' ? rules.filter((rule) => there.has(ruleKey(rule))) : rules;
  });
  const wanted = [...given.filter(({ description }) => !isFor(description, 'mtu')), ...kept];
  const present = new Map((have?.rules ?? []).map((rule) => [ruleKey(rule), rule.description]));
  const foreign = have?.foreign ?? [];
  const allowed = new Set(foreign);
  const rules = unique([...wanted, ...mtuRules(wanted)], present).filter((rule) => !allowed.has(ruleKey(rule)));
  return { rules: sortedRules(rules), foreign };
}

/** Who may come: nobody else, not even on a port that is still to be moved. */
function clientsOf({ spec }: Share<NodeRulesSpec>): ReadonlySet<string> {
  const rules = spec === 'frozen' ? [] : spec.rules;
  return new Set(rules.filter(({ description }) => isFor(description, 'client')).map(({ source }) => source));
}

function isOf(loadBalancer: string, owner: Owner): boolean {
  const uid = uidOfLoadBalancer(loadBalancer);
  return uid !== undefined && owner.uid.replaceAll('-', '').startsWith(uid);
}

/**
 * One rule for each key, since EC2 holds no two. The description that is there already stays if one of those who want the
 * rule has it; otherwise the first in order.
 */
function unique(rules: readonly Rule[], present: ReadonlyMap<string, string>): readonly Rule[] {
  return [...Map.groupBy(rules, ruleKey)].map(([key, same]) => {
    const described = same.find(({ description }) => description === present.get(key));
    return described ?? sortedRules(same)[0]!;
  });
}
