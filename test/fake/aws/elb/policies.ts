// The calls that make, remove, enable and describe the policies of a Classic Load Balancer.

import type {
  CreateLoadBalancerPolicyCommandInput,
  CreateLoadBalancerPolicyCommandOutput,
  DeleteLoadBalancerPolicyCommandInput,
  DeleteLoadBalancerPolicyCommandOutput,
  DescribeLoadBalancerPoliciesCommandInput,
  DescribeLoadBalancerPoliciesCommandOutput,
  SetLoadBalancerPoliciesForBackendServerCommandInput,
  SetLoadBalancerPoliciesForBackendServerCommandOutput,
  SetLoadBalancerPoliciesOfListenerCommandInput,
  SetLoadBalancerPoliciesOfListenerCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import { Misuse, Problem } from '../problem.ts';
import { reading, writing } from '../service.ts';
import { invalid, invalidConfiguration, listenerNotFound, loadBalancerNotFound, policyNotFound } from './errors.ts';
import { isSecure } from './listener-settings.ts';
import { existingLoadBalancer } from './load-balancer.ts';
import { DEFAULT_SSL_POLICY, negotiation, policyOf } from './policy-types.ts';
import type { ClassicLoadBalancer, ClassicPolicy } from './tables.ts';

export const createPolicy = writing<CreateLoadBalancerPolicyCommandInput, CreateLoadBalancerPolicyCommandOutput>(
  'CreateLoadBalancerPolicy',
  ['LoadBalancerName', 'PolicyName', 'PolicyTypeName', 'PolicyAttributes'],
  (input, { world }) => {
    const row = existingLoadBalancer(world, input.LoadBalancerName);
    const name = input.PolicyName!;
    if (!/^[a-zA-Z0-9-]+$/.test(name)) throw invalid('Policy names must consist of alphanumeric characters and dashes');
    const attributes = (input.PolicyAttributes ?? []).map(
      ({ AttributeName: key = '', AttributeValue: value = '' }) => [key, value] as const,
    );
    const policy = policyOf(name, input.PolicyTypeName!, Object.fromEntries(attributes));
    // Even when the two are alike.
    if (row.policies[name] !== undefined) {
      throw new Problem(
        'DuplicatePolicyName',
        `There is already a policy with name ${name} for load balancer ${row.name}`,
      );
    }
    if (Object.keys(row.policies).length >= world.settings.limits.policiesPerClassicLoadBalancer) {
      throw new Problem('TooManyPolicies', `The load balancer ${row.name} cannot have more policies`);
    }
    world.elb.loadBalancers.put(row.name, { ...row, policies: { ...row.policies, [name]: policy } });
    return {};
  },
);

/** Deleting what is not there succeeds: the call has no error for it. */
export const deletePolicy = writing<DeleteLoadBalancerPolicyCommandInput, DeleteLoadBalancerPolicyCommandOutput>(
  'DeleteLoadBalancerPolicy',
  ['LoadBalancerName', 'PolicyName'],
  (input, { world }) => {
    const row = existingLoadBalancer(world, input.LoadBalancerName);
    const name = input.PolicyName!;
    const enabled = [
      ...Object.values(row.listeners).map(({ policies }) => policies),
      ...Object.values(row.backendPolicies),
    ];
    if (enabled.some((names) => names.includes(name))) {
      throw invalidConfiguration(
        `You cannot delete policy [${name}] since it is enabled or referred by other enabled policy.`,
      );
    }
    const { [name]: _deleted, ...policies } = row.policies;
    world.elb.loadBalancers.put(row.name, { ...row, policies });
    return {};
  },
);

/** Replaces a listener's policies. A secure listener that is left without one gets AWS's default again. */
export const setPoliciesOfListener = writing<
  SetLoadBalancerPoliciesOfListenerCommandInput,
  SetLoadBalancerPoliciesOfListenerCommandOutput
>('SetLoadBalancerPoliciesOfListener', ['LoadBalancerName', 'LoadBalancerPort', 'PolicyNames'], (input, { world }) => {
  const row = existingLoadBalancer(world, input.LoadBalancerName);
  const listener = row.listeners[input.LoadBalancerPort!];
  if (listener === undefined) throw listenerNotFound(row.name, input.LoadBalancerPort);
  const given = existingPolicies(row, input.PolicyNames!);
  const secure = isSecure(listener.protocol);
  for (const { name, type } of given) {
    if (type !== 'SSLNegotiationPolicyType' || !secure) throw invalidConfiguration(`${name} cannot be enabled`);
  }
  if (given.length > 1) throw invalidConfiguration('Only one policy for negotiating TLS can be enabled');
  const initial = row.policies[DEFAULT_SSL_POLICY] ?? negotiation(DEFAULT_SSL_POLICY);
  const set = given.length === 0 && secure ? [initial] : given;
  const listeners = {
    ...row.listeners,
    [listener.port]: { ...listener, policies: set.map(({ name }) => name) },
  };
  const policies = { ...row.policies, ...Object.fromEntries(set.map((policy) => [policy.name, policy])) };
  world.elb.loadBalancers.put(row.name, { ...row, listeners, policies });
  return {};
});

/** Replaces the policies of an instance port. They stay when the port's last listener goes. */
export const setPoliciesForBackend = writing<
  SetLoadBalancerPoliciesForBackendServerCommandInput,
  SetLoadBalancerPoliciesForBackendServerCommandOutput
>(
  'SetLoadBalancerPoliciesForBackendServer',
  ['LoadBalancerName', 'InstancePort', 'PolicyNames'],
  (input, { world }) => {
    const row = existingLoadBalancer(world, input.LoadBalancerName);
    const port = String(input.InstancePort!);
    const given = existingPolicies(row, input.PolicyNames!);
    for (const { name, type } of given) {
      if (type !== 'ProxyProtocolPolicyType') throw invalidConfiguration(`${name} cannot be enabled`);
    }
    const { [port]: _before, ...others } = row.backendPolicies;
    const set = given.length === 0 ? {} : { [port]: given.map(({ name }) => name) };
    if (given.length > 0 && !Object.values(row.listeners).some(({ instancePort }) => String(instancePort) === port)) {
      throw invalidConfiguration(`No listener of ${row.name} uses the instance port ${port}`);
    }
    world.elb.loadBalancers.put(row.name, { ...row, backendPolicies: { ...others, ...set } });
    return {};
  },
);

export const describePolicies = reading<
  DescribeLoadBalancerPoliciesCommandInput,
  DescribeLoadBalancerPoliciesCommandOutput
>(
  'DescribeLoadBalancerPolicies',
  ['LoadBalancerName', 'PolicyNames'],
  ({ LoadBalancerName: name, PolicyNames: names }, context) => {
    if (name === undefined) throw new Misuse("AWS's sample policies are not simulated: name a load balancer");
    const row = context.seen(context.world.elb.loadBalancers).get(name);
    if (row === undefined) throw loadBalancerNotFound(name);
    const found = names === undefined ? Object.values(row.policies) : existingPolicies(row, names);
    return {
      PolicyDescriptions: found.map((policy) => ({
        PolicyName: policy.name,
        PolicyTypeName: policy.type,
        PolicyAttributeDescriptions: Object.entries(policy.attributes).map(([AttributeName, AttributeValue]) => ({
          AttributeName,
          AttributeValue,
        })),
      })),
    };
  },
);

/** AWS's own policies are among them only once a listener of this load balancer got them. */
function existingPolicies(row: ClassicLoadBalancer, names: readonly string[]): ClassicPolicy[] {
  return names.map((name) => {
    const policy = row.policies[name];
    if (policy === undefined) throw policyNotFound(name, row.name);
    return policy;
  });
}
