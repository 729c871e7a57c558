// `fairlead drain` where something is in its way: a controller at work, another one's Services, the wrong cluster, a lost
// lease, an end at any call.
import { describe, expect, it } from 'vitest';
import {
  DELETE,
  finalizers,
  holder,
  meant,
  NLB,
  ourConditions,
  RELEASE,
  runDrain,
  served,
  things,
} from './drain-hand.ts';
import { FINALIZER } from './ledger.ts';
import { lookAt } from './looks.ts';
import { PeerHand } from './peer-hand.ts';
import type { Trap } from './process.ts';
import { expectRest, inWorld, scenario } from './scenario.ts';

describe('fairlead drain', () => {
  for (const mode of ['release', 'delete'] as const) {
    scenario(`--${mode} refuses while a controller leads, and says how to stop it`, async (world) => {
      await world.start();
      world.addService('web', { annotations: NLB });
      await world.settle();
      const { code, err, awsWrites, kubeWrites } = await runDrain(world, { wish: { mode } });
      expect({ code, awsWrites, kubeWrites }).toEqual({ code: 1, awsWrites: [], kubeWrites: 0 });
      expect(err).toMatch(/^fairlead-1 holds the Lease kube-system\/fairlead and renews it: a controller is at work/);
      expect(err).toContain('kubectl scale deployment --namespace kube-system fairlead --replicas=0');
      expect(holder(world)).toBe('fairlead-1');
      await world.settle();
      expectRest(world);
    });
  }

  scenario('waits for the lease of a controller that was killed', async (world) => {
    const process = await world.start();
    world.addService('web', { annotations: NLB });
    await world.settle();
    process.kill();
    const { code, out } = await runDrain(world, { wish: DELETE });
    expect(out).toMatch(/^fairlead-1 holds the Lease kube-system\/fairlead: waiting to see whether it is alive$/m);
    expect(code).toBe(0);
    expect(things(world)).toEqual([0, 0, 0, 0]);
    meant(world);
  });

  scenario('what another controller works on is left, unless it is named', async (world) => {
    await served(world);
    await world.pass(60_000);
    const { uid } = world.service('web').metadata;
    world.api.create({
      kind: 'Event',
      metadata: { name: 'web.peer', namespace: 'default' },
      involvedObject: { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'web', uid },
      type: 'Normal',
      reason: 'EnsuringLoadBalancer',
      message: 'told by the peer',
      lastTimestamp: new Date().toISOString(),
      source: { component: 'service-controller' },
    });
    const all = await runDrain(world, { wish: DELETE });
    expect(all.code).toBe(1);
    expect(all.out).toMatch(
      /^Left: default\/web: another service controller may need it: service-controller told Ensuring/m,
    );
    expect(things(world)).toEqual([1, 0, 1, 1]);
    const released = await runDrain(world, { wish: RELEASE });
    expect(released.out).toMatch(/the finalizer stays for another controller: service-controller told/);
    expect([finalizers(world, 'web'), ourConditions(world, 'web')]).toEqual([[FINALIZER], []]);
    expect((await runDrain(world)).out).toMatch(/^default\/web .*service-controller told EnsuringLoadBalancer/m);
    const named = await runDrain(world, { wish: { ...DELETE, everywhere: false, names: ['default/web'] } });
    expect(named.code).toBe(0);
    expect(things(world)).toEqual([0, 0, 0, 0]);
    meant(world);
  });

  scenario('nothing of a cluster that only the official controller has served is touched', async (world) => {
    const peer = new PeerHand(world);
    world.addService('web', { annotations: NLB });
    await peer.serve('web');
    const { code, out, awsWrites, kubeWrites } = await runDrain(world, { wish: DELETE });
    expect({ code, awsWrites, kubeWrites }).toEqual({ code: 0, awsWrites: [], kubeWrites: 0 });
    expect(out).toContain('another controller');
  });

  scenario('with the wrong --cluster-name nothing is taken to be gone', async (world) => {
    await served(world);
    const before = lookAt(world.aws.state);
    const { code, out, awsWrites } = await runDrain(world, { wish: DELETE, settings: { clusterName: 'other' } });
    expect({ code, awsWrites }).toEqual({ code: 1, awsWrites: [] });
    for (const name of ['old', 'web']) {
      expect(out).toMatch(new RegExp(`^Left: default/${name}: .*the cloud shows no load balancer with its mark`, 'm'));
      expect(finalizers(world, name)).toEqual([FINALIZER]);
    }
    expect(lookAt(world.aws.state)).toEqual(before);
    const shown = await runDrain(world, { settings: { clusterName: 'other' } });
    expect(shown.out).toMatch(/^default\/web .*no load balancer with its mark: is this the right --cluster-name/m);
    const asked = await runDrain(world, { wish: RELEASE, settings: { clusterName: 'other' }, answer: 'no' });
    expect(asked.out).toMatch(/^default\/web: .*\n {4}it has the address .* is this the right --cluster-name/m);
    expect(finalizers(world, 'web')).toEqual([FINALIZER]);
  });

  scenario('is noticed where a controller works without a lease', async (world) => {
    await world.start();
    world.addService('web', { annotations: NLB });
    await world.settle();
    const { code, out } = await runDrain(world, { wish: RELEASE, settings: { leaderElect: false } });
    expect(code).toBe(1);
    expect(out).toMatch(/^Left: default\/web: a controller took it up again/m);
    meant(world);
    await world.settle();
    expectRest(world);
  });

  scenario('holds the lease: a controller that starts meanwhile waits', async (world) => {
    await served(world);
    world.aws.timings.requestMs = 3000;
    const running = runDrain(world, {
      wish: DELETE,
      onKube: (path) => {
        if (path === '/api/v1/nodes' && world.processes.length === 1) void world.start();
      },
    });
    const { code } = await running;
    expect(code).toBe(0);
    const [, second] = world.processes;
    expect(second).toBeDefined();
    const byProcess = world.aws.calls.filter(({ session }) => world.processOf(session) === second);
    const lastDelete = world.aws.calls.findLastIndex(({ operation }) => operation.startsWith('Delete'));
    expect(byProcess.every((call) => world.aws.calls.indexOf(call) > lastDelete)).toBe(true);
    meant(world);
    await world.settle();
    expectRest(world);
  });

  scenario('stops writing when its lease is lost', async (world) => {
    await served(world);
    world.aws.timings.requestMs = 8000;
    let isCut = false;
    world.api.faults.push(({ path, session }) =>
      isCut && session.startsWith('drain-') && path.includes('/leases') ? { fault: 'hang' } : undefined,
    );
    const { code, err } = await runDrain(world, {
      wish: DELETE,
      onKube: (path) => {
        if (path.endsWith('/status')) isCut = true;
      },
    });
    expect(code).toBe(1);
    expect(err).toMatch(
      /Stopped: the Lease kube-system\/fairlead was lost\. What was begun can be finished by running this again\./,
    );
    isCut = false;
    meant(world);
    expect(await runDrain(world, { wish: DELETE })).toMatchObject({ code: 0 });
    expect(things(world)).toEqual([0, 0, 0, 0]);
    meant(world);
  });

  scenario('is interrupted, gives the lease back, and finishes when it is run again', async (world) => {
    await served(world);
    const { code, err } = await runDrain(world, { wish: DELETE, stopAt: 2 });
    expect(code).toBe(1);
    expect(err).toMatch(/^Stopped: interrupted\./m);
    expect(holder(world)).toBe('');
    expect(await runDrain(world, { wish: DELETE })).toMatchObject({ code: 0 });
    expect(things(world)).toEqual([0, 0, 0, 0]);
    meant(world);
  });
});

