// AWS's rules for target groups and targets that the proxy keeps, one test a rule. Against real moto.
import { RunInstancesCommand, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  type TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Clients, emulatorClients, refusal } from '../../localstack/clients.ts';
import { launchNodes } from '../../localstack/fixture-nodes.ts';
import { type Emulator, startEmulator } from '../../localstack/start.ts';

let emulator: Emulator;
let clients: Clients;
let serial = 0;

beforeAll(async () => {
  emulator = await startEmulator({ log: () => {}, nodes: 3, clusterName: 'groups' });
  clients = emulatorClients({ endpoint: emulator.url, region: emulator.fixtures.region });
}, 300_000);

afterAll(async () => {
  clients?.[Symbol.dispose]();
  await emulator?.stop();
});

beforeEach(() => {
  Object.assign(emulator.proxy.settings, { healthyAfterMs: 0, drainingMs: 0 });
});

const create = (input: Partial<CreateTargetGroupCommandInput> = {}) => {
  const basis = { Name: `tg-${++serial}`, Protocol: 'TCP' as const, Port: 30000, VpcId: emulator.fixtures.vpcId };
  return clients.elb.send(new CreateTargetGroupCommand({ ...basis, ...input }));
};
const made = async (input: Partial<CreateTargetGroupCommandInput> = {}) => (await create(input)).TargetGroups![0]!;
const arnOf = async (input: Partial<CreateTargetGroupCommandInput> = {}) => (await made(input)).TargetGroupArn!;
const shown = async (arn: string) =>
  (await clients.elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }))).TargetGroups![0]!;
const remove = (TargetGroupArn: string) => clients.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
const balancer = async () => {
  const Subnets = emulator.fixtures.publicSubnets.map(({ id }) => id);
  const input = { Name: `lb-${++serial}`, Type: 'network' as const, Subnets };
  return (await clients.elb.send(new CreateLoadBalancerCommand(input))).LoadBalancers![0]!.LoadBalancerArn!;
};
const listener = async (LoadBalancerArn: string, TargetGroupArn: string) => {
  const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }];
  const input = { LoadBalancerArn, Port: ++serial, Protocol: 'TCP' as const, DefaultActions };
  return (await clients.elb.send(new CreateListenerCommand(input))).Listeners![0]!.ListenerArn!;
};
const register = (TargetGroupArn: string, ...Targets: TargetDescription[]) =>
  clients.elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
const deregister = (TargetGroupArn: string, ...Targets: TargetDescription[]) =>
  clients.elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets }));
const health = async (TargetGroupArn: string, ...Targets: TargetDescription[]) => {
  const input = Targets.length > 0 ? { TargetGroupArn, Targets } : { TargetGroupArn };
  const { TargetHealthDescriptions = [] } = await clients.elb.send(new DescribeTargetHealthCommand(input));
  return TargetHealthDescriptions.map(({ Target, TargetHealth }) => {
    const { State, Reason } = TargetHealth ?? {};
    return [Target?.Id, Target?.Port, Reason ? `${State} ${Reason}` : State];
  });
};

describe('identity', () => {
  it('is one for one name: the same settings answer the first, others are refused', async () => {
    const first = await made({ Name: 'once', HealthCheckProtocol: 'HTTP' });
    expect(first.TargetGroupArn).toMatch(/:targetgroup\/once\/[0-9a-f]{16}$/);
    const same = await arnOf({ Name: 'once', HealthCheckProtocol: 'HTTP', HealthCheckPath: '/' });
    expect(same).toBe(first.TargetGroupArn);
    for (const other of [{ Port: 1 }, { HealthCheckProtocol: 'TCP' as const }, { TargetType: 'ip' as const }]) {
      const input = { Name: 'once', HealthCheckProtocol: 'HTTP' as const, ...other };
      expect(await refusal(create(input))).toBe('DuplicateTargetGroupName');
    }
  });

  it.each(['x'.repeat(33), 'a_b', '-x', 'x-'])('refuses the name %s', async (Name) => {
    expect(await refusal(create({ Name }))).toBe('ValidationError');
  });

  it('needs a VPC that exists, and counts against the quota', async () => {
    expect(await refusal(create({ VpcId: 'vpc-0123456789abcdef0' }))).toBe('InvalidConfigurationRequest');
    emulator.proxy.settings.quotas.targetGroups = 0;
    expect(await refusal(create())).toBe('TooManyTargetGroups');
    emulator.proxy.settings.quotas.targetGroups = 3000;
  });
});

