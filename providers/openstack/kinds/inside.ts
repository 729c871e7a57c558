// The listeners and pools of a load balancer as Octavia shows them, each with the id that the engine knows it by and whose
// it is.
import type { Listed, Scope } from '../../../src/engine/kind.ts';
import type { Mark } from '../../../src/engine/owner.ts';
import { listListeners, listPools } from '../client/octavia.ts';
import type { Listener, Pool } from '../client/types.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { type Place, placeOf, placeOfChild, poolId, type Spot, spotId, spotOfPool } from '../naming.ts';
import type { LoadBalancerOut } from '../resources.ts';

export interface Seen<T> {
  readonly id: string;
  /** Empty: somebody else's. */
  readonly marks: readonly Mark[];
  readonly spot: Spot;
  readonly object: T;
}

/** Octavia's protocols of HTTP and TLS take a TCP port. */
export function spotOf({ protocol, protocol_port: port }: Pick<Listener, 'protocol' | 'protocol_port'>): Spot {
  return { protocol: protocol === 'UDP' || protocol === 'SCTP' ? protocol : 'TCP', port };
}

export async function listenersIn(cloud: Cloud, parent: Listed, scope: Scope): Promise<readonly Seen<Listener>[]> {
  const { uuid } = parent.out as LoadBalancerOut;
  const all = await listListeners(cloud.session, { load_balancer_id: uuid }, scope);
  return all.map((object) => {
    const spot = spotOf(object);
    return { id: spotId(parent.id, spot), marks: marksOfListener(cloud, object), spot, object };
  });
}

function marksOfListener(cloud: Cloud, { tags = [], name }: Listener): readonly Mark[] {
  const cluster = cloud.cluster.name;
  const tagged = tags.flatMap((tag) => placeOf(cluster, tag) ?? []);
  return markOf(cloud, tagged[0] ?? placeOfChild(cluster, name));
}

function markOf(cloud: Cloud, place: Place | undefined): readonly Mark[] {
  return place ? [{ cluster: cloud.cluster.uid, namespace: place.namespace, name: place.name }] : [];
}

/** A pool belongs to the port of its listener; without one, to the port that its description names. */
export async function poolsIn(cloud: Cloud, parent: Listed, scope: Scope): Promise<readonly Seen<Pool>[]> {
  const { uuid } = parent.out as LoadBalancerOut;
  const [listeners, pools] = await Promise.all([
    listenersIn(cloud, parent, scope),
    listPools(cloud.session, { loadbalancer_id: uuid }, scope),
  ]);
  const taken = new Set<string>();
  // Pools in use come first: they are the ones that an id means.
  const sorted = [...pools].sort((a, b) => Number(b.listeners.length > 0) - Number(a.listeners.length > 0));
  return sorted.map((object) => {
    const user = listeners.find(({ object: { default_pool_id: id } }) => id === object.id);
    const spot = user?.spot ?? spotOfPool(object.description) ?? { protocol: 'TCP', port: 0 };
    const wanted = poolId(parent.id, spot, object.protocol);
    const id = taken.has(wanted) || spot.port === 0 ? `${wanted}#${object.id}` : wanted;
    taken.add(id);
    const marks = user ? user.marks : markOf(cloud, placeOfChild(cloud.cluster.name, object.name));
    return { id, marks, spot, object };
  });
}
