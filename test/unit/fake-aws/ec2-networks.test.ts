// Networks, instances and addresses of the fake EC2: what describing answers, filters, pages, ids.

import {
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Filter,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bench, codeOf, makeBench, START } from './workbench.ts';

let bench: Bench;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  bench = makeBench();
});
afterEach(() => {
  bench.aws.assertSound();
  vi.useRealTimers();
});

async function subnetIds(...Filters: Filter[]): Promise<unknown[]> {
  const { Subnets = [] } = await bench.ec2.send(new DescribeSubnetsCommand({ Filters }));
  return Subnets.map(({ SubnetId }) => SubnetId);
}

describe('DescribeSubnets', () => {
  it('answers what was seeded', async () => {
    const SubnetIds = ['subnet-public-a'];
    const { Subnets } = await bench.ec2.send(new DescribeSubnetsCommand({ SubnetIds }));
    expect(Subnets).toEqual([
      expect.objectContaining({
        SubnetId: 'subnet-public-a',
        VpcId: 'vpc-main',
        AvailabilityZone: 'eu-west-1a',
        AvailabilityZoneId: 'eu-west-1-az1',
        CidrBlock: '10.0.0.0/24',
        AvailableIpAddressCount: 251,
        State: 'available',
        Tags: [
          { Key: 'kubernetes.io/cluster/prod', Value: 'owned' },
          { Key: 'kubernetes.io/role/elb', Value: '1' },
        ],
      }),
    ]);
  });

  it('leaves the tags out when there are none, and shows IPv6 blocks', async () => {
    bench.aws.seed.subnet({ id: 'subnet-bare', az: 'eu-west-1a', cidr: '10.0.50.0/24', ipv6Cidr: '2001:db8::/64' });
    const { Subnets } = await bench.ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-bare'] }));
    expect(Subnets?.[0]?.Tags).toBeUndefined();
    expect(Subnets?.[0]?.Ipv6CidrBlockAssociationSet).toEqual([
      { Ipv6CidrBlock: '2001:db8::/64', Ipv6CidrBlockState: { State: 'associated' } },
    ]);
  });

  it('one unknown or malformed id fails the whole call', async () => {
    const ask = (...SubnetIds: string[]) => codeOf(bench.ec2.send(new DescribeSubnetsCommand({ SubnetIds })));
    expect(await ask('subnet-public-a', 'subnet-none')).toBe('InvalidSubnetID.NotFound');
    expect(await ask('subnet_public_a')).toBe('InvalidSubnetID.Malformed');
  });
});

describe('filters', () => {
  it('all must match, each by any of its values', async () => {
    const zone = { Name: 'availability-zone', Values: ['eu-west-1a', 'eu-west-1b'] };
    const role = { Name: 'tag-key', Values: ['kubernetes.io/role/elb'] };
    expect(await subnetIds(zone, role)).toEqual(['subnet-public-a', 'subnet-public-b']);
  });

  it('know tags by key and by value, and wildcards', async () => {
    expect(await subnetIds({ Name: 'tag:kubernetes.io/role/elb', Values: ['1'] })).toHaveLength(3);
    expect(await subnetIds({ Name: 'tag:kubernetes.io/role/elb', Values: ['0'] })).toEqual([]);
    expect(await subnetIds({ Name: 'tag-key', Values: ['kubernetes.io/role/*elb'] })).toHaveLength(6);
    expect(await subnetIds({ Name: 'subnet-id', Values: ['subnet-public-?'] })).toHaveLength(3);
    expect(await subnetIds({ Name: 'subnet-id', Values: ['subnet.public-a'] })).toEqual([]);
  });

  it('must have a name and values, and not too many', async () => {
    expect(await codeOf(subnetIds({ Name: 'vpc-id', Values: [] }))).toBe('InvalidParameterValue');
    expect(await codeOf(subnetIds({ Name: 'vpc-id' }))).toBe('InvalidParameterValue');
    expect(await codeOf(subnetIds({ Values: ['x'] }))).toBe('InvalidParameterValue');
    const Values = Array.from({ length: 201 }, (_, index) => `vpc-${index}`);
    expect(await codeOf(subnetIds({ Name: 'vpc-id', Values }))).toBe('InvalidParameterValue');
  });

  it('that are not simulated fail loudly', async () => {
    const strange = makeBench();
    const Filters = [{ Name: 'outpost-arn', Values: ['x'] }];
    await expect(strange.ec2.send(new DescribeSubnetsCommand({ Filters }))).rejects.toThrow('outpost-arn');
    expect(strange.aws.problems).toHaveLength(1);
  });
});

