// AWS's rules for Classic Load Balancers that the proxy keeps: their life, what a create refuses, tags. With the real SDK
// against the started emulator.
import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand } from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  type Listener,
  RemoveTagsCommand,
  type Tag,
} from '@aws-sdk/client-elastic-load-balancing';
import { CreateLoadBalancerCommand as CreateNlbCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, emulatorClients, refusal } from '../../localstack/clients.ts';
import { type Emulator, startEmulator } from '../../localstack/start.ts';

let emulator: Emulator;
let clients: Clients;
let subnets: string[];
let groups: string[];
let serial = 0;

beforeAll(async () => {
  emulator = await startEmulator({ log: () => {}, nodes: 1, clusterName: 'classic' });
  clients = emulatorClients({ endpoint: emulator.url, region: emulator.fixtures.region });
  subnets = emulator.fixtures.publicSubnets.map(({ id }) => id);
  groups = await Promise.all(['one', 'two'].map(newGroup));
}, 300_000);

afterAll(async () => {
  clients?.[Symbol.dispose]();
  await emulator?.stop();
});

const newGroup = async (GroupName: string) => {
  const group = { GroupName, Description: GroupName, VpcId: emulator.fixtures.vpcId };
  return (await clients.ec2.send(new CreateSecurityGroupCommand(group))).GroupId!;
};
const tcp = (port: number, instancePort = 30_000 + port, more: Partial<Listener> = {}): Listener => ({
  ...{ Protocol: 'TCP', LoadBalancerPort: port, InstanceProtocol: 'TCP', InstancePort: instancePort },
  ...more,
});
const create = (input: Partial<CreateLoadBalancerCommandInput> = {}) => {
  const usual = { LoadBalancerName: `lb-${++serial}`, Listeners: [tcp(80)], Subnets: subnets };
  return clients.classic.send(
    new CreateLoadBalancerCommand({ ...usual, SecurityGroups: groups.slice(0, 1), ...input }),
  );
};
const made = async (input: Partial<CreateLoadBalancerCommandInput> = {}) => {
  const LoadBalancerName = input.LoadBalancerName ?? `lb-${++serial}`;
  await create({ ...input, LoadBalancerName });
  return LoadBalancerName;
};
const shown = async (name: string) => {
  const asked = new DescribeLoadBalancersCommand({ LoadBalancerNames: [name] });
  return (await clients.classic.send(asked)).LoadBalancerDescriptions![0]!;
};
const remove = (LoadBalancerName: string) => clients.classic.send(new DeleteLoadBalancerCommand({ LoadBalancerName }));
const tags = (count: number, prefix = 'k'): Tag[] =>
  Array.from({ length: count }, (_, i) => ({ Key: `${prefix}${i}`, Value: 'v' }));

