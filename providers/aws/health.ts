// The health check of an NLB's target groups: annotations over the defaults of cloud-provider-aws; and where a Service is
// asked for its health, whatever kind of load balancer asks. Pure.
import type { Request } from '../../src/provider/request.ts';
import type { Annotations } from './annotations.ts';
import { annotationName, type Findings, fieldName } from './compile/findings.ts';
import type { Options } from './options.ts';
import type { TargetGroupSpec } from './resources.ts';

export type HealthCheck = Pick<
  TargetGroupSpec,
  | 'healthCheckProtocol'
  | 'healthCheckPort'
  | 'healthCheckPath'
  | 'healthyThreshold'
  | 'unhealthyThreshold'
  | 'healthCheckTimeoutSeconds'
  | 'healthCheckIntervalSeconds'
>;

export const TRAFFIC_PORT = 'traffic-port';

type Policy = Pick<Request, 'externalTrafficPolicy' | 'healthCheckNodePort'>;

/** What answers for the Service where no annotation says anything. */
export interface Probe {
  readonly of: 'service' | 'local' | 'shared';
  readonly protocol: 'TCP' | 'HTTP';
  readonly port: number | typeof TRAFFIC_PORT;
  readonly path: string;
}

export function probeOf(request: Policy, options: Options): Probe {
  if (request.externalTrafficPolicy === 'Local') {
    return { of: 'local', protocol: 'HTTP', port: request.healthCheckNodePort, path: '/healthz' };
  }
  if (options.healthProbeMode === 'shared') {
    const { sharedHealthProbePort: port, sharedHealthProbePath: path } = options;
    return { of: 'shared', protocol: 'HTTP', port, path };
  }
  return { of: 'service', protocol: 'TCP', port: TRAFFIC_PORT, path: '/' };
}

export function healthCheckOf(request: Policy, given: Annotations, options: Options, findings: Findings): HealthCheck {
  const probe = probeOf(request, options);
  const values = probe.of === 'shared' ? withoutProbe(given, findings) : given;
  const protocol = values.healthcheckProtocol ?? probe.protocol;
  const port = values.healthcheckPort ?? probe.port;
  const threshold = probe.of === 'local' ? 2 : 3;
  const interval = values.healthcheckIntervalSeconds ?? (probe.of === 'local' ? 10 : 30);
  const timeout = values.healthcheckTimeoutSeconds ?? Math.min(interval, defaultTimeoutSeconds(protocol));
  checkProbe(protocol, port, values, findings);
  if (timeout > interval && values.healthcheckIntervalSeconds === undefined) {
    findings.error(annotationName('healthcheckTimeoutSeconds'), String(timeout), {
      code: 'conflict',
      because: `is longer than the ${interval} seconds from one check to the next`,
      expected: `at most ${interval}, or a longer ${annotationName('healthcheckIntervalSeconds').key}`,
    });
  }
  return {
    healthCheckProtocol: protocol,
    healthCheckPort: String(port),
    healthCheckPath: protocol === 'TCP' ? null : (values.healthcheckPath ?? probe.path),
    healthyThreshold: values.healthcheckHealthyThreshold ?? threshold,
    unhealthyThreshold: values.healthcheckUnhealthyThreshold ?? threshold,
    healthCheckTimeoutSeconds: timeout,
    healthCheckIntervalSeconds: interval,
  };
}

/** As cloud-provider-aws does: with a shared probe, Services cannot choose what an NLB asks. */
function withoutProbe(values: Annotations, findings: Findings): Annotations {
  for (const field of ['healthcheckProtocol', 'healthcheckPort', 'healthcheckPath'] as const) {
    const value = values[field];
    if (value === undefined) continue;
    findings.warn(
      annotationName(field),
      String(value),
      { code: 'no-effect', because: 'has no effect on an NLB since --aws-health-probe-mode is shared' },
      'no such annotation',
    );
  }
  return { ...values, healthcheckProtocol: undefined, healthcheckPort: undefined, healthcheckPath: undefined };
}

/** That there is a port to ask, and that a path goes to somebody who asks for one. */
export function checkProbe(
  protocol: string,
  port: Probe['port'],
  values: Pick<Annotations, 'healthcheckProtocol' | 'healthcheckPath'>,
  findings: Findings,
): void {
  if (port === 0) {
    findings.error(fieldName('spec.healthCheckNodePort'), '0', {
      code: 'missing',
      because: 'means that there is none, and with externalTrafficPolicy Local the health check asks it',
      expected: 'the port that Kubernetes allocates',
    });
  }
  const asks = protocol === 'HTTP' || protocol === 'HTTPS';
  // The table has said it where an annotation sets the protocol.
  if (!asks && values.healthcheckPath !== undefined && values.healthcheckProtocol === undefined) {
    const article = protocol === 'TCP' ? 'a' : 'an';
    findings.warn(
      annotationName('healthcheckPath'),
      values.healthcheckPath,
      {
        code: 'no-effect',
        because: `has no effect since the health check is ${article} ${protocol} one and asks for no path`,
      },
      `${annotationName('healthcheckProtocol').key} HTTP or HTTPS with it`,
    );
  }
}

/** What AWS sets where no timeout is sent, as the official controller does (API reference, CreateTargetGroup). */
function defaultTimeoutSeconds(protocol: string): number {
  return protocol === 'HTTP' ? 6 : 10;
}
