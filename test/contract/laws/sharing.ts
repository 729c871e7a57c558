// Two Services that share something: whoever goes takes only his own part along.
import { describe, expect, it } from 'vitest';
import { Bench, OTHER, OWNER, writes } from '../bench.ts';
import type { Harness, Sample, Snapshot, World } from '../harness.ts';
import type { Process } from '../process.ts';

export function sharingLaws(harness: Harness): void {
  const { base, other: second } = harness;
  const pairIn = harness.pairIn ?? (second && (() => ({ one: base, other: second })));
  if (!pairIn) return;

  const sampleOf = (world: World, owner: typeof OWNER): Sample => pairIn(world)[owner === OWNER ? 'one' : 'other'];

  const settle = (bench: Bench, process: Process, owner: typeof OWNER) =>
    process.settle(owner, sampleOf(bench.world, owner));

  const both = async () => {
    const bench = await Bench.of(harness, 'inhabited');
    const process = await bench.start();
    await settle(bench, process, OWNER);
    await settle(bench, process, OTHER);
    process.expect();
    return { bench, process };
  };

  const known = new Map<typeof OWNER, Promise<Snapshot>>();

  /** What the cloud holds when only this one has ever come. */
  const alone = (owner: typeof OWNER): Promise<Snapshot> => {
    const makeAlone = async () => {
      const bench = await Bench.of(harness, 'inhabited');
      await settle(bench, await bench.start(), owner);
      return bench.snapshot;
    };
    const snapshot = known.get(owner) ?? makeAlone();
    known.set(owner, snapshot);
    return snapshot;
  };

  describe('sharing', () => {
    it.each([
      { name: 'the first', goes: OWNER, stays: OTHER },
      { name: 'the second', goes: OTHER, stays: OWNER },
    ])('keeps what the other needs when $name goes', async ({ goes, stays }) => {
      const { bench, process } = await both();
      await process.settle(goes, undefined);
      expect(await bench.snapshot).toEqual(await alone(stays));
    });

    it.each([
      { name: 'the first', goes: OWNER, stays: OTHER },
      { name: 'the second', goes: OTHER, stays: OWNER },
    ])('keeps what the other needs when $name goes from a new process', async ({ goes, stays }) => {
      const { bench } = await both();
      const process = await bench.start();
      await process.sync();
      process.engine.prime(stays, await process.compile(stays, sampleOf(bench.world, stays)));
      await process.settle(goes, undefined);
      expect(await bench.snapshot).toEqual(await alone(stays));
    });

    it('keeps what another needs of whom nothing is known at all', async () => {
      const { bench } = await both();
      const process = await bench.start();
      await process.settle(OWNER, undefined);
      expect(await bench.snapshot).toEqual(await alone(OTHER));
    });

    it('leaves nothing when both have gone', async () => {
      const empty = await (await Bench.of(harness, 'inhabited')).snapshot;
      const { bench, process } = await both();
      await process.settle(OWNER, undefined);
      await process.settle(OTHER, undefined);
      expect(await bench.snapshot).toEqual(empty);
    });

    it('comes to the same when both come and go at the same time', async () => {
      const bench = await Bench.of(harness, 'inhabited');
      const process = await bench.start();
      await Promise.all([settle(bench, process, OWNER), settle(bench, process, OTHER)]);
      expect(await bench.snapshot).toEqual(await (await both()).bench.snapshot);
      await Promise.all([process.settle(OWNER, undefined), settle(bench, process, OTHER)]);
      expect(await bench.snapshot).toEqual(await alone(OTHER));
    });

    it('costs nothing to look at the one while the other comes', async () => {
      const bench = await Bench.of(harness, 'inhabited');
      const process = await bench.startWith(sampleOf(bench.world, OWNER));
      await settle(bench, process, OTHER);
      process.expect();
      await settle(bench, process, OWNER);
      expect(writes(process.calls)).toEqual([]);
    });
  });
}
