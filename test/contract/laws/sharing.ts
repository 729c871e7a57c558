// Two Services that share something: whoever goes takes only his own part along.
import { describe, expect, it } from 'vitest';
import { Bench, OTHER, OWNER, reference, writes } from '../bench.ts';
import type { Harness } from '../harness.ts';
import type { Process } from '../process.ts';

export function sharingLaws(harness: Harness): void {
  const { base, other } = harness;
  if (!other) return;

  const both = async () => {
    const bench = await Bench.of(harness);
    const process = await bench.start();
    await process.settle(OWNER, base);
    await process.settle(OTHER, other);
    process.expect();
    return { bench, process };
  };

  describe('sharing', () => {
    it.each([
      { name: 'the first', goes: OWNER, stays: OTHER, sample: other },
      { name: 'the second', goes: OTHER, stays: OWNER, sample: base },
    ])('keeps what the other needs when $name goes', async ({ goes, stays, sample }) => {
      const { bench, process } = await both();
      await process.settle(goes, undefined);
      expect(bench.snapshot).toEqual(await reference(harness, (fresh) => fresh.settle(stays, sample)));
    });

    it.each([
      { name: 'the first', goes: OWNER, stays: OTHER, sample: other },
      { name: 'the second', goes: OTHER, stays: OWNER, sample: base },
    ])('keeps what the other needs when $name goes from a new process', async ({ goes, stays, sample }) => {
      const { bench } = await both();
      const process = await bench.start();
      await process.sync();
      process.engine.prime(stays, await process.compile(stays, sample));
      await process.settle(goes, undefined);
      expect(bench.snapshot).toEqual(await reference(harness, (fresh) => fresh.settle(stays, sample)));
    });

    it('keeps what another needs of whom nothing is known at all', async () => {
      const { bench } = await both();
      const process = await bench.start();
      await process.settle(OWNER, undefined);
      expect(bench.snapshot).toEqual(await reference(harness, (fresh) => fresh.settle(OTHER, other)));
    });

    it('leaves nothing when both have gone', async () => {
      const empty = (await Bench.of(harness)).snapshot;
      const { bench, process } = await both();
      await process.settle(OWNER, undefined);
      await process.settle(OTHER, undefined);
      expect(bench.snapshot).toEqual(empty);
    });

    it('comes to the same when both come and go at the same time', async () => {
      const bench = await Bench.of(harness);
      const process = await bench.start();
      await Promise.all([process.settle(OWNER, base), process.settle(OTHER, other)]);
      expect(bench.snapshot).toEqual((await both()).bench.snapshot);
      await Promise.all([process.settle(OWNER, undefined), process.settle(OTHER, other)]);
      expect(bench.snapshot).toEqual(await reference(harness, (fresh) => fresh.settle(OTHER, other)));
    });

    it('costs nothing to look at the one while the other comes', async () => {
      const bench = await Bench.of(harness);
      const process: Process = await bench.startWith(base);
      await process.settle(OTHER, other);
      process.expect();
      await process.settle(OWNER, base);
      expect(writes(process.calls)).toEqual([]);
    });
  });
}
