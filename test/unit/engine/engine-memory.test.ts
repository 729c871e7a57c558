// What is remembered of the last apply, and how much reading that saves.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Memory } from '../../../src/engine/engine.ts';
import { Desk, graphOf, type Wish } from './desk.ts';
import { childKind, type FakeCloud, owner, rootKind, sharedKind } from './fake-cloud.ts';

const kinds = [
  sharedKind('Doc'),
  rootKind('Box'),
  childKind('Targets', 'Box', { churns: true }),
  childKind('Leaf', 'Box'),
];
const wishOf = (nodes: readonly string[], size = 1): Wish => [
  ['Doc', 'nodes', { entries: [`${owner().uid} 80`] }],
  ['Box', 'a', { size }],
  ['Targets', 'a:t', { nodes }],
  ['Leaf', 'a:1', { n: 1 }],
];
const wish = wishOf(['n1']);

let cloud: FakeCloud;
let memory: Memory;
beforeEach(async () => {
  vi.useFakeTimers();
  const desk = new Desk(kinds);
  cloud = desk.cloud;
  memory = (await desk.settled(wish)).memory!;
});
afterEach(() => {
  vi.useRealTimers();
});

const restarted = () => new Desk(kinds, { cloud });

describe('memory', () => {
  it('is of the structure and of the targets, each on its own', async () => {
    const moved = await restarted().converge(wishOf(['n1', 'n2']));
    expect(moved.memory!.graph).toBe(memory.graph);
    expect(moved.memory!.targets).not.toBe(memory.targets);
    const bigger = await restarted().converge(wishOf(['n1', 'n2'], 2));
    expect(bigger.memory!.graph).not.toBe(memory.graph);
    expect(bigger.memory!.targets).toBe(moved.memory!.targets);
  });

  it('makes a restart cost its lists alone', async () => {
    const desk = restarted();
    const converged = await desk.converge(wish, { remembered: memory });
    expect(cloud.take()).toEqual(['list Doc', 'list Box']);
    expect(converged.memory).toEqual(memory);
    expect(converged.outputs.get('Box/a')).toEqual({ arn: 'arn:Box/a' });
    await desk.converge(wish);
    expect(cloud.take()).toEqual([]);
  });

  it('without targets costs the reading of those alone', async () => {
    await restarted().converge(wish, { remembered: { graph: memory.graph } });
    expect(cloud.take()).toEqual(['list Doc', 'list Box', 'readAll Targets of a']);
  });

  it('of another graph is no help', async () => {
    await restarted().converge(wish, { remembered: { ...memory, graph: 'other' } });
    expect(cloud.take()).toEqual(['list Doc', 'list Box', 'read Doc/nodes', 'read Box/a', 'readAll Leaf of a']);
  });

  it('is not believed any more when the lists show that something lacks', async () => {
    cloud.objects.delete('Box/a');
    for (const id of ['a:t', 'a:1']) cloud.objects.delete(`${id === 'a:t' ? 'Targets' : 'Leaf'}/${id}`);
    await restarted().converge(wish, { remembered: memory });
    expect(cloud.take()).toEqual([
      'list Doc',
      'list Box',
      'read Doc/nodes',
      'create Box/a',
      'create Targets/a:t',
      'create Leaf/a:1',
    ]);
  });

  it('of this process is better than what a status says', async () => {
    const desk = restarted();
    await desk.settled(wish, { remembered: memory });
    await desk.settled(wishOf(['n2']));
    await desk.converge(wishOf(['n2']), { remembered: memory });
    expect(cloud.take()).toEqual([]);
  });

  it('is empty-handed while something is unfinished, and later too', async () => {
    const desk = restarted();
    cloud.fail('update Box/a size', 'denied');
    await expect(desk.converge(wishOf(['n1'], 2), { remembered: memory })).rejects.toMatchObject({ code: 'denied' });
    cloud.take();
    await desk.converge(wish, { remembered: memory });
    expect(cloud.take()).toContain('read Box/a');
  });

  it('keeps the structure when only the targets are unfinished', async () => {
    const desk = restarted();
    cloud.fail('update Targets/a:t nodes', 'denied');
    await expect(desk.converge(wishOf(['n2']), { remembered: memory })).rejects.toMatchObject({ code: 'denied' });
    expect(cloud.take()).toEqual([
      'list Doc',
      'list Box',
      'readAll Targets of a',
      'update Targets/a:t nodes',
      'readAll Targets of a',
      'update Targets/a:t nodes',
    ]);
    await desk.converge(wishOf(['n2']));
    expect(cloud.take()).toEqual([]);
  });

  it('does not survive the deletion of the stack', async () => {
    const desk = restarted();
    const gone = await desk.settled(undefined, { remembered: memory });
    expect(gone.memory).toBeUndefined();
    await desk.converge(wish, { remembered: memory });
    expect(cloud.take()).toEqual(['create Doc/nodes', 'create Box/a', 'create Targets/a:t', 'create Leaf/a:1']);
  });
});

