import { describe, expect } from 'vitest';
import type { Call } from '../fake/aws/call.ts';
import { balancerName } from './ledger.ts';
import { findBalancer } from './looks.ts';
import type { ProcessOptions } from './process.ts';
import { expectRest, scenario } from './scenario.ts';
import { AWS } from './wishes.ts';
import type { ServiceOptions, World } from './world.ts';

async function served(world: World, options: ServiceOptions = {}, more: ProcessOptions = {}): Promise<void> {
  await world.start(more);
  world.addService('web', options);
  await world.settle({ quietMs: 30_000 });
}

const writes = (calls: readonly Call[]) => calls.filter(({ write }) => write).map(({ operation }) => operation);

function targets(world: World): readonly string[] {
  const balancer = findBalancer(world.aws.state, balancerName(world.service('web').metadata.uid));
  return balancer?.listeners[0]?.group?.targets ?? [];
}

/** Ready or not, since now. */
function setReady(world: World, name: string, ready: boolean): void {
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime }];
  world.api.patch('Node', name, { status: { conditions } }, '/status');
}

describe('a node leaves', () => {
  scenario('by the autoscaler’s taint, and comes back', async (world) => {
    await served(world);
    world.api.patch('Node', 'node-1', {
      spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] },
    });
    await world.settle();
    expect(targets(world)).toEqual(['i-node-2', 'i-node-3']);
    expectRest(world);
    expect(world.events('web').at(-1)).toBe('Normal UpdatedLoadBalancer');
    world.api.patch('Node', 'node-1', { spec: { taints: null } });
    await world.settle();
    expectRest(world);
  });

  scenario('by the label that excludes it, unless the label says false', async (world) => {
    await served(world);
    const key = 'node.kubernetes.io/exclude-from-external-load-balancers';
    world.api.patch('Node', 'node-1', { metadata: { labels: { [key]: '' } } });
    await world.settle();
    expect(targets(world)).not.toContain('i-node-1');
    expectRest(world);
    world.api.patch('Node', 'node-1', { metadata: { labels: { [key]: 'false' } } });
    await world.settle();
    expect(targets(world)).toContain('i-node-1');
    expectRest(world);
  });

  scenario('by not being ready for long, where the option says so', async (world) => {
    await served(world, {}, { nodeUnreadyAfterMs: 60_000 });
    setReady(world, 'node-1', false);
    await world.pass(50_000);
    expect(targets(world)).toContain('i-node-1');
    world.unready.add('node-1');
    await world.pass(15_000);
    expect(targets(world)).not.toContain('i-node-1');
    expectRest(world);
    setReady(world, 'node-1', true);
    world.unready.delete('node-1');
    await world.settle();
    expectRest(world);
  });

  scenario('and is not ready for a moment only: nothing happens', async (world) => {
    await served(world, {}, { nodeUnreadyAfterMs: 60_000 });
    const calls = await world.awsCallsDuring(async () => {
      setReady(world, 'node-1', false);
      await world.pass(50_000);
      setReady(world, 'node-1', true);
      await world.pass(120_000);
    });
    expect(calls).toEqual([]);
  });

  scenario('with its instance, which EC2 has forgotten already', async (world) => {
    await served(world);
    world.aws.seed.instance({ id: 'i-node-1', state: 'terminated' });
    await world.pass(5000);
    world.aws.seed.forgetInstance('i-node-1');
    world.removeNode('node-1');
    await world.settle();
    expect(targets(world)).toEqual(['i-node-2', 'i-node-3']);
  });

  scenario('and its Service is invalid: it leaves all the same', async (world) => {
    await served(world);
    world.edit('web', { annotations: { [`${AWS}ssl-cert`]: 'no certificate' } });
    await world.settle({ quietMs: 30_000 });
    expect(world.condition('web', 'Accepted')).toBe('False InvalidService');
    world.removeNode('node-1');
    world.addNode();
    await world.settle();
    expect(targets(world)).toEqual(['i-node-2', 'i-node-3', 'i-node-4']);
    expectRest(world, { refused: ['web'] });
  });

  scenario('and its Service is blocked: it leaves all the same', async (world) => {
    await served(world);
    world.edit('web', { annotations: { [`${AWS}internal`]: 'true' } });
    await world.pass(10_000);
    expect(world.condition('web', 'Programmed')).toBe('False ReplacementBlocked');
    world.removeNode('node-1');
    world.addNode();
    await world.pass(90_000);
    expect(targets(world)).toEqual(['i-node-2', 'i-node-3', 'i-node-4']);
  });
});

