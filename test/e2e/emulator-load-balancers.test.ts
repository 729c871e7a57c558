// AWS's rules for Network Load Balancers that the proxy keeps, one test a rule. Against real moto.
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeAddressesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ModifyLoadBalancerAttributesCommand,
  RemoveTagsCommand,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
  type Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, emulatorClients, refusal } from '../../localstack/clients.ts';
import { type Emulator, startEmulator } from '../../localstack/start.ts';

let emulator: Emulator;
let clients: Clients;
let subnets: string[];
let groups: string[];
let serial = 0;

beforeAll(async () => {
  emulator = await startEmulator({ log: () => {}, nodes: 1, clusterName: 'balancers' });
  clients = emulatorClients({ endpoint: emulator.url, region: emulator.fixtures.region });
  subnets = emulator.fixtures.publicSubnets.map(({ id }) => id);
  groups = await Promise.all(
    ['one', 'two'].map(async (GroupName) => {
      const group = { GroupName, Description: GroupName, VpcId: emulator.fixtures.vpcId };
      return (await clients.ec2.send(new CreateSecurityGroupCommand(group))).GroupId!;
    }),
  );
}, 300_000);

afterAll(async () => {
  clients?.[Symbol.dispose]();
  await emulator?.stop();
});

const create = (input: Partial<CreateLoadBalancerCommandInput>) => {
  const subnetsOrMappings = input.SubnetMappings ? {} : { Subnets: subnets };
  const all = { Name: `lb-${++serial}`, Type: 'network' as const, ...subnetsOrMappings, ...input };
  return clients.elb.send(new CreateLoadBalancerCommand(all));
};
const made = async (input: Partial<CreateLoadBalancerCommandInput> = {}) => (await create(input)).LoadBalancers![0]!;
const arnOf = async (input: Partial<CreateLoadBalancerCommandInput> = {}) => (await made(input)).LoadBalancerArn!;
const shown = async (arn: string) => {
  const { LoadBalancers } = await clients.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
  return LoadBalancers![0]!;
};
const remove = (LoadBalancerArn: string) => clients.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
const attributes = async (LoadBalancerArn: string) => {
  const { Attributes = [] } = await clients.elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
  return Object.fromEntries(Attributes.map(({ Key, Value }) => [Key, Value]));
};
const modify = (LoadBalancerArn: string, changes: Record<string, string>) => {
  const Attributes = Object.entries(changes).map(([Key, Value]) => ({ Key, Value }));
  return clients.elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
};
const tags = (count: number, prefix = 'k'): Tag[] =>
  Array.from({ length: count }, (_, i) => ({ Key: `${prefix}${i}`, Value: 'v' }));

describe('identity', () => {
  it('has the ARN and DNS name of a Network Load Balancer', async () => {
    const { LoadBalancerArn, DNSName, State } = await made({ Name: 'shape' });
    expect(LoadBalancerArn).toMatch(
      /^arn:aws:elasticloadbalancing:eu-west-1:\d{12}:loadbalancer\/net\/shape\/[0-9a-f]{16}$/,
    );
    expect(DNSName).toMatch(/^shape-[0-9a-f]{16}\.elb\.eu-west-1\.amazonaws\.com$/);
    expect(State?.Code).toBe('provisioning');
    const { State: later, EnablePrefixForIpv6SourceNat: prefix, ...rest } = await shown(LoadBalancerArn!);
    expect([later?.Code, prefix]).toEqual(['active', 'off']);
    expect(rest).toMatchObject({ Type: 'network', Scheme: 'internet-facing', IpAddressType: 'ipv4', DNSName });
  });

  it('stays provisioning for as long as set', async () => {
    emulator.proxy.settings.provisioningMs = 60_000;
    const arn = await arnOf();
    expect((await shown(arn)).State?.Code).toBe('provisioning');
    emulator.proxy.settings.provisioningMs = 0;
    expect((await shown(arn)).State?.Code).toBe('active');
  });

  it('is one for one name: the same settings answer the first, others are refused', async () => {
    const first = await arnOf({ Name: 'once', Tags: tags(1) });
    expect(await arnOf({ Name: 'once', Subnets: [...subnets].reverse() })).toBe(first);
    expect(await arnOf({ Name: 'once', Tags: tags(1, 'other') })).toBe(first);
    const { TagDescriptions } = await clients.elb.send(new DescribeTagsCommand({ ResourceArns: [first] }));
    expect(TagDescriptions?.[0]?.Tags).toEqual(tags(1));
    for (const other of [{ Subnets: subnets.slice(1) }, { Scheme: 'internal' as const }, { SecurityGroups: groups }]) {
      expect(await refusal(create({ Name: 'once', ...other }))).toBe('DuplicateLoadBalancerName');
    }
    await remove(first);
    expect(await arnOf({ Name: 'once', Scheme: 'internal' })).not.toBe(first);
  });

  it('is one for one name also when ten ask at once', async () => {
    const arns = await Promise.all(Array.from({ length: 10 }, () => arnOf({ Name: 'crowd' })));
    expect(new Set(arns).size).toBe(1);
  });

  it.each(['x'.repeat(33), 'under_score', '-x', 'x-', 'internal-x', 'dot.x'])('refuses the name %s', async (Name) => {
    expect(await refusal(create({ Name }))).toBe('ValidationError');
  });

  it('counts against the quota', async () => {
    emulator.proxy.settings.quotas.loadBalancers = 0;
    expect(await refusal(create({}))).toBe('TooManyLoadBalancers');
    emulator.proxy.settings.quotas.loadBalancers = Number.POSITIVE_INFINITY;
  });
});

