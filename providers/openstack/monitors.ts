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
  const type = typeOf(protocol, local !== undefined, version);
  const http: HealthMonitorSpec['http'] =
    type === 'HTTP' && local ? { path: local.path, codes: local.codes, method: 'GET' } : null;
  const times = { delay, timeout, maxRetries, maxRetriesDown };
  graph.add(HEALTH_MONITOR, `${pool.id}/monitor`, { pool: pool.ref('uuid'), type, ...times, http, name });
}

/** With the policy Local, a node is asked by HTTP whether it has a pod. */
function typeOf(protocol: WishedPort['protocol'], local: boolean, version: ApiVersion): MonitorType {
  if (protocol === 'SCTP') return 'SCTP';
  if (protocol === 'UDP') return local && has(version, 'httpMonitorOfUdp') ? 'HTTP' : 'UDP-CONNECT';
  return local ? 'HTTP' : 'TCP';
}
