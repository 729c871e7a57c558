// Lists that are taken again: they may be late, or lack what is there, and must never make an object vanish.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { GraphBuilder } from '../../../src/engine/graph.ts';
import { Inventory } from '../../../src/engine/inventory.ts';
import type { AnyKind, Listed, Observed } from '../../../src/engine/kind.ts';
import { childKind, FakeCloud, markOf, owner, rootKind, SCOPE, sharedKind } from './fake-cloud.ts';

const web = owner();
const kinds = [rootKind('Box'), childKind('Leaf', 'Box'), sharedKind('Rules')] as readonly AnyKind<object>[];
const shown = (id: string, more: Partial<Listed> = {}): Listed => ({ id, marks: [markOf(web)], out: { id }, ...more });
const known = (id: string, spec: object = { size: 1 }): Observed => ({ ...shown(id), spec, settled: true });
const MINUTE = 60_000;

let inventory: Inventory;
beforeEach(() => {
  vi.useFakeTimers();
  inventory = new Inventory(kinds);
  inventory.putList('Box', [shown('a')]);
  inventory.putList('Rules', []);
});
afterEach(() => {
  vi.useRealTimers();
});

/** As if the list's answer came at once. */
const relist = (kind: string, list: readonly Listed[]) => inventory.refreshList(kind, list, performance.now());

describe('a list that is taken again', () => {
  it('adds what was not known', () => {
    vi.advanceTimersByTime(2 * MINUTE);
    relist('Box', [shown('a'), shown('b', { createdAt: 5 })]);
    expect(inventory.state('Box', 'b')).toBe('present');
    expect(inventory.get('Box', 'b')).toMatchObject({ spec: undefined, createdAt: 5 });
  });

  it('makes unknown what it lacks, children included, until a read or a later list shows it', () => {
    inventory.putWritten('Box', known('a'), true);
    vi.advanceTimersByTime(2 * MINUTE);
    relist('Box', []);
    expect(inventory.state('Box', 'a')).toBe('unknown');
    expect(inventory.state('Leaf', 'a:1')).toBe('unknown');
    expect(inventory.ownedBy(web)).toHaveLength(1);
    relist('Box', [shown('a')]);
    expect(inventory.state('Box', 'a')).toBe('present');
    expect(inventory.get('Box', 'a')).toMatchObject({ spec: { size: 1 }, applied: { size: 1 } });
    relist('Box', []);
    inventory.putReading('Box', { id: 'a', state: 'known', object: known('a') });
    expect(inventory.state('Box', 'a')).toBe('present');
    vi.advanceTimersByTime(2 * MINUTE);
    relist('Box', []);
    inventory.putReading('Box', { id: 'a', state: 'gone' });
    expect(inventory.state('Box', 'a')).toBe('absent');
  });

  it('says nothing of what was written or seen less than a minute before it began', () => {
    vi.advanceTimersByTime(2 * MINUTE);
    inventory.putWritten('Box', known('new'), true);
    vi.advanceTimersByTime(MINUTE - 1);
    relist('Box', [shown('new', { marks: [], out: { late: true } })]);
    expect(inventory.get('Box', 'new')).toMatchObject({ marks: [markOf(web)], out: { id: 'new' } });
    relist('Box', []);
    expect(inventory.state('Box', 'new')).toBe('present');
  });

  it('says nothing of what was written while it was on its way', () => {
    vi.advanceTimersByTime(2 * MINUTE);
    const startedAt = performance.now();
    vi.advanceTimersByTime(5 * MINUTE);
    inventory.putWritten('Box', known('a', { size: 9 }), false);
    inventory.refreshList('Box', [shown('a', { spec: { size: 1 } })], startedAt);
    expect(inventory.get('Box', 'a')?.spec).toEqual({ size: 9 });
  });

  it('does not bring back what was removed shortly before it began, or since; a later one does', () => {
    vi.advanceTimersByTime(2 * MINUTE);
    inventory.remove('Box', 'a');
    const startedAt = performance.now();
    vi.advanceTimersByTime(5 * MINUTE);
    inventory.refreshList('Box', [shown('a')], startedAt);
    expect(inventory.state('Box', 'a')).toBe('absent');
    relist('Box', [shown('a')]);
    expect(inventory.state('Box', 'a')).toBe('present');
  });

  it('brings marks, outputs and specs of what is known up to date, and keeps what it does not show', () => {
    inventory.putWritten('Box', known('a', { size: 1 }), false);
    vi.advanceTimersByTime(2 * MINUTE);
    relist('Box', [shown('a', { marks: [], out: { moved: true } })]);
    expect(inventory.get('Box', 'a')).toMatchObject({ marks: [], out: { moved: true }, spec: { size: 1 } });
    relist('Box', [shown('a', { spec: { size: 2 } })]);
    expect(inventory.get('Box', 'a')).toMatchObject({ spec: { size: 2 }, applied: { size: 1 } });
  });

  it('may lack a shared object in which nothing is ours', () => {
    inventory.putReading('Rules', { id: 'x', state: 'known', object: { ...known('x', { entries: [] }), marks: [] } });
    vi.advanceTimersByTime(2 * MINUTE);
    relist('Rules', []);
    expect(inventory.state('Rules', 'x')).toBe('present');
  });
});

describe('Engine.relist', () => {
  const graph = () => {
    const builder = new GraphBuilder();
    builder.add({ name: 'Box' }, 'a', { size: 1 });
    return builder.build();
  };
  const request = { owner: web, graph: graph(), beforeFirstWrite: async () => {} };

  it('has what others removed made again by the next pass, though its memory says that all is well', async () => {
    const cloud = new FakeCloud();
    const engine = new Engine({ kinds: [rootKind('Box'), sharedKind('Rules')], cloud });
    await engine.converge(request, SCOPE);
    vi.advanceTimersByTime(2 * MINUTE);
    cloud.objects.clear();
    cloud.take();
    await engine.relist(SCOPE);
    expect(cloud.take()).toEqual(['list Box', 'list Rules']);
    await engine.converge(request, SCOPE);
    expect(cloud.take()).toEqual(['read Box/a', 'create Box/a']);
    await engine.converge(request, SCOPE);
    expect(cloud.take()).toEqual([]);
  });

  it('costs one read, and no write, where the list was stale', async () => {
    const cloud = new FakeCloud();
    const stale = { ...rootKind('Box'), list: async () => [] } as AnyKind<FakeCloud>;
    const engine = new Engine({ kinds: [stale], cloud });
    await engine.converge(request, SCOPE);
    vi.advanceTimersByTime(2 * MINUTE);
    cloud.take();
    await engine.relist(SCOPE);
    await engine.converge(request, SCOPE);
    expect(cloud.take()).toEqual(['read Box/a']);
  });

  it('takes the lists that it gets, and throws the error of the one that it does not', async () => {
    const cloud = new FakeCloud();
    const engine = new Engine({ kinds: [rootKind('Box'), rootKind('Bag')], cloud });
    await engine.sync(SCOPE);
    cloud.fail('list Box', 'throttled');
    cloud.put('Bag', 'b', [web], {});
    await expect(engine.relist(SCOPE)).rejects.toMatchObject({ code: 'throttled' });
    expect(engine.inventory.state('Bag', 'b')).toBe('present');
  });
});
