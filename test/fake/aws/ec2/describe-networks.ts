// DescribeVpcs, DescribeSubnets, DescribeRouteTables and DescribeAvailabilityZones.
// Networks are seeded; no call here or elsewhere changes them.

import type {
  DescribeAvailabilityZonesCommandInput,
  DescribeAvailabilityZonesCommandOutput,
  DescribeRouteTablesCommandInput,
  DescribeRouteTablesCommandOutput,
  DescribeSubnetsCommandInput,
  DescribeSubnetsCommandOutput,
  DescribeVpcsCommandInput,
  DescribeVpcsCommandOutput,
  RouteTable as SdkRouteTable,
} from '@aws-sdk/client-ec2';
import { reading } from '../service.ts';
import { tagList } from '../tags.ts';
import { invalidValue } from './errors.ts';
import { filtered } from './filters.ts';
import { type Question, select } from './selection.ts';
import type { RouteTable, Subnet, Vpc } from './tables.ts';

const vpcs: Question<Vpc> = {
  prefix: 'vpc',
  notFound: 'InvalidVpcID.NotFound',
  malformed: 'InvalidVpcID.Malformed',
  filterable: { 'vpc-id': (row) => [row.id], cidr: (row) => [row.cidr], state: () => ['available'] },
};

const subnets: Question<Subnet> = {
  prefix: 'subnet',
  notFound: 'InvalidSubnetID.NotFound',
  malformed: 'InvalidSubnetID.Malformed',
  filterable: {
    'availability-zone': (row) => [row.zone],
    'cidr-block': (row) => [row.cidr],
    'subnet-id': (row) => [row.id],
    'vpc-id': (row) => [row.vpcId],
    state: () => ['available'],
  },
};

const routeTables: Question<RouteTable> = {
  prefix: 'rtb',
  notFound: 'InvalidRouteTableID.NotFound',
  malformed: 'InvalidRouteTableId.Malformed',
  filterable: {
    'association.main': (row) => [String(row.main)],
    'association.subnet-id': (row) => row.subnetIds,
    'route-table-id': (row) => [row.id],
    'vpc-id': (row) => [row.vpcId],
  },
};

export const describeVpcs = reading<DescribeVpcsCommandInput, DescribeVpcsCommandOutput>(
  'DescribeVpcs',
  ['VpcIds', 'Filters', 'MaxResults', 'NextToken'],
  ({ VpcIds: ids, ...rest }, context) => {
    const { rows, next } = select(context, context.seen(context.world.ec2.vpcs), vpcs, { ids, ...rest });
    return {
      NextToken: next,
      Vpcs: rows.map((row) => ({
        VpcId: row.id,
        CidrBlock: row.cidr,
        CidrBlockAssociationSet: [{ CidrBlock: row.cidr, CidrBlockState: { State: 'associated' as const } }],
        Ipv6CidrBlockAssociationSet: ipv6Blocks(row.ipv6Cidr),
        IsDefault: false,
        OwnerId: context.world.place.accountId,
        State: 'available' as const,
        Tags: tagList(row.tags),
      })),
    };
  },
);

export const describeSubnets = reading<DescribeSubnetsCommandInput, DescribeSubnetsCommandOutput>(
  'DescribeSubnets',
  ['SubnetIds', 'Filters', 'MaxResults', 'NextToken'],
  ({ SubnetIds: ids, ...rest }, context) => {
    const { ec2, place } = context.world;
    const { rows, next } = select(context, context.seen(ec2.subnets), subnets, { ids, ...rest });
    return {
      NextToken: next,
      Subnets: rows.map((row) => ({
        SubnetId: row.id,
        SubnetArn: context.world.arn('ec2', `subnet/${row.id}`),
        VpcId: row.vpcId,
        AvailabilityZone: row.zone,
        AvailabilityZoneId: ec2.availabilityZones.get(row.zone)?.id,
        AvailableIpAddressCount: row.freeAddresses,
        CidrBlock: row.cidr,
        Ipv6CidrBlockAssociationSet: ipv6Blocks(row.ipv6Cidr) ?? [],
        OwnerId: place.accountId,
        State: 'available' as const,
        Tags: tagList(row.tags),
      })),
    };
  },
);

