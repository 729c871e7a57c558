// Targets of the fake: who can be registered, the states they go through, draining, and the end of instances.

import {
  DeleteListenerCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
  SetSubnetsCommand,
  type TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bench, codeOf, makeBench, START } from './workbench.ts';

let bench: Bench;
let TargetGroupArn: string;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  bench = makeBench();
  bench.aws.timings.targetInitialMs = 30_000;
});
afterEach(() => {
  bench.aws.assertSound();
  vi.useRealTimers();
});

const register = (...Targets: TargetDescription[]) =>
  bench.elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
const deregister = (...Targets: TargetDescription[]) =>
  bench.elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets }));

async function states(...Targets: TargetDescription[]): Promise<string[]> {
  const input = Targets.length === 0 ? { TargetGroupArn } : { TargetGroupArn, Targets };
  const { TargetHealthDescriptions = [] } = await bench.elbv2.send(new DescribeTargetHealthCommand(input));
  return TargetHealthDescriptions.map(({ Target, TargetHealth }) => {
    const reason = TargetHealth?.Reason === undefined ? '' : ` ${TargetHealth.Reason}`;
    return `${Target?.Id}:${Target?.Port} ${TargetHealth?.State}${reason}`;
  });
}

/** A served group with node 1, healthy. */
async function healthy(): Promise<void> {
  ({ targetGroupArn: TargetGroupArn } = await bench.served('i-node-1'));
  vi.advanceTimersByTime(30_000);
}

/** A group that no listener forwards to. */
async function unused(input: Parameters<Bench['targetGroup']>[0] = {}): Promise<void> {
  TargetGroupArn = (await bench.targetGroup(input)).TargetGroupArn!;
}

describe('states', () => {
  it('go from initial to healthy', async () => {
    ({ targetGroupArn: TargetGroupArn } = await bench.served('i-node-1'));
    expect(await states()).toEqual(['i-node-1:30080 initial Elb.RegistrationInProgress']);
    vi.advanceTimersByTime(29_999);
    expect((await states())[0]).toMatch(/initial/);
    vi.advanceTimersByTime(1);
    expect(await states()).toEqual(['i-node-1:30080 healthy']);
  });

  it('are unused in a group that no listener forwards to; the wait begins with the first use', async () => {
    await unused();
    await register({ Id: 'i-node-1' });
    vi.advanceTimersByTime(60_000);
    expect(await states()).toEqual(['i-node-1:30080 unused Target.NotInUse']);
    const { LoadBalancerArn } = await bench.loadBalancer();
    const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }];
    await bench.listener({ LoadBalancerArn, DefaultActions });
    expect((await states())[0]).toMatch(/initial/);
    vi.advanceTimersByTime(30_000);
    expect(await states()).toEqual(['i-node-1:30080 healthy']);
  });

  it('follow the will of the test, and a stopped instance', async () => {
    await healthy();
    bench.aws.seed.targetHealth('i-node-1', 'unhealthy');
    expect(await states()).toEqual(['i-node-1:30080 unhealthy Target.FailedHealthChecks']);
    bench.aws.seed.targetHealth('i-node-1', 'healthy');
    bench.aws.seed.instance({ id: 'i-node-1', state: 'stopped' });
    expect(await states()).toEqual(['i-node-1:30080 unused Target.InvalidState']);
  });

  it('are unused outside the zones of the load balancer, unless traffic crosses zones', async () => {
    await healthy();
    const LoadBalancerArn = [...bench.aws.state.loadBalancers.keys()][0];
    await bench.elbv2.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets: ['subnet-public-b'] }));
    expect(await states()).toEqual(['i-node-1:30080 unused Target.NotInUse']);
    const Attributes = [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }];
    await bench.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
    expect(await states()).toEqual(['i-node-1:30080 healthy']);
    const own = [{ Key: 'load_balancing.cross_zone.enabled', Value: 'false' }];
    await bench.elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: own }));
    expect(await states()).toEqual(['i-node-1:30080 unused Target.NotInUse']);
  });

  it('can be asked for single targets, known or not', async () => {
    await healthy();
    expect(await states({ Id: 'i-node-1' }, { Id: 'i-node-1', Port: 81 })).toEqual([
      'i-node-1:30080 healthy',
      'i-node-1:81 unused Target.NotRegistered',
    ]);
  });

  it('of an unknown group, or of an impossible port, cannot be asked for', async () => {
    await unused();
    expect(await codeOf(states({ Id: 'i-node-1', Port: 0 }))).toBe('ValidationError');
    TargetGroupArn = TargetGroupArn.replace('/group/', '/no/');
    expect(await codeOf(states())).toBe('TargetGroupNotFound');
  });

  it('tell the port that is checked', async () => {
    await unused({ HealthCheckPort: '10256' });
    await register({ Id: 'i-node-1' });
    const { TargetHealthDescriptions } = await bench.elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    expect(TargetHealthDescriptions?.[0]?.HealthCheckPort).toBe('10256');
  });

  it('are there for tests without a call', async () => {
    await healthy();
    const calls = bench.aws.calls.length;
    expect(bench.aws.health(TargetGroupArn)).toEqual([
      { id: 'i-node-1', port: 30_080, state: 'healthy', reason: undefined },
    ]);
    expect(bench.aws.health('none')).toEqual([]);
    expect(bench.aws.calls.length).toBe(calls);
  });
});

