// What is known of the cloud: present, absent or unknown, and never one for the other.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Inventory, listed } from '../../../src/engine/inventory.ts';
import type { AnyKind, Listed, Observed } from '../../../src/engine/kind.ts';
import { childKind, markOf, owner, rootKind } from './fake-cloud.ts';

const web = owner();
const other = owner('bbbbbbbb-0000-0000-0000-000000000002', 'other');
const kinds = [rootKind('Box'), childKind('Leaf', 'Box'), childKind('Vein', 'Leaf')] as readonly AnyKind<object>[];

const shown = (id: string, more: Partial<Listed> = {}): Listed => ({ id, marks: [markOf(web)], out: { id }, ...more });
const known = (id: string, spec: object = { size: 1 }): Observed => ({ ...shown(id), spec, settled: true });

let inventory: Inventory;
beforeEach(() => {
  vi.useFakeTimers();
  inventory = new Inventory(kinds);
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what is known of a root object', () => {
  it('is unknown before the list, then present or absent', () => {
    expect(inventory.isListed('Box')).toBe(false);
    expect(inventory.state('Box', 'a')).toBe('unknown');
    inventory.putList('Box', [shown('a')]);
    expect(inventory.isListed('Box')).toBe(true);
    expect(inventory.state('Box', 'a')).toBe('present');
    expect(inventory.state('Box', 'b')).toBe('absent');
    expect(inventory.get('Box', 'a')).toMatchObject({ kind: 'Box', id: 'a', spec: undefined, settled: true });
  });

  it('keeps from a new list what was known deeper, and loses what the list lacks, children included', () => {
    inventory.putWritten('Box', known('a', { size: 7 }), true);
    inventory.putWritten('Box', known('b'), true);
    inventory.putWritten('Leaf', known('b:1'), true);
    inventory.putList('Box', [shown('a', { out: { id: 'new' } })]);
    expect(inventory.get('Box', 'a')).toMatchObject({ spec: { size: 7 }, applied: { size: 7 }, out: { id: 'new' } });
    expect(inventory.state('Box', 'b')).toBe('absent');
    expect(inventory.get('Leaf', 'b:1')).toBeUndefined();
  });

  it('takes the spec from a list that has it', () => {
    inventory.putWritten('Box', known('a', { size: 7 }), true);
    inventory.putList('Box', [shown('a', { spec: { size: 8 } })]);
    expect(inventory.get('Box', 'a')?.spec).toEqual({ size: 8 });
  });

  it('becomes what a read says, and stays what it was where the read says nothing', () => {
    inventory.putList('Box', [shown('a'), shown('b'), shown('c')]);
    inventory.putReading('Box', { id: 'a', state: 'known', object: known('a', { size: 3 }) });
    inventory.putReading('Box', { id: 'b', state: 'gone' });
    inventory.putReading('Box', { id: 'c', state: 'unknown', error: new Error('no answer') });
    expect(inventory.get('Box', 'a')?.spec).toEqual({ size: 3 });
    expect(inventory.state('Box', 'b')).toBe('absent');
    expect(inventory.state('Box', 'c')).toBe('present');
  });

  it('remembers what was applied through later reads', () => {
    inventory.putWritten('Box', known('a', { size: 1 }), true);
    inventory.putReading('Box', { id: 'a', state: 'known', object: known('a', { size: 2 }) });
    expect(inventory.get('Box', 'a')).toMatchObject({ spec: { size: 2 }, applied: { size: 1 } });
  });

  it('knows since when: the list, then the last read or write', () => {
    inventory.putList('Box', [shown('a')]);
    const first = inventory.get('Box', 'a')!.verifiedAt;
    vi.advanceTimersByTime(1000);
    inventory.putList('Box', [shown('a')]);
    expect(inventory.get('Box', 'a')!.verifiedAt).toBe(first);
    inventory.putReading('Box', { id: 'a', state: 'known', object: known('a') });
    expect(inventory.get('Box', 'a')!.verifiedAt).toBe(first + 1000);
    vi.advanceTimersByTime(1000);
    inventory.putWritten('Box', known('a'), false);
    expect(inventory.get('Box', 'a')!.verifiedAt).toBe(first + 2000);
  });

  it('refuses kinds that do not exist', () => {
    expect(() => inventory.state('Nothing', 'a')).toThrow('no such kind: Nothing');
  });
});

