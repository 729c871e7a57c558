// Creating, deleting and describing load balancers.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { oneOf, type Params, required, texts } from '../proxy-query.ts';
import type { Cloud } from './cloud.ts';
import { newLoadBalancerAttributes } from './load-balancer-attributes.ts';
import { checkArn, checkName } from './names.ts';
import { page } from './paging.ts';
import { checkSecurityGroups } from './security-group-use.ts';
import { type LoadBalancer, listenersOf, type State } from './state.ts';
import { tagsOf } from './tags.ts';
import { holdAddresses, mappingsOf, resolveZones, sameZones } from './zones.ts';

/** The Route 53 zone of Network Load Balancers in eu-west-1; other regions have others, which nothing here needs. */
const hostedZoneId = 'Z2IFOLAFXWLO4F';
/** AWS's limit of one call that names what to describe. */
const mostNamed = 20;

export async function createLoadBalancer(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const name = required(params, 'Name');
  checkName('Load balancer', name);
  const wish = {
    type: oneOf(params, 'Type', ['application', 'network']) ?? 'application',
    scheme: oneOf(params, 'Scheme', ['internet-facing', 'internal']) ?? 'internet-facing',
    ipAddressType: oneOf(params, 'IpAddressType', ['ipv4', 'dualstack']) ?? 'ipv4',
    prefixForSourceNat: oneOf(params, 'EnablePrefixForIpv6SourceNat', ['on', 'off']) ?? 'off',
    securityGroups: texts(params, 'SecurityGroups') ?? [],
  };
  const mappings = mappingsOf(params);
  const tags = tagsOf(params);

  // As AWS does it: the same settings again answer the first one, whatever its tags say by now.
  const namesake = [...state.loadBalancers.values()].find((other) => other.name === name);
  if (namesake) {
    const same =
      namesake.type === wish.type &&
      namesake.scheme === wish.scheme &&
      namesake.ipAddressType === wish.ipAddressType &&
      namesake.prefixForSourceNat === wish.prefixForSourceNat &&
      sameSet(namesake.securityGroups, wish.securityGroups) &&
      sameZones(namesake.zones, mappings);
    if (same) return { LoadBalancers: [described(cloud, namesake)] };
    const reason = `A load balancer with the same name '${name}' exists, but with different settings`;
    throw new AwsError('DuplicateLoadBalancerName', reason);
  }
  if (state.loadBalancers.size >= cloud.settings.quotas.loadBalancers) {
    throw new AwsError('TooManyLoadBalancers', 'The maximum number of load balancers has been reached');
  }
  const { zones, vpcId } = await resolveZones(cloud, state, mappings, wish);
  await checkSecurityGroups(cloud, wish.securityGroups, vpcId);

  const short = wish.type === 'network' ? 'net' : 'app';
  const { arn, id } = cloud.newArn(`loadbalancer/${short}/${name}`);
  const held = await holdAddresses(cloud, `ELB ${short}/${name}/${id}`, [], zones);
  const host =
    wish.type === 'network'
      ? `${name}-${id}.elb.${cloud.region}.amazonaws.com`
      : `${wish.scheme === 'internal' ? 'internal-' : ''}${name}-${Number.parseInt(id.slice(8), 16)}.${cloud.region}.elb.amazonaws.com`;
  const loadBalancer: LoadBalancer = {
    ...wish,
    ...{ seq: cloud.nextSeq(), arn, name, vpcId, dnsName: host, createdAt: Date.now(), zones: held, tags },
    privateLinkRules: 'on',
    attributes: newLoadBalancerAttributes(wish.type, wish.scheme),
  };
  state.loadBalancers.set(arn, loadBalancer);
  return { LoadBalancers: [{ ...described(cloud, loadBalancer), State: { Code: 'provisioning' } }] };
}

export async function deleteLoadBalancer(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const arn = required(params, 'LoadBalancerArn');
  checkArn('loadbalancer', arn);
  const loadBalancer = state.loadBalancers.get(arn);
  // AWS: deleting what is not there succeeds.
  if (!loadBalancer) return {};
  if (loadBalancer.attributes['deletion_protection.enabled'] === 'true') {
    const reason = `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`;
    throw new AwsError('OperationNotPermitted', reason);
  }
  await holdAddresses(cloud, arn, loadBalancer.zones, []);
  for (const listener of listenersOf(state, arn)) state.listeners.delete(listener.arn);
  state.loadBalancers.delete(arn);
  cloud.release(loadBalancer.securityGroups);
  return {};
}

export function describeLoadBalancers(params: Params, cloud: Cloud, state: State): Xml {
  const arns = texts(params, 'LoadBalancerArns') ?? [];
  const names = texts(params, 'Names') ?? [];
  const all = [...state.loadBalancers.values()];
  if (arns.length + names.length === 0) {
    const { items, NextMarker } = page(params, all);
    return { LoadBalancers: items.map((item) => described(cloud, item)), NextMarker };
  }
  if (arns.length > 0 && names.length > 0) {
    throw new AwsError('ValidationError', 'Load balancer names and load balancer ARNs cannot be specified together');
  }
  const wanted = new Set([...arns, ...names]);
  if (wanted.size > mostNamed) {
    throw new AwsError('ValidationError', `The number of load balancers must not exceed '${mostNamed}'`);
  }
  for (const arn of arns) checkArn('loadbalancer', arn);
  const found = all.filter(({ arn, name }) => wanted.has(arn) || wanted.has(name));
  if (found.length < wanted.size) {
    throw new AwsError('LoadBalancerNotFound', 'One or more load balancers not found');
  }
  return { LoadBalancers: found.map((item) => described(cloud, item)) };
}

/** Zones in the form of an answer. */
export function describedZones({ zones }: Pick<LoadBalancer, 'zones'>): Xml {
  return zones.map(({ zone, subnetId, allocationId, publicIp, privateIp, ipv6 }) => {
    const address = {
      IpAddress: publicIp,
      AllocationId: allocationId,
      PrivateIPv4Address: privateIp,
      IPv6Address: ipv6,
    };
    const fixed = Object.values(address).some((value) => value !== undefined);
    return { ZoneName: zone, SubnetId: subnetId, LoadBalancerAddresses: fixed ? [address] : [] };
  });
}

function described(cloud: Cloud, loadBalancer: LoadBalancer) {
  const { arn, name, type, scheme, vpcId, dnsName, createdAt, ipAddressType, securityGroups } = loadBalancer;
  const active = Date.now() - createdAt >= cloud.settings.provisioningMs;
  return {
    ...{ LoadBalancerArn: arn, LoadBalancerName: name, Type: type, Scheme: scheme, VpcId: vpcId, DNSName: dnsName },
    CanonicalHostedZoneId: hostedZoneId,
    CreatedTime: new Date(createdAt).toISOString(),
    State: { Code: active ? 'active' : 'provisioning' },
    AvailabilityZones: describedZones(loadBalancer),
    SecurityGroups: securityGroups.length > 0 ? securityGroups : undefined,
    IpAddressType: ipAddressType,
    ...(type === 'network' ? { EnablePrefixForIpv6SourceNat: loadBalancer.prefixForSourceNat } : {}),
    ...(type === 'network' && securityGroups.length > 0
      ? { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: loadBalancer.privateLinkRules }
      : {}),
  };
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return [...left].sort().join() === [...right].sort().join();
}
