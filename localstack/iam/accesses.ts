// What AWS asks IAM about each call: actions, resources, and where their tags come from (Service Authorization Reference, the
// pages of Elastic Load Balancing, Elastic Load Balancing V2 and Amazon EC2). Decides nothing.
import type { Access } from './evaluate.ts';
import { namesAt, type RequestTags, tagsAt, textAt } from './request.ts';

/** A call with its input, in the SDK's form or in that of the query protocol. */
export interface ApiCall {
  readonly api: 'ec2' | 'elb' | 'elbv2';
  readonly operation: string;
  readonly input: object;
}

export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** A resource that is there already: whoever evaluates knows its tags. `id`: an ARN, a Classic name, or an id of EC2's. */
export interface Subject {
  readonly kind: 'classic' | 'elbv2' | 'security-group' | 'vpc';
  readonly id: string;
}

/** What is known of a subject. One that is not there has no tags: then no condition on them can hold. */
export interface SubjectFacts {
  readonly tags: Readonly<Record<string, string>>;
  /** Of a security group. */
  readonly vpcId?: string;
}

/** One question to IAM, but for what only the state of the cloud tells. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly subject?: Subject;
  readonly tags?: RequestTags;
  /** The call that makes what is tagged. */
  readonly createAction?: string;
  readonly serviceName?: string;
}

/** Of an operation that is not known here, the action alone: on everything, and without a tag. */
export function questionsOf(call: ApiCall, place: Place): readonly Question[] {
  const service = call.api === 'ec2' ? 'ec2' : 'elasticloadbalancing';
  const action = `${service}:${call.operation}`;
  const { operation } = call;
  if (/^(Describe|Get|List)/.test(operation)) return [{ action, resource: '*' }];
  if (call.api === 'ec2') return ec2Questions(call, action, place);
  if (operation === 'CreateListener') return listenerQuestions(call, action);
  if (operation === 'CreateLoadBalancer' || operation === 'CreateTargetGroup') {
    const resource = arn(place, service, `${newResource(call)}`);
    return made({ action, resource, operation, tagging: `${service}:AddTags` }, tagsAt(call.input, 'Tags'));
  }
  const tags = tagsAt(call.input, 'Tags', 'TagKeys');
  const change = (resource: string, subject: Subject): Question => ({
    action,
    resource,
    subject,
    ...(operation === 'AddTags' || operation === 'RemoveTags' ? { tags } : {}),
  });
  const names = call.api === 'elb' ? namesAt(call.input, 'LoadBalancerName', 'LoadBalancerNames') : [];
  if (names.length > 0) {
    return names.map((id) => change(arn(place, service, `loadbalancer/${id}`), { kind: 'classic', id }));
  }
  const arns = namesAt(call.input, 'ListenerArn', 'ResourceArns', 'LoadBalancerArn', 'TargetGroupArn');
  return arns.length === 0 ? [{ action, resource: '*' }] : arns.map((id) => change(id, { kind: 'elbv2', id }));
}

/** The service-linked role of Elastic Load Balancing, which the first load balancer or target group of an account needs. */
export function roleQuestion({ partition, account }: Place): Question {
  const serviceName = 'elasticloadbalancing.amazonaws.com';
  const role = `role/aws-service-role/${serviceName}/AWSServiceRoleForElasticLoadBalancing`;
  return {
    action: 'iam:CreateServiceLinkedRole',
    resource: `arn:${partition}:iam::${account}:${role}`,
    serviceName,
  };
}

/** The question with all that conditions can be about. */
export function accessOf(question: Question, facts: SubjectFacts | undefined, place: Place): Access {
  const { action, resource, tags, createAction, serviceName } = question;
  const service = action.slice(0, action.indexOf(':'));
  const context = new Map<string, string[]>();
  const put = (key: string, value: string) => {
    const lower = key.toLowerCase();
    context.set(lower, [...(context.get(lower) ?? []), value]);
  };
  put('aws:RequestedRegion', place.region);
  if (service === 'ec2') put('ec2:Region', place.region);
  for (const [key, value] of Object.entries(facts?.tags ?? {})) {
    put(`aws:ResourceTag/${key}`, value);
    put(`${service}:ResourceTag/${key}`, value);
  }
  if (facts?.vpcId !== undefined) put('ec2:Vpc', arn(place, 'ec2', `vpc/${facts.vpcId}`));
  for (const [key, value] of Object.entries(tags?.values ?? {})) put(`aws:RequestTag/${key}`, value);
  for (const key of tags?.keys ?? []) put('aws:TagKeys', key);
  if (createAction !== undefined) put(`${service}:CreateAction`, createAction);
  if (serviceName !== undefined) put('iam:AWSServiceName', serviceName);
  return { action, resource, context };
}

function ec2Questions({ operation, input }: ApiCall, action: string, place: Place): readonly Question[] {
  const group = (id: string) => arn(place, 'ec2', `security-group/${id}`);
  if (operation === 'CreateSecurityGroup') {
    const id = textAt(input, 'VpcId') ?? 'default';
    const tags = tagsAt(input, 'TagSpecifications', 'TagSpecification');
    return [
      { action, resource: arn(place, 'ec2', `vpc/${id}`), subject: { kind: 'vpc', id } },
      ...made({ action, resource: group('*'), operation, tagging: 'ec2:CreateTags' }, tags),
    ];
  }
  const tagging = operation === 'CreateTags' || operation === 'DeleteTags';
  const ids = tagging ? namesAt(input, 'Resources', 'ResourceId') : namesAt(input, 'GroupId');
  const groups = ids.filter((id) => id.startsWith('sg-'));
  // Anything else in EC2 is asked for as a whole.
  if (groups.length === 0 || groups.length < ids.length) return [{ action, resource: '*' }];
  return groups.map((id) => ({
    action,
    resource: group(id),
    subject: { kind: 'security-group', id },
    ...(tagging ? { tags: tagsAt(input, 'Tags', 'Tag') } : {}),
  }));
}

/** Checked against the load balancer; its tags, against the listener that is to be. */
function listenerQuestions({ operation, input }: ApiCall, action: string): readonly Question[] {
  const id = textAt(input, 'LoadBalancerArn') ?? '';
  const tags = tagsAt(input, 'Tags');
  const listener = `${id.replace(':loadbalancer/', ':listener/')}/*`;
  const questions = made({ action, resource: listener, operation, tagging: 'elasticloadbalancing:AddTags' }, tags);
  return [{ action, resource: id, subject: { kind: 'elbv2', id }, tags }, ...questions.slice(1)];
}

interface Making {
  readonly action: string;
  readonly resource: string;
  readonly operation: string;
  /** The action by which the tags of what is made are checked. */
  readonly tagging: string;
}

function made({ action, resource, operation, tagging }: Making, tags: RequestTags): readonly Question[] {
  const making: Question = { action, resource, tags };
  return tags.keys.length === 0 ? [making] : [making, { action: tagging, resource, tags, createAction: operation }];
}

/** As AWS names what has no id yet. */
function newResource({ api, operation, input }: ApiCall): string {
  if (api === 'elb') return `loadbalancer/${textAt(input, 'LoadBalancerName') ?? ''}`;
  const name = textAt(input, 'Name') ?? '';
  if (operation === 'CreateTargetGroup') return `targetgroup/${name}/*`;
  return `loadbalancer/${textAt(input, 'Type') === 'network' ? 'net' : 'app'}/${name}/*`;
}

function arn({ partition, region, account }: Place, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}
