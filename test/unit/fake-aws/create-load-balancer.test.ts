// CreateLoadBalancer of the fake: forms, rules, quotas, and what the same request again does.

import {
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  type DescribeLoadBalancersCommandInput,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../fake/aws/connect.ts';
import { StrictAws } from '../../fake/aws/strict-aws.ts';
import { seedTypicalCluster } from '../../fake/aws/typical-cluster.ts';
import { type Bench, codeOf, makeBench, START } from './workbench.ts';

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
    ['an unknown scheme', { Scheme: 'public' as 'internal' }, 'InvalidScheme'],
    ['a mapping without subnet', { SubnetMappings: [{}], Subnets: undefined }, 'ValidationError'],
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
