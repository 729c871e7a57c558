// ConfigureHealthCheck, and the check that a new Classic Load Balancer has.
// Bounds and defaults: "Configure health checks for your Classic Load Balancer".

import type {
  ConfigureHealthCheckCommandInput,
  ConfigureHealthCheckCommandOutput,
  HealthCheck,
} from '@aws-sdk/client-elastic-load-balancing';
import { writing } from '../service.ts';
import { invalid } from './errors.ts';
import { existingLoadBalancer, sdkHealthCheck } from './load-balancer.ts';
import type { ClassicHealthCheck } from './tables.ts';

export const configureHealthCheck = writing<ConfigureHealthCheckCommandInput, ConfigureHealthCheckCommandOutput>(
  'ConfigureHealthCheck',
  ['LoadBalancerName', 'HealthCheck'],
  ({ LoadBalancerName, HealthCheck: input }, { world }) => {
    const row = existingLoadBalancer(world, LoadBalancerName);
    const changed = { ...row, healthCheck: healthCheckOf(input!) };
    world.elb.loadBalancers.put(row.name, changed);
    return { HealthCheck: sdkHealthCheck(changed) };
  },
);

/** What a load balancer made through the API has: a connection to the instance port of its first listener. */
export function defaultHealthCheck(instancePort: number): ClassicHealthCheck {
  return {
    target: `TCP:${instancePort}`,
    intervalSeconds: 30,
    timeoutSeconds: 5,
    unhealthyThreshold: 2,
    healthyThreshold: 10,
  };
}

function healthCheckOf(input: HealthCheck): ClassicHealthCheck {
  const check: ClassicHealthCheck = {
    target: input.Target!,
    intervalSeconds: between('Interval', input.Interval!, 5, 300),
    timeoutSeconds: between('Timeout', input.Timeout!, 2, 60),
    unhealthyThreshold: between('Unhealthy Threshold', input.UnhealthyThreshold!, 2, 10),
    healthyThreshold: between('Healthy Threshold', input.HealthyThreshold!, 2, 10),
  };
  checkTarget(check.target);
  if (check.timeoutSeconds >= check.intervalSeconds) {
    throw invalid('HealthCheck timeout must be less than interval');
  }
  return check;
}

function between(name: string, value: number, least: number, most: number): number {
  if (value < least || value > most) throw invalid(`HealthCheck ${name} must be between ${least} and ${most}`);
  return value;
}

/** `TCP:80`, `SSL:443`; `HTTP:80/path` and `HTTPS:443/path` with a path that begins with a slash. */
function checkTarget(target: string): void {
  const [, protocol, port, path] = /^([A-Z]+):(\d{1,5})(.*)$/s.exec(target) ?? [];
  if (target.length > 1024) throw invalid('HealthCheck Target cannot be longer than 1024 characters');
  if (protocol === undefined || !['HTTP', 'HTTPS', 'SSL', 'TCP'].includes(protocol)) {
    throw invalid(`HealthCheck Target must begin with one of HTTP, TCP, HTTPS, SSL and a port: '${target}'`);
  }
  if (Number(port) < 1 || Number(port) > 65_535) throw invalid('HealthCheck Target port must be from 1 to 65535');
  if (protocol.startsWith('HTTP') && path?.startsWith('/') !== true) {
    throw invalid(
      'HealthCheck HTTP Target must specify a port followed by a path that begins with a slash. ' +
        'e.g. HTTP:80/ping/this/path',
    );
  }
  if (!protocol.startsWith('HTTP') && path !== '') throw invalid(`HealthCheck ${protocol} Target cannot have a path`);
}
