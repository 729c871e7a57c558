// Target groups of the fake: settings and replays, health checks, finding, deletion.

import {
  type CreateTargetGroupCommandInput,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupsCommand,
  type DescribeTargetGroupsCommandInput,
  ModifyListenerCommand,
  ModifyTargetGroupCommand,
  type ModifyTargetGroupCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bench, codeOf, forwardTo, makeBench, START } from './workbench.ts';

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

async function read(input: DescribeTargetGroupsCommandInput = {}) {
  const { TargetGroups = [] } = await bench.elbv2.send(new DescribeTargetGroupsCommand(input));
  return TargetGroups;
}

async function modify(input: Partial<ModifyTargetGroupCommandInput>) {
  const TargetGroupArn = rows()[0]?.arn;
  const { TargetGroups } = await bench.elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn, ...input }));
  return TargetGroups![0]!;
}

describe('CreateTargetGroup', () => {
  it('answers the defaults of a TCP group', async () => {
    const group = await bench.targetGroup({ Name: 'web' });
    expect(group.TargetGroupArn).toMatch(
      /^arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup\/web\/[0-9a-f]{16}$/,
    );
    expect(group).toEqual({
      TargetGroupArn: group.TargetGroupArn,
      TargetGroupName: 'web',
      Protocol: 'TCP',
      Port: 30_080,
      VpcId: 'vpc-main',
      TargetType: 'instance',
      IpAddressType: 'ipv4',
      LoadBalancerArns: [],
      HealthCheckEnabled: true,
      HealthCheckProtocol: 'TCP',
      HealthCheckPort: 'traffic-port',
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 10,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
    });
  });

  it('gives an HTTP health check path, matcher and a shorter timeout', async () => {
    const group = await bench.targetGroup({ HealthCheckProtocol: 'HTTP', HealthCheckPort: '10256' });
    expect(group).toMatchObject({
      HealthCheckPort: '10256',
      HealthCheckPath: '/',
      Matcher: { HttpCode: '200-399' },
      HealthCheckTimeoutSeconds: 6,
    });
  });

  it.each<[string, Partial<CreateTargetGroupCommandInput>, string]>([
    ['no name', { Name: undefined }, 'ValidationError'],
    ['a long name', { Name: 'x'.repeat(33) }, 'ValidationError'],
    ['a name with an underscore', { Name: 'a_b' }, 'ValidationError'],
    ['a name that ends with a hyphen', { Name: 'a-' }, 'ValidationError'],
    ['no protocol', { Protocol: undefined }, 'ValidationError'],
    ['no port', { Port: undefined }, 'ValidationError'],
    ['port 0', { Port: 0 }, 'ValidationError'],
    ['port 65536', { Port: 65_536 }, 'ValidationError'],
    ['no VPC', { VpcId: undefined }, 'ValidationError'],
    ['an unknown VPC', { VpcId: 'vpc-none' }, 'ValidationError'],
    ['a UDP health check', { Protocol: 'UDP', HealthCheckProtocol: 'UDP' }, 'InvalidConfigurationRequest'],
    ['an interval of 4', { HealthCheckIntervalSeconds: 4 }, 'ValidationError'],
    ['an interval of 301', { HealthCheckIntervalSeconds: 301 }, 'ValidationError'],
    ['a timeout of 1', { HealthCheckTimeoutSeconds: 1 }, 'ValidationError'],
    ['a timeout of 121', { HealthCheckIntervalSeconds: 300, HealthCheckTimeoutSeconds: 121 }, 'ValidationError'],
    [
      'a timeout above the interval',
      { HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 11 },
      'ValidationError',
    ],
    ['the default timeout above the interval', { HealthCheckIntervalSeconds: 5 }, 'ValidationError'],
    ['a threshold of 1', { HealthyThresholdCount: 1 }, 'ValidationError'],
    ['a threshold of 11', { UnhealthyThresholdCount: 11 }, 'ValidationError'],
    ['a health check port of 0', { HealthCheckPort: '0' }, 'ValidationError'],
    ['a health check port by name', { HealthCheckPort: 'http' }, 'ValidationError'],
    ['a path for TCP', { HealthCheckPath: '/' }, 'InvalidConfigurationRequest'],
    ['a matcher for TCP', { Matcher: { HttpCode: '200' } }, 'InvalidConfigurationRequest'],
    ['a relative path', { HealthCheckProtocol: 'HTTP', HealthCheckPath: 'healthz' }, 'ValidationError'],
    ['codes out of range', { HealthCheckProtocol: 'HTTP', Matcher: { HttpCode: '200,600' } }, 'ValidationError'],
    ['no health check', { HealthCheckEnabled: false }, 'ValidationError'],
    ['a reserved tag', { Tags: [{ Key: 'AWS:x', Value: '' }] }, 'ValidationError'],
  ])('refuses %s', async (_, input, code) => {
    expect(await codeOf(bench.targetGroup(input))).toBe(code);
    expect(rows()).toEqual([]);
  });

  it('takes an interval and a timeout of the same length', async () => {
    const input = { HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 10 };
    expect(await bench.targetGroup(input)).toMatchObject(input);
  });

  it('refuses more groups than the quota', async () => {
    bench.aws.limits.targetGroups = 1;
    await bench.targetGroup();
    expect(await codeOf(bench.targetGroup({ Name: 'second' }))).toBe('TooManyTargetGroups');
  });

  it.each<Partial<CreateTargetGroupCommandInput>>([
    { Protocol: 'HTTP' },
    { Protocol: 'QUIC' },
    { TargetType: 'lambda' },
  ])('fails loudly for what is not simulated: %j', async (input) => {
    const strange = makeBench();
    await expect(strange.targetGroup(input)).rejects.toMatchObject({ name: 'Misuse' });
  });

  it('again answers the group that is there and does not touch its tags', async () => {
    const tags = (Value: string) => ({ Tags: [{ Key: 'owner', Value }] });
    const first = await bench.targetGroup(tags('one'));
    const again = await bench.targetGroup(tags('two'));
    expect(again.TargetGroupArn).toBe(first.TargetGroupArn);
    expect(rows().map((row) => row.tags)).toEqual([{ owner: 'one' }]);
  });

  it.each<Partial<CreateTargetGroupCommandInput>>([
    { Port: 30_081 },
    { Protocol: 'TCP_UDP' },
    { TargetType: 'ip' },
    { HealthCheckIntervalSeconds: 20 },
  ])('again with other settings is refused: %j', async (input) => {
    await bench.targetGroup();
    expect(await codeOf(bench.targetGroup(input))).toBe('DuplicateTargetGroupName');
  });
});

