// The JSON of Octavia v2, as far as it is read and written here, and Neutron's beside it. Shapes only: what the API says, in
// its spelling. Facts: https://docs.openstack.org/api-ref/load-balancer/v2/
export type * from './neutron-types.ts';

/** PENDING_*: every other write to the load balancer is answered with 409 until it settles. */
export type ProvisioningStatus =
  | 'ACTIVE'
  | 'ERROR'
  | 'DELETED'
  | 'PENDING_CREATE'
  | 'PENDING_UPDATE'
  | 'PENDING_DELETE';

export type ListenerProtocol = 'TCP' | 'UDP' | 'SCTP' | 'HTTP' | 'HTTPS' | 'TERMINATED_HTTPS';
export type PoolProtocol = 'TCP' | 'UDP' | 'SCTP' | 'HTTP' | 'HTTPS' | 'PROXY' | 'PROXYV2';
export type LbAlgorithm = 'ROUND_ROBIN' | 'LEAST_CONNECTIONS' | 'SOURCE_IP' | 'SOURCE_IP_PORT';
export type MonitorType = 'HTTP' | 'HTTPS' | 'PING' | 'TCP' | 'TLS-HELLO' | 'UDP-CONNECT' | 'SCTP';

export interface IdRef {
  readonly id: string;
}

/** What all of Octavia's objects have. */
interface OctaviaObject {
  readonly id: string;
  readonly name: string;
  readonly provisioning_status: ProvisioningStatus;
  readonly operating_status: string;
  readonly project_id?: string;
  /** `2026-08-17T10:00:00`, in UTC, without a zone. */
  readonly created_at?: string | null;
  readonly updated_at?: string | null;
  /** From API 2.5 on. */
  readonly tags?: readonly string[];
}

export interface LoadBalancer extends OctaviaObject {
  readonly description: string;
  readonly admin_state_up: boolean;
  readonly vip_address: string | null;
  readonly vip_port_id: string | null;
  readonly vip_subnet_id: string | null;
  readonly vip_network_id: string | null;
  /** Octavia's driver: amphora, ovn, … */
  readonly provider: string;
  /** Null, absent or empty: none. */
  readonly flavor_id?: string | null;
  readonly availability_zone?: string | null;
  readonly listeners: readonly IdRef[];
  readonly pools: readonly IdRef[];
}

export interface Listener extends OctaviaObject {
  readonly description: string;
  readonly protocol: ListenerProtocol;
  readonly protocol_port: number;
  readonly admin_state_up: boolean;
  /** -1: without a limit. */
  readonly connection_limit: number;
  readonly default_pool_id: string | null;
  readonly default_tls_container_ref: string | null;
  readonly insert_headers: Readonly<Record<string, string>> | null;
  readonly loadbalancers: readonly IdRef[];
  /** Milliseconds; from API 2.1 on. */
  readonly timeout_client_data?: number | null;
  readonly timeout_member_connect?: number | null;
  readonly timeout_member_data?: number | null;
  readonly timeout_tcp_inspect?: number | null;
  /** Null, empty: everybody. From API 2.12 on. */
  readonly allowed_cidrs?: readonly string[] | null;
}

export interface SessionPersistence {
  readonly type: 'SOURCE_IP' | 'HTTP_COOKIE' | 'APP_COOKIE';
  readonly cookie_name?: string | null;
  readonly persistence_timeout?: number | null;
  readonly persistence_granularity?: string | null;
}

export interface Pool extends OctaviaObject {
  readonly description: string;
  readonly protocol: PoolProtocol;
  readonly lb_algorithm: LbAlgorithm;
  readonly admin_state_up: boolean;
  readonly session_persistence: SessionPersistence | null;
  readonly healthmonitor_id: string | null;
  readonly listeners: readonly IdRef[];
  readonly loadbalancers: readonly IdRef[];
  readonly members: readonly IdRef[];
}

