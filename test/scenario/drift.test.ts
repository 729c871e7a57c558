import { AuthorizeSecurityGroupIngressCommand, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  CreateListenerCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { lookAt } from './looks.ts';
import { faultsAtRest } from './rules/rest.ts';
import { expectRest, inWorld, scenario } from './scenario.ts';
import type { World } from './world.ts';

const DRIFT_MS = 10 * 60_000;

/** The ARNs of the one load balancer that there is. */
function arns(world: World) {
  const first = (map: ReadonlyMap<string, unknown>) => [...map.keys()][0] ?? '';
  const { loadBalancers, listeners, targetGroups } = world.aws.state;
  return { LoadBalancerArn: first(loadBalancers), ListenerArn: first(listeners), TargetGroupArn: first(targetGroups) };
}

const HANDS: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  'a listener is deleted': async (world) => {
    const { ListenerArn } = arns(world);
    await world.hand.elbv2.send(new DeleteListenerCommand({ ListenerArn }));
  },
  'a listener is changed': async (world) => {
    const { ListenerArn } = arns(world);
    await world.hand.elbv2.send(new ModifyListenerCommand({ ListenerArn, Port: 81 }));
  },
  'an attribute is changed': async (world) => {
    const { LoadBalancerArn } = arns(world);
    const Attributes = [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }];
    await world.hand.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
  },
  'the health check is changed': async (world) => {
    const { TargetGroupArn } = arns(world);
    await world.hand.elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthyThresholdCount: 7 }));
  },
  'a target is deregistered': async (world) => {
    const { TargetGroupArn } = arns(world);
    await world.hand.elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: 'i-node-2' }] }));
  },
  'a strange target is registered': async (world) => {
    world.aws.seed.instance({ id: 'i-strange', subnet: world.network.privateSubnets[0]!, groups: ['sg-nodes'] });
    const { TargetGroupArn } = arns(world);
    await world.hand.elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: 'i-strange' }] }));
  },
  'a tag of ours is taken away': async (world) => {
    const { LoadBalancerArn } = arns(world);
    await world.hand.elbv2.send(
      new RemoveTagsCommand({ ResourceArns: [LoadBalancerArn], TagKeys: ['fairlead.dev/owner'] }),
    );
  },
  'a tag of the user is changed': async (world) => {
    const { LoadBalancerArn } = arns(world);
    const Tags = [{ Key: 'team', Value: 'changed' }];
    await world.hand.elbv2.send(new AddTagsCommand({ ResourceArns: [LoadBalancerArn], Tags }));
  },
  'rules of the nodes are revoked': async (world) => {
    const group = world.aws.state.securityGroups.get(world.network.nodeGroup);
    for (const { protocol, fromPort, toPort, source } of group?.ingress ?? []) {
      const IpRanges = [{ CidrIp: source.type === 'ipv4' ? source.cidr : '' }];
      const rule = { IpProtocol: protocol, FromPort: fromPort, ToPort: toPort, IpRanges };
      await world.hand.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: group?.id, IpPermissions: [rule] }));
    }
  },
  'the load balancer is deleted': async (world) => {
    const { LoadBalancerArn } = arns(world);
    await world.hand.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  },
  'everything is deleted': async (world) => {
    const { LoadBalancerArn, TargetGroupArn } = arns(world);
    await world.hand.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    await world.pass(10_000);
    await world.hand.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
  },
};