describe('all nodes are gone for a moment', () => {
  scenario('nothing is deregistered, an event says so, and all is well when they are back', async (world) => {
    await served(world);
    const calls = await world.awsCallsDuring(async () => {
      for (const name of ['node-1', 'node-2', 'node-3'])
        world.api.patch('Node', name, {
          metadata: { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': 'true' } },
        });
      await world.settle({ quietMs: 60_000 });
    });
    expect(writes(calls)).toEqual([]);
    expect(targets(world)).toEqual(['i-node-1', 'i-node-2', 'i-node-3']);
    expect(world.events('web').filter((one) => one === 'Warning UnAvailableLoadBalancer')).toHaveLength(1);
    for (const name of ['node-1', 'node-2', 'node-3'])
      world.api.patch('Node', name, {
        metadata: { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': null } },
      });
    await world.settle();
    expectRest(world);
  });

  scenario('the Nodes themselves are deleted and made again', async (world) => {
    await served(world);
    for (const name of ['node-1', 'node-2', 'node-3']) world.removeNode(name);
    await world.settle();
    expect(targets(world)).toEqual(['i-node-1', 'i-node-2', 'i-node-3']);
    world.addNode();
    await world.settle();
    expect(targets(world)).toEqual(['i-node-4']);
    expectRest(world);
  });

  scenario(
    'there was none when the Service came: it is built, and nodes follow',
    async (world) => {
      await served(world, {}, { aws: { 'aws-vpc-id': world.network.vpcId, 'aws-region': 'eu-west-1' } });
      world.addNode();
      await world.settle();
      expectRest(world);
    },
    { nodes: 0 },
  );

  scenario(
    'there was none when the controller came: it learns its network when one does',
    async (world) => {
      await served(world);
      expect(world.aws.state.loadBalancers.size).toBe(0);
      world.addNode();
      await world.settle();
      expectRest(world);
    },
    { nodes: 0 },
  );
});

describe('nodes change', () => {
  scenario('their labels, and the Service asks for some', async (world) => {
    await served(world, { annotations: { [`${AWS}target-node-labels`]: 'pool=edge' } });
    world.api.patch('Node', 'node-2', { metadata: { labels: { pool: 'edge' } } });
    await world.settle();
    expect(targets(world)).toEqual(['i-node-2']);
    expectRest(world);
    world.api.patch('Node', 'node-3', { metadata: { labels: { pool: 'edge' } } });
    world.api.patch('Node', 'node-2', { metadata: { labels: { pool: 'inner' } } });
    await world.settle();
    expect(targets(world)).toEqual(['i-node-3']);
    expectRest(world);
  });

  scenario('a hundred of them in a minute: few calls, and all are right in the end', async (world) => {
    await served(world);
    const names: string[] = [];
    const calls = await world.awsCallsDuring(async () => {
      for (let index = 0; index < 100; index++) {
        names.push(world.addNode());
        if (index % 2 === 1) world.removeNode(names[index - 1]!);
        await world.pass(600);
      }
      await world.settle({ quietMs: 60_000 });
    });
    expectRest(world);
    // Once a second at most, each a read, a write to register and one to deregister.
    expect(calls.length).toBeLessThan(3 * 61);
  });

  scenario('five hundred at once: by batches', async (world) => {
    await served(world);
    const calls = await world.awsCallsDuring(async () => {
      for (let index = 0; index < 500; index++) world.addNode();
      await world.settle({ quietMs: 60_000 });
    });
    expectRest(world);
    expect(writes(calls)).toEqual([
      'RegisterTargets',
      'RegisterTargets',
      'RegisterTargets',
      'RegisterTargets',
      'RegisterTargets',
    ]);
  });

  scenario('one comes whose instance EC2 does not show yet', async (world) => {
    await served(world);
    world.aws.consistencyMs.instance = 20_000;
    world.addNode();
    await world.settle();
    expect(targets(world)).toContain('i-node-4');
    expectRest(world);
  });

  scenario('one comes whose instance is not running yet: the others are served, and it follows', async (world) => {
    await served(world);
    world.aws.seed.instance({
      id: 'i-node-4',
      subnet: world.network.privateSubnets[0]!,
      groups: [world.network.nodeGroup],
      state: 'pending',
      tags: {},
    });
    world.addNode();
    world.aws.seed.instance({ id: 'i-node-4', state: 'pending' });
    world.addNode();
    await world.pass(10_000);
    expect(targets(world)).toContain('i-node-5');
    world.aws.seed.instance({ id: 'i-node-4', state: 'running' });
    await world.settle();
    expectRest(world);
  });
});

describe('security groups of nodes', () => {
  scenario('a node in another group gets its rules there before it is registered', async (world) => {
    await served(world);
    world.aws.seed.securityGroup({ id: 'sg-more', tags: { 'kubernetes.io/cluster/prod': 'owned' } });
    const order: string[] = [];
    const stop = world.aws.onStep(({ call }) => {
      if (call) order.push(call.operation);
    });
    world.addNode({ groups: ['sg-more'] });
    await world.settle();
    stop();
    expect(order).toEqual(['AuthorizeSecurityGroupIngress', 'RegisterTargets']);
    expectRest(world);
  });

  scenario('the last node of a group leaves: the rules there go', async (world) => {
    world.aws.seed.securityGroup({ id: 'sg-more', tags: { 'kubernetes.io/cluster/prod': 'owned' } });
    const name = world.addNode({ groups: ['sg-more'] });
    await served(world);
    expectRest(world);
    world.removeNode(name);
    await world.settle();
    expectRest(world);
  });

  scenario(
    'a node with two tagged groups: it is served, a warning says that no rules are written, the others are fine',
    async (world) => {
      await served(world);
      world.aws.seed.securityGroup({ id: 'sg-more', tags: { 'kubernetes.io/cluster/prod': 'owned' } });
      world.addNode({ groups: [world.network.nodeGroup, 'sg-more'] });
      await world.settle();
      expect(world.condition('web', 'Accepted')).toBe('True AcceptedWithWarnings');
      expect(world.conditionMessage('web', 'Accepted')).toMatch(/node-4/);
      expect(world.events('web')).toContain('Warning AnnotationWarning');
      expect(targets(world)).toContain('i-node-4');
    },
  );

  scenario('a node with two groups of which one has the tag', async (world) => {
    await served(world);
    world.aws.seed.securityGroup({ id: 'sg-plain' });
    world.addNode({ groups: ['sg-plain', world.network.nodeGroup] });
    await world.settle();
    expect(world.condition('web', 'Accepted')).toBe('True Accepted');
    expectRest(world);
  });
});
