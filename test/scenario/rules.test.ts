// The rules themselves: each of them sees its violation. Here the process that leads is misused by hand.
import { AuthorizeSecurityGroupIngressCommand, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing';
import {
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enterVirtualTime, leaveVirtualTime } from './clock.ts';
import { doorsOf } from './doors.ts';
import type { Process } from './process.ts';
import { faultsAtRest } from './rules/rest.ts';
import { ALLOW_REPLACEMENT, AWS } from './wishes.ts';
import { World } from './world.ts';

let world: World;
let leader: Process;

beforeEach(async () => {
  enterVirtualTime();
  world = new World();
  // The policy would keep the process from most of this.
  world.aws.authorize = undefined;
  leader = await world.start();
  world.addService('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
  await world.settle();
});

afterEach(() => {
  leaveVirtualTime();
});

const group = () => [...world.aws.state.targetGroups.keys()][0]!;
const listener = () => [...world.aws.state.listeners.keys()][0]!;
const nodePort = () => world.service('web').spec.ports?.[0]?.nodePort ?? 0;
const broken = () => world.rules.broken.map((line) => line.trim().replace(/^\d+ RULE /, ''));
const tcp = (port: number, CidrIp: string) => ({
  GroupId: world.network.nodeGroup,
  IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp }] }],
});
const create = (name: string, uid: string) =>
  new CreateTargetGroupCommand({
    Name: name,
    Protocol: 'TCP',
    Port: 31_000,
    VpcId: world.network.vpcId,
    Tags: [{ Key: 'fairlead.dev/owner', Value: `cluster/${uid}` }],
  });

describe('the watched rules', () => {
  it('are kept so far', () => {
    expect(broken()).toEqual([]);
    expect(faultsAtRest(world)).toEqual([]);
  });

  it('2: see a change to what is not ours', async () => {
    await world.hand.elbv2.send(
      new CreateTargetGroupCommand({ Name: 'theirs', Protocol: 'TCP', Port: 1, VpcId: world.network.vpcId }),
    );
    const arn = [...world.aws.state.targetGroups.values()].find(({ name }) => name === 'theirs')?.arn ?? '';
    await leader.aws.elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: arn, HealthyThresholdCount: 5 }));
    await leader.aws.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn }));
    expect(broken()).toEqual([
      expect.stringMatching(/^2: fairlead-1 changed .*theirs.* by ModifyTargetGroup/),
      expect.stringMatching(/^2: fairlead-1 deleted .*theirs/),
    ]);
  });

  it('2: see that somebody else’s rule is revoked', async () => {
    await world.hand.ec2.send(new AuthorizeSecurityGroupIngressCommand(tcp(22, '198.51.100.7/32')));
    await leader.aws.ec2.send(new RevokeSecurityGroupIngressCommand(tcp(22, '198.51.100.7/32')));
    expect(broken()).toEqual([expect.stringMatching(/^2: fairlead-1 changed sg-/)]);
  });

  it('3: see a write for a Service without the finalizer, or without the Service', async () => {
    world.addService('bare', { spec: { loadBalancerClass: 'somebody.else/class' } });
    const { uid } = world.service('bare').metadata;
    await leader.aws.elbv2.send(create('k8s-default-bare-0000000000', uid));
    await leader.aws.elbv2.send(create('k8s-default-none-0000000000', 'no-such-uid'));
    expect(broken()).toEqual([
      expect.stringMatching(/^3: fairlead-1 sends CreateTargetGroup for bare, which does not have the finalizer/),
      expect.stringMatching(/^3: .* a Service that is gone/),
    ]);
  });

  it('3: see that the finalizer goes while things live', () => {
    world.api.patch('Service', 'default/web', { metadata: { finalizers: null } });
    expect(broken()).toEqual([expect.stringMatching(/^3: web lost its finalizer while there are load balancer/)]);
  });

  it('5: see that somebody is let in whom nobody asked for', async () => {
    await leader.aws.ec2.send(new AuthorizeSecurityGroupIngressCommand(tcp(nodePort(), '192.0.0.0/16')));
    expect(broken()).toContainEqual(expect.stringMatching(/^5: fairlead-1 opened tcp \d+ 192.0.0.0\/16 in nodes/));
  });

  it('6: see that targets go that are still wanted', async () => {
    const Targets = [{ Id: 'i-node-2' }];
    await leader.aws.elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: group(), Targets }));
    expect(broken()).toEqual(['6: fairlead-1 cut web port 80 off i-node-2 by DeregisterTargets']);
  });

  it('6: see that a listener goes that is still wanted', async () => {
    await leader.aws.elbv2.send(new DeleteListenerCommand({ ListenerArn: listener() }));
    expect(broken()).toEqual(['6: fairlead-1 cut web port 80 off its listener by DeleteListener']);
  });

  it('7: see a write by who does not hold the lease', async () => {
    const spec = { holderIdentity: 'somebody', renewTime: '2030-01-01T00:00:00.000000Z', leaseDurationSeconds: 15 };
    world.api.patch('Lease', 'kube-system/fairlead', { spec });
    const { uid } = world.service('web').metadata;
    await leader.aws.elbv2.send(create('k8s-default-web-0000000000', uid));
    expect(broken()).toEqual(["7: fairlead-1 sends CreateTargetGroup, but the lease is somebody's"]);
  });
});

