// From the ports of a Service to the listeners of a Classic Load Balancer, by the rules of cloud-provider-aws. Pure.
import type { Request } from '../../../src/provider/request.ts';
import type { Annotations } from '../annotations.ts';
import type { ClassicListener } from '../resources.ts';
import type { Findings } from './findings.ts';
import { checkSslPorts, speaksTls, usablePorts } from './service-ports.ts';
import { DEFAULT_SSL_POLICY } from './ssl-policy.ts';

export type ClassicListenerPlan = ClassicListener & { readonly port: number };

type Values = Pick<Annotations, 'sslCert' | 'sslPorts' | 'sslNegotiationPolicy' | 'backendProtocol'>;

/** In the order of the Service: the health check asks the first one. */
export function planClassicListeners(
  request: Pick<Request, 'ports' | 'allocateNodePorts'>,
  values: Values,
  findings: Findings,
): readonly ClassicListenerPlan[] {
  const usable = usablePorts(request, 'classic', findings);
  checkSslPorts(request.ports, values, findings);
  return usable.map((service) => {
    const { port, nodePort: instancePort } = service;
    const secure = speaksTls(service, values);
    const { protocol, instanceProtocol } = protocolsOf(secure, values.backendProtocol);
    const certificate = secure ? (values.sslCert ?? null) : null;
    const sslPolicy = secure ? (values.sslNegotiationPolicy ?? DEFAULT_SSL_POLICY) : null;
    return { port, protocol, instancePort, instanceProtocol, certificate, sslPolicy };
  });
}

const SECURE: Readonly<Record<NonNullable<Annotations['backendProtocol']>, Protocols>> = {
  http: { protocol: 'HTTPS', instanceProtocol: 'HTTP' },
  https: { protocol: 'HTTPS', instanceProtocol: 'HTTPS' },
  ssl: { protocol: 'SSL', instanceProtocol: 'SSL' },
  tcp: { protocol: 'SSL', instanceProtocol: 'TCP' },
};

type Protocols = Pick<ClassicListener, 'protocol' | 'instanceProtocol'>;

/** Without a certificate only `http` changes anything. */
function protocolsOf(secure: boolean, backend: Annotations['backendProtocol']): Protocols {
  if (secure) return SECURE[backend ?? 'tcp'];
  const plain = backend === 'http' ? 'HTTP' : 'TCP';
  return { protocol: plain, instanceProtocol: plain };
}
