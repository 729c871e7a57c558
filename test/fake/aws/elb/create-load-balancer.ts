// CreateLoadBalancer and DeleteLoadBalancer of Classic Load Balancers, with AWS's way of answering a repeated request.

import type {
  CreateLoadBalancerCommandInput,
  CreateLoadBalancerCommandOutput,
  DeleteLoadBalancerCommandInput,
  DeleteLoadBalancerCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import { releaseInterfaces } from '../ec2/network-interface.ts';
import { Problem } from '../problem.ts';
import { writing } from '../service.ts';
import { withTags } from '../tags.ts';
import type { World } from '../world.ts';
import { DEFAULT_ATTRIBUTES } from './attributes.ts';
import { tagErrors } from './errors.ts';
import { defaultHealthCheck } from './health-check.ts';
import { sameListener, withListeners } from './listener-settings.ts';
import { arnOf, checkName } from './load-balancer.ts';
import { attachInterfaces, checkedSubnets, checkSecurityGroups } from './networks.ts';
import type { ClassicLoadBalancer } from './tables.ts';
import { checkTagsPresent } from './tagging.ts';

export const createLoadBalancer = writing<CreateLoadBalancerCommandInput, CreateLoadBalancerCommandOutput>(
  'CreateLoadBalancer',
  ['LoadBalancerName', 'Listeners', 'Subnets', 'SecurityGroups', 'Scheme', 'Tags'],
  (input, { world, now }) => {
    const wanted = wantedOf(world, now, input);
    const same = world.elb.loadBalancers.get(wanted.name);
    if (same !== undefined) {
      // A repeated request succeeds, changes nothing, and answers what is there.
      const part = differingPart(same, wanted);
      if (part === undefined) return { DNSName: same.dnsName };
      throw new Problem(
        'DuplicateLoadBalancerName',
        `Load Balancer named ${same.name} already exists and it is configured with different ${part}.`,
      );
    }
    if (world.elb.loadBalancers.rows.size >= world.settings.limits.classicLoadBalancers) {
      throw new Problem('TooManyLoadBalancers', 'The maximum number of Classic Load Balancers has been reached');
    }
    const row = { ...wanted, dnsName: dnsNameOf(world, wanted) };
    world.elb.loadBalancers.put(row.name, row);
    attachInterfaces(world, row, row.subnets);
    return { DNSName: row.dnsName };
  },
);

/** Deleting what is not there succeeds; listeners and policies go along. */
export const deleteLoadBalancer = writing<DeleteLoadBalancerCommandInput, DeleteLoadBalancerCommandOutput>(
  'DeleteLoadBalancer',
  ['LoadBalancerName'],
  ({ LoadBalancerName: name }, { world, now }) => {
    const row = world.elb.loadBalancers.get(name!);
    if (row === undefined) return {};
    world.elb.loadBalancers.delete(row.name);
    releaseInterfaces(world, now, arnOf(world, row.name));
    return {};
  },
);

/** The public name; `internal-` leads that of an internal one. New at every creation. */
export function dnsNameOf(world: World, { name, scheme }: Pick<ClassicLoadBalancer, 'name' | 'scheme'>): string {
  const { region } = world.place;
  const digits = BigInt(`0x${world.ids.next('classic-load-balancer', 8)}`);
  return `${scheme === 'internal' ? 'internal-' : ''}${name}-${digits}.${region}.elb.${world.dnsSuffix}`;
}

function wantedOf(world: World, now: number, input: CreateLoadBalancerCommandInput) {
  const name = input.LoadBalancerName!;
  checkName(name);
  checkTagsPresent(input.Tags);
  const tags = withTags({}, input.Tags ?? [], world.settings.limits.tags, tagErrors);
  const scheme = input.Scheme ?? 'internet-facing';
  if (scheme !== 'internal' && scheme !== 'internet-facing') {
    throw new Problem('InvalidScheme', `The scheme '${scheme}' is not valid`);
  }
  const { subnets, vpcId } = checkedSubnets(world, input.Subnets ?? [], scheme);
  const given = input.SecurityGroups ?? [];
  const securityGroups = given.length > 0 ? [...given] : defaultGroups(world, vpcId);
  checkSecurityGroups(world, securityGroups, vpcId);
  return {
    ...withListeners(world, { name, listeners: {}, policies: {} }, input.Listeners!),
    scheme,
    vpcId,
    subnets,
    securityGroups,
    backendPolicies: {},
    healthCheck: defaultHealthCheck(input.Listeners![0]!.InstancePort!),
    attributes: DEFAULT_ATTRIBUTES,
    instances: {},
    tags,
    createdAt: now,
  } satisfies Omit<ClassicLoadBalancer, 'dnsName'>;
}

/** A load balancer without security groups gets the default one of its VPC. */
function defaultGroups(world: World, vpcId: string): string[] {
  const groups = [...world.ec2.securityGroups.rows.values()];
  return groups.filter((group) => group.vpcId === vpcId && group.name === 'default').map(({ id }) => id);
}

/** What of a repeated request is not as the load balancer is now. */
function differingPart(row: ClassicLoadBalancer, wanted: Omit<ClassicLoadBalancer, 'dnsName'>): string | undefined {
  const ports = Object.keys({ ...row.listeners, ...wanted.listeners });
  const alike = (port: string) => {
    const [now, then] = [row.listeners[port], wanted.listeners[port]];
    return now !== undefined && then !== undefined && sameListener(now, then);
  };
  const sortedText = (list: readonly string[]) => JSON.stringify(list.toSorted());
  const tagText = (tags: ClassicLoadBalancer['tags']) => sortedText(Object.entries(tags).map((tag) => tag.join('=')));
  if (row.scheme !== wanted.scheme) return 'scheme';
  if (sortedText(row.subnets) !== sortedText(wanted.subnets)) return 'subnets';
  if (sortedText(row.securityGroups) !== sortedText(wanted.securityGroups)) return 'security groups';
  if (!ports.every(alike)) return 'listeners';
  return tagText(row.tags) === tagText(wanted.tags) ? undefined : 'tags';
}
