// What this Octavia cannot do, and what Barbican does not know: checks of a wish against the facts. Pure.
import type { AnnotationValues } from './annotations.ts';
import type { ApiVersion } from './client/types.ts';
import type { Facts } from './facts.ts';
import type { Wish } from './wish.ts';
import { isOpen, type OpenstackInput } from './wish.ts';
import { annotationName, type Findings, fieldName } from './wish-findings.ts';

/** Since which version of Octavia's API: https://docs.openstack.org/api-ref/load-balancer/v2/. */
const SINCE = { timeouts: 1, tags: 5, flavors: 6, allowedCidrs: 12, zones: 14, httpMonitorOfUdp: 16 } as const;

export type Feature = keyof typeof SINCE;

export function has({ major, minor }: ApiVersion, feature: Feature): boolean {
  return major > 2 || minor >= SINCE[feature];
}

const TIMEOUTS = [
  'timeoutClientDataMs',
  'timeoutMemberConnectMs',
  'timeoutMemberDataMs',
  'timeoutTcpInspectMs',
] as const satisfies readonly (keyof AnnotationValues)[];

export function checkFeatures(input: OpenstackInput, wish: Wish, facts: Facts, findings: Findings): void {
  const { version } = facts;
  const { given, request } = input;
  const lacks = (feature: Feature, name: ReturnType<typeof fieldName>, value: string) => {
    if (has(version, feature)) return;
    const because = `needs version 2.${SINCE[feature]} of Octavia's API, and this one has ${version.major}.${version.minor}`;
    findings.error(name, value, { code: 'conflict', because, expected: 'no such value' });
  };
  for (const field of TIMEOUTS) {
    const name = annotationName(field);
    const value = given[name.key];
    if (value !== undefined) lacks('timeouts', name, value);
  }
  if (wish.flavorId !== undefined) lacks('flavors', annotationName('flavorId'), wish.flavorId);
  if (wish.availabilityZone !== undefined) lacks('zones', annotationName('availabilityZone'), wish.availabilityZone);
  if (!isOpen(wish)) {
    const isField = request.sourceRanges.length > 0;
    const name = isField ? fieldName('spec.loadBalancerSourceRanges') : annotationName('sourceRanges');
    lacks('allowedCidrs', name, wish.allowedCidrs.join(','));
  }
  const { tlsRef } = wish;
  if (tlsRef !== undefined && wish.tlsRefChecked && facts.secrets[tlsRef] === false) {
    const expected = 'the reference of a container or secret that the project of the controller may read';
    findings.error(annotationName('defaultTlsContainerRef'), tlsRef, { because: 'Barbican does not have', expected });
  }
}
