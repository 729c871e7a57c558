// The main job for Classic Load Balancers, on the real API server and the AWS emulator: what a Service without a type becomes,
// how it changes, that either controller can take over from the other, and that nothing is left.
import { AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand } from '@aws-sdk/client-ec2';
import {
  ConfigureHealthCheckCommand,
  CreateLoadBalancerCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition, Service } from '../../src/kube/types.ts';
import { service } from '../cluster/objects.ts';
import type { ControllerProcess } from '../stack/controller-process.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { AwsView, type ClassicView, nameOf, rulesOf } from './aws-view.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

let stack: Stack;
let aws: AwsView;
let controller: ControllerProcess;

const start = async () => {
  controller = stack.controller(['--drift-interval', '0']);
  await controller.leading();
};
beforeAll(async () => {
  stack = await startStack({ nodes: 4, clusterName: 'e2e' });
  aws = new AwsView(stack);
  await start();
});
afterAll(() => stack?.stop());

const path = (name: string) => `/api/v1/namespaces/default/services/${name}`;
const get = (name: string) => stack.request<Service>('GET', path(name));
const edit = (name: string, patch: object) => stack.request<Service>('PATCH', path(name), patch);
const annotate = (name: string, annotations: Record<string, string | null>) =>
  edit(name, { metadata: { annotations } });
const condition = (one: Service, type: string): Condition | undefined =>
  one.status?.conditions?.find((each) => each.type === `fairlead.dev/${type}`);
const instanceIds = () => stack.emulator.fixtures.nodes.map((node) => node.instanceId).sort();
const instancesOf = (view: ClassicView | undefined) =>
  (view?.balancer.Instances ?? []).map(({ InstanceId = '' }) => InstanceId).sort();
const writes = () => stack.emulator.proxy.find({ write: true }).map((call) => call.operation);
const groupOf = async (one: Service) => aws.securityGroup(`k8s-elb-${nameOf(one)}`);

/** Until AWS is as the check wants it, and the Service says that all is done. */
const programmed = (name: string, also: (view: ClassicView, one: Service) => unknown = () => true) =>
  stack.until(`${name} is programmed`, async () => {
    const view = await aws.classicOf(await get(name));
    if (!view || !also(view, await get(name))) return undefined;
    const one = await get(name);
    return condition(one, 'Programmed')?.status === 'True' ? one : undefined;
  });
const remove = async (name: string) => {
  await stack.request('DELETE', path(name));
  await stack.until(`${name} is gone`, async () => (await stack.service(name)) === undefined);
};

