// What exists in one region's Elastic Load Balancing. Plain data, so that a copy of it is the past.
import type { ClassicLoadBalancer } from './classic-state.ts';

/** A load balancer's place in one zone. */
export interface Zone {
  readonly zone: string;
  readonly subnetId: string;
  readonly allocationId?: string;
  /** The public address of the allocation. */
  readonly publicIp?: string;
  /** The interface that holds the allocation in EC2. */
  readonly networkInterfaceId?: string;
  readonly privateIp?: string;
  readonly ipv6?: string;
}

export interface LoadBalancer {
  readonly seq: number;
  readonly arn: string;
  readonly name: string;
  readonly type: 'network' | 'application';
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpcId: string;
  readonly dnsName: string;
  /** Date.now() at creation. */
  readonly createdAt: number;
  ipAddressType: 'ipv4' | 'dualstack';
  zones: readonly Zone[];
  securityGroups: readonly string[];
  privateLinkRules: 'on' | 'off';
  prefixForSourceNat: 'on' | 'off';
  attributes: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
}

export interface HealthCheck {
  readonly protocol: 'TCP' | 'HTTP' | 'HTTPS';
  readonly port: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly path?: string;
  readonly matcher?: string;
}

export interface Target {
  readonly id: string;
  readonly port: number;
  readonly zone?: string;
  /** performance.now() at registration and deregistration. */
  readonly registeredMs: number;
  readonly deregisteredMs?: number;
}

export interface TargetGroup {
  readonly seq: number;
  readonly arn: string;
  readonly name: string;
  readonly protocol: 'TCP' | 'TLS' | 'UDP' | 'TCP_UDP';
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: 'instance' | 'ip';
  readonly ipAddressType: 'ipv4' | 'ipv6';
  healthCheck: HealthCheck;
  attributes: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  /** One a target id and port. */
  targets: readonly Target[];
}

export interface Forward {
  readonly targetGroupArn: string;
  readonly weight?: number;
}

export interface Tls {
  readonly certificateArn: string;
  readonly policy: string;
  readonly alpn?: string;
}

export interface Listener {
  readonly seq: number;
  readonly arn: string;
  readonly loadBalancerArn: string;
  port: number;
  protocol: TargetGroup['protocol'];
  /** Only of a TLS listener. */
  tls?: Tls;
  /** Certificates besides the default one. */
  extraCertificates: readonly string[];
  forwards: readonly Forward[];
  attributes: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
}

/** Everything, each by its ARN (Classic Load Balancers by their name), in the order of creation. */
export interface State {
  readonly loadBalancers: Map<string, LoadBalancer>;
  readonly targetGroups: Map<string, TargetGroup>;
  readonly listeners: Map<string, Listener>;
  readonly classic: Map<string, ClassicLoadBalancer>;
}

export function emptyState(): State {
  return { loadBalancers: new Map(), targetGroups: new Map(), listeners: new Map(), classic: new Map() };
}

export function listenersOf(state: State, loadBalancerArn: string): Listener[] {
  return [...state.listeners.values()].filter((listener) => listener.loadBalancerArn === loadBalancerArn);
}

/** For each target group that listeners forward to, the load balancers of those listeners. */
export function usersOfGroups(state: State): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, Set<string>>();
  for (const { forwards, loadBalancerArn } of state.listeners.values()) {
    for (const { targetGroupArn } of forwards) {
      users.set(targetGroupArn, (users.get(targetGroupArn) ?? new Set()).add(loadBalancerArn));
    }
  }
  return new Map([...users].map(([arn, loadBalancers]) => [arn, [...loadBalancers]]));
}

/** The load balancers whose listeners forward to a target group. */
export function loadBalancersOf(state: State, targetGroupArn: string): readonly string[] {
  return usersOfGroups(state).get(targetGroupArn) ?? [];
}
