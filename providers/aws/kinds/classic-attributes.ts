// The attributes and the health check of a Classic Load Balancer, between AWS's form and the spec's. Pure.
import type {
  AccessLog,
  LoadBalancerAttributes,
  HealthCheck as SdkHealthCheck,
} from '@aws-sdk/client-elastic-load-balancing';
import { canonical } from '../../../src/engine/graph.ts';
import type { ClassicHealthCheck, ClassicLoadBalancerSpec } from '../resources.ts';
import { type Listeners, portsOf } from './classic-listeners.ts';

/** One call sets any of them. */
export const ATTRIBUTE_FIELDS = [
  'crossZone',
  'idleTimeoutSeconds',
  'drainingTimeoutSeconds',
  'accessLogs',
  'accessLogBucket',
  'accessLogPrefix',
  'accessLogIntervalMinutes',
] as const satisfies readonly (keyof ClassicLoadBalancerSpec)[];

export type ClassicAttributes = Pick<ClassicLoadBalancerSpec, (typeof ATTRIBUTE_FIELDS)[number]>;

/** What one has that was made through the API (Classic guide: each attribute's page). */
export const DEFAULT_ATTRIBUTES: ClassicAttributes = {
  crossZone: false,
  idleTimeoutSeconds: 60,
  drainingTimeoutSeconds: null,
  accessLogs: false,
  accessLogBucket: '',
  accessLogPrefix: '',
  accessLogIntervalMinutes: 60,
};

/** What there is once `want` is set: what is of no interest stays. */
export function attributesAfter(want: ClassicAttributes, have: ClassicAttributes): ClassicAttributes {
  const { crossZone, idleTimeoutSeconds, drainingTimeoutSeconds, accessLogs } = want;
  return {
    crossZone,
    idleTimeoutSeconds,
    drainingTimeoutSeconds,
    accessLogs,
    accessLogBucket: want.accessLogBucket ?? have.accessLogBucket,
    accessLogPrefix: want.accessLogPrefix ?? have.accessLogPrefix,
    accessLogIntervalMinutes: want.accessLogIntervalMinutes ?? have.accessLogIntervalMinutes,
  };
}

/** Those that differ, in AWS's form; undefined: none does. AWS leaves those that are not sent as they are. */
export function attributeChanges(want: ClassicAttributes, have: ClassicAttributes): LoadBalancerAttributes | undefined {
  const before = inAwsForm(have, have);
  const differing = Object.entries(inAwsForm(want, have)).filter(
    ([key, value]) => canonical(value) !== canonical(before[key as keyof LoadBalancerAttributes]),
  );
  return differing.length === 0 ? undefined : Object.fromEntries(differing);
}

function inAwsForm(spec: ClassicAttributes, have: ClassicAttributes): LoadBalancerAttributes {
  const { drainingTimeoutSeconds: timeout } = spec;
  return {
    CrossZoneLoadBalancing: { Enabled: spec.crossZone },
    ConnectionSettings: { IdleTimeout: spec.idleTimeoutSeconds },
    ConnectionDraining: timeout === null ? { Enabled: false } : { Enabled: true, Timeout: timeout },
    AccessLog: spec.accessLogs ? { Enabled: true, ...logSettings(spec, have) } : { Enabled: false },
  };
}

/** An empty prefix is sent only to take one away. */
function logSettings(spec: ClassicAttributes, have: ClassicAttributes): Omit<AccessLog, 'Enabled'> {
  const { accessLogBucket: bucket, accessLogPrefix: prefix, accessLogIntervalMinutes: interval } = spec;
  return {
    ...(bucket === null ? {} : { S3BucketName: bucket }),
    ...(prefix === null || (prefix === '' && !have.accessLogPrefix) ? {} : { S3BucketPrefix: prefix }),
    ...(interval === null ? {} : { EmitInterval: interval }),
  };
}

/** What is left out of the answer has its default. */
export function fromAttributes(attributes: LoadBalancerAttributes | undefined): ClassicAttributes {
  const { CrossZoneLoadBalancing, ConnectionSettings, ConnectionDraining, AccessLog } = attributes ?? {};
  return {
    crossZone: CrossZoneLoadBalancing?.Enabled === true,
    idleTimeoutSeconds: ConnectionSettings?.IdleTimeout ?? 60,
    drainingTimeoutSeconds: ConnectionDraining?.Enabled === true ? (ConnectionDraining.Timeout ?? 300) : null,
    accessLogs: AccessLog?.Enabled === true,
    // AWS keeps them while there are no logs.
    accessLogBucket: AccessLog?.S3BucketName ?? '',
    accessLogPrefix: AccessLog?.S3BucketPrefix ?? '',
    accessLogIntervalMinutes: AccessLog?.EmitInterval ?? 60,
  };
}

/** What AWS gives a new one with these listeners: it checks the node port of the first. */
export function defaultHealthCheck(listeners: Listeners): ClassicHealthCheck {
  const [first] = portsOf(listeners);
  return {
    target: `TCP:${first === undefined ? undefined : listeners[first]?.instancePort}`,
    intervalSeconds: 30,
    timeoutSeconds: 5,
    healthyThreshold: 10,
    unhealthyThreshold: 2,
  };
}

export function healthCheckOf(check: ClassicHealthCheck): SdkHealthCheck {
  return {
    Target: check.target,
    Interval: check.intervalSeconds,
    Timeout: check.timeoutSeconds,
    HealthyThreshold: check.healthyThreshold,
    UnhealthyThreshold: check.unhealthyThreshold,
  };
}

export function fromHealthCheck(check: SdkHealthCheck | undefined): ClassicHealthCheck {
  return {
    target: check?.Target ?? '',
    intervalSeconds: check?.Interval ?? 0,
    timeoutSeconds: check?.Timeout ?? 0,
    healthyThreshold: check?.HealthyThreshold ?? 0,
    unhealthyThreshold: check?.UnhealthyThreshold ?? 0,
  };
}
