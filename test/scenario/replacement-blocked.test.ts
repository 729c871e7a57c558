import { describe, expect } from 'vitest';
import { lookAt } from './looks.ts';
import {
  ALLOWED,
  CASES,
  CLASSIC,
  doors,
  INTERNAL,
  KINDS,
  NLB,
  SCHEMES,
  served,
  switched,
  textOfDoors,
  two,
} from './replacement-cases.ts';
import { expectRest, scenario } from './scenario.ts';
import { ALLOW_REPLACEMENT, AWS } from './wishes.ts';

describe('without leave to replace', () => {
  for (const { name, from, to } of CASES) {
    scenario(`${name}: that is blocked, told once, and lifted when taken back`, async (world) => {
      const address = await served(world, from);
      const before = lookAt(world.aws.state);
      world.edit('web', { annotations: { ...to } });
      await world.settle();
      expect(lookAt(world.aws.state)).toEqual(before);
      expect(world.condition('web', 'Accepted')).toBe('True Accepted');
      expect(world.condition('web', 'Programmed')).toBe('False ReplacementBlocked');
      expect(world.conditionMessage('web', 'Programmed')).toContain(ALLOW_REPLACEMENT);
      expect(world.told('web', 'SyncLoadBalancerFailed')).toBe(1);
      expectRest(world, { blocked: ['web'] });
      world.processes.at(-1)?.kill();
      const writes = world.kubeWrites().length;
      await world.start();
      await world.settle();
      expect(world.kubeWrites().slice(writes)).toEqual([]);
      expect(lookAt(world.aws.state)).toEqual(before);
      const back = Object.fromEntries(Object.keys(to).map((key) => [key, from[key] ?? null]));
      world.edit('web', { annotations: back });
      await world.settle();
      expect(world.condition('web', 'Programmed')).toBe('True Programmed');
      expect(world.told('web', 'SyncLoadBalancerFailed')).toBe(1);
      expect(world.hostname('web')).toBe(address);
      expect(lookAt(world.aws.state)).toEqual(before);
      expectRest(world);
    });
  }

  for (const { name, from, to } of [...SCHEMES, ...KINDS]) {
    scenario(`${name}: ports, ranges, tags and nodes follow all the same`, async (world) => {
      const address = await served(world, from);
      world.edit('web', { annotations: { ...to } });
      await world.settle();
      world.edit('web', {
        annotations: { [`${AWS}additional-resource-tags`]: 'team=red' },
        spec: { ports: [two[0], { name: 'more', port: 8443 }], loadBalancerSourceRanges: ['198.51.100.0/24'] },
      });
      await world.settle();
      expectRest(world, { blocked: ['web'] });
      world.addNode();
      world.removeNode('node-1');
      await world.settle();
      expectRest(world, { blocked: ['web'] });
      expect(world.hostname('web')).toBe(address);
      expect(world.condition('web', 'Programmed')).toBe('False ReplacementBlocked');
      expect(world.told('web', 'SyncLoadBalancerFailed')).toBe(1);
    });
  }

  for (const { name, from, to } of KINDS) {
    scenario(`${name}: deleted while blocked`, async (world) => {
      await served(world, from);
      world.edit('web', { annotations: { ...to } });
      await world.settle();
      world.removeService('web');
      await world.settle();
      expect(world.hasService('web')).toBe(false);
      expectRest(world);
    });
  }

  scenario('leave is given later: then it is replaced', async (world) => {
    const old = await served(world, NLB);
    world.edit('web', { annotations: INTERNAL });
    await world.settle();
    world.edit('web', { annotations: ALLOWED });
    await switched(world, old);
    await world.settle();
    expectRest(world);
    expect(textOfDoors(world)).toEqual(['nlb internal']);
  });
});

describe('the wish changes once more while the old one drains, and without leave', () => {
  scenario('back to what the old one is: the address stays, or goes back, and one is left', async (world) => {
    const old = await served(world, { ...NLB, ...ALLOWED });
    world.edit('web', { annotations: CLASSIC });
    await switched(world, old);
    world.edit('web', { annotations: { ...NLB, [ALLOW_REPLACEMENT]: null } });
    await world.settle();
    expect(doors(world)).toHaveLength(1);
    expectRest(world);
  });

  scenario('to what neither is: the address stays, and nothing goes until there is leave', async (world) => {
    const old = await served(world, { ...NLB, ...ALLOWED });
    world.edit('web', { annotations: CLASSIC });
    await switched(world, old);
    const next = world.hostname('web');
    world.edit('web', { annotations: { ...NLB, ...INTERNAL, [ALLOW_REPLACEMENT]: null } });
    await world.settle();
    expect(world.condition('web', 'Programmed')).toBe('False ReplacementBlocked');
    expect(world.hostname('web')).toBe(next);
    expectRest(world, { blocked: ['web'] });
    world.processes.at(-1)?.kill();
    await world.start();
    world.addNode();
    await world.settle();
    expect(world.hostname('web')).toBe(next);
    expectRest(world, { blocked: ['web'] });
    world.edit('web', { annotations: ALLOWED });
    await world.settle();
    expect(textOfDoors(world)).toEqual(['nlb internal']);
    expectRest(world);
  });

  scenario('to what neither is: deleted while nothing goes', async (world) => {
    const old = await served(world, { ...NLB, ...ALLOWED });
    world.edit('web', { annotations: CLASSIC });
    await switched(world, old);
    world.edit('web', { annotations: { ...NLB, ...INTERNAL, [ALLOW_REPLACEMENT]: null } });
    await world.settle();
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });
});
