// A process may die at any of its calls, before the call takes effect or after: the next one brings it to the same end.
import { describe, expect, it } from 'vitest';
import { Bench, disturbedOf, expectNothingToDo, isMet, type Move, OWNER } from '../bench.ts';
import type { Harness, Snapshot } from '../harness.ts';

const DEATHS = ['dies-before', 'dies-after'] as const;

/** How many calls the move takes, and what the cloud holds then. */
async function undisturbed(harness: Harness, move: Move): Promise<{ count: number; after: Snapshot }> {
  const bench = await Bench.of(harness);
  const process = move.from ? await bench.startWith(move.from) : await bench.start();
  await process.settle(OWNER, move.to);
  return { count: process.calls.length, after: await bench.snapshot };
}

export function crashLaws(harness: Harness): void {
  describe('crashes', () => {
    for (const [turn, death] of DEATHS.entries()) {
      it.each(disturbedOf(harness))(`$name: the process ${death} any one call`, async (move) => {
        const { count, after } = await undisturbed(harness, move);
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
      const move: Move = { name: 'creation', from: undefined, to: harness.base };
      const { count } = await undisturbed(harness, move);
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
      const { count } = await undisturbed(harness, { name: 'creation', from: undefined, to: harness.base });
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
