// CreateLoadBalancer for Network Load Balancers, with AWS's way of answering a repeated request.

import type {
  CreateLoadBalancerCommandInput,
  CreateLoadBalancerCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Context } from '../context.ts';
import { attachInterface } from '../ec2/network-interface.ts';
import { Misuse, Problem } from '../problem.ts';
import { writing } from '../service.ts';
import { withTags } from '../tags.ts';
import type { World } from '../world.ts';
import { invalid, invalidConfiguration, tagErrors } from './errors.ts';
import { checkName, sdkLoadBalancer } from './load-balancer.ts';
import { defaultLoadBalancerAttributes } from './load-balancer-attributes.ts';
import type { LoadBalancer } from './tables.ts';
import { checkTagsPresent } from './tagging.ts';
import { zonesOf } from './zones.ts';

type Wanted = Pick<
  LoadBalancer,
  'name' | 'scheme' | 'ipAddressType' | 'prefixForSourceNat' | 'securityGroups' | 'vpcId' | 'zones'
>;

export const createLoadBalancer = writing<CreateLoadBalancerCommandInput, CreateLoadBalancerCommandOutput>(
  'CreateLoadBalancer',
  [
    'EnablePrefixForIpv6SourceNat',
    'IpAddressType',
    'Name',
    'Scheme',
    'SecurityGroups',
    'SubnetMappings',
    'Subnets',
    'Tags',
    'Type',
  ],
  (input, context) => {
    const { world, now } = context;
    if (input.Type !== 'network') throw new Misuse(`load balancers of type '${input.Type}' are not simulated`);
    checkTagsPresent(input.Tags);
    const tags = withTags({}, input.Tags ?? [], world.settings.limits.tags, tagErrors);
    const name = input.Name!;
    checkName(name, 'Load balancer');
    if (name.startsWith('internal-')) throw invalid("Load balancer name cannot begin with 'internal-'");
    const same = [...world.elbv2.loadBalancers.rows.values()].find((row) => row.name === name);
    const wanted = wantedOf(input, context, same);
    if (same !== undefined) {
      // A repeated request succeeds, changes nothing, not even tags, and answers what is there.
      if (!sameSettings(same, wanted)) {
        throw new Problem(
          'DuplicateLoadBalancerName',
          `A load balancer with the same name '${name}' exists, but with different settings`,
        );
      }
      return { LoadBalancers: [sdkLoadBalancer(world, same, now)] };
    }
    if (world.elbv2.loadBalancers.rows.size >= world.settings.limits.loadBalancers) {
      throw new Problem('TooManyLoadBalancers', 'The maximum number of load balancers has been reached');
    }
    const row = make(world, now, wanted, tags);
    return { LoadBalancers: [sdkLoadBalancer(world, row, now)] };
  },
);

/** The groups of a load balancer: known, few enough, each once. Used by SetSecurityGroups as well. */
export function checkSecurityGroups(world: World, ids: readonly string[], vpcId: string): void {
  if (new Set(ids).size < ids.length) throw invalid('A security group is specified more than once');
  for (const id of ids) {
    const group = world.ec2.securityGroups.get(id);
    if (group === undefined) throw new Problem('InvalidSecurityGroup', `The security group '${id}' does not exist`);
    if (group.vpcId !== vpcId) throw invalidConfiguration(`The security group '${id}' is not in ${vpcId}`);
  }
  if (ids.length > world.settings.limits.securityGroupsPerLoadBalancer) {
    throw invalidConfiguration('The maximum number of security groups of a load balancer has been reached');
  }
}

function wantedOf(input: CreateLoadBalancerCommandInput, context: Context, same: LoadBalancer | undefined): Wanted {
  const { world, now } = context;
  const scheme = input.Scheme ?? 'internet-facing';
  const ipAddressType = input.IpAddressType ?? 'ipv4';
  const prefixForSourceNat = input.EnablePrefixForIpv6SourceNat ?? 'off';
  if (scheme !== 'internal' && scheme !== 'internet-facing') {
    throw new Problem('InvalidScheme', `The scheme '${scheme}' is not valid`);
  }
  if (ipAddressType !== 'ipv4' && ipAddressType !== 'dualstack') {
    throw invalidConfiguration(`The IP address type '${ipAddressType}' is not supported for network load balancers`);
  }
  // A repeated request names addresses that its own load balancer holds by now.
  const present = same?.zones ?? [];
  const frame = { scheme, ipAddressType, prefixForSourceNat, present };
  const { zones, vpcId } = withoutConflict(same, () => zonesOf(world, now, input, frame));
  const securityGroups = input.SecurityGroups ?? [];
  checkSecurityGroups(world, securityGroups, vpcId);
  return { name: input.Name!, scheme, ipAddressType, prefixForSourceNat, securityGroups, vpcId, zones };
}

/** What clashes with the load balancer of that name is a difference in settings, and reported as such. */
function withoutConflict<T>(same: LoadBalancer | undefined, work: () => T): T {
  try {
    return work();
  } catch (problem) {
    if (same === undefined || !(problem instanceof Problem) || problem.code !== 'InvalidConfigurationRequest') {
      throw problem;
    }
    throw new Problem(
      'DuplicateLoadBalancerName',
      `A load balancer with the same name '${same.name}' exists, but with different settings`,
    );
  }
}

function sameSettings(row: LoadBalancer, wanted: Wanted): boolean {
  const settings = ({ scheme, ipAddressType, prefixForSourceNat, securityGroups, zones }: Wanted) =>
    JSON.stringify([scheme, ipAddressType, prefixForSourceNat, securityGroups.toSorted(), zones]);
  return settings(row) === settings(wanted);
}

function make(world: World, now: number, wanted: Wanted, tags: LoadBalancer['tags']): LoadBalancer {
  const id = world.ids.next('load-balancer', 16);
  const arn = world.arn('elasticloadbalancing', `loadbalancer/net/${wanted.name}/${id}`);
  const row: LoadBalancer = {
    ...wanted,
    arn,
    dnsName: `${wanted.name}-${id}.elb.${world.place.region}.${world.dnsSuffix}`,
    privateLinkRules: 'on',
    attributes: defaultLoadBalancerAttributes(wanted.scheme),
    tags,
    createdAt: now,
    activeAt: now + world.settings.timings.provisioningMs,
  };
  world.elbv2.loadBalancers.put(arn, row);
  for (const { subnetId, allocationId, privateIpv4: privateIp } of wanted.zones) {
    attachInterface(world, { owner: arn, subnetId, groups: wanted.securityGroups, allocationId, privateIp });
  }
  return row;
}
