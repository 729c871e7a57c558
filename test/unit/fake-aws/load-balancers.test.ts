// Network Load Balancers of the fake: names, replays, subnets and addresses, groups, attributes, deletion.

import { DescribeAddressesCommand } from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  type DescribeLoadBalancersCommandInput,
  DescribeTagsCommand,
  ModifyLoadBalancerAttributesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
  type SetSubnetsCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../fake/aws/connect.ts';
import { StrictAws } from '../../fake/aws/strict-aws.ts';
import { seedTypicalCluster } from '../../fake/aws/typical-cluster.ts';
import { type Bench, codeOf, makeBench, START } from './bench.ts';

let bench: Bench;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  bench = makeBench();
  bench.aws.seed.address({ allocationId: 'eipalloc-1', ip: '198.51.100.1' });
  bench.aws.seed.address({ allocationId: 'eipalloc-2', ip: '198.51.100.2' });
  bench.aws.seed.securityGroup({ id: 'sg-lb' });
  bench.aws.seed.bucket('logs');
});
afterEach(() => {
  bench.aws.assertSound();
  vi.useRealTimers();
});

const rows = () => [...bench.aws.state.loadBalancers.values()];
const remove = (LoadBalancerArn: string | undefined) =>
  bench.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));

async function read(input: DescribeLoadBalancersCommandInput = {}) {
  const { LoadBalancers = [] } = await bench.elbv2.send(new DescribeLoadBalancersCommand(input));
  return LoadBalancers;
}

