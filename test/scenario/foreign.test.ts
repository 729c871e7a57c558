import { AuthorizeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect } from 'vitest';
import { balancerName } from './ledger.ts';
import { expectRest, scenario } from './scenario.ts';
import type { World } from './world.ts';

/** The name that the target group of a Service with one port will have: that of another world just like this one. */
async function groupName(world: World, name: string): Promise<string> {
  await world.settle();
  const group = [...world.aws.state.targetGroups.values()].find((one) => one.name.startsWith(`k8s-default-${name}`));
  if (!group) throw new Error(`no target group for ${name}`);
  return group.name;
}

async function theirBalancer(world: World, name: string, tags: Readonly<Record<string, string>> = {}): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const answer = await world.hand.elbv2.send(
    new CreateLoadBalancerCommand({
      Name: name,
      Type: 'network',
      Subnets: [...world.network.publicSubnets],
      ...(Tags.length > 0 && { Tags }),
    }),
  );
  return answer.LoadBalancers?.[0]?.LoadBalancerArn ?? '';
}

/** A Service is refused because of a name; then the name becomes free. */
async function expectNameTaken(world: World, free: () => Promise<unknown>): Promise<void> {
  expect(world.condition('web', 'Programmed')).toBe('False NameTaken');
  expect(world.conditionMessage('web', 'Programmed')).toMatch(/does not belong to this Service/);
  const warnings = world.events('web', true).filter((one) => one.startsWith('Warning'));
  expect(warnings).toEqual([expect.stringMatching(/SyncLoadBalancerFailed.*does not belong/)]);
  await free();
  await world.settle();
  expect(world.condition('web', 'Programmed')).toBe('True Programmed');
  expectRest(world);
}

describe('somebody else has our name', () => {
  scenario('a load balancer, before we start', async (world) => {
    world.addService('web');
    const arn = await theirBalancer(world, balancerName(world.service('web').metadata.uid));
    await world.start();
    await world.pass(3 * 60_000);
    await expectNameTaken(world, () => world.hand.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn })));
  });

  scenario('a load balancer, which comes between our list and our create', async (world) => {
    await world.start();
    await world.settle();
    let arn = '';
    let made = false;
    world.kubeFault = ({ method, path }) => {
      if (!made && method === 'PATCH' && path.endsWith('/web/status')) {
        made = true;
        void theirBalancer(world, balancerName(world.service('web').metadata.uid)).then((answer) => {
          arn = answer;
        });
        return { fault: 'delay', delayMs: 120_000 };
      }
      return undefined;
    };
    world.addService('web');
    await world.pass(10 * 60_000);
    await expectNameTaken(world, () => world.hand.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn })));
  });

  scenario('a load balancer of another cluster of the same name', async (world) => {
    world.addService('web');
    const { uid } = world.service('web').metadata;
    const arn = await theirBalancer(world, balancerName(uid), {
      'kubernetes.io/cluster/prod': 'owned',
      'kubernetes.io/service-name': 'default/web',
      'fairlead.dev/owner': `another-cluster/${uid}`,
    });
    await world.start();
    await world.pass(3 * 60_000);
    await expectNameTaken(world, () => world.hand.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn })));
  });

  scenario('a target group', async (world) => {
    await world.start();
    world.addService('web', { ports: [{ port: 80, nodePort: 31_000 }] });
    const name = await groupName(world, 'web');
    world.removeService('web');
    await world.settle();
    const answer = await world.hand.elbv2.send(
      new CreateTargetGroupCommand({ Name: name, Protocol: 'TCP', Port: 9, VpcId: world.network.vpcId }),
    );
    const TargetGroupArn = answer.TargetGroups?.[0]?.TargetGroupArn ?? '';
    world.addService('web', { ports: [{ port: 80, nodePort: 31_000 }] });
    await world.pass(3 * 60_000);
    await expectNameTaken(world, () => world.hand.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn })));
  });

  scenario('and goes on using it when our Service goes', async (world) => {
    world.addService('web');
    await theirBalancer(world, balancerName(world.service('web').metadata.uid));
    await world.start();
    await world.pass(3 * 60_000);
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expect(world.aws.state.loadBalancers.size).toBe(1);
  });
});

describe('somebody else’s things beside ours', () => {
  scenario('rules that allow the same stay theirs, and ours come and go', async (world) => {
    await world.start();
    const IpRanges = [{ CidrIp: '192.0.2.0/24', Description: 'office' }];
    const rule = { IpProtocol: 'tcp', FromPort: 31_000, ToPort: 31_000, IpRanges };
    await world.hand.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId: world.network.nodeGroup, IpPermissions: [rule] }),
    );
    const spec = { loadBalancerSourceRanges: ['192.0.2.0/24'] };
    world.addService('web', { ports: [{ port: 80, nodePort: 31_000 }], spec });
    await world.settle();
    expectRest(world);
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario('a hundred load balancers with the cluster’s tag are not ours', async (world) => {
    world.aws.limits.loadBalancers = 200;
    for (let index = 0; index < 100; index++) {
      await theirBalancer(world, `other-${index}`, { 'kubernetes.io/cluster/prod': 'owned' });
    }
    await world.start();
    world.addService('web');
    await world.settle();
    expectRest(world);
  });

  scenario('a target group of another tool with our tag and a name of our shape is left alone', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    await world.hand.elbv2.send(
      new CreateTargetGroupCommand({
        Name: 'k8s-default-web-abcdef0123',
        Protocol: 'TCP',
        Port: 9,
        VpcId: world.network.vpcId,
        Tags: [{ Key: 'kubernetes.io/cluster/prod', Value: 'owned' }],
      }),
    );
    world.removeService('web');
    await world.settle();
    expect([...world.aws.state.targetGroups.values()].map(({ name }) => name)).toEqual(['k8s-default-web-abcdef0123']);
  });

  scenario('a tag that somebody adds to our load balancer survives everything', async (world) => {
    await world.start();
    world.addService('web');
    await world.settle();
    const ResourceArns = [...world.aws.state.loadBalancers.keys()];
    await world.hand.elbv2.send(new AddTagsCommand({ ResourceArns, Tags: [{ Key: 'somebody/else', Value: 'x' }] }));
    world.processes[0]?.kill();
    await world.start({ driftIntervalMs: 60_000 });
    await world.pass(10 * 60_000);
    expect([...world.aws.state.loadBalancers.values()][0]?.tags['somebody/else']).toBe('x');
    expectRest(world);
  });

  for (const [mode, times] of [
    ['report', 1],
    ['ignore', 0],
  ] as const) {
    scenario(`a listener that somebody adds stays, and is told of as the operator wants it: ${mode}`, async (world) => {
      await world.start({ driftIntervalMs: 60_000, foreignAdditions: mode });
      world.addService('web');
      await world.pass(30_000);
      const [LoadBalancerArn = ''] = [...world.aws.state.loadBalancers.keys()];
      const [TargetGroupArn = ''] = [...world.aws.state.targetGroups.keys()];
      await world.hand.elbv2.send(
        new CreateListenerCommand({
          LoadBalancerArn,
          Port: 8443,
          Protocol: 'TCP',
          DefaultActions: [{ Type: 'forward', TargetGroupArn }],
        }),
      );
      await world.pass(10 * 60_000);
      expect([...world.aws.state.listeners.values()].map(({ port }) => port).sort()).toEqual([80, 8443]);
      expect(world.told('web', 'ForeignAddition')).toBe(times);
    });
  }
});
