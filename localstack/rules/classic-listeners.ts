// Listeners of Classic Load Balancers: one a port, both sides on one layer, a certificate where the front is encrypted.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { integer, type Params, required, structs, text, texts } from '../proxy-query.ts';
import { classicListenerOf, classicOf } from './classic-find.ts';
import { withDefaultPolicy } from './classic-policies.ts';
import type { ClassicListener, ClassicLoadBalancer, ClassicProtocol } from './classic-state.ts';
import type { Cloud } from './cloud.ts';
import { defaultSslPolicy } from './ssl-policies.ts';
import type { State } from './state.ts';

const layers: Readonly<Record<ClassicProtocol, string>> = { HTTP: 'HTTP', HTTPS: 'HTTP', TCP: 'TCP', SSL: 'TCP' };

export async function createClassicListeners(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = classicOf(params, state);
  setListeners(loadBalancer, merged(loadBalancer.name, loadBalancer.listeners, await listenersOf(params, cloud)));
  return {};
}

export function deleteClassicListeners(params: Params, _cloud: Cloud, state: State): Xml {
  const loadBalancer = classicOf(params, state);
  const gone = new Set((texts(params, 'LoadBalancerPorts') ?? []).map(Number));
  setListeners(
    loadBalancer,
    loadBalancer.listeners.filter(({ port }) => !gone.has(port)),
  );
  return {};
}

export async function setClassicCertificate(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const loadBalancer = classicOf(params, state);
  const listener = classicListenerOf(params, loadBalancer);
  const certificate = required(params, 'SSLCertificateId');
  if (listener.certificate === undefined) {
    const reason = `A certificate cannot be set on a listener of protocol ${listener.protocol}`;
    throw new AwsError('InvalidConfigurationRequest', reason);
  }
  await checkCertificate(cloud, certificate);
  loadBalancer.listeners = loadBalancer.listeners.map((other) =>
    other === listener ? { ...listener, certificate } : other,
  );
  return {};
}

/** The listeners of a request, checked each for itself. */
export async function listenersOf(params: Params, cloud: Cloud): Promise<ClassicListener[]> {
  const asked = structs(params, 'Listeners') ?? [];
  if (asked.length === 0) throw new AwsError('ValidationError', 'Listeners cannot be empty');
  const listeners: ClassicListener[] = [];
  for (const one of asked) listeners.push(await listenerOf(one, cloud));
  return listeners;
}

/** Those that are there and the new ones. The same one again is no error; throws DuplicateListener for another. */
export function merged(
  name: string,
  there: readonly ClassicListener[],
  added: readonly ClassicListener[],
): readonly ClassicListener[] {
  const all = new Map(there.map((listener) => [listener.port, listener]));
  for (const listener of added) {
    const known = all.get(listener.port);
    if (known && listenerKey(known) !== listenerKey(listener)) {
      const reason = `A listener already exists for ${name} with LoadBalancerPort ${listener.port}, but with a different`;
      throw new AwsError('DuplicateListener', `${reason} InstancePort, Protocol, or SSLCertificateId`);
    }
    if (!known) all.set(listener.port, listener);
  }
  const secureByPort = new Map<number, boolean>();
  for (const { instancePort, instanceProtocol } of all.values()) {
    const secure = instanceProtocol === 'HTTPS' || instanceProtocol === 'SSL';
    if ((secureByPort.get(instancePort) ?? secure) !== secure) {
      const reason = `The instance protocols of instance port ${instancePort} must be all encrypted or none`;
      throw new AwsError('InvalidConfigurationRequest', reason);
    }
    secureByPort.set(instancePort, secure);
  }
  return [...all.values()];
}

/** What tells a listener from another, without its policies. */
export function listenerKey({ policies: _policies, ...rest }: ClassicListener): string {
  return JSON.stringify(Object.entries(rest).sort());
}

/** Puts listeners in place; instance ports that none uses any more lose their policies. */
export function setListeners(loadBalancer: ClassicLoadBalancer, listeners: readonly ClassicListener[]): void {
  loadBalancer.listeners = listeners;
  loadBalancer.policies = withDefaultPolicy(loadBalancer.policies, listeners);
  const used = new Set(listeners.map(({ instancePort }) => String(instancePort)));
  const kept = Object.entries(loadBalancer.backendPolicies).filter(([port]) => used.has(port));
  loadBalancer.backendPolicies = Object.fromEntries(kept);
}

async function listenerOf(params: Params, cloud: Cloud): Promise<ClassicListener> {
  const protocol = protocolOf(required(params, 'Protocol'));
  const sent = text(params, 'InstanceProtocol');
  const instanceProtocol = sent === undefined ? protocolOf(layers[protocol]) : protocolOf(sent);
  const port = integer(params, 'LoadBalancerPort', 1, 65535);
  const instancePort = integer(params, 'InstancePort', 1, 65535);
  if (port === undefined || instancePort === undefined) {
    throw new AwsError('ValidationError', 'A listener needs a LoadBalancerPort and an InstancePort');
  }
  if (layers[protocol] !== layers[instanceProtocol]) {
    const reason = `The protocols ${protocol} and ${instanceProtocol} of a listener are not of the same layer`;
    throw new AwsError('InvalidConfigurationRequest', reason);
  }
  const certificate = text(params, 'SSLCertificateId');
  const sides = { port, protocol, instancePort, instanceProtocol };
  if (protocol === 'HTTP' || protocol === 'TCP') {
    if (!certificate) return { ...sides, policies: [] };
    throw new AwsError('InvalidConfigurationRequest', `A ${protocol} listener cannot have an SSLCertificateId`);
  }
  if (!certificate) throw new AwsError('ValidationError', 'Secure Listeners need to specify a SSLCertificateId');
  await checkCertificate(cloud, certificate);
  return { ...sides, certificate, policies: [defaultSslPolicy] };
}

/** AWS takes any case, and answers capitals. */
function protocolOf(sent: string): ClassicProtocol {
  const found = Object.keys(layers).find((name) => name === sent.toUpperCase());
  if (!found) throw new AwsError('UnsupportedProtocol', `Protocol '${sent}' is not one of HTTP, HTTPS, TCP, SSL`);
  return found as ClassicProtocol;
}

async function checkCertificate(cloud: Cloud, arn: string): Promise<void> {
  if ((await cloud.lookup.certificateStatus(arn)) === 'ISSUED') return;
  throw new AwsError('CertificateNotFound', `Server Certificate not found for the key: ${arn}`);
}
