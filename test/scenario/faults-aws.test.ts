// Faults on the AWS side that no other scenario shows: crashes with a managed group, quotas one by one, permissions that
// lack, names of our own, lagging reads under verification.
import { CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { balancerName } from './ledger.ts';
import { findBalancer, lookAt } from './looks.ts';
import { expectRest, inWorld, scenario } from './scenario.ts';
import { AWS } from './wishes.ts';
import type { World } from './world.ts';

const MANAGED = { aws: { 'aws-nlb-security-groups': 'managed' } };
const isProgrammed = (world: World, name: string) => world.condition(name, 'Programmed') === 'True Programmed';
const look = (world: World, name: string) =>
  findBalancer(world.aws.state, balancerName(world.service(name).metadata.uid));
const warnings = (world: World, name: string) => world.events(name).filter((one) => one.startsWith('Warning'));

describe('a crash at every single call, with a security group of the load balancer’s own', () => {
  for (const act of ['create', 'delete'] as const) {
    it(act, { timeout: 120_000 }, async () => {
      let calls = 1;
      for (let at = 1; at <= calls; at++) {
        await inWorld(async (world) => {
          const first = await world.start(MANAGED);
          if (act === 'delete') world.addService('web');
          await world.settle();
          const before = first.counted;
          if (at > 1) first.trap = { at: before + at - 1, when: 'after' };
          if (act === 'create') world.addService('web');
          else world.removeService('web');
          await world.clock.advance(120_000, () => !first.isAlive);
          calls = Math.max(calls, first.counted - before + 1);
          first.kill();
          await world.start(MANAGED);
          await world.settle();
          expectRest(world);
          const own = lookAt(world.aws.state).securityGroups.filter((name) => name.startsWith('k8s-default-web-'));
          expect(own, `after call ${at - 1}`).toHaveLength(act === 'create' ? 1 : 0);
        });
      }
      expect(calls).toBeGreaterThan(5);
    });
  }
});

describe('a quota is used up', () => {
  scenario('that of target groups: it is named, the other Services go on, and it heals', async (world) => {
    await world.start();
    world.addService('first');
    await world.settle();
    world.aws.limits.targetGroups = 1;
    world.addService('web');
    await world.pass(60_000);
    expect(world.condition('web', 'Programmed')).toBe('False Quota');
    expect(world.conditionMessage('web', 'Programmed')).toContain('Target Groups per Region');
    world.edit('first', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
    await world.pass(10_000);
    expect(isProgrammed(world, 'first')).toBe(true);
    await world.pass(30 * 60_000);
    expect(warnings(world, 'web')).toHaveLength(1);
    world.aws.limits.targetGroups = 3000;
    await world.settle();
    expectRest(world);
  });

  scenario(
    'that of targets: those that are registered stay, and the rest follows when there is room',
    async (world) => {
      await world.start();
      world.addService('web');
      await world.settle();
      world.aws.limits.targetsPerGroup = 3;
      world.addNode();
      await world.pass(60_000);
      expect(world.conditionMessage('web', 'Programmed')).toContain('Targets per Network Load Balancer');
      expect(look(world, 'web')?.listeners[0]?.group?.targets).toEqual(['i-node-1', 'i-node-2', 'i-node-3']);
      world.aws.limits.targetsPerGroup = 1000;
      await world.settle();
      expectRest(world);
    },
  );

  scenario('that of tags: the load balancer goes on serving', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    world.aws.limits.tags = 4;
    world.edit('web', { annotations: { [`${AWS}additional-resource-tags`]: 'a=1,b=2,c=3' } });
    await world.pass(60_000);
    expect(world.condition('web', 'Programmed')).toBe('False Quota');
    expect(look(world, 'web')?.listeners[0]?.group?.targets).toHaveLength(3);
    world.aws.limits.tags = 50;
    await world.settle();
    expectRest(world);
  });
});

describe('AWS denies one action only', () => {
  scenario(
    'that of tags on a live load balancer: it is named, and traffic and nodes are looked after',
    async (world) => {
      await world.start();
      world.addService('web');
      await world.settle();
      world.awsFault = ({ operation }) =>
        operation === 'AddTags' ? { error: 'AccessDenied', httpStatus: 403 } : undefined;
      world.edit('web', { annotations: { [`${AWS}additional-resource-tags`]: 'team=red' } });
      world.addNode();
      world.removeNode('node-1');
      await world.pass(90_000);
      expect(world.condition('web', 'Programmed')).toBe('False Denied');
      expect(world.conditionMessage('web', 'Programmed')).toContain('elasticloadbalancing:AddTags');
      expect(look(world, 'web')?.listeners[0]?.group?.targets).toEqual(['i-node-2', 'i-node-3', 'i-node-4']);
      await world.pass(30 * 60_000);
      expect(warnings(world, 'web')).toHaveLength(1);
      world.awsFault = () => undefined;
      await world.settle();
      expectRest(world);
    },
  );
});

describe('AWS shows changes late', () => {
  scenario('while everything is verified every minute: a change is written, and once more at most', async (world) => {
    world.aws.consistencyMs.default = 45_000;
    await world.start({ driftIntervalMs: 60_000 });
    world.addService('web');
    await world.pass(5 * 60_000);
    const calls = await world.awsCallsDuring(async () => {
      world.edit('web', { annotations: { [`${AWS}cross-zone-load-balancing-enabled`]: 'true' } });
      await world.pass(20 * 60_000);
    });
    const writes = calls.filter(({ write }) => write).map(({ operation }) => operation);
    // One for the change; one more at most where a look came in between.
    expect(writes.length).toBeLessThanOrEqual(2);
    expect(new Set(writes)).toEqual(new Set(['ModifyLoadBalancerAttributes']));
    expect(isProgrammed(world, 'web')).toBe(true);
    expectRest(world);
  });
});

describe('a deletion is blocked by AWS', () => {
  scenario(
    'since an endpoint service uses the load balancer: nothing of it goes, and it says what to do',
    async (world) => {
      await world.start({ workers: 1 });
      world.addService('web');
      world.addService('other');
      await world.settle();
      const before = lookAt(world.aws.state);
      world.awsFault = ({ operation }) => (operation === 'DeleteLoadBalancer' ? { error: 'ResourceInUse' } : undefined);
      world.removeService('web');
      await world.pass(30 * 60_000);
      expect(world.condition('web', 'DeletionBlocked')).toBe('True InUse');
      expect(world.conditionMessage('web', 'DeletionBlocked')).toMatch(
        /endpoint service: take it off there .*ResourceInUse/,
      );
      expect(warnings(world, 'web')).toHaveLength(1);
      expect(lookAt(world.aws.state)).toEqual(before);
      world.edit('other', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
      await world.pass(5000);
      expect(isProgrammed(world, 'other')).toBe(true);
      world.awsFault = () => undefined;
      await world.settle();
      expect(world.hasService('web')).toBe(false);
      expectRest(world);
    },
  );
});

describe('the name that we need is another Service’s', () => {
  scenario('of this cluster: it is refused and named, and neither is touched', async (world) => {
    await world.start();
    world.addService('web', { ports: [{ port: 80, nodePort: 31_000 }] });
    await world.settle();
    const [name = ''] = [...world.aws.state.targetGroups.values()].map((group) => group.name);
    world.removeService('web');
    await world.settle();
    const tags = { 'kubernetes.io/cluster/prod': 'owned', 'kubernetes.io/service-name': 'default/other' };
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const { vpcId: VpcId } = world.network;
    await world.hand.elbv2.send(new CreateTargetGroupCommand({ Name: name, Protocol: 'TCP', Port: 9, VpcId, Tags }));
    world.addService('web', { ports: [{ port: 80, nodePort: 31_000 }] });
    await world.pass(3 * 60_000);
    expect(world.condition('web', 'Programmed')).toBe('False NameTaken');
    expect(world.conditionMessage('web', 'Programmed')).toContain(name);
    expect([...world.aws.state.targetGroups.values()].map(({ port }) => port)).toEqual([9]);
  });
});
