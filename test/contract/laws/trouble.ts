// Calls that go wrong while the process lives. A failed look is "unknown", never "absent".
import { describe, expect, it } from 'vitest';
import { Bench, courseOf, disturbedOf, expectNothingToDo, isMet, OWNER, writes } from '../bench.ts';
import type { Fate, Harness } from '../harness.ts';

const FATES = ['throttled', 'answer-lost', 'unavailable'] as const satisfies readonly Fate[];

export function troubleLaws(harness: Harness): void {
  const { base } = harness;

  describe('trouble', () => {
    for (const [turn, fate] of FATES.entries()) {
      it.each(disturbedOf(harness))(`$name: any one call ${fate}, and it comes to the same`, async (move) => {
        const { calls, after } = await courseOf(harness, move, 'next');
        for (const [index, call] of calls.entries()) {
          if (!isMet(harness, index, turn, FATES.length)) continue;
          const why = `call ${index + 1}, ${call.operation}, was ${fate}`;
          const bench = await Bench.of(harness);
          if (move.from) await bench.startWith(move.from);
          const process = await bench.start();
          process.expect((_, number) => (number === index + 1 ? fate : 'answered'));
          await process.settle(OWNER, move.to);
          expect(await bench.snapshot, why).toEqual(after);
          await expectNothingToDo(bench, move.to, why);
        }
      });
    }

    it('a look that fails is not "absent": nothing is written until it succeeds', async () => {
      const remembered = (bench: Bench) => bench.statuses.clear();
      const { after } = await courseOf(harness, { from: base, to: base }, 'next');
      const plain = await Bench.of(harness);
      await plain.startWith(base);
      remembered(plain);
      const calm = await plain.start();
      await calm.settle(OWNER, base);
      const looks = [...calm.calls];
      expect(looks.length).toBeGreaterThan(0);
      for (const [index, { operation }] of looks.entries()) {
        const why = `look ${index + 1}, ${operation}, failed`;
        const bench = await Bench.of(harness);
        await bench.startWith(base);
        remembered(bench);
        const process = await bench.start();
        // The gate tries a read again: it fails for as long as this goes on.
        process.expect((call, number) => (call.operation === operation && number > index ? 'unavailable' : 'answered'));
        expect(await process.attempt(OWNER, base), why).toMatchObject({
          end: 'failed',
          error: { code: 'unavailable' },
        });
        expect(writes(process.calls), why).toEqual([]);
        process.expect();
        await process.settle(OWNER, base);
        expect(writes(process.calls), why).toEqual([]);
        expect(await bench.snapshot, why).toEqual(after);
      }
    });

    it('a look that fails is not "absent" when everything is looked at again', async () => {
      const calm = await (await Bench.of(harness)).startWith(base);
      await calm.settle(OWNER, base, { verify: true });
      const looks = [...calm.calls];
      for (const [index, { operation }] of looks.entries()) {
        const why = `look ${index + 1}, ${operation}, failed`;
        const process = await (await Bench.of(harness)).startWith(base);
        process.expect((call, number) => (call.operation === operation && number > index ? 'unavailable' : 'answered'));
        const outcome = await process.attempt(OWNER, base, { verify: true });
        expect(outcome, why).toMatchObject({ end: 'failed', error: { code: 'unavailable' } });
        process.expect();
        await process.settle(OWNER, base);
        expect(writes(process.calls), why).toEqual([]);
      }
    });

    it('a deletion is not done before every look that it needs has succeeded', async () => {
      const empty = await (await Bench.of(harness)).snapshot;
      const { calls } = await courseOf(harness, { from: base, to: undefined }, 'next');
      for (const [index, { operation, write }] of calls.entries()) {
        if (write) continue;
        const why = `look ${index + 1}, ${operation}, failed`;
        const bench = await Bench.of(harness);
        await bench.startWith(base);
        const process = await bench.start();
        process.expect((call, number) => (call.operation === operation && number > index ? 'unavailable' : 'answered'));
        const outcome = await process.attempt(OWNER, undefined);
        expect(outcome.end, why).not.toBe('done');
        process.expect();
        await process.settle(OWNER, undefined);
        expect(await bench.snapshot, why).toEqual(empty);
      }
    });
  });
}