describe('pages', () => {
  it('are cut at MaxResults and lead through everything', async () => {
    const first = await bench.ec2.send(new DescribeSubnetsCommand({ MaxResults: 5 }));
    const second = await bench.ec2.send(new DescribeSubnetsCommand({ MaxResults: 5, NextToken: first.NextToken }));
    expect([first.Subnets?.length, second.Subnets?.length, second.NextToken]).toEqual([5, 1, undefined]);
    expect(new Set([...first.Subnets!, ...second.Subnets!].map(({ SubnetId }) => SubnetId)).size).toBe(6);
  });

  it('can come unasked', async () => {
    bench.aws.pageSizes.ec2 = 4;
    const { Subnets, NextToken } = await bench.ec2.send(new DescribeSubnetsCommand({}));
    expect([Subnets?.length, typeof NextToken]).toEqual([4, 'string']);
  });

  it('refuse sizes out of bounds and foreign tokens', async () => {
    expect(await codeOf(bench.ec2.send(new DescribeSubnetsCommand({ MaxResults: 4 })))).toBe('InvalidParameterValue');
    expect(await codeOf(bench.ec2.send(new DescribeSubnetsCommand({ NextToken: 'x' })))).toBe('InvalidNextToken');
  });
});

describe('DescribeRouteTables', () => {
  it('shows which subnets have a way out', async () => {
    const { RouteTables = [] } = await bench.ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: ['vpc-main'] }] }),
    );
    const main = RouteTables.find(({ Associations }) => Associations?.some(({ Main }) => Main));
    const open = RouteTables.find(({ Routes }) => Routes?.some(({ GatewayId }) => GatewayId?.startsWith('igw-')));
    expect(main?.Routes).toEqual([
      expect.objectContaining({ DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local' }),
    ]);
    expect(open?.Associations?.map(({ SubnetId }) => SubnetId)).toEqual(bench.cluster.publicSubnets);
    expect(open?.Routes?.[1]).toMatchObject({ DestinationCidrBlock: '0.0.0.0/0', State: 'active' });
  });

  it('knows NAT gateways and filters by association', async () => {
    bench.aws.seed.routeTable({ id: 'rtb-nat', subnets: ['subnet-private-a'], gateway: 'nat-1' });
    const Filters = [{ Name: 'association.subnet-id', Values: ['subnet-private-a'] }];
    const { RouteTables } = await bench.ec2.send(new DescribeRouteTablesCommand({ Filters }));
    expect(RouteTables).toHaveLength(1);
    expect(RouteTables?.[0]?.Routes?.[1]).toMatchObject({ NatGatewayId: 'nat-1' });
  });
});

