// Lanes, narrowing and widening of the limiter, on a virtual clock.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Lane } from '../../../src/engine/kind.ts';
import { Limiter } from '../../../src/provider/limiter.ts';

const NEVER = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Asks for a turn, and notes under `name` when it came. */
class Queue {
  readonly limiter: Limiter;
  readonly started: string[] = [];
  readonly at: number[] = [];
  readonly releases: (() => void)[] = [];
  readonly #began = performance.now();

  constructor(limiter = new Limiter()) {
    this.limiter = limiter;
  }

  ask(name: string, lane: Lane = 'change', bucket = 'b', signal = NEVER): Promise<void> {
    return this.limiter.take(bucket, lane, signal).then((release) => {
      this.started.push(name);
      this.at.push(performance.now() - this.#began);
      this.releases.push(release);
    });
  }

  /** Many turns that end at once, asked for at the same time. Answers how many began in each of the next seconds. */
  async perSecond(count: number, seconds: number, lane: Lane = 'change'): Promise<readonly number[]> {
    for (let n = 0; n < count; n++)
      void this.limiter.take('b', lane, NEVER).then((release) => {
        this.at.push(performance.now());
        release();
      });
    const began = performance.now();
    await vi.advanceTimersByTimeAsync(seconds * 1000 - 1);
    const mine = this.at.filter((at) => at >= began);
    return Array.from(
      { length: seconds },
      (_, second) => mine.filter((at) => at >= began + second * 1000 && at < began + (second + 1) * 1000).length,
    );
  }
}

describe('a limiter', () => {
  it('starts wide: as many as may be under way at once, and one more for each that ends', async () => {
    const queue = new Queue();
    for (let n = 0; n < 20; n++) void queue.ask(`call ${n}`);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(queue.started).toHaveLength(16);
    queue.releases[0]!();
    queue.releases[0]!();
    await vi.advanceTimersByTimeAsync(0);
    expect(queue.started).toHaveLength(17);
  });

  it('lets a hundred quick calls a second through, as long as nobody complains', async () => {
    expect(await new Queue().perSecond(100, 1)).toEqual([100]);
  });

  it('serves lanes in their order, and each lane in the order of asking', async () => {
    const queue = new Queue();
    for (let n = 0; n < 16; n++) void queue.ask('first');
    for (const lane of ['background', 'verify', 'change', 'targets', 'change', 'targets'] satisfies Lane[]) {
      void queue.ask(`${lane} ${queue.started.length + 1}`, lane);
    }
    await vi.advanceTimersByTimeAsync(0);
    queue.started.length = 0;
    for (const release of queue.releases.splice(0)) release();
    await vi.advanceTimersByTimeAsync(0);
    expect(queue.started.map((name) => name.split(' ')[0])).toEqual([
      'targets',
      'targets',
      'change',
      'change',
      'background',
      'verify',
    ]);
  });

  it('keeps buckets apart', async () => {
    const queue = new Queue();
    for (let n = 0; n < 16; n++) void queue.ask('b', 'change', 'b');
    queue.limiter.throttled('b', 60_000);
    void queue.ask('other', 'verify', 'c');
    await vi.advanceTimersByTimeAsync(0);
    expect(queue.started).toContain('other');
  });

  it('verifies at most once a second, whatever else happens, and never before others', async () => {
    expect(await new Queue().perSecond(5, 4, 'verify')).toEqual([1, 1, 1, 1]);
  });

  it('lets others pass while verification waits for its second', async () => {
    const queue = new Queue();
    const counting = queue.perSecond(3, 2, 'verify');
    await vi.advanceTimersByTimeAsync(0);
    await queue.ask('a change', 'change');
    expect(queue.started).toEqual(['a change']);
    await counting;
  });

  it('tells how long each had to wait', async () => {
    const told: unknown[] = [];
    const queue = new Queue(new Limiter({ onWait: (bucket, lane, waitedMs) => told.push([bucket, lane, waitedMs]) }));
    await queue.ask('one', 'targets');
    queue.limiter.throttled('b', 2000);
    const second = queue.ask('two', 'background');
    await vi.advanceTimersByTimeAsync(2000);
    await second;
    expect(told).toEqual([
      ['b', 'targets', 0],
      ['b', 'background', 2000],
    ]);
  });
});

describe('after throttling', () => {
  it('nothing starts before the cloud said it may', async () => {
    const queue = new Queue();
    queue.limiter.throttled('b', 3000);
    void queue.ask('call');
    await vi.advanceTimersByTimeAsync(2999);
    expect(queue.started).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(queue.started).toEqual(['call']);
  });

  it('goes on at half the pace of the last second, evenly', async () => {
    const queue = new Queue();
    await queue.perSecond(20, 1);
    queue.limiter.throttled('b', 0);
    const [first, second] = await queue.perSecond(40, 2);
    expect(first).toBeGreaterThanOrEqual(9);
    expect(first).toBeLessThanOrEqual(11);
    expect(second).toBe(10);
  });

  it('narrows once for one burst, and again for the next', async () => {
    const queue = new Queue();
    await queue.perSecond(20, 1);
    for (let answers = 0; answers < 10; answers++) queue.limiter.throttled('b', 0);
    expect((await queue.perSecond(10, 1))[0]).toBe(10);
    queue.limiter.throttled('b', 0);
    expect((await queue.perSecond(5, 1))[0]).toBe(5);
  });

  it('never narrows below one call in two seconds', async () => {
    const queue = new Queue();
    for (let rounds = 0; rounds < 20; rounds++) {
      queue.limiter.throttled('b', 0);
      await vi.advanceTimersByTimeAsync(1000);
    }
    const counts = await queue.perSecond(3, 6);
    expect(counts.reduce((sum, count) => sum + count)).toBe(3);
  });

  it('widens by a tenth for each second that goes well, until there is no pace any more', async () => {
    const queue = new Queue();
    await queue.perSecond(20, 1);
    queue.limiter.throttled('b', 0);
    await vi.advanceTimersByTimeAsync(1000);
    for (let calls = 0; calls < 50; calls++) queue.limiter.succeeded('b');
    const [paced] = await queue.perSecond(11, 1);
    expect(paced).toBe(11);
    for (let seconds = 0; seconds < 20; seconds++) {
      await vi.advanceTimersByTimeAsync(1000);
      queue.limiter.succeeded('b');
    }
    expect((await queue.perSecond(200, 1))[0]).toBe(200);
  });

  it('does not widen without a success', async () => {
    const queue = new Queue();
    await queue.perSecond(20, 1);
    queue.limiter.throttled('b', 0);
    await vi.advanceTimersByTimeAsync(600_000);
    expect((await queue.perSecond(30, 1))[0]).toBeLessThanOrEqual(11);
  });
});

describe('giving up', () => {
  it('leaves the queue, and takes nobody else along', async () => {
    const queue = new Queue();
    queue.limiter.throttled('b', 1000);
    const stop = new AbortController();
    const given = queue.ask('given up', 'change', 'b', stop.signal);
    void queue.ask('patient');
    stop.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await vi.advanceTimersByTimeAsync(1000);
    expect(queue.started).toEqual(['patient']);
  });

  it('before asking asks for nothing', async () => {
    const queue = new Queue();
    const stop = AbortSignal.abort(new Error('too late'));
    await expect(queue.ask('never', 'change', 'b', stop)).rejects.toThrow('too late');
    expect(queue.started).toEqual([]);
  });

  it('after the turn has come changes nothing', async () => {
    const queue = new Queue();
    const stop = new AbortController();
    await queue.ask('one', 'change', 'b', stop.signal);
    stop.abort();
    expect(queue.started).toEqual(['one']);
  });
});

describe('the pace', () => {
  it('is told when it changes: free, half when the cloud throttles, and free again in time', async () => {
    const told: [string, number][] = [];
    const limiter = new Limiter({ onPace: (bucket, perSecond) => told.push([bucket, perSecond]) });
    const { signal } = new AbortController();
    for (let call = 0; call < 10; call++) (await limiter.take('reads', 'change', signal))();
    limiter.throttled('reads');
    expect(told).toEqual([
      ['reads', Number.POSITIVE_INFINITY],
      ['reads', 5],
    ]);
    for (let second = 0; second < 30; second++) {
      vi.advanceTimersByTime(1000);
      limiter.succeeded('reads');
    }
    expect(told.at(-1)).toEqual(['reads', Number.POSITIVE_INFINITY]);
    const between = told.slice(1, -1).map(([, pace]) => pace);
    expect(between).toEqual([...between].sort((a, b) => a - b));
  });
});