describe('the watched rules, with a Classic load balancer', () => {
  const name = () => ({ LoadBalancerName: [...world.aws.state.classicLoadBalancers.keys()][0]! });
  const own = () => [...world.aws.state.classicLoadBalancers.values()][0]?.securityGroups[0] ?? '';

  beforeEach(async () => {
    world.addService('old', {
      annotations: { [`${AWS}type`]: 'classic', [ALLOW_REPLACEMENT]: 'true' },
      spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] },
    });
    await world.settle();
  });

  it('are kept so far', () => {
    expect(broken()).toEqual([]);
    expect(faultsAtRest(world)).toEqual([]);
  });

  it('2: see a change to what is not ours', async () => {
    const Listeners = [{ Protocol: 'TCP', InstanceProtocol: 'TCP', LoadBalancerPort: 7, InstancePort: 7 }];
    const theirs = { LoadBalancerName: 'theirs', Listeners, Subnets: [...world.network.publicSubnets] };
    await world.hand.elb.send(new elb.CreateLoadBalancerCommand(theirs));
    await leader.aws.elb.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerName: 'theirs' }));
    expect(broken()).toEqual([expect.stringMatching(/^2: fairlead-1 deleted theirs/)]);
  });

  it('3: see a write for a Service without the finalizer, and that it goes while things live', async () => {
    world.api.patch('Service', 'default/old', { metadata: { finalizers: null } });
    const LoadBalancerAttributes = { ConnectionSettings: { IdleTimeout: 90 } };
    await leader.aws.elb.send(new elb.ModifyLoadBalancerAttributesCommand({ ...name(), LoadBalancerAttributes }));
    expect(broken()).toEqual([
      expect.stringMatching(/^3: old lost its finalizer while there are load balancer a\w+ \(classic\)/),
      '3: fairlead-1 sends ModifyLoadBalancerAttributes for old, which does not have the finalizer',
    ]);
  });

  it('5: see ways in, and ways to the nodes, that nobody asked for', async () => {
    const nodePortOfOld = world.service('old').spec.ports?.[0]?.nodePort ?? 0;
    await leader.aws.ec2.send(new AuthorizeSecurityGroupIngressCommand({ ...tcp(80, '0.0.0.0/0'), GroupId: own() }));
    await leader.aws.ec2.send(new AuthorizeSecurityGroupIngressCommand(tcp(nodePortOfOld, '192.0.2.0/24')));
    expect(broken()).toEqual([
      expect.stringMatching(/^5: fairlead-1 opened tcp 80 0.0.0.0\/0 in k8s-elb-a/),
      expect.stringMatching(/^2: fairlead-1 changed sg-/),
      expect.stringMatching(/^5: fairlead-1 opened tcp \d+ 192.0.2.0\/24 in nodes/),
    ]);
  });

  it('6: see that an instance, a listener or a way goes that is still wanted', async () => {
    const Instances = [{ InstanceId: 'i-node-2' }];
    await leader.aws.elb.send(new elb.DeregisterInstancesFromLoadBalancerCommand({ ...name(), Instances }));
    expect(broken()).toEqual(['6: fairlead-1 cut old port 80 off i-node-2 by DeregisterInstancesFromLoadBalancer']);
  });

  it('6: see that the way from the load balancer to the nodes is shut', async () => {
    const IpPermissions = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: own() }] }];
    const input = { GroupId: world.network.nodeGroup, IpPermissions };
    await leader.aws.ec2.send(new RevokeSecurityGroupIngressCommand(input));
    expect(broken()).toEqual([expect.stringMatching(/^6: fairlead-1 cut old port 80 off TCP \d+ 192.0.2.0\/24/)]);
  });

  it('6: see that a listener goes that is still wanted', async () => {
    await leader.aws.elb.send(new elb.DeleteLoadBalancerListenersCommand({ ...name(), LoadBalancerPorts: [80] }));
    expect(broken()).toEqual(['6: fairlead-1 cut old port 80 off its listener by DeleteLoadBalancerListeners']);
  });

  it('6: see that a replaced one goes before it was drained, and that the new one did not serve', async () => {
    world.edit('old', { annotations: { [`${AWS}type`]: 'nlb' } });
    await world.until('the address changes', () => world.condition('old', 'Replacing') !== undefined);
    expect(broken()).toEqual([]);
    const address = world.hostname('old');
    await leader.aws.elb.send(new elb.DeleteLoadBalancerCommand(name()));
    expect(broken()).toEqual(['6: fairlead-1 cut old port 80 off its listener by DeleteLoadBalancer']);
    expect(address).not.toBe(undefined);
  });

  it('6: see that the address changes to one that does not serve', async () => {
    for (const id of world.aws.state.instances.keys()) world.aws.seed.targetHealth(id, 'unhealthy');
    world.edit('old', { annotations: { [`${AWS}type`]: 'nlb' } });
    await world.pass(5 * 60_000);
    const { uid } = world.service('old').metadata;
    const hostname = doorsOf(world.aws.state, uid).find(({ kind }) => kind === 'nlb')?.dnsName;
    world.api.patch('Service', 'default/old', { status: { loadBalancer: { ingress: [{ hostname }] } } }, '/status');
    expect(broken()).toEqual([expect.stringMatching(/^6: old port 80 moved to a.*, which does not serve/)]);
  });
});

