// The IAM policy: exactly the calls that the adapter can make, inside IAM's limits, and enough for each kind of use alone.
import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ACTIONS } from '../../../providers/aws/grants/actions.ts';
import { FEATURES, type Feature, GRANTED } from '../../../providers/aws/grants/features.ts';
import { grants, MOST_CHARACTERS } from '../../../providers/aws/grants/policy.ts';
import { OPERATIONS, SERVICE_LINKED_ROLE } from '../../../providers/aws/permissions.ts';
import { connect } from '../../fake/aws/connect.ts';
import { enforcePolicy } from '../../fake/aws/iam.ts';
import { newAws, optionsOf, start, type Wish } from './stage.ts';

const ALL = Object.keys(FEATURES) as Feature[];
const NARROW = { 'aws-region': 'us-gov-west-1', 'aws-vpc-id': 'vpc-0123456789abcdef0' };

const document = (
  features: readonly Feature[],
  { partition = 'aws', clusterName = 'demo', flags = {} as Record<string, string> } = {},
) => grants.document({ features, partition, clusterName, options: optionsOf(flags) });
const actionsOf = (features: readonly Feature[]) => [
  ...new Set(document(features).Statement.flatMap(({ Action }) => Action)),
];
const sids = (features: readonly Feature[]) => document(features).Statement.map(({ Sid }) => Sid);

describe('the actions', () => {
  it('are those of all calls that the adapter can make, and the role that AWS checks by itself', () => {
    // test/unit/aws/permissions.test.ts holds OPERATIONS against the SDK's commands.
    expect(actionsOf(ALL).sort()).toEqual([...Object.keys(OPERATIONS), SERVICE_LINKED_ROLE].sort());
    expect(actionsOf(GRANTED).sort()).toEqual(actionsOf(ALL).sort());
  });

  it('without any feature only look', () => {
    expect(actionsOf([])).toEqual(Object.keys(ACTIONS).filter((action) => action.includes(':Describe')));
  });

  it('of each feature: none is without effect', () => {
    for (const feature of ALL) {
      const others = ALL.filter((one) => one !== feature);
      expect(document(others), feature).not.toEqual(document(ALL));
    }
  });

  it('that write are never allowed without a condition, but for the VPC of a new group', () => {
    for (const features of [ALL, GRANTED, ...ALL.map((feature) => [feature])]) {
      const open = document(features).Statement.filter(({ Condition }) => Condition === undefined);
      expect(open.map(({ Sid }) => Sid).filter((sid) => sid !== 'Look' && sid !== 'CreateSecurityGroupsInVpc')).toEqual(
        [],
      );
    }
  });

  it('have no wildcard', () => {
    expect(actionsOf(ALL).filter((action) => /[*?]/.test(action))).toEqual([]);
  });
});

