import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type QueueOptions, WorkQueue } from '../../src/controller/queue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** A queue whose runs are ended by hand: `finish(key)` or `finish(key, error)`. */
function manual(options: Partial<QueueOptions> = {}) {
  const diary: string[] = [];
  const open = new Map<string, (error?: Error) => void>();
  const signals: AbortSignal[] = [];
  const queue = new WorkQueue(
    (key, signal) => {
      diary.push(key);
      signals.push(signal);
      return new Promise((resolve, reject) => {
        open.set(key, (error) => (error === undefined ? resolve() : reject(error)));
      });
    },
    { workers: 1, ...options },
  );
  queue.start();
  const finish = async (key: string, error?: Error) => {
    const end = open.get(key)!;
    open.delete(key);
    end(error);
    await settle();
  };
  return { queue, diary, finish, signals };
}

describe('keys', () => {
  it('run in order, once however often they are added before', async () => {
    const { queue, diary, finish } = manual();
    for (const key of ['a', 'b', 'c', 'b', 'c', 'b']) queue.add(key);
    expect([queue.running, queue.depth]).toEqual([['a'], 2]);
    for (const key of ['a', 'b', 'c']) await finish(key);
    expect([diary, queue.depth]).toEqual([['a', 'b', 'c'], 0]);
  });

  it('run once more if added while at work, and never twice at a time', async () => {
    const { queue, diary, finish } = manual({ workers: 4 });
    queue.add('a');
    queue.add('a');
    queue.add('a');
    expect([diary, queue.depth]).toEqual([['a'], 0]);
    await finish('a');
    expect(diary).toEqual(['a', 'a']);
    await finish('a');
    expect([diary, queue.running]).toEqual([['a', 'a'], []]);
  });

  it('run on as many workers as there are', async () => {
    const { queue, diary, finish } = manual({ workers: 2 });
    for (const key of ['a', 'b', 'c']) queue.add(key);
    expect(diary).toEqual(['a', 'b']);
    await finish('b');
    expect([diary, queue.running]).toEqual([
      ['a', 'b', 'c'],
      ['a', 'c'],
    ]);
  });

  it('of high priority run first, and waiting ones move up', async () => {
    const { queue, diary, finish } = manual();
    queue.add('first');
    for (const key of ['low1', 'low2', 'up']) queue.add(key, 'low');
    queue.add('high');
    queue.add('up', 'high');
    queue.add('high', 'low');
    for (const key of ['first', 'high', 'up', 'low1', 'low2']) await finish(key);
    expect(diary).toEqual(['first', 'high', 'up', 'low1', 'low2']);
  });

  it('keep the higher priority when added again while at work', async () => {
    const { queue, diary, finish } = manual();
    queue.add('a');
    queue.add('x', 'low');
    queue.add('a', 'low');
    queue.add('a', 'high');
    queue.add('a', 'low');
    await finish('a');
    expect(diary).toEqual(['a', 'a']);
  });

  it('wait for the start', () => {
    const diary: string[] = [];
    const queue = new WorkQueue(async (key) => void diary.push(key), { workers: 1 });
    queue.add('a');
    expect([diary, queue.depth]).toEqual([[], 1]);
    queue.start();
    queue.start();
    expect(diary).toEqual(['a']);
  });
});

describe('delays', () => {
  it('make a key ready when due, the earliest of several', async () => {
    const { queue, diary } = manual();
    queue.addAfter('a', 5_000);
    queue.addAfter('a', 9_000);
    queue.addAfter('a', 3_000);
    await settle(2_999);
    expect(diary).toEqual([]);
    await settle(1);
    expect(diary).toEqual(['a']);
  });

  it('are cancelled by a run, but not those that the run itself asks for', async () => {
    const { queue, diary, finish } = manual();
    queue.addAfter('a', 5_000);
    queue.add('a');
    queue.addAfter('a', 60_000);
    await finish('a');
    await settle(59_000);
    expect(diary).toEqual(['a']);
    await settle(1_000);
    expect(diary).toEqual(['a', 'a']);
  });
});