describe('describing', () => {
  it('fails as a whole if one of the named is missing', async () => {
    const arn = await arnOf({ Name: 'present' });
    const ask = (input: object) => clients.elb.send(new DescribeLoadBalancersCommand(input));
    expect((await ask({ Names: ['present'] })).LoadBalancers).toHaveLength(1);
    expect(await refusal(ask({ Names: ['present', 'absent'] }))).toBe('LoadBalancerNotFound');
    expect(await refusal(ask({ LoadBalancerArns: [arn, arn.replace(/.$/, '_')] }))).toBe('LoadBalancerNotFound');
  });

  it('pages with markers that survive deletions', async () => {
    const arns = [];
    for (let i = 0; i < 5; i++) arns.push(await arnOf());
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await clients.elb.send(new DescribeLoadBalancersCommand({ PageSize: 2, Marker }));
      expect(page.LoadBalancers!.length).toBeLessThanOrEqual(2);
      seen.push(...page.LoadBalancers!.map(({ LoadBalancerArn }) => LoadBalancerArn!));
      Marker = page.NextMarker;
      if (seen.includes(arns[0]!)) await remove(arns[0]!);
    } while (Marker);
    expect(new Set(seen).size).toBe(seen.length);
    for (const arn of arns) expect(seen).toContain(arn);
  });
});

describe('deleting', () => {
  it('twice is no error', async () => {
    const arn = await arnOf();
    await remove(arn);
    await remove(arn);
    expect(await refusal(clients.elb.send(new DescribeTagsCommand({ ResourceArns: [arn] })))).toBe(
      'LoadBalancerNotFound',
    );
  });

  it('is refused while protected', async () => {
    const arn = await arnOf();
    await modify(arn, { 'deletion_protection.enabled': 'true' });
    expect(await refusal(remove(arn))).toBe('OperationNotPermitted');
    await modify(arn, { 'deletion_protection.enabled': 'false' });
    await remove(arn);
  });
});

