// Health checks of Classic Load Balancers: one a load balancer, always sent whole.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { integer, type Params, required, struct } from '../proxy-query.ts';
import { classicOf } from './classic-find.ts';
import type { ClassicHealthCheck } from './classic-state.ts';
import type { Cloud } from './cloud.ts';
import type { State } from './state.ts';

/** What a load balancer has until it is told otherwise. */
export function newClassicHealthCheck(firstInstancePort: number): ClassicHealthCheck {
  return {
    ...{ target: `TCP:${firstInstancePort}`, intervalSeconds: 30, timeoutSeconds: 5 },
    ...{ unhealthyThreshold: 2, healthyThreshold: 10 },
  };
}

export function configureClassicHealthCheck(params: Params, _cloud: Cloud, state: State): Xml {
  const loadBalancer = classicOf(params, state);
  const check = struct(params, 'HealthCheck') ?? {};
  const target = required(check, 'Target');
  checkTarget(target);
  const number = (name: string, min: number, max: number) => {
    const value = integer(check, name, min, max);
    if (value === undefined) throw new AwsError('ValidationError', `The health check must contain ${name}`);
    return value;
  };
  const intervalSeconds = number('Interval', 5, 300);
  const timeoutSeconds = number('Timeout', 2, 60);
  if (timeoutSeconds >= intervalSeconds) {
    throw new AwsError('ValidationError', 'The health check timeout must be less than the interval');
  }
  loadBalancer.healthCheck = {
    ...{ target, intervalSeconds, timeoutSeconds },
    unhealthyThreshold: number('UnhealthyThreshold', 2, 10),
    healthyThreshold: number('HealthyThreshold', 2, 10),
  };
  return { HealthCheck: describedClassicHealthCheck(loadBalancer.healthCheck) };
}

/** In the form of an answer. */
export function describedClassicHealthCheck(check: ClassicHealthCheck): Xml {
  return {
    ...{ Target: check.target, Interval: check.intervalSeconds, Timeout: check.timeoutSeconds },
    ...{ UnhealthyThreshold: check.unhealthyThreshold, HealthyThreshold: check.healthyThreshold },
  };
}

function checkTarget(target: string): void {
  const [, protocol, port, path] = /^(TCP|SSL|HTTP|HTTPS):(\d{1,5})(\/.*)?$/.exec(target) ?? [];
  if (protocol === undefined) {
    throw new AwsError('ValidationError', 'HealthCheck Target must begin with one of HTTP, TCP, HTTPS, SSL and a port');
  }
  if (Number(port) < 1 || Number(port) > 65535) {
    throw new AwsError('ValidationError', 'HealthCheck Target port must be between 1 and 65535');
  }
  if (protocol.startsWith('HTTP') !== (path !== undefined) || (path ?? '').length > 1024) {
    const reason = 'HealthCheck HTTP Target must specify a port followed by a path that begins with a slash';
    throw new AwsError('ValidationError', `${reason}; others have no path`);
  }
}