describe('registering', () => {
  it('knows a target by id and port', async () => {
    await unused();
    await register({ Id: 'i-node-1' }, { Id: 'i-node-1', Port: 81 });
    expect(await states()).toHaveLength(2);
    await deregister({ Id: 'i-node-1', Port: 81 });
    expect(await states()).toEqual(['i-node-1:30080 unused Target.NotInUse']);
  });

  it('again changes nothing', async () => {
    await healthy();
    await register({ Id: 'i-node-1' });
    expect(await states()).toEqual(['i-node-1:30080 healthy']);
  });

  it.each<[string, TargetDescription, string]>([
    ['an unknown instance', { Id: 'i-none' }, 'InvalidTarget'],
    ['an ended instance', { Id: 'i-ended' }, 'InvalidTarget'],
    ['a stopped instance', { Id: 'i-stopped' }, 'InvalidTarget'],
    ['an instance of another VPC', { Id: 'i-other' }, 'InvalidTarget'],
    ['an address', { Id: '10.0.0.9' }, 'ValidationError'],
    ['port 0', { Id: 'i-node-2', Port: 0 }, 'ValidationError'],
    ['a zone', { Id: 'i-node-2', AvailabilityZone: 'eu-west-1a' }, 'ValidationError'],
  ])('refuses %s, and with it the whole call', async (_, target, code) => {
    const { seed } = bench.aws;
    seed.vpc({ id: 'vpc-other', cidr: '10.9.0.0/16' });
    seed.subnet({ id: 'subnet-other', vpc: 'vpc-other', az: 'eu-west-1a', cidr: '10.9.0.0/24' });
    seed.instance({ id: 'i-other', subnet: 'subnet-other' });
    seed.instance({ id: 'i-ended', subnet: 'subnet-private-a', state: 'terminated' });
    seed.instance({ id: 'i-stopped', subnet: 'subnet-private-a', state: 'stopped' });
    await unused();
    expect(await codeOf(register({ Id: 'i-node-1' }, target))).toBe(code);
    expect(await states()).toEqual([]);
  });

  it('refuses the empty list, an unknown group, and more targets than the quota', async () => {
    await unused();
    expect(await codeOf(register())).toBe('ValidationError');
    bench.aws.limits.targetsPerGroup = 1;
    expect(await codeOf(register({ Id: 'i-node-1' }, { Id: 'i-node-2' }))).toBe('TooManyTargets');
    TargetGroupArn = TargetGroupArn.replace('/group/', '/no/');
    expect(await codeOf(register({ Id: 'i-node-1' }))).toBe('TargetGroupNotFound');
  });

  it('fails loudly for a target that is named twice, and for QUIC', async () => {
    const strange = makeBench();
    const { TargetGroupArn: arn } = await strange.targetGroup();
    const misused = (...Targets: TargetDescription[]) =>
      strange.elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets }));
    await expect(misused({ Id: 'i-node-1' }, { Id: 'i-node-1' })).rejects.toThrow('twice');
    await expect(misused({ Id: 'i-node-1', QuicServerId: '0x0' })).rejects.toThrow('QUIC');
  });

  it('takes addresses of the VPC, and private ones outside with a zone', async () => {
    await unused({ TargetType: 'ip' });
    await register({ Id: '10.0.0.9' }, { Id: '192.168.7.7', AvailabilityZone: 'all' });
    expect(await states()).toHaveLength(2);
    expect(await codeOf(register({ Id: '192.168.7.8' }))).toBe('ValidationError');
    expect(await codeOf(register({ Id: '8.8.8.8', AvailabilityZone: 'all' }))).toBe('InvalidTarget');
    expect(await codeOf(register({ Id: '2001:db8::1' }))).toBe('ValidationError');
    expect(await codeOf(register({ Id: 'i-node-1' }))).toBe('ValidationError');
  });

  it('finds the zone of an address of the VPC by its subnet', async () => {
    await unused({ TargetType: 'ip' });
    await register({ Id: '10.0.100.9' }, { Id: '10.0.101.9' });
    const { LoadBalancerArn } = await bench.loadBalancer({ Subnets: ['subnet-public-a'] });
    await bench.listener({ LoadBalancerArn, DefaultActions: [{ Type: 'forward', TargetGroupArn }] });
    vi.advanceTimersByTime(30_000);
    expect(await states()).toEqual(['10.0.100.9:30080 healthy', '10.0.101.9:30080 unused Target.NotInUse']);
    const { TargetHealthDescriptions } = await bench.elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    expect(TargetHealthDescriptions?.map(({ Target }) => Target?.AvailabilityZone)).toEqual([
      'eu-west-1a',
      'eu-west-1b',
    ]);
  });
});

