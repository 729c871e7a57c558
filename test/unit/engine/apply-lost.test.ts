// Creates whose answer was lost and that nobody wants any more.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FairleadError } from '../../../src/engine/errors.ts';
import { Desk, type Wish } from './desk.ts';
import { childKind, rootKind } from './fake-cloud.ts';

const kinds = [rootKind('Box'), childKind('Leaf', 'Box')];
const wish: Wish = [
  ['Box', 'a', { size: 1 }],
  ['Leaf', 'a:1', { n: 1 }],
];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a lost create that nobody wants any more', () => {
  const lose = async (desk: Desk, shownAfterMs: number) => {
    desk.cloud.before('create Box/a', async () => {
      setTimeout(() => desk.cloud.put('Box', 'a', [desk.owner], { size: 1 }), shownAfterMs);
      throw new FairleadError('network', 'connection reset');
    });
    await expect(desk.converge(wish)).rejects.toMatchObject({ code: 'network' });
    desk.cloud.take();
  };

  it('is looked for and removed', async () => {
    const desk = new Desk(kinds);
    await lose(desk, 0);
    await vi.advanceTimersByTimeAsync(1);
    const gone = await desk.converge(undefined);
    expect(desk.cloud.take()).toEqual(['read Box/a', 'delete Box/a']);
    expect(gone.waiting).toBeUndefined();
  });

  it('is waited for where the cloud may not show it yet', async () => {
    const desk = new Desk(kinds);
    await lose(desk, 5000);
    const first = await desk.converge(undefined);
    expect(desk.cloud.take()).toEqual(['read Box/a']);
    expect(first.waiting?.why).toContain('Box a');
    await vi.advanceTimersByTimeAsync(first.waiting!.retryAfterMs);
    await desk.converge(undefined);
    expect(desk.cloud.take()).toEqual(['read Box/a', 'delete Box/a']);
    expect(desk.cloud.objects.size).toBe(0);
  });

  it('is forgotten when it was nothing', async () => {
    const desk = new Desk(kinds);
    desk.cloud.fail('create Box/a', 'network');
    await expect(desk.converge(wish)).rejects.toMatchObject({ code: 'network' });
    const first = await desk.converge(undefined);
    await vi.advanceTimersByTimeAsync(first.waiting!.retryAfterMs);
    const last = await desk.settled(undefined);
    expect(last.waiting).toBeUndefined();
    await desk.converge(undefined);
    expect(desk.cloud.take()).toEqual([]);
  });

  it("is not removed if it turns out to be somebody else's", async () => {
    const desk = new Desk(kinds);
    desk.cloud.fail('create Box/a', 'network');
    await expect(desk.converge(wish)).rejects.toMatchObject({ code: 'network' });
    desk.cloud.put('Box', 'a', [], {});
    await desk.converge(undefined);
    expect(desk.cloud.objects.has('Box/a')).toBe(true);
  });
});
