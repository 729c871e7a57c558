// A Classic Load Balancer as a test describes it: what is not said is as AWS makes it, on a day before the test.
// It is not checked: a test may want what no call can make.

import type { World } from '../world.ts';
import { DEFAULT_ATTRIBUTES } from './attributes.ts';
import { dnsNameOf } from './create-load-balancer.ts';
import { defaultHealthCheck } from './health-check.ts';
import { isSecure } from './listener-settings.ts';
import { DEFAULT_SSL_POLICY, negotiation } from './policy-types.ts';
import type { ClassicListener, ClassicLoadBalancer, ClassicPolicy } from './tables.ts';

type Settled = Pick<ClassicLoadBalancer, 'backendPolicies' | 'createdAt' | 'scheme' | 'tags'>;

export interface SeededClassic extends Partial<Settled> {
  readonly name: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** TCP on both sides unless said otherwise; a secure one has AWS's default policy unless said otherwise. */
  readonly listeners: readonly (Pick<ClassicListener, 'instancePort' | 'port'> & Partial<ClassicListener>)[];
  readonly policies?: readonly ClassicPolicy[];
  readonly healthCheck?: Partial<ClassicLoadBalancer['healthCheck']>;
  readonly attributes?: Partial<ClassicLoadBalancer['attributes']>;
  /** Ids; registered when the load balancer was made. */
  readonly instances?: readonly string[];
}

const A_DAY_MS = 24 * 60 * 60_000;

export function seededClassic(world: World, given: SeededClassic): ClassicLoadBalancer {
  const { name, securityGroups, scheme = 'internet-facing' } = given;
  const [subnet] = given.subnets.map((id) => world.ec2.subnets.get(id));
  const [first] = given.listeners;
  if (subnet === undefined) throw new Error(`no subnet ${given.subnets[0] ?? ''}: seed it first`);
  if (first === undefined) throw new Error(`the load balancer ${name} has no listener`);
  const listeners = given.listeners.map(listenerOf);
  const policies = [...(given.policies ?? [])];
  if (listeners.some((listener) => listener.policies.includes(DEFAULT_SSL_POLICY))) {
    policies.push(negotiation(DEFAULT_SSL_POLICY));
  }
  const registeredAt = given.createdAt ?? Date.now() - A_DAY_MS;
  const instances = (given.instances ?? []).map((id) => [id, { id, registeredAt, drainingUntil: undefined }] as const);
  return {
    name,
    dnsName: dnsNameOf(world, { name, scheme }),
    scheme,
    vpcId: subnet.vpcId,
    subnets: given.subnets.toSorted(),
    securityGroups,
    listeners: Object.fromEntries(listeners.map((listener) => [listener.port, listener])),
    policies: Object.fromEntries(policies.map((policy) => [policy.name, policy])),
    backendPolicies: given.backendPolicies ?? {},
    healthCheck: { ...defaultHealthCheck(first.instancePort), ...given.healthCheck },
    attributes: { ...DEFAULT_ATTRIBUTES, ...given.attributes },
    instances: Object.fromEntries(instances),
    tags: given.tags ?? {},
    createdAt: registeredAt,
  };
}

function listenerOf(given: SeededClassic['listeners'][number]): ClassicListener {
  const { protocol = 'TCP', instanceProtocol = 'TCP', certificate } = given;
  const policies = isSecure(protocol) ? [DEFAULT_SSL_POLICY] : [];
  return { policies, ...given, protocol, instanceProtocol, certificate };
}
