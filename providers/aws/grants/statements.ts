// The statements of the IAM policy, each a row of docs/iam.md's table: made of the table of actions for the features that
// are granted. Conditions ask for the cluster's own tag and value wherever IAM can see one. Pure.
import type { AwsCall } from '../cloud/operations.ts';
import { OPERATIONS, SERVICE_LINKED_ROLE } from '../permissions.ts';
import { CLUSTER_TAG_STEM, clusterTag, SERVICE_TAG } from '../tags.ts';
import { ACTIONS, type Limit, type ResourceType } from './actions.ts';
import type { Feature } from './features.ts';
import { arnsOf, listenersOfPeer, type Reach, serviceLinkedRoles, vpcs } from './resources.ts';

/** As IAM has it: a list of one is written as its only item. */
type OneOrMore = string | readonly string[];
type Condition = Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: OneOrMore;
  readonly Resource: OneOrMore;
  readonly Condition?: Condition;
}

export interface StatementWish {
  readonly features: ReadonlySet<Feature>;
  readonly clusterName: string;
  readonly reach: Reach;
}

const SERVICE = 'elasticloadbalancing.amazonaws.com';
const CALLS = Object.keys(ACTIONS) as readonly AwsCall[];

/** In the order in which a person reads them: look, create, change, and what is for special cases. */
export function statements(wish: StatementWish): readonly Statement[] {
  return [
    ...look(),
    ...create(wish),
    ...createInside(wish),
    ...createInVpc(wish),
    ...tagOnCreate(wish),
    ...change(wish),
    ...writeRules(wish),
    ...retag(wish),
    ...untaggedListeners(wish),
    ...untaggedNodeGroups(wish),
    ...role(wish),
  ];
}

/** Always, and of all kinds: what exists has to be known whatever may be made. */
function look(): readonly Statement[] {
  const Action = CALLS.filter((call) => ACTIONS[call].limit === 'look');
  return [{ Sid: 'Look', Effect: 'Allow', Action, Resource: '*' }];
}

function create(wish: StatementWish): readonly Statement[] {
  return of('Create', 'create', wish, { StringEquals: requested(wish) });
}

function createInside(wish: StatementWish): readonly Statement[] {
  return of('CreateListeners', 'create-inside', wish, { StringEquals: { ...requested(wish), ...owned(wish) } });
}

/** EC2 checks the VPC of a new group by itself. */
function createInVpc({ features, reach }: StatementWish): readonly Statement[] {
  if (!features.has('security-groups')) return [];
  const Action = 'ec2:CreateSecurityGroup' satisfies AwsCall;
  return [{ Sid: 'CreateSecurityGroupsInVpc', Effect: 'Allow', Action, Resource: vpcs(reach) }];
}

/**
 * What is made is made with tags, and AWS checks the tagging as an action of its own. Which tags, the making itself was
 * checked for; by hand nothing can be tagged so.
 */
function tagOnCreate(wish: StatementWish): readonly Statement[] {
  const made = granted(wish, ['create', 'create-inside']);
  return [...Map.groupBy(made, ({ call }) => OPERATIONS[call].tagging)].flatMap(([tagging, calls]) => {
    if (tagging === undefined) return [];
    const [service] = tagging.split(':');
    const CreateAction = calls.map(({ call }) => call.slice(call.indexOf(':') + 1));
    // A listener is checked against its load balancer when it is made, and as itself when it is tagged.
    const types = calls.flatMap(({ call, types }) =>
      call === 'elasticloadbalancing:CreateListener' ? ['listener' as const] : types,
    );
    return {
      Sid: service === 'ec2' ? 'TagNewSecurityGroups' : 'TagNew',
      Effect: 'Allow' as const,
      Action: tagging,
      Resource: short(arnsOf(types, wish.reach)),
      Condition: { StringEquals: { [`${service}:CreateAction`]: short(CreateAction) } },
    };
  });
}

function change(wish: StatementWish): readonly Statement[] {
  return of('Change', 'change', wish, { StringEquals: owned(wish) });
}

