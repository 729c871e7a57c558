import {
  AuthorizeSecurityGroupIngressCommand,
  DeleteSecurityGroupCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing';
import { describe, expect } from 'vitest';
import { expectRest, scenario } from './scenario.ts';
import { AWS } from './wishes.ts';
import { CERTIFICATE, type World } from './world.ts';

const DRIFT_MS = 10 * 60_000;

/** The name of the one Classic Load Balancer that there is. */
const classicName = (world: World) => ({ LoadBalancerName: [...world.aws.state.classicLoadBalancers.keys()][0] ?? '' });
const classicGroup = (world: World) => [...world.aws.state.classicLoadBalancers.values()][0]?.securityGroups[0] ?? '';
const ports = (port: number) => ({ FromPort: port, ToPort: port, IpProtocol: 'tcp' });

function attributes(LoadBalancerAttributes: elb.LoadBalancerAttributes): (world: World) => Promise<unknown> {
  return (world) =>
    world.hand.elb.send(new elb.ModifyLoadBalancerAttributesCommand({ ...classicName(world), LoadBalancerAttributes }));
}

const CLASSIC_HANDS: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  'a listener is deleted': (world) =>
    world.hand.elb.send(
      new elb.DeleteLoadBalancerListenersCommand({ ...classicName(world), LoadBalancerPorts: [443] }),
    ),
  'a listener is added': (world) => {
    const Listeners = [{ Protocol: 'TCP', InstanceProtocol: 'TCP', LoadBalancerPort: 999, InstancePort: 999 }];
    return world.hand.elb.send(new elb.CreateLoadBalancerListenersCommand({ ...classicName(world), Listeners }));
  },
  'a listener sends elsewhere': async (world) => {
    const { hand } = world;
    await hand.elb.send(new elb.DeleteLoadBalancerListenersCommand({ ...classicName(world), LoadBalancerPorts: [80] }));
    const Listeners = [{ Protocol: 'HTTP', InstanceProtocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 8080 }];
    await hand.elb.send(new elb.CreateLoadBalancerListenersCommand({ ...classicName(world), Listeners }));
  },
  'a certificate is changed': async (world) => {
    const SSLCertificateId = `${CERTIFICATE}-of-somebody`;
    world.aws.seed.certificate(SSLCertificateId);
    const input = { ...classicName(world), LoadBalancerPort: 443, SSLCertificateId };
    await world.hand.elb.send(new elb.SetLoadBalancerListenerSSLCertificateCommand(input));
  },
  'the policy of a listener is changed': (world) => {
    const PolicyNames = ['ELBSecurityPolicy-2016-08'];
    const input = { ...classicName(world), LoadBalancerPort: 443, PolicyNames };
    return world.hand.elb.send(new elb.SetLoadBalancerPoliciesOfListenerCommand(input));
  },
  'the PROXY protocol is taken from a node port': (world) => {
    const [listener] = Object.values([...world.aws.state.classicLoadBalancers.values()][0]?.listeners ?? {});
    const input = { ...classicName(world), InstancePort: listener?.instancePort ?? 0, PolicyNames: [] };
    return world.hand.elb.send(new elb.SetLoadBalancerPoliciesForBackendServerCommand(input));
  },
  'cross-zone is switched': attributes({ CrossZoneLoadBalancing: { Enabled: true } }),
  'the idle timeout is changed': attributes({ ConnectionSettings: { IdleTimeout: 4000 } }),
  'draining is switched': attributes({ ConnectionDraining: { Enabled: true, Timeout: 17 } }),
  'access logs are switched on': async (world) => {
    world.aws.seed.bucket('somebody');
    await attributes({ AccessLog: { Enabled: true, S3BucketName: 'somebody', EmitInterval: 5 } })(world);
  },
  'the health check is changed': (world) => {
    const HealthCheck = { Target: 'TCP:22', Interval: 30, Timeout: 5, UnhealthyThreshold: 2, HealthyThreshold: 2 };
    return world.hand.elb.send(new elb.ConfigureHealthCheckCommand({ ...classicName(world), HealthCheck }));
  },
  'an instance is deregistered': (world) => {
    const Instances = [{ InstanceId: 'i-node-2' }];
    return world.hand.elb.send(
      new elb.DeregisterInstancesFromLoadBalancerCommand({ ...classicName(world), Instances }),
    );
  },
  'a strange instance is registered': (world) => {
    world.aws.seed.instance({ id: 'i-strange', subnet: world.network.privateSubnets[0]!, groups: ['sg-nodes'] });
    const Instances = [{ InstanceId: 'i-strange' }];
    return world.hand.elb.send(new elb.RegisterInstancesWithLoadBalancerCommand({ ...classicName(world), Instances }));
  },
  'a tag of the user is changed': (world) => {
    const LoadBalancerNames = [classicName(world).LoadBalancerName];
    return world.hand.elb.send(new elb.AddTagsCommand({ LoadBalancerNames, Tags: [{ Key: 'team', Value: 'x' }] }));
  },
  'its group is replaced': (world) => {
    const id = 'sg-00000000000000031';
    world.aws.seed.securityGroup({ id });
    const input = { ...classicName(world), SecurityGroups: [id] };
    return world.hand.elb.send(new elb.ApplySecurityGroupsToLoadBalancerCommand(input));
  },
  'a subnet is detached': (world) => {
    const Subnets = [world.network.publicSubnets[1]!];
    return world.hand.elb.send(new elb.DetachLoadBalancerFromSubnetsCommand({ ...classicName(world), Subnets }));
  },
  'a way in is closed': (world) => {
    const IpPermissions = [{ ...ports(80), IpRanges: [{ CidrIp: '192.0.2.0/24' }] }];
    const input = { GroupId: classicGroup(world), IpPermissions };
    return world.hand.ec2.send(new RevokeSecurityGroupIngressCommand(input));
  },
  'a way in is opened': (world) => {
    const IpPermissions = [{ ...ports(22), IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
    const input = { GroupId: classicGroup(world), IpPermissions };
    return world.hand.ec2.send(new AuthorizeSecurityGroupIngressCommand(input));
  },
  'the rule of the nodes is revoked': (world) => {
    const UserIdGroupPairs = [{ GroupId: classicGroup(world) }];
    const input = { GroupId: world.network.nodeGroup, IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs }] };
    return world.hand.ec2.send(new RevokeSecurityGroupIngressCommand(input));
  },
};

