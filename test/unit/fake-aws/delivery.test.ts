// The way of a call: records, lagging reads, steps, misuse, determinism.

import { AllocateAddressCommand, CreateSecurityGroupCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Fault } from '../../fake/aws/call.ts';
import { connect } from '../../fake/aws/connect.ts';
import { type Bench, codeOf, makeBench, START } from './workbench.ts';

let bench: Bench;
let seen: 'open' | string;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  bench = makeBench();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Sends a create with one fault, and watches what becomes of it. */
async function createWith(fault: Fault, signal?: AbortSignal): Promise<void> {
  bench.aws.intercept = ({ operation }) => (operation === 'CreateLoadBalancer' ? fault : undefined);
  const input = { Name: 'lb', Type: 'network' as const, Subnets: [...bench.cluster.publicSubnets] };
  seen = 'open';
  const options = signal === undefined ? {} : { abortSignal: signal };
  bench.elbv2.send(new CreateLoadBalancerCommand(input), options).then(
    () => {
      seen = 'answered';
    },
    (error: Error) => {
      seen = error.name;
    },
  );
  await vi.advanceTimersByTimeAsync(0);
}

const exists = () => bench.aws.state.loadBalancers.size === 1;

describe('calls', () => {
  it('are recorded in order, with session, service, kind, input, time and error', async () => {
    const other = connect(bench.aws);
    await bench.loadBalancer();
    vi.advanceTimersByTime(5);
    await codeOf(other.elbv2.send(new DescribeLoadBalancersCommand({ Names: ['none'] })));
    const [first, second] = bench.aws.calls;
    expect(first).toMatchObject({
      seq: 1,
      session: 1,
      service: 'elbv2',
      operation: 'CreateLoadBalancer',
      write: true,
      at: START,
      effectAt: START,
    });
    expect(first?.errorCode).toBeUndefined();
    expect(second).toMatchObject({
      seq: 2,
      session: 2,
      write: false,
      at: START + 5,
      input: { Names: ['none'] },
      errorCode: 'LoadBalancerNotFound',
    });
  });

  it('keep the input as it was when it was sent, and hand out answers that can be changed without harm', async () => {
    const Subnets = [...bench.cluster.publicSubnets];
    const loadBalancer = await bench.loadBalancer({ Subnets });
    Subnets.length = 0;
    loadBalancer.AvailabilityZones!.length = 0;
    expect(bench.aws.calls[0]?.input).toMatchObject({ Subnets: bench.cluster.publicSubnets });
    const again = await bench.elbv2.send(new DescribeLoadBalancersCommand({}));
    expect(again.LoadBalancers?.[0]?.AvailabilityZones).toHaveLength(3);
  });

  it('carry metadata, the same in every run', async () => {
    const [a, b] = [makeBench(), makeBench()];
    const [one, two] = await Promise.all([a, b].map(({ elbv2 }) => elbv2.send(new DescribeLoadBalancersCommand({}))));
    expect(one?.$metadata).toEqual(two?.$metadata);
    expect(one?.$metadata).toMatchObject({ httpStatusCode: 200, attempts: 1 });
    expect(one?.$metadata.requestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('take effect and are answered as late as the timings say', async () => {
    bench.aws.timings.requestMs = 100;
    bench.aws.timings.answerMs = 50;
    await createWith({});
    await vi.advanceTimersByTimeAsync(99);
    expect([exists(), seen]).toEqual([false, 'open']);
    await vi.advanceTimersByTimeAsync(1);
    expect([exists(), seen]).toEqual([true, 'open']);
    await vi.advanceTimersByTimeAsync(50);
    expect([exists(), seen]).toEqual([true, 'answered']);
  });
});

describe('eventual consistency', () => {
  it('hides a new object from reads for so long, by name and in lists, while writes see it', async () => {
    bench.aws.consistencyMs.loadBalancer = 5_000;
    const { LoadBalancerArn = '' } = await bench.loadBalancer();
    const byName = () => bench.elbv2.send(new DescribeLoadBalancersCommand({ Names: ['lb'] }));
    expect(await codeOf(byName())).toBe('LoadBalancerNotFound');
    const list = await bench.elbv2.send(new DescribeLoadBalancersCommand({}));
    expect(list.LoadBalancers).toEqual([]);
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }];
    await bench.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
    vi.advanceTimersByTime(4_999);
    expect(await codeOf(byName())).toBe('LoadBalancerNotFound');
    vi.advanceTimersByTime(1);
    expect((await byName()).LoadBalancers).toHaveLength(1);
  });

  it('is set for each kind of object, or for all', async () => {
    bench.aws.consistencyMs.default = 1_000;
    bench.aws.consistencyMs.loadBalancer = 0;
    await bench.loadBalancer();
    const { vpcId: VpcId } = bench.cluster;
    await bench.ec2.send(new CreateSecurityGroupCommand({ GroupName: 'g', Description: 'd', VpcId }));
    const Filters = [{ Name: 'group-name', Values: ['g'] }];
    const groups = async () => (await bench.ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups;
    const loadBalancers = await bench.elbv2.send(new DescribeLoadBalancersCommand({}));
    expect(loadBalancers.LoadBalancers).toHaveLength(1);
    expect(await groups()).toHaveLength(0);
    vi.advanceTimersByTime(1_000);
    expect(await groups()).toHaveLength(1);
  });

  it('does not hide what was seeded before the first call', async () => {
    bench.aws.consistencyMs.default = 1_000;
    const { SecurityGroups } = await bench.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ['sg-nodes'] }));
    expect(SecurityGroups).toHaveLength(1);
    bench.aws.seed.securityGroup({ id: 'sg-late' });
    const late = bench.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ['sg-late'] }));
    expect(await codeOf(late)).toBe('InvalidGroup.NotFound');
  });
});

