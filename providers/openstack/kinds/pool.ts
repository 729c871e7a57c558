// Pools: one for each port, which its listener sends to. One of another protocol is made beside it and takes its place.
import { defineKind, type Observed } from '../../../src/engine/kind.ts';
import type { Mark } from '../../../src/engine/owner.ts';
import { isAbsent } from '../client/errors.ts';
import { createPool, deletePool, updatePool } from '../client/octavia.ts';
import type { Pool } from '../client/types.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { type Spot, within } from '../naming.ts';
import { LOAD_BALANCER, type LoadBalancerOut, POOL, type PoolOut, type PoolSpec } from '../resources.ts';
import { persistence, poolBody } from './bodies.ts';
import { poolsIn } from './inside.ts';
import { takenPort } from './taken.ts';

export const poolKind = defineKind<Cloud, PoolSpec, PoolOut>({
  name: POOL.name,
  parent: LOAD_BALANCER.name,
  parentId: (id) => within(id, 3),
  // Where Octavia took away what the load balancer had, it has another id.
  equal: { name: () => true, description: () => true, loadBalancer: () => true },
  taken: takenPort,
  calls: ({ action }) => [
    action === 'create' ? 'octavia:CreatePool' : action === 'update' ? 'octavia:UpdatePool' : 'octavia:DeletePool',
  ],

  async readAll(cloud, parent, scope) {
    const pools = await poolsIn(cloud, parent, scope);
    const { uuid } = parent.out as LoadBalancerOut;
    return pools.map(({ id, marks, spot, object }) => observed(id, marks, specOf(uuid, spot, object), object));
  },

  async create(cloud, owners, id, spec, scope) {
    const made = await createPool(cloud.session, { ...poolBody(spec), loadbalancer_id: spec.loadBalancer }, scope);
    return { ...observed(id, owners, spec, made), settled: busy(cloud, id) };
  },

  async update(cloud, now, spec, changed, scope) {
    const body = {
      ...(changed.includes('method') && { lb_algorithm: spec.method }),
      ...(changed.includes('affinity') && { session_persistence: persistence(spec.affinity) }),
    };
    const written = await updatePool(cloud.session, now.out.uuid, body, scope);
    return { ...observed(now.id, now.marks, spec, written), settled: busy(cloud, now.id) };
  },

  async delete(cloud, now, scope) {
    // Octavia deletes it with its load balancer only.
    if (cloud.loadBalancers.isBroken(within(now.id, 3))) return 'gone';
    try {
      await deletePool(cloud.session, now.out.uuid, scope);
    } catch (thrown) {
      if (isAbsent(thrown)) return 'gone';
      throw thrown;
    }
    return busy(cloud, now.id);
  },
});

function busy(cloud: Cloud, id: string) {
  return cloud.loadBalancers.busy(within(id, 3));
}

function specOf(loadBalancer: string, spot: Spot, pool: Pool): PoolSpec {
  return {
    ...spot,
    loadBalancer,
    poolProtocol: pool.protocol,
    method: pool.lb_algorithm,
    affinity: pool.session_persistence?.type === 'SOURCE_IP',
    name: pool.name,
    description: pool.description,
  };
}

function observed(
  id: string,
  marks: readonly Mark[],
  spec: PoolSpec,
  { id: uuid, healthmonitor_id }: Pool,
): Observed<PoolSpec, PoolOut> {
  return { id, marks, spec, out: { uuid, monitorId: healthmonitor_id }, settled: true };
}
