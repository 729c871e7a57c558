// What a listener of a Classic Load Balancer is told by a call, with all rules between protocols, ports, certificates.
// Rules: documentation of Listener in the SDK, and "Listeners for your Classic Load Balancer".

import type { Listener } from '@aws-sdk/client-elastic-load-balancing';
import { Misuse, Problem } from '../problem.ts';
import type { World } from '../world.ts';
import { invalid, invalidConfiguration } from './errors.ts';
import { DEFAULT_SSL_POLICY, negotiation } from './policy-types.ts';
import type { ClassicListener, ClassicLoadBalancer, ClassicPolicy, Protocol } from './tables.ts';

type Configured = Pick<ClassicLoadBalancer, 'listeners' | 'name' | 'policies'>;

/**
 * The listeners and policies with the given ones added. One that is there with the same configuration stays as it is;
 * a new HTTPS or SSL listener gets AWS's default policy by itself.
 */
export function withListeners(world: World, now: Configured, given: readonly Listener[]): Configured {
  if (given.length === 0) throw invalid('Listeners cannot be empty');
  const listeners: Record<string, ClassicListener> = { ...now.listeners };
  const policies: Record<string, ClassicPolicy> = { ...now.policies };
  for (const listener of given.map((input) => listenerOf(world, input))) {
    const there = listeners[listener.port];
    if (there !== undefined && !sameListener(there, listener)) {
      throw new Problem(
        'DuplicateListener',
        `A listener already exists for ${now.name} with LoadBalancerPort ${listener.port}, but with a different ` +
          'InstancePort, Protocol, or SSLCertificateId',
      );
    }
    if (there !== undefined) continue;
    checkInstancePort(Object.values(listeners), listener);
    if (isSecure(listener.protocol)) policies[DEFAULT_SSL_POLICY] ??= negotiation(DEFAULT_SSL_POLICY);
    listeners[listener.port] = listener;
  }
  const limit = world.settings.limits.listenersPerClassicLoadBalancer;
  if (Object.keys(listeners).length > limit) {
    throw invalidConfiguration(`A load balancer cannot have more than ${limit} listeners`);
  }
  return { name: now.name, listeners, policies };
}

/** Whether two listeners are configured alike; policies are not part of a listener's configuration. */
export function sameListener(a: ClassicListener, b: ClassicListener): boolean {
  const settings = ({ policies: _policies, ...rest }: ClassicListener) => JSON.stringify(rest);
  return settings(a) === settings(b);
}

export function isSecure(protocol: Protocol): boolean {
  return protocol === 'HTTPS' || protocol === 'SSL';
}

/** The certificate, if it is one that AWS knows. */
export function existingCertificate(world: World, certificate: string): string {
  if (!world.certificates.has(certificate)) {
    throw new Problem('CertificateNotFound', `Server Certificate not found for the key: ${certificate}`);
  }
  return certificate;
}

function listenerOf(world: World, input: Listener): ClassicListener {
  const protocol = protocolOf(input.Protocol!);
  if (input.InstanceProtocol === undefined) {
    throw new Misuse('a listener without InstanceProtocol: what AWS takes then is not simulated');
  }
  const instanceProtocol = protocolOf(input.InstanceProtocol);
  const layer = (name: Protocol) => (name === 'HTTP' || name === 'HTTPS' ? 'application' : 'transport');
  if (layer(protocol) !== layer(instanceProtocol)) {
    throw invalidConfiguration(
      `The protocol ${protocol} and the instance protocol ${instanceProtocol} are not of the same layer`,
    );
  }
  return {
    port: portOf('LoadBalancerPort', input.LoadBalancerPort!),
    protocol,
    instancePort: portOf('InstancePort', input.InstancePort!),
    instanceProtocol,
    certificate: certificateOf(world, protocol, input.SSLCertificateId),
    policies: isSecure(protocol) ? [DEFAULT_SSL_POLICY] : [],
  };
}

/** AWS takes protocols in any case, and answers capitals. */
function protocolOf(text: string): Protocol {
  const protocol = text.toUpperCase();
  if (protocol === 'HTTP' || protocol === 'HTTPS' || protocol === 'SSL' || protocol === 'TCP') return protocol;
  throw new Problem('UnsupportedProtocol', `The protocol '${text}' is not supported`);
}

function portOf(field: string, port: number): number {
  if (port < 1 || port > 65_535) throw invalid(`${field} must be from 1 to 65535, not ${port}`);
  return port;
}

function certificateOf(world: World, protocol: Protocol, given: string | undefined): string | undefined {
  if (isSecure(protocol)) {
    if (given === undefined || given === '') throw invalid('Secure Listeners need to specify a SSLCertificateId');
    return existingCertificate(world, given);
  }
  if (given === undefined) return undefined;
  throw new Misuse(`a certificate for a listener of protocol ${protocol}: AWS drops it without a word`);
}

/** Listeners that share an instance port must agree on whether it is secure. */
function checkInstancePort(others: readonly ClassicListener[], listener: ClassicListener): void {
  const secure = isSecure(listener.instanceProtocol);
  const clash = others.find(
    ({ instancePort, instanceProtocol }) =>
      instancePort === listener.instancePort && isSecure(instanceProtocol) !== secure,
  );
  if (clash !== undefined) {
    throw invalidConfiguration(
      `Instance port ${listener.instancePort} is used with the protocol ${clash.instanceProtocol} already, ` +
        `which ${listener.instanceProtocol} does not go with`,
    );
  }
}