describe('CreateLoadBalancer', () => {
  it('answers ARN, DNS name, zones and state in their real forms', async () => {
    const created = await bench.loadBalancer({ Name: 'shop' });
    const id = /^arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer\/net\/shop\/([0-9a-f]{16})$/.exec(
      created.LoadBalancerArn!,
    )?.[1];
    expect(created).toMatchObject({
      LoadBalancerName: 'shop',
      DNSName: `shop-${id}.elb.eu-west-1.amazonaws.com`,
      Scheme: 'internet-facing',
      Type: 'network',
      IpAddressType: 'ipv4',
      VpcId: 'vpc-main',
      CreatedTime: new Date(START),
      State: { Code: 'provisioning' },
    });
    expect(created.AvailabilityZones?.map(({ ZoneName, SubnetId }) => [ZoneName, SubnetId])).toEqual([
      ['eu-west-1a', 'subnet-public-a'],
      ['eu-west-1b', 'subnet-public-b'],
      ['eu-west-1c', 'subnet-public-c'],
    ]);
    expect(created.SecurityGroups).toBeUndefined();
  });

  it('has the names of the Chinese partition there', async () => {
    const aws = new StrictAws({ region: 'cn-north-1', accountId: '123456789012', partition: 'aws-cn' });
    const { publicSubnets } = seedTypicalCluster(aws, { region: 'cn-north-1' });
    const { elbv2 } = connect(aws);
    const input = { Name: 'shop', Type: 'network' as const, Subnets: [...publicSubnets] };
    const { LoadBalancers } = await elbv2.send(new CreateLoadBalancerCommand(input));
    expect(LoadBalancers?.[0]?.DNSName).toMatch(/^shop-[0-9a-f]{16}\.elb\.cn-north-1\.amazonaws\.com\.cn$/);
    expect(LoadBalancers?.[0]?.LoadBalancerArn).toMatch(/^arn:aws-cn:/);
  });

  it('becomes active after its time', async () => {
    await bench.loadBalancer();
    vi.advanceTimersByTime(bench.aws.timings.provisioningMs - 1);
    expect((await read())[0]?.State?.Code).toBe('provisioning');
    vi.advanceTimersByTime(1);
    expect((await read())[0]?.State?.Code).toBe('active');
  });

  it.each<[string, Partial<CreateLoadBalancerCommandInput>, string]>([
    ['no name', { Name: undefined }, 'ValidationError'],
    ['a name of 33 characters', { Name: 'x'.repeat(33) }, 'ValidationError'],
    ['a name with a dot', { Name: 'a.b' }, 'ValidationError'],
    ['a name that begins with a hyphen', { Name: '-a' }, 'ValidationError'],
    ['a name that ends with a hyphen', { Name: 'a-' }, 'ValidationError'],
    ['a name that begins with internal-', { Name: 'internal-a' }, 'ValidationError'],
    ['no subnet', { Subnets: [] }, 'ValidationError'],
    [
      'subnets and mappings',
      { SubnetMappings: [{ SubnetId: 'subnet-public-a' }], Subnets: ['subnet-public-b'] },
      'ValidationError',
    ],
    ['an unknown subnet', { Subnets: ['subnet-none'] }, 'SubnetNotFound'],
    ['two subnets in one zone', { Subnets: ['subnet-public-a', 'subnet-private-a'] }, 'InvalidConfigurationRequest'],
    ['an unknown group', { SecurityGroups: ['sg-none'] }, 'InvalidSecurityGroup'],
    ['a group twice', { SecurityGroups: ['sg-lb', 'sg-lb'] }, 'ValidationError'],
    ['an unknown address type', { IpAddressType: 'dualstack-without-public-ipv4' }, 'InvalidConfigurationRequest'],
    ['dual stack in subnets without IPv6', { IpAddressType: 'dualstack' }, 'InvalidConfigurationRequest'],
    [
      'a prefix for source NAT without dual stack',
      { EnablePrefixForIpv6SourceNat: 'on' },
      'InvalidConfigurationRequest',
    ],
    ['no tags in a list', { Tags: [] }, 'ValidationError'],
    ['a reserved tag', { Tags: [{ Key: 'aws:x', Value: '' }] }, 'ValidationError'],
    ['a tag twice', { Tags: ['1', '2'].map((Value) => ({ Key: 'a', Value })) }, 'DuplicateTagKeys'],
    ['51 tags', { Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' })) }, 'TooManyTags'],
  ])('refuses %s', async (_, input, code) => {
    expect(await codeOf(bench.loadBalancer(input))).toBe(code);
    expect(rows()).toEqual([]);
  });

  it('refuses subnets of two VPCs, and groups of another VPC', async () => {
    bench.aws.seed.vpc({ id: 'vpc-other', cidr: '10.9.0.0/16' });
    bench.aws.seed.subnet({
      id: 'subnet-other',
      vpc: 'vpc-other',
      az: 'eu-west-1b',
      cidr: '10.9.0.0/24',
      public: true,
    });
    const Subnets = ['subnet-public-a', 'subnet-other'];
    expect(await codeOf(bench.loadBalancer({ Subnets }))).toBe('InvalidConfigurationRequest');
    const elsewhere = { Subnets: ['subnet-other'], SecurityGroups: ['sg-lb'] };
    expect(await codeOf(bench.loadBalancer(elsewhere))).toBe('InvalidConfigurationRequest');
  });

  it('refuses a public one in a VPC without internet gateway, a full subnet, and a local zone', async () => {
    bench.aws.seed.vpc({ id: 'vpc-inner', cidr: '10.9.0.0/16' });
    bench.aws.seed.subnet({ id: 'subnet-inner', vpc: 'vpc-inner', az: 'eu-west-1b', cidr: '10.9.0.0/24' });
    expect(await codeOf(bench.loadBalancer({ Subnets: ['subnet-inner'] }))).toBe('InvalidSubnet');
    expect(await bench.loadBalancer({ Name: 'in', Subnets: ['subnet-inner'], Scheme: 'internal' })).toBeDefined();
    const full = { id: 'subnet-full', vpc: 'vpc-main', az: 'eu-west-1a', cidr: '10.0.60.0/24', freeAddresses: 7 };
    bench.aws.seed.subnet(full);
    expect(await codeOf(bench.loadBalancer({ Subnets: ['subnet-full'] }))).toBe('InvalidSubnet');
    bench.aws.seed.zone({ name: 'eu-west-1-ams-1a', type: 'local-zone' });
    const local = { id: 'subnet-local', vpc: 'vpc-main', az: 'eu-west-1-ams-1a', cidr: '10.0.61.0/24', public: true };
    bench.aws.seed.subnet(local);
    expect(await codeOf(bench.loadBalancer({ Subnets: ['subnet-local'] }))).toBe('AvailabilityZoneNotSupported');
  });

  it('refuses more load balancers and more groups than the quotas', async () => {
    bench.aws.limits.loadBalancers = 1;
    bench.aws.limits.securityGroupsPerLoadBalancer = 1;
    const SecurityGroups = ['sg-lb', 'sg-nodes'];
    expect(await codeOf(bench.loadBalancer({ SecurityGroups }))).toBe('InvalidConfigurationRequest');
    await bench.loadBalancer();
    expect(await codeOf(bench.loadBalancer({ Name: 'second' }))).toBe('TooManyLoadBalancers');
  });

  it('of another type fails loudly', async () => {
    const strange = makeBench();
    await expect(strange.loadBalancer({ Type: 'application' })).rejects.toMatchObject({ name: 'Misuse' });
  });
});

describe('the same request again', () => {
  it('answers the load balancer that is there, with its old time, and does not touch its tags', async () => {
    const first = await bench.loadBalancer({
      Tags: [{ Key: 'owner', Value: 'one' }],
      SecurityGroups: ['sg-lb', 'sg-nodes'],
    });
    vi.advanceTimersByTime(60_000);
    const Subnets = bench.cluster.publicSubnets.toReversed();
    const again = await bench.loadBalancer({
      Tags: [{ Key: 'owner', Value: 'two' }],
      SecurityGroups: ['sg-nodes', 'sg-lb'],
      Subnets,
    });
    expect(again.LoadBalancerArn).toBe(first.LoadBalancerArn);
    expect(again.CreatedTime).toEqual(new Date(START));
    expect(rows().map(({ tags }) => tags)).toEqual([{ owner: 'one' }]);
  });

  it('works with addresses, which the load balancer itself has by now', async () => {
    const SubnetMappings = [{ SubnetId: 'subnet-public-a', AllocationId: 'eipalloc-1' }];
    const first = await bench.loadBalancer({ SubnetMappings });
    expect((await bench.loadBalancer({ SubnetMappings })).LoadBalancerArn).toBe(first.LoadBalancerArn);
  });

  it.each<[string, Partial<CreateLoadBalancerCommandInput>]>([
    ['scheme', { Scheme: 'internal' }],
    ['fewer subnets', { Subnets: ['subnet-public-a'] }],
    ['another subnet of a zone', { Subnets: ['subnet-private-a', 'subnet-public-b', 'subnet-public-c'] }],
    ['groups', { SecurityGroups: ['sg-lb'] }],
    ['addresses', { SubnetMappings: [{ SubnetId: 'subnet-public-a', AllocationId: 'eipalloc-1' }] }],
  ])('is refused with other settings: %s', async (_, input) => {
    await bench.loadBalancer();
    expect(await codeOf(bench.loadBalancer(input))).toBe('DuplicateLoadBalancerName');
  });

  it('is refused when the settings were changed since', async () => {
    const { LoadBalancerArn } = await bench.loadBalancer();
    await bench.elbv2.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets: ['subnet-public-a'] }));
    expect(await codeOf(bench.loadBalancer())).toBe('DuplicateLoadBalancerName');
  });

  it('makes a new one after the old one is deleted', async () => {
    const first = await bench.loadBalancer();
    await remove(first.LoadBalancerArn);
    const second = await bench.loadBalancer();
    expect(second.LoadBalancerArn).not.toBe(first.LoadBalancerArn);
    expect(second.DNSName).not.toBe(first.DNSName);
  });
});

