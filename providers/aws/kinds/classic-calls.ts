// The calls that a Classic Load Balancer takes. Pure.
import { canonical } from '../../../src/engine/graph.ts';
import type { Deed } from '../../../src/engine/kind.ts';
import type { AwsCall } from '../cloud/operations.ts';
import { DEFAULT_SSL_POLICY } from '../compile/ssl-policy.ts';
import type { ClassicLoadBalancerSpec } from '../resources.ts';
import { attributeChanges, DEFAULT_ATTRIBUTES, defaultHealthCheck } from './classic-attributes.ts';
import { afterChange, asMade, type Listeners, listenerChanges, portsOf } from './classic-listeners.ts';
import { type Policies, policyChanges } from './classic-policies.ts';
import { tagCalls, when } from './field-calls.ts';

type Spec = ClassicLoadBalancerSpec;

/**
 * Fewer where a policy was there once and is unused now: those that have it still know its name. More where subnets take
 * the places of others in the same zones: only AWS knows the zones.
 */
export function classicLoadBalancerCalls(deed: Deed<Spec>): readonly AwsCall[] {
  switch (deed.action) {
    case 'create':
      return createCalls(deed.want);
    case 'update':
      return updateCalls(deed.want, deed.have, deed.changed);
    case 'delete':
      // And one look that it is gone.
      return ['elasticloadbalancing:DeleteLoadBalancer', 'elasticloadbalancing:DescribeLoadBalancers'];
  }
}

function createCalls(want: Spec): readonly AwsCall[] {
  const made = { listeners: asMade(want.listeners), proxyProtocolPorts: [] };
  const isChecked = canonical(want.healthCheck) !== canonical(defaultHealthCheck(want.listeners));
  return [
    'elasticloadbalancing:CreateLoadBalancer',
    // The answer does not tell whether it was there before.
    'elasticloadbalancing:DescribeLoadBalancers',
    ...policyCalls(want, made, made),
    ...when(isChecked, 'elasticloadbalancing:ConfigureHealthCheck'),
    ...when(
      attributeChanges(want, DEFAULT_ATTRIBUTES) !== undefined,
      'elasticloadbalancing:ModifyLoadBalancerAttributes',
    ),
  ];
}

function updateCalls(want: Spec, have: Spec, changed: readonly (keyof Spec)[]): readonly AwsCall[] {
  const has = (field: keyof Spec) => changed.includes(field);
  const listed = has('listeners') ? afterChange(want.listeners, have.listeners) : have.listeners;
  const after = {
    listeners: has('listeners') ? want.listeners : have.listeners,
    proxyProtocolPorts: has('proxyProtocolPorts') ? want.proxyProtocolPorts : have.proxyProtocolPorts,
  };
  const policies = policyCalls(after, { ...have, listeners: listed }, have);
  return [
    ...when(has('securityGroups'), 'elasticloadbalancing:ApplySecurityGroupsToLoadBalancer'),
    ...(has('subnets') ? subnetCalls(want.subnets, have.subnets) : []),
    ...(has('listeners') ? listenerCalls(want.listeners, have.listeners) : []),
    // What others have set has to be named again.
    ...when(policies.length > 0, 'elasticloadbalancing:DescribeLoadBalancers'),
    ...policies,
    ...when(has('healthCheck'), 'elasticloadbalancing:ConfigureHealthCheck'),
    ...when(attributeChanges(want, have) !== undefined, 'elasticloadbalancing:ModifyLoadBalancerAttributes'),
    ...(has('tags') ? tagCalls(want.tags, have.tags) : []),
  ];
}

function subnetCalls(want: readonly string[], have: readonly string[]): readonly AwsCall[] {
  return [
    ...when(
      want.some((id) => !have.includes(id)),
      'elasticloadbalancing:AttachLoadBalancerToSubnets',
    ),
    ...when(
      have.some((id) => !want.includes(id)),
      'elasticloadbalancing:DetachLoadBalancerFromSubnets',
    ),
  ];
}

function listenerCalls(want: Listeners, have: Listeners): readonly AwsCall[] {
  const { add, remove, remake, certify } = listenerChanges(want, have);
  return [
    ...Object.keys(certify).map(() => 'elasticloadbalancing:SetLoadBalancerListenerSSLCertificate' as const),
    ...when(portsOf(add).length > 0, 'elasticloadbalancing:CreateLoadBalancerListeners'),
    ...when(remove.length > 0, 'elasticloadbalancing:DeleteLoadBalancerListeners'),
    ...when(portsOf(remake).length > 0, 'elasticloadbalancing:CreateLoadBalancerListeners'),
  ];
}

/** From `have` to `want`; `known` has the policies that there are by now. */
function policyCalls(want: Policies, have: Policies, known: Policies): readonly AwsCall[] {
  const { encrypting, joining, leaving } = policyChanges(want, have);
  // AWS's default comes with the first listener that encrypts.
  const there = new Set([DEFAULT_SSL_POLICY, ...Object.values(known.listeners).map(({ sslPolicy }) => sslPolicy)]);
  const missing = new Set(encrypting.map(({ policy }) => policy).filter((policy) => !there.has(policy)));
  const headed = [...joining, ...leaving];
  return [
    ...encrypting.flatMap(({ policy }): readonly AwsCall[] => [
      ...when(missing.delete(policy), 'elasticloadbalancing:CreateLoadBalancerPolicy'),
      'elasticloadbalancing:SetLoadBalancerPoliciesOfListener',
    ]),
    ...when(
      joining.length > 0 && known.proxyProtocolPorts.length === 0,
      'elasticloadbalancing:CreateLoadBalancerPolicy',
    ),
    ...headed.map(() => 'elasticloadbalancing:SetLoadBalancerPoliciesForBackendServer' as const),
  ];
}
