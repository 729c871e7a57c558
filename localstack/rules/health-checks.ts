// Health checks of target groups behind Network Load Balancers: defaults, bounds, and what goes with which protocol.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { integer, oneOf, type Params, struct, text } from '../proxy-query.ts';
import type { HealthCheck } from './state.ts';

/** The health check of a new target group. */
export function newHealthCheck(params: Params): HealthCheck {
  const protocol = protocolOf(params) ?? 'TCP';
  return changedHealthCheck(
    {
      ...{ protocol, port: 'traffic-port', intervalSeconds: 30, timeoutSeconds: protocol === 'HTTP' ? 6 : 10 },
      ...{ healthyThreshold: 5, unhealthyThreshold: 2 },
    },
    params,
  );
}

/** A health check after the changes of a request. Throws ValidationError or InvalidConfigurationRequest. */
export function changedHealthCheck(now: HealthCheck, params: Params): HealthCheck {
  const protocol = protocolOf(params) ?? now.protocol;
  const port = text(params, 'HealthCheckPort') ?? now.port;
  if (port !== 'traffic-port' && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) {
    const reason = `Health check port '${port}' must be a number between '1' and '65535' or 'traffic-port'`;
    throw new AwsError('ValidationError', reason);
  }
  if (text(params, 'HealthCheckEnabled') === 'false') {
    const reason = "Health check enabled must be true for target groups with target type 'instance' or 'ip'";
    throw new AwsError('InvalidConfigurationRequest', reason);
  }
  const intervalSeconds = integer(params, 'HealthCheckIntervalSeconds', 5, 300) ?? now.intervalSeconds;
  const timeoutSeconds = integer(params, 'HealthCheckTimeoutSeconds', 2, 120) ?? now.timeoutSeconds;
  if (timeoutSeconds > intervalSeconds) {
    const reason = `Health check timeout '${timeoutSeconds}' must be smaller than or equal to the interval`;
    throw new AwsError('ValidationError', `${reason} '${intervalSeconds}'`);
  }
  return {
    ...{ protocol, port, intervalSeconds, timeoutSeconds },
    healthyThreshold: integer(params, 'HealthyThresholdCount', 2, 10) ?? now.healthyThreshold,
    unhealthyThreshold: integer(params, 'UnhealthyThresholdCount', 2, 10) ?? now.unhealthyThreshold,
    ...request(now, protocol, params),
  };
}

/** In the form of an answer. */
export function describedHealthCheck(check: HealthCheck): { readonly [name: string]: Xml } {
  return {
    ...{ HealthCheckEnabled: true, HealthCheckProtocol: check.protocol, HealthCheckPort: check.port },
    ...{ HealthCheckIntervalSeconds: check.intervalSeconds, HealthCheckTimeoutSeconds: check.timeoutSeconds },
    ...{ HealthyThresholdCount: check.healthyThreshold, UnhealthyThresholdCount: check.unhealthyThreshold },
    HealthCheckPath: check.path,
    Matcher: check.matcher === undefined ? undefined : { HttpCode: check.matcher },
  };
}

/** Path and matcher, which only HTTP and HTTPS checks have. */
function request(
  now: HealthCheck,
  protocol: HealthCheck['protocol'],
  params: Params,
): { path?: string; matcher?: string } {
  const wantedPath = text(params, 'HealthCheckPath');
  const wantedMatcher = text(struct(params, 'Matcher') ?? {}, 'HttpCode');
  if (protocol === 'TCP') {
    if (wantedPath === undefined && wantedMatcher === undefined) return {};
    const reason = 'A health check path or matcher cannot be specified for health checks with the TCP protocol';
    throw new AwsError('InvalidConfigurationRequest', reason);
  }
  const path = wantedPath ?? now.path ?? '/';
  if (!path.startsWith('/') || path.length > 1024) {
    throw new AwsError('ValidationError', `Health check path '${path}' must begin with a '/' character`);
  }
  const matcher = wantedMatcher ?? now.matcher ?? '200-399';
  const codes = matcher.split(/[,-]/).map(Number);
  if (!/^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/.test(matcher) || codes.some((code) => code < 200 || code > 599)) {
    throw new AwsError('ValidationError', `Health check matcher HTTP code '${matcher}' must be within '200-599'`);
  }
  return { path, matcher };
}

function protocolOf(params: Params): HealthCheck['protocol'] | undefined {
  return oneOf(params, 'HealthCheckProtocol', ['TCP', 'HTTP', 'HTTPS']);
}
