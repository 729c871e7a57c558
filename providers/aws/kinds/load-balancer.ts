// Network Load Balancers. The name is the identity; AWS's ARN is only known to the output.
import type {
  LoadBalancerAttribute,
  LoadBalancer as SdkLoadBalancer,
  SubnetMapping,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { FairleadError } from '../../../src/engine/errors.ts';
import { canonical } from '../../../src/engine/graph.ts';
import { defineKind, type Observed, type RetryAfter, type Scope } from '../../../src/engine/kind.ts';
import { ANY_ADDRESS, equalAddresses } from '../addresses.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { tagsOf, writeTags } from '../cloud/elbv2-tags.ts';
import { describeLoadBalancers } from '../cloud/load-balancers.ts';
import { isAws } from '../errors.ts';
import { type Address, LOAD_BALANCER, type LoadBalancerOut, type LoadBalancerSpec } from '../resources.ts';
import { equalTags, tagChanges, toSdk, withTagChanges } from '../tags.ts';
import { deniedOf } from './denied.ts';
import { attributeChanges, fromAttributes } from './load-balancer-attributes.ts';
import { loadBalancerCalls } from './load-balancer-calls.ts';
import { loadBalancerMarks } from './load-balancer-marks.ts';
import { loadBalancerKey, loadBalancerNote } from './load-balancer-notes.ts';
import { readByName } from './read-by-name.ts';
import { markGroups } from './security-group.ts';

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
  calls: loadBalancerCalls,

  async list(cloud, scope) {
    const startedAt = performance.now();
    const listed = await cloud.listedLoadBalancers.refresh(scope);
    const named = listed.map(({ name, loadBalancer, tags }) => {
      const marks = loadBalancerMarks(cloud.cluster.name, name, tags);
      return { name, marks, loadBalancer };
    });
    const notes = named.map(({ name, marks, loadBalancer }) => noteOf(name, marks, spotOf(loadBalancer)));
    cloud.loadBalancers.noteListed(notes, startedAt);
    return named.map(({ name, marks, loadBalancer }) => {
      const createdAt = loadBalancer.CreatedTime?.getTime();
      return { id: name, marks, out: outOf(loadBalancer), ...(createdAt === undefined ? {} : { createdAt }) };
    });
  },

  read(cloud, wanted, scope) {
    return readByName(wanted, {
      notFound: 'LoadBalancerNotFound',
      nameOf: ({ LoadBalancerName = '' }: SdkLoadBalancer) => LoadBalancerName,
      find: (names) => describeLoadBalancers(cloud.calls, [...names], scope),
      observe: (found) => observe(cloud, found, scope),
      gone: (name) => cloud.loadBalancers.forget(loadBalancerKey('nlb', name)),
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
    const marks = loadBalancerMarks(cloud.cluster.name, id, spec.tags);
    cloud.loadBalancers.note(...noteOf(id, marks, spec));
    const out = outOf(made);
    await writeAttributes(cloud, out.arn, attributeChanges(spec), scope);
    return { id, marks, spec, out, settled: true };
  },

  async update(cloud, now, spec, changed, scope) {
    const has = (...fields: (keyof LoadBalancerSpec)[]) => fields.some((field) => changed.includes(field));
    const { arn } = now.out;
    let next = now.spec;
    if (has('securityGroups')) {
      await markGroups(cloud, now.id, now.marks, scope);
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
      await writeAttributes(cloud, arn, attributeChanges(spec, next), scope);
      const { crossZone, accessLogs, accessLogBucket, accessLogPrefix } = spec;
      next = { ...next, crossZone, accessLogs, accessLogBucket, accessLogPrefix };
    }
    if (has('tags')) {
      const changes = tagChanges(spec.tags, next.tags);
      await writeTags(cloud.calls, arn, changes, scope);
      next = { ...next, tags: withTagChanges(next.tags, changes) };
    }
    const marks = loadBalancerMarks(cloud.cluster.name, now.id, next.tags);
    cloud.loadBalancers.note(...noteOf(now.id, marks, next));
    return { ...now, marks, spec: next };
  },

  async delete(cloud, now, scope): Promise<'gone' | RetryAfter> {
    const { arn } = now.out;
    await markGroups(cloud, now.id, now.marks, scope);
    const denial = await deniedOf(
      cloud.calls.elbv2('DeleteLoadBalancer', { LoadBalancerArn: arn }, scope).catch(unlessGone),
    );
    try {
      await cloud.calls.elbv2('DescribeLoadBalancers', { LoadBalancerArns: [arn] }, scope);
    } catch (error) {
      unlessGone(error);
      cloud.loadBalancers.forget(loadBalancerKey('nlb', now.id));
      return 'gone';
    }
    if (denial !== undefined) throw denial;
    return { retryAfterMs: GONE_RETRY_MS, why: `load balancer ${now.id} is being deleted` };
  },
});

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

async function observe(cloud: Cloud, found: SdkLoadBalancer, scope: Scope): Promise<Balancer> {
  const out = outOf(found);
  const [{ Attributes }, tags] = await Promise.all([
    cloud.calls.elbv2('DescribeLoadBalancerAttributes', { LoadBalancerArn: out.arn }, scope),
    tagsOf(cloud.calls, out.arn, scope),
  ]);
  const id = found.LoadBalancerName ?? '';
  const spot = spotOf(found);
  const marks = found.Type === 'network' ? loadBalancerMarks(cloud.cluster.name, id, tags) : [];
  cloud.loadBalancers.note(...noteOf(id, marks, spot));
  return { id, marks, spec: { ...spot, ...fromAttributes(Attributes), tags }, out, settled: true };
}

function outOf({ LoadBalancerArn = '', DNSName = '', CanonicalHostedZoneId = '' }: SdkLoadBalancer): LoadBalancerOut {
  return { arn: LoadBalancerArn, dnsName: DNSName, canonicalHostedZoneId: CanonicalHostedZoneId };
}

type Spot = Pick<LoadBalancerSpec, 'scheme' | 'subnets' | 'addresses' | 'hasSecurityGroups' | 'securityGroups'>;

function spotOf({ Scheme, AvailabilityZones = [], SecurityGroups = [] }: SdkLoadBalancer): Spot {
  const addresses = AvailabilityZones.map(({ SubnetId = '', LoadBalancerAddresses = [] }): [string, Address] => {
    const allocationId = LoadBalancerAddresses.find((one) => one.AllocationId)?.AllocationId ?? null;
    const privateIPv4Address = LoadBalancerAddresses.find((one) => one.PrivateIPv4Address)?.PrivateIPv4Address ?? null;
    return [SubnetId, { allocationId, privateIPv4Address }];
  });
  return {
    scheme: Scheme === 'internal' ? 'internal' : 'internet-facing',
    subnets: addresses.map(([id]) => id).sort(),
    addresses: Object.fromEntries(addresses),
    hasSecurityGroups: SecurityGroups.length > 0,
    securityGroups: SecurityGroups.toSorted(),
  };
}

function noteOf(name: string, marks: Balancer['marks'], spot: Spot) {
  return loadBalancerNote('nlb', name, marks, spot);
}

function mappingOf(SubnetId: string, address: Address = ANY_ADDRESS): SubnetMapping {
  const { allocationId, privateIPv4Address } = address;
  return {
    SubnetId,
    ...(allocationId === null ? {} : { AllocationId: allocationId }),
    ...(privateIPv4Address === null ? {} : { PrivateIPv4Address: privateIPv4Address }),
  };
}

function sortedSet(ids: readonly unknown[]): readonly string[] {
  return [...new Set(ids.map(canonical))].sort();
}
