// DescribeTargetGroupAttributes and ModifyTargetGroupAttributes of Network Load Balancers' groups.
// Keys, values and defaults: the SDK's documentation of TargetGroupAttribute.

import type {
  DescribeTargetGroupAttributesCommandInput,
  DescribeTargetGroupAttributesCommandOutput,
  ModifyTargetGroupAttributesCommandInput,
  ModifyTargetGroupAttributesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { reading, writing } from '../service.ts';
import { type AllowedValue, attributeList, between, oneOf, trueOrFalse, withAttributes } from './attributes.ts';
import { invalid, invalidConfiguration, targetGroupNotFound } from './errors.ts';
import type { Attributes, TargetGroup } from './tables.ts';
import { checkTargetGroupArn, existingTargetGroup } from './target-group.ts';

const PRESERVE = 'preserve_client_ip.enabled';
const TERMINATE_UNHEALTHY = 'target_health_state.unhealthy.connection_termination.enabled';
const DRAIN_UNHEALTHY = 'target_health_state.unhealthy.draining_interval_seconds';

const ALLOWED: Readonly<Record<string, AllowedValue>> = {
  'deregistration_delay.connection_termination.enabled': trueOrFalse,
  'deregistration_delay.timeout_seconds': between(0, 3600),
  'load_balancing.cross_zone.enabled': oneOf('true', 'false', 'use_load_balancer_configuration'),
  [PRESERVE]: trueOrFalse,
  'proxy_protocol_v2.enabled': trueOrFalse,
  'stickiness.enabled': trueOrFalse,
  'stickiness.type': oneOf('source_ip'),
  'target_group_health.dns_failover.minimum_healthy_targets.count': between(1, Number.MAX_SAFE_INTEGER, 'off'),
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': between(1, 100, 'off'),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': between(1, Number.MAX_SAFE_INTEGER),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': between(1, 100, 'off'),
  [TERMINATE_UNHEALTHY]: trueOrFalse,
  [DRAIN_UNHEALTHY]: between(0, 360_000),
};

/** Keys that AWS knows, but only for other types of load balancer. */
const OTHER_TYPES =
  /^(lambda|load_balancing\.algorithm|send_tcp_reset|slow_start|stickiness\.(app|lb)_cookie|target_failover)\./;

export function defaultTargetGroupAttributes({
  protocol,
  targetType,
}: Pick<TargetGroup, 'protocol' | 'targetType'>): Attributes {
  const datagrams = protocol === 'UDP' || protocol === 'TCP_UDP';
  return {
    'deregistration_delay.connection_termination.enabled': String(datagrams),
    'deregistration_delay.timeout_seconds': '300',
    'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
    [PRESERVE]: String(targetType === 'instance' || datagrams),
    'proxy_protocol_v2.enabled': 'false',
    'stickiness.enabled': 'false',
    'stickiness.type': 'source_ip',
    'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
    'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
    // Neither can be set for UDP; AWS lists them for TCP and TLS groups.
    ...(datagrams ? {} : { [TERMINATE_UNHEALTHY]: 'true', [DRAIN_UNHEALTHY]: '0' }),
  };
}

export const describeTargetGroupAttributes = reading<
  DescribeTargetGroupAttributesCommandInput,
  DescribeTargetGroupAttributesCommandOutput
>('DescribeTargetGroupAttributes', ['TargetGroupArn'], ({ TargetGroupArn: arn }, context) => {
  checkTargetGroupArn(arn);
  const row = context.seen(context.world.elbv2.targetGroups).get(arn!);
  if (row === undefined) throw targetGroupNotFound();
  return { Attributes: attributeList(row.attributes) };
});

export const modifyTargetGroupAttributes = writing<
  ModifyTargetGroupAttributesCommandInput,
  ModifyTargetGroupAttributesCommandOutput
>('ModifyTargetGroupAttributes', ['TargetGroupArn', 'Attributes'], ({ TargetGroupArn, Attributes }, { world }) => {
  const row = existingTargetGroup(world, TargetGroupArn);
  const attributes = withAttributes(row.attributes, Attributes!, ALLOWED, refuse);
  checkTogether(row, attributes);
  world.elbv2.targetGroups.put(row.arn, { ...row, attributes });
  return { Attributes: attributeList(attributes) };
});

function refuse(key: string): never {
  if (OTHER_TYPES.test(key)) {
    throw invalidConfiguration(
      `Target group attribute key '${key}' is not supported on target groups of this protocol`,
    );
  }
  throw invalid(`Target group attribute key '${key}' is not recognized`);
}

function checkTogether({ protocol }: TargetGroup, attributes: Attributes): void {
  const datagrams = protocol === 'UDP' || protocol === 'TCP_UDP';
  if (datagrams && attributes[PRESERVE] === 'false') {
    throw invalidConfiguration(`Client IP preservation cannot be disabled for target groups with protocol ${protocol}`);
  }
  if (datagrams && attributes[TERMINATE_UNHEALTHY] === 'true') {
    throw invalidConfiguration(
      `'${TERMINATE_UNHEALTHY}' cannot be enabled for target groups with protocol ${protocol}`,
    );
  }
  if (!datagrams && attributes[TERMINATE_UNHEALTHY] === 'true' && attributes[DRAIN_UNHEALTHY] !== '0') {
    throw invalidConfiguration(`'${DRAIN_UNHEALTHY}' needs '${TERMINATE_UNHEALTHY}' to be false`);
  }
  if (protocol === 'TLS' && attributes['stickiness.enabled'] === 'true') {
    throw invalidConfiguration('Stickiness is not supported for target groups with protocol TLS');
  }
}
