// Listeners of a Classic Load Balancer as values: AWS's form of them, and how to get from those that are there to those
// that should be. Pure.
import type { Listener, ListenerDescription } from '@aws-sdk/client-elastic-load-balancing';
import { DEFAULT_SSL_POLICY } from '../compile/ssl-policy.ts';
import type { ClassicListener } from '../resources.ts';

export type Listeners = Readonly<Record<string, ClassicListener>>;

/** In AWS's form, by port. */
export function toListeners(listeners: Listeners): Listener[] {
  return portsOf(listeners).map((port) => {
    const { protocol, instancePort, instanceProtocol, certificate } = listeners[port]!;
    return {
      LoadBalancerPort: port,
      Protocol: protocol,
      InstancePort: instancePort,
      InstanceProtocol: instanceProtocol,
      ...(certificate === null ? {} : { SSLCertificateId: certificate }),
    };
  });
}

export function fromListeners(
  descriptions: readonly ListenerDescription[] | undefined,
  policyOf: (description: ListenerDescription) => string | null,
): Listeners {
  const listeners = (descriptions ?? []).map((description): [string, ClassicListener] => {
    const {
      LoadBalancerPort,
      Protocol = '',
      InstancePort = 0,
      InstanceProtocol,
      SSLCertificateId,
    } = description.Listener ?? {};
    const protocol = Protocol.toUpperCase();
    const encrypted = isEncrypted(protocol);
    return [
      String(LoadBalancerPort),
      {
        protocol,
        instancePort: InstancePort,
        // Left out, it is that of the clients' side.
        instanceProtocol: (InstanceProtocol ?? Protocol).toUpperCase(),
        certificate: encrypted ? (SSLCertificateId ?? null) : null,
        sslPolicy: encrypted ? policyOf(description) : null,
      },
    ];
  });
  return Object.fromEntries(listeners);
}

export function isEncrypted(protocol: string): boolean {
  return protocol === 'HTTPS' || protocol === 'SSL';
}

export function portsOf(listeners: Listeners): readonly number[] {
  return Object.keys(listeners)
    .map(Number)
    .sort((a, b) => a - b);
}

/** What to do, in this order. */
export interface ListenerChanges {
  /** New ports. */
  readonly add: Listeners;
  /** Ports that go, and ports that have to be made anew: AWS changes nothing but certificate and policies in place. */
  readonly remove: readonly number[];
  /** Ports that are made anew, and new ones that some listener of before is in the way of. */
  readonly remake: Listeners;
  /** Ports that stay, with their new certificate. */
  readonly certify: Readonly<Record<string, string>>;
}

export function listenerChanges(want: Listeners, have: Listeners): ListenerChanges {
  const fresh = portsOf(want).filter((port) => have[port] === undefined);
  const late = fresh.filter((port) => Object.values(have).some((other) => excludes(other, want[port]!)));
  const remade = interruptedPorts(want, have);
  const certified = portsOf(want).filter((port) => {
    const certificate = want[port]!.certificate;
    return !fresh.includes(port) && !remade.includes(port) && certificate !== have[port]?.certificate;
  });
  return {
    add: pick(
      want,
      fresh.filter((port) => !late.includes(port)),
    ),
    remove: portsOf(have).filter((port) => want[port] === undefined || remade.includes(port)),
    remake: pick(want, [...remade, ...late]),
    certify: Object.fromEntries(certified.map((port) => [port, want[port]!.certificate ?? ''])),
  };
}

/** The ports whose listeners cannot become what they should be but by being made anew. */
export function interruptedPorts(want: Listeners, have: Listeners): readonly number[] {
  return portsOf(want).filter((port) => {
    const [before, after] = [have[port], want[port]!];
    return (
      before !== undefined &&
      (before.protocol !== after.protocol ||
        before.instancePort !== after.instancePort ||
        before.instanceProtocol !== after.instanceProtocol)
    );
  });
}

/** New listeners: those that encrypt do so as AWS has it by itself. */
export function asMade(listeners: Listeners): Listeners {
  const made = Object.entries(listeners).map(([port, listener]) => {
    const sslPolicy = listener.sslPolicy === null ? null : DEFAULT_SSL_POLICY;
    return [port, { ...listener, sslPolicy }] as const;
  });
  return Object.fromEntries(made);
}

/** Listeners that were changed: those that were made anew lost their policies, the others still have theirs. */
export function afterChange(want: Listeners, have: Listeners): Listeners {
  const remade = interruptedPorts(want, have);
  const changed = Object.entries(asMade(want)).map(([port, listener]) => {
    const before = remade.includes(Number(port)) ? undefined : have[port];
    return [port, before === undefined ? listener : { ...listener, sslPolicy: before.sslPolicy }] as const;
  });
  return Object.fromEntries(changed);
}

/** AWS wants all listeners of one node port to encrypt what they send there, or none (API reference, Listener). */
function excludes(a: ClassicListener, b: ClassicListener): boolean {
  return a.instancePort === b.instancePort && isEncrypted(a.instanceProtocol) !== isEncrypted(b.instanceProtocol);
}

export function pick(listeners: Listeners, ports: readonly number[]): Listeners {
  return Object.fromEntries(ports.map((port) => [port, listeners[port]!]));
}
