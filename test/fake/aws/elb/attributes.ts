// DescribeLoadBalancerAttributes and ModifyLoadBalancerAttributes of Classic Load Balancers.
// Bounds and defaults: the SDK's documentation of LoadBalancerAttributes and the guide's pages on each of them.

import type {
  DescribeLoadBalancerAttributesCommandInput,
  DescribeLoadBalancerAttributesCommandOutput,
  LoadBalancerAttributes,
  ModifyLoadBalancerAttributesCommandInput,
  ModifyLoadBalancerAttributesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import { Problem } from '../problem.ts';
import { reading, writing } from '../service.ts';
import type { World } from '../world.ts';
import { invalid, invalidConfiguration, loadBalancerNotFound } from './errors.ts';
import { existingLoadBalancer } from './load-balancer.ts';
import type { ClassicAttributes } from './tables.ts';

const DESYNC_MITIGATION = 'elb.http.desyncmitigationmode';

/** What a load balancer made through the API has. */
export const DEFAULT_ATTRIBUTES: ClassicAttributes = {
  crossZone: false,
  idleTimeoutSeconds: 60,
  draining: false,
  drainingTimeoutSeconds: 300,
  accessLogs: false,
  accessLogBucket: undefined,
  accessLogPrefix: undefined,
  accessLogIntervalMinutes: undefined,
  desyncMitigation: 'defensive',
};

export const describeLoadBalancerAttributes = reading<
  DescribeLoadBalancerAttributesCommandInput,
  DescribeLoadBalancerAttributesCommandOutput
>('DescribeLoadBalancerAttributes', ['LoadBalancerName'], ({ LoadBalancerName: name }, context) => {
  const row = context.seen(context.world.elb.loadBalancers).get(name!);
  if (row === undefined) throw loadBalancerNotFound(name);
  return { LoadBalancerAttributes: sdkAttributes(row.attributes) };
});

/** Members that are not sent stay as they are. The answer has those parts that were sent. */
export const modifyLoadBalancerAttributes = writing<
  ModifyLoadBalancerAttributesCommandInput,
  ModifyLoadBalancerAttributesCommandOutput
>(
  'ModifyLoadBalancerAttributes',
  ['LoadBalancerName', 'LoadBalancerAttributes'],
  ({ LoadBalancerName, LoadBalancerAttributes: given }, { world }) => {
    const row = existingLoadBalancer(world, LoadBalancerName);
    const attributes = withGiven(row.attributes, given!);
    checkAccessLogs(world, attributes);
    world.elb.loadBalancers.put(row.name, { ...row, attributes });
    const parts = Object.entries(sdkAttributes(attributes)).filter(([part]) => Object.hasOwn(given!, part));
    return { LoadBalancerName: row.name, LoadBalancerAttributes: Object.fromEntries(parts) };
  },
);

function withGiven(now: ClassicAttributes, given: LoadBalancerAttributes): ClassicAttributes {
  const { AccessLog: logs, ConnectionDraining: draining, AdditionalAttributes: additional } = given;
  if (Object.values(given).every((part) => part === undefined)) throw invalid('No attribute is specified');
  const attributes: ClassicAttributes = {
    crossZone: given.CrossZoneLoadBalancing?.Enabled ?? now.crossZone,
    idleTimeoutSeconds: given.ConnectionSettings?.IdleTimeout ?? now.idleTimeoutSeconds,
    draining: draining?.Enabled ?? now.draining,
    drainingTimeoutSeconds: draining?.Timeout ?? now.drainingTimeoutSeconds,
    accessLogs: logs?.Enabled ?? now.accessLogs,
    accessLogBucket: logs?.S3BucketName ?? now.accessLogBucket,
    accessLogPrefix: logs?.S3BucketPrefix ?? now.accessLogPrefix,
    accessLogIntervalMinutes:
      logs?.EmitInterval ?? now.accessLogIntervalMinutes ?? (logs?.Enabled === true ? 60 : undefined),
    desyncMitigation: desyncMitigationOf(additional) ?? now.desyncMitigation,
  };
  checkBounds('ConnectionSettings.IdleTimeout', attributes.idleTimeoutSeconds, 1, 4000);
  checkBounds('ConnectionDraining.Timeout', attributes.drainingTimeoutSeconds, 1, 3600);
  return attributes;
}

function checkBounds(name: string, value: number, least: number, most: number): void {
  if (value < least || value > most) throw invalid(`${name} must be between ${least} and ${most}`);
}

function checkAccessLogs(world: World, attributes: ClassicAttributes): void {
  const { accessLogs, accessLogBucket: bucket = '', accessLogIntervalMinutes: interval } = attributes;
  if (interval !== undefined && interval !== 5 && interval !== 60) {
    throw invalid('AccessLog.EmitInterval must be 5 or 60');
  }
  if (!accessLogs) return;
  if (bucket === '') throw invalidConfiguration('A bucket must be specified when access logs are enabled');
  if (!world.buckets.has(bucket)) {
    throw invalidConfiguration(`Access Denied for bucket: ${bucket}. Please check S3bucket permission`);
  }
}

function desyncMitigationOf(additional: LoadBalancerAttributes['AdditionalAttributes']): string | undefined {
  for (const { Key: key, Value: value = '' } of additional ?? []) {
    if (key !== DESYNC_MITIGATION) {
      throw new Problem('LoadBalancerAttributeNotFound', `There is no load balancer attribute '${key}'`);
    }
    if (!['defensive', 'monitor', 'strictest'].includes(value)) throw invalid(`'${value}' is not valid for ${key}`);
  }
  return additional?.at(-1)?.Value;
}

function sdkAttributes(attributes: ClassicAttributes): LoadBalancerAttributes {
  const { accessLogBucket: bucket, accessLogPrefix: prefix, accessLogIntervalMinutes: interval } = attributes;
  return {
    CrossZoneLoadBalancing: { Enabled: attributes.crossZone },
    AccessLog: {
      Enabled: attributes.accessLogs,
      ...(bucket === undefined ? {} : { S3BucketName: bucket }),
      ...(interval === undefined ? {} : { EmitInterval: interval }),
      ...(prefix === undefined ? {} : { S3BucketPrefix: prefix }),
    },
    ConnectionDraining: { Enabled: attributes.draining, Timeout: attributes.drainingTimeoutSeconds },
    ConnectionSettings: { IdleTimeout: attributes.idleTimeoutSeconds },
    AdditionalAttributes: [{ Key: DESYNC_MITIGATION, Value: attributes.desyncMitigation }],
  };
}
