// The kinds of cloud object that load balancers are made of: their names, specs and outputs, as compile needs them.
// No verbs here, so that compiling runs in a browser.
import type { Tags } from './tags.ts';

/** A kind's name with the types of its spec and its output, as a GraphBuilder wants them. */
export interface Resource<Spec extends object, Out extends object> {
  readonly name: string;
  readonly spec?: Spec;
  readonly out?: Out;
}

/** One rule of a security group. EC2 tells rules apart by everything but the description. */
export interface Rule {
  /** `tcp`, `udp`, `icmp`, `-1`, or a number. */
  readonly protocol: string;
  /** -1 where the protocol has no ports. For ICMP the type, and `toPort` the code. */
  readonly fromPort: number;
  readonly toPort: number;
  /** A network in canonical form, `sg-…` or `pl-…`. */
  readonly source: string;
  readonly description: string;
}

/** The group that we make for a load balancer, where the option for managed groups is on. Everything in it is ours. */
export interface SecurityGroupSpec {
  readonly vpcId: string;
  /** All inbound rules, without descriptions, sorted. */
  readonly rules: readonly Rule[];
  readonly tags: Tags;
}
export interface SecurityGroupOut {
  readonly groupId: string;
}
export const SECURITY_GROUP: Resource<SecurityGroupSpec, SecurityGroupOut> = { name: 'SecurityGroup' };

/** Our rules in the security group of some nodes. Shared by all load balancers; the id is the group's. */
export interface NodeRulesSpec {
  /** Those whose description has our form, sorted. */
  readonly rules: readonly Rule[];
  /** Somebody else's rules for networks, by `ruleKey`: what they allow needs no rule of ours. Never changed. */
  readonly foreign: readonly string[];
  /**
   * Only in the part of a Classic Load Balancer, whose own rule does not tell: the networks that may come. An NLB that it
   * replaces keeps rules for these and no others. Canonical, sorted.
   */
  readonly clients?: readonly string[];
}
export interface NodeRulesOut {
  readonly groupId: string;
}
export const NODE_RULES: Resource<NodeRulesSpec, NodeRulesOut> = { name: 'NodeRules' };

export interface TargetGroupSpec {
  /** Of the traffic to the targets: TCP, UDP, TCP_UDP or TLS. */
  readonly protocol: string;
  /** The node port. */
  readonly port: number;
  readonly vpcId: string;
  readonly healthCheckProtocol: string;
  /** `traffic-port` or a number. */
  readonly healthCheckPort: string;
  /** Null for TCP checks. */
  readonly healthCheckPath: string | null;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly healthCheckTimeoutSeconds: number;
  readonly healthCheckIntervalSeconds: number;
  readonly preserveClientIp: boolean;
  readonly proxyProtocolV2: boolean;
  readonly tags: Tags;
}
export interface TargetGroupOut {
  readonly arn: string;
  readonly port: number;
}
export const TARGET_GROUP: Resource<TargetGroupSpec, TargetGroupOut> = { name: 'TargetGroup' };

/** The targets of a target group; the id is the group's. */
export interface TargetsSpec {
  readonly targetGroup: string;
  readonly port: number;
  /** Instance ids, sorted. One that is registered on another port is `i-…:port`. Null: those that are there stay. */
  readonly instances: readonly string[] | null;
  /** Instances that are no targets yet and are waited for, sorted. */
  readonly expected: readonly string[];
}
export interface TargetsOut {
  readonly arn: string;
}
export const TARGETS: Resource<TargetsSpec, TargetsOut> = { name: 'Targets' };

/** The fixed address of a load balancer in one subnet; both null: AWS chooses. */
export interface Address {
  readonly allocationId: string | null;
  readonly privateIPv4Address: string | null;
}

