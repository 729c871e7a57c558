// Who has which part in what is shared.
import { describe, expect, it } from 'vitest';
import { Shares } from '../../../src/engine/shares.ts';
import { owner } from './fake-cloud.ts';

const one = owner('aaaaaaaa-1', 'one');
const two = owner('bbbbbbbb-2', 'two');
const key = 'Doc/nodes';

describe('Shares', () => {
  it('answers all parts in the order of the UIDs, with the own one replaced or left out', () => {
    const shares = new Shares();
    shares.set(key, { owner: two, spec: { x: 2 } });
    shares.set(key, { owner: one, spec: { x: 1 } });
    expect(shares.of(key, two, { x: 3 })).toEqual([
      { owner: one, spec: { x: 1 } },
      { owner: two, spec: { x: 3 } },
    ]);
    expect(shares.of(key, two, undefined)).toEqual([{ owner: one, spec: { x: 1 } }]);
    expect(shares.of('Doc/other', two, { x: 3 })).toEqual([{ owner: two, spec: { x: 3 } }]);
  });

  it('knows what is in force, and where', () => {
    const shares = new Shares();
    shares.set(key, { owner: one, spec: { x: 1, y: 2 } });
    expect(shares.has(key, one, { y: 2, x: 1 })).toBe(true);
    expect(shares.has(key, one, { y: 3, x: 1 })).toBe(false);
    expect(shares.has(key, two, { y: 2, x: 1 })).toBe(false);
    expect(shares.keysOf(one)).toEqual([key]);
    shares.drop(key, one);
    expect(shares.keysOf(one)).toEqual([]);
    expect(shares.has(key, one, { x: 1, y: 2 })).toBe(false);
  });

  it('answers a frozen part for who may have any in objects of the kind, until it thaws', () => {
    const shares = new Shares();
    shares.freeze('Doc', two);
    expect(shares.of(key, one, { x: 1 })).toEqual([
      { owner: one, spec: { x: 1 } },
      { owner: two, spec: 'frozen' },
    ]);
    expect(shares.of('Other/nodes', one, { x: 1 })).toHaveLength(1);
    expect(shares.of(key, two, undefined)).toEqual([]);
    shares.thaw('Doc', two);
    expect(shares.of(key, one, { x: 1 })).toHaveLength(1);
  });

  it('prefers what was last in force to frozen', () => {
    const shares = new Shares();
    shares.set(key, { owner: two, spec: { x: 2 } });
    shares.freeze('Doc', two);
    expect(shares.of(key, one, undefined)).toEqual([{ owner: two, spec: { x: 2 } }]);
  });
});
