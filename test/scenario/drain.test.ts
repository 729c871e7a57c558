// `fairlead drain` against the strict cloud: what it shows, lets go of and removes, and what it leaves.
import { ModifyLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect } from 'vitest';
import {
  DELETE,
  finalizers,
  holder,
  listOf,
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
import { expectRest, scenario } from './scenario.ts';

describe('fairlead drain', () => {
  scenario('shows what is held, and that a controller leads; writes nothing', async (world) => {
    await world.start();
    world.addService('web', { annotations: NLB });
    await world.settle();
    const before = lookAt(world.aws.state);
    const { code, out, err, awsWrites, kubeWrites } = await runDrain(world);
    expect({ code, err, awsWrites, kubeWrites }).toEqual({ code: 0, err: '', awsWrites: [], kubeWrites: 0 });
    expect(out).toMatch(/^SERVICE +ADDRESS +PORTS +OBJECTS +REMARKS\ndefault\/web +\S+\.amazonaws\.com +80\/TCP +3$/m);
    expect(out).toContain('1 Service held, with 3 objects in the cloud; 0 being deleted.');
    expect(out).toContain('--release would let go of 1 and leave 3 objects.');
    expect(out).toContain('--delete would remove 3 objects of 1.');
    expect(out).toMatch(/^fairlead-1 holds the Lease kube-system\/fairlead\. Scale it down first.*--replicas=0/m);
    expect(lookAt(world.aws.state)).toEqual(before);
    expect(holder(world)).toBe('fairlead-1');
  });

  scenario('says so where nothing is held', async (world) => {
    expect(await runDrain(world)).toMatchObject({ code: 0, out: expect.stringMatching(/^Nothing is held\./) });
  });

  scenario('--release leaves the clouds as they are; the next controller takes over without a write', async (world) => {
    await served(world);
    const before = lookAt(world.aws.state);
    const addresses = ['web', 'old'].map((name) => world.hostname(name));
    const { code, out, err, awsWrites } = await runDrain(world, { wish: RELEASE, answer: 'yes' });
    expect({ code, err, awsWrites }).toEqual({ code: 0, err: '', awsWrites: [] });
    expect(out).toMatch(
      /^default\/web: stays: LoadBalancer a.*\n {4}the official controller can take it over as it is$/m,
    );
    expect(out).toMatch(/^released default\/old \(1 of 2\)$/m);
    expect(out).toMatch(/^Let go of 2 Services\.$/m);
    for (const name of ['web', 'old']) {
      expect([finalizers(world, name), ourConditions(world, name)]).toEqual([[], []]);
    }
    expect(['web', 'old'].map((name) => world.hostname(name))).toEqual(addresses);
    expect(lookAt(world.aws.state)).toEqual(before);
    expect(holder(world)).toBe('');
    expect(world.rules.broken.every((line) => line.includes('lost its finalizer while there are'))).toBe(true);
    meant(world);
    const calls = await world.awsCallsDuring(async () => {
      await world.start();
      await world.settle();
    });
    expect(calls.filter(({ write }) => write)).toEqual([]);
    expect(finalizers(world, 'web')).toEqual([FINALIZER]);
    expectRest(world);
  });

  scenario('the official controller takes over what was released as it is', async (world) => {
    await served(world);
    await runDrain(world, { wish: RELEASE });
    meant(world);
    const peer = new PeerHand(world);
    for (const name of ['web', 'old']) {
      expect(await peer.next(name)).toMatchObject({ refusal: undefined, writes: [] });
    }
  });

  scenario('asks, and does nothing without the right answer', async (world) => {
    await served(world);
    const before = lookAt(world.aws.state);
    for (const [mode, answer] of [
      ['release', 'no'],
      ['delete', 'yes'],
    ] as const) {
      const { code, out, kubeWrites, awsWrites } = await runDrain(world, { wish: { mode }, answer });
      expect({ code, kubeWrites, awsWrites }).toEqual({ code: 1, kubeWrites: 0, awsWrites: [] });
      expect(out).toMatch(/^Nothing was done\.$/m);
    }
    expect(lookAt(world.aws.state)).toEqual(before);
    const { code } = await runDrain(world, { wish: DELETE, answer: world.clusterName });
    expect(code).toBe(0);
    meant(world);
  });

  scenario(
    '--delete removes all that there is; the Services stay, and a controller serves them anew',
    async (world) => {
      await served(world);
      const address = world.hostname('web');
      const { code, out, err } = await runDrain(world, { wish: DELETE });
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain(`default/web: cuts off who connects to ${address} on 80/TCP`);
      expect(out).toMatch(/^- LoadBalancer a/m);
      expect(out).toMatch(/^deleted LoadBalancer\/a/m);
      expect(out).toMatch(/^Removed the load balancers of 2 Services\.$/m);
      expect(things(world)).toEqual([0, 0, 0, 0]);
      expect(lookAt(world.aws.state).rules.filter((rule) => rule.includes('client=a'))).toEqual([]);
      for (const name of ['web', 'old']) {
        expect([finalizers(world, name), ourConditions(world, name), world.hostname(name)]).toEqual([
          [],
          [],
          undefined,
        ]);
      }
      meant(world);
      const again = await runDrain(world, { wish: DELETE });
      expect(again).toMatchObject({ code: 0, awsWrites: [], kubeWrites: 0 });
      await world.start();
      await world.settle();
      expectRest(world);
    },
  );

  scenario('a Service of its own: what the others need of shared objects stays', async (world) => {
    await served(world);
    const { code } = await runDrain(world, { wish: { ...DELETE, everywhere: false, names: ['default/web'] } });
    expect(code).toBe(0);
    expect(things(world)).toEqual([0, 1, 0, 0]);
    expect(world.condition('old', 'Programmed')).toBe('True Programmed');
    meant(world);
    const calls = await world.awsCallsDuring(async () => {
      world.edit('web', { spec: { type: 'NodePort' } });
      await world.start();
      await world.settle();
    });
    expect(calls.filter(({ write }) => write)).toEqual([]);
    expectRest(world);
  });

  scenario('says what is left where a load balancer is protected', async (world) => {
    await served(world);
    const [balancer] = [...world.aws.state.loadBalancers.values()];
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }];
    const protect = new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: balancer?.arn, Attributes });
    await world.byHand(world.hand.elbv2.send(protect));
    const { code, out } = await runDrain(world, { wish: DELETE });
    expect(code).toBe(1);
    expect(out).toMatch(/^Left: default\/web: .*protect/m);
    expect(things(world).slice(0, 2)).toEqual([1, 0]);
    expect(finalizers(world, 'web')).toEqual([FINALIZER]);
    meant(world);
    // A controller that starts then finds nothing that it would have to believe.
    world.edit('old', { spec: { type: 'NodePort' } });
    await world.start();
    await world.settle();
    expectRest(world);
  });

  scenario('a Service that cannot be understood is let go of like any other', async (world) => {
    const process = await world.start();
    world.addService('web', { annotations: NLB });
    await world.settle();
    world.edit('web', { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlbb' } });
    await world.settle();
    expect(world.condition('web', 'Accepted')).toBe('False InvalidService');
    process.stop();
    await world.until('it has stopped', () => process.ended !== undefined);
    expect(await runDrain(world, { wish: DELETE })).toMatchObject({ code: 0, err: '' });
    expect([things(world), ourConditions(world, 'web'), finalizers(world, 'web')]).toEqual([[0, 0, 0, 0], [], []]);
    meant(world);
  });

  scenario('what the official controller would not recognise is said', async (world) => {
    const process = await world.start({ replacementDrainMs: 0 });
    world.addService('web', { annotations: { ...NLB, 'fairlead.dev/allow-replacement': 'true' } });
    await world.settle();
    world.edit('web', { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-internal': 'true' } });
    await world.settle();
    process.stop();
    await world.until('it has stopped', () => process.ended !== undefined);
    const { code, out } = await runDrain(world, { wish: RELEASE });
    expect(code).toBe(0);
    expect(out).toMatch(
      /^ {4}the official controller cannot take it over: It does not know b[0-9a-f]{31}, which replaced/m,
    );
    meant(world);
  });

  scenario('a Service that is being deleted: --delete finishes it', async (world) => {
    await served(world);
    world.removeService('web');
    const { code, out } = await runDrain(world, { wish: DELETE });
    expect(code).toBe(0);
    expect(out).toMatch(/^default\/web: cuts off .*; it is being deleted, and goes then$/m);
    expect(world.hasService('web')).toBe(false);
    expect(things(world)).toEqual([0, 0, 0, 0]);
    meant(world);
  });

  scenario('a Service that is being deleted: --release says that its load balancer is nobody’s then', async (world) => {
    await served(world);
    world.removeService('web');
    const { code, out } = await runDrain(world, { wish: RELEASE });
    expect(code).toBe(0);
    expect(out).toMatch(/^default\/web: stays: .*\n {4}it is being deleted, and goes: what stays has no owner then/m);
    expect(world.hasService('web')).toBe(false);
    expect(things(world)).toEqual([1, 1, 1, 1]);
    expect((await runDrain(world)).out).toContain('3 objects in the cloud with our mark and no Service');
    meant(world);
  });

  scenario('answers as JSON', async (world) => {
    await served(world);
    const shown = listOf(await runDrain(world, { wish: { output: 'json' } }));
    expect(shown).toMatchObject({ apiVersion: 'drain.fairlead.dev/v1', kind: 'Drain', mode: 'show', cluster: 'prod' });
    expect(shown.services.map(({ name, objects, obstacles }) => [name, objects.length, obstacles])).toEqual([
      ['old', 3, []],
      ['web', 3, []],
    ]);
    const done = await runDrain(world, { wish: { ...DELETE, output: 'json' } });
    expect(listOf(done).services.map(({ outcome }) => outcome)).toEqual(['deleted', 'deleted']);
    meant(world);
  });
});
