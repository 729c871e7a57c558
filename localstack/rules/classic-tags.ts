// Tags of Classic Load Balancers, by name; the rules for keys, values and their number are those of v2.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { type Params, required, structs, texts } from '../proxy-query.ts';
import { classicNamed } from './classic-find.ts';
import type { ClassicLoadBalancer } from './classic-state.ts';
import type { Cloud } from './cloud.ts';
import type { State } from './state.ts';
import { checkCount, tagsOf } from './tags.ts';

/** AWS's limit of one DescribeTags call. */
const mostNames = 20;

export function addClassicTags(params: Params, _cloud: Cloud, state: State): Xml {
  const added = tagsOf(params);
  const loadBalancer = onlyOne(params, state);
  const all = { ...loadBalancer.tags, ...added };
  checkCount(all);
  loadBalancer.tags = all;
  return {};
}

export function removeClassicTags(params: Params, _cloud: Cloud, state: State): Xml {
  const loadBalancer = onlyOne(params, state);
  const gone = new Set((structs(params, 'Tags') ?? []).map((tag) => required(tag, 'Key')));
  loadBalancer.tags = Object.fromEntries(Object.entries(loadBalancer.tags).filter(([key]) => !gone.has(key)));
  return {};
}

export function describeClassicTags(params: Params, _cloud: Cloud, state: State): Xml {
  const names = texts(params, 'LoadBalancerNames') ?? [];
  if (names.length === 0 || names.length > mostNames) {
    throw new AwsError('ValidationError', `The number of load balancer names must be between 1 and ${mostNames}`);
  }
  const TagDescriptions = names.map((LoadBalancerName) => {
    const { tags } = classicNamed(LoadBalancerName, state);
    return { LoadBalancerName, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  });
  return { TagDescriptions };
}

/** AWS takes a list but refuses more than one. */
function onlyOne(params: Params, state: State): ClassicLoadBalancer {
  const [name, ...more] = texts(params, 'LoadBalancerNames') ?? [];
  if (name !== undefined && more.length === 0) return classicNamed(name, state);
  throw new AwsError('ValidationError', 'Only one load balancer can be tagged at a time');
}
