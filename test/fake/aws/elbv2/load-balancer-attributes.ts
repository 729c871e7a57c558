// DescribeLoadBalancerAttributes and ModifyLoadBalancerAttributes of Network Load Balancers.
// Keys, values and defaults: the SDK's documentation of LoadBalancerAttribute.

import type {
  DescribeLoadBalancerAttributesCommandInput,
  DescribeLoadBalancerAttributesCommandOutput,
  ModifyLoadBalancerAttributesCommandInput,
  ModifyLoadBalancerAttributesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { reading, writing } from '../service.ts';
import type { World } from '../world.ts';
import {
  type AllowedValue,
  anyText,
  attributeList,
  between,
  oneOf,
  trueOrFalse,
  withAttributes,
} from './attributes.ts';
import { invalid, invalidConfiguration, loadBalancerNotFound } from './errors.ts';
import { checkLoadBalancerArn, existingLoadBalancer } from './load-balancer.ts';
import type { Attributes, LoadBalancer } from './tables.ts';

const ALLOWED: Readonly<Record<string, AllowedValue>> = {
  'access_logs.s3.bucket': anyText,
  'access_logs.s3.enabled': trueOrFalse,
  'access_logs.s3.prefix': anyText,
  'deletion_protection.enabled': trueOrFalse,
  'dns_record.client_routing_policy': oneOf(
    'any_availability_zone',
    'availability_zone_affinity',
    'partial_availability_zone_affinity',
  ),
  'ipv6.deny_all_igw_traffic': trueOrFalse,
  'load_balancing.cross_zone.enabled': trueOrFalse,
  'secondary_ips.auto_assigned.per_subnet': between(0, 7),
  'zonal_shift.config.enabled': trueOrFalse,
};

/** Keys that AWS knows, but only for Application Load Balancers. */
const APPLICATION_ONLY = /^(client_keep_alive|connection_logs|health_check_logs|idle_timeout|routing\.http2?|waf)\./;

export function defaultLoadBalancerAttributes(scheme: LoadBalancer['scheme']): Attributes {
  return {
    'access_logs.s3.bucket': '',
    'access_logs.s3.enabled': 'false',
    'access_logs.s3.prefix': '',
    'deletion_protection.enabled': 'false',
    'dns_record.client_routing_policy': 'any_availability_zone',
    'ipv6.deny_all_igw_traffic': String(scheme === 'internal'),
    'load_balancing.cross_zone.enabled': 'false',
    'secondary_ips.auto_assigned.per_subnet': '0',
    'zonal_shift.config.enabled': 'false',
  };
}

export const describeLoadBalancerAttributes = reading<
  DescribeLoadBalancerAttributesCommandInput,
  DescribeLoadBalancerAttributesCommandOutput
>('DescribeLoadBalancerAttributes', ['LoadBalancerArn'], ({ LoadBalancerArn: arn }, context) => {
  checkLoadBalancerArn(arn);
  const row = context.seen(context.world.elbv2.loadBalancers).get(arn!);
  if (row === undefined) throw loadBalancerNotFound();
  return { Attributes: attributeList(row.attributes) };
});

export const modifyLoadBalancerAttributes = writing<
  ModifyLoadBalancerAttributesCommandInput,
  ModifyLoadBalancerAttributesCommandOutput
>('ModifyLoadBalancerAttributes', ['LoadBalancerArn', 'Attributes'], ({ LoadBalancerArn, Attributes }, { world }) => {
  const row = existingLoadBalancer(world, LoadBalancerArn);
  const attributes = withAttributes(row.attributes, Attributes!, ALLOWED, refuse);
  checkAccessLogs(world, attributes);
  const addresses = 'secondary_ips.auto_assigned.per_subnet';
  if (Number(attributes[addresses]) < Number(row.attributes[addresses])) {
    throw invalidConfiguration(`The value of '${addresses}' cannot be decreased`);
  }
  world.elbv2.loadBalancers.put(row.arn, { ...row, attributes });
  return { Attributes: attributeList(attributes) };
});

function refuse(key: string): never {
  if (APPLICATION_ONLY.test(key)) {
    throw invalidConfiguration(
      `Load balancer attribute key '${key}' is not supported on load balancers with type 'network'`,
    );
  }
  throw invalid(`Load balancer attribute key '${key}' is not recognized`);
}

function checkAccessLogs(world: World, attributes: Attributes): void {
  const bucket = attributes['access_logs.s3.bucket'] ?? '';
  if (attributes['access_logs.s3.enabled'] !== 'true') return;
  if (bucket === '') throw invalidConfiguration('A bucket must be specified when access logs are enabled');
  if (!world.buckets.has(bucket)) {
    throw invalidConfiguration(`Access Denied for bucket: ${bucket}. Please check S3bucket permission`);
  }
}
