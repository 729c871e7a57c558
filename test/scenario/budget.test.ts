import { describe, expect } from 'vitest';
import type { Call } from '../fake/aws/call.ts';
import { expectRest, scenario } from './scenario.ts';
import { CERTIFICATE, type World } from './world.ts';

const operations = (calls: readonly Call[]) => calls.map(({ operation }) => operation);
const writes = (calls: readonly Call[]) => operations(calls.filter(({ write }) => write));

/** Until nothing has moved for a minute: the caches of what EC2 said are still warm then. */
const soon = (world: World) => world.settle({ quietMs: 60_000 });

/** A process that has served another Service before, so that its caches are warm. */
async function warm(world: World, ...names: readonly string[]): Promise<void> {
  await world.start();
  for (const name of ['warm', ...names]) world.addService(name);
  await soon(world);
}

/** The same with Classic Load Balancers. */
async function warmClassic(world: World, ...names: readonly string[]): Promise<void> {
  await world.start({ aws: { 'aws-default-type': 'classic' } });
  for (const name of ['warm', ...names]) world.addService(name);
  await soon(world);
}

describe('calls to AWS', () => {
  scenario('create: 5 writes for one TCP port, 3 for each further one, and no read', async (world) => {
    await warm(world);
    const one = await world.awsCallsDuring(async () => {
      world.addService('one');
      await soon(world);
    });
    expect(operations(one).toSorted()).toEqual([
      'AuthorizeSecurityGroupIngress',
      'CreateListener',
      'CreateLoadBalancer',
      'CreateTargetGroup',
      'RegisterTargets',
    ]);
    const three = await world.awsCallsDuring(async () => {
      world.addService('three', { ports: [80, 81, 82].map((port) => ({ name: `p${port}`, port })) });
      await soon(world);
    });
    expect(operations(three)).toHaveLength(5 + 2 * 3);
    expect(three.every(({ write }) => write)).toBe(true);
    expectRest(world);
  });

  scenario('nothing happens: none, however long', async (world) => {
    await warm(world, 'web');
    expect(operations(await world.awsCallsDuring(() => world.pass(4 * 60 * 60_000)))).toEqual([]);
  });

  scenario(
    'an annotation, a label or a field that does not concern us changes: none, and no write to the Service',
    async (world) => {
      await warm(world, 'web');
      const before = world.kubeWrites().length;
      const calls = await world.awsCallsDuring(async () => {
        world.edit('web', { annotations: { 'example.com/note': 'hello' } });
        world.api.patch('Service', 'default/web', { metadata: { labels: { team: 'red' } } });
        world.edit('web', { spec: { selector: { app: 'other' } } });
        world.edit('web', { spec: { internalTrafficPolicy: 'Local' } });
        world.edit('web', { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } });
        await soon(world);
      });
      expect(operations(calls)).toEqual([]);
      expect(world.kubeWrites().slice(before)).toEqual([]);
    },
  );

  scenario('an irrelevant change of a node: none', async (world) => {
    await warm(world, 'web');
    const calls = await world.awsCallsDuring(async () => {
      world.api.patch('Node', 'node-1', { metadata: { labels: { note: 'x' } } });
      world.api.patch('Node', 'node-1', { spec: { unschedulable: true } });
      world.api.patch('Node', 'node-2', { status: { conditions: [{ type: 'Ready', status: 'False' }] } }, '/status');
      await soon(world);
    });
    expect(operations(calls)).toEqual([]);
  });

  scenario(
    'a node leaves: one write for each target group; one joins: the same and one read for all',
    async (world) => {
      await warm(world, 'web', 'api');
      const left = await world.awsCallsDuring(async () => {
        world.removeNode('node-3');
        await soon(world);
      });
      expect(operations(left)).toEqual(['DeregisterTargets', 'DeregisterTargets', 'DeregisterTargets']);
      const joined = await world.awsCallsDuring(async () => {
        world.addNode();
        world.addNode();
        await soon(world);
      });
      expect(operations(joined)).toEqual([
        'DescribeInstances',
        'RegisterTargets',
        'RegisterTargets',
        'RegisterTargets',
      ]);
      expectRest(world);
    },
  );

  scenario('delete: at most 5', async (world) => {
    await warm(world, 'web');
    const calls = await world.awsCallsDuring(async () => {
      world.removeService('web');
      await soon(world);
    });
    expect(operations(calls).length, operations(calls).join()).toBeLessThanOrEqual(5);
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario('a restart with 50 Services: at most 25, no write at all, to AWS or to Services', async (world) => {
    world.aws.limits.loadBalancers = 100;
    const first = await world.start();
    for (let index = 0; index < 50; index++) world.addService(`s${index}`);
    await soon(world);
    expectRest(world);
    first.stop();
    await world.until('it stops', () => first.ended !== undefined);
    const before = world.kubeWrites().length;
    const calls = await world.awsCallsDuring(async () => {
      await world.start();
      await soon(world);
    });
    expect(writes(calls)).toEqual([]);
    expect(operations(calls).length, operations(calls).join()).toBeLessThanOrEqual(25);
    expect(world.kubeWrites().slice(before)).toEqual([]);
    const edited = await world.awsCallsDuring(async () => {
      world.addService('late');
      await soon(world);
    });
    expect(operations(edited)).toHaveLength(5);
    expectRest(world);
  });

  scenario('a restart after nodes came and went: what changed, and no more', async (world) => {
    const first = await world.start();
    world.addService('web');
    await soon(world);
    first.kill();
    world.addNode();
    world.removeNode('node-1');
    const calls = await world.awsCallsDuring(async () => {
      await world.start();
      await soon(world);
    });
    expect(writes(calls)).toEqual(['RegisterTargets', 'DeregisterTargets']);
    expectRest(world);
  });
});

describe('calls to AWS for Classic Load Balancers', () => {
  scenario('create: 6 writes and one look, whatever the number of ports', async (world) => {
    await warmClassic(world);
    const one = await world.awsCallsDuring(async () => {
      world.addService('one');
      await soon(world);
    });
    expect(writes(one)).toEqual([
      'CreateSecurityGroup',
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupIngress',
      'CreateLoadBalancer',
      'ConfigureHealthCheck',
      'RegisterInstancesWithLoadBalancer',
    ]);
    expect(operations(one).length, operations(one).join()).toBeLessThanOrEqual(7);
    const three = await world.awsCallsDuring(async () => {
      world.addService('three', { ports: [80, 81, 82].map((port) => ({ name: `p${port}`, port })) });
      await soon(world);
    });
    expect(operations(three).length, operations(three).join()).toBeLessThanOrEqual(7);
    expectRest(world);
  });

  scenario('create with TLS, PROXY protocol, attributes and tags: at most 14', async (world) => {
    await warmClassic(world);
    const stem = 'service.beta.kubernetes.io/aws-load-balancer-';
    const calls = await world.awsCallsDuring(async () => {
      world.addService('web', {
        annotations: {
          [`${stem}ssl-cert`]: CERTIFICATE,
          [`${stem}ssl-negotiation-policy`]: 'ELBSecurityPolicy-TLS-1-2-2017-01',
          [`${stem}proxy-protocol`]: '*',
          [`${stem}connection-idle-timeout`]: '120',
          [`${stem}connection-draining-enabled`]: 'true',
          [`${stem}additional-resource-tags`]: 'team=red',
        },
      });
      await soon(world);
    });
    expect(operations(calls).length, operations(calls).join()).toBeLessThanOrEqual(14);
    expectRest(world);
  });

  scenario('nothing happens, or what does not concern us: none, and no write to the Service', async (world) => {
    await warmClassic(world, 'web');
    const before = world.kubeWrites().length;
    const calls = await world.awsCallsDuring(async () => {
      world.edit('web', { annotations: { 'example.com/note': 'hello' } });
      world.edit('web', { spec: { selector: { app: 'other' } } });
      world.api.patch('Node', 'node-1', { metadata: { labels: { note: 'x' } } });
      await world.pass(4 * 60 * 60_000);
    });
    expect(operations(calls)).toEqual([]);
    expect(world.kubeWrites().slice(before)).toEqual([]);
  });

  scenario('a port is added: two writes; a node leaves: one for each load balancer', async (world) => {
    await warmClassic(world, 'web');
    const [http] = world.service('web').spec.ports ?? [];
    const added = await world.awsCallsDuring(async () => {
      world.edit('web', { spec: { ports: [http, { name: 'more', port: 81 }] } });
      await soon(world);
    });
    expect(writes(added)).toHaveLength(2);
    const left = await world.awsCallsDuring(async () => {
      world.removeNode('node-3');
      await soon(world);
    });
    const deregister = 'DeregisterInstancesFromLoadBalancer';
    expect(operations(left)).toEqual([deregister, deregister]);
    const joined = await world.awsCallsDuring(async () => {
      world.addNode();
      world.addNode();
      await soon(world);
    });
    const register = 'RegisterInstancesWithLoadBalancer';
    expect(operations(joined)).toEqual(['DescribeInstances', register, register]);
    expectRest(world);
  });

  scenario('delete: at most 5', async (world) => {
    // A group is in use for some time; asking for it again is not counted here.
    world.aws.timings.interfaceReleaseMs = 0;
    await warmClassic(world, 'web');
    const calls = await world.awsCallsDuring(async () => {
      world.removeService('web');
      await soon(world);
    });
    expect(operations(calls).length, operations(calls).join()).toBeLessThanOrEqual(5);
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario('a restart with 50 Services: at most 25, no write at all, to AWS or to Services', async (world) => {
    world.aws.limits.classicLoadBalancers = 100;
    const options = { aws: { 'aws-default-type': 'classic' } };
    const first = await world.start(options);
    for (let index = 0; index < 50; index++) world.addService(`s${index}`);
    await soon(world);
    expectRest(world);
    first.kill();
    const before = world.kubeWrites().length;
    const calls = await world.awsCallsDuring(async () => {
      await world.start(options);
      await soon(world);
    });
    expect(writes(calls)).toEqual([]);
    expect(operations(calls).length, operations(calls).join()).toBeLessThanOrEqual(25);
    expect(world.kubeWrites().slice(before)).toEqual([]);
    expectRest(world);
  });
});