describe('ModifyTargetGroup', () => {
  it('changes what is given', async () => {
    await bench.targetGroup({ HealthCheckProtocol: 'HTTP', HealthCheckPath: '/ready' });
    expect(await modify({ HealthCheckIntervalSeconds: 60, HealthyThresholdCount: 3 })).toMatchObject({
      HealthCheckPath: '/ready',
      HealthCheckIntervalSeconds: 60,
      HealthyThresholdCount: 3,
      UnhealthyThresholdCount: 2,
    });
  });

  it('drops path and matcher when the check becomes TCP, and gives defaults on the way back', async () => {
    await bench.targetGroup({ HealthCheckProtocol: 'HTTP', HealthCheckPath: '/ready' });
    const tcp = await modify({ HealthCheckProtocol: 'TCP' });
    expect([tcp.HealthCheckPath, tcp.Matcher]).toEqual([undefined, undefined]);
    expect(await modify({ HealthCheckProtocol: 'HTTPS' })).toMatchObject({
      HealthCheckPath: '/',
      Matcher: { HttpCode: '200-399' },
    });
  });

  it('keeps the bounds and knows unknown groups', async () => {
    const { TargetGroupArn } = await bench.targetGroup();
    expect(await codeOf(modify({ HealthCheckTimeoutSeconds: 31 }))).toBe('ValidationError');
    expect(await codeOf(modify({ HealthCheckPath: '/' }))).toBe('InvalidConfigurationRequest');
    const unknown = { TargetGroupArn: TargetGroupArn!.replace('/group/', '/no/') };
    expect(await codeOf(modify(unknown))).toBe('TargetGroupNotFound');
  });
});

