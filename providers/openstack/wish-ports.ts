// From the ports of a Service to the protocols of listeners and pools, as the PROXY protocol, X-Forwarded-For and TLS make
// them. Which pool fits which listener is Octavia's table (VALID_LISTENER_POOL_PROTOCOL_MAP). Pure.
import type { Port, Request } from '../../src/provider/request.ts';
import type { Name } from '../../src/schema/problem.ts';
import { annotationName, type Findings, fieldName, optionName } from './wish-findings.ts';
import type { ListenerProtocol, PoolProtocol, Wish, WishedPort } from './wish-type.ts';

/** What the whole Service asks of its ports. */
export interface Manner extends Pick<Wish, 'proxy' | 'xForwardedFor' | 'provider'> {
  /** Who asks for TLS; undefined: nobody. */
  readonly tls: Name | undefined;
}

/** Those that can be served, in the order of the Service. */
export function portsOf(
  { ports, allocateNodePorts }: Pick<Request, 'ports' | 'allocateNodePorts'>,
  manner: Manner,
  findings: Findings,
): readonly WishedPort[] {
  if (ports.length === 0) findings.error(fieldName('spec.ports'), '', { expected: 'at least one port' });
  checkProvider(manner, findings);
  const seen = new Set<string>();
  const usable: WishedPort[] = [];
  for (const [index, port] of ports.entries()) {
    const fits = [
      isNew(port, index, seen, findings),
      hasNodePort(port, index, allocateNodePorts, findings),
      isSpoken(port, index, manner, findings),
    ];
    if (fits.every((one) => one)) usable.push(planned(port, manner));
  }
  return usable;
}

function planned({ protocol, port, nodePort }: Port, { proxy, xForwardedFor, tls }: Manner): WishedPort {
  const isHttp = xForwardedFor || tls !== undefined;
  const plain: ListenerProtocol & PoolProtocol = xForwardedFor ? 'HTTP' : protocol;
  const listenerProtocol = tls === undefined ? plain : 'TERMINATED_HTTPS';
  const poolProtocol = proxy === 'v2' ? 'PROXYV2' : proxy === 'v1' ? 'PROXY' : isHttp ? 'HTTP' : protocol;
  return { protocol, port, nodePort, listenerProtocol, poolProtocol };
}

function isNew({ protocol, port }: Port, index: number, seen: Set<string>, findings: Findings): boolean {
  const key = `${protocol} ${port}`;
  if (!seen.has(key)) {
    seen.add(key);
    return true;
  }
  const because = `is there twice for ${protocol}`;
  findings.error(fieldName(`spec.ports[${index}].port`), String(port), {
    code: 'duplicate',
    because,
    expected: 'every port once',
  });
  return false;
}

function hasNodePort({ nodePort }: Port, index: number, allocated: boolean, findings: Findings): boolean {
  if (nodePort !== 0) return true;
  const why = allocated ? '' : ' because spec.allocateLoadBalancerNodePorts is false';
  findings.error(fieldName(`spec.ports[${index}].nodePort`), '0', {
    code: 'missing',
    because: `means that there is none${why}, and the load balancer sends to node ports`,
    expected: 'a node port',
  });
  return false;
}

/** TLS, X-Forwarded-For and PROXY concern every port, and are of TCP. */
function isSpoken({ protocol }: Port, index: number, manner: Manner, findings: Findings): boolean {
  if (protocol === 'TCP') return true;
  for (const { name, makes } of demands(manner)) {
    findings.error(fieldName(`spec.ports[${index}].protocol`), protocol, {
      code: 'conflict',
      because: `cannot be served beside ${name.noun.toLowerCase()} ${name.key}, which ${makes}`,
      expected: 'TCP for every port, or a Service of its own for the others',
    });
  }
  return demands(manner).length === 0;
}

function demands({ proxy, xForwardedFor, tls }: Manner): readonly { readonly name: Name; readonly makes: string }[] {
  return [
    ...(tls === undefined ? [] : [{ name: tls, makes: 'makes every port TLS over TCP' }]),
    ...(xForwardedFor ? [{ name: annotationName('xForwardedFor'), makes: 'makes every port HTTP' }] : []),
    ...(proxy === 'none'
      ? []
      : [
          {
            name: annotationName('proxyProtocol'),
            makes: 'puts a header before the connections of every port, and Octavia has it for TCP only',
          },
        ]),
  ];
}

/** The driver of OVN has layer 4 alone, and pools of the protocol of their listener. */
function checkProvider(manner: Manner, findings: Findings): void {
  if (manner.provider !== 'ovn') return;
  for (const { name } of demands(manner)) {
    findings.error(optionName('lbProvider'), 'ovn', {
      code: 'conflict',
      because: `has neither TLS nor HTTP nor the PROXY protocol, and ${name.noun.toLowerCase()} ${name.key} asks for it`,
      expected: `another provider, or no ${name.key}`,
    });
  }
}