describe('the document', () => {
  it.each(grants.partitions)(
    'fits into a managed policy of %s, with the longest name and all that narrows it',
    (partition) => {
      const region = { aws: 'ap-southeast-1', 'aws-cn': 'cn-northwest-1', 'aws-us-gov': 'us-gov-west-1' }[partition];
      const made = document(GRANTED, {
        partition,
        clusterName: 'x'.repeat(100),
        flags: { ...NARROW, 'aws-region': region },
      });
      expect(JSON.stringify(made).length).toBeLessThanOrEqual(MOST_CHARACTERS);
      const partitions = [...JSON.stringify(made).matchAll(/"arn:([a-z-]+):/g)].map(([, one]) => one);
      expect(new Set(partitions)).toEqual(new Set([partition]));
    },
  );

  it('is refused for a region of another partition', () => {
    expect(() => document(GRANTED, { flags: { 'aws-region': 'cn-north-1' } })).toThrow(
      'the region cn-north-1 is in the partition aws-cn, not in aws',
    );
  });

  it('is the same for the same wish, whatever the order of the features', () => {
    expect(JSON.stringify(document(ALL.toReversed()))).toBe(JSON.stringify(document(ALL)));
  });

  it('says by its Sids what each statement is for, each once and as IAM takes them', () => {
    expect(sids(ALL)).toEqual([...new Set(sids(ALL))]);
    expect(sids(ALL).filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
    expect(sids(['nlb'])).toEqual(['Look', 'Create', 'CreateListeners', 'TagNew', 'Change']);
    expect(sids(['security-groups'])).toEqual([
      ...['Look', 'Create', 'CreateSecurityGroupsInVpc', 'TagNewSecurityGroups', 'Change', 'WriteRules', 'ChangeTags'],
    ]);
  });

  it('is narrowed by region and VPC', () => {
    const text = JSON.stringify(document(ALL, { partition: 'aws-us-gov', flags: NARROW }));
    expect(text).not.toContain(':ec2:*:');
    expect(text).not.toContain(':elasticloadbalancing:*:');
    expect(text).toContain('"ec2:Vpc":"arn:aws-us-gov:ec2:us-gov-west-1:*:vpc/vpc-0123456789abcdef0"');
  });

  it('compares the value of the cluster in every statement that is not for untagged things', () => {
    const tagless = ['Look', 'CreateSecurityGroupsInVpc', 'TagNew', 'TagNewSecurityGroups', 'ServiceLinkedRole'];
    for (const { Sid, Condition } of document(ALL).Statement) {
      if (tagless.includes(Sid)) continue;
      expect(JSON.stringify(Condition), Sid).toContain('Tag/kubernetes.io/cluster/demo"');
    }
  });
});

/** What each kind of use needs: less than that is not enough. */
const USES: readonly (readonly [string, Wish, readonly Feature[]])[] = [
  ['an NLB', {}, ['nlb', 'node-rules', 'service-linked-role']],
  [
    'an NLB with a group of its own',
    { options: { 'aws-nlb-security-groups': 'managed' } },
    ['nlb', 'node-rules', 'security-groups', 'service-linked-role'],
  ],
  [
    'a Classic Load Balancer',
    { annotations: { type: 'classic' } },
    ['classic', 'node-rules', 'security-groups', 'service-linked-role'],
  ],
];

describe('features', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Made, changed and deleted under the policy. Answers the codes of the calls that were denied. */
  async function live(wish: Wish, features: readonly Feature[], changed: Wish = wish): Promise<readonly string[]> {
    const aws = newAws();
    Object.assign(aws.timings, { interfaceReleaseMs: 0, targetGroupReleaseMs: 0 });
    // What is owned may be written to all the same, since managed groups are: that no tag tells apart.
    const Tags = [{ Key: 'kubernetes.io/cluster/prod', Value: 'shared' }];
    await connect(aws).ec2.send(new CreateTagsCommand({ Resources: ['sg-nodes'], Tags }));
    enforcePolicy(aws, { clusterName: 'prod', features, answers: true });
    const run = await start(aws);
    try {
      for (const one of [wish, changed, undefined]) await run.converge(one);
      expect(aws.state.loadBalancers.size + aws.state.classicLoadBalancers.size).toBe(0);
    } catch (error) {
      if (!(error instanceof Error && /^AWS denies/.test(error.message))) throw error;
    }
    aws.assertSound();
    return aws.calls.flatMap(({ errorCode = '', operation }) =>
      /AccessDenied|UnauthorizedOperation/.test(errorCode) ? [operation] : [],
    );
  }

  it.each(USES)('%s needs these and no others', async (_, wish, features) => {
    expect(await live(wish, features)).toEqual([]);
    for (const feature of features) {
      const less = features.filter((one) => one !== feature);
      expect(await live(wish, less), `without ${feature}`).not.toEqual([]);
    }
  });

  it('tags that change need the feature for that', async () => {
    const tagged = { annotations: { 'additional-resource-tags': 'team=web' } };
    const features: readonly Feature[] = ['nlb', 'node-rules', 'service-linked-role'];
    expect(await live(tagged, features)).toEqual([]);
    expect(await live({}, features, tagged)).toContain('AddTags');
    expect(await live({}, [...features, 'tags'], tagged)).toEqual([]);
  });
});
