// Health monitors: a pool has one or none. One of another type cannot stand beside it.
import { defineKind, type Observed } from '../../../src/engine/kind.ts';
import { isAbsent } from '../client/errors.ts';
import {
  createHealthMonitor,
  deleteHealthMonitor,
  listHealthMonitors,
  updateHealthMonitor,
} from '../client/octavia.ts';
import type { HealthMonitor } from '../client/types.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { within } from '../naming.ts';
import { HEALTH_MONITOR, type HealthMonitorOut, type HealthMonitorSpec, POOL, type PoolOut } from '../resources.ts';
import { monitorBody } from './bodies.ts';
import { takenPort } from './taken.ts';

export const healthMonitorKind = defineKind<Cloud, HealthMonitorSpec, HealthMonitorOut>({
  name: HEALTH_MONITOR.name,
  parent: POOL.name,
  parentId: (id) => within(id, 1),
  equal: { name: () => true, pool: () => true },
  noneIn: (parent) => !(parent as PoolOut).monitorId,
  remade: ['type'],
  taken: takenPort,
  calls: ({ action }) => [
    action === 'create'
      ? 'octavia:CreateHealthMonitor'
      : action === 'update'
        ? 'octavia:UpdateHealthMonitor'
        : 'octavia:DeleteHealthMonitor',
  ],

  async readAll(cloud, parent, scope) {
    const { uuid } = parent.out as PoolOut;
    const all = await listHealthMonitors(cloud.session, { pool_id: uuid }, scope);
    const found = all.filter(({ pools }) => pools.some(({ id }) => id === uuid));
    return found.slice(0, 1).map((one) => observed(`${parent.id}/monitor`, parent.marks, specOf(uuid, one), one.id));
  },

  async create(cloud, owners, id, spec, scope) {
    const made = await createHealthMonitor(cloud.session, { ...monitorBody(spec), pool_id: spec.pool }, scope);
    return { ...observed(id, owners, spec, made.id), settled: busy(cloud, id) };
  },

  async update(cloud, now, spec, changed, scope) {
    const body = {
      ...(changed.includes('delay') && { delay: spec.delay }),
      ...(changed.includes('timeout') && { timeout: spec.timeout }),
      ...(changed.includes('maxRetries') && { max_retries: spec.maxRetries }),
      ...(changed.includes('maxRetriesDown') && { max_retries_down: spec.maxRetriesDown }),
      ...(changed.includes('http') &&
        spec.http && { url_path: spec.http.path, expected_codes: spec.http.codes, http_method: spec.http.method }),
    };
    await updateHealthMonitor(cloud.session, now.out.uuid, body, scope);
    return { ...observed(now.id, now.marks, spec, now.out.uuid), settled: busy(cloud, now.id) };
  },

  async delete(cloud, now, scope) {
    // Octavia deletes it with its load balancer only.
    if (cloud.loadBalancers.isBroken(within(now.id, 4))) return 'gone';
    try {
      await deleteHealthMonitor(cloud.session, now.out.uuid, scope);
    } catch (thrown) {
      if (isAbsent(thrown)) return 'gone';
      throw thrown;
    }
    return busy(cloud, now.id);
  },
});

function busy(cloud: Cloud, id: string) {
  return cloud.loadBalancers.busy(within(id, 4));
}

function specOf(pool: string, one: HealthMonitor): HealthMonitorSpec {
  const { url_path: path, expected_codes: codes, http_method: method } = one;
  const isHttp = one.type === 'HTTP' || one.type === 'HTTPS';
  return {
    pool,
    type: one.type,
    delay: one.delay,
    timeout: one.timeout,
    maxRetries: one.max_retries,
    maxRetriesDown: one.max_retries_down,
    http: isHttp ? { path: path ?? '/', codes: codes ?? '200', method: method ?? 'GET' } : null,
    name: one.name,
  };
}

function observed(
  id: string,
  marks: Observed['marks'],
  spec: HealthMonitorSpec,
  uuid: string,
): Observed<HealthMonitorSpec, HealthMonitorOut> {
  return { id, marks, spec, out: { uuid }, settled: true };
}
