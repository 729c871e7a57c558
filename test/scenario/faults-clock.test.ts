// The wall clock jumps: by the hand of somebody, by NTP, by a machine that slept. Nothing that counts may hang on it.
import { describe, expect, vi } from 'vitest';
import { expectRest, scenario } from './scenario.ts';

const HOUR = 60 * 60_000;

describe('the wall clock jumps', () => {
  for (const [what, jumpMs] of [
    ['an hour ahead', HOUR],
    ['an hour back', -HOUR],
  ] as const) {
    scenario(`by ${what}: the leader stays, and Services are served as ever`, async (world) => {
      const first = await world.start({ driftIntervalMs: 10 * 60_000 });
      await world.start();
      world.addService('web');
      await world.pass(60_000);
      vi.setSystemTime(Date.now() + jumpMs);
      const before = world.aws.calls.length;
      await world.pass(30_000);
      expect(world.aws.calls.slice(before).filter(({ write }) => write)).toEqual([]);
      world.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
      world.addService('new');
      world.addNode();
      await world.pass(30_000);
      expect(first.controller.isLeader).toBe(true);
      expect(first.ended).toBeUndefined();
      expectRest(world);
      world.removeService('new');
      await world.pass(10 * 60_000);
      expect(world.hasService('new')).toBe(false);
      expectRest(world);
    });
  }

  scenario('and the process is started anew: it takes its lease again, and nothing is written', async (world) => {
    const first = await world.start();
    world.addService('web');
    await world.pass(60_000);
    first.kill();
    vi.setSystemTime(Date.now() + HOUR);
    const calls = await world.awsCallsDuring(async () => {
      const second = await world.start();
      await world.until('it leads', () => second.controller.isLeader, 60_000);
      await world.pass(60_000);
    });
    expect(calls.filter(({ write }) => write)).toEqual([]);
    expectRest(world);
  });
});
