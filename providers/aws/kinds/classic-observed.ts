// A Classic Load Balancer as AWS describes it, in the spec's words.
import type { LoadBalancerDescription } from '@aws-sdk/client-elastic-load-balancing';
import type { Observed, Scope } from '../../../src/engine/kind.ts';
import type { Mark } from '../../../src/engine/owner.ts';
import { classicTagsOf } from '../cloud/classic-load-balancers.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { ClassicLoadBalancerOut, ClassicLoadBalancerSpec } from '../resources.ts';
import { fromAttributes, fromHealthCheck } from './classic-attributes.ts';
import { fromListeners } from './classic-listeners.ts';
import { proxyProtocolPortsOf, sslPolicyOf } from './classic-policies.ts';
import { loadBalancerMarks } from './load-balancer-marks.ts';
import { loadBalancerNote } from './load-balancer-notes.ts';

/** With its attributes and its tags: two calls. */
export async function observeClassic(
  cloud: Cloud,
  found: LoadBalancerDescription,
  scope: Scope,
): Promise<Observed<ClassicLoadBalancerSpec, ClassicLoadBalancerOut>> {
  const id = found.LoadBalancerName ?? '';
  const [{ LoadBalancerAttributes }, tags] = await Promise.all([
    cloud.calls.elb('DescribeLoadBalancerAttributes', { LoadBalancerName: id }, scope),
    classicTagsOf(cloud.calls, id, scope),
  ]);
  const spec: ClassicLoadBalancerSpec = {
    ...placeOf(found),
    listeners: fromListeners(found.ListenerDescriptions, (listener) => sslPolicyOf(found, listener)),
    proxyProtocolPorts: proxyProtocolPortsOf(found),
    healthCheck: fromHealthCheck(found.HealthCheck),
    ...fromAttributes(LoadBalancerAttributes),
    tags,
  };
  const marks = loadBalancerMarks(cloud.cluster.name, id, tags);
  cloud.loadBalancers.note(...noteOf(id, marks, spec));
  return { id, marks, spec, out: outOf(found), settled: true };
}

export function outOf({
  DNSName = '',
  CanonicalHostedZoneNameID = '',
}: LoadBalancerDescription): ClassicLoadBalancerOut {
  return { dnsName: DNSName, canonicalHostedZoneId: CanonicalHostedZoneNameID };
}

type Place = Pick<ClassicLoadBalancerSpec, 'scheme' | 'subnets' | 'securityGroups'>;

export function placeOf({ Scheme, Subnets = [], SecurityGroups = [] }: LoadBalancerDescription): Place {
  const scheme = Scheme === 'internal' ? 'internal' : 'internet-facing';
  return { scheme, subnets: Subnets.toSorted(), securityGroups: SecurityGroups.toSorted() };
}

export function noteOf(name: string, marks: readonly Mark[], place: Place) {
  return loadBalancerNote('classic', name, marks, place);
}
