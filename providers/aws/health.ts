// The health check of the target groups: annotations over the defaults of cloud-provider-aws, which depend on the
// Service's externalTrafficPolicy. Pure.
import type { Request } from '../../src/provider/request.ts';
import type { Annotations } from './annotations.ts';
import { annotationName, type Findings, fieldName } from './compile/findings.ts';
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

export function healthCheckOf(
  request: Pick<Request, 'externalTrafficPolicy' | 'healthCheckNodePort'>,
  values: Annotations,
  findings: Findings,
): HealthCheck {
  const local = request.externalTrafficPolicy === 'Local';
  const protocol = values.healthcheckProtocol ?? (local ? 'HTTP' : 'TCP');
  const port = values.healthcheckPort ?? (local ? request.healthCheckNodePort : TRAFFIC_PORT);
  const threshold = local ? 2 : 3;
  const interval = values.healthcheckIntervalSeconds ?? (local ? 10 : 30);
  const timeout = values.healthcheckTimeoutSeconds ?? Math.min(interval, defaultTimeoutSeconds(protocol));
  if (port === 0) {
    findings.error(fieldName('spec.healthCheckNodePort'), '0', {
      code: 'missing',
      because: 'means that there is none, and with externalTrafficPolicy Local the health check asks it',
      expected: 'the port that Kubernetes allocates',
    });
  }
  if (timeout > interval && values.healthcheckIntervalSeconds === undefined) {
    findings.error(annotationName('healthcheckTimeoutSeconds'), String(timeout), {
      code: 'conflict',
      because: `is longer than the ${interval} seconds from one check to the next`,
      expected: `at most ${interval}, or a longer ${annotationName('healthcheckIntervalSeconds').key}`,
    });
  }
  if (protocol === 'TCP' && values.healthcheckPath !== undefined && values.healthcheckProtocol === undefined) {
    findings.warn(
      annotationName('healthcheckPath'),
      values.healthcheckPath,
      { code: 'no-effect', because: 'has no effect since the health check is a TCP one and asks for no path' },
      `${annotationName('healthcheckProtocol').key} HTTP or HTTPS with it`,
    );
  }
  return {
    healthCheckProtocol: protocol,
    healthCheckPort: String(port),
    healthCheckPath: protocol === 'TCP' ? null : (values.healthcheckPath ?? (local ? '/healthz' : '/')),
    healthyThreshold: values.healthcheckHealthyThreshold ?? threshold,
    unhealthyThreshold: values.healthcheckUnhealthyThreshold ?? threshold,
    healthCheckTimeoutSeconds: timeout,
    healthCheckIntervalSeconds: interval,
  };
}

/** What AWS sets where no timeout is sent, as the official controller does (API reference, CreateTargetGroup). */
function defaultTimeoutSeconds(protocol: string): number {
  return protocol === 'HTTP' ? 6 : 10;
}
