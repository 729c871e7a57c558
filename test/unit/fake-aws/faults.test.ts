// What can happen to a call: every fault, aborting, the death of a session.

import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { CreateLoadBalancerCommand, DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
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

describe('an intercept', () => {
  it('that fails makes the call fail, and is not forgotten', async () => {
    bench.aws.intercept = () => {
      throw new Error('an unexpected call');
    };
    await expect(bench.elbv2.send(new DescribeLoadBalancersCommand({}))).rejects.toThrow('an unexpected call');
    expect(() => bench.aws.assertSound()).toThrow('an unexpected call');
  });

  it('sees errors of AWS in the record even when nobody hears them', async () => {
    bench.aws.intercept = () => 'lose-answer';
    await codeOf(bench.elbv2.send(new DescribeLoadBalancersCommand({ Names: ['none'] })));
    expect(bench.aws.calls.map(({ errorCode }) => errorCode)).toEqual(['LoadBalancerNotFound']);
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
