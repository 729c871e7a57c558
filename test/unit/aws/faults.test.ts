// Whatever call goes wrong, and however: in the end AWS is as the Service asks, once, and nothing is left to do.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Fault } from '../../fake/aws/call.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { newAws, type Run, start, type Wish } from './stage.ts';

const WISH: Wish = {
  options: { 'aws-nlb-security-groups': 'managed' },
  annotations: {
    'cross-zone-load-balancing-enabled': 'true',
    'target-group-attributes': 'proxy_protocol_v2.enabled=true',
    'additional-resource-tags': 'team=a',
  },
};

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['the process dies before it', 'crash'],
  ['the process dies after it', 'crash-after'],
  ['the answer is lost', 'lose-answer'],
  ['it is throttled', 'throttle'],
  ['AWS fails', { error: 'InternalFailure', httpStatus: 500 }],
  ['AWS fails after it took effect', { error: 'InternalFailure', httpStatus: 500, afterEffect: true }],
];

afterEach(() => {
  vi.useRealTimers();
});

/** Lets time pass until the promise is settled, or its process is dead. */
async function outcome<T>(run: Run, promise: Promise<T>): Promise<T | 'failed' | 'dead'> {
  let result: T | 'failed' | undefined;
  promise.then(
    (value) => {
      result = value;
    },
    () => {
      result = 'failed';
    },
  );
  while (result === undefined && !run.isDead) await vi.advanceTimersByTimeAsync(1_000);
  return run.isDead ? 'dead' : (result ?? 'failed');
}

/** Goes on until nothing is left to do; a dead process is followed by a new one. */
async function untilDone(aws: StrictAws, wish: Wish | undefined): Promise<Run> {
  let run = await start(aws);
  for (let attempt = 0; attempt < 20; attempt++) {
    const result = await outcome(run, run.converge(wish));
    if (result === 'dead') run = await start(aws);
    else if (result !== 'failed' && result.waiting === undefined) return run;
    await vi.advanceTimersByTimeAsync(15_000);
  }
  throw new Error('this never ends');
}

function failAt(aws: StrictAws, at: number, fault: Fault): void {
  let writes = 0;
  aws.intercept = (call) => {
    if (!call.write) return undefined;
    writes += 1;
    return writes === at ? fault : undefined;
  };
}

describe.each(FAULTS)('when %s', (_what, fault) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('at write %i of a create', async (at) => {
    vi.useFakeTimers();
    const aws = newAws();
    failAt(aws, at, fault);
    const run = await untilDone(aws, WISH);
    aws.intercept = undefined;
    const { loadBalancers, targetGroups, listeners, securityGroups } = aws.state;
    expect([loadBalancers.size, targetGroups.size, listeners.size]).toEqual([1, 1, 1]);
    expect([...securityGroups.values()].filter(({ name }) => name.startsWith('k8s-'))).toHaveLength(1);
    expect([...loadBalancers.values()][0]?.attributes['load_balancing.cross_zone.enabled']).toBe('true');
    expect(Object.keys([...targetGroups.values()][0]?.targets ?? {})).toHaveLength(3);
    expect((await run.converge(WISH)).calls).toEqual([]);
    aws.assertSound();
  });

  it.each([1, 2, 3, 4])('at write %i of a delete', async (at) => {
    vi.useFakeTimers();
    const aws = newAws();
    await untilDone(aws, WISH);
    failAt(aws, at, fault);
    await untilDone(aws, undefined);
    const { loadBalancers, targetGroups, listeners, securityGroups } = aws.state;
    expect([loadBalancers.size, targetGroups.size, listeners.size]).toEqual([0, 0, 0]);
    expect([...securityGroups.values()].filter(({ name }) => name.startsWith('k8s-'))).toEqual([]);
    expect(securityGroups.get('sg-nodes')?.ingress).toEqual([]);
    aws.assertSound();
  });
});
