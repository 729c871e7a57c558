// What AWS has, in words that do not depend on ids and ARNs, so that two worlds can be compared. It judges nothing.
import type { Rule } from '../fake/aws/ec2/tables.ts';
import type { Listener, LoadBalancer, TargetGroup } from '../fake/aws/elbv2/tables.ts';
import type { AwsState } from '../fake/aws/state.ts';
import { type ClassicLook, lookAtClassic } from './classic-looks.ts';
import { ruleDescription } from './rule-text.ts';

export interface GroupLook {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly health: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Ids of the instances that take or may soon take traffic, sorted. */
  readonly targets: readonly string[];
}

export interface ListenerLook {
  readonly port: number;
  readonly protocol: string;
  readonly certificate: string | undefined;
  readonly group: GroupLook | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface BalancerLook {
  readonly name: string;
  readonly scheme: string;
  /** Sorted. */
  readonly subnets: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly securityGroups: number;
  /** By port. */
  readonly listeners: readonly ListenerLook[];
}

export interface Look {
  /** By name. */
  readonly balancers: readonly BalancerLook[];
  /** By name. */
  readonly classics: readonly ClassicLook[];
  /** Names of target groups that no listener forwards to. */
  readonly idleGroups: readonly string[];
  /** `nodes tcp 30000 0.0.0.0/0 client=a…`, sorted; for every group. */
  readonly rules: readonly string[];
  /** Names of all security groups, sorted. */
  readonly securityGroups: readonly string[];
}

/** Everything at this instant. */
export function lookAt(state: AwsState): Look {
  const balancers = [...state.loadBalancers.values()].map((one) => lookAtBalancer(state, one));
  const used = new Set([...state.listeners.values()].flatMap(({ forward }) => forward.map((to) => to.targetGroupArn)));
  const idle = [...state.targetGroups.values()].filter(({ arn }) => !used.has(arn)).map(({ name }) => name);
  return {
    balancers: balancers.sort(byName),
    classics: [...state.classicLoadBalancers.values()].map((one) => lookAtClassic(state, one)).sort(byName),
    idleGroups: idle.sort(),
    rules: [...state.securityGroups.values()]
      .flatMap((group) => group.ingress.map((rule) => `${group.name} ${ruleDescription(named(state, rule))}`))
      .sort(),
    securityGroups: [...state.securityGroups.values()].map(({ name }) => name).sort(),
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** The rule with the name of the group that it lets in for its id. */
function named(state: AwsState, rule: Rule): Rule {
  if (rule.source.type !== 'group') return rule;
  const groupId = state.securityGroups.get(rule.source.groupId)?.name ?? rule.source.groupId;
  return { ...rule, source: { ...rule.source, groupId } };
}

/** The Network Load Balancer of this name, if there is one. */
export function findBalancer(state: AwsState, name: string): BalancerLook | undefined {
  const found = [...state.loadBalancers.values()].find((one) => one.name === name);
  return found && lookAtBalancer(state, found);
}

function lookAtBalancer(state: AwsState, balancer: LoadBalancer): BalancerLook {
  const listeners = [...state.listeners.values()].filter(({ loadBalancerArn }) => loadBalancerArn === balancer.arn);
  return {
    name: balancer.name,
    scheme: balancer.scheme,
    subnets: balancer.zones.map(({ subnetId }) => subnetId).sort(),
    attributes: balancer.attributes,
    tags: balancer.tags,
    securityGroups: balancer.securityGroups.length,
    listeners: listeners.map((one) => lookAtListener(state, one)).sort((a, b) => a.port - b.port),
  };
}

function lookAtListener(state: AwsState, listener: Listener): ListenerLook {
  const [forward] = listener.forward;
  const group = forward && state.targetGroups.get(forward.targetGroupArn);
  const { port, protocol, certificate, tags } = listener;
  return { port, protocol, certificate, group: group && lookAtGroup(group), tags };
}

function lookAtGroup(group: TargetGroup): GroupLook {
  const { protocol, port, path, intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold } =
    group.healthCheck;
  const times = `${intervalSeconds}/${timeoutSeconds} s ${healthyThreshold}/${unhealthyThreshold}`;
  return {
    name: group.name,
    protocol: group.protocol,
    port: group.port,
    health: `${protocol} ${port} ${path ?? '-'} ${times}`,
    attributes: group.attributes,
    tags: group.tags,
    targets: activeTargets(group),
  };
}

/** Registered and not on their way out. */
export function activeTargets(group: TargetGroup): readonly string[] {
  return Object.values(group.targets)
    .filter(({ drainingUntil }) => drainingUntil === undefined)
    .map(({ id }) => id)
    .sort();
}