describe('what is known of children', () => {
  it('is what is known of the parent, while that is not there', () => {
    expect(inventory.state('Leaf', 'a:1')).toBe('unknown');
    inventory.putList('Box', []);
    expect(inventory.state('Leaf', 'a:1')).toBe('absent');
    expect(inventory.state('Vein', 'a:1:x')).toBe('absent');
  });

  it('is unknown in a parent whose children were not read, and then all or nothing', () => {
    inventory.putList('Box', [shown('a'), shown('b')]);
    expect(inventory.state('Leaf', 'a:1')).toBe('unknown');
    inventory.putChildren('Leaf', 'a', [known('a:1')]);
    expect(inventory.state('Leaf', 'a:1')).toBe('present');
    expect(inventory.state('Leaf', 'a:2')).toBe('absent');
    expect(inventory.state('Leaf', 'b:1')).toBe('unknown');
    expect(inventory.state('Vein', 'a:1:x')).toBe('unknown');
  });

  it('is that there are none in a parent that was just made', () => {
    inventory.putList('Box', []);
    inventory.putWritten('Box', known('a'), true);
    expect(inventory.state('Leaf', 'a:1')).toBe('absent');
    inventory.putWritten('Leaf', known('a:1'), true);
    expect(inventory.state('Vein', 'a:1:x')).toBe('absent');
  });

  it('is not touched by an update of the parent', () => {
    inventory.putList('Box', [shown('a')]);
    inventory.putWritten('Box', known('a'), false);
    expect(inventory.state('Leaf', 'a:1')).toBe('unknown');
  });

  it('is replaced by the next reading of the family', () => {
    inventory.putList('Box', [shown('a'), shown('b')]);
    inventory.putChildren('Leaf', 'a', [known('a:1'), known('a:2')]);
    inventory.putChildren('Leaf', 'b', [known('b:1')]);
    inventory.putChildren('Leaf', 'a', [known('a:2', { size: 9 })]);
    expect(inventory.state('Leaf', 'a:1')).toBe('absent');
    expect(inventory.get('Leaf', 'a:2')?.spec).toEqual({ size: 9 });
    expect(inventory.state('Leaf', 'b:1')).toBe('present');
  });

  it('goes with the parent, down to the last', () => {
    inventory.putList('Box', []);
    inventory.putWritten('Box', known('a'), true);
    inventory.putWritten('Leaf', known('a:1'), true);
    inventory.putWritten('Vein', known('a:1:x'), true);
    inventory.remove('Box', 'a');
    expect([...inventory.entries('Leaf'), ...inventory.entries('Vein')]).toEqual([]);
    expect(inventory.ownedBy(web)).toEqual([]);
    inventory.putList('Box', [shown('a')]);
    expect(inventory.state('Leaf', 'a:1')).toBe('unknown');
  });
});

describe('suspects', () => {
  it('are unknown until they were read, for those for whom the calls were made', () => {
    inventory.putList('Box', [shown('a')]);
    inventory.suspect('Box', 'a', web);
    inventory.suspect('Box', 'a', other);
    inventory.suspect('Box', 'b', web);
    expect(inventory.state('Box', 'a')).toBe('unknown');
    expect(inventory.suspects(web, 'Box')).toEqual([
      { id: 'a', retryAfterMs: 0 },
      { id: 'b', retryAfterMs: 0 },
    ]);
    expect(inventory.suspects(other, 'Box')).toEqual([{ id: 'a', retryAfterMs: 0 }]);
    expect(inventory.suspects(web, 'Leaf')).toEqual([]);
    inventory.putReading('Box', { id: 'a', state: 'known', object: known('a') });
    expect(inventory.state('Box', 'a')).toBe('present');
    expect(inventory.suspects(other, 'Box')).toEqual([]);
  });

  it('stay so where the read fails', () => {
    inventory.putList('Box', []);
    inventory.suspect('Box', 'a', web);
    inventory.putReading('Box', { id: 'a', state: 'unknown', error: new Error('no answer') });
    expect(inventory.state('Box', 'a')).toBe('unknown');
  });

  it('that a read does not find are absent, but not forgotten before clouds must have shown them', () => {
    inventory.putList('Box', []);
    inventory.suspect('Box', 'a', web);
    vi.advanceTimersByTime(1000);
    inventory.putReading('Box', { id: 'a', state: 'gone' });
    expect(inventory.state('Box', 'a')).toBe('absent');
    const [suspect] = inventory.suspects(web, 'Box');
    expect(suspect?.retryAfterMs).toBeGreaterThan(0);
    vi.advanceTimersByTime(suspect!.retryAfterMs);
    expect(inventory.suspects(web, 'Box')).toEqual([{ id: 'a', retryAfterMs: 0 }]);
    inventory.putReading('Box', { id: 'a', state: 'gone' });
    expect(inventory.suspects(web, 'Box')).toEqual([]);
  });

  it('are cleared by a write that succeeds', () => {
    inventory.putList('Box', []);
    inventory.suspect('Box', 'a', web);
    inventory.putWritten('Box', known('a'), true);
    expect(inventory.state('Box', 'a')).toBe('present');
    expect(inventory.suspects(web, 'Box')).toEqual([]);
  });

  it('among children are read with their family, are gone with their parent, and forgotten with it', () => {
    inventory.putList('Box', [shown('a')]);
    inventory.putChildren('Leaf', 'a', []);
    inventory.suspect('Leaf', 'a:1', web);
    expect(inventory.state('Leaf', 'a:1')).toBe('unknown');
    expect(inventory.state('Leaf', 'a:2')).toBe('absent');
    inventory.putChildren('Leaf', 'a', []);
    expect(inventory.state('Leaf', 'a:1')).toBe('absent');
    inventory.suspect('Leaf', 'a:1', web);
    inventory.remove('Box', 'a');
    expect(inventory.state('Leaf', 'a:1')).toBe('absent');
    inventory.putWritten('Box', known('a'), true);
    expect(inventory.state('Leaf', 'a:1')).toBe('absent');
    expect(inventory.suspects(web, 'Leaf')).toEqual([]);
  });
});

