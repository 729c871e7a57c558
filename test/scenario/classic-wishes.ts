// What a Service asks of a Classic Load Balancer, by the official controller's rules, read afresh and as plainly as possible.
import type { Service } from '../../src/kube/types.ts';
import type { ClassicAttributes, Protocol } from '../fake/aws/elb/tables.ts';
import { AWS, listenerProtocol } from './wishes.ts';

type Port = NonNullable<Service['spec']['ports']>[number];

export interface ListenerWish {
  readonly port: number;
  readonly protocol: Protocol;
  readonly instancePort: number | undefined;
  readonly instanceProtocol: Protocol;
  readonly certificate: string | undefined;
  /** The security policy that TLS is negotiated by. */
  readonly sslPolicy: string | undefined;
}

const SECURE: Readonly<Record<string, readonly [Protocol, Protocol]>> = {
  http: ['HTTPS', 'HTTP'],
  https: ['HTTPS', 'HTTPS'],
  ssl: ['SSL', 'SSL'],
  tcp: ['SSL', 'TCP'],
};
const DEFAULT_SSL_POLICY = 'ELBSecurityPolicy-2016-08';

const given = ({ metadata }: Service, suffix: string) => metadata.annotations?.[`${AWS}${suffix}`];

export function classicListener(service: Service, port: Port): ListenerWish {
  const secure = listenerProtocol(service, port) === 'TLS';
  const backend = given(service, 'backend-protocol') ?? 'tcp';
  const plain: Protocol = backend === 'http' ? 'HTTP' : 'TCP';
  const [protocol, instanceProtocol] = (secure ? SECURE[backend] : undefined) ?? [plain, plain];
  return {
    port: port.port,
    ...{ protocol, instanceProtocol },
    instancePort: port.nodePort,
    certificate: secure ? given(service, 'ssl-cert') : undefined,
    sslPolicy: secure ? (given(service, 'ssl-negotiation-policy') ?? DEFAULT_SSL_POLICY) : undefined,
  };
}

/** `TCP:31000 10/5 s 2/6` */
export function classicHealth(service: Service): string {
  const of = (suffix: string) => given(service, `healthcheck-${suffix}`);
  const { externalTrafficPolicy, healthCheckNodePort, ports = [] } = service.spec;
  const local = externalTrafficPolicy === 'Local';
  const secure = ['https', 'ssl'].includes(given(service, 'backend-protocol') ?? '');
  const protocol = of('protocol')?.toUpperCase() ?? (local ? 'HTTP' : secure ? 'SSL' : 'TCP');
  const asked = of('port') ?? (local ? String(healthCheckNodePort) : 'traffic-port');
  const port = asked === 'traffic-port' ? ports[0]?.nodePort : asked;
  const path = protocol.startsWith('HTTP') ? (of('path') ?? (local ? '/healthz' : '/')) : '';
  const times = `${of('interval') ?? 10}/${of('timeout') ?? 5} s`;
  return `${protocol}:${port}${path} ${times} ${of('healthy-threshold') ?? 2}/${of('unhealthy-threshold') ?? 6}`;
}

/** Attributes that it fixes. */
export function classicAttributes(service: Service): Partial<ClassicAttributes> {
  const is = (suffix: string) => given(service, suffix) === 'true';
  const number = (suffix: string, otherwise: number) => Number(given(service, suffix) ?? otherwise);
  const [draining, accessLogs] = [is('connection-draining-enabled'), is('access-log-enabled')];
  return {
    crossZone: is('cross-zone-load-balancing-enabled'),
    idleTimeoutSeconds: number('connection-idle-timeout', 60),
    draining,
    ...(draining && { drainingTimeoutSeconds: number('connection-draining-timeout', 300) }),
    accessLogs,
    ...(accessLogs && {
      accessLogBucket: given(service, 'access-log-s3-bucket-name'),
      accessLogPrefix: given(service, 'access-log-s3-bucket-prefix') ?? '',
      accessLogIntervalMinutes: number('access-log-emit-interval', 60),
    }),
  };
}

/** Node ports that get the clients' addresses by the PROXY protocol, sorted. */
export function proxyPorts(service: Service): readonly number[] {
  if (given(service, 'proxy-protocol') === undefined) return [];
  return (service.spec.ports ?? []).flatMap(({ nodePort }) => nodePort ?? []).sort((a, b) => a - b);
}

/** Ids of the groups that it names in place of one of its own, in their order; and of those that it wants beside. */
export function classicGroups(service: Service): {
  readonly first: readonly string[];
  readonly extra: readonly string[];
} {
  const list = (suffix: string) => (given(service, suffix) ?? '').split(',').filter(Boolean);
  return { first: list('security-groups'), extra: list('extra-security-groups') };
}
