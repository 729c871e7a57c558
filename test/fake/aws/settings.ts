// What a test can set about this AWS: quotas, how long things take, how late reads are, how long pages are.
// Everything is read at each call, so a test may change any of it half way.

import type { Kind } from './table.ts';

/** Quotas. The error that each one causes is named beside it. */
export interface Limits {
  /** TooManyLoadBalancers */
  loadBalancers: number;
  /** TooManyLoadBalancers, of Classic Load Balancers: the two kinds are counted apart */
  classicLoadBalancers: number;
  /** TooManyTargetGroups */
  targetGroups: number;
  /** TooManyListeners */
  listenersPerLoadBalancer: number;
  /** InvalidConfigurationRequest */
  listenersPerClassicLoadBalancer: number;
  /** TooManyPolicies; AWS does not say how many that is */
  policiesPerClassicLoadBalancer: number;
  /** TooManyTargets */
  targetsPerGroup: number;
  /** InvalidConfigurationRequest */
  securityGroupsPerLoadBalancer: number;
  /** RulesPerSecurityGroupLimitExceeded; counted for IPv4 and for IPv6 apart, as AWS does */
  rulesPerSecurityGroup: number;
  /** SecurityGroupLimitExceeded */
  securityGroups: number;
  /** TooManyTags in ELB, TagLimitExceeded in EC2 */
  tags: number;
}

/** How long AWS takes, in milliseconds of virtual time. */
export interface Timings {
  /** From CreateLoadBalancer until its state is `active`. */
  provisioningMs: number;
  /** From registration (or from the group's first use) until a target is `healthy`, or an instance `InService`. */
  targetInitialMs: number;
  /** How long the network interfaces of a deleted load balancer still hold its security groups and addresses. */
  interfaceReleaseMs: number;
  /** How long a target group is still in use after the last listener left it. */
  targetGroupReleaseMs: number;
  /** From the sending of a request until it takes effect, and from there until the answer is in. */
  requestMs: number;
  answerMs: number;
}

/** How far describing calls lag behind, for each kind of object; a kind that is not named takes `default`. */
export type Consistency = { default: number } & { [K in Kind]?: number };

/** How many objects an answer holds when the caller does not say. */
export interface PageSizes {
  loadBalancers: number;
  classicLoadBalancers: number;
  targetGroups: number;
  listeners: number;
  /** EC2 answers everything at once unless asked otherwise; a test can make it page on its own. */
  ec2: number;
}

export interface Settings {
  readonly limits: Limits;
  readonly timings: Timings;
  readonly consistencyMs: Consistency;
  readonly pageSizes: PageSizes;
}

/** AWS's default quotas (Elastic Load Balancing and VPC quota pages) and durations of the usual order. */
export function defaultSettings(): Settings {
  return {
    limits: {
      loadBalancers: 50,
      classicLoadBalancers: 20,
      targetGroups: 3000,
      listenersPerLoadBalancer: 50,
      listenersPerClassicLoadBalancer: 100,
      policiesPerClassicLoadBalancer: 100,
      targetsPerGroup: 1000,
      securityGroupsPerLoadBalancer: 5,
      rulesPerSecurityGroup: 60,
      securityGroups: 2500,
      tags: 50,
    },
    timings: {
      provisioningMs: 120_000,
      targetInitialMs: 30_000,
      interfaceReleaseMs: 60_000,
      targetGroupReleaseMs: 5_000,
      requestMs: 0,
      answerMs: 0,
    },
    consistencyMs: { default: 0 },
    pageSizes: {
      loadBalancers: 400,
      classicLoadBalancers: 400,
      targetGroups: 400,
      listeners: 100,
      ec2: Number.POSITIVE_INFINITY,
    },
  };
}
