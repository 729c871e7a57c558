// Health checks as cloud-provider-aws asks for them: defaults, annotations over them, and the shared mode. Pure.
import type { Service } from '../../src/kube/types.ts';
import type { PeerConfig } from './config.ts';
import { annotationOf, numberOf, portsOf } from './wishes.ts';

/** Of the target groups of an NLB. A timeout is read and never sent. */
export interface Health {
  readonly protocol: string;
  readonly port: string;
  /** Empty for TCP. */
  readonly path: string;
  readonly interval: number;
  readonly healthy: number;
  readonly unhealthy: number;
}

export function nlbHealth(service: Service, config: PeerConfig): Health {
  const local = service.spec.externalTrafficPolicy === 'Local';
  const threshold = local ? 2 : 3;
  const times = {
    interval: numberOf(service, 'healthcheck-interval') ?? (local ? 10 : 30),
    healthy: numberOf(service, 'healthcheck-healthy-threshold') ?? threshold,
    unhealthy: numberOf(service, 'healthcheck-unhealthy-threshold') ?? threshold,
  };
  if (config.healthProbeMode === 'Shared' && !local) {
    return { protocol: 'HTTP', port: String(config.sharedProbePort), path: config.sharedProbePath, ...times };
  }
  const protocol = (annotationOf(service, 'healthcheck-protocol') ?? (local ? 'HTTP' : 'TCP')).toUpperCase();
  const ownPort = local ? String(service.spec.healthCheckNodePort) : 'traffic-port';
  const path = annotationOf(service, 'healthcheck-path') ?? (local ? '/healthz' : '/');
  return {
    protocol,
    port: annotationOf(service, 'healthcheck-port') ?? ownPort,
    path: protocol === 'TCP' ? '' : path,
    ...times,
  };
}

/** Of a Classic load balancer, as AWS takes it. */
export interface ClassicHealth {
  readonly Target: string;
  readonly Interval: number;
  readonly Timeout: number;
  readonly HealthyThreshold: number;
  readonly UnhealthyThreshold: number;
}

/** Only the first port is ever asked. */
export function classicHealth(service: Service, config: PeerConfig): ClassicHealth {
  const first = portsOf(service)[0]?.nodePort ?? 0;
  const base = classicTarget(service, config, first);
  const protocol = annotationOf(service, 'healthcheck-protocol') ?? base.protocol;
  const asked = annotationOf(service, 'healthcheck-port');
  const port = asked === undefined ? base.port : asked === 'traffic-port' ? first : Number(asked);
  const hasPath = ['HTTP', 'HTTPS'].includes(protocol.toUpperCase());
  const path = hasPath ? (annotationOf(service, 'healthcheck-path') ?? base.path) : '';
  return {
    Target: `${protocol}:${port}${path}`,
    Interval: numberOf(service, 'healthcheck-interval') ?? 10,
    Timeout: numberOf(service, 'healthcheck-timeout') ?? 5,
    HealthyThreshold: numberOf(service, 'healthcheck-healthy-threshold') ?? 2,
    UnhealthyThreshold: numberOf(service, 'healthcheck-unhealthy-threshold') ?? 6,
  };
}

function classicTarget(service: Service, config: PeerConfig, first: number) {
  if (service.spec.externalTrafficPolicy === 'Local') {
    return { protocol: 'HTTP', port: service.spec.healthCheckNodePort ?? 0, path: '/healthz' };
  }
  if (config.healthProbeMode === 'Shared') {
    return { protocol: 'HTTP', port: config.sharedProbePort, path: config.sharedProbePath };
  }
  const backend = annotationOf(service, 'backend-protocol')?.toLowerCase() ?? '';
  return { protocol: ['https', 'ssl'].includes(backend) ? 'SSL' : 'TCP', port: first, path: '/' };
}