describe('addresses', () => {
  const withEip = (AllocationId: string, more: Partial<CreateLoadBalancerCommandInput> = {}) =>
    bench.loadBalancer({ SubnetMappings: [{ SubnetId: 'subnet-public-a', AllocationId }], ...more });
  const withPrivate = (PrivateIPv4Address: string, more: Partial<CreateLoadBalancerCommandInput> = {}) => {
    const SubnetMappings = [{ SubnetId: 'subnet-private-a', PrivateIPv4Address }];
    return bench.loadBalancer({ SubnetMappings, Scheme: 'internal', ...more });
  };

  it('of an Elastic IP are shown, and the address is in use', async () => {
    const { AvailabilityZones } = await withEip('eipalloc-1');
    expect(AvailabilityZones?.[0]?.LoadBalancerAddresses).toEqual([
      { AllocationId: 'eipalloc-1', IpAddress: '198.51.100.1' },
    ]);
    const { Addresses } = await bench.ec2.send(new DescribeAddressesCommand({ AllocationIds: ['eipalloc-1'] }));
    expect(Addresses?.[0]?.AssociationId).toMatch(/^eipassoc-/);
    expect(await codeOf(withEip('eipalloc-1', { Name: 'second' }))).toBe('ResourceInUse');
  });

  it('of an Elastic IP are free some time after the load balancer is gone', async () => {
    const { LoadBalancerArn } = await withEip('eipalloc-1');
    await remove(LoadBalancerArn);
    expect(await codeOf(withEip('eipalloc-1'))).toBe('ResourceInUse');
    vi.advanceTimersByTime(bench.aws.timings.interfaceReleaseMs);
    expect(await withEip('eipalloc-1')).toBeDefined();
  });

  it('refuse an unknown Elastic IP, one on an internal load balancer, and one in two zones', async () => {
    expect(await codeOf(withEip('eipalloc-none'))).toBe('AllocationIdNotFound');
    expect(await codeOf(withEip('eipalloc-1', { Scheme: 'internal' }))).toBe('InvalidConfigurationRequest');
    const SubnetMappings = ['a', 'b'].map((zone) => ({
      SubnetId: `subnet-public-${zone}`,
      AllocationId: 'eipalloc-1',
    }));
    expect(await codeOf(bench.loadBalancer({ SubnetMappings }))).toBe('InvalidConfigurationRequest');
  });

  it('of private IPv4 are shown and in use', async () => {
    const { AvailabilityZones } = await withPrivate('10.0.100.50');
    expect(AvailabilityZones?.[0]?.LoadBalancerAddresses).toEqual([{ PrivateIPv4Address: '10.0.100.50' }]);
    expect(await codeOf(withPrivate('10.0.100.50', { Name: 'second' }))).toBe('ResourceInUse');
  });

  it('refuse a private IPv4 on a public load balancer, outside the subnet, reserved, or of a node', async () => {
    const publicOne = { SubnetMappings: [{ SubnetId: 'subnet-public-a', PrivateIPv4Address: '10.0.0.50' }] };
    expect(await codeOf(bench.loadBalancer(publicOne))).toBe('InvalidConfigurationRequest');
    for (const address of ['10.0.101.50', '10.0.100.3', '10.0.100.255', 'x']) {
      expect(await codeOf(withPrivate(address))).toBe('InvalidConfigurationRequest');
    }
    expect(await codeOf(withPrivate('10.0.100.11'))).toBe('ResourceInUse');
  });

  it('of IPv6 need dual stack and the right subnet; source NAT gets a prefix', async () => {
    bench.aws.seed.subnet({
      id: 'subnet-six',
      az: 'eu-west-1a',
      cidr: '10.0.70.0/24',
      ipv6Cidr: '2001:db8::/64',
      public: true,
    });
    const make = (IPv6Address: string) =>
      bench.loadBalancer({
        SubnetMappings: [{ SubnetId: 'subnet-six', IPv6Address }],
        IpAddressType: 'dualstack',
        EnablePrefixForIpv6SourceNat: 'on',
      });
    expect(await codeOf(make('2001:db8:1::1'))).toBe('InvalidConfigurationRequest');
    const { AvailabilityZones } = await make('2001:db8::1');
    expect(AvailabilityZones?.[0]).toMatchObject({
      LoadBalancerAddresses: [{ IPv6Address: '2001:db8::1' }],
      SourceNatIpv6Prefixes: ['2001:db8:0:0:1::/80'],
    });
  });
});