describe('a Service without annotations', () => {
  it('becomes a Classic Load Balancer with a group, rules and instances, at six writes', async () => {
    stack.emulator.proxy.clear();
    await stack.create(service({ name: 'plain' }));
    const one = await programmed('plain');
    expect(writes()).toEqual([
      'CreateSecurityGroup',
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupIngress',
      'CreateLoadBalancer',
      'ConfigureHealthCheck',
      'RegisterInstancesWithLoadBalancer',
    ]);
    const view = await aws.classicOf(one);
    const nodePort = one.spec.ports?.[0]?.nodePort;
    expect(one.metadata.finalizers).toEqual([FINALIZER]);
    expect(one.status?.loadBalancer?.ingress).toEqual([{ hostname: view?.balancer.DNSName }]);
    const group = await groupOf(one);
    expect(view?.balancer).toMatchObject({
      Scheme: 'internet-facing',
      SecurityGroups: [group?.GroupId],
      ListenerDescriptions: [
        { Listener: { Protocol: 'TCP', LoadBalancerPort: 80, InstanceProtocol: 'TCP', InstancePort: nodePort } },
      ],
      HealthCheck: {
        ...{ Target: `TCP:${nodePort}`, Interval: 10, Timeout: 5, UnhealthyThreshold: 6, HealthyThreshold: 2 },
      },
    });
    const subnets = stack.emulator.fixtures.publicSubnets.map(({ id }) => id);
    expect(view?.balancer.Subnets?.toSorted()).toEqual(subnets.sort());
    expect(instancesOf(view)).toEqual(instanceIds());
    expect(view?.tags).toMatchObject({
      'kubernetes.io/service-name': 'default/plain',
      'kubernetes.io/cluster/e2e': 'owned',
    });
    expect(rulesOf(group?.IpPermissions)).toEqual(['icmp 3-4 0.0.0.0/0', 'tcp 80-80 0.0.0.0/0']);
    expect(await aws.nodeRules()).toEqual([`-1 ${group?.GroupId} kubernetes.io/rule/elb/client=${nameOf(one)}`]);
  });

  it('that is annotated with something else, and a restart, cost no write', async () => {
    stack.emulator.proxy.clear();
    await annotate('plain', { 'example.com/note': 'x' });
    await annotate('plain', { [`${STEM}connection-idle-timeout`]: '90' });
    await programmed('plain', ({ attributes }) => attributes.ConnectionSettings?.IdleTimeout === 90);
    expect(writes()).toEqual(['ModifyLoadBalancerAttributes']);
    expect(await controller.stop()).toBe(0);
    stack.emulator.proxy.clear();
    await start();
    await annotate('plain', { [`${STEM}connection-idle-timeout`]: null });
    await programmed('plain', ({ attributes }) => attributes.ConnectionSettings?.IdleTimeout === 60);
    expect(writes()).toEqual(['ModifyLoadBalancerAttributes']);
  });

  it('follows the nodes with one call', async () => {
    stack.emulator.proxy.clear();
    await stack.removeNode(3);
    const left = stack.emulator.fixtures.nodes.slice(0, 3).map((node) => node.instanceId);
    await programmed('plain', (view) => instancesOf(view).join() === left.sort().join());
    expect(writes()).toEqual(['DeregisterInstancesFromLoadBalancer']);
    await stack.addNode(3);
    await programmed('plain', (view) => instancesOf(view).length === 4);
    expect(writes()).toEqual(['DeregisterInstancesFromLoadBalancer', 'RegisterInstancesWithLoadBalancer']);
  });

  it('gets a port more at two writes, and loses the old one', async () => {
    const one = await get('plain');
    stack.emulator.proxy.clear();
    const first = { ...one.spec.ports?.[0], name: 'first' };
    await edit('plain', { spec: { ports: [first, { name: 'second', port: 443 }] } });
    await programmed('plain', ({ balancer }) => balancer.ListenerDescriptions?.length === 2);
    expect(writes().sort()).toEqual(['AuthorizeSecurityGroupIngress', 'CreateLoadBalancerListeners']);
    const two = await get('plain');
    await edit('plain', { spec: { ports: [two.spec.ports?.[1]] } });
    const nodePort = two.spec.ports?.[1]?.nodePort;
    await programmed('plain', ({ balancer }) => balancer.HealthCheck?.Target === `TCP:${nodePort}`);
    await programmed('plain', ({ balancer }) => balancer.ListenerDescriptions?.length === 1);
    const group = await groupOf(two);
    expect(rulesOf(group?.IpPermissions)).toEqual(['icmp 3-4 0.0.0.0/0', 'tcp 443-443 0.0.0.0/0']);
  });

  it('leaves nothing behind, at four calls', async () => {
    stack.emulator.proxy.clear();
    await remove('plain');
    expect(stack.emulator.proxy.calls.map((call) => call.operation)).toEqual([
      'DeleteLoadBalancer',
      'DescribeLoadBalancers',
      'RevokeSecurityGroupIngress',
      'DeleteSecurityGroup',
    ]);
    expect(await aws.classics()).toEqual([]);
    expect(await aws.nodeRules()).toEqual([]);
  });
});

describe('what a Service can ask for', () => {
  const annotations = (): Record<string, string> => ({
    [`${STEM}ssl-cert`]: stack.emulator.fixtures.certificateArn,
    [`${STEM}ssl-ports`]: '443',
    [`${STEM}ssl-negotiation-policy`]: 'ELBSecurityPolicy-TLS-1-2-2017-01',
    [`${STEM}proxy-protocol`]: '*',
    [`${STEM}access-log-enabled`]: 'true',
    [`${STEM}access-log-s3-bucket-name`]: stack.emulator.fixtures.bucket,
    [`${STEM}access-log-s3-bucket-prefix`]: 'logs',
    [`${STEM}access-log-emit-interval`]: '5',
    [`${STEM}connection-draining-enabled`]: 'true',
    [`${STEM}connection-draining-timeout`]: '120',
    [`${STEM}additional-resource-tags`]: 'team=web',
  });
  const ports = [
    { name: 'https', port: 443 },
    { name: 'http', port: 80 },
  ];

  it('encryption, PROXY headers, logs, draining, tags and source ranges are there together', async () => {
    const spec = { loadBalancerSourceRanges: ['10.0.0.0/8'] };
    await stack.create(service({ name: 'rich', annotations: annotations(), ports, spec }));
    const one = await programmed('rich');
    const { balancer, attributes, tags } = (await aws.classicOf(one))!;
    const nodePorts = one.spec.ports?.map(({ nodePort }) => nodePort) ?? [];
    expect(
      balancer.ListenerDescriptions?.map(({ Listener, PolicyNames }) => [
        ...[Listener?.Protocol, Listener?.InstanceProtocol, Listener?.InstancePort, PolicyNames],
      ]).sort(),
    ).toEqual([
      ['SSL', 'TCP', nodePorts[0], ['k8s-SSLNegotiationPolicy-ELBSecurityPolicy-TLS-1-2-2017-01']],
      ['TCP', 'TCP', nodePorts[1], []],
    ]);
    expect(balancer.BackendServerDescriptions).toEqual(
      nodePorts.sort().map((InstancePort) => ({ InstancePort, PolicyNames: ['k8s-proxyprotocol-enabled'] })),
    );
    const { bucket } = stack.emulator.fixtures;
    expect(attributes).toMatchObject({
      AccessLog: { Enabled: true, S3BucketName: bucket, S3BucketPrefix: 'logs', EmitInterval: 5 },
      ConnectionDraining: { Enabled: true, Timeout: 120 },
      CrossZoneLoadBalancing: { Enabled: false },
    });
    expect(tags.team).toBe('web');
    expect(rulesOf((await groupOf(one))?.IpPermissions)).toEqual([
      'icmp 3-4 10.0.0.0/8',
      'tcp 443-443 10.0.0.0/8',
      'tcp 80-80 10.0.0.0/8',
    ]);
  });

  it('taking the annotations away takes all of it away, in place', async () => {
    const before = await aws.classicOf(await get('rich'));
    const none = Object.fromEntries(Object.keys(annotations()).map((key) => [key, null]));
    await annotate('rich', none);
    const one = await programmed('rich', ({ tags }) => tags.team === undefined);
    const { balancer, attributes } = (await aws.classicOf(one))!;
    expect(balancer.DNSName).toBe(before?.balancer.DNSName);
    expect(balancer.ListenerDescriptions?.map(({ Listener }) => Listener?.Protocol)).toEqual(['TCP', 'TCP']);
    expect(balancer.BackendServerDescriptions).toEqual([]);
    expect(attributes).toMatchObject({ AccessLog: { Enabled: false }, ConnectionDraining: { Enabled: false } });
  });

  it('another type is refused by what is there, and the old one stays', async () => {
    await annotate('rich', { [`${STEM}type`]: 'nlb' });
    const one = await stack.until('it is blocked', async () => {
      const now = await get('rich');
      return condition(now, 'Programmed')?.reason === 'ReplacementBlocked' ? now : undefined;
    });
    expect(await aws.balancers()).toEqual([]);
    expect((await aws.classicOf(one))?.balancer.DNSName).toBe(one.status?.loadBalancer?.ingress?.[0]?.hostname);
    await remove('rich');
    expect([await aws.classics(), await aws.nodeRules()]).toEqual([[], []]);
  });
});