describe('subnets', () => {
  it('are one a zone, exist, are in one VPC with a gateway, and may be a single one', async () => {
    const { ec2, elb } = clients;
    const { fixtures } = emulator;
    const place = { VpcId: fixtures.vpcId, AvailabilityZone: 'eu-west-1a' };
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ ...place, CidrBlock: '10.20.50.0/24' }));
    const twice = [subnets[0]!, Subnet!.SubnetId!];
    expect(await refusal(create({ Subnets: twice }))).toBe('InvalidConfigurationRequest');
    expect(await refusal(create({ Subnets: ['subnet-0123456789abcdef0'] }))).toBe('SubnetNotFound');
    expect(await refusal(create({ Subnets: [] }))).toBe('ValidationError');
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.30.0.0/16' }));
    const closed = { VpcId: Vpc!.VpcId!, CidrBlock: '10.30.0.0/24', AvailabilityZone: 'eu-west-1b' };
    const elsewhere = (await ec2.send(new CreateSubnetCommand(closed))).Subnet!.SubnetId!;
    expect(await refusal(create({ Subnets: [subnets[0]!, elsewhere] }))).toBe('InvalidConfigurationRequest');
    expect(await refusal(create({ Subnets: [elsewhere] }))).toBe('InvalidSubnet');
    const LoadBalancerArn = await arnOf();
    const only = { LoadBalancerArn, Subnets: [subnets[1]!] };
    const answer = await elb.send(new SetSubnetsCommand(only));
    expect(answer.AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual(['eu-west-1b']);
    expect((await shown(LoadBalancerArn)).AvailabilityZones?.map(({ SubnetId }) => SubnetId)).toEqual([subnets[1]]);
    expect(await refusal(elb.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets: twice })))).toBe(
      'InvalidConfigurationRequest',
    );
  });

  it('keep the Elastic IP addresses of their mappings, which nobody else can have meanwhile', async () => {
    const [first, second] = emulator.fixtures.addresses;
    const SubnetMappings = [
      { SubnetId: subnets[0]!, AllocationId: first!.allocationId },
      { SubnetId: subnets[1]!, AllocationId: second!.allocationId },
    ];
    const holder = async (AllocationId: string) =>
      (await clients.ec2.send(new DescribeAddressesCommand({ AllocationIds: [AllocationId] }))).Addresses?.[0];
    const arn = await arnOf({ Name: 'fixed', SubnetMappings });
    expect(await arnOf({ Name: 'fixed', SubnetMappings })).toBe(arn);
    const zones = (await shown(arn)).AvailabilityZones!;
    expect(zones.map(({ LoadBalancerAddresses }) => LoadBalancerAddresses)).toEqual([
      [{ IpAddress: first!.publicIp, AllocationId: first!.allocationId }],
      [{ IpAddress: second!.publicIp, AllocationId: second!.allocationId }],
    ]);
    expect((await holder(first!.allocationId))?.AssociationId).toBeTruthy();
    expect(await refusal(create({ SubnetMappings }))).toBe('ResourceInUse');
    const unknown = [{ SubnetId: subnets[0]!, AllocationId: 'eipalloc-0123456789abcdef0' }];
    expect(await refusal(create({ SubnetMappings: unknown }))).toBe('AllocationIdNotFound');

    const fewer = { LoadBalancerArn: arn, SubnetMappings: SubnetMappings.slice(0, 1) };
    await clients.elb.send(new SetSubnetsCommand(fewer));
    expect((await holder(second!.allocationId))?.AssociationId).toBeFalsy();
    expect((await holder(first!.allocationId))?.AssociationId).toBeTruthy();
    await remove(arn);
    expect((await holder(first!.allocationId))?.AssociationId).toBeFalsy();
    const inside = { Scheme: 'internal' as const, SubnetMappings };
    expect(await refusal(create(inside))).toBe('InvalidConfigurationRequest');
  });

  it('keep private addresses, inside the range and for internal load balancers only', async () => {
    const { id: SubnetId } = emulator.fixtures.privateSubnets[0]!;
    const wish = (address: string, Scheme: 'internal' | 'internet-facing' = 'internal') => {
      const SubnetMappings = [{ SubnetId, PrivateIPv4Address: address }];
      return { Scheme, SubnetMappings };
    };
    const arn = await arnOf(wish('10.20.100.77'));
    expect((await shown(arn)).AvailabilityZones?.[0]?.LoadBalancerAddresses).toEqual([
      { PrivateIPv4Address: '10.20.100.77' },
    ]);
    for (const bad of [wish('10.20.101.1'), wish('10.20.100.77'), wish('10.20.100.78', 'internet-facing')]) {
      expect(await refusal(create(bad))).toBe('InvalidConfigurationRequest');
    }
  });

  it('need IPv6 for dual-stack', async () => {
    const dualstack = { IpAddressType: 'dualstack' as const };
    expect(await refusal(create(dualstack))).toBe('InvalidConfigurationRequest');
    const LoadBalancerArn = await arnOf();
    const set = clients.elb.send(new SetIpAddressTypeCommand({ LoadBalancerArn, ...dualstack }));
    expect(await refusal(set)).toBe('InvalidConfigurationRequest');
  });
});

describe('security groups', () => {
  const set = (LoadBalancerArn: string, SecurityGroups: string[]) =>
    clients.elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups }));

  it('can be exchanged on a load balancer that was made with some, never taken away', async () => {
    const arn = await arnOf({ SecurityGroups: [groups[0]!] });
    expect((await shown(arn)).SecurityGroups).toEqual([groups[0]]);
    expect((await set(arn, groups)).SecurityGroupIds).toEqual(groups);
    expect((await shown(arn)).SecurityGroups).toEqual(groups);
    expect(await refusal(set(arn, []))).toBe('InvalidConfigurationRequest');
    expect(await refusal(set(arn, ['sg-0123456789abcdef0']))).toBe('InvalidSecurityGroup');
  });

  it('cannot be added to one that was made without', async () => {
    expect(await refusal(set(await arnOf(), groups))).toBe('InvalidConfigurationRequest');
    expect(await refusal(create({ SecurityGroups: ['sg-0123456789abcdef0'] }))).toBe('InvalidSecurityGroup');
  });
});

