// The rules for an NLB in the groups of nodes, by their descriptions: clients, health checks, path MTU.
import type { SecurityGroup } from '@aws-sdk/client-ec2';
import type { Service } from '../../src/kube/types.ts';
import type { PeerConfig } from './config.ts';
import type { Desk } from './desk.ts';
import { grantOnNodes, revokeOnNodes } from './groups.ts';
import { CLIENT_RULE, clientRule, healthRule, MTU_RULE } from './names.ts';
import type { NodeGroups } from './node-groups.ts';
import { keyOf, mtuRulesFor, type Rule, rulesIn, without } from './permissions.ts';
import { mappingsOf, rangesOf } from './wishes.ts';

/** What the balancer's traffic needs; undefined where the peer looks at none of those that are there. */
interface Needs {
  readonly client: readonly Rule[];
  readonly health: readonly Rule[] | undefined;
}

export async function ensureNlbRules(
  desk: Desk,
  { balancer, service, config }: { readonly balancer: string; readonly service: Service; readonly config: PeerConfig },
  { all, chosen }: NodeGroups,
  subnetCidrs: readonly string[],
): Promise<void> {
  const needs = needsOf(balancer, service, config, subnetCidrs);
  for (const group of all) {
    await updateGroup(desk, balancer, group, chosen.has(group.GroupId ?? '') ? needs : { client: [], health: [] });
  }
}

/** No rule of this load balancer stays. */
export async function removeNlbRules(desk: Desk, balancer: string, { all }: NodeGroups): Promise<void> {
  for (const group of all) await updateGroup(desk, balancer, group, { client: [], health: [] });
}

function needsOf(balancer: string, service: Service, config: PeerConfig, subnetCidrs: readonly string[]): Needs {
  const mappings = mappingsOf(service, config);
  const ranges = rangesOf(service);
  const protocol = mappings.some(({ back }) => back === 'UDP') ? 'udp' : 'tcp';
  const clientPorts = new Set(mappings.map(({ nodePort }) => nodePort));
  const healthPorts = new Set(
    mappings.map(({ nodePort, health }) => (health.port === 'traffic-port' ? nodePort : Number(health.port))),
  );
  const rules = (ports: Set<number>, sources: readonly string[], proto: string, description: string) =>
    [...ports].flatMap((port) =>
      sources.map((source) => ({ protocol: proto, from: port, to: port, source, description })),
    );
  const isOpen = ranges.length === 1 && ranges[0] === '0.0.0.0/0' && protocol === 'tcp';
  const coincide = clientPorts.size === healthPorts.size && [...clientPorts].every((port) => healthPorts.has(port));
  return {
    client: rules(clientPorts, ranges, protocol, clientRule(balancer)),
    // Then the peer does not look at health rules at all: stale ones stay.
    health: isOpen && coincide ? undefined : rules(healthPorts, subnetCidrs, 'tcp', healthRule(balancer)),
  };
}

async function updateGroup(desk: Desk, balancer: string, group: SecurityGroup, needs: Needs): Promise<void> {
  const id = group.GroupId ?? '';
  const before = rulesIn(group);
  let rules = before;
  if (needs.health) rules = await updateUse(desk, id, rules, needs.health, healthRule(balancer));
  rules = await updateUse(desk, id, rules, needs.client, clientRule(balancer));
  if (rules.map(keyOf).sort().join() === before.map(keyOf).sort().join()) return;
  const networks = rules.filter(({ description }) => description?.startsWith(CLIENT_RULE)).map(({ source }) => source);
  await updateUse(desk, id, rules, mtuRulesFor(networks, MTU_RULE), MTU_RULE);
}

/** Revokes first. What is there under any description needs no second rule; only rules of this description go. */
async function updateUse(
  desk: Desk,
  id: string,
  have: readonly Rule[],
  wanted: readonly Rule[],
  description: string,
): Promise<readonly Rule[]> {
  const stale = without(have, wanted).filter((rule) => rule.description === description);
  const missing = without(wanted, have);
  await revokeOnNodes(desk, id, stale);
  await grantOnNodes(desk, id, missing);
  return [...without(have, stale), ...missing];
}