describe('health checks', () => {
  it('have the defaults of Network Load Balancers', async () => {
    expect(await made()).toMatchObject({
      ...{ HealthCheckProtocol: 'TCP', HealthCheckPort: 'traffic-port', HealthCheckIntervalSeconds: 30 },
      ...{ HealthCheckTimeoutSeconds: 10, HealthyThresholdCount: 5, UnhealthyThresholdCount: 2 },
    });
    expect(await made({ HealthCheckProtocol: 'HTTP' })).toMatchObject({
      ...{ HealthCheckTimeoutSeconds: 6, HealthCheckPath: '/', Matcher: { HttpCode: '200-399' } },
    });
  });

  it('change in place, path and matcher with the protocol', async () => {
    const TargetGroupArn = await arnOf();
    const modify = (input: object) => clients.elb.send(new ModifyTargetGroupCommand({ TargetGroupArn, ...input }));
    const http = { HealthCheckProtocol: 'HTTP', HealthCheckPort: '10256', HealthCheckPath: '/healthz' };
    await modify({ ...http, Matcher: { HttpCode: '200' }, HealthCheckIntervalSeconds: 10, UnhealthyThresholdCount: 3 });
    expect(await shown(TargetGroupArn)).toMatchObject({
      ...{ ...http, Matcher: { HttpCode: '200' }, HealthCheckIntervalSeconds: 10, UnhealthyThresholdCount: 3 },
      HealthyThresholdCount: 5,
    });
    await modify({ HealthCheckProtocol: 'TCP' });
    expect(await shown(TargetGroupArn)).not.toHaveProperty('HealthCheckPath');
  });

  it.each([
    [{ HealthCheckProtocol: 'UDP' as const }, 'ValidationError'],
    [{ HealthCheckIntervalSeconds: 4 }, 'ValidationError'],
    [{ HealthCheckTimeoutSeconds: 20, HealthCheckIntervalSeconds: 10 }, 'ValidationError'],
    [{ HealthyThresholdCount: 11 }, 'ValidationError'],
    [{ HealthCheckPort: '70000' }, 'ValidationError'],
    [{ HealthCheckPath: '/x' }, 'InvalidConfigurationRequest'],
    [{ HealthCheckProtocol: 'HTTP' as const, HealthCheckPath: 'x' }, 'ValidationError'],
    [{ HealthCheckProtocol: 'HTTP' as const, Matcher: { HttpCode: '100' } }, 'ValidationError'],
  ])('refuse %j', async (input, code) => {
    expect(await refusal(create(input))).toBe(code);
  });
});

describe('attributes', () => {
  const read = async (TargetGroupArn: string) => {
    const { Attributes = [] } = await clients.elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
    return Object.fromEntries(Attributes.map(({ Key, Value }) => [Key, Value]));
  };
  const write = (TargetGroupArn: string, Key: string, Value: string) =>
    clients.elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: [{ Key, Value }] }));

  it('have all of AWS defaults', async () => {
    const arn = await arnOf();
    expect(await read(arn)).toEqual({
      'deregistration_delay.timeout_seconds': '300',
      'deregistration_delay.connection_termination.enabled': 'false',
      'stickiness.enabled': 'false',
      'stickiness.type': 'source_ip',
      'preserve_client_ip.enabled': 'true',
      'proxy_protocol_v2.enabled': 'false',
      'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
      'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
      'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
      'target_health_state.unhealthy.connection_termination.enabled': 'true',
      'target_health_state.unhealthy.draining_interval_seconds': '0',
    });
  });

  it('differ by protocol and kind of target', async () => {
    expect(await read(await arnOf({ TargetType: 'ip' }))).toMatchObject({ 'preserve_client_ip.enabled': 'false' });
    expect(await read(await arnOf({ TargetType: 'ip', Protocol: 'UDP' }))).toMatchObject({
      'preserve_client_ip.enabled': 'true',
      'deregistration_delay.connection_termination.enabled': 'true',
    });
  });

  it('change only to values that AWS takes', async () => {
    const arn = await arnOf();
    await write(arn, 'deregistration_delay.timeout_seconds', '3600');
    expect(await read(arn)).toMatchObject({ 'deregistration_delay.timeout_seconds': '3600' });
    expect(await refusal(write(arn, 'deregistration_delay.timeout_seconds', '3601'))).toBe('ValidationError');
    expect(await refusal(write(arn, 'deregistration_delay.timeout_seconds', 'soon'))).toBe('ValidationError');
    expect(await refusal(write(arn, 'stickiness.type', 'lb_cookie'))).toBe('ValidationError');
    expect(await refusal(write(arn, 'slow_start.duration_seconds', '30'))).toBe('ValidationError');
    const udp = await arnOf({ Protocol: 'UDP' });
    expect(await refusal(write(udp, 'preserve_client_ip.enabled', 'false'))).toBe('InvalidConfigurationRequest');
  });
});

describe('use by load balancers', () => {
  it('is shown, shrinks again, and keeps the group from being deleted', async () => {
    const [LoadBalancerArn, other] = [await balancer(), await balancer()];
    const arn = await arnOf();
    const byBalancer = async (LoadBalancerArn: string) =>
      (await clients.elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }))).TargetGroups;
    expect(await byBalancer(LoadBalancerArn)).toEqual([]);
    const ListenerArn = await listener(LoadBalancerArn, arn);
    expect((await byBalancer(LoadBalancerArn))?.map(({ TargetGroupArn }) => TargetGroupArn)).toEqual([arn]);
    expect((await shown(arn)).LoadBalancerArns).toEqual([LoadBalancerArn]);
    expect(await refusal(remove(arn))).toBe('ResourceInUse');
    await clients.elb.send(new DeleteListenerCommand({ ListenerArn }));
    expect((await shown(arn)).LoadBalancerArns).toEqual([]);
    await listener(other, arn);
    await clients.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: other }));
    expect((await shown(arn)).LoadBalancerArns).toEqual([]);
    await remove(arn);
    expect(await refusal(shown(arn))).toBe('TargetGroupNotFound');
  });
});

