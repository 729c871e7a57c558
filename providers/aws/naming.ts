// Names of everything that we make in AWS, by the formulas of cloud-provider-aws, so that either controller can take over
// from the other; and back from a name to what it says of its owner. Pure.
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Owner } from '../../src/engine/owner.ts';

const LOAD_BALANCER = /^[a-z][0-9a-f]{31}$/;
const PORT_OBJECT = /^k8s-[a-z0-9]{1,8}-[a-z0-9]{1,8}-[0-9a-f]{10}$/;

/** First letters of load balancers' names: `a`, and for those that replace others the next that is free. */
export const LETTERS: readonly string[] = [...'abcdefghijklmnopqrstuvwxyz'];

/**
 * The load balancer's name: a letter and the Service's UID without dashes, cut to 32 characters. A letter other than `a`
 * is for a load balancer that stands beside the one it replaces.
 */
export function loadBalancerName(uid: string, letter = 'a'): string {
  return `${letter}${uid.replaceAll('-', '')}`.slice(0, 32);
}

/** The beginning of the UID (31 digits) that a load balancer's name carries; undefined for a name of another shape. */
export function uidOfLoadBalancer(name: string): string | undefined {
  return LOAD_BALANCER.test(name) ? name.slice(1) : undefined;
}

export interface TargetGroupIdentity {
  readonly clusterName: string;
  readonly owner: Pick<Owner, 'namespace' | 'name'>;
  readonly servicePort: number;
  readonly nodePort: number;
  /** Of the traffic to the targets. */
  readonly protocol: string;
  readonly healthCheckProtocol: string;
  readonly healthCheckIntervalSeconds: number;
  /** Of the load balancer's name; the default is `a`. A target group can serve one load balancer only. */
  readonly letter?: string;
}

/** A target group's name. What cannot change on a live group is part of it; the Service's UID is not. */
export function targetGroupName(identity: TargetGroupIdentity): string {
  const { clusterName, owner, servicePort, nodePort, protocol, letter = 'a' } = identity;
  const text =
    `${clusterName}${owner.namespace}${owner.name}${servicePort}${nodePort}${protocol}instance` +
    `${identity.healthCheckProtocol}${identity.healthCheckIntervalSeconds}${letter === 'a' ? '' : letter}`;
  return `${stem(owner)}-${bytesToHex(sha1(utf8ToBytes(text))).slice(0, 10)}`;
}

/** The name of the security group that we make for a load balancer. */
export function securityGroupName(clusterName: string, owner: Pick<Owner, 'uid' | 'namespace' | 'name'>): string {
  const text = `${clusterName}${owner.name}${owner.namespace}${owner.uid}`;
  return `${stem(owner)}-${bytesToHex(sha256(utf8ToBytes(text))).slice(0, 10)}`;
}

const CLASSIC_GROUP_STEM = 'k8s-elb-';

/** The name of the security group that we make for a Classic Load Balancer. */
export function classicGroupName(loadBalancer: string): string {
  return `${CLASSIC_GROUP_STEM}${loadBalancer}`;
}

/** The Classic Load Balancer that a security group of this name is made for; undefined for a name of another shape. */
export function loadBalancerOfGroup(name: string): string | undefined {
  const loadBalancer = name.startsWith(CLASSIC_GROUP_STEM) ? name.slice(CLASSIC_GROUP_STEM.length) : '';
  return uidOfLoadBalancer(loadBalancer) === undefined ? undefined : loadBalancer;
}

/** `k8s-<namespace>-<name>`: the beginning of the names of all target groups and security groups of a Service. */
export function stem({ namespace, name }: Pick<Owner, 'namespace' | 'name'>): string {
  return `k8s-${short(namespace)}-${short(name)}`;
}

/** True for a name of the shape of our target groups and security groups, whosever they are. */
export function isPortObjectName(name: string): boolean {
  return PORT_OBJECT.test(name);
}

function short(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '').slice(0, 8);
}

/** What a rule in a node's security group is for. `elb`: everything that a Classic Load Balancer sends. */
export type RuleUse =
  | { readonly use: 'client' | 'health' | 'elb'; readonly loadBalancer: string }
  | { readonly use: 'mtu' };

const MTU = 'kubernetes.io/rule/nlb/mtu';
const PREFIXES = {
  client: 'kubernetes.io/rule/nlb/client',
  health: 'kubernetes.io/rule/nlb/health',
  elb: 'kubernetes.io/rule/elb/client',
} as const satisfies Partial<Record<RuleUse['use'], string>>;

export function ruleDescription(rule: RuleUse): string {
  return rule.use === 'mtu' ? MTU : `${PREFIXES[rule.use]}=${rule.loadBalancer}`;
}

/** Undefined for a description that is not of our form: the rule is somebody else's. */
export function ruleUse(description: string | undefined): RuleUse | undefined {
  if (description === MTU) return { use: 'mtu' };
  const [prefix, loadBalancer, ...rest] = description?.split('=') ?? [];
  if (loadBalancer === undefined || rest.length > 0 || uidOfLoadBalancer(loadBalancer) === undefined) return undefined;
  const use = (['client', 'health', 'elb'] as const).find((one) => PREFIXES[one] === prefix);
  return use === undefined ? undefined : { use, loadBalancer };
}