describe('taking over', () => {
  it('what cloud-provider-aws has built, without a write', async () => {
    const { vpcId: VpcId, nodeSecurityGroupId, publicSubnets } = stack.emulator.fixtures;
    const { ec2, classic } = aws.clients;
    expect(await controller.stop()).toBe(0);
    await stack.create(service({ name: 'theirs' }));
    await edit('theirs', { metadata: { finalizers: [FINALIZER] } });
    const one = await get('theirs');
    const LoadBalancerName = nameOf(one);
    const InstancePort = one.spec.ports?.[0]?.nodePort;
    const owned = { Key: 'kubernetes.io/cluster/e2e', Value: 'owned' };
    const GroupName = `k8s-elb-${LoadBalancerName}`;
    const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags: [owned] }];
    const group = { GroupName, Description: `Security group for ${GroupName}`, VpcId, TagSpecifications };
    const { GroupId } = await ec2.send(new CreateSecurityGroupCommand(group));
    const everywhere = [{ CidrIp: '0.0.0.0/0' }];
    const open = [
      { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: everywhere },
      { IpProtocol: 'icmp', FromPort: 3, ToPort: 4, IpRanges: everywhere },
    ];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: open }));
    const inside = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }];
    const nodes = { GroupId: nodeSecurityGroupId, IpPermissions: inside };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(nodes));
    await classic.send(
      new CreateLoadBalancerCommand({
        LoadBalancerName,
        Listeners: [{ Protocol: 'TCP', LoadBalancerPort: 80, InstanceProtocol: 'TCP', InstancePort }],
        Subnets: publicSubnets.map(({ id }) => id),
        SecurityGroups: [GroupId!],
        Tags: [owned, { Key: 'kubernetes.io/service-name', Value: 'default/theirs' }],
      }),
    );
    const check = { Target: `TCP:${InstancePort}`, Interval: 10, Timeout: 5 };
    const HealthCheck = { ...check, UnhealthyThreshold: 6, HealthyThreshold: 2 };
    await classic.send(new ConfigureHealthCheckCommand({ LoadBalancerName, HealthCheck }));
    const Instances = instanceIds().map((InstanceId) => ({ InstanceId }));
    await classic.send(new RegisterInstancesWithLoadBalancerCommand({ LoadBalancerName, Instances }));

    const before = await aws.classicOf(one);
    stack.emulator.proxy.clear();
    await start();
    const taken = await programmed('theirs');
    expect(writes()).toEqual([]);
    expect(await aws.classicOf(taken)).toEqual(before);
    expect(taken.status?.loadBalancer?.ingress).toEqual([{ hostname: before?.balancer.DNSName }]);
  });

  it('and its deletion leaves nothing, the rule of the nodes included, though AWS holds the group for a while', async () => {
    const one = await get('theirs');
    stack.emulator.proxy.settings.securityGroupReleaseMs = 1000;
    await remove('theirs');
    expect([await aws.classics(), await groupOf(one)]).toEqual([[], undefined]);
    const { nodeSecurityGroupId } = stack.emulator.fixtures;
    const group = await aws.securityGroup('e2e-nodes');
    expect(rulesOf(group?.IpPermissions)).toEqual([`-1 ${nodeSecurityGroupId}`]);
  });
});
