// Creating, changing, deleting and describing target groups.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { integer, oneOf, type Params, required, text, texts } from '../proxy-query.ts';
import type { Cloud } from './cloud.ts';
import { targetGroupOf } from './find.ts';
import { changedHealthCheck, describedHealthCheck, newHealthCheck } from './health-checks.ts';
import { checkArn, checkName } from './names.ts';
import { page } from './paging.ts';
import { loadBalancersOf, type State, type TargetGroup, usersOfGroups } from './state.ts';
import { tagsOf } from './tags.ts';
import { newTargetGroupAttributes } from './target-group-attributes.ts';

/** AWS's limit of one call that names what to describe. */
const mostNamed = 20;

export async function createTargetGroup(params: Params, cloud: Cloud, state: State): Promise<Xml> {
  const name = required(params, 'Name');
  checkName('Target group', name);
  const protocol = oneOf(params, 'Protocol', ['TCP', 'TLS', 'UDP', 'TCP_UDP']);
  const port = integer(params, 'Port', 1, 65535);
  const vpcId = text(params, 'VpcId');
  if (!protocol) throw new AwsError('ValidationError', 'A protocol must be specified');
  if (port === undefined) throw new AwsError('ValidationError', 'A port must be specified');
  if (!vpcId) throw new AwsError('ValidationError', 'A VPC ID must be specified');
  const targetType = oneOf(params, 'TargetType', ['instance', 'ip']) ?? 'instance';
  const ipAddressType = oneOf(params, 'IpAddressType', ['ipv4', 'ipv6']) ?? 'ipv4';
  const healthCheck = newHealthCheck(params);
  const tags = tagsOf(params);
  const wish = { protocol, port, vpcId, targetType, ipAddressType, healthCheck };

  const namesake = [...state.targetGroups.values()].find((other) => other.name === name);
  if (namesake) {
    const { protocol, port, vpcId, targetType, ipAddressType, healthCheck } = namesake;
    const has = { protocol, port, vpcId, targetType, ipAddressType, healthCheck };
    if (canonical(has) === canonical(wish))
      return { TargetGroups: [described(namesake, loadBalancersOf(state, namesake.arn))] };
    const reason = `A target group with the same name '${name}' exists, but with different settings`;
    throw new AwsError('DuplicateTargetGroupName', reason);
  }
  if (state.targetGroups.size >= cloud.settings.quotas.targetGroups) {
    throw new AwsError('TooManyTargetGroups', 'The maximum number of target groups has been reached');
  }
  if (!(await cloud.lookup.vpc(vpcId))) {
    throw new AwsError('InvalidConfigurationRequest', `The VPC ID '${vpcId}' is not found`);
  }
  const { arn } = cloud.newArn(`targetgroup/${name}`);
  const attributes = newTargetGroupAttributes(protocol, targetType);
  const group: TargetGroup = { ...wish, seq: cloud.nextSeq(), arn, name, attributes, tags, targets: [] };
  state.targetGroups.set(arn, group);
  return { TargetGroups: [described(group, [])] };
}

export function modifyTargetGroup(params: Params, _cloud: Cloud, state: State): Xml {
  const group = targetGroupOf(params, state);
  group.healthCheck = changedHealthCheck(group.healthCheck, params);
  return { TargetGroups: [described(group, loadBalancersOf(state, group.arn))] };
}

export function deleteTargetGroup(params: Params, _cloud: Cloud, state: State): Xml {
  const { arn } = targetGroupOf(params, state);
  if (loadBalancersOf(state, arn).length > 0) {
    throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  state.targetGroups.delete(arn);
  return {};
}

export function describeTargetGroups(params: Params, _cloud: Cloud, state: State): Xml {
  const loadBalancer = text(params, 'LoadBalancerArn');
  const arns = texts(params, 'TargetGroupArns') ?? [];
  const names = texts(params, 'Names') ?? [];
  const all = [...state.targetGroups.values()];
  if ([loadBalancer !== undefined, arns.length > 0, names.length > 0].filter(Boolean).length > 1) {
    const reason = 'Only one of load balancer ARN, target group ARNs and target group names can be specified';
    throw new AwsError('ValidationError', reason);
  }
  if (loadBalancer !== undefined) {
    checkArn('loadbalancer', loadBalancer);
    if (!state.loadBalancers.has(loadBalancer)) {
      throw new AwsError('LoadBalancerNotFound', `Load balancer '${loadBalancer}' not found`);
    }
  }
  const users = usersOfGroups(state);
  const usersOf = ({ arn }: TargetGroup) => users.get(arn) ?? [];
  const wanted = new Set([...arns, ...names]);
  if (wanted.size === 0) {
    const fitting = all.filter((group) => loadBalancer === undefined || usersOf(group).includes(loadBalancer));
    const { items, NextMarker } = page(params, fitting);
    return { TargetGroups: items.map((group) => described(group, usersOf(group))), NextMarker };
  }
  if (wanted.size > mostNamed) {
    throw new AwsError('ValidationError', `The number of target groups must not exceed '${mostNamed}'`);
  }
  const found = all.filter(({ arn, name }) => wanted.has(arn) || wanted.has(name));
  if (found.length < wanted.size) {
    throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
  }
  return { TargetGroups: found.map((group) => described(group, usersOf(group))) };
}

function described(group: TargetGroup, LoadBalancerArns: readonly string[]): Xml {
  return {
    ...{ TargetGroupArn: group.arn, TargetGroupName: group.name, Protocol: group.protocol, Port: group.port },
    ...{ VpcId: group.vpcId, TargetType: group.targetType, IpAddressType: group.ipAddressType },
    ...describedHealthCheck(group.healthCheck),
    LoadBalancerArns,
  };
}

function canonical(wish: object): string {
  return JSON.stringify(wish, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
