// Attributes of target groups of the fake: defaults, bounds, and what excludes what.

import {
  type CreateTargetGroupCommandInput,
  DeleteTargetGroupCommand,
  DescribeTargetGroupAttributesCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bench, codeOf, makeBench, START } from './workbench.ts';

let bench: Bench;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  bench = makeBench();
});
afterEach(() => {
  bench.aws.assertSound();
  vi.useRealTimers();
});

const rows = () => [...bench.aws.state.targetGroups.values()];
const remove = (TargetGroupArn: string | undefined) =>
  bench.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn }));

describe('attributes', () => {
  const set = (attributes: Record<string, string>) => {
    const Attributes = Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
    return bench.elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: rows()[0]?.arn, Attributes }));
  };
  const attributes = async () => {
    const TargetGroupArn = rows()[0]?.arn;
    const answer = await bench.elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
    return Object.fromEntries(answer.Attributes!.map(({ Key, Value }) => [Key, Value]));
  };

  it('have the defaults of a TCP group of instances', async () => {
    await bench.targetGroup();
    expect(await attributes()).toEqual({
      'deregistration_delay.connection_termination.enabled': 'false',
      'deregistration_delay.timeout_seconds': '300',
      'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
      'preserve_client_ip.enabled': 'true',
      'proxy_protocol_v2.enabled': 'false',
      'stickiness.enabled': 'false',
      'stickiness.type': 'source_ip',
      'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
      'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
      'target_health_state.unhealthy.connection_termination.enabled': 'true',
      'target_health_state.unhealthy.draining_interval_seconds': '0',
    });
  });

  it.each<[Partial<CreateTargetGroupCommandInput>, string, string]>([
    [{ TargetType: 'ip' }, 'preserve_client_ip.enabled', 'false'],
    [{ TargetType: 'ip', Protocol: 'TLS' }, 'preserve_client_ip.enabled', 'false'],
    [{ TargetType: 'ip', Protocol: 'UDP' }, 'preserve_client_ip.enabled', 'true'],
    [{ Protocol: 'TCP_UDP' }, 'deregistration_delay.connection_termination.enabled', 'true'],
  ])('of %j: %s is %s', async (input, key, value) => {
    await bench.targetGroup(input);
    expect((await attributes())[key]).toBe(value);
  });

  it.each<[string, Partial<CreateTargetGroupCommandInput>, Record<string, string>, string]>([
    ['an unknown key', {}, { 'no.such.key': 'x' }, 'ValidationError'],
    ['a key of other groups', {}, { 'slow_start.duration_seconds': '30' }, 'InvalidConfigurationRequest'],
    ['a delay of 3601', {}, { 'deregistration_delay.timeout_seconds': '3601' }, 'ValidationError'],
    ['a delay that is no number', {}, { 'deregistration_delay.timeout_seconds': '5m' }, 'ValidationError'],
    ['cookies', {}, { 'stickiness.type': 'lb_cookie' }, 'ValidationError'],
    [
      'hiding clients of UDP',
      { Protocol: 'UDP' },
      { 'preserve_client_ip.enabled': 'false' },
      'InvalidConfigurationRequest',
    ],
    ['stickiness of TLS', { Protocol: 'TLS' }, { 'stickiness.enabled': 'true' }, 'InvalidConfigurationRequest'],
    [
      'cutting off the unhealthy of UDP',
      { Protocol: 'UDP' },
      { 'target_health_state.unhealthy.connection_termination.enabled': 'true' },
      'InvalidConfigurationRequest',
    ],
    [
      'draining the unhealthy while cutting them off',
      {},
      { 'target_health_state.unhealthy.draining_interval_seconds': '10' },
      'InvalidConfigurationRequest',
    ],
  ])('refuse %s', async (_, group, given, code) => {
    await bench.targetGroup(group);
    expect(await codeOf(set(given))).toBe(code);
  });

  it('of an unknown group are not found', async () => {
    const { TargetGroupArn } = await bench.targetGroup();
    await remove(TargetGroupArn);
    const gone = bench.elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
    expect(await codeOf(gone)).toBe('TargetGroupNotFound');
  });

  it('change what is given', async () => {
    await bench.targetGroup();
    await set({ 'deregistration_delay.timeout_seconds': '3600', 'proxy_protocol_v2.enabled': 'true' });
    await set({ 'preserve_client_ip.enabled': 'false' });
    expect(await attributes()).toMatchObject({
      'deregistration_delay.timeout_seconds': '3600',
      'preserve_client_ip.enabled': 'false',
      'proxy_protocol_v2.enabled': 'true',
    });
  });
});
