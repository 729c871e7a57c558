// What goes with whoever leaves, and what follows until it goes.
import { describe, expect, it } from 'vitest';
import type { Owner } from '../../../src/engine/owner.ts';
import { busyChild, hallKind, rest, sharedHallKind } from './busy-kinds.ts';
import { Desk, graphOf, type Wish } from './desk.ts';
import { owner } from './fake-cloud.ts';

/** Converges and lets the cloud come to rest, until there is nothing to wait for. Answers all calls. */
async function calls(desk: Desk, wish: Wish | undefined, who = owner()): Promise<readonly string[]> {
  for (let round = 0; round < 10; round++) {
    const { waiting } = await desk.converge(wish, { owner: who });
    rest(desk.cloud);
    if (!waiting) return desk.cloud.take();
  }
  throw new Error('it never came to rest');
}

describe('whoever leaves an object that stays', () => {
  const other = owner('bbbbbbbb-0000-0000-0000-000000000002', 'api');
  const named = (name: string): Owner => (name === 'api' ? other : owner());
  const kinds = [sharedHallKind(named), busyChild('Door', 'Hall')];
  const wish = (who: Owner, door: string): Wish => [
    ['Hall', 'h', { owners: [who.name] }],
    ['Door', door, { size: 1 }],
  ];

  it('takes along what is its own in there, though nobody has looked inside since the start', async () => {
    const before = new Desk(kinds);
    await calls(before, wish(owner(), 'h:1'));
    await calls(before, wish(other, 'h:2'), other);
    const after = new Desk(kinds, { cloud: before.cloud });
    const made = await calls(after, undefined);
    expect(made.filter((call) => !call.startsWith('read ') && !call.startsWith('list '))).toEqual([
      'readAll Door of h',
      'delete Door/h:1',
      'update Hall/h owners',
    ]);
    expect([...after.cloud.objects.keys()].sort()).toEqual(['Door/h:2', 'Hall/h']);
  });

  it('need not look inside where all of it goes', async () => {
    const before = new Desk(kinds);
    await calls(before, wish(owner(), 'h:1'));
    const made = await calls(new Desk(kinds, { cloud: before.cloud }), undefined);
    expect(made.some((call) => call.startsWith('readAll'))).toBe(false);
    expect(made).toContain('delete Hall/h');
  });
});

describe('what is to be replaced', () => {
  const kinds = [hallKind(), busyChild('Door', 'Hall'), busyChild('Guests', 'Door', { churns: true })];
  const inside = (hall: string, size: number): Wish => [
    ['Door', `${hall}:1`, { size }],
    ['Guests', `${hall}:1:all`, { names: ['a'] }],
  ];
  const graph = (size: number) => ({
    ...graphOf([['Hall', 'n', {}], ...inside('n', size), ...inside('h', size)]),
    replaces: ['Hall/h'],
  });

  it('follows its owner though the new one cannot be made', async () => {
    const desk = new Desk(kinds);
    await calls(desk, [['Hall', 'h', {}], ...inside('h', 9)]);
    desk.cloud.fail('create Hall/n', 'rejected');
    await expect(desk.converge(graph(1))).rejects.toMatchObject({ code: 'rejected' });
    expect(desk.cloud.take()).toContain('update Door/h:1 size');
    expect(desk.cloud.objects.get('Door/h:1')?.spec).toMatchObject({ size: 1 });
  });

  it('takes what is in it along when it goes, and nothing is left to be done', async () => {
    const desk = new Desk(kinds);
    await calls(desk, [['Hall', 'h', {}], ...inside('h', 9)]);
    for (let round = 0; round < 20; round++) {
      const { waiting } = await desk.converge(graph(1));
      rest(desk.cloud);
      if (!waiting) break;
    }
    expect([...desk.cloud.objects.keys()].filter((key) => key.includes('/h'))).toEqual([]);
    expect(desk.cloud.objects.has('Hall/n')).toBe(true);
    expect((await desk.converge(graph(1))).waiting).toBeUndefined();
  });
});
