// What exists in one region's Classic Load Balancing. Plain data, as the state of v2 is.
import type { Xml } from '../proxy-answer.ts';
import type { Zone } from './state.ts';

export interface ClassicListener {
  readonly port: number;
  readonly protocol: ClassicProtocol;
  readonly instancePort: number;
  readonly instanceProtocol: ClassicProtocol;
  /** Only of HTTPS and SSL. */
  readonly certificate?: string;
  readonly policies: readonly string[];
}
export type ClassicProtocol = 'HTTP' | 'HTTPS' | 'TCP' | 'SSL';

export interface ClassicPolicy {
  readonly type: string;
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

/** The sections of the attributes in the form of an answer, by their names. */
export type ClassicAttributes = Readonly<Record<string, Xml>>;

/** A security group, with what an answer says of the first one. */
export interface ClassicGroup {
  readonly id: string;
  readonly name: string;
}

export interface ClassicLoadBalancer {
  readonly seq: number;
  readonly name: string;
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpcId: string;
  readonly dnsName: string;
  /** Date.now() at creation. */
  readonly createdAt: number;
  zones: readonly Zone[];
  groups: readonly ClassicGroup[];
  /** One a port. */
  listeners: readonly ClassicListener[];
  /** By name; those that AWS puts there by itself included. */
  policies: Readonly<Record<string, ClassicPolicy>>;
  /** Names of policies by instance port. */
  backendPolicies: Readonly<Record<string, readonly string[]>>;
  healthCheck: ClassicHealthCheck;
  attributes: ClassicAttributes;
  tags: Readonly<Record<string, string>>;
  /** When each instance was registered, as performance.now() gives it; by id. */
  instances: Readonly<Record<string, number>>;
  /** Every instance that was ever registered: AWS lets these be deregistered again, and no others. */
  known: readonly string[];
}
