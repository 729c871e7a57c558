// What AWS has of Classic Load Balancers, in words that do not depend on ids. It judges nothing.
import type { ClassicAttributes, ClassicListener, ClassicLoadBalancer } from '../fake/aws/elb/tables.ts';
import type { AwsState } from '../fake/aws/state.ts';

export interface ClassicLook {
  readonly name: string;
  readonly scheme: string;
  /** Sorted. */
  readonly subnets: readonly string[];
  /** Names, in their order. */
  readonly securityGroups: readonly string[];
  /** By port. */
  readonly listeners: readonly ClassicListener[];
  /** Instance ports that get the clients' addresses by the PROXY protocol, sorted. */
  readonly proxyPorts: readonly number[];
  /** `TCP:31000 10/5 s 2/6` */
  readonly health: string;
  readonly attributes: ClassicAttributes;
  readonly tags: Readonly<Record<string, string>>;
  /** Ids of the instances that take or may soon take traffic, sorted. */
  readonly instances: readonly string[];
}

export function lookAtClassic(state: AwsState, row: ClassicLoadBalancer): ClassicLook {
  const { name, scheme, subnets, attributes, tags, listeners, backendPolicies } = row;
  const { target, intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold } = row.healthCheck;
  const proxied = Object.entries(backendPolicies).filter(([, policies]) => policies.some((one) => isProxy(row, one)));
  return {
    ...{ name, scheme, subnets, attributes, tags },
    securityGroups: row.securityGroups.map((id) => state.securityGroups.get(id)?.name ?? id),
    listeners: Object.values(listeners).sort((a, b) => a.port - b.port),
    proxyPorts: proxied.map(([port]) => Number(port)).sort((a, b) => a - b),
    health: `${target} ${intervalSeconds}/${timeoutSeconds} s ${healthyThreshold}/${unhealthyThreshold}`,
    instances: activeInstances(row),
  };
}

/** Registered and not on their way out. */
export function activeInstances({ instances }: ClassicLoadBalancer): readonly string[] {
  return Object.values(instances)
    .filter(({ drainingUntil }) => drainingUntil === undefined)
    .map(({ id }) => id)
    .sort();
}

function isProxy({ policies }: ClassicLoadBalancer, name: string): boolean {
  return policies[name]?.attributes.ProxyProtocol === 'true';
}
