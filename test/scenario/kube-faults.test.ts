import { describe, expect, it } from 'vitest';
import { KubeError } from '../../src/kube/api.ts';
import type { Call, Fault } from '../fake/kube/faults.ts';
import { ACTS } from './acts.ts';
import { type Look, lookAt } from './looks.ts';
import { faultsAtRest } from './rules/rest.ts';
import { expectRest, inWorld, scenario } from './scenario.ts';
import type { World } from './world.ts';

const down = (): Fault => ({ fault: 'error', error: new KubeError('refused', { status: 0, reason: 'ECONNREFUSED' }) });
const refused = (status: number, reason: string, retryAfterMs?: number): Fault => ({
  fault: 'error',
  error: new KubeError(reason, { status, reason, retryAfterMs }),
});
const isWrite = ({ method, path }: Call) =>
  (method === 'PATCH' || method === 'POST') && !/\/(leases|events)/.test(path);

const FAULTS: Readonly<Record<string, Fault>> = {
  'its answer is lost': { fault: 'lose' },
  'it hangs': { fault: 'hang' },
  'it conflicts': refused(409, 'Conflict'),
  'the server fails': refused(500, 'InternalError'),
  'the server asks for fewer calls': refused(429, 'TooManyRequests', 7000),
  'it is forbidden for once': refused(403, 'Forbidden'),
};

describe('one write to the API server goes wrong, whichever it is', () => {
  for (const [name, fault] of Object.entries(FAULTS)) {
    it(name, { timeout: 240_000 }, async () => {
      const failures: string[] = [];
      for (const act of ACTS) {
        let whole: Look | undefined;
        let count = 1;
        for (let at = 0; at <= count; at++) {
          try {
            await inWorld(async (world) => {
              await world.start();
              act.prepare(world);
              await world.settle();
              let writes = 0;
              world.kubeFault = (call) => (isWrite(call) && ++writes === at ? fault : undefined);
              act.begin(world);
              await world.settle();
              count = Math.max(count, at === 0 ? writes : 0);
              expect(faultsAtRest(world), world.tail()).toEqual([]);
              whole ??= lookAt(world.aws.state);
              expect(lookAt(world.aws.state)).toEqual(whole);
            });
          } catch (error) {
            failures.push(`${act.name}, write ${at} of ${count}: ${(error as Error).message}`);
          }
        }
      }
      expect(failures.join('\n\n')).toBe('');
    });
  }
});