describe('deregistering', () => {
  it('drains for the delay of the group', async () => {
    await healthy();
    await deregister({ Id: 'i-node-1' });
    expect(await states()).toEqual(['i-node-1:30080 draining Target.DeregistrationInProgress']);
    vi.advanceTimersByTime(299_999);
    expect(await states()).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(await states()).toEqual([]);
  });

  it('does not begin anew when it is repeated', async () => {
    await healthy();
    await deregister({ Id: 'i-node-1' });
    vi.advanceTimersByTime(200_000);
    await deregister({ Id: 'i-node-1' });
    vi.advanceTimersByTime(100_000);
    expect(await states()).toEqual([]);
  });

  it('with a delay of 0 is done at once', async () => {
    await healthy();
    const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '0' }];
    await bench.elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
    await deregister({ Id: 'i-node-1' });
    expect(await states()).toEqual([]);
  });

  it('from an unused group is done at once', async () => {
    await healthy();
    const ListenerArn = [...bench.aws.state.listeners.keys()][0];
    await bench.elbv2.send(new DeleteListenerCommand({ ListenerArn }));
    await deregister({ Id: 'i-node-1' });
    expect(await states()).toEqual([]);
  });

  it('is undone by registering, which starts from initial', async () => {
    await healthy();
    await deregister({ Id: 'i-node-1' });
    vi.advanceTimersByTime(1_000);
    await register({ Id: 'i-node-1' });
    expect((await states())[0]).toMatch(/initial/);
    vi.advanceTimersByTime(30_000);
    expect(await states()).toEqual(['i-node-1:30080 healthy']);
  });

  it('of what is not registered succeeds, even when no such instance exists', async () => {
    await healthy();
    await deregister({ Id: 'i-none' }, { Id: 'i-node-1', Port: 81 });
    expect(await states()).toEqual(['i-node-1:30080 healthy']);
  });
});

describe('the end of an instance', () => {
  it('takes it out of every group', async () => {
    await healthy();
    bench.aws.seed.instance({ id: 'i-node-1', state: 'terminated' });
    expect(await states()).toEqual([]);
  });

  it('is a change that is told to tests', async () => {
    await healthy();
    const seen: unknown[] = [];
    bench.aws.onStep(({ call }) => seen.push([call, bench.aws.health(TargetGroupArn).length]));
    bench.aws.seed.instance({ id: 'i-node-1', state: 'terminated' });
    expect(seen).toEqual([[undefined, 0]]);
  });
});