/** The nodes' groups may be shared with other clusters; ours never are. */
function writeRules(wish: StatementWish): readonly Statement[] {
  const key = `aws:ResourceTag/${clusterTag(wish.clusterName)}`;
  const value = wish.features.has('node-rules') ? ['owned', 'shared'] : 'owned';
  return of('WriteRules', 'rules', wish, { StringEquals: { [key]: value }, ...inVpc(wish) });
}

/** Neither the cluster nor the Service that an object says it belongs to can be changed, nor another cluster be added. */
function retag(wish: StatementWish): readonly Statement[] {
  return of('ChangeTags', 'retag', wish, {
    StringEquals: owned(wish),
    'ForAllValues:StringNotLike': { 'aws:TagKeys': [`${CLUSTER_TAG_STEM}*`, SERVICE_TAG] },
  });
}

/**
 * A listener that says nothing of its Service, on a load balancer with a name as the official controller makes them. Where the
 * call gives it this cluster's tag, the value is ours.
 */
function untaggedListeners(wish: StatementWish): readonly Statement[] {
  const { features, reach } = wish;
  if (!features.has('untagged-listeners') || !features.has('nlb')) return [];
  return [
    {
      Sid: 'UntaggedListeners',
      Effect: 'Allow',
      Action: [
        'elasticloadbalancing:AddTags',
        'elasticloadbalancing:DeleteListener',
        'elasticloadbalancing:ModifyListener',
      ] satisfies AwsCall[],
      Resource: listenersOfPeer(reach),
      Condition: {
        Null: { [`aws:ResourceTag/${SERVICE_TAG}`]: 'true' },
        StringEqualsIfExists: requested(wish),
      },
    },
  ];
}

function untaggedNodeGroups(wish: StatementWish): readonly Statement[] {
  if (!wish.features.has('untagged-node-groups')) return [];
  return [
    {
      Sid: 'UntaggedNodeGroups',
      Effect: 'Allow',
      Action: CALLS.filter((call) => ACTIONS[call].limit === 'rules'),
      Resource: short(arnsOf(['security-group'], wish.reach)),
      Condition: { Null: { [`aws:ResourceTag/${clusterTag(wish.clusterName)}`]: 'true' }, ...inVpc(wish) },
    },
  ];
}

function role({ features, reach }: StatementWish): readonly Statement[] {
  if (!features.has('service-linked-role')) return [];
  return [
    {
      Sid: 'ServiceLinkedRole',
      Effect: 'Allow',
      Action: SERVICE_LINKED_ROLE,
      Resource: serviceLinkedRoles(reach, SERVICE),
      Condition: { StringEquals: { 'iam:AWSServiceName': SERVICE } },
    },
  ];
}

interface GrantedCall {
  readonly call: AwsCall;
  readonly types: readonly ResourceType[];
}

function granted({ features }: StatementWish, limits: readonly Limit[]): readonly GrantedCall[] {
  return CALLS.flatMap((call) => {
    const { limit, on, only } = ACTIONS[call];
    if (!limits.includes(limit) || (only !== undefined && !features.has(only))) return [];
    const types = Object.entries(on).flatMap(([feature, some]) => (features.has(feature as Feature) ? some : []));
    return types.length === 0 ? [] : { call, types };
  });
}

/** The statement for all granted calls that are limited so; none if there are none. */
function of(Sid: string, limit: Limit, wish: StatementWish, Condition: Condition): readonly Statement[] {
  const calls = granted(wish, [limit]);
  if (calls.length === 0) return [];
  const Resource = arnsOf(
    calls.flatMap(({ types }) => types),
    wish.reach,
  );
  return [{ Sid, Effect: 'Allow', Action: short(calls.map(({ call }) => call)), Resource: short(Resource), Condition }];
}

function short(list: readonly string[]): OneOrMore {
  return list.length === 1 ? list[0]! : list;
}

function owned({ clusterName }: StatementWish): Readonly<Record<string, string>> {
  return { [`aws:ResourceTag/${clusterTag(clusterName)}`]: 'owned' };
}

function requested({ clusterName }: StatementWish): Readonly<Record<string, string>> {
  return { [`aws:RequestTag/${clusterTag(clusterName)}`]: 'owned' };
}

function inVpc({ reach }: StatementWish): Condition {
  return reach.vpcId === '*' ? {} : { ArnLike: { 'ec2:Vpc': vpcs(reach) } };
}
