import { describe, expect } from 'vitest';
import { balancerName } from './ledger.ts';
import { expectRest, scenario } from './scenario.ts';
import { AWS, CLASS } from './wishes.ts';
import type { World } from './world.ts';

/** Serves `web` with one process, and ends that process as SIGKILL does. */
async function servedAndDead(world: World): Promise<void> {
  const process = await world.start();
  world.addService('web');
  await world.settle();
  process.kill();
}

const names = (world: World) => [...world.aws.state.loadBalancers.values()].map(({ name }) => name);

describe('a Service goes while no controller runs', () => {
  scenario('and the next one cleans up', async (world) => {
    await servedAndDead(world);
    world.removeService('web');
    await world.start();
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario('and comes back under its name: the old things go before the new ones come', async (world) => {
    await servedAndDead(world);
    // With the finalizer it cannot be gone: somebody took that off.
    world.removeService('web');
    world.unfinalize('web');
    expect(world.hasService('web')).toBe(false);
    world.addService('web');
    const overlaps: string[] = [];
    world.aws.onStep(({ state }) => {
      if (state.loadBalancers.size > 1) overlaps.push([...state.loadBalancers.values()].map(({ name }) => name).join());
    });
    await world.start();
    await world.settle();
    expect(names(world)).toEqual([balancerName(world.service('web').metadata.uid)]);
    expect(overlaps).toEqual([]);
    expectRest(world);
  });

  scenario('and comes back with the same node port', async (world) => {
    const process = await world.start();
    const ports = [{ port: 80, nodePort: 31_000 }];
    world.addService('web', { ports });
    await world.settle();
    process.kill();
    world.removeService('web');
    world.unfinalize('web');
    world.addService('web', { ports });
    await world.start();
    await world.settle();
    expectRest(world);
  });
});

describe('a Service goes by force while we look on', () => {
  scenario('and comes back at once', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    world.unfinalize('web');
    world.removeService('web');
    world.addService('web');
    await world.settle();
    expectRest(world);
  });
});

describe('a Service does not want a load balancer any more', () => {
  scenario('by its type: all goes, and its status and conditions too', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    world.edit('web', { spec: { type: 'ClusterIP' } });
    await world.settle();
    expect(world.service('web').metadata.finalizers).toBeUndefined();
    expect(world.service('web').status?.conditions ?? []).toEqual([]);
    expect(world.hostname('web')).toBeUndefined();
    expect(world.events('web').at(-1)).toBe('Normal DeletedLoadBalancer');
    expectRest(world);
  });

  scenario('by its type while no controller runs', async (world) => {
    await servedAndDead(world);
    world.edit('web', { spec: { type: 'NodePort' } });
    await world.start();
    await world.settle();
    expect(world.service('web').metadata.finalizers).toBeUndefined();
    expectRest(world);
  });

  scenario('and then it does again, at once and later', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    world.edit('web', { spec: { type: 'ClusterIP' } });
    world.edit('web', { spec: { type: 'LoadBalancer' } });
    await world.settle();
    expectRest(world);
    world.edit('web', { spec: { type: 'ClusterIP' } });
    await world.pass(3000);
    world.edit('web', { spec: { type: 'LoadBalancer' } });
    await world.settle();
    expectRest(world);
  });

  scenario('from us: the type annotation hands it to another controller', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    world.edit('web', { annotations: { [`${AWS}type`]: 'external' } });
    await world.settle();
    expectRest(world);
    world.edit('web', { annotations: { [`${AWS}type`]: null } });
    await world.settle();
    expectRest(world);
  });

  scenario('from us: that is said while no controller runs', async (world) => {
    await servedAndDead(world);
    world.edit('web', { annotations: { [`${AWS}type`]: 'nlb-ip' } });
    await world.start();
    await world.settle();
    expectRest(world);
    expect(world.service('web').metadata.finalizers).toBeUndefined();
  });

  scenario('and was another controller’s by its annotation all along: not one write', async (world) => {
    await world.start();
    world.addService('web', { annotations: { [`${AWS}type`]: 'external' } });
    const before = world.kubeWrites().length;
    await world.settle();
    expect(world.kubeWrites().slice(before)).toEqual([]);
    expectRest(world);
  });
});

describe('classes', () => {
  scenario('ours is served', async (world) => {
    await world.start({ claimClassless: false });
    world.addService('web', { spec: { loadBalancerClass: CLASS } });
    world.addService('not-ours');
    await world.settle();
    expect(names(world)).toEqual([balancerName(world.service('web').metadata.uid)]);
    expectRest(world, { classless: false });
  });

  scenario('an unknown one is left alone, with its finalizer, alive and in deletion', async (world) => {
    await world.start();
    world.addService('web', { spec: { loadBalancerClass: 'somebody.else/lb' } });
    const finalizers = ['service.kubernetes.io/load-balancer-cleanup'];
    world.ledger.byUser(() => world.api.patch('Service', 'default/web', { metadata: { finalizers } }));
    const before = world.kubeWrites().length;
    const calls = await world.awsCallsDuring(async () => {
      await world.settle();
      world.removeService('web');
      await world.settle();
    });
    expect(calls.filter(({ write }) => write)).toEqual([]);
    expect(world.kubeWrites().slice(before)).toEqual([]);
    expect(world.service('web').metadata.finalizers).toEqual(finalizers);
  });

  scenario(
    'changes while no controller runs, by way of the type: what was ours goes, and is not lost',
    async (world) => {
      await servedAndDead(world);
      world.edit('web', { spec: { type: 'ClusterIP' } });
      world.edit('web', { spec: { type: 'LoadBalancer', loadBalancerClass: 'somebody.else/lb' } });
      await world.start();
      await world.settle();
      expect(names(world)).toEqual([]);
      expectRest(world);
    },
  );

  scenario('changes from ours to classless, by way of the type', async (world) => {
    await world.start();
    world.addService('web', { spec: { loadBalancerClass: CLASS } });
    await world.settle();
    world.edit('web', { spec: { type: 'ClusterIP' } });
    world.edit('web', { spec: { type: 'LoadBalancer' } });
    await world.settle();
    expectRest(world);
  });
});

describe('copies', () => {
  scenario('a Service made of another one’s YAML, conditions and all, inherits nothing', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    const { spec, status } = world.service('web');
    world.api.create({
      kind: 'Service',
      metadata: { name: 'copy', namespace: 'default' },
      spec: { type: 'LoadBalancer', ports: [{ ...spec.ports?.[0], nodePort: 31_999 }] },
    });
    world.api.patch('Service', 'default/copy', { status: status as Record<string, unknown> }, '/status');
    await world.settle();
    expect(names(world)).toHaveLength(2);
    expect(world.hostname('copy')).not.toBe(world.hostname('web'));
    expectRest(world);
  });
});
