import { DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect } from 'vitest';
import { lookAt } from './looks.ts';
import { REPLACEMENT_DRAIN_MS as DRAIN_MS } from './process.ts';
import {
  ALLOWED,
  CASES,
  CLASSIC,
  doors,
  INTERNAL,
  isThere,
  NLB,
  ranges,
  served,
  setHealth,
  switched,
  textOf,
  textOfDoors,
  two,
} from './replacement-cases.ts';
import { expectRest, scenario } from './scenario.ts';
import { ALLOW_REPLACEMENT, AWS } from './wishes.ts';

describe('with leave to replace', () => {
  for (const { name, from, to, becomes } of CASES) {
    scenario(
      `${name}: the new one first, the address when it serves, the old one goes after a while`,
      async (world) => {
        const old = await served(world, { ...from, ...ALLOWED });
        const [before] = doors(world);
        setHealth(world, 'unhealthy');
        world.edit('web', { annotations: { ...to } });
        await world.pass(20 * 60_000);
        // It does not serve: nothing is switched, however long that takes.
        expect(doors(world)).toHaveLength(2);
        expect(world.hostname('web')).toBe(old);
        expect(world.condition('web', 'Programmed')).toBe('False Progressing');
        expect(world.condition('web', 'Replacing')).toBeUndefined();
        setHealth(world, 'healthy');
        await switched(world, old);
        const at = world.clock.now;
        const next = doors(world).find(({ dnsName }) => dnsName !== old);
        expect(world.hostname('web')).toBe(next?.dnsName);
        expect(next && textOf(next)).toBe(becomes);
        expect(world.condition('web', 'Replacing')).toBe('True Draining');
        expect(world.told('web', 'ReplacedLoadBalancer')).toBe(1);
        await world.pass(DRAIN_MS - 10_000);
        expect(doors(world).find(({ dnsName }) => dnsName === old)).toEqual(before);
        expect(world.condition('web', 'Programmed')).toBe('True Programmed');
        await world.until('the old one is gone', () => !isThere(world, old), 60_000);
        expect(world.clock.now - at).toBeGreaterThanOrEqual(DRAIN_MS - 1000);
        await world.settle();
        expect(world.condition('web', 'Replacing')).toBeUndefined();
        expect(textOfDoors(world)).toEqual([becomes]);
        expect(world.told('web', 'SyncLoadBalancerFailed')).toBe(0);
        expectRest(world);
        world.removeService('web');
        world.removeService('neighbour');
        await world.settle();
        expect(lookAt(world.aws.state)).toMatchObject({ balancers: [], classics: [], idleGroups: [] });
        expect(lookAt(world.aws.state).securityGroups).toEqual(['default', 'nodes']);
        expectRest(world);
      },
    );

    scenario(`${name}: restarted while the old one drains, which is not begun anew`, async (world) => {
      const old = await served(world, { ...from, ...ALLOWED });
      world.edit('web', { annotations: { ...to } });
      await switched(world, old);
      const at = world.clock.now;
      const next = world.hostname('web');
      for (const ms of [60_000, 60_000, 60_000]) {
        await world.pass(ms);
        world.processes.at(-1)?.kill();
        await world.start();
      }
      await world.until('the old one is gone', () => !isThere(world, old), DRAIN_MS);
      expect(world.clock.now - at).toBeGreaterThanOrEqual(DRAIN_MS - 1000);
      expect(world.clock.now - at).toBeLessThan(DRAIN_MS + 60_000);
      await world.settle();
      expect(world.hostname('web')).toBe(next);
      expect(world.told('web', 'ReplacedLoadBalancer')).toBe(1);
      expectRest(world);
    });

    scenario(`${name}: others change and nodes come while the old one drains, in a new process too`, async (world) => {
      const old = await served(world, { ...from, ...ALLOWED });
      world.edit('web', { annotations: { ...to } });
      await switched(world, old);
      world.addService('other', { spec: ranges });
      await world.pass(30_000);
      world.processes.at(-1)?.kill();
      await world.start();
      await world.pass(30_000);
      world.edit('neighbour', { spec: { loadBalancerSourceRanges: ['198.51.100.0/24'] } });
      await world.pass(10_000);
      world.removeService('neighbour');
      await world.pass(10_000);
      world.addNode();
      world.removeService('other');
      await world.pass(60_000);
      expect(isThere(world, old)).toBe(true);
      await world.settle();
      expect(doors(world)).toHaveLength(1);
      expectRest(world);
    });

    scenario(`${name}: deleted at any time`, async (world) => {
      for (const afterMs of [1, 60_000, 130_000, 170_000, 300_000, 450_000]) {
        if (!world.hasService('web')) await served(world, { ...from, ...ALLOWED });
        world.edit('web', { annotations: { ...to } });
        await world.pass(afterMs);
        world.removeService('web');
        world.removeService('neighbour');
        await world.settle();
        expect(world.hasService('web'), `after ${afterMs} ms`).toBe(false);
        expectRest(world);
      }
    });

    scenario(`${name}: and back, before it is made, before it serves, and while the old one drains`, async (world) => {
      const back = Object.fromEntries(Object.keys(to).map((key) => [key, from[key] ?? null]));
      await served(world, { ...from, ...ALLOWED });
      for (const afterMs of [0, 500, 5000, 60_000, 200_000, 400_000]) {
        world.edit('web', { annotations: { ...to } });
        await world.pass(afterMs);
        world.edit('web', { annotations: back });
        await world.settle();
        expect(doors(world), `after ${afterMs} ms`).toHaveLength(1);
        expectRest(world);
      }
      for (let index = 0; index < 9; index++) {
        world.edit('web', { annotations: index % 2 === 0 ? { ...to } : back });
        await world.pass(index * 7000);
      }
      await world.settle();
      expect(textOfDoors(world)).toEqual([becomes]);
      expectRest(world);
    });

    scenario(`${name}: with ports and ranges that change in the same edit, and again meanwhile`, async (world) => {
      const old = await served(world, { ...from, ...ALLOWED });
      world.edit('web', {
        annotations: { ...to, [`${AWS}additional-resource-tags`]: 'team=red' },
        spec: { ports: [two[0], { name: 'more', port: 8443 }], loadBalancerSourceRanges: ['198.51.100.0/24'] },
      });
      await world.pass(60_000);
      world.edit('web', { spec: { ports: two, ...ranges } });
      await switched(world, old);
      world.edit('web', { spec: { ports: [...two, { name: 'more', port: 8443 }] } });
      await world.settle();
      expectRest(world);
      expect(textOfDoors(world)).toEqual([becomes]);
    });
  }

  scenario('two at once: another kind and another scheme, then only the kind back', async (world) => {
    const old = await served(world, { ...NLB, ...ALLOWED });
    world.edit('web', { annotations: { ...CLASSIC, ...INTERNAL } });
    await switched(world, old);
    world.edit('web', { annotations: NLB });
    await world.settle();
    expectRest(world);
    expect(textOfDoors(world)).toEqual(['nlb internal']);
  });

  scenario('leave is taken away while the old one drains: it goes all the same', async (world) => {
    const old = await served(world, { ...NLB, ...ALLOWED });
    world.edit('web', { annotations: CLASSIC });
    await switched(world, old);
    world.edit('web', { annotations: { [ALLOW_REPLACEMENT]: null } });
    await world.settle();
    expectRest(world);
    expect(textOfDoors(world)).toEqual(['classic internet-facing']);
  });

  scenario('the new one is deleted by hand while the old one drains: it is made again', async (world) => {
    const old = await served(world, { ...NLB, ...ALLOWED }, { driftIntervalMs: 10 * 60_000 });
    world.edit('web', { annotations: INTERNAL });
    await switched(world, old);
    const next = [...world.aws.state.loadBalancers.values()].find(({ dnsName }) => dnsName === world.hostname('web'));
    await world.byHand(world.hand.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: next?.arn })));
    await world.pass(30 * 60_000);
    expectRest(world);
    expect(textOfDoors(world)).toEqual(['nlb internal']);
  });

  scenario('the operator gives no time to drain: it goes when the new one serves', async (world) => {
    const old = await served(world, { ...NLB, ...ALLOWED }, { replacementDrainMs: 0 });
    world.edit('web', { annotations: CLASSIC });
    await switched(world, old);
    await world.until('the old one is gone', () => !isThere(world, old), 10_000);
    await world.settle();
    expectRest(world);
  });

  scenario('a Service without nodes is replaced too', async (world) => {
    const old = await served(world, { ...NLB, ...ALLOWED, [`${AWS}target-node-labels`]: 'pool=none' });
    world.edit('web', { annotations: CLASSIC });
    await switched(world, old);
    await world.settle();
    expect(textOfDoors(world)).toEqual(['classic internet-facing']);
  });

  scenario('the default of the operator changes: nobody is replaced without leave', async (world) => {
    const old = await served(world, {});
    const before = lookAt(world.aws.state);
    world.processes.at(-1)?.kill();
    await world.start({ aws: { 'aws-default-type': 'classic' } });
    await world.settle();
    expect(world.hostname('web')).toBe(old);
    expect(world.condition('web', 'Programmed')).toBe('False ReplacementBlocked');
    expect(lookAt(world.aws.state)).toEqual(before);
    expectRest(world, { blocked: ['web', 'neighbour'] });
  });
});
