import { describe, expect, it } from 'vitest';
import type { Call, Fault } from '../fake/aws/call.ts';
import { ACTS, type Act } from './acts.ts';
import { type Look, lookAt } from './looks.ts';
import { faultsAtRest } from './rules/rest.ts';
import { expectRest, inWorld, scenario } from './scenario.ts';
import type { World } from './world.ts';

/** Plays an act with something wrong from its beginning on; the same process has to come through. */
async function play(
  act: Act,
  prepare: (world: World) => void = () => {},
): Promise<{ look: Look; calls: readonly Call[] }> {
  let outcome: { look: Look; calls: readonly Call[] } | undefined;
  await inWorld(async (world) => {
    await world.start();
    act.prepare(world);
    await world.settle();
    prepare(world);
    const calls = await world.awsCallsDuring(async () => {
      act.begin(world);
      await world.settle();
    });
    expect(faultsAtRest(world), world.tail()).toEqual([]);
    outcome = { look: lookAt(world.aws.state), calls };
  });
  if (!outcome) throw new Error('the act was not played');
  return outcome;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'the answer is lost': 'lose-answer',
  'it takes effect and nobody answers': 'hang-after',
  'it never arrives': 'hang',
  'AWS fails, and has done it': { error: 'ServiceUnavailable', httpStatus: 503, afterEffect: true },
  'AWS fails, and has not': { error: 'InternalFailure', httpStatus: 500 },
  'it arrives long after the caller has given up': { arriveMs: 25_000 },
};

describe('one write goes wrong, whichever it is', () => {
  for (const [name, fault] of Object.entries(FAULTS)) {
    it(name, { timeout: 240_000 }, async () => {
      const failures: string[] = [];
      for (const act of ACTS) {
        const whole = await play(act);
        const count = whole.calls.filter(({ write }) => write).length;
        for (let at = 1; at <= count; at++) {
          let writes = 0;
          try {
            const { look } = await play(act, (world) => {
              world.rules.ranges.graceMs = 60_000;
              world.awsFault = ({ write }) => (write && ++writes === at ? fault : undefined);
            });
            expect(look).toEqual(whole.look);
          } catch (error) {
            failures.push(`${act.name}, write ${at} of ${count}: ${(error as Error).message}`);
          }
        }
      }
      expect(failures.join('\n\n')).toBe('');
    });
  }
});

describe('reads lag behind', () => {
  for (const act of ACTS) {
    scenario(`by 30 s: ${act.name}`, async (world) => {
      world.aws.consistencyMs.default = 30_000;
      await world.start();
      act.prepare(world);
      await world.settle();
      act.begin(world);
      await world.settle();
      expectRest(world);
    });
  }

  for (const act of ACTS) {
    it(`by 30 s, and a crash at every single call: ${act.name}`, { timeout: 120_000 }, async () => {
      const failures: string[] = [];
      let count = 1;
      for (let at = 1; at <= count; at++) {
        try {
          await inWorld(async (world) => {
            world.aws.consistencyMs.default = 30_000;
            const first = await world.start();
            act.prepare(world);
            await world.settle();
            const before = first.counted;
            if (at > 1) first.trap = { at: before + at - 1, when: 'after' };
            act.begin(world);
            await world.clock.advance(120_000, () => !first.isAlive);
            count = Math.max(count, first.counted - before);
            first.kill();
            await world.start();
            await world.settle();
            expectRest(world);
          });
        } catch (error) {
          failures.push(`after call ${at - 1}: ${(error as Error).message}`);
        }
      }
      expect(failures.join('\n\n')).toBe('');
    });
  }
});

describe('AWS asks for fewer calls', () => {
  scenario('for ten minutes, whatever is called: few calls, and then all is well', async (world) => {
    await world.start();
    world.addService('old');
    await world.settle();
    world.awsFault = () => 'throttle';
    const storm = await world.awsCallsDuring(async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) world.addService(name);
      world.edit('old', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
      world.removeNode('node-1');
      await world.pass(10 * 60_000);
    });
    expect(storm.length).toBeLessThan(10 * 60);
    expect(world.condition('a', 'Programmed')).toBe('False Throttled');
    world.awsFault = () => undefined;
    await world.pass(6 * 60_000);
    expectRest(world);
  });

  scenario('from the first call of a process on', async (world) => {
    world.awsFault = () => 'throttle';
    world.addService('web');
    const storm = await world.awsCallsDuring(async () => {
      await world.start();
      await world.pass(10 * 60_000);
    });
    expect(storm.length).toBeLessThan(200);
    world.awsFault = () => undefined;
    await world.settle();
    expectRest(world);
  });

  scenario('only for targets of one Service: the others move on', async (world) => {
    await world.start();
    world.addService('slow');
    await world.settle();
    const [slow] = world.aws.state.targetGroups.keys();
    world.awsFault = ({ operation, input }) =>
      operation === 'RegisterTargets' && (input as { TargetGroupArn?: string }).TargetGroupArn === slow
        ? 'throttle'
        : undefined;
    world.addNode();
    await world.pass(5000);
    const begin = world.clock.now;
    world.addService('quick');
    await world.until('quick is there', () => world.condition('quick', 'Programmed') === 'True Programmed', 60_000);
    expect(world.clock.now - begin).toBeLessThan(30_000);
    world.awsFault = () => undefined;
    await world.settle();
    expectRest(world);
  });
});

describe('AWS is out of reach', () => {
  scenario('for half an hour: nothing is lost, and deletions wait', async (world) => {
    await world.start();
    for (const name of ['stays', 'goes']) world.addService(name);
    await world.settle();
    world.awsFault = () => 'hang';
    world.removeService('goes');
    world.addService('comes');
    world.removeNode('node-2');
    await world.pass(30 * 60_000);
    expect(world.hasService('goes')).toBe(true);
    expect(world.condition('goes', 'DeletionBlocked')).toBe('True Network');
    world.awsFault = () => undefined;
    await world.settle();
    expect(world.hasService('goes')).toBe(false);
    expectRest(world);
  });

  scenario('credentials are refused for a while: it is said, and heals by itself', async (world) => {
    await world.start();
    world.addService('old');
    await world.settle();
    world.awsFault = () => ({ error: 'ExpiredToken', httpStatus: 403 });
    world.addService('web');
    await world.pass(5 * 60_000);
    expect(world.condition('web', 'Programmed')).toBe('False Denied');
    expect(world.events('web').filter((one) => one.startsWith('Warning'))).toHaveLength(1);
    world.awsFault = () => undefined;
    await world.settle();
    expectRest(world);
  });
});