describe('a load balancer', () => {
  it('is described whole, with what AWS sets by itself', async () => {
    const { DNSName } = await create({ LoadBalancerName: 'shape', SecurityGroups: groups });
    expect(DNSName).toMatch(/^shape-\d+\.eu-west-1\.elb\.amazonaws\.com$/);
    const { CreatedTime, ...rest } = await shown('shape');
    expect(CreatedTime).toBeInstanceOf(Date);
    expect(rest).toEqual({
      ...{ LoadBalancerName: 'shape', DNSName, CanonicalHostedZoneName: DNSName, Scheme: 'internet-facing' },
      CanonicalHostedZoneNameID: 'Z32O12XQLNTSW2',
      ListenerDescriptions: [{ Listener: tcp(80), PolicyNames: [] }],
      Policies: { AppCookieStickinessPolicies: [], LBCookieStickinessPolicies: [], OtherPolicies: [] },
      BackendServerDescriptions: [],
      AvailabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
      Subnets: subnets,
      VPCId: emulator.fixtures.vpcId,
      Instances: [],
      HealthCheck: { Target: 'TCP:30080', Interval: 30, Timeout: 5, UnhealthyThreshold: 2, HealthyThreshold: 10 },
      SourceSecurityGroup: { OwnerAlias: '123456789012', GroupName: 'one' },
      SecurityGroups: groups,
    });
  });

  it('has the default group of the VPC when none is named, and an internal name when internal', async () => {
    const name = await made({ SecurityGroups: undefined, Scheme: 'internal' });
    const { SourceSecurityGroup, DNSName } = await shown(name);
    expect([SourceSecurityGroup?.GroupName, DNSName?.startsWith('internal-')]).toEqual(['default', true]);
  });

  it('is one for one name, which a Network Load Balancer may have too', async () => {
    const LoadBalancerName = 'once';
    const { DNSName } = await create({ LoadBalancerName, Tags: tags(2) });
    const same = { LoadBalancerName, Tags: tags(2).reverse(), Subnets: [...subnets].reverse() };
    expect((await create(same)).DNSName).toBe(DNSName);
    for (const other of [
      { Tags: tags(1) },
      { Tags: tags(2), Subnets: subnets.slice(1) },
      { Tags: tags(2), SecurityGroups: groups },
      { Tags: tags(2), Scheme: 'internal' },
      { Tags: tags(2), Listeners: [tcp(80), tcp(81)] },
    ]) {
      expect(await refusal(create({ LoadBalancerName, ...other }))).toBe('DuplicateLoadBalancerName');
    }
    await clients.elb.send(new CreateNlbCommand({ Name: 'once', Type: 'network', Subnets: subnets }));
    expect((await shown('once')).DNSName).toBe(DNSName);
  });

  it('can be deleted again and again', async () => {
    const name = await made();
    await remove(name);
    await remove(name);
    expect(await refusal(shown(name))).toBe('LoadBalancerNotFound');
  });

  it('is listed in pages whose markers survive deletions; a missing name fails the whole call', async () => {
    const names = [];
    for (let i = 0; i < 5; i++) names.push(await made());
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await clients.classic.send(new DescribeLoadBalancersCommand({ PageSize: 2, Marker }));
      expect(page.LoadBalancerDescriptions!.length).toBeLessThanOrEqual(2);
      seen.push(...page.LoadBalancerDescriptions!.map(({ LoadBalancerName }) => LoadBalancerName!));
      Marker = page.NextMarker;
      if (seen.includes(names[0]!)) await remove(names[0]!);
    } while (Marker);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(names));
    const LoadBalancerNames = [names[1]!, 'absent'];
    const ask = clients.classic.send(new DescribeLoadBalancersCommand({ LoadBalancerNames }));
    expect(await refusal(ask)).toBe('LoadBalancerNotFound');
  });

  it('counts against the quota of Classic Load Balancers alone', async () => {
    emulator.proxy.settings.quotas.classicLoadBalancers = 0;
    expect(await refusal(create())).toBe('TooManyLoadBalancers');
    emulator.proxy.settings.quotas.classicLoadBalancers = Number.POSITIVE_INFINITY;
  });

  it('answers a fault with the past', async () => {
    const asked = () => clients.classic.send(new DescribeLoadBalancersCommand({}));
    const fault = emulator.proxy.fault({
      ...{ service: 'elasticloadbalancing-classic', operation: 'DescribeLoadBalancers', phase: 'before' },
      effect: { staleMs: 60_000 },
    });
    const before = (await asked()).LoadBalancerDescriptions?.length;
    await made();
    expect((await asked()).LoadBalancerDescriptions?.length).toBe(before);
    fault.remove();
    expect((await asked()).LoadBalancerDescriptions?.length).toBe((before ?? 0) + 1);
  });
});