describe('targets alone', () => {
  it('leave the rest unread and as it is, and the memory of it in force', async () => {
    const desk = restarted();
    const moved = wishOf(['n1', 'n2'], 99);
    const converged = await desk.converge(moved, { remembered: memory, onlyTargets: true });
    expect(cloud.take()).toEqual(['list Doc', 'list Box', 'readAll Targets of a', 'update Targets/a:t nodes']);
    expect(desk.announced).toEqual([false]);
    expect(converged.memory).toMatchObject({ graph: memory.graph });
    await desk.converge(wishOf(['n1', 'n2']));
    expect(cloud.take()).toEqual([]);
  });

  it('remember nothing where nothing was remembered', async () => {
    const desk = restarted();
    const converged = await desk.settled(wishOf(['n2']), { onlyTargets: true });
    expect(converged.memory).toBeUndefined();
    await desk.converge(wishOf(['n2']));
    expect(cloud.take()).toContain('read Box/a');
  });

  it('have nowhere to go where nothing is, and that is no error', async () => {
    const desk = new Desk(kinds);
    const converged = await desk.converge(wish, { onlyTargets: true });
    expect(desk.cloud.take()).toEqual(['list Doc', 'list Box']);
    expect(converged.done).toEqual([]);
  });

  it('are the only step of a change of nodes', async () => {
    const desk = restarted();
    await desk.settled(wish, { remembered: memory });
    const { done, structural } = await desk.converge(wishOf(['n3']));
    expect(done.map(({ action, kind }) => `${action} ${kind}`)).toEqual(['update Targets']);
    expect(structural).toBe(false);
    expect(desk.announced).toEqual([false]);
  });
});

describe('verification', () => {
  it('reads everything again, and repairs what somebody changed or removed', async () => {
    const desk = restarted();
    await desk.settled(wish);
    cloud.put('Box', 'a', [desk.owner], { size: 7 });
    cloud.objects.delete('Leaf/a:1');
    cloud.put('Leaf', 'a:2', [desk.owner], { n: 2 });
    const { done } = await desk.converge(wish, { verify: true });
    const reads = ['read Doc/nodes', 'read Box/a', 'readAll Targets of a', 'readAll Leaf of a'];
    expect(cloud.take()).toEqual([...reads, 'update Box/a size', 'create Leaf/a:1', 'delete Leaf/a:2']);
    expect(done[0]?.changes).toEqual([{ field: 'size', from: 7, to: 1, reason: 'changed' }]);
    expect(cloud.objects.get('Box/a')?.spec).toEqual({ size: 1 });
  });

  it('tells drift from a change, where this process made the object', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wish);
    desk.cloud.put('Box', 'a', [desk.owner], { size: 7 });
    const { done } = await desk.converge(wish, { verify: true });
    expect(done[0]?.changes).toEqual([{ field: 'size', from: 7, to: 1, reason: 'drifted' }]);
  });

  it('is due by the object that was looked at longest ago', async () => {
    const desk = new Desk(kinds);
    expect(desk.engine.verifiedAt(desk.owner)).toBeUndefined();
    await desk.settled(wish);
    const at = desk.engine.verifiedAt(desk.owner)!;
    vi.advanceTimersByTime(5000);
    await desk.settled(wishOf(['n2']));
    expect(desk.engine.verifiedAt(desk.owner)).toBe(at);
    await desk.settled(wishOf(['n2']), { verify: true });
    expect(desk.engine.verifiedAt(desk.owner)).toBe(at + 5000);
  });
});

describe('a graph with holds', () => {
  it('is remembered as another graph', async () => {
    const desk = restarted();
    const held = await desk.converge(graphOf(wish, ['Targets']));
    expect(held.memory!.graph).toBe(memory.graph);
    expect(held.memory!.targets).not.toBe(memory.targets);
  });
});
