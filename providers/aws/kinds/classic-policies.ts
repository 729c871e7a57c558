// Policies of a Classic Load Balancer: how its listeners encrypt, and which node ports get a PROXY header. Each is an object
// of its own with a name, which does nothing until it is set. Policies of others on the same ports stay.
import type { ListenerDescription, LoadBalancerDescription } from '@aws-sdk/client-elastic-load-balancing';
import type { Scope } from '../../../src/engine/kind.ts';
import type { Calls } from '../cloud/calls.ts';
import { classicNow } from '../cloud/classic-load-balancers.ts';
import { DEFAULT_SSL_POLICY } from '../compile/ssl-policy.ts';
import { isAws } from '../errors.ts';
import type { ClassicLoadBalancerSpec } from '../resources.ts';
import { portsOf } from './classic-listeners.ts';

const SSL_STEM = 'k8s-SSLNegotiationPolicy-';
const PROXY = 'k8s-proxyprotocol-enabled';

/** The name of AWS's policy that a listener encrypts by; null: none. */
export function sslPolicyOf(loadBalancer: LoadBalancerDescription, listener: ListenerDescription): string | null {
  const sticky = stickinessOf(loadBalancer);
  const [name] = (listener.PolicyNames ?? []).filter((one) => !sticky.has(one)).sort();
  if (name === undefined) return null;
  return name.startsWith(SSL_STEM) ? name.slice(SSL_STEM.length) : name;
}

/** The node ports that get a PROXY header, sorted. They may outlive their listeners. */
export function proxyProtocolPortsOf({ BackendServerDescriptions = [] }: LoadBalancerDescription): readonly number[] {
  return BackendServerDescriptions.filter(({ PolicyNames }) => PolicyNames?.includes(PROXY))
    .map(({ InstancePort = 0 }) => InstancePort)
    .sort((a, b) => a - b);
}

export type Policies = Pick<ClassicLoadBalancerSpec, 'listeners' | 'proxyProtocolPorts'>;

/** What to set: listeners with the policies that they are to encrypt by, and node ports that get or lose their header. */
export function policyChanges(want: Policies, have: Policies) {
  const encrypting = portsOf(want.listeners).flatMap((port) => {
    const policy = want.listeners[port]!.sslPolicy;
    return policy === null || policy === have.listeners[port]?.sslPolicy ? [] : [{ port, policy }];
  });
  const joining = want.proxyProtocolPorts.filter((port) => !have.proxyProtocolPorts.includes(port));
  const leaving = have.proxyProtocolPorts.filter((port) => !want.proxyProtocolPorts.includes(port));
  return { encrypting, joining, leaving };
}

/**
 * Sets what differs: nothing differs, no call. The listeners are there already. `seen` is the load balancer as it was
 * just looked at; otherwise it is looked at now, since what others have set has to be named again.
 */
export async function writePolicies(
  calls: Calls,
  name: string,
  want: Policies,
  have: Policies,
  scope: Scope,
  seen?: LoadBalancerDescription,
): Promise<void> {
  const { encrypting, joining, leaving } = policyChanges(want, have);
  if (encrypting.length + joining.length + leaving.length === 0) return;
  const writer = new PolicyWriter(calls, name, seen ?? (await classicNow(calls, name, scope)), scope);
  for (const { port, policy } of encrypting) await writer.encrypt(port, policy);
  for (const port of joining) await writer.proxy(port, true);
  for (const port of leaving) await writer.proxy(port, false);
}

class PolicyWriter {
  readonly #calls: Calls;
  readonly #name: string;
  readonly #seen: LoadBalancerDescription;
  readonly #scope: Scope;
  readonly #known: Set<string>;

  constructor(calls: Calls, name: string, seen: LoadBalancerDescription, scope: Scope) {
    this.#calls = calls;
    this.#name = name;
    this.#seen = seen;
    this.#scope = scope;
    this.#known = new Set(seen.Policies?.OtherPolicies);
  }

  async encrypt(port: number, policy: string): Promise<void> {
    // AWS adds its default to the load balancer with the first listener that encrypts.
    const own = policy === DEFAULT_SSL_POLICY && this.#known.has(policy) ? policy : `${SSL_STEM}${policy}`;
    await this.#ensure(own, 'SSLNegotiationPolicyType', 'Reference-Security-Policy', policy);
    const sticky = stickinessOf(this.#seen);
    const listener = this.#seen.ListenerDescriptions?.find(({ Listener }) => Listener?.LoadBalancerPort === port);
    const kept = (listener?.PolicyNames ?? []).filter((one) => sticky.has(one));
    await this.#calls.elb(
      'SetLoadBalancerPoliciesOfListener',
      { LoadBalancerName: this.#name, LoadBalancerPort: port, PolicyNames: [...kept, own] },
      this.#scope,
    );
  }

  async proxy(port: number, on: boolean): Promise<void> {
    if (on) await this.#ensure(PROXY, 'ProxyProtocolPolicyType', 'ProxyProtocol', 'true');
    const backend = this.#seen.BackendServerDescriptions?.find(({ InstancePort }) => InstancePort === port);
    const others = (backend?.PolicyNames ?? []).filter((one) => one !== PROXY);
    await this.#calls.elb(
      'SetLoadBalancerPoliciesForBackendServer',
      { LoadBalancerName: this.#name, InstancePort: port, PolicyNames: on ? [...others, PROXY] : others },
      this.#scope,
    );
  }

  /** One of that name is what we need: the name says what is in it. */
  async #ensure(PolicyName: string, PolicyTypeName: string, AttributeName: string, value: string): Promise<void> {
    if (this.#known.has(PolicyName)) return;
    const PolicyAttributes = [{ AttributeName, AttributeValue: value }];
    try {
      await this.#calls.elb(
        'CreateLoadBalancerPolicy',
        { LoadBalancerName: this.#name, PolicyName, PolicyTypeName, PolicyAttributes },
        this.#scope,
      );
    } catch (error) {
      if (!isAws(error, 'DuplicatePolicyName')) throw error;
    }
    this.#known.add(PolicyName);
  }
}

function stickinessOf({ Policies }: LoadBalancerDescription): ReadonlySet<string | undefined> {
  const { AppCookieStickinessPolicies = [], LBCookieStickinessPolicies = [] } = Policies ?? {};
  return new Set([...AppCookieStickinessPolicies, ...LBCookieStickinessPolicies].map(({ PolicyName }) => PolicyName));
}
