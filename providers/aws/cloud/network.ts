// Reads the subnets of the VPC, with what their route tables, zones and tags say of them.
import type { RouteTable, Subnet as SdkSubnet } from '@aws-sdk/client-ec2';
import type { Scope } from '../../../src/engine/kind.ts';
import type { Subnet } from '../facts.ts';
import { CLUSTER_TAG_STEM, fromSdk } from '../tags.ts';
import { allPages, type Calls } from './calls.ts';

const ROLE_STEM = 'kubernetes.io/role/';
const ROLES = ['elb', 'internal-elb'];

/** All subnets of the VPC that have IPv4 addresses, by id. Three calls. */
export async function readSubnets(calls: Calls, vpcId: string, scope: Scope): Promise<readonly Subnet[]> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const [subnets, routeTables, zones] = await Promise.all([
    allPages(
      (NextToken) => calls.ec2('DescribeSubnets', { Filters, NextToken }, scope),
      (page) => page.Subnets,
      (page) => page.NextToken,
    ),
    allPages(
      (NextToken) => calls.ec2('DescribeRouteTables', { Filters, NextToken }, scope),
      (page) => page.RouteTables,
      (page) => page.NextToken,
    ),
    calls.ec2('DescribeAvailabilityZones', {}, scope),
  ]);
  const zoneTypes = new Map((zones.AvailabilityZones ?? []).map((zone) => [zone.ZoneName, zone.ZoneType]));
  return subnets
    .filter(({ CidrBlock }) => CidrBlock !== undefined && CidrBlock !== '')
    .map((subnet) => describe(subnet, routeTables, zoneTypes.get(subnet.AvailabilityZone) ?? ''))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function describe(subnet: SdkSubnet, routeTables: readonly RouteTable[], zoneType: string): Subnet {
  const id = subnet.SubnetId ?? '';
  const tags = fromSdk(subnet.Tags);
  return {
    id,
    name: tags.Name ?? '',
    zone: subnet.AvailabilityZone ?? '',
    zoneType,
    cidr: subnet.CidrBlock ?? '',
    public: reachesInternet(routeTableOf(id, routeTables)),
    clusters: Object.keys(tags)
      .filter((key) => key.startsWith(CLUSTER_TAG_STEM))
      .map((key) => key.slice(CLUSTER_TAG_STEM.length))
      .sort(),
    roles: ROLES.filter((role) => `${ROLE_STEM}${role}` in tags),
  };
}

/** The subnet's own route table, or the VPC's main one. */
function routeTableOf(subnetId: string, routeTables: readonly RouteTable[]): RouteTable | undefined {
  const own = routeTables.find(({ Associations = [] }) => Associations.some((one) => one.SubnetId === subnetId));
  return own ?? routeTables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main === true));
}

function reachesInternet(table: RouteTable | undefined): boolean {
  return (table?.Routes ?? []).some(({ GatewayId }) => GatewayId?.startsWith('igw') === true);
}