describe('somebody changes by hand what is ours, and within the drift interval it is as it should be', () => {
  for (const [name, act] of Object.entries(HANDS)) {
    scenario(name, async (world) => {
      await world.start({ driftIntervalMs: DRIFT_MS });
      world.addService('web', {
        annotations: { 'service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags': 'team=red' },
        spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] },
      });
      await world.pass(60_000);
      await act(world);
      await world.pass(DRIFT_MS + 60_000);
      expectRest(world);
    });
  }

  scenario('a listener of somebody else’s on another port of our load balancer stays', async (world) => {
    await world.start({ driftIntervalMs: DRIFT_MS });
    world.addService('web');
    await world.pass(60_000);
    const { LoadBalancerArn, TargetGroupArn } = arns(world);
    const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }];
    await world.hand.elbv2.send(
      new CreateListenerCommand({ LoadBalancerArn, Port: 999, Protocol: 'TCP', DefaultActions }),
    );
    await world.pass(2 * DRIFT_MS);
    const ports = lookAt(world.aws.state).balancers[0]?.listeners.map(({ port }) => port);
    expect(ports).toEqual([80, 999]);
  });

  scenario(
    'a listener of somebody else’s on a port that the Service then asks for is in the way, and said',
    async (world) => {
      await world.start({ driftIntervalMs: DRIFT_MS });
      world.addService('web');
      await world.pass(60_000);
      const { LoadBalancerArn, TargetGroupArn } = arns(world);
      const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }];
      await world.hand.elbv2.send(
        new CreateListenerCommand({ LoadBalancerArn, Port: 443, Protocol: 'TCP', DefaultActions }),
      );
      world.edit('web', { spec: { ports: [80, 443].map((port) => ({ name: `p${port}`, port })) } });
      await world.pass(60_000);
      expect(world.condition('web', 'Programmed')).toBe('False NameTaken');
      const theirs = [...world.aws.state.listeners.values()].find(({ port }) => port === 443)?.arn;
      await world.hand.elbv2.send(new DeleteListenerCommand({ ListenerArn: theirs }));
      await world.pass(2 * 60_000);
      expectRest(world);
    },
  );

  scenario('rules that somebody opened beside ours are not touched', async (world) => {
    await world.start({ driftIntervalMs: DRIFT_MS });
    world.addService('web');
    await world.pass(60_000);
    const rule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '198.51.100.0/24' }] };
    await world.hand.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId: world.network.nodeGroup, IpPermissions: [rule] }),
    );
    await world.pass(3 * DRIFT_MS);
    expectRest(world);
  });

  scenario('a target of a Service with a fault in an annotation is registered again', async (world) => {
    await world.start({ driftIntervalMs: DRIFT_MS });
    world.addService('web');
    await world.pass(60_000);
    world.edit('web', { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-ssl-cert': 'none' } });
    await world.pass(60_000);
    await HANDS['a target is deregistered']?.(world);
    await world.pass(DRIFT_MS + 60_000);
    expectRest(world, { refused: ['web'] });
  });

  it('the load balancer comes back with a new address, and an event says that it was made', async () => {
    await inWorld(async (world) => {
      await world.start({ driftIntervalMs: DRIFT_MS });
      world.addService('web');
      await world.pass(60_000);
      const address = world.hostname('web');
      await HANDS['the load balancer is deleted']?.(world);
      await world.pass(DRIFT_MS + 60_000);
      expect(world.hostname('web')).not.toBe(address);
      expect(faultsAtRest(world)).toEqual([]);
      expect(world.told('web', 'EnsuredLoadBalancer')).toBe(2);
    });
  });
});

describe('verification', () => {
  scenario(
    'of 30 Services costs less than a tenth of the read budget, one after the other, and never writes',
    async (world) => {
      await world.start({ driftIntervalMs: DRIFT_MS });
      for (let index = 0; index < 30; index++) world.addService(`s${index}`);
      await world.pass(DRIFT_MS - 60_000);
      const calls = await world.awsCallsDuring(() => world.pass(3 * DRIFT_MS));
      expect(calls.filter(({ write }) => write)).toEqual([]);
      expect(calls.length).toBeGreaterThan(30);
      const perSecond = Map.groupBy(
        calls.filter(({ service }) => service === 'elbv2'),
        ({ at }) => Math.floor(at / 1000),
      );
      expect(Math.max(...[...perSecond.values()].map((some) => some.length))).toBeLessThanOrEqual(2);
      expectRest(world);
    },
  );

  scenario('does not hold up what people change', async (world) => {
    world.aws.timings.requestMs = 100;
    await world.start({ driftIntervalMs: 60_000 });
    for (let index = 0; index < 30; index++) world.addService(`s${index}`);
    await world.pass(5 * 60_000);
    const begin = world.clock.now;
    world.addService('new');
    await world.until('new is served', () => world.condition('new', 'Programmed') === 'True Programmed');
    expect(world.clock.now - begin).toBeLessThan(5000);
  });
});