describe('watches are late', () => {
  for (const act of ACTS) {
    scenario(`by 20 s: ${act.name}`, async (world) => {
      world.api.watchLagMs = 20_000;
      await world.start();
      act.prepare(world);
      await world.settle();
      const writes = world.kubeWrites().length;
      act.begin(world);
      await world.settle();
      expectRest(world);
      // The echoes of its own writes, which come late, make no new ones.
      expect(world.kubeWrites().length - writes).toBeLessThan(16);
    });
  }

  scenario('a Service that is gone already is not made again', async (world) => {
    await world.start();
    await world.settle();
    const calls = await world.awsCallsDuring(async () => {
      world.api.watchLagMs = 0;
      world.addService('ghost');
      world.api.watchLagMs = 60_000;
      world.removeService('ghost');
      await world.settle();
    });
    expect(calls.filter(({ write }) => write)).toEqual([]);
    expectRest(world);
  });

  scenario('a Service that is gone and there again, unseen, gets one load balancer', async (world) => {
    await world.start();
    await world.settle();
    world.addService('twin');
    world.api.watchLagMs = 60_000;
    world.removeService('twin');
    world.addService('twin');
    await world.settle();
    expect(world.aws.state.loadBalancers.size).toBe(1);
    expectRest(world);
  });

  scenario(
    'the user edits while the cache is old: what he asked for last is made, and nothing that he took back',
    async (world) => {
      await world.start();
      world.addService('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
      await world.settle();
      world.api.watchLagMs = 30_000;
      world.edit('web', { spec: { loadBalancerSourceRanges: ['0.0.0.0/0'] } });
      await world.pass(29_000);
      world.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/25'] } });
      await world.settle();
      expectRest(world);
    },
  );
});

describe('the watch', () => {
  scenario('breaks again and again', async (world) => {
    const leader = await world.start();
    for (const [index, act] of ACTS.entries()) {
      if (index > 0) continue;
      act.prepare(world);
      act.begin(world);
    }
    for (let round = 0; round < 20; round++) {
      leader.kube.breakWatches(
        round % 2 === 0 ? undefined : new KubeError('reset', { status: 0, reason: 'ECONNRESET' }),
      );
      world.edit('web', { annotations: { 'example.com/round': String(round) } });
      await world.pass(7000);
    }
    await world.settle();
    expectRest(world);
  });

  scenario('is too old (410), and a Service went meanwhile without a finalizer', async (world) => {
    const leader = await world.start();
    world.addService('web');
    world.addService('other', { spec: { type: 'ClusterIP' } });
    await world.settle();
    let broken = true;
    world.kubeFault = ({ method }) => (broken && method === 'WATCH' ? down() : undefined);
    leader.kube.breakWatches();
    world.removeService('other');
    world.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    world.addService('new');
    await world.pass(30_000);
    world.api.compact();
    broken = false;
    await world.settle();
    expectRest(world);
  });

  scenario('stays silent: what happened is seen all the same', async (world) => {
    const leader = await world.start();
    world.addService('web');
    await world.settle();
    let silent = true;
    world.kubeFault = ({ method }) => (silent && method === 'WATCH' ? { fault: 'hang' } : undefined);
    leader.kube.breakWatches();
    await world.clock.flush();
    world.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    await world.pass(10 * 60_000);
    silent = false;
    await world.settle();
    expectRest(world);
  });
});

describe('the API server is away', () => {
  scenario(
    'for half an hour: nothing is touched, the lease is lost, and the next process takes over',
    async (world) => {
      const first = await world.start();
      world.addService('web');
      world.addService('goes');
      await world.settle();
      let away = true;
      world.kubeFault = () => (away ? down() : undefined);
      first.kube.breakWatches(new KubeError('reset', { status: 0, reason: 'ECONNRESET' }));
      const calls = await world.awsCallsDuring(() => world.pass(30 * 60_000));
      expect(calls).toEqual([]);
      expect(first.ended).toBe('lost');
      world.removeService('goes');
      const second = await world.start();
      await world.pass(60_000);
      expect(second.controller.isReady).toBe(false);
      away = false;
      await world.settle();
      expect(second.controller.isLeader).toBe(true);
      expect(world.hasService('goes')).toBe(false);
      expectRest(world);
    },
  );

  scenario('for the Services only (403 on every patch): it is not held against the cloud, and heals', async (world) => {
    await world.start();
    let forbidden = true;
    world.kubeFault = (call) => (forbidden && isWrite(call) ? refused(403, 'Forbidden') : undefined);
    world.addService('web');
    const calls = await world.awsCallsDuring(() => world.pass(5 * 60_000));
    expect(calls.filter(({ write }) => write)).toEqual([]);
    forbidden = false;
    await world.settle();
    expectRest(world);
  });
});

describe('the finalizer', () => {
  scenario('is taken off by a user while we put it on: no write before it is there', async (world) => {
    await world.start();
    await world.settle();
    let times = 0;
    world.kubeFault = ({ method, path }) => {
      if (method === 'PATCH' && path.endsWith('/web/status') && times++ === 1) offByUser(world);
      return undefined;
    };
    world.addService('web');
    await world.settle();
    expectRest(world);
  });

  scenario('is taken off by a user later: it comes back, and the Service is held', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    offByUser(world);
    await world.settle();
    expectRest(world);
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario('of somebody else beside ours survives all our patches', async (world) => {
    await world.start();
    world.addService('web');
    world.api.patch('Service', 'default/web', { metadata: { finalizers: ['example.com/hold'] } });
    await world.settle();
    expect(world.service('web').metadata.finalizers).toContain('example.com/hold');
    world.removeService('web');
    await world.settle();
    expect(world.service('web').metadata.finalizers).toEqual(['example.com/hold']);
    world.unfinalize('web');
    expectRest(world);
  });
});

function offByUser(world: World): void {
  const finalizers = (world.service('web').metadata.finalizers ?? []).filter((one) => !one.includes('cleanup'));
  world.ledger.byUser(() => world.api.patch('Service', 'default/web', { metadata: { finalizers } }));
}
