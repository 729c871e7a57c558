// The health check of a Classic Load Balancer: annotations over the defaults of cloud-provider-aws. There is one for all
// ports, and it asks the first. Pure.
import type { Request } from '../../../src/provider/request.ts';
import type { Annotations } from '../annotations.ts';
import { checkProbe, probeOf, TRAFFIC_PORT } from '../health.ts';
import type { Options } from '../options.ts';
import type { ClassicHealthCheck } from '../resources.ts';
import type { Findings } from './findings.ts';

/** `firstNodePort`: undefined where the Service has no usable port, which is an error of its own. */
export function classicHealthCheckOf(
  request: Pick<Request, 'externalTrafficPolicy' | 'healthCheckNodePort'>,
  values: Annotations,
  options: Options,
  firstNodePort: number | undefined,
  findings: Findings,
): ClassicHealthCheck {
  const probe = probeOf(request, options);
  const secure = values.backendProtocol === 'https' || values.backendProtocol === 'ssl';
  const unasked = probe.of === 'service' && secure ? 'SSL' : probe.protocol;
  const protocol = values.healthcheckProtocol ?? unasked;
  const port = values.healthcheckPort ?? probe.port;
  checkProbe(protocol, port, values, findings);
  const asked = port === TRAFFIC_PORT ? (firstNodePort ?? 0) : port;
  const path = protocol === 'HTTP' || protocol === 'HTTPS' ? (values.healthcheckPath ?? probe.path) : '';
  return {
    target: `${protocol}:${asked}${path}`,
    intervalSeconds: values.healthcheckIntervalSeconds ?? 10,
    timeoutSeconds: values.healthcheckTimeoutSeconds ?? 5,
    healthyThreshold: values.healthcheckHealthyThreshold ?? 2,
    unhealthyThreshold: values.healthcheckUnhealthyThreshold ?? 6,
  };
}
