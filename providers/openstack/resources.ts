// The kinds of cloud object that a load balancer is made of: their names, specs and outputs, as compiling needs them. No
// verbs here, so that compiling runs in a browser.
import type { HealthMonitor, LbAlgorithm, ListenerProtocol, MonitorType, PoolProtocol } from './client/types.ts';
import type { Spot } from './naming.ts';

/** A kind's name with the types of its spec and its output, as a GraphBuilder wants them. */
export interface Resource<Spec extends object, Out extends object> {
  readonly name: string;
  readonly spec?: Spec;
  readonly out?: Out;
}

/**
 * A load balancer, in which several Services may have a part. In the part of one that did not make it, everything but
 * `owners` is null. What is null is not asked for.
 */
export interface LoadBalancerSpec {
  /** `namespace/name` of the Services, sorted. */
  readonly owners: readonly string[];
  readonly portId: string | null;
  readonly subnetId: string | null;
  readonly networkId: string | null;
  readonly address: string | null;
  readonly flavorId: string | null;
  readonly zone: string | null;
  /** Octavia's driver: amphora, ovn, … */
  readonly provider: string | null;
  /** One that was made by hand is never deleted, whoever leaves. */
  readonly madeBy: 'controller' | 'hand';
  /** Whether it is made with listeners, pools, members and monitors, or these one by one. */
  readonly made: 'whole' | 'step by step';
}
export interface LoadBalancerOut {
  readonly uuid: string;
  readonly vipPortId: string | null;
  readonly vipAddress: string | null;
}
export const LOAD_BALANCER: Resource<LoadBalancerSpec, LoadBalancerOut> = { name: 'LoadBalancer' };

export interface PoolSpec extends Spot {
  /** UUID. */
  readonly loadBalancer: string;
  readonly poolProtocol: PoolProtocol;
  readonly method: LbAlgorithm;
  /** True: all connections of one client go to one node. */
  readonly affinity: boolean;
  /** Only when it is made, as the description. */
  readonly name: string;
  readonly description: string;
}
export interface PoolOut {
  readonly uuid: string;
  readonly monitorId: string | null;
}
export const POOL: Resource<PoolSpec, PoolOut> = { name: 'Pool' };

export interface PoolMember {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Null: Octavia finds it. */
  readonly subnetId: string | null;
  /** Null: the port itself is asked. */
  readonly monitorPort: number | null;
}
/** The id is the pool's and `/members`. */
export interface MembersSpec {
  /** UUID of the pool. */
  readonly pool: string;
  /** By address. */
  readonly members: readonly PoolMember[];
}
export const MEMBERS: Resource<MembersSpec, object> = { name: 'Members' };

/** The id is the pool's and `/monitor`: Octavia allows one. */
export interface HealthMonitorSpec {
  /** UUID of the pool. */
  readonly pool: string;
  readonly type: MonitorType;
  /** Seconds. */
  readonly delay: number;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly maxRetriesDown: number;
  /** What is asked with HTTP; null with other types. */
  readonly http: { readonly path: string; readonly codes: string; readonly method: string } | null;
  /** Only when it is made. */
  readonly name: string;
}
export interface HealthMonitorOut {
  readonly uuid: HealthMonitor['id'];
}
export const HEALTH_MONITOR: Resource<HealthMonitorSpec, HealthMonitorOut> = { name: 'HealthMonitor' };

/** Milliseconds. Null: this Octavia or its driver has no such setting. */
export interface Timeouts {
  readonly clientData: number;
  readonly memberConnect: number;
  readonly memberData: number;
  readonly tcpInspect: number;
}

export interface ListenerSpec extends Spot {
  /** UUID. */
  readonly loadBalancer: string;
  /** Octavia's: a TCP port may be HTTP or TERMINATED_HTTPS there. */
  readonly listenerProtocol: ListenerProtocol;
  /** UUID of the pool. */
  readonly pool: string;
  /** -1: without a limit. */
  readonly connectionLimit: number;
  readonly timeouts: Timeouts | null;
  /** Sorted. Null: this Octavia or its driver cannot do it. */
  readonly allowedCidrs: readonly string[] | null;
  /** Barbican's reference. */
  readonly tlsRef: string | null;
  readonly xForwardedFor: boolean;
  /** Those that it has at least; sorted. */
  readonly tags: readonly string[];
  /** Only when it is made. */
  readonly name: string;
}
export interface ListenerOut {
  readonly uuid: string;
}
export const LISTENER: Resource<ListenerSpec, ListenerOut> = { name: 'Listener' };

/**
 * The floating IP of a load balancer's VIP port. In the part of a Service that did not make the load balancer, `networkId` is
 * null.
 */
export interface FloatingIpSpec {
  /** `namespace/name` of the Services, sorted. */
  readonly owners: readonly string[];
  /** UUID of the VIP port. */
  readonly port: string | null;
  /** Whether it outlives the Service. theirs: it was not made for a Service, so it always does. */
  readonly keep: 'no' | 'yes' | 'theirs';
  /** The rest only when it is made: the network, the subnets to try in turn (none: any), the address to ask for. */
  readonly networkId: string | null;
  readonly subnetIds: readonly string[];
  readonly address: string | null;
  /** UUID of the one that is there already and is to be attached. */
  readonly use: string | null;
}
export interface FloatingIpOut {
  readonly uuid: string;
  readonly address: string;
}
export const FLOATING_IP: Resource<FloatingIpSpec, FloatingIpOut> = { name: 'FloatingIp' };

/** The group that opens the nodes' ports for a load balancer, and the nodes' Neutron ports that have it. */
export interface SecurityGroupSpec {
  /** By protocol, port and source. */
  readonly rules: readonly NodeRule[];
  /** UUIDs, sorted. */
  readonly ports: readonly string[];
}
export interface NodeRule {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly port: number;
  /** A network in canonical form. */
  readonly source: string;
}
export interface SecurityGroupOut {
  readonly uuid: string;
}
export const SECURITY_GROUP: Resource<SecurityGroupSpec, SecurityGroupOut> = { name: 'SecurityGroup' };
