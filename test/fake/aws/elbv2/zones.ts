// From the subnets or mappings of a call to the zones of a load balancer, with all rules on subnets and addresses.
// Rules: "Availability Zones for your Network Load Balancer" and the documentation of CreateLoadBalancer, SetSubnets.

import type { SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2';
import { liveInterfaces } from '../ec2/network-interface.ts';
import type { Subnet } from '../ec2/tables.ts';
import { Problem } from '../problem.ts';
import { contains, formatAddress, parseAddress, parseRange } from '../range.ts';
import type { World } from '../world.ts';
import { invalid, invalidConfiguration } from './errors.ts';
import type { LoadBalancer, Zone } from './tables.ts';

export interface ZoneRequest {
  readonly Subnets?: readonly string[] | undefined;
  readonly SubnetMappings?: readonly SubnetMapping[] | undefined;
}

/** What the load balancer of the zones is like. `present` are the zones that it already has. */
export type Frame = Pick<LoadBalancer, 'scheme' | 'ipAddressType' | 'prefixForSourceNat'> & {
  readonly present: readonly Zone[];
};

/** A subnet needs this many free addresses, unless the private address is given. */
const FREE_ADDRESSES = 8;

/** The zones, sorted by name, and the VPC that they are in. */
export function zonesOf(
  world: World,
  now: number,
  request: ZoneRequest,
  frame: Frame,
): { readonly zones: readonly Zone[]; readonly vpcId: string } {
  const mappings = mappingsOf(request);
  const subnets = mappings.map((mapping) => existingSubnet(world, mapping.SubnetId));
  const vpcId = subnets[0]!.vpcId;
  if (subnets.some((subnet) => subnet.vpcId !== vpcId)) {
    throw invalidConfiguration('All subnets must belong to the same VPC');
  }
  if (new Set(subnets.map(({ zone }) => zone)).size < subnets.length) {
    throw invalidConfiguration('A load balancer cannot be attached to multiple subnets in the same Availability Zone');
  }
  const zones = mappings.map((mapping, index) => {
    const zone = zoneOf(subnets[index]!, mapping, frame);
    const old = frame.present.find(({ subnetId }) => subnetId === zone.subnetId);
    checkIpv6(subnets[index]!, zone, frame);
    if (old === undefined) checkNewZone(world, now, subnets[index]!, zone, frame);
    else checkOldZone(old, zone);
    return zone;
  });
  const given = zones.flatMap(({ allocationId }) => (allocationId === undefined ? [] : [allocationId]));
  if (new Set(given).size < given.length) throw invalidConfiguration('An allocation ID is specified more than once');
  return { zones: zones.toSorted((a, b) => (a.zone < b.zone ? -1 : 1)), vpcId };
}

function mappingsOf({ Subnets, SubnetMappings }: ZoneRequest): readonly SubnetMapping[] {
  if (Subnets !== undefined && SubnetMappings !== undefined) {
    throw invalid('You must specify either subnets or subnet mappings, not both');
  }
  const mappings = SubnetMappings ?? (Subnets ?? []).map((SubnetId) => ({ SubnetId }));
  if (mappings.length === 0) throw invalid('At least one subnet must be specified');
  return mappings;
}

function existingSubnet(world: World, id: string | undefined): Subnet {
  if (id === undefined) throw invalid('A subnet mapping must have a subnet ID');
  const subnet = world.ec2.subnets.get(id);
  if (subnet === undefined) throw new Problem('SubnetNotFound', `The subnet ID '${id}' does not exist`);
  return subnet;
}

function zoneOf(subnet: Subnet, mapping: SubnetMapping, frame: Frame): Zone {
  const prefix = mapping.SourceNatIpv6Prefix ?? (frame.prefixForSourceNat === 'on' ? 'auto_assigned' : undefined);
  return {
    zone: subnet.zone,
    subnetId: subnet.id,
    allocationId: mapping.AllocationId,
    privateIpv4: mapping.PrivateIPv4Address,
    ipv6: mapping.IPv6Address,
    sourceNatPrefix: prefix === 'auto_assigned' ? autoAssignedPrefix(subnet) : prefix,
  };
}

function checkNewZone(world: World, now: number, subnet: Subnet, zone: Zone, frame: Frame): void {
  const type = world.ec2.availabilityZones.get(subnet.zone)?.type;
  if (type !== 'availability-zone') {
    throw new Problem('AvailabilityZoneNotSupported', `The zone '${subnet.zone}' of ${subnet.id} is not supported`);
  }
  if (frame.present.some((present) => present.zone === subnet.zone)) {
    throw invalidConfiguration(`Remove the present subnet of ${subnet.zone} first, then add another one`);
  }
  if (zone.privateIpv4 === undefined && subnet.freeAddresses < FREE_ADDRESSES) {
    throw new Problem(
      'InvalidSubnet',
      `Not enough IP space available in ${subnet.id}. ELB requires at least ${FREE_ADDRESSES} free IP addresses`,
    );
  }
  checkScheme(world, subnet, frame);
  if (zone.allocationId !== undefined) checkAllocation(world, now, zone.allocationId, frame);
  if (zone.privateIpv4 !== undefined) checkPrivateAddress(world, now, subnet, zone.privateIpv4, frame);
}

/** The addresses of a subnet that is enabled already can neither be changed nor left out. */
function checkOldZone(old: Zone, zone: Zone): void {
  const same = old.allocationId === zone.allocationId && old.privateIpv4 === zone.privateIpv4 && old.ipv6 === zone.ipv6;
  if (!same) throw invalidConfiguration(`The addresses of the enabled subnet ${old.subnetId} cannot be changed`);
}

function checkScheme(world: World, subnet: Subnet, { scheme }: Frame): void {
  const tables = [...world.ec2.routeTables.rows.values()].filter(({ vpcId }) => vpcId === subnet.vpcId);
  if (scheme === 'internet-facing' && !tables.some(({ gateway }) => gateway?.startsWith('igw-'))) {
    throw new Problem('InvalidSubnet', `VPC ${subnet.vpcId} has no internet gateway`);
  }
}

function checkIpv6(subnet: Subnet, zone: Zone, { ipAddressType, prefixForSourceNat }: Frame): void {
  if (ipAddressType === 'dualstack' && subnet.ipv6Cidr === undefined) {
    throw invalidConfiguration('You must specify subnets with an associated IPv6 CIDR block.');
  }
  if (ipAddressType === 'ipv4' && (zone.ipv6 !== undefined || prefixForSourceNat === 'on')) {
    throw invalidConfiguration('IPv6 addresses and source NAT prefixes need the IP address type dualstack');
  }
  if (zone.ipv6 !== undefined && !contains(subnet.ipv6Cidr ?? '', zone.ipv6)) {
    throw invalidConfiguration(`The IPv6 address '${zone.ipv6}' is not in ${subnet.id}`);
  }
  if (zone.sourceNatPrefix !== undefined && prefixForSourceNat === 'off') {
    throw invalidConfiguration('A source NAT prefix needs EnablePrefixForIpv6SourceNat to be on');
  }
  const prefix = zone.sourceNatPrefix?.split('/');
  if (prefix !== undefined && (prefix[1] !== '80' || !contains(subnet.ipv6Cidr ?? '', prefix[0] ?? ''))) {
    throw invalidConfiguration(`'${zone.sourceNatPrefix}' is not a /80 prefix of ${subnet.id}`);
  }
}

function checkAllocation(world: World, now: number, allocationId: string, { scheme }: Frame): void {
  if (scheme === 'internal') {
    throw invalidConfiguration('Elastic IP addresses cannot be assigned to an internal load balancer');
  }
  if (world.ec2.addresses.get(allocationId) === undefined) {
    throw new Problem('AllocationIdNotFound', `The allocation IDs '${allocationId}' do not exist`);
  }
  if (liveInterfaces(world, now).some((row) => row.allocationId === allocationId)) {
    throw new Problem('ResourceInUse', 'The allocation IDs are not available for use');
  }
}

function checkPrivateAddress(world: World, now: number, subnet: Subnet, address: string, { scheme }: Frame): void {
  if (scheme === 'internet-facing') {
    throw invalidConfiguration('Private IPv4 addresses can only be specified for an internal load balancer');
  }
  const range = parseRange(subnet.cidr);
  const value = parseAddress(address)?.value;
  // The first four addresses and the last one of every subnet are AWS's own.
  if (range === undefined || value === undefined || value < range.first + 4n || value >= range.last) {
    throw invalidConfiguration(`The private IPv4 address '${address}' is not usable in ${subnet.id}`);
  }
  const instances = [...world.ec2.instances.rows.values()].filter(({ state }) => state !== 'terminated');
  if ([...liveInterfaces(world, now), ...instances].some(({ privateIp }) => privateIp === address)) {
    throw new Problem('ResourceInUse', `The private IPv4 address '${address}' is in use`);
  }
}

/** Some /80 of the subnet; AWS picks at random, here it is always the second one. */
function autoAssignedPrefix({ ipv6Cidr }: Subnet): string | undefined {
  const range = parseRange(ipv6Cidr ?? '');
  return range && `${formatAddress(6, range.first + (1n << 48n))}/80`;
}
