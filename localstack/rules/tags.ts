// Tags of load balancers, target groups and listeners.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { type Params, structs, text, texts } from '../proxy-query.ts';
import type { Cloud } from './cloud.ts';
import type { State } from './state.ts';

type Tags = Readonly<Record<string, string>>;

const mostTags = 50;
/** AWS's limit of one DescribeTags call. */
const mostArns = 20;
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags of a request, checked as AWS checks them. */
export function tagsOf(params: Params): Tags {
  const pairs = (structs(params, 'Tags') ?? []).map(
    (tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? ''] as const,
  );
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length < pairs.length) throw new AwsError('DuplicateTagKeys', 'Tag keys are duplicated');
  for (const [key, value] of pairs) {
    if (key.length < 1 || key.length > 128 || !allowed.test(key)) {
      throw new AwsError('ValidationError', `Tag key '${key}' is not valid`);
    }
    if (/^aws:/i.test(key)) {
      throw new AwsError('ValidationError', "'aws:' prefixed tag key names are not allowed for external use");
    }
    if (value.length > 256 || !allowed.test(value)) {
      throw new AwsError('ValidationError', `The value of tag '${key}' is not valid`);
    }
  }
  checkCount(tags);
  return tags;
}

export function addTags(params: Params, _cloud: Cloud, state: State): Xml {
  const added = tagsOf(params);
  const tagged = taggable(state, onlyArn(params));
  if (!tagged.set) return {};
  const all = { ...tagged.tags, ...added };
  checkCount(all);
  tagged.set(all);
  return {};
}

export function removeTags(params: Params, _cloud: Cloud, state: State): Xml {
  const tagged = taggable(state, onlyArn(params));
  const gone = new Set(texts(params, 'TagKeys'));
  tagged.set?.(Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => !gone.has(key))));
  return {};
}

export function describeTags(params: Params, _cloud: Cloud, state: State): Xml {
  const arns = texts(params, 'ResourceArns') ?? [];
  if (arns.length === 0) throw new AwsError('ValidationError', 'ResourceArns must not be empty');
  if (arns.length > mostArns) {
    throw new AwsError('ValidationError', `The number of resource ARNs must not exceed '${mostArns}'`);
  }
  const TagDescriptions = arns.map((ResourceArn) => {
    const Tags = Object.entries(taggable(state, ResourceArn).tags).map(([Key, Value]) => ({ Key, Value }));
    return { ResourceArn, Tags };
  });
  return { TagDescriptions };
}

/** AWS takes a list but refuses more than one. */
function onlyArn(params: Params): string {
  const [arn, ...more] = texts(params, 'ResourceArns') ?? [];
  if (arn !== undefined && more.length === 0) return arn;
  throw new AwsError('ValidationError', 'Only one resource can be tagged at a time');
}

/** Throws TooManyTags. */
export function checkCount(tags: Tags): void {
  if (Object.keys(tags).length <= mostTags) return;
  throw new AwsError('TooManyTags', `The number of tags exceeds the limit of ${mostTags} tags per resource`);
}

/** The tags of whatever an ARN names. The default rule of a listener has none. */
function taggable(state: State, arn: string): { readonly tags: Tags; readonly set?: (tags: Tags) => void } {
  const kind = /^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:([a-z-]+)\//.exec(arn)?.[1];
  const found = (code: string, resource: { tags: Tags } | undefined) => {
    if (!resource) throw new AwsError(code, `'${arn}' not found`);
    const set = (tags: Tags) => {
      resource.tags = tags;
    };
    return { tags: resource.tags, set };
  };
  switch (kind) {
    case 'loadbalancer':
      return found('LoadBalancerNotFound', state.loadBalancers.get(arn));
    case 'targetgroup':
      return found('TargetGroupNotFound', state.targetGroups.get(arn));
    case 'listener':
      return found('ListenerNotFound', state.listeners.get(arn));
    case 'listener-rule':
      return { tags: {} };
    default:
      throw new AwsError('ValidationError', `'${arn}' must be in ARN format`);
  }
}
