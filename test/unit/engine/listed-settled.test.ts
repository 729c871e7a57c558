// What a list tells of an object that the cloud is at work on, and data of a graph that is no part of what is wanted.
import { describe, expect, it, vi } from 'vitest';
import { hashOf } from '../../../src/engine/graph.ts';
import { Inventory } from '../../../src/engine/inventory.ts';
import type { AnyKind, RetryAfter } from '../../../src/engine/kind.ts';
import { BUSY, busyChild, hallKind, rest } from './busy-kinds.ts';
import { Desk, graphOf, type Wish } from './desk.ts';
import { FakeCloud, markOf, owner } from './fake-cloud.ts';

/** Its list tells whether the cloud is at work on each. */
const telling = hallKind({
  async list(cloud) {
    await cloud.enter('list Hall');
    return cloud.ids('Hall').map((id) => cloud.observed('Hall', id));
  },
});
const kinds = [telling, busyChild('Door', 'Hall')];
const wish: Wish = [
  ['Hall', 'h', { size: 1 }],
  ['Door', 'h:1', { size: 1 }],
];

describe('an object that a list shows at work', () => {
  it('is not written to by a process that has just begun', async () => {
    const cloud = new FakeCloud();
    cloud.put('Hall', 'h', [owner()], { size: 1 }, { settled: BUSY });
    const desk = new Desk(kinds, { cloud });
    expect((await desk.converge(wish)).waiting).toEqual(BUSY);
    expect(cloud.take()).toEqual(['list Hall', 'read Hall/h', 'readAll Door of h']);
    rest(cloud);
    await desk.converge(wish);
    expect(cloud.take()).toEqual(['read Hall/h', 'create Door/h:1']);
  });

  it('is written to where the list shows it at rest', async () => {
    const cloud = new FakeCloud();
    cloud.put('Hall', 'h', [owner()], { size: 1 });
    await new Desk(kinds, { cloud }).converge(wish);
    expect(cloud.take()).toEqual(['list Hall', 'readAll Door of h', 'create Door/h:1']);
  });
});

describe('what the inventory takes from lists', () => {
  const listed = (settled?: true | RetryAfter) => ({
    id: 'h',
    marks: [markOf(owner())],
    out: {},
    ...(settled && { settled }),
  });
  const inventory = () => new Inventory(kinds as unknown as readonly AnyKind<object>[]);
  const settledOf = (world: Inventory) => world.get('Hall', 'h')?.settled;

  it('is that it settles, that it has settled, or what was known before', () => {
    const world = inventory();
    world.putList('Hall', [listed()]);
    expect(settledOf(world)).toBe(true);
    world.putList('Hall', [listed(BUSY)]);
    expect(settledOf(world)).toEqual(BUSY);
    world.putList('Hall', [listed()]);
    expect(settledOf(world)).toEqual(BUSY);
    world.putList('Hall', [listed(true)]);
    expect(settledOf(world)).toBe(true);
  });

  it('is the same for a later list, unless something newer is known', () => {
    vi.useFakeTimers();
    try {
      const world = inventory();
      world.putList('Hall', [listed()]);
      world.refreshList('Hall', [listed(BUSY)], performance.now());
      expect(settledOf(world)).toBe(true);
      vi.advanceTimersByTime(120_000);
      world.refreshList('Hall', [listed(BUSY)], performance.now());
      expect(settledOf(world)).toEqual(BUSY);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('how a result is shown', () => {
  it('is no part of what is wanted: nothing is done, and the memory stays', async () => {
    const desk = new Desk(kinds);
    const shown = (hostname: string) => ({ ...graphOf([['Hall', 'h', { size: 1 }]]), shown: { hostname } });
    await desk.converge(shown('a'));
    rest(desk.cloud);
    const { memory } = await desk.settled(shown('a'));
    const next = await desk.converge(shown('b'));
    expect(desk.cloud.take()).toEqual([]);
    expect(next.memory).toEqual(memory);
    expect(desk.engine.isMemoryOf(memory, desk.owner, shown('c'))).toBe(true);
    expect(hashOf('uid', shown('a'), () => true)).toBe(hashOf('uid', shown('b'), () => true));
  });

  it('nor is a word about what has to go first', () => {
    const graph = graphOf(wish);
    expect(hashOf('uid', { ...graph, clearing: 'room is made' }, () => true)).toBe(hashOf('uid', graph, () => true));
  });
});

describe('a graph', () => {
  it('of a reference to what must be settled differs from one to what need not be', () => {
    const to = (settled: object) => graphOf([['Hall', 'h', { at: { $ref: 'Hall/i', field: 'arn', ...settled } }]]);
    expect(hashOf('uid', to({ settled: true }), () => true)).not.toBe(hashOf('uid', to({}), () => true));
  });
});