describe('failures', () => {
  it('back off from 5 s to 300 s, key by key, until one run succeeds', async () => {
    const atMs: number[] = [];
    const failed: string[] = [];
    let isBroken = true;
    const queue = new WorkQueue(
      async (key) => {
        if (key !== 'bad') return;
        atMs.push(performance.now());
        if (isBroken) throw new Error('broken');
      },
      { workers: 2, hooks: { failed: (key, error) => failed.push(`${key}: ${(error as Error).message}`) } },
    );
    queue.start();
    queue.add('bad');
    queue.add('good');
    await settle(1_300_000);
    const gaps = atMs.slice(1).map((at, index) => (at - atMs[index]!) / 1000);
    expect(gaps).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
    expect([queue.failures('bad'), queue.failures('good'), failed[0]]).toEqual([10, 0, 'bad: broken']);
    isBroken = false;
    await settle(300_000);
    expect(queue.failures('bad')).toBe(0);
  });

  it('of a function that throws before it returns a promise are failures too', async () => {
    const process = vi.fn((): never => {
      throw new Error('at once');
    });
    const queue = new WorkQueue(process, { workers: 1 });
    queue.start();
    queue.add('a');
    await settle(5_000);
    expect(process).toHaveBeenCalledTimes(2);
  });

  it('can be asked for without a throw, and are counted until forgotten', async () => {
    const delays: number[] = [];
    const queue = new WorkQueue(async (key) => void delays.push(queue.retry(key)), {
      workers: 1,
      baseDelayMs: 10,
      maxDelayMs: 35,
    });
    queue.start();
    queue.add('a');
    await settle(99);
    expect(delays).toEqual([10, 20, 35, 35]);
    expect(queue.failures('a')).toBe(4);
    queue.forget('a');
    await settle(1);
    expect(delays.at(-1)).toBe(10);
  });

  it('do not hold back a key that is added anew', async () => {
    const { queue, diary, finish } = manual();
    queue.add('a');
    await finish('a', new Error('broken'));
    queue.add('a');
    expect(diary).toEqual(['a', 'a']);
    await finish('a');
    await settle(60_000);
    expect(diary).toEqual(['a', 'a']);
  });
});

describe('drain', () => {
  it('takes no more keys and waits for those at work', async () => {
    const { queue, diary, finish, signals } = manual();
    for (const key of ['a', 'b']) queue.add(key);
    queue.addAfter('c', 10);
    queue.add('a');
    const drained = queue.drain(10_000);
    queue.add('d');
    queue.addAfter('e', 1);
    await settle(5_000);
    await finish('a');
    expect(await drained).toBe(true);
    await settle(60_000);
    expect([diary, queue.depth, signals[0]!.aborted]).toEqual([['a'], 0, false]);
  });

  it('aborts what does not end in time, and says so', async () => {
    const { queue, signals } = manual();
    queue.add('a');
    const drained = queue.drain(10_000);
    await settle(9_999);
    expect(signals[0]!.aborted).toBe(false);
    await settle(1);
    expect([await drained, signals[0]!.aborted]).toEqual([false, true]);
  });

  it('is done at once where nothing runs, and a failing last run is no retry', async () => {
    const { queue, diary, finish } = manual();
    queue.add('a');
    const drained = queue.drain(10_000);
    await finish('a', new Error('cut off'));
    expect(await drained).toBe(true);
    expect(await queue.drain(1)).toBe(true);
    await settle(600_000);
    expect(diary).toEqual(['a']);
  });
});

describe('hooks', () => {
  it('tell depth, adds, retries and times', async () => {
    const seen: string[] = [];
    const { queue, finish } = manual({
      hooks: {
        depth: (keys) => seen.push(`depth ${keys}`),
        added: () => seen.push('added'),
        retried: () => seen.push('retried'),
        waited: (seconds) => seen.push(`waited ${seconds}`),
        worked: (seconds) => seen.push(`worked ${seconds}`),
      },
    });
    queue.add('a');
    queue.add('b');
    await settle(2_000);
    await finish('a', new Error('broken'));
    expect(seen.join(', ')).toBe(
      'added, depth 1, depth 0, waited 0, added, depth 1, retried, worked 2, depth 0, waited 2',
    );
  });
});

describe('in any order of adds, ends and delays', () => {
  it('no key runs twice at once, no more run than there are workers, and none is lost', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), key: fc.nat(4), high: fc.boolean() }),
      fc.record({ do: fc.constant('delay' as const), key: fc.nat(4), ms: fc.nat(50) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.nat(30) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), async (steps, workers) => {
        const running = new Set<string>();
        const lastAdd = new Map<string, number>();
        const lastRun = new Map<string, number>();
        let clock = 0;
        const queue = new WorkQueue(
          async (key) => {
            expect(running.has(key)).toBe(false);
            running.add(key);
            expect(running.size).toBeLessThanOrEqual(workers);
            lastRun.set(key, ++clock);
            await new Promise((resolve) => setTimeout(resolve, 10));
            running.delete(key);
          },
          { workers },
        );
        queue.start();
        for (const each of steps) {
          const key = 'key' in each ? `k${each.key}` : '';
          if (each.do !== 'wait') lastAdd.set(key, ++clock);
          if (each.do === 'add') queue.add(key, each.high ? 'high' : 'low');
          if (each.do === 'delay') queue.addAfter(key, each.ms);
          if (each.do === 'wait') await settle(each.ms);
        }
        await settle(1_000);
        for (const [key, at] of lastAdd) expect(lastRun.get(key)).toBeGreaterThan(at);
        expect([queue.depth, queue.running]).toEqual([0, []]);
      }),
      { numRuns: 200 },
    );
  });
});