export const describeRouteTables = reading<DescribeRouteTablesCommandInput, DescribeRouteTablesCommandOutput>(
  'DescribeRouteTables',
  ['RouteTableIds', 'Filters', 'MaxResults', 'NextToken'],
  ({ RouteTableIds: ids, ...rest }, context) => {
    const { ec2, place } = context.world;
    const { rows, next } = select(context, context.seen(ec2.routeTables), routeTables, { ids, ...rest });
    return {
      NextToken: next,
      RouteTables: rows.map((row) => ({
        RouteTableId: row.id,
        VpcId: row.vpcId,
        OwnerId: place.accountId,
        Associations: associations(row),
        Routes: routes(row, ec2.vpcs.get(row.vpcId)),
        Tags: tagList(row.tags),
      })),
    };
  },
);

/** All seeded zones are opted in, so asking for all zones or not makes no difference. */
export const describeAvailabilityZones = reading<
  DescribeAvailabilityZonesCommandInput,
  DescribeAvailabilityZonesCommandOutput
>(
  'DescribeAvailabilityZones',
  ['AllAvailabilityZones', 'ZoneNames', 'ZoneIds', 'Filters'],
  ({ ZoneNames, ZoneIds, Filters }, context) => {
    const { ec2, place } = context.world;
    const zones = context.seen(ec2.availabilityZones);
    const rows = new Map([...zones].map(([name, zone]) => [name, { ...zone, tags: {} }]));
    const matching = filtered(rows, Filters, {
      'zone-name': (row) => [row.name],
      'zone-id': (row) => [row.id],
      'zone-type': (row) => [row.type],
      'region-name': () => [place.region],
      state: () => ['available'],
    });
    for (const name of ZoneNames ?? [])
      if (!zones.has(name)) throw invalidValue(`Invalid availability zone: [${name}]`);
    const named = [...matching.values()].filter(
      (row) => (ZoneNames ?? [row.name]).includes(row.name) && (ZoneIds ?? [row.id]).includes(row.id),
    );
    return {
      AvailabilityZones: named.map((row) => ({
        ZoneName: row.name,
        ZoneId: row.id,
        ZoneType: row.type,
        RegionName: place.region,
        GroupName: place.region,
        OptInStatus: row.type === 'availability-zone' ? ('opt-in-not-required' as const) : ('opted-in' as const),
        State: 'available' as const,
        Messages: [],
      })),
    };
  },
);

function ipv6Blocks(cidr: string | undefined) {
  if (cidr === undefined) return undefined;
  return [{ Ipv6CidrBlock: cidr, Ipv6CidrBlockState: { State: 'associated' as const } }];
}

function associations(row: RouteTable): NonNullable<SdkRouteTable['Associations']> {
  const state = { AssociationState: { State: 'associated' as const }, RouteTableId: row.id };
  const main = row.main ? [{ ...state, Main: true, RouteTableAssociationId: `rtbassoc-${row.id}` }] : [];
  const explicit = row.subnetIds.map((SubnetId) => ({
    ...state,
    Main: false,
    RouteTableAssociationId: `rtbassoc-${SubnetId}`,
    SubnetId,
  }));
  return [...main, ...explicit];
}

function routes(row: RouteTable, vpc: Vpc | undefined): NonNullable<SdkRouteTable['Routes']> {
  const local = {
    DestinationCidrBlock: vpc?.cidr,
    GatewayId: 'local',
    Origin: 'CreateRouteTable' as const,
    State: 'active' as const,
  };
  if (row.gateway === undefined) return [local];
  const target = row.gateway.startsWith('nat-') ? { NatGatewayId: row.gateway } : { GatewayId: row.gateway };
  const outward = { DestinationCidrBlock: '0.0.0.0/0', Origin: 'CreateRoute' as const, State: 'active' as const };
  return [local, { ...outward, ...target }];
}
