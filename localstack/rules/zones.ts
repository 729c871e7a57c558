// From the subnets of a request to a load balancer's zones, with all that AWS checks on the way; and holding the
// Elastic IP addresses that they name.
import { BlockList } from 'node:net';
import type { Subnet } from '@aws-sdk/client-ec2';
import { AwsError } from '../proxy-answer.ts';
import { type Params, structs, text, texts } from '../proxy-query.ts';
import type { Cloud } from './cloud.ts';
import type { LoadBalancer, State, Zone } from './state.ts';

/** One subnet as asked for. */
export interface Mapping {
  readonly subnetId: string;
  readonly allocationId?: string;
  readonly privateIp?: string;
  readonly ipv6?: string;
}

/** What the zones are for. `arn` is that of a load balancer that has zones already. */
export type ZoneWish = Pick<LoadBalancer, 'type' | 'scheme' | 'ipAddressType'> & { readonly arn?: string };

/** Each subnet needs this many free addresses. */
const freeAddresses = 8;

/** The subnets of a request: from Subnets or SubnetMappings, of which there must be exactly one. */
export function mappingsOf(params: Params): Mapping[] {
  const subnets = texts(params, 'Subnets') ?? [];
  const mappings = structs(params, 'SubnetMappings') ?? [];
  if (subnets.length > 0 && mappings.length > 0) {
    throw new AwsError('ValidationError', 'You cannot specify both subnets and subnet mappings');
  }
  if (subnets.length + mappings.length === 0) {
    throw new AwsError('ValidationError', 'You must specify either subnets or subnet mappings');
  }
  if (subnets.length > 0) return subnets.map((subnetId) => ({ subnetId }));
  return mappings.map((mapping) => {
    const allocationId = text(mapping, 'AllocationId');
    const privateIp = text(mapping, 'PrivateIPv4Address');
    const ipv6 = text(mapping, 'IPv6Address');
    return {
      subnetId: text(mapping, 'SubnetId') ?? '',
      ...(allocationId === undefined ? {} : { allocationId }),
      ...(privateIp === undefined ? {} : { privateIp }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
    };
  });
}

/** True if the zones are what the mappings ask for, in any order. */
export function sameZones(zones: readonly Zone[], mappings: readonly Mapping[]): boolean {
  const key = ({ subnetId, allocationId, privateIp, ipv6 }: Mapping) =>
    [subnetId, allocationId, privateIp, ipv6].join(' ');
  return zones.map(key).sort().join() === mappings.map(key).sort().join();
}

/** The zones that the mappings give, checked; nothing is held yet. */
export async function resolveZones(
  cloud: Cloud,
  state: State,
  mappings: readonly Mapping[],
  wish: ZoneWish,
): Promise<{ readonly zones: Zone[]; readonly vpcId: string }> {
  const known = await cloud.lookup.subnets(mappings.map(({ subnetId }) => subnetId));
  const found = mappings.map((mapping) => {
    const subnet = known.get(mapping.subnetId);
    if (!subnet) throw new AwsError('SubnetNotFound', `The subnet ID '${mapping.subnetId}' does not exist`);
    return { mapping, subnet };
  });
  const vpcId = found[0]!.subnet.VpcId!;
  if (found.some(({ subnet }) => subnet.VpcId !== vpcId)) {
    throw new AwsError('InvalidConfigurationRequest', 'All subnets must belong to the same VPC');
  }
  const zoneNames = new Set(found.map(({ subnet }) => subnet.AvailabilityZone));
  if (zoneNames.size < found.length) {
    const reason = 'A load balancer cannot be attached to multiple subnets in the same Availability Zone';
    throw new AwsError('InvalidConfigurationRequest', reason);
  }
  if (wish.type === 'application' && found.length < 2) {
    throw new AwsError('ValidationError', 'At least two subnets in two different Availability Zones must be specified');
  }
  if (wish.scheme === 'internet-facing' && !(await cloud.lookup.vpc(vpcId))?.gateway) {
    throw new AwsError('InvalidSubnet', `VPC ${vpcId} has no internet gateway`);
  }
  for (const { mapping, subnet } of found) checkSubnet(state, mapping, subnet, wish);
  await checkAllocations(cloud, state, mappings, wish);
  return { vpcId, zones: found.map(({ mapping, subnet }) => ({ ...mapping, zone: subnet.AvailabilityZone! })) };
}

function checkSubnet(state: State, mapping: Mapping, subnet: Subnet, wish: ZoneWish): void {
  const refuse = (why: string) => new AwsError('InvalidConfigurationRequest', why);
  if ((subnet.AvailableIpAddressCount ?? freeAddresses) < freeAddresses) {
    const reason = `Not enough IP space available in ${mapping.subnetId}. ELB requires at least ${freeAddresses} free`;
    throw new AwsError('InvalidSubnet', `${reason} IP addresses in each subnet.`);
  }
  const ipv6 = subnet.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock;
  if (wish.ipAddressType === 'dualstack' && !ipv6) {
    throw refuse('You must specify subnets with an associated IPv6 CIDR block.');
  }
  if (mapping.allocationId && (wish.scheme === 'internal' || wish.type === 'application')) {
    throw refuse('Elastic IP addresses can only be used with internet-facing Network Load Balancers');
  }
  if (mapping.privateIp === undefined) return;
  if (wish.scheme !== 'internal') throw refuse('Private IPv4 addresses can only be used with internal load balancers');
  const [network, bits] = (subnet.CidrBlock ?? '0.0.0.0/0').split('/');
  const block = new BlockList();
  block.addSubnet(network!, Number(bits));
  if (!block.check(mapping.privateIp)) {
    throw refuse(`The address ${mapping.privateIp} is not in the range of ${mapping.subnetId}`);
  }
  const taken = [...state.loadBalancers.values()].some(
    ({ arn, zones }) =>
      arn !== wish.arn &&
      zones.some(({ subnetId, privateIp }) => subnetId === mapping.subnetId && privateIp === mapping.privateIp),
  );
  if (taken) throw refuse(`The address ${mapping.privateIp} is in use`);
}

async function checkAllocations(
  cloud: Cloud,
  state: State,
  mappings: readonly Mapping[],
  { arn }: ZoneWish,
): Promise<void> {
  const ids = mappings.flatMap(({ allocationId }) => (allocationId === undefined ? [] : [allocationId]));
  if (ids.length === 0) return;
  const known = await cloud.lookup.allocations(ids);
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length > 0) {
    throw new AwsError('AllocationIdNotFound', `The allocation IDs '${missing.join(', ')}' do not exist`);
  }
  const own = new Set(arn === undefined ? [] : state.loadBalancers.get(arn)?.zones.map((zone) => zone.allocationId));
  if (new Set(ids).size < ids.length || ids.some((id) => known.get(id)!.held && !own.has(id))) {
    throw new AwsError('ResourceInUse', 'The allocation IDs are not available for use');
  }
}

/** Holds the addresses of the new zones and gives back those that only the old ones had. */
export async function holdAddresses(
  cloud: Cloud,
  loadBalancer: string,
  old: readonly Zone[],
  wanted: readonly Zone[],
): Promise<Zone[]> {
  const keeps = (zone: Zone, other: Zone) =>
    zone.allocationId === other.allocationId && zone.subnetId === other.subnetId;
  for (const zone of old) {
    if (!zone.allocationId || !zone.networkInterfaceId || wanted.some((other) => keeps(zone, other))) continue;
    await cloud.lookup.release(zone.allocationId, zone.networkInterfaceId);
  }
  const zones: Zone[] = [];
  for (const zone of wanted) {
    const kept = zone.allocationId === undefined ? undefined : old.find((other) => keeps(zone, other));
    if (kept) zones.push(kept);
    else if (zone.allocationId === undefined) zones.push(zone);
    else zones.push({ ...zone, ...(await cloud.lookup.hold(zone.allocationId, zone.subnetId, loadBalancer)) });
  }
  return zones;
}
