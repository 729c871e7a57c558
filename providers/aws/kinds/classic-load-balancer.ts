// Classic Load Balancers with all that is set on them. The name is the identity, and all that AWS's calls want.
import type { LoadBalancerDescription } from '@aws-sdk/client-elastic-load-balancing';
import { FairleadError } from '../../../src/engine/errors.ts';
import { canonical } from '../../../src/engine/graph.ts';
import { defineKind, type RetryAfter, type Scope } from '../../../src/engine/kind.ts';
import {
  CLASSIC_NOT_FOUND,
  classicNow,
  describeClassic,
  listClassic,
  writeClassicTags,
} from '../cloud/classic-load-balancers.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { isAws } from '../errors.ts';
import { CLASSIC_LOAD_BALANCER, type ClassicLoadBalancerOut, type ClassicLoadBalancerSpec } from '../resources.ts';
import { equalTags, tagChanges, toSdk, withTagChanges } from '../tags.ts';
import { ATTRIBUTE_FIELDS, attributesAfter, DEFAULT_ATTRIBUTES, defaultHealthCheck } from './classic-attributes.ts';
import { classicLoadBalancerCalls } from './classic-calls.ts';
import { changeListeners, changeSubnets, writeAttributes, writeHealthCheck } from './classic-changes.ts';
import { afterChange, asMade, interruptedPorts, toListeners } from './classic-listeners.ts';
import { noteOf, observeClassic, outOf, placeOf } from './classic-observed.ts';
import { writePolicies } from './classic-policies.ts';
import { deniedOf } from './denied.ts';
import { loadBalancerMarks } from './load-balancer-marks.ts';
import { loadBalancerKey } from './load-balancer-notes.ts';
import { readByName } from './read-by-name.ts';

/** AWS's time may be rounded, or behind ours. One that looks older than it is costs a deep read, and no more. */
const CLOCK_SKEW_MS = 1_000;
const GONE_RETRY_MS = 5_000;

