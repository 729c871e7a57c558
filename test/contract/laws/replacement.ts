// What cannot be changed is replaced: the new one first, and the old one serves on, untouched, until it may go.
import { describe, expect, it } from 'vitest';
import type { Converge } from '../../../src/engine/engine.ts';
import { Bench, expectNothingToDo, OTHER, OWNER, writes } from '../bench.ts';
import type { Harness } from '../harness.ts';
import type { Process } from '../process.ts';

const WAIT = { retryAfterMs: 1000, why: 'the old one drains' };

export function replacementLaws(harness: Harness): void {
  const { base, replacement, other } = harness;
  if (!replacement) return;

  /** Reconciles until nothing is waited for but that the old one may go. */
  async function drain(bench: Bench, process: Process, retire: NonNullable<Converge['retire']>): Promise<void> {
    for (let round = 0; round < 100; round++) {
      const outcome = await process.attempt(OWNER, replacement, { retire });
      if (outcome.end !== 'waiting') throw new Error(`ended with ${outcome.end}, and the old one was not waited for`);
      if (outcome.retiring) return;
      await bench.time.sleep(outcome.afterMs);
    }
    throw new Error('the new one was never finished');
  }

  async function draining() {
    const bench = await Bench.of(harness);
    const process = await bench.startWith(base);
    const before = await bench.snapshot;
    await drain(bench, process, async () => WAIT);
    return { bench, process, before };
  }

  describe('replacement', () => {
    it('has the new one with an address before it asks whether the old one may go', async () => {
      const bench = await Bench.of(harness);
      const process = await bench.startWith(base);
      const graph = await process.compile(OWNER, replacement);
      const addresses: string[] = [];
      await drain(bench, process, async (outputs) => {
        addresses.push(...harness.provider.ingress(graph, outputs).map(({ ip, hostname }) => ip ?? hostname ?? ''));
        return WAIT;
      });
      expect(addresses).toHaveLength(1);
      expect(addresses[0]).toMatch(/\w/);
    });

    it('leaves the old one there and its targets in it', async () => {
      const { bench, before } = await draining();
      expect(Object.keys(await bench.snapshot)).toEqual(expect.arrayContaining(Object.keys(before)));
      expect(Object.keys(await bench.snapshot).length).toBeGreaterThan(Object.keys(before).length);
    });

    it('remembers that all is as wanted, so that asking again costs nothing', async () => {
      const { bench, process } = await draining();
      process.expect();
      await drain(bench, process, async () => WAIT);
      expect(process.calls).toEqual([]);
    });

    it('goes on after a restart where it was', async () => {
      const { bench } = await draining();
      const there = await bench.snapshot;
      const process = await bench.start();
      await drain(bench, process, async () => WAIT);
      expect(writes(process.calls)).toEqual([]);
      expect(await bench.snapshot).toEqual(there);
    });

    it('removes the old one, and nothing else, when it may go', async () => {
      const { bench, process } = await draining();
      await process.settle(OWNER, replacement);
      await expectNothingToDo(bench, replacement, 'after the replacement');
    });

    it('lets the old one follow the nodes as long as it serves', async () => {
      const { bench, process } = await draining();
      const fewer = { ...replacement, nodes: replacement.nodes.slice(0, 1) };
      const expected = await Bench.of(harness);
      await (await expected.start()).settle(OWNER, fewer);
      await process.attempt(OWNER, fewer, { retire: async () => WAIT });
      expect(await bench.world.targets()).toEqual(await expected.world.targets());
    });

    it('leaves nothing when the Service goes meanwhile', async () => {
      const empty = await (await Bench.of(harness)).snapshot;
      const { bench, process } = await draining();
      await process.settle(OWNER, undefined);
      expect(await bench.snapshot).toEqual(empty);
    });

    // Where what is shared is the load balancer itself, it is not replaced at all.
    if (other) {
      it('keeps what the old one shares when others come and go, in a new process too', async () => {
        const { bench } = await draining();
        const there = await bench.snapshot;
        const process = await bench.start();
        await process.sync();
        process.engine.prime(OWNER, await process.compile(OWNER, replacement));
        await process.settle(OTHER, other);
        await process.settle(OTHER, undefined);
        expect(await bench.snapshot).toEqual(there);
      });
    }
  });
}