describe('cut off at every call, and run again', () => {
  /** Answers how many calls there are to die at. */
  async function play(mode: 'release' | 'delete', trap: Trap | undefined): Promise<{ look: unknown; calls: number }> {
    let played: { look: unknown; calls: number } | undefined;
    await inWorld(async (world) => {
      await served(world);
      world.addService('going', { annotations: NLB });
      const process = await world.start();
      await world.settle();
      process.kill();
      world.removeService('going');
      const wish = { mode };
      const first = await runDrain(world, { wish, ...(trap && { trap }) });
      expect(first.code, first.out).toBe(trap ? undefined : 0);
      if (trap) expect(await runDrain(world, { wish })).toMatchObject({ code: 0, err: '' });
      expect(world.hasService('going')).toBe(false);
      for (const name of ['web', 'old']) {
        expect([finalizers(world, name), ourConditions(world, name)]).toEqual([[], []]);
        expect(world.hostname(name) === undefined).toBe(mode === 'delete');
      }
      played = { look: lookAt(world.aws.state), calls: first.calls };
      meant(world);
    });
    if (!played) throw new Error('nothing was played');
    return played;
  }

  for (const mode of ['release', 'delete'] as const) {
    it(`--${mode}`, { timeout: 240_000 }, async () => {
      const whole = await play(mode, undefined);
      expect(whole.calls).toBeGreaterThan(10);
      const failures: string[] = [];
      for (let at = 1; at <= whole.calls; at++) {
        for (const when of ['before', 'after'] as const) {
          try {
            expect((await play(mode, { at, when })).look).toEqual(whole.look);
          } catch (error) {
            failures.push(`${when} call ${at} of ${whole.calls}: ${(error as Error).message}`);
          }
        }
      }
      expect(failures.join('\n\n')).toBe('');
    });
  }
});