describe('the rules at rest', () => {
  const faults = () => faultsAtRest(world).join('\n');

  it('see a listener, targets and rules that are missing', async () => {
    leader.kill();
    const { hand } = world;
    await hand.elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: group(), Targets: [{ Id: 'i-node-2' }] }));
    expect(faults()).toMatch(/web: targets of port 80 is .* not/);
    await hand.elbv2.send(new DeleteListenerCommand({ ListenerArn: listener() }));
    await hand.ec2.send(new RevokeSecurityGroupIngressCommand(tcp(nodePort(), '192.0.2.0/24')));
    expect(faults()).toMatch(/web: listeners is \[\], not \[80\]/);
    expect(faults()).toMatch(/rules: nodes lacks tcp \d+ 192.0.2.0\/24/);
  });

  it('see what is left over', () => {
    leader.kill();
    world.unfinalize('web');
    world.removeService('web');
    expect(faults()).toMatch(/orphan: a[0-9a-f]{31}\n/);
    expect(faults()).toMatch(/orphan: k8s-default-web-/);
    expect(faults()).toMatch(/orphan: listener 80/);
    expect(faults()).toMatch(/orphan: tcp \d+ 192.0.2.0\/24/);
  });

  it('see that a Service is not as it says', () => {
    leader.kill();
    world.edit('web', {
      annotations: { 'service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags': 'a=b' },
      spec: { externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['192.0.2.0/28'] },
    });
    expect(faults()).toMatch(/tags of load balancer/);
    expect(faults()).toMatch(/port 80 health check is/);
    expect(faults()).toMatch(/rules: nodes has tcp \d+ 192.0.2.0\/24, which nobody needs/);
  });
});
