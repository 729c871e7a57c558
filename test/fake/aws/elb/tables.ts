// What Elastic Load Balancing keeps of Classic Load Balancers: one row each, with listeners, policies and instances.
// Only shapes; the rules are in the operations.

import { type Journal, Table } from '../table.ts';
import type { Tags } from '../tags.ts';

export type Protocol = 'HTTP' | 'HTTPS' | 'SSL' | 'TCP';

export interface ClassicLoadBalancer {
  /** Unique among Classic Load Balancers only: a Network Load Balancer may have the same name. */
  readonly name: string;
  readonly dnsName: string;
  readonly scheme: 'internal' | 'internet-facing';
  readonly vpcId: string;
  /** Ids, sorted. At least one, at most one in a zone. */
  readonly subnets: readonly string[];
  /** Ids in the order in which they were given; never empty. The first one is the source group. */
  readonly securityGroups: readonly string[];
  /** By port. */
  readonly listeners: Readonly<Record<string, ClassicListener>>;
  /** By name, those that AWS made for listeners included; used or not. */
  readonly policies: Readonly<Record<string, ClassicPolicy>>;
  /** Names of policies by instance port; a port without policies has no entry. They outlive the listeners. */
  readonly backendPolicies: Readonly<Record<string, readonly string[]>>;
  readonly healthCheck: ClassicHealthCheck;
  readonly attributes: ClassicAttributes;
  /** By id. Those whose draining is over are still there until the next change of the instances. */
  readonly instances: Readonly<Record<string, ClassicInstance>>;
  readonly tags: Tags;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export interface ClassicListener {
  readonly port: number;
  readonly protocol: Protocol;
  readonly instancePort: number;
  readonly instanceProtocol: Protocol;
  /** HTTPS and SSL only, else undefined. */
  readonly certificate: string | undefined;
  /** Names of policies; one that negotiates TLS on every HTTPS and SSL listener. */
  readonly policies: readonly string[];
}

export interface ClassicPolicy {
  readonly name: string;
  readonly type: 'ProxyProtocolPolicyType' | 'SSLNegotiationPolicyType';
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ClassicHealthCheck {
  /** `TCP:31000`, `HTTP:31000/healthz`. */
  readonly target: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly unhealthyThreshold: number;
  readonly healthyThreshold: number;
}

export interface ClassicAttributes {
  readonly crossZone: boolean;
  readonly idleTimeoutSeconds: number;
  readonly draining: boolean;
  /** Kept and shown while draining is off. */
  readonly drainingTimeoutSeconds: number;
  readonly accessLogs: boolean;
  /** These three are undefined until somebody sets them, and kept while logs are off. */
  readonly accessLogBucket: string | undefined;
  readonly accessLogPrefix: string | undefined;
  readonly accessLogIntervalMinutes: number | undefined;
  readonly desyncMitigation: string;
}

export interface ClassicInstance {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly registeredAt: number;
  /** Undefined while it is registered. */
  readonly drainingUntil: number | undefined;
}

export interface ElbTables {
  /** By name. */
  readonly loadBalancers: Table<ClassicLoadBalancer>;
}

export function createElbTables(journal: Journal, rememberMs: number): ElbTables {
  return { loadBalancers: new Table('classicLoadBalancer', journal, rememberMs) };
}
