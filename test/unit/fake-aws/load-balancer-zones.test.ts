// Zones of load balancers of the fake: fixed addresses, and SetSubnets.

import { DescribeAddressesCommand } from '@aws-sdk/client-ec2';
import {
  type CreateLoadBalancerCommandInput,
  DeleteLoadBalancerCommand,
  SetSubnetsCommand,
  type SetSubnetsCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
    const prefix = (SourceNatIpv6Prefix: string, EnablePrefixForIpv6SourceNat: 'off' | 'on') =>
      bench.loadBalancer({
        SubnetMappings: [{ SubnetId: 'subnet-six', SourceNatIpv6Prefix }],
        IpAddressType: 'dualstack',
        EnablePrefixForIpv6SourceNat,
      });
    expect(await codeOf(prefix('2001:db8::/80', 'off'))).toBe('InvalidConfigurationRequest');
    expect(await codeOf(prefix('2001:db8::/64', 'on'))).toBe('InvalidConfigurationRequest');
    expect(await codeOf(prefix('2001:db8:1::/80', 'on'))).toBe('InvalidConfigurationRequest');
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
