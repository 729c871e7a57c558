// From the ports of a Service to the listeners of an NLB: one for each port number, with the protocol that fits all that
// the Service wants of it. Pure.
import type { Request } from '../../../src/provider/request.ts';
import type { Annotations } from '../annotations.ts';
import { annotationName, type Findings, fieldName } from './findings.ts';
import { checkSslPorts, type NumberedPort, speaksTls, usablePorts } from './service-ports.ts';

export interface ListenerPlan {
  readonly port: number;
  readonly nodePort: number;
  readonly protocol: 'TCP' | 'UDP' | 'TCP_UDP' | 'TLS';
  /** Of the target group. */
  readonly targetProtocol: 'TCP' | 'UDP' | 'TCP_UDP' | 'TLS';
  /** What reaches the nodes. */
  readonly protocols: readonly ('tcp' | 'udp')[];
}

export function planListeners(
  request: Pick<Request, 'ports' | 'allocateNodePorts'>,
  values: Pick<Annotations, 'sslCert' | 'sslPorts' | 'backendProtocol'>,
  findings: Findings,
): readonly ListenerPlan[] {
  const usable = usablePorts(request, 'nlb', findings);
  checkSslPorts(request.ports, values, findings);
  const byNumber = Map.groupBy(usable, ({ port }) => port);
  return [...byNumber.values()]
    .flatMap((same) => planListener(same, values, findings) ?? [])
    .sort((a, b) => a.port - b.port);
}

function planListener(
  same: readonly NumberedPort[],
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
