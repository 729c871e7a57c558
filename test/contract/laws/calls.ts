// A plan says what it costs: the calls that are made are those that it foretells, no more and no fewer. Where something has
// to be waited for, some of them are made again, and some reads come along.
import { describe, expect, it } from 'vitest';
import { Bench, movesOf, writes } from '../bench.ts';
import { foretell, operations } from '../foretold.ts';
import type { Harness } from '../harness.ts';

export function callLaws(harness: Harness): void {
  const { base, instant = false } = harness;

  describe('calls', () => {
    it.each(movesOf(harness))('$name: those that the plan foretells', async ({ from, to }) => {
      const { calls, made } = await foretell(await Bench.of(harness), from, to);
      expect(calls.length).toBeGreaterThan(0);
      const [foretold, all] = [operations(calls), operations(made)];
      if (instant) expect(foretold).toEqual(all);
      else {
        expect(without(foretold, all), 'foretold and not made').toEqual([]);
        const more = writes(made).filter((operation) => !foretold.includes(operation));
        expect(more, 'writes that were not foretold').toEqual([]);
      }
    });

    it('a plan without changes costs nothing', async () => {
      const { calls, made } = await foretell(await Bench.of(harness), base, base);
      expect([...calls, ...made]).toEqual([]);
    });
  });
}

/** The items of the list that are not in the other, each as often as it is there more. */
function without(list: readonly string[], other: readonly string[]): readonly string[] {
  const rest = [...other];
  return list.filter((item) => {
    const index = rest.indexOf(item);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}
