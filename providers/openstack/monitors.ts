// How Octavia finds out which members work. Pure.
import type { GraphBuilder, Handle } from '../../src/engine/graph.ts';
import type { ApiVersion, MonitorType } from './client/types.ts';
import { has } from './gates.ts';
import { HEALTH_MONITOR, type HealthMonitorSpec, type PoolOut } from './resources.ts';
import type { Wish, WishedPort } from './wish.ts';

export function addMonitor(
  graph: GraphBuilder,
  { monitor }: Wish,
  version: ApiVersion,
  pool: Handle<PoolOut>,
  { protocol }: WishedPort,
  name: string,
): void {
  if (!monitor) return;
  const { delay, timeout, maxRetries, maxRetriesDown, local } = monitor;
  const type = typeOf(protocol, healthPortOf({ monitor }, protocol, version) !== null);
  const http: HealthMonitorSpec['http'] =
    type === 'HTTP' && local ? { path: local.path, codes: local.codes, method: 'GET' } : null;
  const times = { delay, timeout, maxRetries, maxRetriesDown };
  graph.add(HEALTH_MONITOR, `${pool.id}/monitor`, { pool: pool.ref('uuid'), type, ...times, http, name });
}

/** With the policy Local, where a node is asked by HTTP whether it has a pod. Null: the node port itself is asked. */
export function healthPortOf(
  { monitor }: Pick<Wish, 'monitor'>,
  protocol: WishedPort['protocol'],
  version: ApiVersion,
): number | null {
  const isAsked = protocol === 'TCP' || (protocol === 'UDP' && has(version, 'httpMonitorOfUdp'));
  return (isAsked && monitor?.local?.port) || null;
}

function typeOf(protocol: WishedPort['protocol'], byHttp: boolean): MonitorType {
  if (byHttp) return 'HTTP';
  return protocol === 'UDP' ? 'UDP-CONNECT' : protocol;
}
