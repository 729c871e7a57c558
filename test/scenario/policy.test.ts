import { describe, expect } from 'vitest';
import { lookAt } from './looks.ts';
import { expectRest, scenario } from './scenario.ts';

describe('observe-only', () => {
  scenario('writes nothing anywhere, whatever happens', async (world) => {
    await world.start({ policy: 'observe-only', driftIntervalMs: 60_000 });
    world.addService('web');
    world.addService('bad', { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-internal': 'maybe' } });
    const before = world.kubeWrites().length;
    const calls = await world.awsCallsDuring(async () => {
      await world.pass(10 * 60_000);
      world.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
      world.removeNode('node-1');
      await world.pass(10 * 60_000);
      world.removeService('web');
      await world.pass(10 * 60_000);
    });
    expect(calls.filter(({ write }) => write)).toEqual([]);
    expect(world.kubeWrites().slice(before)).toEqual([]);
  });

  scenario('says in the log what it would do, and what it would refuse', async (world) => {
    const first = await world.start();
    world.addService('web');
    await world.settle();
    first.stop();
    await world.pass(60_000);
    const second = await world.start({ policy: 'observe-only' });
    world.addService('new');
    world.addService('bad', { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-internal': 'maybe' } });
    world.edit('web', { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-internal': 'true' } });
    await world.pass(10 * 60_000);
    const told = (name: string) =>
      second.log
        .filter(({ fields }) => fields.service === `default/${name}`)
        .map(({ fields, message }) => [fields.code, message]);
    expect(told('new')).toContainEqual([
      'policy',
      expect.stringMatching(/observe-only forbids: .*create LoadBalancer/),
    ]);
    expect(told('bad')).toContainEqual(['invalid-service', expect.stringContaining('"maybe"')]);
    expect(told('web')).toContainEqual(['replacement-blocked', expect.stringContaining('scheme')]);
  });

  scenario('leaves what another policy made, and a deleted Service waits for one that may clean up', async (world) => {
    const first = await world.start();
    world.addService('web');
    await world.settle();
    first.kill();
    const before = lookAt(world.aws.state);
    const second = await world.start({ policy: 'observe-only' });
    world.removeService('web');
    world.removeNode('node-1');
    await world.pass(10 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
    expect(world.hasService('web')).toBe(true);
    second.kill();
    await world.start();
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });
});

describe('upsert-only', () => {
  scenario('creates and changes, deletes nothing, says what it held back, and holds the Service', async (world) => {
    const first = await world.start({ policy: 'upsert-only' });
    world.addService('web', { ports: [80, 443].map((port) => ({ name: `p${port}`, port })) });
    await world.settle();
    expectRest(world);
    world.edit('web', { spec: { ports: [{ name: 'p80', port: 80 }] } });
    await world.pass(60_000);
    expect(lookAt(world.aws.state).balancers[0]?.listeners.map(({ port }) => port)).toEqual([80, 443]);
    expect(world.condition('web', 'Programmed')).toBe('False Policy');
    expect(world.conditionMessage('web', 'Programmed')).toMatch(/upsert-only forbids: .*delete Listener/);
    world.removeService('web');
    await world.pass(10 * 60_000);
    expect(world.hasService('web')).toBe(true);
    expect(world.condition('web', 'DeletionBlocked')).toBe('True Policy');
    first.kill();
    await world.start();
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario('and targets follow nodes', async (world) => {
    await world.start({ policy: 'upsert-only' });
    world.addService('web');
    await world.settle();
    world.removeNode('node-1');
    world.addNode();
    await world.settle();
    expectRest(world);
  });
});