export interface Member extends OctaviaObject {
  readonly address: string;
  readonly protocol_port: number;
  readonly admin_state_up: boolean;
  readonly weight: number;
  readonly backup?: boolean;
  readonly subnet_id: string | null;
  readonly monitor_address?: string | null;
  readonly monitor_port: number | null;
}

export interface HealthMonitor extends OctaviaObject {
  readonly type: MonitorType;
  readonly admin_state_up: boolean;
  /** Seconds. */
  readonly delay: number;
  readonly timeout: number;
  readonly max_retries: number;
  readonly max_retries_down: number;
  /** The next three with HTTP and HTTPS only. */
  readonly http_method?: string | null;
  readonly url_path?: string | null;
  readonly expected_codes?: string | null;
  readonly pools: readonly IdRef[];
}

/** `null` gives a value back to the API's default. */
export interface MemberBody {
  readonly address: string;
  readonly protocol_port: number;
  readonly name?: string;
  readonly subnet_id?: string;
  readonly monitor_port?: number | null;
  readonly weight?: number;
  readonly admin_state_up?: boolean;
}

export interface HealthMonitorUpdate {
  readonly name?: string;
  readonly admin_state_up?: boolean;
  readonly delay?: number;
  readonly timeout?: number;
  readonly max_retries?: number;
  readonly max_retries_down?: number;
  readonly http_method?: string;
  readonly url_path?: string;
  readonly expected_codes?: string;
}

export interface HealthMonitorBody extends HealthMonitorUpdate {
  readonly type: MonitorType;
  readonly delay: number;
  readonly timeout: number;
  readonly max_retries: number;
}

export interface PoolUpdate {
  readonly name?: string;
  readonly description?: string;
  readonly admin_state_up?: boolean;
  readonly lb_algorithm?: LbAlgorithm;
  /** Null takes it away. */
  readonly session_persistence?: SessionPersistence | null;
  readonly tags?: readonly string[];
}

export interface PoolBody extends PoolUpdate {
  readonly protocol: PoolProtocol;
  readonly lb_algorithm: LbAlgorithm;
  /** Nested in a load balancer or a listener only. */
  readonly members?: readonly MemberBody[];
  readonly healthmonitor?: HealthMonitorBody;
}

export interface ListenerUpdate {
  readonly name?: string;
  readonly description?: string;
  readonly admin_state_up?: boolean;
  readonly connection_limit?: number;
  readonly default_pool_id?: string | null;
  readonly default_tls_container_ref?: string | null;
  readonly insert_headers?: Readonly<Record<string, string>> | null;
  readonly timeout_client_data?: number | null;
  readonly timeout_member_connect?: number | null;
  readonly timeout_member_data?: number | null;
  readonly timeout_tcp_inspect?: number | null;
  readonly allowed_cidrs?: readonly string[] | null;
  readonly tags?: readonly string[];
}

export interface ListenerBody extends ListenerUpdate {
  readonly protocol: ListenerProtocol;
  readonly protocol_port: number;
  /** Nested in a load balancer only. */
  readonly default_pool?: PoolBody;
}

export interface LoadBalancerUpdate {
  readonly name?: string;
  readonly description?: string;
  readonly admin_state_up?: boolean;
  readonly tags?: readonly string[];
}

/** One of the `vip_*` ids has to be given; with a port, Octavia takes network, subnet and address from it. */
export interface LoadBalancerBody extends LoadBalancerUpdate {
  readonly vip_subnet_id?: string;
  readonly vip_network_id?: string;
  readonly vip_port_id?: string;
  readonly vip_address?: string;
  readonly provider?: string;
  readonly flavor_id?: string;
  readonly availability_zone?: string;
  readonly project_id?: string;
  readonly listeners?: readonly ListenerBody[];
  /** Pools that are no listener's default. */
  readonly pools?: readonly PoolBody[];
}

/** The highest version of Octavia's API: 2.16 is `{ major: 2, minor: 16 }`. */
export interface ApiVersion {
  readonly major: number;
  readonly minor: number;
}
