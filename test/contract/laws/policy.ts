// What the operator forbids does not happen, and neither does what the lease does not cover.
import { describe, expect, it } from 'vitest';
import { Bench, courseOf, disturbedOf, OWNER, writes } from '../bench.ts';
import type { Harness } from '../harness.ts';

export function policyLaws(harness: Harness): void {
  const moves = disturbedOf(harness);

  describe('policies', () => {
    it.each(moves)('observe-only writes nothing: $name', async ({ from, to }) => {
      const bench = await Bench.of(harness);
      if (from) await bench.startWith(from);
      const before = await bench.snapshot;
      const process = await bench.start({ policy: 'observe-only' });
      const outcome = await process.attempt(OWNER, to);
      expect(writes(process.calls)).toEqual([]);
      expect(await bench.snapshot).toEqual(before);
      expect(outcome).toMatchObject({ end: 'failed', error: { code: 'policy' } });
    });

    it.each(moves)('upsert-only deletes nothing: $name', async ({ from, to }) => {
      const bench = await Bench.of(harness);
      if (from) await bench.startWith(from);
      const before = Object.keys(await bench.snapshot);
      const process = await bench.start({ policy: 'upsert-only' });
      await process.settle(OWNER, to).catch((error: unknown) => expect(error).toMatchObject({ code: 'policy' }));
      expect(Object.keys(await bench.snapshot)).toEqual(expect.arrayContaining(before));
    });

    it('upsert-only refuses a deletion in words, for as long as it is asked for', async () => {
      const bench = await Bench.of(harness);
      await bench.startWith(harness.base);
      const process = await bench.start({ policy: 'upsert-only' });
      await expect(process.settle(OWNER, undefined)).rejects.toMatchObject({ code: 'policy' });
      await expect(process.settle(OWNER, undefined)).rejects.toMatchObject({ code: 'policy' });
    });
  });

  describe('the gate', () => {
    it.each(moves)('that only reads lets no write through: $name', async ({ from, to }) => {
      const bench = await Bench.of(harness);
      if (from) await bench.startWith(from);
      const before = await bench.snapshot;
      const process = await bench.start({ gate: { readOnly: true } });
      await expect(process.settle(OWNER, to)).rejects.toMatchObject({ code: 'policy' });
      expect(writes(process.calls)).toEqual([]);
      expect(await bench.snapshot).toEqual(before);
    });

    it.each(moves)(
      'without a lease lets no write through, and with it everything goes on: $name',
      async ({ from, to }) => {
        const bench = await Bench.of(harness);
        if (from) await bench.startWith(from);
        const before = await bench.snapshot;
        let leaseMs = 0;
        const process = await bench.start({ gate: { mayWriteForMs: () => leaseMs } });
        expect(await process.attempt(OWNER, to)).toMatchObject({ end: 'failed', error: { code: 'fenced' } });
        expect(writes(process.calls)).toEqual([]);
        expect(await bench.snapshot).toEqual(before);
        leaseMs = 15_000;
        await process.settle(OWNER, to);
        const { after } = await courseOf(harness, { from, to }, 'same');
        expect(await bench.snapshot).toEqual(after);
      },
    );
  });
}