describe('SetSubnets', () => {
  const set = (input: Partial<SetSubnetsCommandInput>) =>
    bench.elbv2.send(new SetSubnetsCommand({ LoadBalancerArn: rows()[0]?.arn, ...input }));
  const subnets = () => rows()[0]?.zones.map(({ subnetId }) => subnetId);

  it('adds and removes zones', async () => {
    await bench.loadBalancer({ Subnets: ['subnet-public-a', 'subnet-public-b'] });
    const answer = await set({ Subnets: ['subnet-public-b', 'subnet-public-c'] });
    expect(answer.AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual(['eu-west-1b', 'eu-west-1c']);
    expect(subnets()).toEqual(['subnet-public-b', 'subnet-public-c']);
    const live = [...bench.aws.state.networkInterfaces.values()].filter((row) => row.releasedAt === undefined);
    expect(live.map(({ subnetId }) => subnetId)).toEqual(['subnet-public-b', 'subnet-public-c']);
  });

  it('exchanges a subnet within its zone only in two steps', async () => {
    await bench.loadBalancer({ Scheme: 'internal', Subnets: ['subnet-private-a', 'subnet-private-b'] });
    const other = { Subnets: ['subnet-public-a', 'subnet-private-b'] };
    expect(await codeOf(set(other))).toBe('InvalidConfigurationRequest');
    await set({ Subnets: ['subnet-private-b'] });
    await set(other);
    expect(subnets()).toEqual(['subnet-public-a', 'subnet-private-b']);
  });

  it('leaves the addresses of enabled zones alone, and insists that they are named', async () => {
    const kept = { SubnetId: 'subnet-public-a', AllocationId: 'eipalloc-1' };
    await bench.loadBalancer({ SubnetMappings: [kept] });
    const added = { SubnetId: 'subnet-public-b', AllocationId: 'eipalloc-2' };
    const moved = { SubnetId: 'subnet-public-a', AllocationId: 'eipalloc-2' };
    expect(await codeOf(set({ Subnets: ['subnet-public-a'] }))).toBe('InvalidConfigurationRequest');
    expect(await codeOf(set({ SubnetMappings: [moved] }))).toBe('InvalidConfigurationRequest');
    const { AvailabilityZones } = await set({ SubnetMappings: [kept, added] });
    expect(AvailabilityZones?.map((zone) => zone.LoadBalancerAddresses?.[0]?.IpAddress)).toEqual([
      '198.51.100.1',
      '198.51.100.2',
    ]);
  });

  it('refuses nothing, the unknown, and another VPC', async () => {
    await bench.loadBalancer();
    bench.aws.seed.vpc({ id: 'vpc-other', cidr: '10.9.0.0/16' });
    bench.aws.seed.subnet({
      id: 'subnet-other',
      vpc: 'vpc-other',
      az: 'eu-west-1d',
      cidr: '10.9.0.0/24',
      public: true,
    });
    expect(await codeOf(set({ Subnets: [] }))).toBe('ValidationError');
    expect(await codeOf(set({ Subnets: ['subnet-none'] }))).toBe('SubnetNotFound');
    expect(await codeOf(set({ Subnets: ['subnet-other'] }))).toBe('InvalidConfigurationRequest');
  });
});

describe('SetSecurityGroups', () => {
  const set = (...SecurityGroups: string[]) =>
    bench.elbv2.send(new SetSecurityGroupsCommand({ LoadBalancerArn: rows()[0]?.arn, SecurityGroups }));

  it('replaces the groups of a load balancer that was created with some', async () => {
    await bench.loadBalancer({ SecurityGroups: ['sg-lb'] });
    const answer = await set('sg-nodes');
    expect(answer).toMatchObject({
      SecurityGroupIds: ['sg-nodes'],
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'on',
    });
    expect((await read())[0]?.SecurityGroups).toEqual(['sg-nodes']);
  });

  it('changes the enforcement on private links and keeps it', async () => {
    await bench.loadBalancer({ SecurityGroups: ['sg-lb'] });
    await bench.elbv2.send(
      new SetSecurityGroupsCommand({
        LoadBalancerArn: rows()[0]?.arn,
        SecurityGroups: ['sg-lb'],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off',
      }),
    );
    await set('sg-nodes');
    expect((await read())[0]?.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic).toBe('off');
  });

  it('is refused on one that was created without', async () => {
    await bench.loadBalancer();
    expect(await codeOf(set('sg-lb'))).toBe('InvalidConfigurationRequest');
  });

  it('refuses the empty list and unknown groups', async () => {
    await bench.loadBalancer({ SecurityGroups: ['sg-lb'] });
    expect(await codeOf(set())).toBe('ValidationError');
    expect(await codeOf(set('sg-none'))).toBe('InvalidSecurityGroup');
  });
});

describe('attributes', () => {
  const modify = (attributes: Record<string, string>) => {
    const Attributes = Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
    return bench.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: rows()[0]?.arn, Attributes }));
  };
  const attributes = async () => {
    const LoadBalancerArn = rows()[0]?.arn;
    const answer = await bench.elbv2.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
    return Object.fromEntries(answer.Attributes!.map(({ Key, Value }) => [Key, Value]));
  };

  it('have the defaults of a Network Load Balancer', async () => {
    await bench.loadBalancer();
    expect(await attributes()).toEqual({
      'access_logs.s3.bucket': '',
      'access_logs.s3.enabled': 'false',
      'access_logs.s3.prefix': '',
      'deletion_protection.enabled': 'false',
      'dns_record.client_routing_policy': 'any_availability_zone',
      'ipv6.deny_all_igw_traffic': 'false',
      'load_balancing.cross_zone.enabled': 'false',
      'secondary_ips.auto_assigned.per_subnet': '0',
      'zonal_shift.config.enabled': 'false',
    });
  });

  it('change what is given and answer all', async () => {
    await bench.loadBalancer();
    const { Attributes } = await modify({ 'load_balancing.cross_zone.enabled': 'true' });
    expect(Attributes).toHaveLength(9);
    expect(await attributes()).toMatchObject({
      'load_balancing.cross_zone.enabled': 'true',
      'deletion_protection.enabled': 'false',
    });
  });

  it.each([
    ['nothing', {}, 'ValidationError'],
    ['an unknown key', { 'no.such.key': 'true' }, 'ValidationError'],
    ['a key of other load balancers', { 'idle_timeout.timeout_seconds': '60' }, 'InvalidConfigurationRequest'],
    ['True', { 'deletion_protection.enabled': 'True' }, 'ValidationError'],
    ['an unknown policy', { 'dns_record.client_routing_policy': 'nearest' }, 'ValidationError'],
    ['eight more addresses', { 'secondary_ips.auto_assigned.per_subnet': '8' }, 'ValidationError'],
    ['logs without bucket', { 'access_logs.s3.enabled': 'true' }, 'InvalidConfigurationRequest'],
    [
      'logs to an unknown bucket',
      { 'access_logs.s3.enabled': 'true', 'access_logs.s3.bucket': 'nowhere' },
      'InvalidConfigurationRequest',
    ],
  ])('refuse %s', async (_, given, code) => {
    await bench.loadBalancer();
    expect(await codeOf(modify(given))).toBe(code);
  });

  it('allow logs to a bucket that there is, and only ever more addresses', async () => {
    await bench.loadBalancer();
    await modify({ 'access_logs.s3.enabled': 'true', 'access_logs.s3.bucket': 'logs', 'access_logs.s3.prefix': 'lb' });
    await modify({ 'secondary_ips.auto_assigned.per_subnet': '2' });
    expect(await codeOf(modify({ 'secondary_ips.auto_assigned.per_subnet': '1' }))).toBe('InvalidConfigurationRequest');
  });
});