describe('DescribeAvailabilityZones', () => {
  it('answers zones with their types', async () => {
    bench.aws.seed.zone({ name: 'eu-west-1-ams-1a', type: 'local-zone' });
    const ask = (Filters?: Filter[]) => bench.ec2.send(new DescribeAvailabilityZonesCommand({ Filters }));
    expect((await ask()).AvailabilityZones).toHaveLength(4);
    const local = await ask([{ Name: 'zone-type', Values: ['local-zone'] }]);
    expect(local.AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual(['eu-west-1-ams-1a']);
  });

  it('refuses an unknown zone', async () => {
    const call = bench.ec2.send(new DescribeAvailabilityZonesCommand({ ZoneNames: ['eu-west-1z'] }));
    expect(await codeOf(call)).toBe('InvalidParameterValue');
  });
});

describe('DescribeInstances', () => {
  const ask = (...InstanceIds: string[]) => bench.ec2.send(new DescribeInstancesCommand({ InstanceIds }));

  it('answers an instance with state, place, groups and addresses', async () => {
    const { Reservations } = await ask('i-node-2');
    expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
      InstanceId: 'i-node-2',
      State: { Name: 'running', Code: 16 },
      VpcId: 'vpc-main',
      SubnetId: 'subnet-private-b',
      Placement: { AvailabilityZone: 'eu-west-1b' },
      PrivateIpAddress: '10.0.101.11',
      PrivateDnsName: 'ip-10-0-101-11.internal',
      SecurityGroups: [{ GroupId: 'sg-nodes', GroupName: 'nodes' }],
      LaunchTime: new Date(START),
    });
  });

  it('one unknown id fails the whole call', async () => {
    expect(await codeOf(ask('i-node-1', 'i-gone'))).toBe('InvalidInstanceID.NotFound');
    expect(await codeOf(ask('node-1'))).toBe('InvalidInstanceID.Malformed');
  });

  it('shows an ended instance without network for a while, then knows it no more', async () => {
    bench.aws.seed.instance({ id: 'i-node-1', state: 'terminated' });
    const { Reservations } = await ask('i-node-1');
    const instance = Reservations?.[0]?.Instances?.[0];
    expect(instance).toMatchObject({ State: { Name: 'terminated' }, SecurityGroups: [], NetworkInterfaces: [] });
    expect(instance?.VpcId).toBeUndefined();
    bench.aws.seed.forgetInstance('i-node-1');
    expect(await codeOf(ask('i-node-1'))).toBe('InvalidInstanceID.NotFound');
  });

  it('cannot take ids and a page size together', async () => {
    const call = bench.ec2.send(new DescribeInstancesCommand({ InstanceIds: ['i-node-1'], MaxResults: 5 }));
    expect(await codeOf(call)).toBe('InvalidParameterCombination');
  });

  it('filters by id without an error for unknown ones', async () => {
    const Filters = [{ Name: 'instance-id', Values: ['i-node-1', 'i-gone'] }];
    const { Reservations } = await bench.ec2.send(new DescribeInstancesCommand({ Filters }));
    expect(Reservations).toHaveLength(1);
  });
});

describe('DescribeVpcs and DescribeAddresses', () => {
  it('answer what was seeded', async () => {
    bench.aws.seed.address({ allocationId: 'eipalloc-1', ip: '198.51.100.1', tags: { a: 'b' } });
    const { Vpcs } = await bench.ec2.send(new DescribeVpcsCommand({ VpcIds: ['vpc-main'] }));
    expect(Vpcs?.[0]).toMatchObject({ VpcId: 'vpc-main', CidrBlock: '10.0.0.0/16', IsDefault: false });
    const { Addresses } = await bench.ec2.send(new DescribeAddressesCommand({ AllocationIds: ['eipalloc-1'] }));
    expect(Addresses).toEqual([
      { AllocationId: 'eipalloc-1', Domain: 'vpc', PublicIp: '198.51.100.1', Tags: [{ Key: 'a', Value: 'b' }] },
    ]);
  });

  it('refuse unknown ids', async () => {
    expect(await codeOf(bench.ec2.send(new DescribeVpcsCommand({ VpcIds: ['vpc-x'] })))).toBe('InvalidVpcID.NotFound');
    const call = bench.ec2.send(new DescribeAddressesCommand({ AllocationIds: ['eipalloc-x'] }));
    expect(await codeOf(call)).toBe('InvalidAllocationID.NotFound');
  });
});
