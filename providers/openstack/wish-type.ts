// What one Service asks of OpenStack, with every default filled in and every check made that needs no cloud. Plain data.
import type { METHODS } from './annotations/pools.ts';

export type Method = (typeof METHODS)[number];

export type ListenerProtocol = 'TCP' | 'UDP' | 'SCTP' | 'HTTP' | 'TERMINATED_HTTPS';
export type PoolProtocol = 'TCP' | 'UDP' | 'SCTP' | 'HTTP' | 'PROXY' | 'PROXYV2';

/** One port of the Service, as its listener and its pool. */
export interface WishedPort {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  readonly nodePort: number;
  readonly listenerProtocol: ListenerProtocol;
  readonly poolProtocol: PoolProtocol;
}

/** Where the load balancer has its address. With `portId` the port decides, and neither subnet nor network is here. */
export interface Vip {
  readonly portId?: string;
  readonly subnetId?: string;
  readonly networkId?: string;
  /** spec.loadBalancerIP of an internal or IPv6 Service, canonical. */
  readonly address?: string;
}

/** The floating IP. `subnetId` never stands beside `subnetPattern` or `subnetTags` (see subnet-pattern.ts). */
export interface FloatingWish {
  /** Absent: the only external network. */
  readonly networkId?: string;
  readonly subnetId?: string;
  readonly subnetPattern?: string;
  readonly subnetTags?: string;
  /** spec.loadBalancerIP, canonical. */
  readonly address?: string;
  /** It outlives the Service. */
  readonly keep: boolean;
}

/** In milliseconds; undefined: the provider has none. */
export interface Timeouts {
  readonly clientData: number | undefined;
  readonly memberConnect: number | undefined;
  readonly memberData: number | undefined;
  readonly tcpInspect: number | undefined;
}

export interface MonitorWish {
  /** Seconds. */
  readonly delay: number;
  /** Seconds. */
  readonly timeout: number;
  readonly maxRetries: number;
  readonly maxRetriesDown: number;
  /** With externalTrafficPolicy Local: nodes are asked by HTTP whether they have a pod. Never with the provider ovn. */
  readonly local?: { readonly port: number; readonly path: '/healthz'; readonly codes: '200' };
}

export interface Wish {
  readonly internal: boolean;
  /** The Service's first family: the load balancer has one. */
  readonly family: 'IPv4' | 'IPv6';
  /** What the annotation load-balancer-id says, in lower case: the Service's own load balancer or another's. */
  readonly sharedId?: string;
  readonly vip: Vip;
  /** Absent: the subnet of the nodes. */
  readonly memberSubnetId?: string;
  readonly flavorId?: string;
  readonly availabilityZone?: string;
  readonly provider: string;
  /** The load balancer is made empty, and its parts one by one. */
  readonly serial: boolean;
  readonly method: Method;
  /** Absent: an internal or IPv6 load balancer has none. */
  readonly floating?: FloatingWish;
  /** -1: none. */
  readonly connectionLimit: number;
  readonly timeouts: Timeouts;
  /** Canonical, sorted, of the wish's family; never empty. Those of everybody with ovn, which must not be sent any. */
  readonly allowedCidrs: readonly string[];
  readonly xForwardedFor: boolean;
  readonly tlsRef?: string;
  /** The reference has to be found in Barbican before it is used. */
  readonly tlsRefChecked: boolean;
  readonly proxy: 'none' | 'v1' | 'v2';
  /** sessionAffinity ClientIP. */
  readonly affinity: boolean;
  readonly monitor?: MonitorWish;
  /** In the order of the Service. */
  readonly ports: readonly WishedPort[];
  /** Labels that a member has, all of them; an empty value: whatever its value. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly hostname?: string;
  /** The status shows `<address>.<suffix>`. Absent where `hostname` is there. */
  readonly ingressHostname?: { readonly suffix: string };
  readonly manageSecurityGroups: boolean;
  /** How many Services may share a load balancer. */
  readonly maxShared: number;
}

/** True if everybody may come. */
export function isOpen({ allowedCidrs }: Pick<Wish, 'allowedCidrs'>): boolean {
  return allowedCidrs.some((one) => one === '0.0.0.0/0' || one === '::/0');
}
