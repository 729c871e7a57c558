// What can be changed of a load balancer after its creation: subnets, security groups, kind of addresses.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { oneOf, type Params, texts } from '../proxy-query.ts';
import type { Cloud } from './cloud.ts';
import { loadBalancerOf } from './find.ts';
import { describedZones } from './load-balancers.ts';
import { checkSecurityGroups } from './security-group-use.ts';
import type { State } from './state.ts';
import { holdAddresses, mappingsOf, resolveZones } from './zones.ts';

export async function setSubnets(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = loadBalancerOf(params, state);
  const ipAddressType = oneOf(params, 'IpAddressType', ['ipv4', 'dualstack']) ?? loadBalancer.ipAddressType;
  const prefix = oneOf(params, 'EnablePrefixForIpv6SourceNat', ['on', 'off']) ?? loadBalancer.prefixForSourceNat;
  const { type, scheme, arn } = loadBalancer;
  const { zones, vpcId } = await resolveZones(cloud, state, mappingsOf(params), { type, scheme, ipAddressType, arn });
  if (vpcId !== loadBalancer.vpcId) {
    throw new AwsError('InvalidConfigurationRequest', 'The subnets are not in the VPC of the load balancer');
  }
  loadBalancer.zones = await holdAddresses(cloud, `ELB ${arn.split('loadbalancer/')[1]}`, loadBalancer.zones, zones);
  loadBalancer.ipAddressType = ipAddressType;
  loadBalancer.prefixForSourceNat = prefix;
  return {
    AvailabilityZones: describedZones(loadBalancer),
    IpAddressType: ipAddressType,
    EnablePrefixForIpv6SourceNat: type === 'network' ? prefix : undefined,
  };
}

export async function setSecurityGroups(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = loadBalancerOf(params, state);
  const groups = texts(params, 'SecurityGroups') ?? [];
  const enforce = oneOf(params, 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic', ['on', 'off']);
  if (loadBalancer.type === 'network' && loadBalancer.securityGroups.length === 0) {
    const reason = 'You cannot set security groups on a Network Load Balancer which was created without any';
    throw new AwsError('InvalidConfigurationRequest', `${reason} security groups.`);
  }
  if (groups.length === 0) {
    throw new AwsError('InvalidConfigurationRequest', 'You must specify at least one security group');
  }
  await checkSecurityGroups(cloud, groups, loadBalancer.vpcId);
  loadBalancer.securityGroups = groups;
  loadBalancer.privateLinkRules = enforce ?? loadBalancer.privateLinkRules;
  return {
    SecurityGroupIds: groups,
    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: loadBalancer.privateLinkRules,
  };
}

export async function setIpAddressType(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = loadBalancerOf(params, state);
  const ipAddressType = oneOf(params, 'IpAddressType', ['ipv4', 'dualstack']) ?? loadBalancer.ipAddressType;
  const { type, scheme, arn, zones } = loadBalancer;
  await resolveZones(cloud, state, zones, { type, scheme, ipAddressType, arn });
  loadBalancer.ipAddressType = ipAddressType;
  return { IpAddressType: ipAddressType };
}
