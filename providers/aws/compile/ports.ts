// From the ports of a Service to listeners: one for each port number, with the protocol that fits all that the Service
// wants of it. Pure.
import type { Port, Request } from '../../../src/provider/request.ts';
import type { Annotations } from '../annotations.ts';
import { annotationName, type Findings, fieldName } from './findings.ts';

export interface ListenerPlan {
  readonly port: number;
  readonly nodePort: number;
  readonly protocol: 'TCP' | 'UDP' | 'TCP_UDP' | 'TLS';
  /** Of the target group. */
  readonly targetProtocol: 'TCP' | 'UDP' | 'TCP_UDP' | 'TLS';
  /** What reaches the nodes. */
  readonly protocols: readonly ('tcp' | 'udp')[];
}

type Numbered = Port & { readonly index: number };

export function planListeners(
  request: Pick<Request, 'ports' | 'allocateNodePorts'>,
  values: Pick<Annotations, 'sslCert' | 'sslPorts' | 'backendProtocol'>,
  findings: Findings,
): readonly ListenerPlan[] {
  if (request.ports.length === 0) findings.error(fieldName('spec.ports'), '', { expected: 'at least one port' });
  const usable = request.ports
    .map((port, index) => ({ ...port, index }))
    .filter((port) => isUsable(port, request.allocateNodePorts, findings));
  checkSslPorts(request.ports, values, findings);
  const byNumber = Map.groupBy(usable, ({ port }) => port);
  return [...byNumber.values()]
    .flatMap((same) => planListener(same, values, findings) ?? [])
    .sort((a, b) => a.port - b.port);
}

function isUsable({ protocol, nodePort, index }: Numbered, allocated: boolean, findings: Findings): boolean {
  if (protocol === 'SCTP') {
    findings.error(fieldName(`spec.ports[${index}].protocol`), protocol, {
      because: 'no load balancer of AWS speaks',
      expected: 'TCP or UDP',
    });
  } else if (nodePort === 0) {
    const why = allocated ? '' : ' because spec.allocateLoadBalancerNodePorts is false';
    findings.error(fieldName(`spec.ports[${index}].nodePort`), '0', {
      code: 'missing',
      because: `means that there is none${why}, and the load balancer sends to node ports`,
      expected: 'a node port',
    });
  }
  return protocol !== 'SCTP' && nodePort !== 0;
}

function planListener(
  same: readonly Numbered[],
  values: Pick<Annotations, 'sslCert' | 'sslPorts' | 'backendProtocol'>,
  findings: Findings,
): ListenerPlan | undefined {
  const tcp = same.find(({ protocol }) => protocol === 'TCP');
  const udp = same.find(({ protocol }) => protocol === 'UDP');
  const tls = tcp !== undefined && speaksTls(tcp, values);
  if (tcp === undefined) {
    if (udp === undefined) return undefined;
    const { port, nodePort } = udp;
    return { port, nodePort, protocol: 'UDP', targetProtocol: 'UDP', protocols: ['udp'] };
  }
  const { port, nodePort } = tcp;
  if (udp === undefined) {
    const targetProtocol = tls && values.backendProtocol === 'ssl' ? 'TLS' : 'TCP';
    return { port, nodePort, protocol: tls ? 'TLS' : 'TCP', targetProtocol, protocols: ['tcp'] };
  }
  if (tls) {
    findings.error(fieldName(`spec.ports[${udp.index}].protocol`), 'UDP', {
      code: 'conflict',
      because: `would share port ${port} with a TLS listener`,
      expected: `another port, or TCP ${port} left out of ${annotationName('sslPorts').key}`,
    });
  } else if (udp.nodePort !== nodePort) {
    findings.error(fieldName(`spec.ports[${udp.index}].nodePort`), String(udp.nodePort), {
      code: 'conflict',
      because: `differs from the node port of TCP ${port}, and AWS has one listener, with one target port, for both`,
      expected: `${nodePort}, which Kubernetes allows since the protocols differ`,
    });
  }
  return { port, nodePort, protocol: 'TCP_UDP', targetProtocol: 'TCP_UDP', protocols: ['tcp', 'udp'] };
}

function speaksTls(port: Port, { sslCert, sslPorts }: Pick<Annotations, 'sslCert' | 'sslPorts'>): boolean {
  if (sslCert === undefined) return false;
  return sslPorts === '*' || sslPorts.some((item) => isPort(item, port));
}

/** An item of ssl-ports names a port by number or by name. */
function isPort(item: number | string, { port, name }: Port): boolean {
  return typeof item === 'number' ? item === port : item === name;
}

function checkSslPorts(
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
