// What the operations on load balancers share: finding them, their names, their form in answers.
// Nothing is changed here.

import type { AvailabilityZone, LoadBalancer as SdkLoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { hex } from '../ids.ts';
import type { World } from '../world.ts';
import { invalid, loadBalancerNotFound } from './errors.ts';
import type { LoadBalancer } from './tables.ts';

/** The load balancer of a call that needs one; what is no ARN of one is refused first. */
export function existingLoadBalancer(world: World, arn: string | undefined): LoadBalancer {
  checkLoadBalancerArn(arn);
  const row = world.elbv2.loadBalancers.get(arn ?? '');
  if (row === undefined) throw loadBalancerNotFound();
  return row;
}

export function checkLoadBalancerArn(arn: string | undefined): void {
  if (!/^arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:loadbalancer\/net\/[^/]+\/[0-9a-f]+$/.test(arn ?? '')) {
    throw invalid(`'${arn}' is not a valid load balancer ARN`);
  }
}

/** The rules for the names of load balancers and target groups (documentation of CreateLoadBalancer). */
export function checkName(name: string, what: string): void {
  if (name.length > 32) throw invalid(`${what} name '${name}' cannot be longer than '32' characters`);
  if (!/^[a-zA-Z0-9-]+$/.test(name)) {
    throw invalid(`${what} name '${name}' can only contain characters that are alphanumeric characters or hyphens(-)`);
  }
  if (name.startsWith('-') || name.endsWith('-'))
    throw invalid(`${what} name '${name}' cannot begin or end with a hyphen`);
}

/** As DescribeLoadBalancers answers it at an instant. */
export function sdkLoadBalancer(world: World, row: LoadBalancer, now: number): SdkLoadBalancer {
  const grouped = row.securityGroups.length > 0;
  return {
    LoadBalancerArn: row.arn,
    LoadBalancerName: row.name,
    DNSName: row.dnsName,
    CanonicalHostedZoneId: `Z${hex(world.place.region, 13).toUpperCase()}`,
    CreatedTime: new Date(row.createdAt),
    Scheme: row.scheme,
    VpcId: row.vpcId,
    State: { Code: now < row.activeAt ? 'provisioning' : 'active' },
    Type: 'network',
    AvailabilityZones: sdkZones(world, row),
    IpAddressType: row.ipAddressType,
    EnablePrefixForIpv6SourceNat: row.prefixForSourceNat,
    // Left out on a load balancer that was created without security groups.
    ...(grouped ? { SecurityGroups: [...row.securityGroups] } : {}),
    ...(grouped ? { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: row.privateLinkRules } : {}),
  };
}

export function sdkZones(world: World, row: LoadBalancer): AvailabilityZone[] {
  return row.zones.map((zone) => {
    const addresses = [
      ...(zone.allocationId === undefined
        ? []
        : [{ AllocationId: zone.allocationId, IpAddress: world.ec2.addresses.get(zone.allocationId)?.publicIp }]),
      ...(zone.privateIpv4 === undefined ? [] : [{ PrivateIPv4Address: zone.privateIpv4 }]),
      ...(zone.ipv6 === undefined ? [] : [{ IPv6Address: zone.ipv6 }]),
    ];
    return {
      ZoneName: zone.zone,
      SubnetId: zone.subnetId,
      LoadBalancerAddresses: addresses,
      SourceNatIpv6Prefixes: zone.sourceNatPrefix === undefined ? [] : [zone.sourceNatPrefix],
    };
  });
}
