// Did-you-mean: distances against a plain implementation, and which candidates count as meant.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, suggest } from '../../../src/schema/suggest.ts';

/** Optimal string alignment, whole table, no limit. */
function plainDistance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i || j));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(table[i - 1]![j - 1]! + same, table[i - 1]![j]! + 1, table[i]![j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, table[i - 2]![j - 2]! + 1);
      table[i]![j] = best;
    }
  }
  for (let j = 0; j <= b.length; j++) table[0]![j] = j;
  return table[a.length]![b.length]!;
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 10 });

describe('distance', () => {
  it.each([
    ['', '', 0],
    ['nlb', 'nlb', 0],
    ['nbl', 'nlb', 1],
    ['internl', 'internal', 1],
    ['kitten', 'sitting', 3],
    ['', 'ab', 2],
  ])('%j to %j is %i', (a, b, edits) => {
    expect(distance(a, b, 5)).toBe(edits);
  });

  it('is the true distance where that is within the limit, and more than the limit elsewhere', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 6 }), (a, b, limit) => {
        const plain = plainDistance(a, b);
        const found = distance(a, b, limit);
        if (plain <= limit) expect(found).toBe(plain);
        else expect(found).toBeGreaterThan(limit);
      }),
    );
  });

  it('does not look at long texts', () => {
    expect(distance('a'.repeat(100_000), 'a'.repeat(100_000), 3)).toBe(4);
  });
});

describe('suggest', () => {
  it.each([
    ['NLB', ['classic', 'nlb'], 'nlb'],
    [' nlb ', ['classic', 'nlb'], 'nlb'],
    ['clasic', ['classic', 'nlb'], 'classic'],
    ['nlb-pi', ['nlb', 'nlb-ip'], 'nlb-ip'],
    ['application', ['classic', 'nlb'], undefined],
    ['xy', ['ab'], undefined],
    ['', ['abcd'], undefined],
  ])('%j among %j is %j', (text, candidates, expected) => {
    expect(suggest(text, candidates)).toBe(expected);
  });

  it('takes the nearest, and the first of equals', () => {
    expect(suggest('paths', ['pathos', 'path', 'patch'])).toBe('pathos');
    expect(suggest('pats', ['paths', 'path'])).toBe('paths');
    expect(suggest('subnet', ['subnets', 'subnet'])).toBe('subnet');
  });
});