export interface LoadBalancerSpec {
  readonly scheme: 'internet-facing' | 'internal';
  /** Ids, sorted. */
  readonly subnets: readonly string[];
  /** By subnet id; every subnet has one. */
  readonly addresses: Readonly<Record<string, Address>>;
  /** AWS lets nobody attach the first group later, nor detach the last. */
  readonly hasSecurityGroups: boolean;
  /** Ids, a set. */
  readonly securityGroups: readonly string[];
  readonly crossZone: boolean;
  readonly accessLogs: boolean;
  /** Null: of no interest, since there are no logs. */
  readonly accessLogBucket: string | null;
  readonly accessLogPrefix: string | null;
  readonly tags: Tags;
}
export interface LoadBalancerOut {
  readonly arn: string;
  readonly dnsName: string;
  readonly canonicalHostedZoneId: string;
}
export const LOAD_BALANCER: Resource<LoadBalancerSpec, LoadBalancerOut> = { name: 'LoadBalancer' };

/** What listens on one port of a load balancer. AWS allows one listener a port, so its protocol may change in place. */
export interface ListenerSpec {
  readonly loadBalancer: string;
  readonly protocol: string;
  readonly targetGroup: string;
  /** Null unless TLS. */
  readonly certificate: string | null;
  readonly sslPolicy: string | null;
  readonly tags: Tags;
}
export interface ListenerOut {
  readonly arn: string;
}
export const LISTENER: Resource<ListenerSpec, ListenerOut> = { name: 'Listener' };

export function listenerId(loadBalancer: string, port: number): string {
  return `${loadBalancer}/${port}`;
}

/** What listens on one port of a Classic Load Balancer. Only the certificate and the policy change in place. */
export interface ClassicListener {
  /** Of the clients' side: HTTP, HTTPS, TCP or SSL. */
  readonly protocol: string;
  /** The node port. */
  readonly instancePort: number;
  /** Of the nodes' side. */
  readonly instanceProtocol: string;
  /** Null unless HTTPS or SSL. */
  readonly certificate: string | null;
  /** The name of AWS's policy (`ELBSecurityPolicy-…`); null unless HTTPS or SSL. */
  readonly sslPolicy: string | null;
}

export interface ClassicHealthCheck {
  /** As AWS writes it: `TCP:31000`, `HTTP:31000/healthz`. */
  readonly target: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** Listeners and policies are fields: one call makes or removes many, and they carry no tags. */
export interface ClassicLoadBalancerSpec {
  readonly scheme: 'internet-facing' | 'internal';
  /** Ids, sorted. */
  readonly subnets: readonly string[];
  /** Ids, a set. */
  readonly securityGroups: readonly string[];
  /** By port. */
  readonly listeners: Readonly<Record<string, ClassicListener>>;
  /** The node ports that get a PROXY header, sorted. */
  readonly proxyProtocolPorts: readonly number[];
  readonly healthCheck: ClassicHealthCheck;
  readonly crossZone: boolean;
  readonly idleTimeoutSeconds: number;
  /** Null: connections are not drained. */
  readonly drainingTimeoutSeconds: number | null;
  readonly accessLogs: boolean;
  /** Null: of no interest, since there are no logs. */
  readonly accessLogBucket: string | null;
  readonly accessLogPrefix: string | null;
  readonly accessLogIntervalMinutes: number | null;
  readonly tags: Tags;
}
export interface ClassicLoadBalancerOut {
  readonly dnsName: string;
  readonly canonicalHostedZoneId: string;
}
export const CLASSIC_LOAD_BALANCER: Resource<ClassicLoadBalancerSpec, ClassicLoadBalancerOut> = {
  name: 'ClassicLoadBalancer',
};

/** The instances that are registered with a Classic Load Balancer; the id is the load balancer's. */
export interface ClassicInstancesSpec {
  /** Ids, sorted. Null: those that are there stay. */
  readonly instances: readonly string[] | null;
  /** Instances that are no targets yet and are waited for, sorted. */
  readonly expected: readonly string[];
}
export type ClassicInstancesOut = object;
export const CLASSIC_INSTANCES: Resource<ClassicInstancesSpec, ClassicInstancesOut> = { name: 'ClassicInstances' };
