// Attributes of target groups behind Network Load Balancers, with AWS's defaults and values.
import { AwsError, type Xml } from '../proxy-answer.ts';
import type { Params } from '../proxy-query.ts';
import {
  type Attributes,
  type AttributeTable,
  attributeList,
  changedAttributes,
  initialAttributes,
  onOff,
} from './attributes.ts';
import type { Cloud } from './cloud.ts';
import { targetGroupOf } from './find.ts';
import type { State, TargetGroup } from './state.ts';

const percentage = /^(off|[1-9]\d?|100)$/;
const count = /^(off|[1-9]\d{0,3})$/;
const unhealthyEnds = 'target_health_state.unhealthy.connection_termination.enabled';
const unhealthyDrains = 'target_health_state.unhealthy.draining_interval_seconds';

function tableOf(protocol: TargetGroup['protocol'], targetType: TargetGroup['targetType']): AttributeTable {
  const udp = protocol === 'UDP' || protocol === 'TCP_UDP';
  return {
    'deregistration_delay.timeout_seconds': { initial: '300', takes: [0, 3600] },
    'deregistration_delay.connection_termination.enabled': { initial: String(udp), takes: onOff },
    'stickiness.enabled': { initial: 'false', takes: onOff },
    'stickiness.type': { initial: 'source_ip', takes: /^source_ip$/ },
    'preserve_client_ip.enabled': { initial: String(udp || targetType === 'instance'), takes: onOff },
    'proxy_protocol_v2.enabled': { initial: 'false', takes: onOff },
    'load_balancing.cross_zone.enabled': {
      initial: 'use_load_balancer_configuration',
      takes: /^(true|false|use_load_balancer_configuration)$/,
    },
    'target_group_health.dns_failover.minimum_healthy_targets.count': { initial: '1', takes: count },
    'target_group_health.dns_failover.minimum_healthy_targets.percentage': { initial: 'off', takes: percentage },
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': { initial: '1', takes: [1, 1000] },
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': {
      initial: 'off',
      takes: percentage,
    },
    [unhealthyEnds]: { initial: String(!udp), takes: onOff },
    [unhealthyDrains]: { initial: '0', takes: [0, 360000] },
  };
}

export function newTargetGroupAttributes(
  protocol: TargetGroup['protocol'],
  targetType: TargetGroup['targetType'],
): Attributes {
  return initialAttributes(tableOf(protocol, targetType));
}

export function describeTargetGroupAttributes(params: Params, _cloud: Cloud, state: State): Xml {
  return attributeList(targetGroupOf(params, state).attributes);
}

export function modifyTargetGroupAttributes(params: Params, _cloud: Cloud, state: State): Xml {
  const group = targetGroupOf(params, state);
  const { protocol, targetType } = group;
  const next = changedAttributes('Target group', tableOf(protocol, targetType), group.attributes, params);
  const refuse = (why: string) => new AwsError('InvalidConfigurationRequest', why);
  const udp = protocol === 'UDP' || protocol === 'TCP_UDP';
  if (udp && next['preserve_client_ip.enabled'] === 'false') {
    throw refuse(`Client IP preservation cannot be disabled for target groups with the ${protocol} protocol`);
  }
  if (udp && next[unhealthyEnds] === 'true') {
    throw refuse(`'${unhealthyEnds}' cannot be enabled for target groups with the ${protocol} protocol`);
  }
  if (next[unhealthyEnds] === 'true' && next[unhealthyDrains] !== '0') {
    throw refuse(`'${unhealthyDrains}' can only be set while '${unhealthyEnds}' is false`);
  }
  if (protocol === 'TLS' && next['stickiness.enabled'] === 'true') {
    throw refuse('Stickiness is not supported for target groups with the TLS protocol');
  }
  group.attributes = next;
  return attributeList(next);
}
