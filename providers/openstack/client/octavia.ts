// Octavia's operations that are used here, one function each: path, method and envelope, and nothing else. Every write
// puts its load balancer into PENDING_UPDATE; until that is over, the next one is answered with 'conflict'.
import type { Scope } from '../../../src/engine/kind.ts';
import { type Query, withId } from './services.ts';
import type { Session } from './session.ts';
import type {
  ApiVersion,
  HealthMonitor,
  HealthMonitorBody,
  HealthMonitorUpdate,
  Listener,
  ListenerBody,
  ListenerUpdate,
  LoadBalancer,
  LoadBalancerBody,
  LoadBalancerUpdate,
  Member,
  MemberBody,
  Pool,
  PoolBody,
  PoolUpdate,
} from './types.ts';

const service = 'load-balancer';
const LOAD_BALANCERS = '/v2/lbaas/loadbalancers';
const LISTENERS = '/v2/lbaas/listeners';
const POOLS = '/v2/lbaas/pools';
const MONITORS = '/v2/lbaas/healthmonitors';

/** `id`: of the new object's load balancer. */
interface OfLoadBalancer {
  readonly loadbalancer_id: string;
}

/** The highest version that this Octavia has; what it can do depends on it. */
export async function getApiVersion(session: Session, scope: Scope): Promise<ApiVersion> {
  const answer = await session.read<{ versions?: readonly { readonly id?: unknown }[] }>(
    { service, operation: 'GetApiVersions', path: '/' },
    scope,
  );
  const versions = (answer.versions ?? []).map(({ id }) => /^v(\d+)\.(\d+)$/.exec(String(id)));
  const found = versions.flatMap((one) => (one ? [{ major: Number(one[1]), minor: Number(one[2]) }] : []));
  return found.reduce((best, one) => (isAtLeast(one, best) ? one : best), { major: 2, minor: 0 });
}

export function isAtLeast(have: ApiVersion, want: ApiVersion): boolean {
  return have.major > want.major || (have.major === want.major && have.minor >= want.minor);
}

/** Filters: `name`, `tags`, `vip_port_id`, `project_id` and other fields. */
export function listLoadBalancers(session: Session, query: Query, scope: Scope): Promise<readonly LoadBalancer[]> {
  return session.list({ service, operation: 'ListLoadBalancers', path: LOAD_BALANCERS, query }, 'loadbalancers', scope);
}

export async function getLoadBalancer(session: Session, id: string, scope: Scope): Promise<LoadBalancer> {
  const call = { service, operation: 'GetLoadBalancer', path: withId(LOAD_BALANCERS, id) } as const;
  return (await session.read<{ loadbalancer: LoadBalancer }>(call, scope)).loadbalancer;
}

/** One call makes it with its listeners, pools, members and monitors; the answer shows them too, by their ids. */
export function createLoadBalancer(session: Session, loadbalancer: LoadBalancerBody, scope: Scope) {
  const call = { service, operation: 'CreateLoadBalancer', method: 'POST', path: LOAD_BALANCERS } as const;
  return session.change<LoadBalancer>({ ...call, body: { loadbalancer } }, 'loadbalancer', scope);
}

export function updateLoadBalancer(session: Session, id: string, loadbalancer: LoadBalancerUpdate, scope: Scope) {
  const call = { service, operation: 'UpdateLoadBalancer', method: 'PUT', path: withId(LOAD_BALANCERS, id) } as const;
  return session.change<LoadBalancer>({ ...call, body: { loadbalancer } }, 'loadbalancer', scope);
}

/** With all that it has. The answer says that deleting began. */
export async function deleteLoadBalancer(session: Session, id: string, scope: Scope): Promise<void> {
  const call = {
    service,
    operation: 'DeleteLoadBalancer',
    method: 'DELETE',
    path: withId(LOAD_BALANCERS, id),
  } as const;
  await session.write({ ...call, query: { cascade: 'true' } }, scope);
}

/** Filters: `load_balancer_id`, `name`, `tags`, … Listener lists take `load_balancer_id`, pool lists `loadbalancer_id`. */
export function listListeners(session: Session, query: Query, scope: Scope): Promise<readonly Listener[]> {
  return session.list({ service, operation: 'ListListeners', path: LISTENERS, query }, 'listeners', scope);
}

