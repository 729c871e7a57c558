import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newAws, start } from './stage.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a', () => {
  it('x', async () => {
    const aws = newAws();
    const run = await start(aws);
    const made = await run.converge({});
    console.log(made.calls, made.problems, JSON.stringify([...made.outputs]));
    const again = await run.converge({});
    console.log(again.calls);
    const restarted = await start(aws);
    console.log((await restarted.converge({})).calls);
    const gone = await restarted.converge(undefined);
    console.log(gone.calls, gone.waiting);
    await vi.advanceTimersByTimeAsync(10000);
    const g2 = await restarted.converge(undefined);
    console.log(g2.calls, g2.waiting);
    aws.assertSound();
    expect(1).toBe(1);
  });
});
