// The calls that change a Classic Load Balancer. What can be added before something goes is; a crash in between leaves what
// the next deep read shows.
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import type { Calls } from '../cloud/calls.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { ClassicHealthCheck } from '../resources.ts';
import { attributeChanges, type ClassicAttributes, healthCheckOf } from './classic-attributes.ts';
import {
  asMade,
  interruptedPorts,
  type Listeners,
  listenerChanges,
  pick,
  portsOf,
  toListeners,
} from './classic-listeners.ts';
import { writePolicies } from './classic-policies.ts';

/** At most one call for each new certificate, and three for all the rest. */
export async function changeListeners(
  calls: Calls,
  LoadBalancerName: string,
  want: Listeners,
  have: Listeners,
  scope: Scope,
): Promise<void> {
  const { add, remove, remake, certify } = listenerChanges(want, have);
  const make = async (listeners: Listeners) => {
    if (portsOf(listeners).length === 0) return;
    await calls.elb('CreateLoadBalancerListeners', { LoadBalancerName, Listeners: toListeners(listeners) }, scope);
  };
  for (const [port, SSLCertificateId] of Object.entries(certify)) {
    const input = { LoadBalancerName, LoadBalancerPort: Number(port), SSLCertificateId };
    await calls.elb('SetLoadBalancerListenerSSLCertificate', input, scope);
  }
  await make(add);
  if (remove.length > 0) {
    await calls.elb('DeleteLoadBalancerListeners', { LoadBalancerName, LoadBalancerPorts: [...remove] }, scope);
  }
  try {
    await make(remake);
  } catch (error) {
    // Refused until somebody changes something: what was there is better than a port that stays closed.
    if (isRefusal(error)) await putBack(calls, LoadBalancerName, pick(have, interruptedPorts(want, have)), scope);
    throw error;
  }
}

/** With their policies, which went with them. Best effort: the refusal is the error to tell. */
async function putBack(calls: Calls, LoadBalancerName: string, listeners: Listeners, scope: Scope): Promise<void> {
  if (portsOf(listeners).length === 0) return;
  const [proxyProtocolPorts, made] = [[], asMade(listeners)];
  try {
    await calls.elb('CreateLoadBalancerListeners', { LoadBalancerName, Listeners: toListeners(listeners) }, scope);
    await writePolicies(
      calls,
      LoadBalancerName,
      { listeners, proxyProtocolPorts },
      { listeners: made, proxyProtocolPorts },
      scope,
    );
  } catch {}
}

function isRefusal(error: unknown): boolean {
  return error instanceof FairleadError && error.family === 'blocked';
}

/**
 * Attaches, then detaches. AWS attaches one subnet a zone: where one takes the place of another in the same zone, the
 * old one goes first, zone by zone, so that the load balancer always has one.
 */
export async function changeSubnets(
  cloud: Cloud,
  LoadBalancerName: string,
  want: readonly string[],
  have: readonly string[],
  scope: Scope,
): Promise<void> {
  const attach = async (subnets: readonly string[]) => {
    if (subnets.length === 0) return;
    await cloud.calls.elb('AttachLoadBalancerToSubnets', { LoadBalancerName, Subnets: [...subnets] }, scope);
  };
  const detach = async (subnets: readonly string[]) => {
    if (subnets.length === 0) return;
    await cloud.calls.elb('DetachLoadBalancerFromSubnets', { LoadBalancerName, Subnets: [...subnets] }, scope);
  };
  const joining = want.filter((id) => !have.includes(id));
  const leaving = have.filter((id) => !want.includes(id));
  const zones =
    joining.length > 0 && leaving.length > 0 ? await zonesOf(cloud, joining, scope) : new Map<string, string>();
  const swaps = joining.flatMap((join) => {
    const leave = leaving.find((id) => zones.get(id) !== undefined && zones.get(id) === zones.get(join));
    return leave === undefined ? [] : [{ join, leave }];
  });
  await attach(joining.filter((id) => !swaps.some(({ join }) => join === id)));
  for (const { join, leave } of swaps) {
    await detach([leave]);
    await attach([join]);
  }
  await detach(leaving.filter((id) => !swaps.some(({ leave }) => leave === id)));
}

async function zonesOf(cloud: Cloud, needed: readonly string[], scope: Scope): Promise<ReadonlyMap<string, string>> {
  const all = await cloud.subnets.get(scope, (subnets) => needed.every((id) => subnets.some((one) => one.id === id)));
  return new Map(all.map(({ id, zone }) => [id, zone]));
}

export async function writeHealthCheck(
  calls: Calls,
  LoadBalancerName: string,
  check: ClassicHealthCheck,
  scope: Scope,
): Promise<void> {
  await calls.elb('ConfigureHealthCheck', { LoadBalancerName, HealthCheck: healthCheckOf(check) }, scope);
}

/** One call for all that differ, or none. */
export async function writeAttributes(
  calls: Calls,
  LoadBalancerName: string,
  want: ClassicAttributes,
  have: ClassicAttributes,
  scope: Scope,
): Promise<void> {
  const LoadBalancerAttributes = attributeChanges(want, have);
  if (LoadBalancerAttributes === undefined) return;
  await calls.elb('ModifyLoadBalancerAttributes', { LoadBalancerName, LoadBalancerAttributes }, scope);
}