describe('DescribeTargetGroups', () => {
  it('finds by name, ARN or load balancer, one of them at a time', async () => {
    const { loadBalancerArn: LoadBalancerArn, targetGroupArn } = await bench.served();
    await bench.targetGroup({ Name: 'idle' });
    expect(await read()).toHaveLength(2);
    expect(await read({ Names: ['idle'] })).toHaveLength(1);
    expect((await read({ TargetGroupArns: [targetGroupArn] }))[0]?.LoadBalancerArns).toEqual([LoadBalancerArn]);
    expect((await read({ LoadBalancerArn }))[0]?.TargetGroupArn).toBe(targetGroupArn);
    expect(await codeOf(read({ LoadBalancerArn, Names: ['idle'] }))).toBe('ValidationError');
  });

  it('answers nothing for a load balancer without groups, an error for what is unknown', async () => {
    const { LoadBalancerArn } = await bench.loadBalancer();
    expect(await read({ LoadBalancerArn })).toEqual([]);
    await bench.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    expect(await codeOf(read({ LoadBalancerArn }))).toBe('LoadBalancerNotFound');
    await bench.targetGroup();
    expect(await codeOf(read({ Names: ['group', 'no'] }))).toBe('TargetGroupNotFound');
  });

  it('pages', async () => {
    for (const Name of ['a', 'b', 'c']) await bench.targetGroup({ Name });
    const first = await bench.elbv2.send(new DescribeTargetGroupsCommand({ PageSize: 2 }));
    const second = await bench.elbv2.send(new DescribeTargetGroupsCommand({ PageSize: 2, Marker: first.NextMarker }));
    expect([first.TargetGroups?.length, second.TargetGroups?.length, second.NextMarker]).toEqual([2, 1, undefined]);
  });
});

describe('DeleteTargetGroup', () => {
  it('deletes what is not used, and succeeds again', async () => {
    const { TargetGroupArn } = await bench.targetGroup();
    await remove(TargetGroupArn);
    await remove(TargetGroupArn);
    expect(rows()).toEqual([]);
  });

  it.each<[string, (served: { listenerArn: string; loadBalancerArn: string }) => Promise<unknown>]>([
    ['listener', ({ listenerArn: ListenerArn }) => bench.elbv2.send(new DeleteListenerCommand({ ListenerArn }))],
    [
      'load balancer',
      ({ loadBalancerArn: LoadBalancerArn }) => bench.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn })),
    ],
  ])('is refused while used, and for a while after the %s is gone', async (_, end) => {
    const served = await bench.served();
    expect(await codeOf(remove(served.targetGroupArn))).toBe('ResourceInUse');
    await end(served);
    vi.advanceTimersByTime(bench.aws.timings.targetGroupReleaseMs - 1);
    expect(await codeOf(remove(served.targetGroupArn))).toBe('ResourceInUse');
    vi.advanceTimersByTime(1);
    await remove(served.targetGroupArn);
    expect(rows()).toEqual([]);
  });

  it('is possible after the listener forwards to another group, but not of the new one', async () => {
    const { listenerArn: ListenerArn, targetGroupArn } = await bench.served();
    const { TargetGroupArn } = await bench.targetGroup({ Name: 'next' });
    const DefaultActions = [forwardTo(TargetGroupArn)];
    await bench.elbv2.send(new ModifyListenerCommand({ ListenerArn, DefaultActions }));
    vi.advanceTimersByTime(bench.aws.timings.targetGroupReleaseMs);
    await remove(targetGroupArn);
    expect(await codeOf(remove(TargetGroupArn))).toBe('ResourceInUse');
  });

  it('refuses what is no ARN of a target group', async () => {
    expect(await codeOf(remove('group'))).toBe('ValidationError');
  });
});