describe('doubt', () => {
  it('forgets the inside of a root object and leaves the rest', () => {
    inventory.putList('Box', []);
    inventory.putWritten('Box', known('a'), true);
    inventory.doubt('Box', 'a');
    expect(inventory.state('Box', 'a')).toBe('present');
    expect(inventory.get('Box', 'a')).toMatchObject({ spec: undefined, applied: { size: 1 } });
    inventory.doubt('Box', 'nobody');
    expect(inventory.state('Box', 'nobody')).toBe('absent');
  });

  it('of a child makes its family unknown until it was read', () => {
    inventory.putList('Box', []);
    inventory.putWritten('Box', known('a'), true);
    inventory.putWritten('Leaf', known('a:1'), true);
    inventory.doubt('Leaf', 'a:1');
    expect(inventory.state('Leaf', 'a:1')).toBe('unknown');
    expect(inventory.state('Leaf', 'a:2')).toBe('unknown');
    inventory.putChildren('Leaf', 'a', []);
    expect(inventory.get('Leaf', 'a:1')).toBeUndefined();
    expect(inventory.ownedBy(web).map(({ id }) => id)).toEqual(['a']);
  });
});

describe('by owner', () => {
  it('finds what carries a mark of the owner, shared and with a shortened UID too', () => {
    inventory.putList('Box', [
      shown('full'),
      shown('short', { marks: [{ uid: 'aaaaaaaa0000' }] }),
      shown('by-name', { marks: [{ namespace: 'shop', name: 'web' }] }),
      shown('shared', { marks: [markOf(other), markOf(web)] }),
      shown('theirs', { marks: [markOf(other)] }),
      shown('foreign', { marks: [] }),
      shown('same-beginning', { marks: [{ uid: 'aaaaaaaa1111' }] }),
      shown('same-name-elsewhere', { marks: [{ cluster: 'cluster-2', namespace: 'shop', name: 'web' }] }),
    ]);
    const ids = inventory.ownedBy(web).map(({ id }) => id);
    expect(ids.sort()).toEqual(['by-name', 'full', 'shared', 'short']);
  });

  it('follows changes of the marks', () => {
    inventory.putList('Box', [shown('a')]);
    inventory.putReading('Box', { id: 'a', state: 'known', object: { ...known('a'), marks: [markOf(other)] } });
    expect(inventory.ownedBy(web)).toEqual([]);
    expect(inventory.ownedBy(other).map(({ id }) => id)).toEqual(['a']);
    inventory.remove('Box', 'a');
    expect(inventory.ownedBy(other)).toEqual([]);
  });

  it('finds what an earlier Service of the same name has left', () => {
    const old = { ...markOf(web), uid: 'ffffffff-0000' };
    inventory.putList('Box', [shown('a'), shown('old', { marks: [old] }), shown('b', { marks: [markOf(other)] })]);
    expect(inventory.predecessorsOf(web)).toEqual([old]);
    expect(inventory.predecessorsOf(other)).toEqual([]);
  });

  it('shows an entry as a list would', () => {
    inventory.putWritten('Box', known('a'), true);
    expect(listed(inventory.get('Box', 'a')!)).toEqual({ id: 'a', marks: [markOf(web)], out: { id: 'a' } });
  });
});
