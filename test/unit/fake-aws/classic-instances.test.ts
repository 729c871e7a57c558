// Instances of Classic Load Balancers: registration, draining, health, and what happens when one ends.

import {
  DeregisterInstancesFromLoadBalancerCommand,
  DescribeInstanceHealthCommand,
  ModifyLoadBalancerAttributesCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClassicBench, makeClassicBench } from './classic-bench.ts';
import { codeOf, START } from './workbench.ts';

const LoadBalancerName = 'lb';
const DELAY_MS = 30_000;

let bench: ClassicBench;

beforeEach(async () => {
  vi.useFakeTimers({ now: START });
  bench = makeClassicBench();
  bench.aws.timings.targetInitialMs = DELAY_MS;
  await bench.classic();
});
afterEach(() => {
  vi.useRealTimers();
});

const deregister = (...ids: readonly string[]) =>
  bench.elb.send(
    new DeregisterInstancesFromLoadBalancerCommand({
      LoadBalancerName,
      Instances: ids.map((InstanceId) => ({ InstanceId })),
    }),
  );
const health = (...ids: readonly string[]) =>
  bench.elb.send(
    new DescribeInstanceHealthCommand({
      LoadBalancerName,
      Instances: ids.length === 0 ? undefined : ids.map((InstanceId) => ({ InstanceId })),
    }),
  );
const registered = async () => (await bench.described()).Instances?.map(({ InstanceId }) => InstanceId);
const stateOf = async (id: string) => (await health(id)).InstanceStates?.[0];
const drain = (Enabled: boolean, Timeout: number) =>
  bench.elb.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerName,
      LoadBalancerAttributes: { ConnectionDraining: { Enabled, Timeout } },
    }),
  );

describe('registration', () => {
  it('answers all that are registered; a second time changes nothing', async () => {
    expect(await bench.register('i-node-2')).toEqual(['i-node-2']);
    vi.advanceTimersByTime(1_000);
    expect(await bench.register('i-node-1', 'i-node-2')).toEqual(['i-node-2', 'i-node-1']);
    expect(bench.row().instances['i-node-2']?.registeredAt).toBe(START);
    expect(await registered()).toEqual(['i-node-2', 'i-node-1']);
  });

  it('fails as a whole when one instance is unknown, not running or elsewhere', async () => {
    const { seed } = bench.aws;
    seed.vpc({ id: 'vpc-other', cidr: '10.9.0.0/16' });
    seed.subnet({ id: 'subnet-other', vpc: 'vpc-other', az: 'eu-west-1a', cidr: '10.9.0.0/24' });
    seed.instance({ id: 'i-other', subnet: 'subnet-other' });
    seed.instance({ id: 'i-node-3', state: 'stopped' });
    for (const bad of ['i-none', 'i-other', 'i-node-3']) {
      expect(await codeOf(bench.register('i-node-1', bad))).toBe('InvalidInstance');
    }
    expect(await registered()).toEqual([]);
  });

  it('needs a load balancer, and instances', async () => {
    const input = { LoadBalancerName: 'none', Instances: [{ InstanceId: 'i-node-1' }] };
    expect(await codeOf(bench.elb.send(new RegisterInstancesWithLoadBalancerCommand(input)))).toBe(
      'LoadBalancerNotFound',
    );
    expect(await codeOf(bench.register())).toBe('ValidationError');
    expect(await codeOf(bench.register('i-node-1', 'i-node-1'))).toMatch(/^Misuse/);
  });
});

