// Network Load Balancers. The name is the identity; AWS's ARN is only known to the output.
import type {
  LoadBalancerAttribute,
  LoadBalancer as SdkLoadBalancer,
  SubnetMapping,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { FairleadError } from '../../../src/engine/errors.ts';
import { canonical } from '../../../src/engine/graph.ts';
import { defineKind, type Observed, type RetryAfter, type Scope } from '../../../src/engine/kind.ts';
import type { Mark } from '../../../src/engine/owner.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { tagsOf, writeTags } from '../cloud/elbv2-tags.ts';
import { describeLoadBalancers } from '../cloud/load-balancers.ts';
import { isAws } from '../errors.ts';
import { uidOfLoadBalancer } from '../naming.ts';
import { type Address, LOAD_BALANCER, type LoadBalancerOut, type LoadBalancerSpec } from '../resources.ts';
import { equalTags, type Tags, tagChanges, tagMark, toSdk, withTagChanges } from '../tags.ts';
import { attributesOf, DEFAULT_ATTRIBUTES, fromAttributes } from './load-balancer-attributes.ts';
import { readByName } from './read-by-name.ts';

type Balancer = Observed<LoadBalancerSpec, LoadBalancerOut>;

/** AWS's time may be rounded, or behind ours. One that looks older than it is costs a look at its tags, and no more. */
const CLOCK_SKEW_MS = 1_000;
const GONE_RETRY_MS = 5_000;

export const loadBalancerKind = defineKind<Cloud, LoadBalancerSpec, LoadBalancerOut>({
  name: LOAD_BALANCER.name,
  immutable: ['scheme', 'addresses', 'hasSecurityGroups'],
  equal: {
    addresses: equalAddresses,
    securityGroups: (want, have) => canonical(sortedSet(want)) === canonical(sortedSet(have)),
    accessLogBucket: (want, have) => want === null || want === have,
    accessLogPrefix: (want, have) => want === null || want === have,
    tags: equalTags,
  },

  async list(cloud, scope) {
    const listed = await cloud.listedLoadBalancers.refresh(scope);
    cloud.loadBalancers.clear();
    for (const { name, loadBalancer } of listed) remember(cloud, name, zonesOf(loadBalancer));
    return listed.map(({ name, loadBalancer, tags }) => ({
      id: name,
      marks: marksOf(cloud, name, tags),
      out: outOf(loadBalancer),
    }));
  },

  read(cloud, wanted, scope) {
    return readByName(wanted, {
      notFound: 'LoadBalancerNotFound',
      nameOf: ({ LoadBalancerName = '' }: SdkLoadBalancer) => LoadBalancerName,
      find: (names) => describeLoadBalancers(cloud.calls, [...names], scope),
      observe: (found) => observe(cloud, found, scope),
      gone: (name) => cloud.loadBalancers.delete(name),
    });
  },

  async create(cloud, _owners, id, spec, scope) {
    const startedAt = Date.now();
    const { LoadBalancers = [] } = await cloud.calls.elbv2(
      'CreateLoadBalancer',
      {
        Name: id,
        Type: 'network',
        Scheme: spec.scheme,
        SubnetMappings: spec.subnets.map((subnet) => mappingOf(subnet, spec.addresses[subnet])),
        ...(spec.hasSecurityGroups ? { SecurityGroups: [...spec.securityGroups] } : {}),
        Tags: toSdk(spec.tags),
      },
      scope,
    );
    const made = LoadBalancers[0] ?? {};
    // AWS answers a repeated request with what is there, whosever it is.
    if ((made.CreatedTime?.getTime() ?? startedAt) < startedAt - CLOCK_SKEW_MS) {
      throw new FairleadError('conflict', `there is a load balancer named ${id} already`);
    }
    remember(cloud, id, spec);
    const out = outOf(made);
    const changed = attributesOf(spec).filter(({ Key = '', Value }) => DEFAULT_ATTRIBUTES[Key] !== Value);
    await writeAttributes(cloud, out.arn, changed, scope);
    return { id, marks: marksOf(cloud, id, spec.tags), spec, out, settled: true };
  },

  async update(cloud, now, spec, changed, scope) {
    const has = (...fields: (keyof LoadBalancerSpec)[]) => fields.some((field) => changed.includes(field));
    const { arn } = now.out;
    let next = now.spec;
    if (has('securityGroups')) {
      const SecurityGroups = [...spec.securityGroups];
      await cloud.calls.elbv2('SetSecurityGroups', { LoadBalancerArn: arn, SecurityGroups }, scope);
      next = { ...next, securityGroups: spec.securityGroups };
    }
    if (has('subnets')) {
      // A subnet that stays has to be named with the address that it has.
      const addresses = Object.fromEntries(
        spec.subnets.map((id) => [id, next.addresses[id] ?? spec.addresses[id] ?? ANY_ADDRESS]),
      );
      const SubnetMappings = spec.subnets.map((id) => mappingOf(id, addresses[id]));
      await cloud.calls.elbv2('SetSubnets', { LoadBalancerArn: arn, SubnetMappings }, scope);
      next = { ...next, subnets: spec.subnets, addresses };
    }
    if (has('crossZone', 'accessLogs', 'accessLogBucket', 'accessLogPrefix')) {
      const before = new Map(attributesOf(next).map(({ Key, Value }) => [Key, Value]));
      const differing = attributesOf(spec).filter(({ Key, Value }) => before.get(Key) !== Value);
      await writeAttributes(cloud, arn, differing, scope);
      const { crossZone, accessLogs, accessLogBucket, accessLogPrefix } = spec;
      next = { ...next, crossZone, accessLogs, accessLogBucket, accessLogPrefix };
    }
    if (has('tags')) {
      const changes = tagChanges(spec.tags, next.tags);
      await writeTags(cloud.calls, arn, changes, scope);
      next = { ...next, tags: withTagChanges(next.tags, changes) };
    }
    remember(cloud, now.id, next);
    return { ...now, marks: marksOf(cloud, now.id, next.tags), spec: next };
  },

  async delete(cloud, now, scope): Promise<'gone' | RetryAfter> {
    const { arn } = now.out;
    await cloud.calls.elbv2('DeleteLoadBalancer', { LoadBalancerArn: arn }, scope).catch(unlessGone);
    try {
      await cloud.calls.elbv2('DescribeLoadBalancers', { LoadBalancerArns: [arn] }, scope);
    } catch (error) {
      unlessGone(error);
      cloud.loadBalancers.delete(now.id);
      return 'gone';
    }
    return { retryAfterMs: GONE_RETRY_MS, why: `load balancer ${now.id} is being deleted` };
  },
});

const ANY_ADDRESS: Address = { allocationId: null, privateIPv4Address: null };

function unlessGone(error: unknown): void {
  if (!isAws(error, 'LoadBalancerNotFound')) throw error;
}

async function writeAttributes(
  cloud: Cloud,
  LoadBalancerArn: string,
  Attributes: LoadBalancerAttribute[],
  scope: Scope,
): Promise<void> {
  if (Attributes.length === 0) return;
  await cloud.calls.elbv2('ModifyLoadBalancerAttributes', { LoadBalancerArn, Attributes }, scope);
}

/** Ours if it has the name, the cluster's tag and the Service's name; the owner tag, where it is, must fit the name. */
function marksOf(cloud: Cloud, name: string, tags: Tags): readonly Mark[] {
  const uid = uidOfLoadBalancer(name);
  const mark = tagMark(cloud.cluster.name, tags);
  if (uid === undefined || mark?.namespace === undefined) return [];
  if (mark.uid !== undefined && !mark.uid.replaceAll('-', '').startsWith(uid)) return [];
  return [{ uid, ...mark }];
}

async function observe(cloud: Cloud, found: SdkLoadBalancer, scope: Scope): Promise<Balancer> {
  const out = outOf(found);
  const [{ Attributes }, tags] = await Promise.all([
    cloud.calls.elbv2('DescribeLoadBalancerAttributes', { LoadBalancerArn: out.arn }, scope),
    tagsOf(cloud.calls, out.arn, scope),
  ]);
  const id = found.LoadBalancerName ?? '';
  const zones = zonesOf(found);
  remember(cloud, id, zones);
  const marks = found.Type === 'network' ? marksOf(cloud, id, tags) : [];
  const scheme = found.Scheme === 'internal' ? 'internal' : 'internet-facing';
  return { id, marks, spec: { scheme, ...zones, ...fromAttributes(Attributes), tags }, out, settled: true };
}

function outOf({ LoadBalancerArn = '', DNSName = '', CanonicalHostedZoneId = '' }: SdkLoadBalancer): LoadBalancerOut {
  return { arn: LoadBalancerArn, dnsName: DNSName, canonicalHostedZoneId: CanonicalHostedZoneId };
}

type Zones = Pick<LoadBalancerSpec, 'subnets' | 'addresses' | 'hasSecurityGroups' | 'securityGroups'>;

function zonesOf({ AvailabilityZones = [], SecurityGroups = [] }: SdkLoadBalancer): Zones {
  const addresses = AvailabilityZones.map(({ SubnetId = '', LoadBalancerAddresses = [] }): [string, Address] => {
    const allocationId = LoadBalancerAddresses.find((one) => one.AllocationId)?.AllocationId ?? null;
    const privateIPv4Address = LoadBalancerAddresses.find((one) => one.PrivateIPv4Address)?.PrivateIPv4Address ?? null;
    return [SubnetId, { allocationId, privateIPv4Address }];
  });
  return {
    subnets: addresses.map(([id]) => id).sort(),
    addresses: Object.fromEntries(addresses),
    hasSecurityGroups: SecurityGroups.length > 0,
    securityGroups: SecurityGroups.toSorted(),
  };
}

function mappingOf(SubnetId: string, address: Address = ANY_ADDRESS): SubnetMapping {
  const { allocationId, privateIPv4Address } = address;
  return {
    SubnetId,
    ...(allocationId === null ? {} : { AllocationId: allocationId }),
    ...(privateIPv4Address === null ? {} : { PrivateIPv4Address: privateIPv4Address }),
  };
}

/**
 * Addresses are fixed for a subnet that stays; those of subnets that come or go are no difference of their own. Where no
 * private address is asked for, the one that is there will do.
 */
function equalAddresses(want: LoadBalancerSpec['addresses'], have: LoadBalancerSpec['addresses']): boolean {
  return Object.entries(want).every(([subnet, address]) => {
    const there = have[subnet];
    if (there === undefined) return true;
    if (address.allocationId !== there.allocationId) return false;
    return address.privateIPv4Address === null || address.privateIPv4Address === there.privateIPv4Address;
  });
}

function sortedSet(ids: readonly unknown[]): readonly string[] {
  return [...new Set(ids.map(canonical))].sort();
}

function remember(cloud: Cloud, name: string, { subnets, addresses, hasSecurityGroups }: Zones): void {
  const allocationIds = Object.values(addresses).flatMap(({ allocationId }) => allocationId ?? []);
  cloud.loadBalancers.set(name, { subnets, allocationIds: allocationIds.sort(), hasSecurityGroups });
}
