// SetSubnets, SetSecurityGroups and DeleteLoadBalancer of Network Load Balancers.

import type {
  DeleteLoadBalancerCommandInput,
  DeleteLoadBalancerCommandOutput,
  SetSecurityGroupsCommandInput,
  SetSecurityGroupsCommandOutput,
  SetSubnetsCommandInput,
  SetSubnetsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { attachInterface, regroupInterfaces, releaseInterfaces } from '../ec2/network-interface.ts';
import { writing } from '../service.ts';
import { checkSecurityGroups } from './create-load-balancer.ts';
import { invalid, invalidConfiguration, notPermitted } from './errors.ts';
import { checkLoadBalancerArn, existingLoadBalancer, sdkZones } from './load-balancer.ts';
import { removeListener } from './target-group-use.ts';
import { zonesOf } from './zones.ts';

/** Replaces the subnets. One can be added or removed, never exchanged within its zone, and keeps its addresses. */
export const setSubnets = writing<SetSubnetsCommandInput, SetSubnetsCommandOutput>(
  'SetSubnets',
  ['LoadBalancerArn', 'Subnets', 'SubnetMappings', 'EnablePrefixForIpv6SourceNat'],
  (input, { world, now }) => {
    const row = existingLoadBalancer(world, input.LoadBalancerArn);
    const prefixForSourceNat = input.EnablePrefixForIpv6SourceNat ?? row.prefixForSourceNat;
    const frame = { ...row, prefixForSourceNat, present: row.zones };
    const { zones, vpcId } = zonesOf(world, now, input, frame);
    if (vpcId !== row.vpcId) throw invalidConfiguration(`The subnets must be in ${row.vpcId}`);
    const changed = { ...row, zones, prefixForSourceNat };
    world.elbv2.loadBalancers.put(row.arn, changed);
    for (const { subnetId } of row.zones) {
      if (!zones.some((zone) => zone.subnetId === subnetId)) releaseInterfaces(world, now, row.arn, subnetId);
    }
    for (const { subnetId, allocationId, privateIpv4: privateIp } of zones) {
      if (!row.zones.some((zone) => zone.subnetId === subnetId)) {
        attachInterface(world, { owner: row.arn, subnetId, groups: row.securityGroups, allocationId, privateIp });
      }
    }
    return {
      AvailabilityZones: sdkZones(world, changed),
      IpAddressType: row.ipAddressType,
      EnablePrefixForIpv6SourceNat: prefixForSourceNat,
    };
  },
);

export const setSecurityGroups = writing<SetSecurityGroupsCommandInput, SetSecurityGroupsCommandOutput>(
  'SetSecurityGroups',
  ['LoadBalancerArn', 'SecurityGroups', 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic'],
  (input, { world }) => {
    const row = existingLoadBalancer(world, input.LoadBalancerArn);
    const groups = input.SecurityGroups!;
    if (row.securityGroups.length === 0) {
      throw invalidConfiguration(
        'You cannot set security groups on a Network Load Balancer which was created without any security groups.',
      );
    }
    if (groups.length === 0) throw invalid('At least one security group must be specified');
    checkSecurityGroups(world, groups, row.vpcId);
    const privateLinkRules = input.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic ?? row.privateLinkRules;
    world.elbv2.loadBalancers.put(row.arn, { ...row, securityGroups: groups, privateLinkRules });
    regroupInterfaces(world, row.arn, groups);
    return {
      SecurityGroupIds: [...groups],
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: privateLinkRules,
    };
  },
);

/** Deleting what is not there succeeds; the listeners go along, the target groups stay. */
export const deleteLoadBalancer = writing<DeleteLoadBalancerCommandInput, DeleteLoadBalancerCommandOutput>(
  'DeleteLoadBalancer',
  ['LoadBalancerArn'],
  ({ LoadBalancerArn: arn }, { world, now }) => {
    checkLoadBalancerArn(arn);
    const row = world.elbv2.loadBalancers.get(arn!);
    if (row === undefined) return {};
    if (row.attributes['deletion_protection.enabled'] === 'true') {
      throw notPermitted(`Load balancer '${row.arn}' cannot be deleted because deletion protection is enabled`);
    }
    world.elbv2.loadBalancers.delete(row.arn);
    for (const listener of [...world.elbv2.listeners.rows.values()]) {
      if (listener.loadBalancerArn === row.arn) removeListener(world, now, listener);
    }
    releaseInterfaces(world, now, row.arn);
    return {};
  },
);
