// What Octavia is sent to make a listener, a pool, a member or a monitor: alone, or inside a new load balancer. Pure.
import type {
  HealthMonitorBody,
  ListenerBody,
  ListenerUpdate,
  MemberBody,
  PoolBody,
  SessionPersistence,
} from '../client/types.ts';
import type { HealthMonitorSpec, ListenerSpec, PoolMember, PoolSpec, Timeouts } from '../resources.ts';

export function poolBody(spec: PoolSpec): PoolBody {
  return {
    name: spec.name,
    description: spec.description,
    admin_state_up: true,
    protocol: spec.poolProtocol,
    lb_algorithm: spec.method,
    ...(spec.affinity && { session_persistence: persistence(true) }),
  };
}

export function persistence(affinity: true): SessionPersistence;
export function persistence(affinity: boolean): SessionPersistence | null;
export function persistence(affinity: boolean): SessionPersistence | null {
  return affinity ? { type: 'SOURCE_IP' } : null;
}

export function memberBody({ name, address, port, subnetId, monitorPort }: PoolMember): MemberBody {
  return {
    name,
    address,
    protocol_port: port,
    ...(subnetId !== null && { subnet_id: subnetId }),
    ...(monitorPort !== null && { monitor_port: monitorPort }),
  };
}

export function monitorBody(spec: HealthMonitorSpec): HealthMonitorBody {
  return {
    name: spec.name,
    admin_state_up: true,
    type: spec.type,
    delay: spec.delay,
    timeout: spec.timeout,
    max_retries: spec.maxRetries,
    max_retries_down: spec.maxRetriesDown,
    ...(spec.http && { http_method: spec.http.method, url_path: spec.http.path, expected_codes: spec.http.codes }),
  };
}

export function timeoutsBody(timeouts: Timeouts): ListenerUpdate {
  return {
    timeout_client_data: timeouts.clientData,
    timeout_member_connect: timeouts.memberConnect,
    timeout_member_data: timeouts.memberData,
    timeout_tcp_inspect: timeouts.tcpInspect,
  };
}

/** Without its pool. */
export function listenerBody(spec: ListenerSpec): ListenerBody {
  return {
    name: spec.name,
    admin_state_up: true,
    protocol: spec.listenerProtocol,
    protocol_port: spec.port,
    connection_limit: spec.connectionLimit,
    ...(spec.timeouts && timeoutsBody(spec.timeouts)),
    ...(spec.allowedCidrs && { allowed_cidrs: spec.allowedCidrs }),
    ...(spec.tlsRef !== null && { default_tls_container_ref: spec.tlsRef }),
    ...(spec.xForwardedFor && { insert_headers: FORWARDED }),
    ...(spec.tags.length > 0 && { tags: spec.tags }),
  };
}

export const FORWARDED: Readonly<Record<string, string>> = { 'X-Forwarded-For': 'true' };