export const classicLoadBalancerKind = defineKind<Cloud, ClassicLoadBalancerSpec, ClassicLoadBalancerOut>({
  name: CLASSIC_LOAD_BALANCER.name,
  immutable: ['scheme'],
  equal: {
    securityGroups: (want, have) => canonical(sortedSet(want)) === canonical(sortedSet(have)),
    accessLogBucket: equalIfWanted,
    accessLogPrefix: equalIfWanted,
    accessLogIntervalMinutes: equalIfWanted,
    tags: equalTags,
  },

  interrupts(want, have) {
    const ports = interruptedPorts(want.listeners, have.listeners);
    if (ports.length === 0) return undefined;
    return ports.length === 1
      ? `port ${ports[0]} is closed for a moment`
      : `ports ${ports.join(', ')} are closed for a moment`;
  },

  calls: classicLoadBalancerCalls,

  async list(cloud, scope) {
    const startedAt = performance.now();
    const listed = await listClassic(cloud.calls, scope);
    const named = listed.map(({ name, loadBalancer, tags }) => {
      const marks = loadBalancerMarks(cloud.cluster.name, name, tags);
      return { name, marks, loadBalancer };
    });
    const notes = named.map(({ name, marks, loadBalancer }) => noteOf(name, marks, placeOf(loadBalancer)));
    cloud.loadBalancers.noteListed(notes, startedAt);
    return named.map(({ name, marks, loadBalancer }) => {
      const createdAt = loadBalancer.CreatedTime?.getTime();
      return { id: name, marks, out: outOf(loadBalancer), ...(createdAt === undefined ? {} : { createdAt }) };
    });
  },

  read(cloud, wanted, scope) {
    return readByName(wanted, {
      notFound: CLASSIC_NOT_FOUND,
      nameOf: ({ LoadBalancerName = '' }: LoadBalancerDescription) => LoadBalancerName,
      find: (names) => describeClassic(cloud.calls, names, scope),
      observe: (found) => observeClassic(cloud, found, scope),
      gone: (name) => cloud.loadBalancers.forget(loadBalancerKey('classic', name)),
    });
  },

  async create(cloud, _owners, id, spec, scope) {
    const startedAt = Date.now();
    const { DNSName } = await cloud.calls.elb(
      'CreateLoadBalancer',
      {
        LoadBalancerName: id,
        Listeners: toListeners(spec.listeners),
        Subnets: [...spec.subnets],
        SecurityGroups: [...spec.securityGroups],
        ...(spec.scheme === 'internal' ? { Scheme: spec.scheme } : {}),
        Tags: toSdk(spec.tags),
      },
      scope,
    );
    if (DNSName === undefined) throw new FairleadError('network', `AWS made load balancer ${id} and did not show it`);
    const made = await lookAtNew(cloud, id, startedAt, scope);
    const marks = loadBalancerMarks(cloud.cluster.name, id, spec.tags);
    cloud.loadBalancers.note(...noteOf(id, marks, spec));
    const listeners = asMade(spec.listeners);
    await writePolicies(cloud.calls, id, spec, { listeners, proxyProtocolPorts: [] }, scope, made);
    if (canonical(spec.healthCheck) !== canonical(defaultHealthCheck(spec.listeners)))
      await writeHealthCheck(cloud.calls, id, spec.healthCheck, scope);
    await writeAttributes(cloud.calls, id, spec, DEFAULT_ATTRIBUTES, scope);
    const out = { dnsName: DNSName, canonicalHostedZoneId: made.CanonicalHostedZoneNameID ?? '' };
    return { id, marks, spec, out, settled: true };
  },

  async update(cloud, now, spec, changed, scope) {
    const has = (...fields: readonly (keyof ClassicLoadBalancerSpec)[]) =>
      fields.some((field) => changed.includes(field));
    const { id } = now;
    let next = now.spec;
    if (has('securityGroups')) {
      const SecurityGroups = [...spec.securityGroups];
      await cloud.calls.elb('ApplySecurityGroupsToLoadBalancer', { LoadBalancerName: id, SecurityGroups }, scope);
      next = { ...next, securityGroups: spec.securityGroups };
    }
    if (has('subnets')) {
      await changeSubnets(cloud, id, spec.subnets, next.subnets, scope);
      next = { ...next, subnets: spec.subnets };
    }
    if (has('listeners')) {
      await changeListeners(cloud.calls, id, spec.listeners, next.listeners, scope);
      next = { ...next, listeners: afterChange(spec.listeners, next.listeners) };
    }
    if (has('listeners', 'proxyProtocolPorts')) {
      const { listeners } = has('listeners') ? spec : next;
      const { proxyProtocolPorts } = has('proxyProtocolPorts') ? spec : next;
      await writePolicies(cloud.calls, id, { listeners, proxyProtocolPorts }, next, scope);
      next = { ...next, listeners, proxyProtocolPorts };
    }
    if (has('healthCheck')) {
      await writeHealthCheck(cloud.calls, id, spec.healthCheck, scope);
      next = { ...next, healthCheck: spec.healthCheck };
    }
    if (has(...ATTRIBUTE_FIELDS)) {
      await writeAttributes(cloud.calls, id, spec, next, scope);
      next = { ...next, ...attributesAfter(spec, next) };
    }
    if (has('tags')) {
      const changes = tagChanges(spec.tags, next.tags);
      await writeClassicTags(cloud.calls, id, changes, scope);
      next = { ...next, tags: withTagChanges(next.tags, changes) };
    }
    const marks = loadBalancerMarks(cloud.cluster.name, id, next.tags);
    cloud.loadBalancers.note(...noteOf(id, marks, next));
    return { ...now, marks, spec: next };
  },

  /** AWS deletes what is not there without a word. */
  async delete(cloud, now, scope): Promise<'gone' | RetryAfter> {
    const denial = await deniedOf(cloud.calls.elb('DeleteLoadBalancer', { LoadBalancerName: now.id }, scope));
    try {
      await describeClassic(cloud.calls, [now.id], scope);
    } catch (error) {
      if (!isAws(error, CLASSIC_NOT_FOUND)) throw error;
      cloud.loadBalancers.forget(loadBalancerKey('classic', now.id));
      return 'gone';
    }
    if (denial !== undefined) throw denial;
    return { retryAfterMs: GONE_RETRY_MS, why: `load balancer ${now.id} is being deleted` };
  },
});

/**
 * AWS answers a request for what is there already with success, whosever it is and whatever else was set on it since, and
 * the answer does not tell. So one look follows: what is older than the request is somebody's until its marks are read,
 * which a conflict makes the engine do. What AWS does not show yet is new.
 */
async function lookAtNew(cloud: Cloud, id: string, startedAt: number, scope: Scope): Promise<LoadBalancerDescription> {
  let found: LoadBalancerDescription;
  try {
    found = await classicNow(cloud.calls, id, scope);
  } catch (error) {
    if (!isAws(error, CLASSIC_NOT_FOUND)) throw error;
    return {};
  }
  if ((found.CreatedTime?.getTime() ?? startedAt) < startedAt - CLOCK_SKEW_MS) {
    throw new FairleadError('conflict', `there is a load balancer named ${id} already`);
  }
  return found;
}

/** Null: of no interest. */
function equalIfWanted<T>(want: T | null, have: T | null): boolean {
  return want === null || want === have;
}

function sortedSet(ids: readonly unknown[]): readonly string[] {
  return [...new Set(ids.map(canonical))].sort();
}
