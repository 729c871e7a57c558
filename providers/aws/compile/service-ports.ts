// The ports of a Service as any load balancer of AWS can use them, and which of them speak TLS. Pure.
import type { Port, Request } from '../../../src/provider/request.ts';
import type { Annotations, LoadBalancerKind } from '../annotations.ts';
import { annotationName, type Findings, fieldName } from './findings.ts';

/** A port with its place in spec.ports. */
export type NumberedPort = Port & { readonly index: number };

/** Those that this kind of load balancer can listen on, in the order of the Service. */
export function usablePorts(
  { ports, allocateNodePorts }: Pick<Request, 'ports' | 'allocateNodePorts'>,
  kind: LoadBalancerKind,
  findings: Findings,
): readonly NumberedPort[] {
  if (ports.length === 0) findings.error(fieldName('spec.ports'), '', { expected: 'at least one port' });
  return ports
    .map((port, index) => ({ ...port, index }))
    .filter((port) => isSpoken(port, kind, findings) && hasNodePort(port, allocateNodePorts, findings));
}

function isSpoken({ protocol, index }: NumberedPort, kind: LoadBalancerKind, findings: Findings): boolean {
  const name = fieldName(`spec.ports[${index}].protocol`);
  if (protocol === 'SCTP') {
    const expected = kind === 'nlb' ? 'TCP or UDP' : 'TCP';
    findings.error(name, protocol, { because: 'no load balancer of AWS speaks', expected });
  } else if (protocol === 'UDP' && kind === 'classic') {
    findings.error(name, protocol, {
      because: 'a Classic Load Balancer does not speak',
      expected: `TCP, or annotation ${annotationName('type').key} "nlb"`,
    });
  } else return true;
  return false;
}

function hasNodePort({ nodePort, index }: NumberedPort, allocated: boolean, findings: Findings): boolean {
  if (nodePort !== 0) return true;
  const why = allocated ? '' : ' because spec.allocateLoadBalancerNodePorts is false';
  findings.error(fieldName(`spec.ports[${index}].nodePort`), '0', {
    code: 'missing',
    because: `means that there is none${why}, and the load balancer sends to node ports`,
    expected: 'a node port',
  });
  return false;
}

/** Whether the certificate is for this port. */
export function speaksTls(port: Port, { sslCert, sslPorts }: Pick<Annotations, 'sslCert' | 'sslPorts'>): boolean {
  if (sslCert === undefined) return false;
  return sslPorts === '*' || sslPorts.some((item) => isPort(item, port));
}

/** An item of ssl-ports names a port by number or by name. */
function isPort(item: number | string, { port, name }: Port): boolean {
  return typeof item === 'number' ? item === port : item === name;
}

export function checkSslPorts(
  ports: readonly Port[],
  { sslCert, sslPorts }: Pick<Annotations, 'sslCert' | 'sslPorts'>,
  findings: Findings,
): void {
  if (sslCert === undefined || sslPorts === '*') return;
  const tcp = ports.filter(({ protocol }) => protocol === 'TCP');
  for (const item of sslPorts.filter((each) => !tcp.some((port) => isPort(each, port)))) {
    const known = tcp.map(({ name, port }) => (name === '' ? `${port}` : `${port} (${name})`)).join(', ');
    findings.error(annotationName('sslPorts'), sslPorts.join(','), {
      part: String(item),
      because: 'is no TCP port of the Service',
      expected: known === '' ? 'a TCP port in spec.ports' : `one of ${known}`,
    });
  }
}