async function servedByClassic(world: World): Promise<void> {
  await world.start({ driftIntervalMs: DRIFT_MS, aws: { 'aws-default-type': 'classic' } });
  world.addService('web', {
    ports: [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
    ],
    annotations: {
      [`${AWS}additional-resource-tags`]: 'team=red',
      [`${AWS}ssl-cert`]: CERTIFICATE,
      [`${AWS}ssl-ports`]: 'https',
      [`${AWS}ssl-negotiation-policy`]: 'ELBSecurityPolicy-TLS-1-2-2017-01',
      [`${AWS}proxy-protocol`]: '*',
      [`${AWS}subnets`]: world.network.publicSubnets.join(),
    },
    spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] },
  });
  await world.pass(60_000);
  expectRest(world);
}

describe('somebody changes a Classic Load Balancer by hand, and within the drift interval it is as it should be', () => {
  for (const [name, act] of Object.entries(CLASSIC_HANDS)) {
    scenario(name, async (world) => {
      await servedByClassic(world);
      const calls = await world.awsCallsDuring(async () => {
        await act(world);
        await world.pass(DRIFT_MS + 60_000);
      });
      expectRest(world);
      expect(calls.filter(({ write }) => write)).not.toEqual([]);
      expect(world.told('web', 'DriftRepaired')).toBe(1);
      await world.pass(3 * DRIFT_MS);
      expect(world.told('web', 'DriftRepaired')).toBe(1);
      expectRest(world);
    });
  }

  scenario('the load balancer is deleted: it is made once more, and said once', async (world) => {
    await servedByClassic(world);
    const address = world.hostname('web');
    await world.hand.elb.send(new elb.DeleteLoadBalancerCommand(classicName(world)));
    const calls = await world.awsCallsDuring(() => world.pass(2 * DRIFT_MS));
    expect(calls.filter(({ operation }) => operation === 'CreateLoadBalancer')).toHaveLength(1);
    expect(world.hostname('web')).not.toBe(address);
    expect(world.told('web', 'DriftRepaired')).toBe(1);
    expectRest(world);
  });

  scenario('our own tag is taken away: the official controller’s load balancers have none either', async (world) => {
    await servedByClassic(world);
    const Tags = [{ Key: 'fairlead.dev/owner' }];
    const LoadBalancerNames = [classicName(world).LoadBalancerName];
    await world.hand.elb.send(new elb.RemoveTagsCommand({ LoadBalancerNames, Tags }));
    await world.pass(2 * DRIFT_MS);
    expectRest(world);
    expect(world.told('web', 'DriftRepaired')).toBe(0);
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    expectRest(world);
  });

  scenario('everything is deleted', async (world) => {
    await servedByClassic(world);
    const group = classicGroup(world);
    await CLASSIC_HANDS['the rule of the nodes is revoked']?.(world);
    await world.hand.elb.send(new elb.DeleteLoadBalancerCommand(classicName(world)));
    await world.pass(90_000);
    await world.hand.ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }));
    await world.pass(2 * DRIFT_MS);
    expectRest(world);
    expect(world.told('web', 'DriftRepaired')).toBe(1);
  });
});