describe('attributes', () => {
  it('have all of AWS defaults', async () => {
    expect(await attributes(await arnOf())).toEqual({
      'deletion_protection.enabled': 'false',
      'load_balancing.cross_zone.enabled': 'false',
      'access_logs.s3.enabled': 'false',
      'access_logs.s3.bucket': '',
      'access_logs.s3.prefix': '',
      'ipv6.deny_all_igw_traffic': 'false',
      'zonal_shift.config.enabled': 'false',
      'dns_record.client_routing_policy': 'any_availability_zone',
      'secondary_ips.auto_assigned.per_subnet': '0',
    });
  });

  it('change only to values that AWS takes', async () => {
    const arn = await arnOf();
    await modify(arn, { 'dns_record.client_routing_policy': 'availability_zone_affinity' });
    expect(await attributes(arn)).toMatchObject({
      'dns_record.client_routing_policy': 'availability_zone_affinity',
      'load_balancing.cross_zone.enabled': 'false',
    });
    for (const bad of [
      { 'load_balancing.cross_zone.enabled': 'yes' },
      { 'dns_record.client_routing_policy': 'nearest' },
      { 'idle_timeout.timeout_seconds': '60' },
    ]) {
      expect(await refusal(modify(arn, bad))).toBe('ValidationError');
    }
  });

  it('need a bucket that exists for access logs', async () => {
    const arn = await arnOf();
    const on = { 'access_logs.s3.enabled': 'true' };
    expect(await refusal(modify(arn, on))).toBe('InvalidConfigurationRequest');
    const absent = { ...on, 'access_logs.s3.bucket': 'no-such-bucket-here' };
    expect(await refusal(modify(arn, absent))).toBe('InvalidConfigurationRequest');
    await modify(arn, { ...on, 'access_logs.s3.bucket': emulator.fixtures.bucket, 'access_logs.s3.prefix': 'p' });
    expect(await attributes(arn)).toMatchObject({ 'access_logs.s3.bucket': emulator.fixtures.bucket });
  });
});

describe('tags', () => {
  const add = (arn: string, Tags: Tag[]) => clients.elb.send(new AddTagsCommand({ ResourceArns: [arn], Tags }));
  const described = async (...ResourceArns: string[]) =>
    (await clients.elb.send(new DescribeTagsCommand({ ResourceArns }))).TagDescriptions!;

  it('are set, overwritten and removed', async () => {
    const arn = await arnOf({ Tags: tags(2) });
    await add(arn, [{ Key: 'k0', Value: 'w' }]);
    await clients.elb.send(new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: ['k1', 'absent'] }));
    expect((await described(arn))[0]?.Tags).toEqual([{ Key: 'k0', Value: 'w' }]);
  });

  it('are fifty at most, unique, and none of aws:', async () => {
    const arn = await arnOf({ Tags: tags(50) });
    expect(await refusal(add(arn, tags(1, 'more')))).toBe('TooManyTags');
    await add(arn, tags(50));
    expect(await refusal(create({ Tags: tags(51) }))).toBe('TooManyTags');
    expect(await refusal(create({ Tags: [...tags(1), ...tags(1)] }))).toBe('DuplicateTagKeys');
    expect(await refusal(create({ Tags: [{ Key: 'aws:x', Value: '' }] }))).toBe('ValidationError');
  });

  it('are read for at most twenty, none of which is missing', async () => {
    const arn = await arnOf();
    expect(await described(...Array<string>(20).fill(arn))).toHaveLength(20);
    expect(await refusal(described(...Array<string>(21).fill(arn)))).toBe('ValidationError');
    const absent = arn.replace(/[^/]+$/, '0123456789abcdef');
    expect(await refusal(described(arn, absent))).toBe('LoadBalancerNotFound');
    const group = absent.replace(/loadbalancer\/net/, 'targetgroup');
    expect(await refusal(described(arn, group))).toBe('TargetGroupNotFound');
  });

  it('are written to one resource a call', async () => {
    const ResourceArns = [await arnOf(), await arnOf()];
    expect(await refusal(clients.elb.send(new AddTagsCommand({ ResourceArns, Tags: tags(1) })))).toBe(
      'ValidationError',
    );
  });
});
