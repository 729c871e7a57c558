import { describe, expect, it } from 'vitest';
import { ACTS, type Act, CLASSIC_ACTS, REPLACEMENT_ACTS } from './acts.ts';
import { type Look, lookAt } from './looks.ts';
import type { Trap } from './process.ts';
import { faultsAtRest } from './rules/rest.ts';
import { inWorld } from './scenario.ts';
import type { World } from './world.ts';

interface Outcome {
  readonly look: Look;
  readonly calls: number;
}

/** Plays the act, with a crash in the trap; then a new process takes over. */
async function play(act: Act, trap: Trap | undefined): Promise<Outcome> {
  let outcome: Outcome | undefined;
  await inWorld(async (world) => {
    const first = await world.start();
    act.prepare(world);
    await world.settle();
    const before = first.counted;
    if (trap) first.trap = { ...trap, at: before + trap.at };
    act.begin(world);
    await world.clock.advance(act.lastsMs ?? 120_000, () => !first.isAlive);
    const calls = first.counted - before;
    if (trap) {
      expect(first.isAlive, `call ${trap.at} never came`).toBe(false);
      await world.start();
    }
    await world.settle();
    expect(faultsAtRest(world), world.tail()).toEqual([]);
    outcome = { look: lookAt(world.aws.state), calls };
    await expectStill(world);
  });
  if (!outcome) throw new Error('the act was not played');
  return outcome;
}

/** One more process finds nothing to do. */
async function expectStill(world: World): Promise<void> {
  world.processes.at(-1)?.kill();
  const before = world.kubeWrites().length;
  const calls = await world.awsCallsDuring(async () => {
    await world.start();
    await world.settle({ quietMs: 60_000 });
  });
  expect(calls.filter(({ write }) => write).map(({ operation }) => operation)).toEqual([]);
  expect(world.kubeWrites().slice(before)).toEqual([]);
}

describe('a crash at every single call', () => {
  for (const act of [...ACTS, ...CLASSIC_ACTS, ...REPLACEMENT_ACTS]) {
    it(act.name, { timeout: 240_000 }, async () => {
      const whole = await play(act, undefined);
      expect(whole.calls).toBeGreaterThan(2);
      const failures: string[] = [];
      for (let at = 1; at <= whole.calls; at++) {
        for (const when of ['before', 'after'] as const) {
          try {
            expect((await play(act, { at, when })).look).toEqual(whole.look);
          } catch (error) {
            failures.push(`${when} call ${at} of ${whole.calls}: ${(error as Error).message}`);
          }
        }
      }
      expect(failures.join('\n\n')).toBe('');
    });
  }
});
