// The health check of a target group: bounds, defaults, and what depends on its protocol.
// Bounds and defaults: documentation of CreateTargetGroup, and "Health checks for Network Load Balancer target groups".

import type {
  CreateTargetGroupCommandInput,
  ModifyTargetGroupCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Misuse } from '../problem.ts';
import { constraint, invalid, invalidConfiguration } from './errors.ts';
import type { HealthCheck } from './tables.ts';

type Fields =
  | 'HealthCheckEnabled'
  | 'HealthCheckIntervalSeconds'
  | 'HealthCheckPath'
  | 'HealthCheckPort'
  | 'HealthCheckProtocol'
  | 'HealthCheckTimeoutSeconds'
  | 'HealthyThresholdCount'
  | 'Matcher'
  | 'UnhealthyThresholdCount';

export type HealthCheckInput = Pick<CreateTargetGroupCommandInput & ModifyTargetGroupCommandInput, Fields>;

const BOUNDS: Readonly<Partial<Record<Fields, readonly [number, number]>>> = {
  HealthCheckIntervalSeconds: [5, 300],
  HealthCheckTimeoutSeconds: [2, 120],
  HealthyThresholdCount: [2, 10],
  UnhealthyThresholdCount: [2, 10],
};

/** The check that results from `now` (undefined for a new group) and the given fields. */
export function healthCheckOf(input: HealthCheckInput, now: HealthCheck | undefined): HealthCheck {
  checkInput(input);
  const protocol = protocolOf(input.HealthCheckProtocol ?? now?.protocol ?? 'TCP');
  const web = protocol !== 'TCP';
  if (!web && (input.HealthCheckPath !== undefined || input.Matcher !== undefined)) {
    throw invalidConfiguration('A path and a matcher can only be specified for HTTP and HTTPS health checks');
  }
  const check: HealthCheck = {
    protocol,
    port: input.HealthCheckPort ?? now?.port ?? 'traffic-port',
    path: web ? (input.HealthCheckPath ?? now?.path ?? '/') : undefined,
    matcher: web ? (input.Matcher?.HttpCode ?? now?.matcher ?? '200-399') : undefined,
    intervalSeconds: input.HealthCheckIntervalSeconds ?? now?.intervalSeconds ?? 30,
    timeoutSeconds: input.HealthCheckTimeoutSeconds ?? now?.timeoutSeconds ?? (protocol === 'HTTP' ? 6 : 10),
    healthyThreshold: input.HealthyThresholdCount ?? now?.healthyThreshold ?? 5,
    unhealthyThreshold: input.UnhealthyThresholdCount ?? now?.unhealthyThreshold ?? 2,
  };
  // Equal is allowed for the groups of Network Load Balancers: 10 and 10 was their only choice for years.
  if (check.timeoutSeconds > check.intervalSeconds) {
    throw invalid('Health check interval must be greater than the timeout.');
  }
  return check;
}

function checkInput(input: HealthCheckInput): void {
  for (const field of ['HealthCheckIntervalSeconds', 'HealthCheckTimeoutSeconds'] as const) checkBounds(input, field);
  for (const field of ['HealthyThresholdCount', 'UnhealthyThresholdCount'] as const) checkBounds(input, field);
  const { HealthCheckPort: port, HealthCheckPath: path, Matcher: matcher } = input;
  if (input.HealthCheckEnabled === false) {
    throw invalid('Health check cannot be disabled for target groups with target type instance or ip');
  }
  if (port !== undefined && port !== 'traffic-port' && !isPort(port)) {
    throw invalid(`Health check port '${port}' must be either 'traffic-port' or a number from 1 to 65535`);
  }
  if (path !== undefined && (path.length > 1024 || !path.startsWith('/'))) {
    throw invalid(`Health check path '${path}' must begin with a '/' character and have at most 1024 characters`);
  }
  if (matcher?.GrpcCode !== undefined) throw new Misuse('gRPC health checks are not simulated');
  if (matcher !== undefined && !isMatcher(matcher.HttpCode ?? '')) {
    throw invalid(`Health check matcher HTTP code '${matcher.HttpCode}' must be within '200-599'`);
  }
}

function checkBounds(input: HealthCheckInput, field: Fields): void {
  const value: unknown = input[field];
  const [least, most] = BOUNDS[field]!;
  if (typeof value === 'number' && value < least) {
    throw constraint(field, value, `Member must have value greater than or equal to ${least}`);
  }
  if (typeof value === 'number' && value > most) {
    throw constraint(field, value, `Member must have value less than or equal to ${most}`);
  }
}

function protocolOf(protocol: string): HealthCheck['protocol'] {
  if (protocol === 'HTTP' || protocol === 'HTTPS' || protocol === 'TCP') return protocol;
  throw invalidConfiguration(`Health check protocol '${protocol}' is not supported`);
}

function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}

/** `200`, `200,202` or `200-299`, all within 200 to 599. */
function isMatcher(text: string): boolean {
  const codes = text.split(/[,-]/);
  return /^\d{3}(-\d{3}|(,\d{3})*)$/.test(text) && codes.every((code) => Number(code) >= 200 && Number(code) <= 599);
}
