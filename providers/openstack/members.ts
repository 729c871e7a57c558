// The nodes behind a port as the members of its pool. Pure.
import type { GraphBuilder } from '../../src/engine/graph.ts';
import type { EligibleNode } from '../../src/provider/request.ts';
import type { ApiVersion } from './client/types.ts';
import { healthPortOf } from './monitors.ts';
import { MEMBERS, POOL, type PoolMember, type PoolOut } from './resources.ts';
import type { OpenstackInput, Wish, WishedPort } from './wish.ts';

type Behind = Pick<Wish, 'family' | 'nodeSelector' | 'memberSubnetId' | 'monitor'>;

/** The nodes that a Service wants. */
export function chosenNodes(nodes: readonly EligibleNode[], { nodeSelector }: Behind): readonly EligibleNode[] {
  const wanted = Object.entries(nodeSelector);
  const fits = ({ labels }: EligibleNode, [key, value]: [string, string]) =>
    value === '' ? Object.hasOwn(labels, key) : labels[key] === value;
  return nodes.filter((node) => wanted.every((one) => fits(node, one)));
}

/** The node's first address of the load balancer's family: its internal one, else its external one. */
export function addressOf({ addresses }: EligibleNode, family: Wish['family']): string | undefined {
  return addresses.find((address) => address.includes(':') === (family === 'IPv6'));
}

/** Where there are nodes but none has an address, or none is chosen any more, what there is stays. */
export function addMembers(
  graph: GraphBuilder,
  { nodes }: Pick<OpenstackInput, 'nodes'>,
  wish: Behind,
  version: ApiVersion,
  pool: string,
  port: Pick<WishedPort, 'protocol' | 'nodePort'>,
): void {
  const { family, memberSubnetId = null } = wish;
  const monitorPort = healthPortOf(wish, port.protocol, version);
  const members = chosenNodes(nodes, wish).flatMap((node): readonly PoolMember[] => {
    const address = addressOf(node, family);
    if (address === undefined) return [];
    return [{ name: node.name, address, port: port.nodePort, subnetId: memberSubnetId, monitorPort }];
  });
  if (nodes.length > 0 && members.length === 0) {
    graph.hold(MEMBERS);
    return;
  }
  graph.add(MEMBERS, `${pool}/members`, {
    pool: { $ref: `${POOL.name}/${pool}`, field: 'uuid' satisfies keyof PoolOut },
    members: members.sort((a, b) => (a.address < b.address ? -1 : 1)),
  });
}
