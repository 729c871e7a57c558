// Attributes, health check and instances of Classic Load Balancers, as AWS rules them. With the real SDK against the started
// emulator.
import { StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import {
  ConfigureHealthCheckCommand,
  CreateLoadBalancerCommand,
  DeregisterInstancesFromLoadBalancerCommand,
  DescribeInstanceHealthCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  type HealthCheck,
  type LoadBalancerAttributes,
  ModifyLoadBalancerAttributesCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, emulatorClients, refusal } from '../../localstack/clients.ts';
import { type Emulator, startEmulator } from '../../localstack/start.ts';

let emulator: Emulator;
let clients: Clients;
let serial = 0;

beforeAll(async () => {
  emulator = await startEmulator({ log: () => {}, nodes: 6, clusterName: 'classic-settings' });
  clients = emulatorClients({ endpoint: emulator.url, region: emulator.fixtures.region });
}, 300_000);

afterAll(async () => {
  clients?.[Symbol.dispose]();
  await emulator?.stop();
});

/** The name of a new one in so many zones. */
const made = async (zones = 3) => {
  const LoadBalancerName = `lb-${++serial}`;
  const Listeners = [{ Protocol: 'TCP', InstanceProtocol: 'TCP', LoadBalancerPort: 80, InstancePort: 30_080 }];
  const Subnets = emulator.fixtures.publicSubnets.slice(0, zones).map(({ id }) => id);
  await clients.classic.send(new CreateLoadBalancerCommand({ LoadBalancerName, Listeners, Subnets }));
  return LoadBalancerName;
};
const shown = async (name: string) => {
  const asked = new DescribeLoadBalancersCommand({ LoadBalancerNames: [name] });
  return (await clients.classic.send(asked)).LoadBalancerDescriptions![0]!;
};

describe('attributes', () => {
  const modify = (LoadBalancerName: string, attributes: LoadBalancerAttributes) =>
    clients.classic.send(
      new ModifyLoadBalancerAttributesCommand({ LoadBalancerName, LoadBalancerAttributes: attributes }),
    );
  const attributes = async (LoadBalancerName: string) =>
    (await clients.classic.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerName })))
      .LoadBalancerAttributes;
  const initial = {
    CrossZoneLoadBalancing: { Enabled: false },
    AccessLog: { Enabled: false },
    ConnectionDraining: { Enabled: false, Timeout: 300 },
    ConnectionSettings: { IdleTimeout: 60 },
    AdditionalAttributes: [{ Key: 'elb.http.desyncmitigationmode', Value: 'defensive' }],
  };

  it('have AWS defaults, and change section by section', async () => {
    const name = await made();
    expect(await attributes(name)).toEqual(initial);
    const S3BucketName = emulator.fixtures.bucket;
    const AccessLog = { Enabled: true, S3BucketName, S3BucketPrefix: 'logs', EmitInterval: 5 };
    const answer = await modify(name, { AccessLog, ConnectionDraining: { Enabled: true } });
    expect(answer).toMatchObject({ LoadBalancerName: name, LoadBalancerAttributes: { AccessLog } });
    await modify(name, { CrossZoneLoadBalancing: { Enabled: true }, ConnectionSettings: { IdleTimeout: 4000 } });
    expect(await attributes(name)).toEqual({
      ...{ ...initial, AccessLog, CrossZoneLoadBalancing: { Enabled: true } },
      ...{ ConnectionDraining: { Enabled: true, Timeout: 300 }, ConnectionSettings: { IdleTimeout: 4000 } },
    });
    await modify(name, { AccessLog: { Enabled: false }, ConnectionDraining: { Enabled: true, Timeout: 3600 } });
    expect(await attributes(name)).toMatchObject({
      ...{ AccessLog: { Enabled: false }, ConnectionDraining: { Enabled: true, Timeout: 3600 } },
    });
  });

  const log = (more: object) => ({ AccessLog: { Enabled: true, S3BucketName: emulator.fixtures.bucket, ...more } });
  it.each<[string, () => LoadBalancerAttributes, string]>([
    ['no idle time', () => ({ ConnectionSettings: { IdleTimeout: 0 } }), 'ValidationError'],
    ['too long an idle time', () => ({ ConnectionSettings: { IdleTimeout: 4001 } }), 'ValidationError'],
    ['no draining time', () => ({ ConnectionDraining: { Enabled: true, Timeout: 0 } }), 'ValidationError'],
    ['too long a draining', () => ({ ConnectionDraining: { Enabled: true, Timeout: 3601 } }), 'ValidationError'],
    ['an emit interval between', () => log({ EmitInterval: 30 }), 'ValidationError'],
    ['logs without a bucket', () => log({ S3BucketName: undefined }), 'InvalidConfigurationRequest'],
    ['logs to a bucket that is not there', () => log({ S3BucketName: 'no-such-one' }), 'InvalidConfigurationRequest'],
  ])('are refused with %s, as a whole', async (_what, bad, code) => {
    const name = await made();
    expect(await refusal(modify(name, { CrossZoneLoadBalancing: { Enabled: true }, ...bad() }))).toBe(code);
    expect(await attributes(name)).toEqual(initial);
  });

  it('are of a load balancer that is there', async () => {
    expect(await refusal(attributes('absent'))).toBe('LoadBalancerNotFound');
    expect(await refusal(modify('absent', {}))).toBe('LoadBalancerNotFound');
  });
});

