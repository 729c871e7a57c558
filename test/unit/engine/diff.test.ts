// What differs between a wish and what is there.
import { describe, expect, it } from 'vitest';
import { diff } from '../../../src/engine/diff.ts';

describe('diff', () => {
  it('names the fields that differ, with both values', () => {
    expect(diff({}, { a: 1, b: 'x', c: [1] }, { a: 1, b: 'y', c: [2] }, undefined)).toEqual([
      { field: 'b', from: 'y', to: 'x', reason: 'changed' },
      { field: 'c', from: [2], to: [1], reason: 'changed' },
    ]);
  });

  it('compares deeply and without the order of keys', () => {
    expect(diff({}, { a: { x: 1, y: [{ p: 1, q: 2 }] } }, { a: { y: [{ q: 2, p: 1 }], x: 1 } }, undefined)).toEqual([]);
  });

  it('does not look at fields that nobody wishes for', () => {
    expect(diff({}, { a: 1 }, { a: 1, b: 'theirs' }, undefined)).toEqual([]);
  });

  it('sees a field that is not there', () => {
    expect(diff({}, { a: 1 }, {}, undefined)).toEqual([{ field: 'a', from: undefined, to: 1, reason: 'changed' }]);
  });

  it('lets a kind say what is equal, but not about a field that is not there', () => {
    const equal = { name: (want: string, have: string) => want.toLowerCase() === have.toLowerCase() };
    expect(diff({ equal }, { name: 'ABC' }, { name: 'abc' }, undefined)).toEqual([]);
    expect(diff({ equal }, { name: 'ABC' }, { name: 'abd' }, undefined)).toHaveLength(1);
    expect(diff({ equal }, { name: 'ABC' }, {}, undefined)).toHaveLength(1);
  });

  it("never asks a kind's equality about a ref that is still open: it equals nothing", () => {
    const equal = {
      arn: (want: string, have: string) => want.toLowerCase() === have.toLowerCase(),
      arns: () => true,
    };
    const want = { arn: { $unknown: 'Box/a#arn' }, arns: [{ $unknown: 'Box/a#arn' }] };
    expect(diff({ equal }, want, { arn: 'x', arns: ['x'] }, undefined).map(({ field }) => field)).toEqual([
      'arn',
      'arns',
    ]);
  });

  it('tells drift from a new wish by what was applied last', () => {
    const [drifted] = diff({}, { a: 1 }, { a: 2 }, { a: 1 });
    expect(drifted?.reason).toBe('drifted');
    const [changed] = diff({}, { a: 3 }, { a: 2 }, { a: 1 });
    expect(changed?.reason).toBe('changed');
    const [unknown] = diff({}, { a: 3 }, { a: 2 }, { b: 3 });
    expect(unknown?.reason).toBe('changed');
  });
});
