// Targets follow nodes, alone and at once, whatever else is the matter with the Service.
import { describe, expect, it } from 'vitest';
import { Bench, OWNER, writes } from '../bench.ts';
import type { Harness, Sample } from '../harness.ts';

export function targetLaws(harness: Harness): void {
  const { base, blocked } = harness;
  const moved: Sample = { ...base, nodes: blocked.sample.nodes };

  describe('targets', () => {
    it('follow nodes while the rest is blocked', async () => {
      const expected = await Bench.of(harness);
      await (await expected.startWith(base)).settle(OWNER, moved);

      const bench = await Bench.of(harness);
      const process = await bench.startWith(base);
      expect(await bench.world.targets()).not.toEqual(await expected.world.targets());
      await expect(process.settle(OWNER, blocked.sample)).rejects.toMatchObject({ code: blocked.code });
      expect(await bench.world.targets()).toEqual(await expected.world.targets());
    });

    it('follow nodes while the rest is blocked, in a process that has just begun', async () => {
      const expected = await Bench.of(harness);
      await (await expected.startWith(base)).settle(OWNER, moved);

      const bench = await Bench.of(harness);
      await bench.startWith(base);
      const process = await bench.start();
      await expect(process.settle(OWNER, blocked.sample)).rejects.toMatchObject({ code: blocked.code });
      expect(await bench.world.targets()).toEqual(await expected.world.targets());
    });

    it('are all that is written when only nodes changed', async () => {
      const bench = await Bench.of(harness);
      const process = await bench.startWith(base);
      const announced: boolean[] = [];
      const built = process.done.length;
      await process.settle(OWNER, moved, {
        beforeFirstWrite: async (structural) => {
          announced.push(structural);
        },
      });
      const churning = harness.provider.kinds.filter((kind) => kind.churns).map((kind) => kind.name);
      const kinds = new Set(process.done.slice(built).map((step) => step.kind));
      expect([...kinds]).toEqual(churning.filter((name) => kinds.has(name)));
      expect(kinds.size).toBeGreaterThan(0);
      expect(new Set(announced)).toEqual(new Set([false]));
    });

    it('follow nodes alone where nothing else may be planned', async () => {
      const expected = await Bench.of(harness);
      await (await expected.startWith(base)).settle(OWNER, moved);

      const bench = await Bench.of(harness);
      const process = await bench.startWith(base);
      await process.settle(OWNER, moved, { onlyTargets: true });
      expect(await bench.world.targets()).toEqual(await expected.world.targets());
    });

    it('have no place to go where nothing was built, and that is no error', async () => {
      const bench = await Bench.of(harness);
      const process = await bench.start();
      await process.settle(OWNER, base, { onlyTargets: true });
      expect(writes(process.calls)).toEqual([]);
    });
  });
}
