// A process may die at any of its calls, before the call takes effect or after: the next one brings it to the same end.
import { describe, expect, it } from 'vitest';
import { Bench, courseOf, disturbedOf, expectNothingToDo, isMet, OWNER } from '../bench.ts';
import type { Harness } from '../harness.ts';

const DEATHS = ['dies-before', 'dies-after'] as const;

export function crashLaws(harness: Harness): void {
  const creation = { from: undefined, to: harness.base };

  describe('crashes', () => {
    for (const [turn, death] of DEATHS.entries()) {
      it.each(disturbedOf(harness))(`$name: the process ${death} any one call`, async (move) => {
        const { calls, after } = await courseOf(harness, move, 'same');
        const count = calls.length;
        expect(count).toBeGreaterThan(0);
        for (let at = 1; at <= count; at++) {
          if (!isMet(harness, at, turn, DEATHS.length)) continue;
          const bench = await Bench.of(harness);
          const process = move.from ? await bench.startWith(move.from) : await bench.start();
          process.expect((_, number) => (number === at ? death : 'answered'));
          await process.settle(OWNER, move.to);
          const why = `the process ${death} call ${at}, ${process.calls.at(-1)?.operation}`;
          expect(process.dead, why).toBe(true);
          const next = await bench.start();
          await next.settle(OWNER, move.to);
          expect(await bench.snapshot, why).toEqual(after);
          await expectNothingToDo(bench, move.to, why);
        }
      });

      it(`a process that ${death} a call of its own first start is no harm`, async () => {
        const bench = await Bench.of(harness);
        const first = await bench.start();
        first.expect((_, number) => (number === 1 ? death : 'answered'));
        await first.settle(OWNER, harness.base);
        await (await bench.start()).settle(OWNER, undefined);
        expect(await bench.snapshot).toEqual(await (await Bench.of(harness)).snapshot);
      });
    }

    it('a process that dies anywhere in a creation that is then taken back leaves nothing', async () => {
      const { length: count } = (await courseOf(harness, creation, 'same')).calls;
      const empty = await (await Bench.of(harness)).snapshot;
      for (let at = 1; at <= count; at++) {
        const bench = await Bench.of(harness);
        const process = await bench.start();
        process.expect((_, number) => (number === at ? 'dies-after' : 'answered'));
        await process.settle(OWNER, harness.base);
        await (await bench.start()).settle(OWNER, undefined);
        expect(await bench.snapshot, `the process died after call ${at}`).toEqual(empty);
      }
    });

    it('a creation whose answer is lost and that is then taken back leaves nothing', async () => {
      const { length: count } = (await courseOf(harness, creation, 'same')).calls;
      const empty = await (await Bench.of(harness)).snapshot;
      for (let at = 1; at <= count; at++) {
        const bench = await Bench.of(harness);
        const process = await bench.start();
        process.expect((_, number) => (number === at ? 'answer-lost' : 'answered'));
        await process.attempt(OWNER, harness.base);
        await process.settle(OWNER, undefined);
        expect(await bench.snapshot, `the answer of call ${at} was lost`).toEqual(empty);
      }
    });
  });
}
