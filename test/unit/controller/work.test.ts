import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Stage } from '../../../src/controller/hooks.ts';
import { NodeSync } from '../../../src/controller/node-sync.ts';
import { inStage, workFields, working } from '../../../src/controller/work.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const fields = (name: string) => ({ reconcileID: `id of ${name}`, service: `default/${name}`, uid: name });

describe('the work at hand', () => {
  it('is known all the way down, and each way has its own', async () => {
    const seen: string[] = [];
    const work = (name: string, ms: number) =>
      working(fields(name), undefined, async () => {
        for (let step = 0; step < 3; step++) {
          await pause(ms);
          await Promise.all([inStage('apply', () => pause(ms)), pause(1)]);
          seen.push(`${name} ${workFields()?.uid}`);
        }
      });
    const all = Promise.all([work('a', 5), work('b', 7), work('c', 5)]);
    await vi.runAllTimersAsync();
    await all;
    expect(seen).toHaveLength(9);
    expect(seen.filter((line) => !/^(\w) \1$/.test(line))).toEqual([]);
    expect(workFields()).toBeUndefined();
  });
});

describe('the stages of a reconcile', () => {
  /** What is told of the stages, in milliseconds. */
  async function told(run: () => Promise<unknown>): Promise<Record<string, number>> {
    const spent: [Stage, number][] = [];
    const ended = working(
      fields('web'),
      (stage, seconds) => spent.push([stage, Math.round(seconds * 1000)]),
      run,
    ).catch(() => undefined);
    await vi.runAllTimersAsync();
    await ended;
    expect(new Set(spent.map(([stage]) => stage)).size).toBe(spent.length);
    return Object.fromEntries(spent);
  }

  it('are told once each, with all of their time, and those that were not are not', async () => {
    const spent = await told(async () => {
      await inStage('gather', () => pause(10));
      await pause(1000);
      await inStage('gather', () => pause(5));
      expect(await inStage('compile', () => 'graph')).toBe('graph');
    });
    expect(spent).toEqual({ gather: 15, compile: 0 });
  });

  it('do not overlap: one inside another takes its time from it', async () => {
    const spent = await told(() =>
      inStage('apply', async () => {
        await pause(10);
        await inStage('status', () => pause(3));
        await pause(20);
      }),
    );
    expect(spent).toEqual({ apply: 30, status: 3 });
  });

  it('are told of a reconcile that fails, too', async () => {
    const spent = await told(() =>
      inStage('apply', async () => {
        await pause(10);
        await inStage('status', () => Promise.reject(new Error('no')));
      }),
    );
    expect(spent).toEqual({ apply: 10, status: 0 });
  });

  it('cost nothing outside of a reconcile', async () => {
    expect(await inStage('gather', () => 1)).toBe(1);
  });
});

describe('a node sync', () => {
  it('lasts until every Service was looked at, and counts each', () => {
    const told: unknown[] = [];
    const sync = new NodeSync({
      updated: (seconds, failed) => told.push(['updated', seconds, failed]),
      ended: (seconds) => told.push(['ended', seconds]),
    });
    sync.begin(['a', 'b']);
    vi.advanceTimersByTime(2000);
    sync.looked('a', 1, false);
    sync.looked('stranger', 1, true);
    // Nodes change once more.
    sync.begin(['a', 'b']);
    vi.advanceTimersByTime(3000);
    sync.looked('b', 2, true);
    expect(told).toEqual([
      ['updated', 1, false],
      ['updated', 2, true],
    ]);
    sync.looked('a', 1, false);
    expect(told.slice(2)).toEqual([
      ['updated', 1, false],
      ['ended', 5],
    ]);
    sync.looked('a', 1, false);
    expect(told).toHaveLength(4);
  });
});