describe('steps', () => {
  it('are told after each change, with the state and the call, before the caller hears', async () => {
    const steps: unknown[] = [];
    bench.aws.onStep(({ state, call }) => steps.push([call?.operation, state.loadBalancers.size, seen]));
    await createWith({});
    await bench.elbv2.send(new DescribeLoadBalancersCommand({}));
    await codeOf(bench.loadBalancer({ Scheme: 'internal' }));
    bench.aws.seed.securityGroup({ id: 'sg-x' });
    expect(steps).toEqual([
      ['CreateLoadBalancer', 1, 'open'],
      [undefined, 1, 'answered'],
    ]);
  });

  it('stop when asked to', async () => {
    const listener = vi.fn();
    bench.aws.onStep(listener)();
    await bench.loadBalancer();
    expect(listener).not.toHaveBeenCalled();
  });

  it('that fail do not disturb the call, and are not forgotten', async () => {
    bench.aws.onStep(() => {
      throw new Error('too wide');
    });
    await bench.loadBalancer();
    expect(() => bench.aws.assertSound()).toThrow('too wide');
  });
});

describe('misuse', () => {
  it('an operation that is not simulated fails loudly and is remembered', async () => {
    await expect(bench.ec2.send(new AllocateAddressCommand({}))).rejects.toThrow(
      'ec2:AllocateAddress is not simulated',
    );
    expect(bench.aws.problems).toHaveLength(1);
    expect(() => bench.aws.assertSound()).toThrow(AggregateError);
  });

  it('a member that the SDK does not know fails loudly, and nothing is changed', async () => {
    const input = { Name: 'lb', Type: 'network' as const, Subnets: [...bench.cluster.publicSubnets], Tagz: [] };
    await expect(bench.elbv2.send(new CreateLoadBalancerCommand(input))).rejects.toMatchObject({ name: 'Misuse' });
    expect(exists()).toBe(false);
    expect(() => bench.aws.assertSound()).toThrow('Tagz');
  });

  it('a member that is not simulated fails loudly', async () => {
    const call = bench.loadBalancer({ CustomerOwnedIpv4Pool: 'pool' });
    await expect(call).rejects.toThrow('CustomerOwnedIpv4Pool');
  });

  it('a value of the wrong type is refused as AWS would', async () => {
    const Name = 7 as unknown as string;
    expect(await codeOf(bench.loadBalancer({ Name }))).toBe('ValidationError');
    const GroupIds = 'sg-nodes' as unknown as string[];
    expect(await codeOf(bench.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds })))).toBe('InvalidParameterValue');
  });

  it('an error of AWS is no misuse', async () => {
    await codeOf(bench.elbv2.send(new DescribeLoadBalancersCommand({ Names: ['none'] })));
    expect(() => bench.aws.assertSound()).not.toThrow();
  });
});

describe('the same calls in another AWS', () => {
  it('give the same ids, answers and state', async () => {
    const run = async () => {
      const one = makeBench();
      const served = await one.served(...one.cluster.nodes);
      const group = { GroupName: 'g', Description: 'd', VpcId: one.cluster.vpcId };
      const answer = await one.ec2.send(new CreateSecurityGroupCommand(group));
      return { served, answer, calls: one.aws.calls, rows: [...one.aws.state.targetGroups.values()] };
    };
    expect(await run()).toEqual(await run());
  });
});
