// What IAM is asked about each call: the same for the SDK's input and for that of the query protocol.
import { describe, expect, it } from 'vitest';
import { type ApiCall, accessOf, questionsOf, roleQuestion } from '../../../localstack/iam/accesses.ts';
import { parseQuery } from '../../../localstack/proxy-query.ts';

const PLACE = { partition: 'aws', region: 'eu-west-1', account: '123456789012' };
const ELB = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';
const EC2 = 'arn:aws:ec2:eu-west-1:123456789012';
const Tags = [{ Key: 'team', Value: 'web' }];

const asked = (api: ApiCall['api'], operation: string, input: object) =>
  questionsOf({ api, operation, input }, PLACE).map(({ action, resource, createAction, tags }) => {
    const [, name] = action.split(':');
    const made = createAction === undefined ? '' : ` for ${createAction}`;
    return `${name} ${resource}${made}${tags?.keys.length ? ` with ${tags.keys.join()}` : ''}`;
  });

describe('what is asked', () => {
  it.each<[ApiCall['api'], string, object, string[]]>([
    ['ec2', 'DescribeSubnets', {}, ['DescribeSubnets *']],
    [
      'elbv2',
      'CreateLoadBalancer',
      { Name: 'a', Type: 'network', Tags },
      [
        `CreateLoadBalancer ${ELB}:loadbalancer/net/a/* with team`,
        `AddTags ${ELB}:loadbalancer/net/a/* for CreateLoadBalancer with team`,
      ],
    ],
    ['elbv2', 'CreateTargetGroup', { Name: 'g' }, [`CreateTargetGroup ${ELB}:targetgroup/g/*`]],
    [
      'elb',
      'CreateLoadBalancer',
      { LoadBalancerName: 'a', Tags },
      [
        `CreateLoadBalancer ${ELB}:loadbalancer/a with team`,
        `AddTags ${ELB}:loadbalancer/a for CreateLoadBalancer with team`,
      ],
    ],
    [
      'elbv2',
      'CreateListener',
      { LoadBalancerArn: `${ELB}:loadbalancer/net/a/1`, Tags },
      [
        `CreateListener ${ELB}:loadbalancer/net/a/1 with team`,
        `AddTags ${ELB}:listener/net/a/1/* for CreateListener with team`,
      ],
    ],
    [
      'elbv2',
      'DeleteListener',
      { ListenerArn: `${ELB}:listener/net/a/1/2` },
      [`DeleteListener ${ELB}:listener/net/a/1/2`],
    ],
    [
      'elbv2',
      'RemoveTags',
      { ResourceArns: [`${ELB}:targetgroup/g/1`], TagKeys: ['team', 'stage'] },
      [`RemoveTags ${ELB}:targetgroup/g/1 with team,stage`],
    ],
    [
      'elb',
      'RemoveTags',
      { LoadBalancerNames: ['a'], Tags: [{ Key: 'team' }] },
      [`RemoveTags ${ELB}:loadbalancer/a with team`],
    ],
    ['elb', 'ConfigureHealthCheck', { LoadBalancerName: 'a' }, [`ConfigureHealthCheck ${ELB}:loadbalancer/a`]],
    [
      'ec2',
      'CreateSecurityGroup',
      { VpcId: 'vpc-1', TagSpecifications: [{ ResourceType: 'security-group', Tags }] },
      [
        `CreateSecurityGroup ${EC2}:vpc/vpc-1`,
        `CreateSecurityGroup ${EC2}:security-group/* with team`,
        `CreateTags ${EC2}:security-group/* for CreateSecurityGroup with team`,
      ],
    ],
    ['ec2', 'CreateTags', { Resources: ['sg-1'], Tags }, [`CreateTags ${EC2}:security-group/sg-1 with team`]],
    ['ec2', 'CreateTags', { Resources: ['sg-1', 'i-1'], Tags }, ['CreateTags *']],
    ['ec2', 'DeleteSecurityGroup', { GroupId: 'sg-1' }, [`DeleteSecurityGroup ${EC2}:security-group/sg-1`]],
    // What is not known here is asked for as a whole: no policy with resources allows it.
    ['ec2', 'TerminateInstances', { InstanceIds: ['i-1'] }, ['TerminateInstances *']],
    ['elbv2', 'CreateTrustStore', { Name: 'x' }, ['CreateTrustStore *']],
  ])('%s %s %j', (api, operation, input, questions) => {
    expect(asked(api, operation, input)).toEqual(questions);
  });

  it.each([
    [
      'CreateTags',
      'ResourceId.1=sg-1&Tag.1.Key=team&Tag.1.Value=web',
      [`CreateTags ${EC2}:security-group/sg-1 with team`],
    ],
    [
      'CreateSecurityGroup',
      'VpcId=vpc-1&TagSpecification.1.ResourceType=security-group&TagSpecification.1.Tag.1.Key=team',
      [
        `CreateSecurityGroup ${EC2}:vpc/vpc-1`,
        `CreateSecurityGroup ${EC2}:security-group/* with team`,
        `CreateTags ${EC2}:security-group/* for CreateSecurityGroup with team`,
      ],
    ],
  ])('%s from the wire', (operation, body, questions) => {
    expect(asked('ec2', operation, parseQuery(body))).toEqual(questions);
  });
});

describe('what conditions can be about', () => {
  it('tags of the object and of the request, keys, the call that makes it, the region and the VPC', () => {
    const [, , tagging] = questionsOf(
      { api: 'ec2', operation: 'CreateSecurityGroup', input: { TagSpecifications: [{ Tags }] } },
      PLACE,
    );
    const { context } = accessOf(tagging!, { tags: { Team: 'a' }, vpcId: 'vpc-1' }, PLACE);
    expect(Object.fromEntries(context)).toEqual({
      'aws:requestedregion': ['eu-west-1'],
      'ec2:region': ['eu-west-1'],
      'aws:resourcetag/team': ['a'],
      'ec2:resourcetag/team': ['a'],
      'ec2:vpc': [`${EC2}:vpc/vpc-1`],
      'aws:requesttag/team': ['web'],
      'aws:tagkeys': ['team'],
      'ec2:createaction': ['CreateSecurityGroup'],
    });
  });

  it('keys that differ in case alone are one key with two values', () => {
    const [question] = questionsOf({ api: 'ec2', operation: 'DeleteSecurityGroup', input: { GroupId: 'sg-1' } }, PLACE);
    const { context } = accessOf(question!, { tags: { Team: 'a', team: 'b' } }, PLACE);
    expect(context.get('aws:resourcetag/team')).toEqual(['a', 'b']);
  });

  it('the service that the role is for', () => {
    const { context, resource } = accessOf(roleQuestion(PLACE), undefined, PLACE);
    expect(context.get('iam:awsservicename')).toEqual(['elasticloadbalancing.amazonaws.com']);
    expect(resource).toMatch(/^arn:aws:iam::123456789012:role\/aws-service-role\/elasticloadbalancing/);
  });
});