describe('targets', () => {
  it('are an id and a port', async () => {
    const arn = await arnOf();
    await listener(await balancer(), arn);
    const [Id] = emulator.fixtures.nodes.map(({ instanceId }) => instanceId);
    await register(arn, { Id }, { Id, Port: 31000 });
    await register(arn, { Id });
    expect(await health(arn)).toEqual([
      [Id, 30000, 'healthy'],
      [Id, 31000, 'healthy'],
    ]);
    await deregister(arn, { Id });
    expect(await health(arn)).toEqual([[Id, 31000, 'healthy']]);
    expect(await health(arn, { Id })).toEqual([[Id, 30000, 'unused Target.NotRegistered']]);
  });

  it('must be running instances of the VPC, all or none', async () => {
    const arn = await arnOf();
    const [good] = emulator.fixtures.nodes;
    const unknown = { Id: 'i-0123456789abcdef0' };
    expect(await refusal(register(arn, { Id: good!.instanceId }, unknown))).toBe('InvalidTarget');
    expect(await health(arn)).toEqual([]);
    const [node] = await launchNodes({ endpoint: emulator.url, ...emulator.fixtures }, 1);
    // Without a subnet it is in the default VPC.
    const elsewhere = { ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1 };
    const { Instances } = await clients.ec2.send(new RunInstancesCommand(elsewhere));
    expect(await refusal(register(arn, { Id: Instances![0]!.InstanceId! }))).toBe('InvalidTarget');
    await register(arn, { Id: node!.instanceId });
    await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [node!.instanceId] }));
    expect(await refusal(register(arn, { Id: node!.instanceId }))).toBe('InvalidTarget');
    await listener(await balancer(), arn);
    expect(await health(arn)).toEqual([[node!.instanceId, 30000, 'unused Target.InvalidState']]);
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [node!.instanceId] }));
    expect(await health(arn)).toEqual([]);
  });

  it('of kind ip are addresses', async () => {
    const arn = await arnOf({ TargetType: 'ip' });
    expect(await refusal(register(arn, { Id: emulator.fixtures.nodes[0]!.instanceId }))).toBe('ValidationError');
    expect(await refusal(register(arn, { Id: 'fd00::1' }))).toBe('ValidationError');
    await register(arn, { Id: '10.20.100.9', Port: 8080 }, { Id: '10.20.100.9', Port: 8081 });
    expect(await health(arn)).toHaveLength(2);
  });

  it('that nobody registered are deregistered without an error', async () => {
    await deregister(await arnOf(), { Id: 'i-0123456789abcdef0' });
  });

  it('are unused until a listener forwards to them in their zone', async () => {
    const arn = await arnOf();
    const [Id] = emulator.fixtures.nodes.map(({ instanceId }) => instanceId);
    await register(arn, { Id });
    expect(await health(arn)).toEqual([[Id, 30000, 'unused Target.NotInUse']]);
    const Subnets = [emulator.fixtures.publicSubnets[1]!.id];
    const elsewhere = { Name: `lb-${++serial}`, Type: 'network' as const, Subnets };
    const { LoadBalancers } = await clients.elb.send(new CreateLoadBalancerCommand(elsewhere));
    await listener(LoadBalancers![0]!.LoadBalancerArn!, arn);
    expect(await health(arn)).toEqual([[Id, 30000, 'unused Target.NotInUse']]);
  });

  it('become healthy, and drain, for as long as set', async () => {
    const arn = await arnOf();
    await listener(await balancer(), arn);
    const [Id] = emulator.fixtures.nodes.map(({ instanceId }) => instanceId);
    const { settings } = emulator.proxy;
    Object.assign(settings, { healthyAfterMs: 60_000, drainingMs: 60_000 });
    await register(arn, { Id });
    expect(await health(arn)).toEqual([[Id, 30000, 'initial Elb.InitialHealthChecking']]);
    settings.healthyAfterMs = 0;
    expect(await health(arn)).toEqual([[Id, 30000, 'healthy']]);
    await deregister(arn, { Id });
    expect(await health(arn)).toEqual([[Id, 30000, 'draining Target.DeregistrationInProgress']]);
    await register(arn, { Id });
    expect(await health(arn)).toEqual([[Id, 30000, 'healthy']]);
    await deregister(arn, { Id });
    settings.drainingMs = 0;
    expect(await health(arn)).toEqual([]);
  });

  it('count against the quota', async () => {
    const arn = await arnOf();
    emulator.proxy.settings.quotas.targetsPerTargetGroup = 2;
    const targets = emulator.fixtures.nodes.map(({ instanceId: Id }) => ({ Id }));
    expect(await refusal(register(arn, ...targets))).toBe('TooManyTargets');
    await register(arn, ...targets.slice(0, 2));
    emulator.proxy.settings.quotas.targetsPerTargetGroup = 1000;
  });
});
