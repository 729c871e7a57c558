// The one resource that a request is about.
import { AwsError } from '../proxy-answer.ts';
import { type Params, required } from '../proxy-query.ts';
import { checkArn } from './names.ts';
import type { Listener, LoadBalancer, State, TargetGroup } from './state.ts';

/** The load balancer of a request. Throws LoadBalancerNotFound. */
export function loadBalancerOf(params: Params, state: State): LoadBalancer {
  const arn = required(params, 'LoadBalancerArn');
  checkArn('loadbalancer', arn);
  const loadBalancer = state.loadBalancers.get(arn);
  if (!loadBalancer) throw new AwsError('LoadBalancerNotFound', `Load balancer '${arn}' not found`);
  return loadBalancer;
}

/** The target group of a request. Throws TargetGroupNotFound. */
export function targetGroupOf(params: Params, state: State): TargetGroup {
  const arn = required(params, 'TargetGroupArn');
  checkArn('targetgroup', arn);
  const group = state.targetGroups.get(arn);
  if (!group) throw new AwsError('TargetGroupNotFound', `Target group '${arn}' not found`);
  return group;
}

/** The listener of a request. Throws ListenerNotFound. */
export function listenerOf(params: Params, state: State): Listener {
  const arn = required(params, 'ListenerArn');
  checkArn('listener', arn);
  const listener = state.listeners.get(arn);
  if (!listener) throw new AwsError('ListenerNotFound', `Listener '${arn}' not found`);
  return listener;
}
