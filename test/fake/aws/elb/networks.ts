// The subnets and security groups of a Classic Load Balancer: the rules on them, and the calls that change them.
// Rules: "Configure subnets" and "Configure security groups for your Classic Load Balancer".

import type {
  ApplySecurityGroupsToLoadBalancerCommandInput,
  ApplySecurityGroupsToLoadBalancerCommandOutput,
  AttachLoadBalancerToSubnetsCommandInput,
  AttachLoadBalancerToSubnetsCommandOutput,
  DetachLoadBalancerFromSubnetsCommandInput,
  DetachLoadBalancerFromSubnetsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import { attachInterface, regroupInterfaces, releaseInterfaces } from '../ec2/network-interface.ts';
import type { Subnet } from '../ec2/tables.ts';
import { Misuse, Problem } from '../problem.ts';
import { writing } from '../service.ts';
import type { World } from '../world.ts';
import { invalid, invalidConfiguration } from './errors.ts';
import { arnOf, existingLoadBalancer } from './load-balancer.ts';
import type { ClassicLoadBalancer } from './tables.ts';

/** A subnet needs this many free addresses. */
const FREE_ADDRESSES = 8;

/** Adds subnets; those that are attached already stay. To exchange one within its zone, the old one goes first. */
export const attachToSubnets = writing<
  AttachLoadBalancerToSubnetsCommandInput,
  AttachLoadBalancerToSubnetsCommandOutput
>('AttachLoadBalancerToSubnets', ['LoadBalancerName', 'Subnets'], ({ LoadBalancerName, Subnets }, { world }) => {
  const row = existingLoadBalancer(world, LoadBalancerName);
  const added = Subnets!.filter((id) => !row.subnets.includes(id));
  if (Subnets!.length === 0) throw invalid('Subnets cannot be empty');
  const { subnets, vpcId } = checkedSubnets(world, [...row.subnets, ...added], row.scheme);
  if (vpcId !== row.vpcId) throw invalidConfiguration(`The subnets must be in ${row.vpcId}`);
  world.elb.loadBalancers.put(row.name, { ...row, subnets });
  attachInterfaces(world, row, added);
  return { Subnets: [...subnets] };
});

/** The last subnet stays. */
export const detachFromSubnets = writing<
  DetachLoadBalancerFromSubnetsCommandInput,
  DetachLoadBalancerFromSubnetsCommandOutput
>('DetachLoadBalancerFromSubnets', ['LoadBalancerName', 'Subnets'], (input, { world, now }) => {
  const row = existingLoadBalancer(world, input.LoadBalancerName);
  const gone = input.Subnets!;
  if (gone.length === 0) throw invalid('Subnets cannot be empty');
  const strange = gone.find((id) => !row.subnets.includes(id));
  if (strange !== undefined) throw invalidConfiguration(`${strange} is not attached to ${row.name}`);
  const subnets = row.subnets.filter((id) => !gone.includes(id));
  if (subnets.length === 0) throw invalidConfiguration(`${row.name} must keep at least one subnet`);
  world.elb.loadBalancers.put(row.name, { ...row, subnets });
  for (const id of gone) releaseInterfaces(world, now, arnOf(world, row.name), id);
  return { Subnets: [...subnets] };
});

/** Replaces the security groups. */
export const applySecurityGroups = writing<
  ApplySecurityGroupsToLoadBalancerCommandInput,
  ApplySecurityGroupsToLoadBalancerCommandOutput
>('ApplySecurityGroupsToLoadBalancer', ['LoadBalancerName', 'SecurityGroups'], (input, { world }) => {
  const row = existingLoadBalancer(world, input.LoadBalancerName);
  const securityGroups = [...input.SecurityGroups!];
  if (securityGroups.length === 0) throw invalid('SecurityGroups cannot be empty');
  checkSecurityGroups(world, securityGroups, row.vpcId);
  world.elb.loadBalancers.put(row.name, { ...row, securityGroups });
  regroupInterfaces(world, arnOf(world, row.name), securityGroups);
  return { SecurityGroups: [...securityGroups] };
});

/** The subnets, sorted, and their VPC. Whether there is room for them is checked apart. */
export function checkedSubnets(
  world: World,
  ids: readonly string[],
  scheme: ClassicLoadBalancer['scheme'],
): { readonly subnets: readonly string[]; readonly vpcId: string } {
  if (ids.length === 0) throw invalid('Either AvailabilityZones or SubnetIds must be specified');
  if (new Set(ids).size < ids.length) throw new Misuse('a subnet is named twice in one call');
  const rows = ids.map((id) => existingSubnet(world, id));
  const vpcId = rows[0]!.vpcId;
  if (rows.some((row) => row.vpcId !== vpcId)) {
    throw invalidConfiguration('All subnets must belong to the same VPC');
  }
  if (new Set(rows.map(({ zone }) => zone)).size < rows.length) {
    throw invalidConfiguration('A load balancer cannot be attached to multiple subnets in the same Availability Zone.');
  }
  checkGateway(world, vpcId, scheme);
  return { subnets: ids.toSorted(), vpcId };
}

/** The groups: known, few enough, each once, in the right VPC. */
export function checkSecurityGroups(world: World, ids: readonly string[], vpcId: string): void {
  if (new Set(ids).size < ids.length) throw new Misuse('a security group is named twice in one call');
  for (const id of ids) {
    const group = world.ec2.securityGroups.get(id);
    if (group === undefined) throw new Problem('InvalidSecurityGroup', `The security group '${id}' does not exist`);
    if (group.vpcId !== vpcId) throw invalidConfiguration(`The security group '${id}' is not in ${vpcId}`);
  }
  if (ids.length > world.settings.limits.securityGroupsPerLoadBalancer) {
    throw invalidConfiguration('The maximum number of security groups of a load balancer has been reached');
  }
}

/** Puts an interface of the load balancer into subnets that are new to it, if there is room. */
export function attachInterfaces(
  world: World,
  row: Pick<ClassicLoadBalancer, 'name' | 'securityGroups'>,
  subnets: readonly string[],
): void {
  for (const subnetId of subnets) {
    const subnet = existingSubnet(world, subnetId);
    if (world.ec2.availabilityZones.get(subnet.zone)?.type !== 'availability-zone') {
      throw invalidConfiguration(`The zone '${subnet.zone}' of ${subnetId} is not supported`);
    }
    if (subnet.freeAddresses < FREE_ADDRESSES) {
      throw new Problem(
        'InvalidSubnet',
        `Not enough IP space available in ${subnetId}. ELB requires at least ${FREE_ADDRESSES} free IP addresses`,
      );
    }
    const [owner, groups] = [arnOf(world, row.name), row.securityGroups];
    attachInterface(world, { owner, subnetId, groups, allocationId: undefined, privateIp: undefined });
  }
}

function existingSubnet(world: World, id: string): Subnet {
  const subnet = world.ec2.subnets.get(id);
  if (subnet === undefined) throw new Problem('SubnetNotFound', `The subnet ID '${id}' does not exist`);
  return subnet;
}

function checkGateway(world: World, vpcId: string, scheme: ClassicLoadBalancer['scheme']): void {
  const tables = [...world.ec2.routeTables.rows.values()].filter((table) => table.vpcId === vpcId);
  if (scheme === 'internet-facing' && !tables.some(({ gateway }) => gateway?.startsWith('igw-'))) {
    throw new Problem('InvalidSubnet', `VPC ${vpcId} has no internet gateway`);
  }
}
