// Where cloud-provider-aws puts a load balancer: the annotation's subnets, or its discovery by tags, routes and zones.
import {
  DescribeAvailabilityZonesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  type RouteTable,
  type Subnet,
} from '@aws-sdk/client-ec2';
import type { Service } from '../../src/kube/types.ts';
import type { PeerConfig } from './config.ts';
import type { Desk } from './desk.ts';
import { clusterTagOf } from './names.ts';
import { annotationOf, isInternal, itemsOf } from './wishes.ts';

/** Ids: in the order of the annotation, or of the zones. */
export async function subnetsFor(desk: Desk, service: Service, config: PeerConfig): Promise<readonly string[]> {
  const { ec2 } = desk.clients;
  const Filters = [{ Name: 'vpc-id', Values: [config.vpcId] }];
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  const named = itemsOf(annotationOf(service, 'subnets'));
  if (named.length > 0) return named.map((item) => namedSubnet(Subnets, item));
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
  const ordinary = new Set(
    AvailabilityZones.filter(({ ZoneType }) => ZoneType === 'availability-zone').map(({ ZoneName }) => ZoneName),
  );
  const internal = isInternal(service);
  const usable = Subnets.filter((subnet) => isOfCluster(subnet, config.clusterId)).filter(
    (subnet) => internal || isPublic(subnet, RouteTables),
  );
  const best = new Map<string, Subnet>();
  for (const subnet of usable) {
    const zone = subnet.AvailabilityZone ?? '';
    const other = best.get(zone);
    if (other === undefined || isBetter(subnet, other, internal, config.clusterId)) best.set(zone, subnet);
  }
  const zones = [...best.keys()].filter((zone) => ordinary.has(zone)).sort();
  if (zones.length === 0) throw new Error('could not find any suitable subnets');
  return zones.map((zone) => best.get(zone)?.SubnetId ?? '');
}

function namedSubnet(all: readonly Subnet[], item: string): string {
  const found = all.find((subnet) => subnet.SubnetId === item || tagOf(subnet, 'Name') === item);
  if (found?.SubnetId === undefined) throw new Error(`expected to find subnet ${item}`);
  return found.SubnetId;
}

function tagOf({ Tags = [] }: Subnet, key: string): string | undefined {
  return Tags.find(({ Key }) => Key === key)?.Value;
}

/** This cluster's, or nobody's. */
function isOfCluster(subnet: Subnet, clusterId: string): boolean {
  const clusters = (subnet.Tags ?? []).filter(({ Key = '' }) => Key.startsWith('kubernetes.io/cluster/'));
  return clusters.length === 0 || clusters.some(({ Key }) => Key === clusterTagOf(clusterId));
}

function isPublic({ SubnetId, VpcId }: Subnet, tables: readonly RouteTable[]): boolean {
  const explicit = tables.find((table) => table.Associations?.some((one) => one.SubnetId === SubnetId));
  const main = tables.find((table) => table.VpcId === VpcId && table.Associations?.some((one) => one.Main));
  const table = explicit ?? main;
  return table?.Routes?.some(({ GatewayId = '' }) => GatewayId.startsWith('igw')) === true;
}

/** In one zone: the role's tag, then the cluster's tag, then the smallest id. */
function isBetter(one: Subnet, other: Subnet, internal: boolean, clusterId: string): boolean {
  const role = internal ? 'kubernetes.io/role/internal-elb' : 'kubernetes.io/role/elb';
  for (const key of [role, clusterTagOf(clusterId)]) {
    const [has, otherHas] = [tagOf(one, key) !== undefined, tagOf(other, key) !== undefined];
    if (has !== otherHas) return has;
  }
  return (one.SubnetId ?? '') < (other.SubnetId ?? '');
}
