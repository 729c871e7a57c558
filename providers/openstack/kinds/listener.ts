// Listeners: a port of a load balancer. A TCP port can be one of Octavia's TCP, HTTP or TERMINATED_HTTPS, and never change
// from one to the other; nor can two stand on one port.

import { canonical } from '../../../src/engine/graph.ts';
import { defineKind, type Observed } from '../../../src/engine/kind.ts';
import { isAbsent } from '../client/errors.ts';
import { createListener, deleteListener, updateListener } from '../client/octavia.ts';
import type { Listener, ListenerUpdate } from '../client/types.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { type Spot, within } from '../naming.ts';
import { LISTENER, type ListenerOut, type ListenerSpec, LOAD_BALANCER, type LoadBalancerOut } from '../resources.ts';
import { FORWARDED, listenerBody, timeoutsBody } from './bodies.ts';
import { listenersIn } from './inside.ts';
import { takenPort } from './taken.ts';

export const listenerKind = defineKind<Cloud, ListenerSpec, ListenerOut>({
  name: LISTENER.name,
  parent: LOAD_BALANCER.name,
  parentId: (id) => within(id, 2),
  remade: ['listenerProtocol'],
  equal: {
    name: () => true,
    loadBalancer: () => true,
    timeouts: (want, have) => want === null || canonical(want) === canonical(have),
    allowedCidrs: (want, have) => want === null || canonical(plainRanges(want)) === canonical(plainRanges(have)),
    // Others may have put theirs beside ours.
    tags: (want, have) => want.every((tag) => have.includes(tag)),
  },
  interrupts(want, have) {
    if (want.listenerProtocol === have.listenerProtocol) return undefined;
    const { protocol, port } = want;
    return `port ${port}/${protocol} is closed while its listener is made anew as ${want.listenerProtocol}`;
  },
  taken: takenPort,
  calls: ({ action }) => [
    action === 'create'
      ? 'octavia:CreateListener'
      : action === 'update'
        ? 'octavia:UpdateListener'
        : 'octavia:DeleteListener',
  ],

  async readAll(cloud, parent, scope) {
    const { uuid } = parent.out as LoadBalancerOut;
    const all = await listenersIn(cloud, parent, scope);
    return all.map(({ id, marks, spot, object }) => observed(id, marks, specOf(uuid, spot, object), object.id));
  },

  async create(cloud, owners, id, spec, scope) {
    const { loadBalancer: loadbalancer_id, pool: default_pool_id } = spec;
    const body = { ...listenerBody(spec), loadbalancer_id, default_pool_id };
    const made = await createListener(cloud.session, body, scope);
    return { ...observed(id, owners, spec, made.id), settled: busy(cloud, id) };
  },

  async update(cloud, now, spec, changed, scope) {
    const tags = [...new Set([...now.spec.tags, ...spec.tags])].sort();
    await updateListener(cloud.session, now.out.uuid, changesOf({ ...spec, tags }, changed), scope);
    return { ...observed(now.id, now.marks, { ...spec, tags }, now.out.uuid), settled: busy(cloud, now.id) };
  },

  async delete(cloud, now, scope) {
    // Octavia deletes it with its load balancer only.
    if (cloud.loadBalancers.isBroken(within(now.id, 2))) return 'gone';
    try {
      await deleteListener(cloud.session, now.out.uuid, scope);
    } catch (thrown) {
      if (isAbsent(thrown)) return 'gone';
      throw thrown;
    }
    return busy(cloud, now.id);
  },
});

function busy(cloud: Cloud, id: string) {
  return cloud.loadBalancers.busy(within(id, 2));
}

function changesOf(spec: ListenerSpec, changed: readonly (keyof ListenerSpec)[]): ListenerUpdate {
  return {
    ...(changed.includes('pool') && { default_pool_id: spec.pool }),
    ...(changed.includes('connectionLimit') && { connection_limit: spec.connectionLimit }),
    ...(changed.includes('timeouts') && spec.timeouts && timeoutsBody(spec.timeouts)),
    ...(changed.includes('allowedCidrs') && { allowed_cidrs: spec.allowedCidrs }),
    ...(changed.includes('tlsRef') && { default_tls_container_ref: spec.tlsRef }),
    ...(changed.includes('xForwardedFor') && { insert_headers: spec.xForwardedFor ? FORWARDED : null }),
    ...(changed.includes('tags') && { tags: spec.tags }),
  };
}

/** Nobody named is everybody. */
function plainRanges(ranges: readonly string[] | null): readonly string[] {
  const isAll = (range: string) => range === '0.0.0.0/0' || range === '::/0';
  return ranges === null || ranges.some(isAll) ? [] : [...ranges].sort();
}

function specOf(loadBalancer: string, spot: Spot, one: Listener): ListenerSpec {
  const { timeout_client_data, timeout_member_connect, timeout_member_data, timeout_tcp_inspect } = one;
  const isForwarded = one.insert_headers?.['X-Forwarded-For'] === 'true';
  return {
    ...spot,
    loadBalancer,
    listenerProtocol: one.protocol,
    pool: one.default_pool_id ?? '',
    connectionLimit: one.connection_limit,
    timeouts: {
      clientData: timeout_client_data ?? 50_000,
      memberConnect: timeout_member_connect ?? 5_000,
      memberData: timeout_member_data ?? 50_000,
      tcpInspect: timeout_tcp_inspect ?? 0,
    },
    allowedCidrs: [...(one.allowed_cidrs ?? [])].sort(),
    tlsRef: one.default_tls_container_ref || null,
    xForwardedFor: isForwarded,
    tags: [...(one.tags ?? [])].sort(),
    name: one.name,
  };
}

function observed(
  id: string,
  marks: Observed['marks'],
  spec: ListenerSpec,
  uuid: string,
): Observed<ListenerSpec, ListenerOut> {
  return { id, marks, spec, out: { uuid }, settled: true };
}
