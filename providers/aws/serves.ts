// Whether what was built takes traffic: asked before a new load balancer takes over from the one that it replaces. It only
// reads.
import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Graph } from '../../src/engine/graph.ts';
import type { RetryAfter, Scope } from '../../src/engine/kind.ts';
import { chunks } from './cloud/calls.ts';
import { CLASSIC_NOT_FOUND } from './cloud/classic-load-balancers.ts';
import type { Cloud } from './cloud/cloud.ts';
import { describeLoadBalancers } from './cloud/load-balancers.ts';
import { isAws } from './errors.ts';
import {
  CLASSIC_INSTANCES,
  CLASSIC_LOAD_BALANCER,
  type ClassicInstancesSpec,
  LOAD_BALANCER,
  TARGET_GROUP,
  TARGETS,
} from './resources.ts';

/** AWS's limit for names in one describing call. */
const BATCH = 20;
const RETRY_MS = 10_000;

/**
 * True once every load balancer of the graph takes traffic: a Network Load Balancer is active and each of its target groups
 * has a healthy target, a Classic one has an instance in service. Where nobody is registered there is nobody to wait for.
 */
export async function serves(graph: Graph, cloud: Cloud, scope: Scope): Promise<true | RetryAfter> {
  const named = (kind: { readonly name: string }) =>
    graph.resources.filter((resource) => resource.kind === kind.name).map(({ id }) => id);
  /** Whether the load balancer or target group is to have instances: an answer without any is an old one then. */
  const expectsAny = (id: string) =>
    graph.resources.some((one) => {
      if (one.id !== id || (one.kind !== TARGETS.name && one.kind !== CLASSIC_INSTANCES.name)) return false;
      return ((one.spec as ClassicInstancesSpec).instances ?? []).length > 0;
    });
  const lacks = await Promise.all([
    ...named(LOAD_BALANCER).map((name) => balancerLacks(cloud, name, scope)),
    ...chunks(named(TARGET_GROUP), BATCH).map((names) => targetGroupsLack(cloud, names, expectsAny, scope)),
    ...named(CLASSIC_LOAD_BALANCER).map((name) => classicLacks(cloud, name, expectsAny(name), scope)),
  ]);
  const why = lacks.find((lack) => lack !== undefined);
  return why === undefined ? true : { retryAfterMs: RETRY_MS, why };
}

async function balancerLacks(cloud: Cloud, name: string, scope: Scope): Promise<string | undefined> {
  const [found] = await unless('LoadBalancerNotFound', describeLoadBalancers(cloud.calls, [name], scope), []);
  const state = found?.State?.Code ?? 'not there';
  return state === 'active' ? undefined : `load balancer ${name} is ${state}; it has to be active`;
}

async function targetGroupsLack(
  cloud: Cloud,
  names: readonly string[],
  expectsAny: (name: string) => boolean,
  scope: Scope,
): Promise<string | undefined> {
  const asked = cloud.calls.elbv2('DescribeTargetGroups', { Names: [...names] }, scope);
  const answer = await unless('TargetGroupNotFound', asked, undefined);
  if (answer === undefined) return `some of the target groups ${names.join(', ')} are not there yet`;
  const groups = answer.TargetGroups ?? [];
  const lacks = await Promise.all(
    groups.map((group) => targetGroupLacks(cloud, group, expectsAny(group.TargetGroupName ?? ''), scope)),
  );
  return lacks.find((lack) => lack !== undefined);
}

async function targetGroupLacks(
  cloud: Cloud,
  { TargetGroupArn, TargetGroupName }: TargetGroup,
  expectsAny: boolean,
  scope: Scope,
): Promise<string | undefined> {
  const { TargetHealthDescriptions = [] } = await cloud.calls.elbv2('DescribeTargetHealth', { TargetGroupArn }, scope);
  const states = TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State);
  const registered = states.filter((state) => state !== 'draining');
  return anyOf('healthy', registered, expectsAny, `target group ${TargetGroupName}`);
}

async function classicLacks(
  cloud: Cloud,
  name: string,
  expectsAny: boolean,
  scope: Scope,
): Promise<string | undefined> {
  const health = cloud.calls.elb('DescribeInstanceHealth', { LoadBalancerName: name }, scope);
  const answer = await unless(CLASSIC_NOT_FOUND, health, undefined);
  if (answer === undefined) return `load balancer ${name} is not there yet`;
  const states = (answer.InstanceStates ?? []).map(({ State }) => State);
  return anyOf('InService', states, expectsAny, `load balancer ${name}`);
}

function anyOf(
  serving: string,
  states: readonly (string | undefined)[],
  expectsAny: boolean,
  where: string,
): string | undefined {
  if (states.length === 0) return expectsAny ? `the instances of ${where} do not show yet` : undefined;
  if (states.includes(serving)) return undefined;
  return `none of the ${states.length} instances of ${where} is healthy yet`;
}

async function unless<T, Other>(code: string, asked: Promise<T>, otherwise: Other): Promise<T | Other> {
  try {
    return await asked;
  } catch (error) {
    if (!isAws(error, code)) throw error;
    return otherwise;
  }
}
