import { describe, expect } from 'vitest';
import { isOpenTo } from './doors.ts';
import { lookAt } from './looks.ts';
import { PeerHand } from './peer-hand.ts';
import {
  ALLOWED,
  CASES,
  CLASSIC,
  doors,
  isThere,
  NLB,
  ranges,
  served,
  setHealth,
  switched,
  textOfDoors,
  two,
} from './replacement-cases.ts';
import { expectRest, scenario } from './scenario.ts';
import { ALLOW_REPLACEMENT, AWS } from './wishes.ts';

describe('what else there is to a replacement', () => {
  const MANAGED = { aws: { 'aws-nlb-security-groups': 'managed' } };

  for (const { name, from, to, becomes } of CASES) {
    scenario(`${name}: an NLB has a group of its own, which goes with the last of them`, async (world) => {
      const old = await served(world, { ...from, ...ALLOWED }, MANAGED);
      world.edit('web', { annotations: { ...to } });
      await switched(world, old);
      await world.settle();
      expectRest(world);
      expect(textOfDoors(world)).toEqual([becomes]);
      world.removeService('web');
      world.removeService('neighbour');
      await world.settle();
      expect(lookAt(world.aws.state).securityGroups).toEqual(['default', 'nodes']);
    });

    scenario(`${name}: where AWS shows things late and calls take their time`, async (world) => {
      world.aws.consistencyMs.default = 3000;
      world.aws.timings.requestMs = 300;
      world.rules.ranges.graceMs = 60_000;
      const old = await served(world, { ...from, ...ALLOWED });
      world.edit('web', { annotations: { ...to } });
      await switched(world, old);
      await world.settle();
      expectRest(world);
      expect(textOfDoors(world)).toEqual([becomes]);
    });
  }

  for (const { name, from, to } of CASES) {
    scenario(`${name}: a crash after it is made, and lists that are late`, async (world) => {
      world.aws.consistencyMs.default = 30_000;
      const old = await served(world, { ...from, ...ALLOWED });
      world.awsFault = ({ operation }) => (operation === 'CreateLoadBalancer' ? 'crash-after' : undefined);
      world.edit('web', { annotations: { ...to } });
      const [first] = world.processes;
      await world.until('it dies', () => first?.aws.session.killed === true);
      first?.kill();
      world.awsFault = () => undefined;
      await world.start();
      await switched(world, old);
      await world.settle();
      expectRest(world);
    });
  }

  for (const { name, from, to, becomes } of CASES) {
    scenario(`${name}: when its Service selects no node any more`, async (world) => {
      const old = await served(world, { ...from, ...ALLOWED });
      world.edit('web', { annotations: { [`${AWS}target-node-labels`]: 'pool=none' } });
      await world.settle();
      world.edit('web', { annotations: { ...to } });
      await switched(world, old);
      await world.settle();
      expectRest(world);
      expect(textOfDoors(world)).toEqual([becomes]);
      world.edit('web', { annotations: { [`${AWS}target-node-labels`]: null } });
      await world.settle();
      expectRest(world);
    });
  }

  scenario('fixed addresses come and go', async (world) => {
    const ids = [1, 2, 3].map((number) => `eipalloc-0000000000000000${number}`);
    for (const [index, allocationId] of ids.entries())
      world.aws.seed.address({ allocationId, ip: `198.51.100.${index}` });
    const fixed = { [`${AWS}eip-allocations`]: ids.join(), [`${AWS}subnets`]: world.network.publicSubnets.join() };
    const first = await served(world, { ...NLB, ...ALLOWED });
    world.edit('web', { annotations: fixed });
    await switched(world, first);
    await world.settle();
    expectRest(world);
    const second = world.hostname('web') ?? '';
    world.edit('web', { annotations: { [`${AWS}eip-allocations`]: null, [ALLOW_REPLACEMENT]: null } });
    await world.settle();
    expect(world.condition('web', 'Programmed')).toBe('False ReplacementBlocked');
    expect(world.hostname('web')).toBe(second);
    world.edit('web', { annotations: ALLOWED });
    await switched(world, second);
    await world.settle();
    expectRest(world);
  });

  scenario('the official controller made the old one: nothing of it is left', async (world) => {
    world.addService('web', { ports: two, spec: ranges });
    const peer = new PeerHand(world);
    await peer.serve('web');
    await peer.serve('web');
    await world.pass(5 * 60_000);
    const old = world.hostname('web') ?? '';
    await world.start({ aws: { 'aws-default-type': 'classic' } });
    await world.settle();
    expectRest(world);
    expect(world.hostname('web')).toBe(old);
    world.edit('web', { annotations: { ...NLB, ...ALLOWED } });
    await switched(world, old);
    await world.settle();
    expectRest(world);
    expect(textOfDoors(world)).toEqual(['nlb internet-facing']);
    const { rules, securityGroups } = lookAt(world.aws.state);
    expect(rules.filter((rule) => rule.startsWith('nodes -1'))).toEqual([]);
    expect(securityGroups).toEqual(['default', 'nodes']);
  });

  scenario('interfaces of the old one linger: its group is waited for, and all is as wanted', async (world) => {
    world.aws.timings.interfaceReleaseMs = 30 * 60_000;
    const old = await served(world, { ...CLASSIC, ...ALLOWED }, { workers: 1 });
    world.edit('web', { annotations: NLB });
    await switched(world, old);
    await world.until('the old one is gone', () => !isThere(world, old));
    world.addService('other');
    await world.until('other is served', () => world.condition('other', 'Programmed') === 'True Programmed', 60_000);
    await world.settle();
    expectRest(world);
  });

  scenario('nothing may be deleted: the new one serves, and the old one stays and is told of', async (world) => {
    const old = await served(world, { ...NLB, ...ALLOWED }, { policy: 'upsert-only' });
    world.edit('web', { annotations: CLASSIC });
    await switched(world, old);
    await world.pass(20 * 60_000);
    expect(isThere(world, old)).toBe(true);
    expect(world.condition('web', 'Programmed')).toMatch(/^False/);
    const calls = await world.awsCallsDuring(() => world.pass(20 * 60_000));
    expect(calls.filter(({ write }) => write)).toEqual([]);
  });
});