describe('DeleteLoadBalancer', () => {
  it('deletes, and succeeds again', async () => {
    const { LoadBalancerArn } = await bench.loadBalancer();
    await remove(LoadBalancerArn);
    await remove(LoadBalancerArn);
    expect(await read()).toEqual([]);
  });

  it('takes the listeners along and leaves the target groups', async () => {
    const { loadBalancerArn } = await bench.served();
    await remove(loadBalancerArn);
    expect([bench.aws.state.listeners.size, bench.aws.state.targetGroups.size]).toEqual([0, 1]);
  });

  it('is refused under deletion protection', async () => {
    const { LoadBalancerArn } = await bench.loadBalancer();
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }];
    await bench.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
    expect(await codeOf(remove(LoadBalancerArn))).toBe('OperationNotPermitted');
    expect(rows()).toHaveLength(1);
  });

  it('refuses what is no ARN of a load balancer', async () => {
    expect(await codeOf(remove('lb'))).toBe('ValidationError');
    expect(await codeOf(remove(undefined))).toBe('ValidationError');
  });
});

describe('DescribeLoadBalancers', () => {
  it('finds by name or ARN; a single unknown one fails the call', async () => {
    const { LoadBalancerArn } = await bench.loadBalancer();
    const unknown = LoadBalancerArn!.replace('/lb/', '/no/');
    expect(await read({ Names: ['lb'] })).toHaveLength(1);
    expect(await read({ LoadBalancerArns: [LoadBalancerArn!] })).toHaveLength(1);
    expect(await codeOf(read({ Names: ['lb', 'no'] }))).toBe('LoadBalancerNotFound');
    expect(await codeOf(read({ LoadBalancerArns: [LoadBalancerArn!, unknown] }))).toBe('LoadBalancerNotFound');
    expect(await codeOf(read({ Names: ['lb'], LoadBalancerArns: [LoadBalancerArn!] }))).toBe('ValidationError');
  });

  it('takes no more than 20 ARNs', async () => {
    const { LoadBalancerArn } = await bench.loadBalancer();
    const LoadBalancerArns = Array.from({ length: 21 }, () => LoadBalancerArn!);
    expect(await codeOf(read({ LoadBalancerArns }))).toBe('ValidationError');
  });

  it('pages by marker', async () => {
    for (const Name of ['a', 'b', 'c']) await bench.loadBalancer({ Name });
    bench.aws.pageSizes.loadBalancers = 2;
    const first = await bench.elbv2.send(new DescribeLoadBalancersCommand({}));
    const second = await bench.elbv2.send(new DescribeLoadBalancersCommand({ Marker: first.NextMarker }));
    const names = [...first.LoadBalancers!, ...second.LoadBalancers!].map(({ LoadBalancerName }) => LoadBalancerName);
    expect([first.LoadBalancers?.length, second.NextMarker, names.toSorted()]).toEqual([2, undefined, ['a', 'b', 'c']]);
    expect(await read({ PageSize: 1 })).toHaveLength(1);
    expect(await codeOf(read({ PageSize: 401 }))).toBe('ValidationError');
    expect(await codeOf(read({ Marker: 'made up' }))).toBe('ValidationError');
  });

  it('with an empty list fails loudly', async () => {
    const strange = makeBench();
    await expect(strange.elbv2.send(new DescribeLoadBalancersCommand({ Names: [] }))).rejects.toMatchObject({
      name: 'Misuse',
    });
  });
});

describe('reads of the past', () => {
  it('show the old state of what was changed', async () => {
    const { LoadBalancerArn = '' } = await bench.loadBalancer({ SecurityGroups: ['sg-lb'] });
    vi.advanceTimersByTime(10_000);
    bench.aws.consistencyMs.loadBalancer = 5_000;
    await bench.elbv2.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: ['sg-nodes'] }));
    expect((await read())[0]?.SecurityGroups).toEqual(['sg-lb']);
    await remove(LoadBalancerArn);
    expect(await read()).toHaveLength(1);
    vi.advanceTimersByTime(5_000);
    expect(await read()).toEqual([]);
    const tags = bench.elbv2.send(new DescribeTagsCommand({ ResourceArns: [LoadBalancerArn] }));
    expect(await codeOf(tags)).toBe('LoadBalancerNotFound');
  });
});
