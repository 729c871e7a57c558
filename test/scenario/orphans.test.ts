import { describe, expect } from 'vitest';
import { lookAt } from './looks.ts';
import { expectRest, scenario } from './scenario.ts';
import type { World } from './world.ts';

/** Some Services are served; then one of them goes by force, and nobody hears of it. */
async function orphaned(world: World): Promise<void> {
  const process = await world.start();
  for (const name of ['web', 'stays']) world.addService(name);
  await world.settle();
  process.kill();
  world.unfinalize('web');
  world.removeService('web');
}

describe('things whose Service is gone', () => {
  scenario('are counted, and stay where the operator has not said that they may go', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    const process = await world.start();
    await world.pass(2 * 60 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
    // The load balancer and its target group.
    expect(process.controller.orphanCount()).toBe(2);
  });

  scenario('go where the operator has said so, but not at once', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    const process = await world.start({ orphans: 'delete' });
    await world.pass(9 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
    await world.pass(60 * 60_000);
    expect(process.controller.orphanCount()).toBe(0);
    expectRest(world);
  });

  scenario('go even if the Service went before our eyes', async (world) => {
    await world.start({ orphans: 'delete' });
    world.addService('web');
    await world.pass(60_000);
    world.unfinalize('web');
    world.removeService('web');
    await world.pass(60 * 60_000);
    expectRest(world);
  });

  scenario('stay while the policy forbids deletes', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    await world.start({ orphans: 'delete', policy: 'upsert-only' });
    await world.pass(60 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
  });

  scenario('of another cluster with our name in the same account are never touched', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    // The same AWS, seen from a cluster with another kube-system.
    world.api.delete('Namespace', 'kube-system');
    world.api.create({ kind: 'Namespace', metadata: { name: 'kube-system' } });
    world.removeService('stays');
    world.unfinalize('stays');
    await world.start({ orphans: 'delete' });
    await world.pass(60 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
  });

  scenario('are none while the API server does not show a Service that it has', async (world) => {
    const process = await world.start();
    for (const name of ['web', 'stays']) world.addService(name);
    await world.settle();
    process.kill();
    const before = lookAt(world.aws.state);
    // The new process sees lists as they were before there was anything.
    world.kubeFault = ({ path, query }) =>
      path === '/api/v1/services' && query.limit !== undefined ? { fault: 'stale', writes: 1_000_000 } : undefined;
    world.api.watchLagMs = 10 * 60 * 60_000;
    await world.start({ orphans: 'delete' });
    await world.pass(2 * 60 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
  });

  scenario('stay while nothing is heard of the API server', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    const process = await world.start({ orphans: 'delete' });
    await world.pass(60_000);
    // The lease goes on, the watches do not.
    world.kubeFault = ({ path }) => (/\/(services|nodes)$/.test(path) ? { fault: 'hang' } : undefined);
    process.kube.breakWatches();
    await world.pass(60 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
  });
});