describe('deregistration', () => {
  beforeEach(() => bench.register(...bench.cluster.nodes));

  it('is at once without draining, and no error for what is not registered', async () => {
    expect((await deregister('i-node-1')).Instances?.map(({ InstanceId }) => InstanceId)).toEqual([
      'i-node-2',
      'i-node-3',
    ]);
    await deregister('i-node-1', 'i-node-2');
    expect(await registered()).toEqual(['i-node-3']);
    expect(bench.aws.classicHealth('lb').map(({ id }) => id)).toEqual(['i-node-3']);
  });

  it('fails as a whole for instances that EC2 does not know, though not for ended ones', async () => {
    expect(await codeOf(deregister('i-node-1', 'i-none'))).toBe('InvalidInstance');
    expect(await registered()).toHaveLength(3);
    bench.aws.seed.instance({ id: 'i-node-2', state: 'terminated' });
    await deregister('i-node-2');
    bench.aws.seed.forgetInstance('i-node-2');
    expect(await codeOf(deregister('i-node-2'))).toBe('InvalidInstance');
  });

  it('drains where the attribute says so; registering again ends that', async () => {
    await drain(true, 60);
    vi.advanceTimersByTime(DELAY_MS);
    await deregister('i-node-1', 'i-node-2');
    expect(await registered()).toEqual(['i-node-3']);
    expect(bench.aws.classicHealth('lb').map(({ id, description }) => [id, description])).toEqual([
      ['i-node-1', 'Instance deregistration currently in progress.'],
      ['i-node-2', 'Instance deregistration currently in progress.'],
      ['i-node-3', 'N/A'],
    ]);
    expect(await bench.register('i-node-2')).toEqual(['i-node-2', 'i-node-3']);
    vi.advanceTimersByTime(60_000);
    expect(bench.aws.classicHealth('lb').map(({ id }) => id)).toEqual(['i-node-2', 'i-node-3']);
  });
});

describe('health', () => {
  beforeEach(() => bench.register(...bench.cluster.nodes));

  it('comes a while after registration', async () => {
    vi.advanceTimersByTime(DELAY_MS - 1);
    expect(await stateOf('i-node-1')).toEqual({
      InstanceId: 'i-node-1',
      State: 'OutOfService',
      ReasonCode: 'ELB',
      Description: 'Instance registration is still in progress.',
    });
    vi.advanceTimersByTime(1);
    expect(await stateOf('i-node-1')).toEqual({
      InstanceId: 'i-node-1',
      State: 'InService',
      ReasonCode: 'N/A',
      Description: 'N/A',
    });
    expect((await health()).InstanceStates?.map(({ State }) => State)).toEqual(['InService', 'InService', 'InService']);
  });

  it('is as the test says', async () => {
    vi.advanceTimersByTime(DELAY_MS);
    bench.aws.seed.targetHealth('i-node-2', 'unhealthy');
    expect(await stateOf('i-node-2')).toMatchObject({ State: 'OutOfService', ReasonCode: 'Instance' });
    bench.aws.seed.targetHealth('i-node-2', 'healthy');
    expect(await stateOf('i-node-2')).toMatchObject({ State: 'InService' });
  });

  it('needs a running instance in a zone of the load balancer', async () => {
    await bench.classic({ LoadBalancerName: 'narrow', Subnets: ['subnet-public-a'] });
    const Instances = ['i-node-1', 'i-node-2'].map((InstanceId) => ({ InstanceId }));
    const input = { LoadBalancerName: 'narrow', Instances };
    await bench.elb.send(new RegisterInstancesWithLoadBalancerCommand(input));
    vi.advanceTimersByTime(DELAY_MS);
    expect(bench.aws.classicHealth('narrow').map(({ state }) => state)).toEqual(['InService', 'OutOfService']);
    bench.aws.seed.instance({ id: 'i-node-1', state: 'stopped' });
    expect(bench.aws.classicHealth('narrow')[0]?.description).toBe('Instance is in stopped state.');
  });

  it('is answered of instances that are not registered, not of ended or unknown ones', async () => {
    await deregister('i-node-1');
    expect(await stateOf('i-node-1')).toMatchObject({
      State: 'OutOfService',
      Description: 'Instance is not currently registered with the LoadBalancer.',
    });
    bench.aws.seed.instance({ id: 'i-node-2', state: 'terminated' });
    expect((await health('i-node-2')).InstanceStates).toEqual([]);
    expect(await codeOf(health('i-none'))).toBe('InvalidInstance');
  });
});

it('an instance that ends leaves by itself', async () => {
  await bench.register(...bench.cluster.nodes);
  bench.aws.seed.instance({ id: 'i-node-1', state: 'terminated' });
  bench.aws.seed.forgetInstance('i-node-2');
  expect(await registered()).toEqual(['i-node-3']);
});
