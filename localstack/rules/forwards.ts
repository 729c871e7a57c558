// Where a listener forwards to, and which target groups it may forward to.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { integer, type Params, struct, structs, text } from '../proxy-query.ts';
import { type Forward, type Listener, type LoadBalancer, loadBalancersOf, type State } from './state.ts';

/** Which target groups fit behind a listener, by their protocols. */
const fitting: Readonly<Record<Listener['protocol'], readonly Listener['protocol'][]>> = {
  TCP: ['TCP', 'TCP_UDP'],
  TLS: ['TCP', 'TLS'],
  UDP: ['UDP', 'TCP_UDP'],
  TCP_UDP: ['TCP_UDP'],
};

/**
 * The target groups of a request's default action; undefined if it names none, and then `now` is checked against the
 * protocol. Throws what AWS answers for groups that are absent, do not fit, or belong to another load balancer.
 */
export function forwardsOf(
  params: Params,
  state: State,
  loadBalancer: LoadBalancer,
  protocol: Listener['protocol'],
  now: readonly Forward[] = [],
): readonly Forward[] | undefined {
  const actions = structs(params, 'DefaultActions');
  if (actions && actions.length > 1) throw new AwsError('TooManyActions', 'Only one default action is allowed');
  const action = actions?.[0];
  if (action && text(action, 'Type') !== 'forward') {
    const reason = 'Only forward actions are supported on listeners of Network Load Balancers';
    throw new AwsError('InvalidLoadBalancerAction', reason);
  }
  const asked = action && groupsOf(action);
  for (const { targetGroupArn } of asked ?? now) check(state, loadBalancer, protocol, targetGroupArn);
  return asked;
}

/** In the form of an answer. */
export function describedForwards(forwards: readonly Forward[]): Xml {
  const TargetGroups = forwards.map(({ targetGroupArn, weight }) => ({
    TargetGroupArn: targetGroupArn,
    Weight: weight,
  }));
  const only = forwards.length === 1 ? forwards[0]?.targetGroupArn : undefined;
  const ForwardConfig = { TargetGroups, TargetGroupStickinessConfig: { Enabled: false } };
  return [{ Type: 'forward', Order: 1, TargetGroupArn: only, ForwardConfig }];
}

function groupsOf(action: Params): readonly Forward[] {
  const single = text(action, 'TargetGroupArn');
  const config = structs(struct(action, 'ForwardConfig') ?? {}, 'TargetGroups') ?? [];
  const listed = config.map((group): Forward => {
    const weight = integer(group, 'Weight', 0, 999);
    const targetGroupArn = text(group, 'TargetGroupArn') ?? '';
    // A single group gets everything, so its weight says nothing.
    return config.length === 1 || weight === undefined ? { targetGroupArn } : { targetGroupArn, weight };
  });
  if (single === undefined && listed.length === 0) {
    throw new AwsError('ValidationError', 'A forward action must specify a target group');
  }
  if (single === undefined) return listed;
  if (listed.length > 1 || listed.some(({ targetGroupArn }) => targetGroupArn !== single)) {
    throw new AwsError('InvalidLoadBalancerAction', 'TargetGroupArn and ForwardConfig must name the same target group');
  }
  return [{ targetGroupArn: single }];
}

function check(state: State, loadBalancer: LoadBalancer, protocol: Listener['protocol'], arn: string): void {
  const group = state.targetGroups.get(arn);
  if (!group) throw new AwsError('TargetGroupNotFound', `Target group '${arn}' not found`);
  if (!fitting[protocol].includes(group.protocol)) {
    const reason = `The listener and its associated target group '${arn}' have incompatible protocols:`;
    throw new AwsError('IncompatibleProtocols', `${reason} '${protocol}' and '${group.protocol}'`);
  }
  if (group.vpcId !== loadBalancer.vpcId) {
    const reason = `The target group '${arn}' and the load balancer are not in the same VPC`;
    throw new AwsError('InvalidConfigurationRequest', reason);
  }
  if (loadBalancersOf(state, arn).some((other) => other !== loadBalancer.arn)) {
    const reason = 'The following target groups cannot be associated with more than one load balancer';
    throw new AwsError('TargetGroupAssociationLimit', `${reason}: ${arn}`);
  }
}
