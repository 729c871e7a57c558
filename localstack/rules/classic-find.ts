// The one Classic Load Balancer that a request is about, and its listener on a port.
import { AwsError } from '../proxy-answer.ts';
import { integer, type Params, required } from '../proxy-query.ts';
import type { ClassicListener, ClassicLoadBalancer } from './classic-state.ts';
import type { State } from './state.ts';

/** The load balancer of a request. Throws LoadBalancerNotFound. */
export function classicOf(params: Params, state: State): ClassicLoadBalancer {
  return classicNamed(required(params, 'LoadBalancerName'), state);
}

/** Throws LoadBalancerNotFound. */
export function classicNamed(name: string, state: State): ClassicLoadBalancer {
  const found = state.classic.get(name);
  if (!found) throw new AwsError('LoadBalancerNotFound', `There is no ACTIVE Load Balancer named '${name}'`);
  return found;
}

/** The listener on the port of a request. Throws ListenerNotFound. */
export function classicListenerOf(params: Params, { name, listeners }: ClassicLoadBalancer): ClassicListener {
  const port = integer(params, 'LoadBalancerPort', 1, 65535);
  const found = listeners.find((listener) => listener.port === port);
  if (!found) throw new AwsError('ListenerNotFound', `Load balancer '${name}' has no listener on port ${port}`);
  return found;
}