export function createListener(session: Session, listener: ListenerBody & OfLoadBalancer, scope: Scope) {
  const call = { service, operation: 'CreateListener', method: 'POST', path: LISTENERS } as const;
  return session.change<Listener>({ ...call, body: { listener } }, 'listener', scope);
}

export function updateListener(session: Session, id: string, listener: ListenerUpdate, scope: Scope) {
  const call = { service, operation: 'UpdateListener', method: 'PUT', path: withId(LISTENERS, id) } as const;
  return session.change<Listener>({ ...call, body: { listener } }, 'listener', scope);
}

export async function deleteListener(session: Session, id: string, scope: Scope): Promise<void> {
  await session.write({ service, operation: 'DeleteListener', method: 'DELETE', path: withId(LISTENERS, id) }, scope);
}

/** Filters: `loadbalancer_id`, `name`, … */
export function listPools(session: Session, query: Query, scope: Scope): Promise<readonly Pool[]> {
  return session.list({ service, operation: 'ListPools', path: POOLS, query }, 'pools', scope);
}

/** Of a listener that has none yet, or of the load balancer alone. */
export function createPool(
  session: Session,
  pool: PoolBody & (OfLoadBalancer | { readonly listener_id: string }),
  scope: Scope,
) {
  const call = { service, operation: 'CreatePool', method: 'POST', path: POOLS } as const;
  return session.change<Pool>({ ...call, body: { pool } }, 'pool', scope);
}

export function updatePool(session: Session, id: string, pool: PoolUpdate, scope: Scope) {
  const call = { service, operation: 'UpdatePool', method: 'PUT', path: withId(POOLS, id) } as const;
  return session.change<Pool>({ ...call, body: { pool } }, 'pool', scope);
}

export async function deletePool(session: Session, id: string, scope: Scope): Promise<void> {
  await session.write({ service, operation: 'DeletePool', method: 'DELETE', path: withId(POOLS, id) }, scope);
}

export function listMembers(session: Session, poolId: string, scope: Scope): Promise<readonly Member[]> {
  return session.list({ service, operation: 'ListMembers', path: membersOf(poolId) }, 'members', scope);
}

/** All members at once: who is not in the list goes. Octavia tells members apart by address and port. */
export async function updateMembers(
  session: Session,
  poolId: string,
  members: readonly MemberBody[],
  scope: Scope,
): Promise<void> {
  const call = { service, operation: 'UpdateMembers', method: 'PUT', path: membersOf(poolId) } as const;
  await session.write({ ...call, body: { members } }, scope);
}

/** Filters: `pool_id`, `name`, `project_id`, … */
export function listHealthMonitors(session: Session, query: Query, scope: Scope): Promise<readonly HealthMonitor[]> {
  return session.list({ service, operation: 'ListHealthMonitors', path: MONITORS, query }, 'healthmonitors', scope);
}

export function createHealthMonitor(
  session: Session,
  healthmonitor: HealthMonitorBody & { readonly pool_id: string },
  scope: Scope,
) {
  const call = { service, operation: 'CreateHealthMonitor', method: 'POST', path: MONITORS } as const;
  return session.change<HealthMonitor>({ ...call, body: { healthmonitor } }, 'healthmonitor', scope);
}

export function updateHealthMonitor(session: Session, id: string, healthmonitor: HealthMonitorUpdate, scope: Scope) {
  const call = { service, operation: 'UpdateHealthMonitor', method: 'PUT', path: withId(MONITORS, id) } as const;
  return session.change<HealthMonitor>({ ...call, body: { healthmonitor } }, 'healthmonitor', scope);
}

export async function deleteHealthMonitor(session: Session, id: string, scope: Scope): Promise<void> {
  const path = withId(MONITORS, id);
  await session.write({ service, operation: 'DeleteHealthMonitor', method: 'DELETE', path }, scope);
}

function membersOf(poolId: string): string {
  return `${withId(POOLS, poolId)}/members`;
}
