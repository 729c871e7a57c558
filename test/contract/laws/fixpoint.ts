// What is as wanted stays untouched, and costs nothing; the way by which a state was reached does not show.
import { describe, expect, it } from 'vitest';
import { isEmpty } from '../../../src/engine/plan.ts';
import { Bench, courseOf, movesOf, OWNER, writes } from '../bench.ts';
import type { Harness } from '../harness.ts';

export function fixpointLaws(harness: Harness): void {
  const { base, changes, isList } = harness;

  describe('fixpoint', () => {
    it('finds nothing to do after it is done, and calls nothing to find that', async () => {
      const bench = await Bench.of(harness);
      const process = await bench.startWith(base);
      const plan = process.engine.plan(OWNER, await process.compile(OWNER, base));
      expect(isEmpty(plan), JSON.stringify(plan.steps)).toBe(true);
      await process.settle(OWNER, base);
      expect(process.calls).toEqual([]);
    });

    it('answers an address once it is done', async () => {
      const process = await (await Bench.of(harness)).start();
      const converged = await process.settle(OWNER, base);
      const ingress = harness.provider.ingress(await process.compile(OWNER, base), converged!.outputs);
      expect(ingress).toHaveLength(1);
      expect(ingress[0]!.ip ?? ingress[0]!.hostname).toMatch(/\w/);
    });

    it('writes nothing when it looks at everything again', async () => {
      const process = await (await Bench.of(harness)).startWith(base);
      await process.settle(OWNER, base, { verify: true });
      expect(process.calls.length).toBeGreaterThan(0);
      expect(writes(process.calls)).toEqual([]);
    });

    it('needs only the lists after a restart, if the status remembers', async () => {
      const bench = await Bench.of(harness);
      await bench.startWith(base);
      const process = await bench.start();
      await process.sync();
      await process.compile(OWNER, base);
      expect(process.calls.length).toBeGreaterThan(0);
      process.expect();
      await process.settle(OWNER, base);
      expect(process.calls).toEqual([]);
    });

    it('starts with nothing but lists', async () => {
      const bench = await Bench.of(harness);
      await bench.startWith(base);
      const process = await bench.start();
      await process.sync();
      expect(process.calls.filter((call) => !isList(call))).toEqual([]);
    });

    it('writes nothing after a restart, even if the status remembers nothing', async () => {
      const bench = await Bench.of(harness);
      await bench.startWith(base);
      bench.statuses = new Map();
      const process = await bench.start();
      await process.settle(OWNER, base);
      expect(writes(process.calls)).toEqual([]);
    });

    const { createWrites, createReads = 0 } = harness;
    if (createWrites !== undefined) {
      it('creates with its writes, and no read that is of no use', async () => {
        const process = await (await Bench.of(harness)).start();
        await process.sync();
        await process.compile(OWNER, base);
        process.expect();
        await process.settle(OWNER, base);
        expect(writes(process.calls)).toHaveLength(createWrites);
        expect(process.calls).toHaveLength(createWrites + createReads);
      });
    }
  });

  describe('changes', () => {
    it.each(movesOf(harness))('$name: done once, and then there is nothing to do', async ({ from, to }) => {
      expect((await courseOf(harness, { from, to }, 'same')).again).toEqual([]);
    });

    it.each(changes.filter((change) => !change.pathDependent))(
      '$name: the same as if it had always been so',
      async ({ from, to }) => {
        const { after } = await courseOf(harness, { from, to }, 'same');
        expect(after).toEqual((await courseOf(harness, { from: undefined, to }, 'same')).after);
      },
    );

    it.each(changes)('$name: the same for a process that has never seen the beginning', async ({ from, to }) => {
      const bench = await Bench.of(harness);
      await bench.startWith(from);
      await (await bench.start()).settle(OWNER, to);
      expect(await bench.snapshot).toEqual((await courseOf(harness, { from, to }, 'same')).after);
    });
  });
}
