// The security group that opens the nodes' ports for a load balancer. Pure.
import type { GraphBuilder } from '../../src/engine/graph.ts';
import { type Facts, subnetOf } from './facts.ts';
import { sortedRules } from './kinds/security-group-calls.ts';
import { chosenNodes } from './members.ts';
import { securityGroupName } from './naming.ts';
import { type NodeRule, SECURITY_GROUP } from './resources.ts';
import type { Seat } from './seat.ts';
import type { OpenstackInput, Wish } from './wish.ts';

export function addSecurityGroup(
  graph: GraphBuilder,
  { request, nodes }: OpenstackInput,
  wish: Wish,
  facts: Facts,
  seat: Seat,
): void {
  const sources = sourcesOf(wish, facts, seat);
  const chosen = chosenNodes(nodes, wish);
  const ports = chosen.flatMap(({ name }) => facts.nodes[name]?.portId ?? []);
  // Nodes whose ports Neutron does not show may have them soon: until any is known, what there is stays.
  if (!wish.manageSecurityGroups || sources.length === 0 || (chosen.length > 0 && ports.length === 0)) {
    graph.hold(SECURITY_GROUP);
    return;
  }
  const rules = wish.ports.flatMap(({ protocol, nodePort }): readonly NodeRule[] =>
    sources.map((source) => ({ protocol: protocol.toLowerCase() as NodeRule['protocol'], port: nodePort, source })),
  );
  const health = wish.monitor?.local?.port;
  const asked =
    health === undefined ? [] : sources.map((source) => ({ protocol: 'tcp' as const, port: health, source }));
  graph.add(SECURITY_GROUP, securityGroupName(request.owner), {
    rules: sortedRules([...rules, ...asked]),
    ports: [...new Set(ports)].sort(),
  });
}

/** OVN leaves the client's address in place; other drivers come from the subnet of the members. */
function sourcesOf(wish: Wish, facts: Facts, seat: Seat): readonly string[] {
  if (wish.provider === 'ovn') return wish.allowedCidrs;
  const subnet = wish.memberSubnetId ?? seat.existing?.subnetId ?? wish.vip.subnetId ?? firstOf(facts, wish);
  const range = subnet === undefined || subnet === null ? undefined : facts.ranges[subnet];
  return range === undefined ? [] : [range];
}

function firstOf({ nodes }: Facts, { family }: Wish): string | undefined {
  return Object.values(nodes).flatMap((place) => subnetOf(place, family) ?? [])[0];
}
