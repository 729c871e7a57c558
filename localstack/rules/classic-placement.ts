// Where Classic Load Balancers are: their subnets, one a zone, and their security groups.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { type Params, texts } from '../proxy-query.ts';
import { classicOf } from './classic-find.ts';
import type { ClassicGroup, ClassicLoadBalancer } from './classic-state.ts';
import type { Cloud } from './cloud.ts';
import { checkSecurityGroups } from './security-group-use.ts';
import type { State, Zone } from './state.ts';
import { resolveZones } from './zones.ts';

const mostGroups = 5;

export async function applyClassicGroups(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = classicOf(params, state);
  const ids = texts(params, 'SecurityGroups') ?? [];
  if (ids.length === 0) {
    throw new AwsError('InvalidConfigurationRequest', 'A load balancer needs at least one security group');
  }
  loadBalancer.groups = await classicGroups(cloud, ids, loadBalancer.vpcId);
  return { SecurityGroups: ids };
}

export async function attachClassicSubnets(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = classicOf(params, state);
  const there = loadBalancer.zones.map(({ subnetId }) => subnetId);
  const all = [...new Set([...there, ...(texts(params, 'Subnets') ?? [])])];
  const { zones, vpcId } = await classicZones(cloud, state, all, loadBalancer.scheme);
  if (vpcId !== loadBalancer.vpcId) throw new AwsError('InvalidConfigurationRequest', 'The subnets are in another VPC');
  loadBalancer.zones = zones;
  return { Subnets: all };
}

export function detachClassicSubnets(params: Params, _cloud: Cloud, state: State): Xml {
  const loadBalancer = classicOf(params, state);
  const gone = new Set(texts(params, 'Subnets'));
  const rest = loadBalancer.zones.filter(({ subnetId }) => !gone.has(subnetId));
  if (rest.length === 0) {
    throw new AwsError('InvalidConfigurationRequest', 'A load balancer needs at least one subnet at all times');
  }
  loadBalancer.zones = rest;
  return { Subnets: rest.map(({ subnetId }) => subnetId) };
}

/** The zones of some subnets, checked as for a Network Load Balancer. */
export function classicZones(
  cloud: Cloud,
  state: State,
  subnets: readonly string[],
  scheme: ClassicLoadBalancer['scheme'],
): Promise<{ readonly zones: Zone[]; readonly vpcId: string }> {
  const mappings = subnets.map((subnetId) => ({ subnetId }));
  return resolveZones(cloud, state, mappings, { type: 'network', scheme, ipAddressType: 'ipv4' });
}

/** Security groups by id, checked. */
export async function classicGroups(cloud: Cloud, ids: readonly string[], vpcId: string): Promise<ClassicGroup[]> {
  if (ids.length > mostGroups) {
    throw new AwsError('InvalidConfigurationRequest', `A load balancer has at most ${mostGroups} security groups`);
  }
  const names = new Map((await checkSecurityGroups(cloud, ids, vpcId)).map((one) => [one.GroupId, one.GroupName]));
  return ids.map((id) => ({ id, name: names.get(id) ?? '' }));
}

/** What a load balancer has that names no group: the VPC's default one. */
export async function defaultClassicGroups(cloud: Cloud, vpcId: string): Promise<ClassicGroup[]> {
  const groups = await cloud.lookup.securityGroups('vpc-id', [vpcId]);
  return groups
    .filter(({ GroupName }) => GroupName === 'default')
    .map(({ GroupId = '' }) => ({ id: GroupId, name: 'default' }));
}
