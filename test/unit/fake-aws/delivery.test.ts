// The way of a call: records, sessions, every fault, aborting, lagging reads, steps, misuse.

import { AllocateAddressCommand, CreateSecurityGroupCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Fault } from '../../fake/aws/call.ts';
import { connect } from '../../fake/aws/connect.ts';
import { type Bench, codeOf, makeBench, START } from './bench.ts';

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

describe('faults', () => {
  it('crash: no effect, no answer, and the session is dead', async () => {
    await createWith('crash');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect([exists(), seen, bench.session.killed]).toEqual([false, 'open', true]);
  });

  it('crash-after: the effect, no answer, and the session is dead', async () => {
    await createWith('crash-after');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect([exists(), seen, bench.session.killed]).toEqual([true, 'open', true]);
  });

  it('lose-answer: the effect, and a reset connection as the SDK reports it', async () => {
    await createWith('lose-answer');
    expect([exists(), seen]).toEqual([true, 'TimeoutError']);
    bench.aws.intercept = () => 'lose-answer';
    await expect(bench.elbv2.send(new DescribeLoadBalancersCommand({}))).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('throttle: the error of the service, no effect', async () => {
    await createWith('throttle');
    expect([exists(), seen]).toEqual([false, 'Throttling']);
    bench.aws.intercept = () => 'throttle';
    await expect(bench.ec2.send(new DescribeSecurityGroupsCommand({}))).rejects.toMatchObject({
      name: 'RequestLimitExceeded',
      $metadata: { httpStatusCode: 503 },
      $fault: 'server',
    });
  });

  it('hang: no effect and no answer until the caller gives up', async () => {
    const abort = new AbortController();
    await createWith('hang', abort.signal);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect([exists(), seen]).toEqual([false, 'open']);
    abort.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect([exists(), seen]).toEqual([false, 'AbortError']);
  });

  it('hang-after: the effect, and no answer until the caller gives up', async () => {
    const abort = new AbortController();
    await createWith('hang-after', abort.signal);
    expect([exists(), seen]).toEqual([true, 'open']);
    abort.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toBe('AbortError');
  });

  it('error: the given code and status, without the effect', async () => {
    await createWith({ error: 'InternalFailure', httpStatus: 500 });
    expect([exists(), seen]).toEqual([false, 'InternalFailure']);
    expect(bench.aws.calls[0]).toMatchObject({ errorCode: 'InternalFailure' });
    expect(bench.aws.calls[0]?.effectAt).toBeUndefined();
  });

  it('error after the effect', async () => {
    await createWith({ error: 'ServiceUnavailable', httpStatus: 503, afterEffect: true });
    expect([exists(), seen]).toEqual([true, 'ServiceUnavailable']);
  });

  it('delayMs: the effect at once, the answer later', async () => {
    await createWith({ delayMs: 1_000 });
    expect([exists(), seen]).toEqual([true, 'open']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen).toBe('answered');
  });

  it('arriveMs: the effect later, even when the caller has given up by then', async () => {
    const abort = new AbortController();
    await createWith({ arriveMs: 1_000 }, abort.signal);
    abort.abort(new Error('deadline'));
    await vi.advanceTimersByTimeAsync(999);
    expect([exists(), seen]).toEqual([false, 'AbortError']);
    await vi.advanceTimersByTimeAsync(1);
    expect(exists()).toBe(true);
  });

  it('staleMs: a read answers the state of so long ago', async () => {
    await bench.loadBalancer();
    vi.advanceTimersByTime(1_000);
    const count = async (staleMs: number) => {
      bench.aws.intercept = () => ({ staleMs });
      return (await bench.elbv2.send(new DescribeLoadBalancersCommand({}))).LoadBalancers?.length;
    };
    expect([await count(0), await count(1_000), await count(1_001)]).toEqual([1, 1, 0]);
  });
});

describe('aborting', () => {
  it('before sending keeps the call away from AWS', async () => {
    const signal = AbortSignal.abort('too late');
    await createWith({}, signal);
    expect([seen, bench.aws.calls.length]).toEqual(['AbortError', 0]);
  });

  it('after the answer does nothing', async () => {
    const abort = new AbortController();
    await createWith({}, abort.signal);
    abort.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toBe('answered');
  });

  it('gives the reason of the caller as the cause', async () => {
    bench.aws.intercept = () => 'hang';
    const abort = new AbortController();
    const result = bench.elbv2.send(new DescribeLoadBalancersCommand({}), { abortSignal: abort.signal });
    const reason = new Error('deadline');
    abort.abort(reason);
    await expect(result).rejects.toMatchObject({ name: 'AbortError', cause: reason });
  });
});

describe('a killed session', () => {
  it('is never answered, and its later calls are not even seen', async () => {
    await createWith({ delayMs: 10 });
    bench.session.kill();
    const before = bench.aws.calls.length;
    const later = vi.fn();
    bench.elbv2.send(new DescribeLoadBalancersCommand({})).then(later, later);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect([seen, later.mock.calls.length, bench.aws.calls.length]).toEqual(['open', 0, before]);
  });

  it('loses requests that are on their way', async () => {
    await createWith({ arriveMs: 10 });
    bench.session.kill();
    await vi.advanceTimersByTimeAsync(10);
    expect(exists()).toBe(false);
  });

  it('may have them land all the same, after its death', async () => {
    await createWith({ arriveMs: 10 });
    bench.session.kill('landing');
    await vi.advanceTimersByTimeAsync(10);
    expect([exists(), seen]).toEqual([true, 'open']);
  });

  it('does not disturb another session', async () => {
    const other = connect(bench.aws);
    bench.session.kill();
    const answer = await other.elbv2.send(new DescribeLoadBalancersCommand({}));
    expect(answer.LoadBalancers).toEqual([]);
  });

  it('does not hear an abort either', async () => {
    const abort = new AbortController();
    await createWith('hang', abort.signal);
    bench.session.kill();
    abort.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toBe('open');
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

  it('an error of AWS is no misuse', async () => {
    await codeOf(bench.elbv2.send(new DescribeLoadBalancersCommand({ Names: ['none'] })));
    expect(() => bench.aws.assertSound()).not.toThrow();
  });
});