describe('as long as the new one does not serve, the old one is the one that clients know', () => {
  for (const { name, from, to } of CASES) {
    scenario(`${name}: it follows the nodes`, async (world) => {
      const old = await served(world, { ...from, ...ALLOWED });
      setHealth(world, 'unhealthy');
      world.edit('web', { annotations: { ...to } });
      await world.pass(5 * 60_000);
      const added = world.addNode();
      world.aws.seed.targetHealth(`i-${added}`, 'unhealthy');
      world.removeNode('node-1');
      await world.pass(5 * 60_000);
      expect(world.hostname('web')).toBe(old);
      const door = doors(world).find(({ dnsName }) => dnsName === old);
      expect(door?.passages.map(({ instances }) => instances)).toEqual([
        ['i-node-2', 'i-node-3', 'i-node-4'],
        ['i-node-2', 'i-node-3', 'i-node-4'],
      ]);
    });

    scenario(`${name}: nobody gets in who may not any more`, async (world) => {
      const all = ['192.0.2.0/24', '198.51.100.0/24'];
      const old = await served(world, { ...from, ...ALLOWED }, {}, { spec: { loadBalancerSourceRanges: all } });
      setHealth(world, 'unhealthy');
      world.edit('web', { annotations: { ...to } });
      await world.pass(5 * 60_000);
      // Not the neighbour's.
      world.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
      await world.pass(5 * 60_000);
      const door = doors(world).find(({ dnsName }) => dnsName === old)!;
      const lets = (range: string) =>
        door.passages.map((passage) => isOpenTo(world.aws.state, door, passage, 'TCP', range));
      expect(lets('192.0.2.0/24')).toEqual([true, true]);
      expect(lets('198.51.100.0/24')).toEqual([false, false]);
    });
  }

  scenario('and cannot be made at all: it follows the nodes', async (world) => {
    const old = await served(world, { ...NLB, ...ALLOWED });
    world.aws.limits.classicLoadBalancers = 0;
    world.edit('web', { annotations: CLASSIC });
    await world.pass(5 * 60_000);
    expect(world.condition('web', 'Programmed')).toMatch(/^False/);
    world.addNode();
    await world.pass(5 * 60_000);
    const door = doors(world).find(({ dnsName }) => dnsName === old);
    expect(door?.passages[0]?.instances).toEqual(['i-node-1', 'i-node-2', 'i-node-3', 'i-node-4']);
    world.aws.limits.classicLoadBalancers = 20;
    await switched(world, old);
    await world.settle();
    expectRest(world);
  });
});
