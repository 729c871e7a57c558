// One is one, gone is gone, and what is not ours is as if it were not there.
import { describe, expect, it } from 'vitest';
import { Bench, OWNER, reference, writes } from '../bench.ts';
import type { Harness } from '../harness.ts';

export function foreignLaws(harness: Harness): void {
  const { base } = harness;

  describe('ours and others', () => {
    it('leaves the cloud as it was before, once it is deleted', async () => {
      const bench = await Bench.of(harness, 'inhabited');
      const before = await bench.snapshot;
      const process = await bench.startWith(base);
      expect(await bench.snapshot).not.toEqual(before);
      await process.settle(OWNER, undefined);
      expect(await bench.snapshot).toEqual(before);
    });

    it('is one when it was created twice, by processes that do not know of each other', async () => {
      const bench = await Bench.of(harness, 'inhabited');
      const slow = await bench.start();
      await slow.sync();
      await bench.startWith(base);
      const once = await bench.snapshot;
      bench.statuses.clear();
      await slow.settle(OWNER, base);
      // Where names do not keep it from becoming two, whoever looks next makes it one.
      if (harness.sharesNames) await (await bench.start()).settle(OWNER, base);
      expect(await bench.snapshot).toEqual(once);
    });

    it('is no error to delete twice, in one process or by two that do not know of each other', async () => {
      const bench = await Bench.of(harness, 'inhabited');
      const before = await bench.snapshot;
      const process = await bench.startWith(base);
      const slow = await bench.start();
      await slow.sync();
      await process.settle(OWNER, undefined);
      await process.settle(OWNER, undefined);
      await slow.settle(OWNER, undefined);
      expect(await bench.snapshot).toEqual(before);
    });

    it('is no error to delete what was never there', async () => {
      const process = await (await Bench.of(harness, 'inhabited')).start();
      await process.settle(OWNER, undefined);
      expect(writes(process.calls)).toEqual([]);
    });

    it('is built again when somebody took it away meanwhile', async () => {
      const bench = await Bench.of(harness, 'inhabited');
      const process = await bench.startWith(base);
      const whole = await bench.snapshot;
      const vandal = await bench.start();
      await vandal.settle(OWNER, undefined);
      await process.settle(OWNER, base, { verify: true });
      expect(await bench.snapshot).toEqual(whole);
    });

    for (const when of harness.sharesNames ? (['before'] as const) : (['before', 'after'] as const)) {
      it(`refuses a name that was taken ${when} the lists were made, and touches nothing of theirs`, async () => {
        const bench = await Bench.of(harness, 'inhabited');
        const process = await bench.start();
        if (when === 'after') await process.sync();
        const before = await bench.snapshot;
        await bench.world.plantForeign(base);
        await bench.time.sleep(5000);
        const planted = await bench.snapshot;
        const theirs = Object.keys(planted).filter((key) => !(key in before));
        expect(theirs).not.toEqual([]);
        await expect(process.settle(OWNER, base)).rejects.toMatchObject({ code: 'name-taken' });
        for (const key of theirs) expect((await bench.snapshot)[key]).toEqual(planted[key]);
        await process.settle(OWNER, undefined);
        expect(await bench.snapshot).toEqual(planted);
      });
    }

    it('makes the same things in any cloud', async () => {
      const [one, two] = [
        await reference(harness, (process) => process.settle(OWNER, base)),
        await reference(harness, (process) => process.settle(OWNER, base)),
      ];
      expect(one).toEqual(two);
    });
  });
}
