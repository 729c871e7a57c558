// Patterns of ARNs for the resources of a policy. Pure.
import type { ResourceType } from './actions.ts';

/** Where the resources are; `*` for any. */
export interface Reach {
  readonly partition: string;
  readonly region: string;
  readonly vpcId: string;
}

const ELB: Readonly<Record<Exclude<ResourceType, 'security-group'>, string>> = {
  listener: 'listener/net/*/*/*',
  // A wildcard covers slashes too: this is every load balancer of every kind.
  loadbalancer: 'loadbalancer/*',
  'network-loadbalancer': 'loadbalancer/net/*/*',
  targetgroup: 'targetgroup/*/*',
};

/** Any of these types, sorted; none that another of them covers. */
export function arnsOf(types: Iterable<ResourceType>, reach: Reach): readonly string[] {
  const all = new Set(types);
  if (all.has('loadbalancer')) all.delete('network-loadbalancer');
  return [...all].map((type) => (type === 'security-group' ? groups(reach) : elb(reach, ELB[type]))).sort();
}

function groups({ partition, region }: Reach): string {
  return `arn:${partition}:ec2:${region}:*:security-group/*`;
}

export function vpcs({ partition, region, vpcId }: Reach): string {
  return `arn:${partition}:ec2:${region}:*:vpc/${vpcId}`;
}

/** Listeners of load balancers with names as the official controller makes them: an `a` and 31 characters of a UID. */
export function listenersOfPeer(reach: Reach): string {
  return elb(reach, `listener/net/a${'?'.repeat(31)}/*/*`);
}

/** Those of a service, which has the same name in all partitions. */
export function serviceLinkedRoles({ partition }: Reach, service: string): string {
  return `arn:${partition}:iam::*:role/aws-service-role/${service}/*`;
}

function elb({ partition, region }: Reach, resource: string): string {
  return `arn:${partition}:elasticloadbalancing:${region}:*:${resource}`;
}