describe('a create', () => {
  const certificate = () => emulator.fixtures.certificateArn;
  const ssl = (more: Partial<Listener> = {}) => tcp(443, 30_443, { Protocol: 'SSL', ...more });
  it.each<[string, () => Partial<CreateLoadBalancerCommandInput>, string]>([
    ['a name too long', () => ({ LoadBalancerName: 'x'.repeat(33) }), 'ValidationError'],
    ['a name with a dot', () => ({ LoadBalancerName: 'a.b' }), 'ValidationError'],
    ['no listener', () => ({ Listeners: [] }), 'ValidationError'],
    ['a port out of range', () => ({ Listeners: [tcp(70_000)] }), 'ValidationError'],
    ['a protocol that is none', () => ({ Listeners: [tcp(80, 1, { Protocol: 'UDP' })] }), 'UnsupportedProtocol'],
    ['two layers', () => ({ Listeners: [tcp(80, 1, { InstanceProtocol: 'HTTP' })] }), 'InvalidConfigurationRequest'],
    ['one port twice', () => ({ Listeners: [tcp(80, 1), tcp(80, 2)] }), 'DuplicateListener'],
    [
      'an instance port both encrypted and not',
      () => ({ Listeners: [tcp(80, 1), tcp(81, 1, { InstanceProtocol: 'SSL' })] }),
      'InvalidConfigurationRequest',
    ],
    ['encryption without a certificate', () => ({ Listeners: [ssl()] }), 'ValidationError'],
    [
      'a certificate without encryption',
      () => ({ Listeners: [tcp(80, 1, { SSLCertificateId: certificate() })] }),
      'InvalidConfigurationRequest',
    ],
    [
      'an unknown certificate',
      () => ({ Listeners: [ssl({ SSLCertificateId: certificate().replace(/.{4}$/, '0000') })] }),
      'CertificateNotFound',
    ],
    ['an unknown scheme', () => ({ Scheme: 'outside' }), 'InvalidScheme'],
    ['no subnet', () => ({ Subnets: [] }), 'InvalidConfigurationRequest'],
    ['an unknown subnet', () => ({ Subnets: ['subnet-0123456789abcdef0'] }), 'SubnetNotFound'],
    ['an unknown group', () => ({ SecurityGroups: ['sg-0123456789abcdef0'] }), 'InvalidSecurityGroup'],
    ['too many tags', () => ({ Tags: tags(51) }), 'TooManyTags'],
    ['one tag twice', () => ({ Tags: [...tags(1), ...tags(1)] }), 'DuplicateTagKeys'],
    ['a reserved tag', () => ({ Tags: [{ Key: 'aws:x', Value: 'y' }] }), 'ValidationError'],
  ])('is refused with %s', async (_what, input, code) => {
    expect(await refusal(create(input()))).toBe(code);
  });

  it('is refused in two subnets of one zone, and where there is no way to the internet', async () => {
    const { ec2 } = clients;
    const place = { VpcId: emulator.fixtures.vpcId, AvailabilityZone: 'eu-west-1a', CidrBlock: '10.20.50.0/24' };
    const second = (await ec2.send(new CreateSubnetCommand(place))).Subnet!.SubnetId!;
    expect(await refusal(create({ Subnets: [subnets[0]!, second] }))).toBe('InvalidConfigurationRequest');
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.30.0.0/16' }));
    const closed = { VpcId: Vpc!.VpcId!, CidrBlock: '10.30.0.0/24', AvailabilityZone: 'eu-west-1b' };
    const elsewhere = (await ec2.send(new CreateSubnetCommand(closed))).Subnet!.SubnetId!;
    expect(await refusal(create({ Subnets: [elsewhere], SecurityGroups: undefined }))).toBe('InvalidSubnet');
    expect(await refusal(create({ Subnets: [subnets[0]!, elsewhere] }))).toBe('InvalidConfigurationRequest');
  });

  it.each<[string, string, number, () => Promise<unknown>]>([
    ['LoadBalancerNotFound', 'AccessPointNotFoundException', 400, () => shown('absent')],
    ['InvalidConfigurationRequest', 'InvalidConfigurationRequestException', 409, () => create({ Subnets: [] })],
    ['InvalidScheme', 'InvalidSchemeException', 400, () => create({ Scheme: 'x' })],
    ['ValidationError', 'ValidationError', 400, () => create({ Listeners: [] })],
  ])('%s is %s to the SDK, with status %i', async (Code, name, httpStatusCode, call) => {
    const error = await call().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ Code, name, $fault: 'client', $metadata: { httpStatusCode } });
  });
});

describe('tags', () => {
  const add = (LoadBalancerNames: string[], Tags: Tag[]) =>
    clients.classic.send(new AddTagsCommand({ LoadBalancerNames, Tags }));
  const ask = (LoadBalancerNames: string[]) => clients.classic.send(new DescribeTagsCommand({ LoadBalancerNames }));

  it('are added, changed and removed by key, one load balancer a call, fifty at most', async () => {
    const name = await made({ Tags: tags(2) });
    await add([name], [{ Key: 'k0', Value: 'new' }, ...tags(1, 'x')]);
    const gone = { LoadBalancerNames: [name], Tags: [{ Key: 'k1' }, { Key: 'absent' }] };
    await clients.classic.send(new RemoveTagsCommand(gone));
    const Tags = [
      { Key: 'k0', Value: 'new' },
      { Key: 'x0', Value: 'v' },
    ];
    expect((await ask([name])).TagDescriptions).toEqual([{ LoadBalancerName: name, Tags }]);
    expect(await refusal(add([name], tags(49, 'many')))).toBe('TooManyTags');
    expect(await refusal(add([name, await made()], tags(1)))).toBe('ValidationError');
    expect(await refusal(add(['absent'], tags(1)))).toBe('LoadBalancerNotFound');
  });

  it('are asked for twenty at once, all of which must be there', async () => {
    const name = await made({ Tags: tags(1) });
    expect((await ask(Array(20).fill(name))).TagDescriptions).toHaveLength(20);
    expect(await refusal(ask(Array(21).fill(name)))).toBe('ValidationError');
    expect(await refusal(ask([name, 'absent']))).toBe('LoadBalancerNotFound');
  });
});
