import { describe, expect } from 'vitest';
import { KubeError } from '../../src/kube/api.ts';
import type { Lease } from '../../src/kube/types.ts';
import type { Process } from './process.ts';
import { expectRest, scenario } from './scenario.ts';
import type { World } from './world.ts';

const holder = (world: World) => world.api.get<Lease>('Lease', 'kube-system/fairlead')?.spec?.holderIdentity;
const away = () => ({ fault: 'error', error: new KubeError('reset', { status: 0, reason: 'ECONNRESET' }) }) as const;

/** Cuts one process off its lease, and nothing else. */
function loseLease(world: World, process: Process): void {
  world.kubeFault = ({ path }, who) => (who === process && path.includes('/leases') ? away() : undefined);
}

describe('two processes', () => {
  scenario('only one of them works; when it is killed the other follows', async (world) => {
    const first = await world.start();
    const second = await world.start();
    world.addService('web');
    await world.settle();
    expect([first.controller.isLeader, second.controller.isLeader]).toEqual([true, false]);
    expect(second.controller.isReady).toBe(true);
    first.kill();
    world.addService('api');
    const begin = world.clock.now;
    await world.until('api is served', () => world.condition('api', 'Programmed') === 'True Programmed');
    expect(world.clock.now - begin).toBeLessThan(25_000);
    await world.settle();
    expectRest(world);
  });

  scenario(
    'the first one is told to stop: it gives the lease back, and the second follows within seconds',
    async (world) => {
      const first = await world.start();
      await world.start();
      await world.settle();
      first.stop();
      world.addService('web');
      const begin = world.clock.now;
      await world.until('web is served', () => world.condition('web', 'Programmed') === 'True Programmed');
      expect(first.ended).toBe('stopped');
      expect(world.clock.now - begin).toBeLessThan(5000);
      await world.settle();
      expectRest(world);
    },
  );

  scenario(
    'the lease is lost in the middle of a long change: the old one stops writing in time, the new one finishes',
    async (world) => {
      world.aws.timings.requestMs = 3000;
      world.aws.timings.answerMs = 1000;
      world.rules.ranges.graceMs = 60_000;
      const first = await world.start();
      await world.start();
      await world.pass(30_000);
      world.addService('web', { ports: [80, 81, 82, 83, 84].map((port) => ({ name: `p${port}`, port })) });
      await world.pass(5000);
      loseLease(world, first);
      await world.until('the first one gives up', () => first.ended === 'lost', 120_000);
      await world.settle();
      expect(holder(world)).toBe('fairlead-2');
      expectRest(world);
    },
  );

  scenario('the process stands still for longer than its lease, and another one writes meanwhile', async (world) => {
    const first = await world.start();
    world.addService('web');
    await world.settle();
    // Its calls are held up; so are those to the lease. It finds out when it moves again.
    const until = world.clock.now + 60_000;
    world.awsFault = (_call, process) =>
      process === first ? { delayMs: Math.max(0, until - world.clock.now) } : undefined;
    world.kubeFault = (_call, process) =>
      process === first ? { fault: 'delay', delayMs: Math.max(0, until - world.clock.now) } : undefined;
    world.edit('web', { spec: { ports: [80, 443].map((port) => ({ name: `p${port}`, port })) } });
    await world.start();
    await world.pass(20_000);
    world.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    await world.pass(100_000);
    expect(first.ended).toBe('lost');
    await world.settle();
    expectRest(world);
  });

  scenario('a call that was in flight lands after the other one has taken over', async (world) => {
    const first = await world.start();
    world.addService('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    await world.settle();
    await world.start();
    world.rules.ranges.graceMs = 60_000;
    world.awsFault = ({ operation }, process) =>
      process === first && operation === 'RegisterTargets' ? { arriveMs: 40_000 } : undefined;
    world.addNode();
    await world.pass(2000);
    first.kill();
    await world.settle();
    expectRest(world);
  });

  scenario('the lease is taken away by hand: the loser writes nothing more', async (world) => {
    const first = await world.start();
    world.addService('web');
    await world.settle();
    const renewTime = new Date().toISOString().replace('Z', '000Z');
    world.api.patch('Lease', 'kube-system/fairlead', { spec: { holderIdentity: 'somebody', renewTime } });
    world.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    await world.clock.advance(30_000, () => first.ended !== undefined);
    expect(first.ended).toBe('lost');
    // One write may leave before the loser hears of it: the one that the rules speak of.
    world.rules.broken.splice(0);
    const calls = await world.awsCallsDuring(() => world.pass(60_000));
    expect(calls).toEqual([]);
    await world.start();
    await world.settle();
    expectRest(world);
  });
});

describe('a process is told to stop', () => {
  scenario('while it is at work: it stops at a safe point, and says so by giving the lease back', async (world) => {
    world.aws.timings.requestMs = 2000;
    const first = await world.start();
    await world.settle({ quietMs: 30_000 });
    world.addService('web', { ports: [80, 81, 82].map((port) => ({ name: `p${port}`, port })) });
    await world.pass(3000);
    first.stop();
    const begin = world.clock.now;
    await world.until('it ends', () => first.ended !== undefined, 60_000);
    expect(first.ended).toBe('stopped');
    expect(world.clock.now - begin).toBeLessThan(30_000);
    expect(holder(world)).toBe('');
    const calls = await world.awsCallsDuring(() => world.pass(120_000));
    expect(calls).toEqual([]);
    await world.start();
    await world.settle();
    expectRest(world);
  });

  scenario('while a call never answers: it waits no longer than it may', async (world) => {
    const first = await world.start({ shutdownMs: 10_000 });
    await world.settle({ quietMs: 30_000 });
    world.awsFault = ({ write }) => (write ? 'hang' : undefined);
    world.addService('web');
    await world.pass(1000);
    first.stop();
    const begin = world.clock.now;
    await world.until('it ends', () => first.ended !== undefined, 60_000);
    expect(world.clock.now - begin).toBeLessThan(15_000);
    world.awsFault = () => undefined;
    await world.start();
    await world.settle();
    expectRest(world);
  });

  scenario('before it ever led, and before its caches were full', async (world) => {
    const first = await world.start();
    const second = await world.start();
    second.stop();
    await world.until('the second ends', () => second.ended !== undefined, 10_000);
    world.kubeFault = (_call, process) => (process.name === 'fairlead-3' ? { fault: 'hang' } : undefined);
    const third = await world.start();
    third.stop();
    await world.until('the third ends', () => third.ended !== undefined, 60_000);
    expect(first.controller.isLeader).toBe(true);
  });
});