describe('the health check', () => {
  const good = { Target: 'TCP:30080', Interval: 10, Timeout: 5, UnhealthyThreshold: 6, HealthyThreshold: 2 };
  const configure = (LoadBalancerName: string, check: HealthCheck) =>
    clients.classic.send(new ConfigureHealthCheckCommand({ LoadBalancerName, HealthCheck: check }));

  it.each<[Partial<HealthCheck>]>([
    [{ Target: 'SSL:1' }],
    [{ Target: 'HTTP:30080/' }],
    [{ Target: 'HTTPS:65535/healthz?x=1' }],
    [{ Interval: 300, Timeout: 60, UnhealthyThreshold: 10, HealthyThreshold: 10 }],
    [{ Interval: 5, Timeout: 2, UnhealthyThreshold: 2 }],
  ])('takes %j', async (part) => {
    const name = await made();
    expect((await configure(name, { ...good, ...part })).HealthCheck).toEqual({ ...good, ...part });
    expect((await shown(name)).HealthCheck).toEqual({ ...good, ...part });
  });

  it.each<[Partial<HealthCheck>]>([
    [{ Target: 'UDP:80' }],
    [{ Target: 'tcp:80' }],
    [{ Target: 'TCP' }],
    [{ Target: 'TCP:0' }],
    [{ Target: 'TCP:65536' }],
    [{ Target: 'TCP:80/x' }],
    [{ Target: 'HTTP:80' }],
    [{ Target: 'HTTP:80x' }],
    [{ Interval: 4 }],
    [{ Interval: 301 }],
    [{ Timeout: 1 }],
    [{ Interval: 300, Timeout: 61 }],
    [{ Timeout: 10 }],
    [{ HealthyThreshold: 1 }],
    [{ UnhealthyThreshold: 11 }],
    [{ Interval: undefined }],
  ])('refuses %j', async (part) => {
    const name = await made();
    const before = (await shown(name)).HealthCheck;
    expect(await refusal(configure(name, { ...good, ...part }))).toBe('ValidationError');
    expect((await shown(name)).HealthCheck).toEqual(before);
  });

  it('is of a load balancer that is there', async () => {
    expect(await refusal(configure('absent', good))).toBe('LoadBalancerNotFound');
  });
});

describe('instances', () => {
  const list = (ids: readonly string[]) => ids.map((InstanceId) => ({ InstanceId }));
  const register = (LoadBalancerName: string, ...ids: string[]) =>
    clients.classic.send(new RegisterInstancesWithLoadBalancerCommand({ LoadBalancerName, Instances: list(ids) }));
  const deregister = (LoadBalancerName: string, ...ids: string[]) =>
    clients.classic.send(new DeregisterInstancesFromLoadBalancerCommand({ LoadBalancerName, Instances: list(ids) }));
  const health = async (LoadBalancerName: string, ...ids: string[]) => {
    const asked = ids.length > 0 ? { LoadBalancerName, Instances: list(ids) } : { LoadBalancerName };
    const { InstanceStates = [] } = await clients.classic.send(new DescribeInstanceHealthCommand(asked));
    return InstanceStates.map(({ State, ReasonCode }) => `${State} ${ReasonCode}`);
  };
  const node = (index: number) => emulator.fixtures.nodes[index]!.instanceId;

  it('are registered once, are healthy, and leave', async () => {
    const name = await made();
    expect((await register(name, node(0), node(1))).Instances).toEqual(list([node(0), node(1)]));
    expect((await register(name, node(1))).Instances).toHaveLength(2);
    expect((await shown(name)).Instances).toEqual(list([node(0), node(1)]));
    expect(await health(name)).toEqual(['InService N/A', 'InService N/A']);
    expect((await deregister(name, node(0))).Instances).toEqual(list([node(1)]));
    expect(await health(name, node(1))).toEqual(['InService N/A']);
    expect(await refusal(health(name, node(0)))).toBe('InvalidInstance');
  });

  it('must exist; one that never was there cannot leave, one that was can again', async () => {
    const name = await made();
    expect(await refusal(register(name, node(0), 'i-0123456789abcdef0'))).toBe('InvalidInstance');
    expect((await shown(name)).Instances).toEqual([]);
    expect(await refusal(register('absent', node(0)))).toBe('LoadBalancerNotFound');
    await register(name, node(0));
    await deregister(name, node(0));
    await deregister(name, node(0));
    expect(await refusal(deregister(name, node(0), node(1)))).toBe('InvalidInstance');
    expect(await refusal(deregister('absent', node(0)))).toBe('LoadBalancerNotFound');
  });

  it('are out of service while young, stopped, or in another zone; terminated ones are gone', async () => {
    const name = await made();
    emulator.proxy.settings.healthyAfterMs = 60_000;
    await register(name, node(3), node(4), node(5));
    expect(await health(name, node(3))).toEqual(['OutOfService ELB']);
    emulator.proxy.settings.healthyAfterMs = 0;
    expect(await health(name, node(3))).toEqual(['InService N/A']);
    await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [node(4)] }));
    expect(await health(name, node(4))).toEqual(['OutOfService Instance']);
    const other = await made(1);
    await register(other, node(0), node(1));
    expect(await health(other)).toEqual(['InService N/A', 'OutOfService ELB']);
    expect(await refusal(register(other, node(4)))).toBe('InvalidInstance');
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [node(5)] }));
    expect((await shown(name)).Instances).toEqual(list([node(3), node(4)]));
    await deregister(name, node(5));
  });
});
