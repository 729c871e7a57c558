// What `fairlead doctor` finds in AWS, against the strict in-memory one, under the IAM policy that we print.
import { describe, expect, it } from 'vitest';
import { connect as connectTo } from '../../../providers/aws/cloud/cloud.ts';
import { examine } from '../../../providers/aws/examine.ts';
import { Gate } from '../../../src/provider/gate.ts';
import type { Finding } from '../../../src/provider/provider.ts';
import type { EligibleNode } from '../../../src/provider/request.ts';
import { connect } from '../../fake/aws/connect.ts';
import { enforcePolicy } from '../../fake/aws/iam.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { hostOf, NODES, newAws, node, optionsOf, scope } from './stage.ts';

interface Look {
  readonly options?: Readonly<Record<string, string>>;
  readonly nodes?: readonly EligibleNode[];
}

/** What is found; and nothing is changed by that, nor would be if the gate let writes pass. */
async function look(aws: StrictAws, { options = {}, nodes = NODES }: Look = {}): Promise<readonly Finding[]> {
  const { elb, elbv2, ec2 } = connect(aws);
  const host = hostOf(new Gate({ readOnly: true }), nodes);
  const place = { region: 'eu-west-1', vpcId: options['aws-vpc-id'] ?? '', roleArn: '' };
  const cloud = await connectTo(place, host, () => ({ elb, elbv2, ec2 }));
  let changes = 0;
  const stop = aws.onStep(() => {
    changes++;
  });
  const findings = await examine(cloud, host, optionsOf(options), scope());
  stop();
  expect(changes).toBe(0);
  aws.assertSound();
  for (const { state, remedy = '' } of findings) expect(remedy === '').toBe(state === 'ok');
  return findings;
}

const of = (findings: readonly Finding[], about: string) => findings.filter((one) => one.about === about);
const bad = (findings: readonly Finding[]) => findings.filter(({ state }) => state !== 'ok');

describe('a look at AWS', () => {
  it('finds nothing wrong with a typical cluster and our own policy', async () => {
    const aws = newAws();
    enforcePolicy(aws, { clusterName: 'prod', answers: true });
    const findings = await look(aws);
    expect(bad(findings)).toEqual([
      {
        about: 'IAM: writes',
        state: 'unknown',
        message:
          'Elastic Load Balancing has no dry run: 28 actions that write were not tried. Nor was there anything to try ' +
          'ec2:CreateTags, ec2:DeleteSecurityGroup, ec2:DeleteTags on.',
        remedy: 'Compare the IAM policy of the controller with what fairlead iam-policy prints.',
      },
    ]);
    expect(of(findings, 'instances')[0]?.message).toBe(
      '3 instances of 3 nodes can be targets, in vpc-main of account 123456789012.',
    );
    expect(of(findings, 'node groups')[0]?.message).toContain('sg-nodes');
    expect(of(findings, 'subnets').map(({ message }) => message)).toEqual([
      expect.stringContaining('internet-facing get subnet-public-a (eu-west-1a), subnet-public-b'),
      expect.stringContaining('internal get subnet-private-a (eu-west-1a), subnet-private-b'),
    ]);
    expect(of(findings, 'IAM: writes')[0]?.message).toContain('EC2 would allow ec2:AuthorizeSecurityGroupIngress');
  });

  it('tries what is done to tags on a group of ours, where there is one', async () => {
    const aws = newAws();
    aws.seed.securityGroup({
      id: 'sg-own',
      name: 'k8s-shop-web-0123456789',
      tags: { 'kubernetes.io/cluster/prod': 'owned' },
    });
    enforcePolicy(aws, { clusterName: 'prod', answers: true });
    const [tried, untried] = of(await look(aws), 'IAM: writes');
    expect(tried?.message).toContain('ec2:CreateTags, ec2:DeleteTags');
    expect(untried?.message).toContain('anything to try ec2:DeleteSecurityGroup on');
  });

  it('names the read that is denied, and what cannot be served without it', async () => {
    const aws = newAws();
    aws.intercept = ({ operation }) =>
      operation === 'DescribeRouteTables' ||
      operation === 'DescribeInstanceHealth' ||
      operation === 'DescribeTargetHealth'
        ? { error: operation.startsWith('DescribeR') ? 'UnauthorizedOperation' : 'AccessDenied', httpStatus: 403 }
        : undefined;
    const findings = await look(aws);
    expect(of(findings, 'IAM: reads')).toEqual([
      expect.objectContaining({
        state: 'error',
        message: 'AWS denies ec2:DescribeRouteTables, elasticloadbalancing:DescribeInstanceHealth.',
        remedy: expect.stringContaining('fairlead iam-policy'),
      }),
      expect.objectContaining({
        state: 'warning',
        message: 'AWS denies elasticloadbalancing:DescribeTargetHealth: Network Load Balancers cannot be served.',
      }),
    ]);
    expect(of(findings, 'subnets')).toEqual([expect.objectContaining({ state: 'unknown' })]);
  });

  it('names the write that EC2 would deny, by the group', async () => {
    const aws = newAws();
    enforcePolicy(aws, { clusterName: 'prod', features: ['nlb', 'classic', 'node-rules'], answers: true });
    const withClassic = of(await look(aws), 'IAM: writes');
    expect(withClassic[0]).toMatchObject({ state: 'error', message: 'EC2 would deny ec2:CreateSecurityGroup.' });
    const withNlb = of(await look(aws, { options: { 'aws-default-type': 'nlb' } }), 'IAM: writes');
    expect(withNlb[0]).toMatchObject({ state: 'warning' });
    expect(withNlb[0]?.message).toContain('Services that need a security group of their own cannot be served');
  });

  it('says what an only group without the tag means for our policy', async () => {
    const aws = newAws();
    aws.seed.securityGroup({ id: 'sg-plain', name: 'plain' });
    aws.seed.instance({ id: 'i-plain', subnet: 'subnet-private-a', groups: ['sg-plain'] });
    enforcePolicy(aws, { clusterName: 'prod', answers: true });
    const findings = await look(aws, { nodes: [node('plain')] });
    expect(of(findings, 'node groups')).toEqual([
      expect.objectContaining({
        state: 'warning',
        remedy: 'Tag it:\naws ec2 create-tags --resources sg-plain --tags Key=kubernetes.io/cluster/prod,Value=owned',
      }),
    ]);
    const denied = of(findings, 'IAM: writes').filter(({ state }) => state === 'error');
    expect(denied.map(({ message }) => message)).toEqual([
      'EC2 would deny ec2:AuthorizeSecurityGroupIngress on sg-plain, which lacks the tag of the cluster.',
      'EC2 would deny ec2:RevokeSecurityGroupIngress on sg-plain, which lacks the tag of the cluster.',
      'EC2 would deny ec2:UpdateSecurityGroupRuleDescriptionsIngress on sg-plain, which lacks the tag of the cluster.',
    ]);
  });

  it('finds nodes that several groups could take rules for, and nodes that are no targets', async () => {
    const aws = newAws();
    aws.seed.securityGroup({ id: 'sg-a', name: 'a' });
    aws.seed.securityGroup({ id: 'sg-b', name: 'b' });
    aws.seed.instance({ id: 'i-two', subnet: 'subnet-private-a', groups: ['sg-a', 'sg-b'] });
    const strange = { ...node('elsewhere'), providerId: 'gce://project/zone/name' };
    const findings = await look(aws, { nodes: [...NODES, node('two'), node('lost'), strange] });
    expect(of(findings, 'node groups')[0]).toMatchObject({
      state: 'error',
      message:
        'two may not be reached: any of sg-a (a), sg-b (b) could take the rules for load balancers, so none does.',
    });
    expect(of(findings, 'instances').map(({ message }) => message)).toEqual([
      '4 instances of 6 nodes can be targets, in vpc-main of account 123456789012.',
      'elsewhere (gce://project/zone/name) cannot be targets: their provider ids are not of EC2.',
      'lost cannot be targets: EC2 does not show their instances.',
    ]);
  });

  it('goes no further without a VPC', async () => {
    const none = await look(newAws(), { nodes: [] });
    expect(none.at(-1)).toMatchObject({
      about: 'VPC',
      state: 'unknown',
      message: expect.stringContaining('none is known'),
    });
    const findings = await look(newAws(), { nodes: [node('lonely', 'i-00000000000000bad')] });
    expect(findings.at(-1)).toMatchObject({ about: 'VPC', state: 'error' });
    expect(findings.at(-1)?.message).toContain('Set --aws-vpc-id.');
    const given = await look(newAws(), { nodes: [], options: { 'aws-vpc-id': 'vpc-main' } });
    expect(of(given, 'VPC')).toEqual([]);
    expect(of(given, 'subnets')).toHaveLength(2);
  });
});

describe('credentials', () => {
  it.each([
    ['ExpiredToken', 403, 'credentials', /^The credentials have expired \(ExpiredToken\)/, /aws sso login/],
    ['AuthFailure', 401, 'credentials', /^AWS does not know the access key/, /still active/],
    ['SignatureDoesNotMatch', 403, 'credentials', /clock is wrong/, /NTP/],
    ['AccessDenied', 403, 'credentials', /^the role cannot be assumed/, /trust policy/],
    ['IDPRejectedClaim', 403, 'credentials', /does not take the token/, /OIDC provider/],
    ['CredentialsProviderError', 403, 'credentials', /^No AWS credentials were found/, /Pod Identity/],
    ['OptInRequired', 403, 'credentials', /does not use this region/, /Enable the region/],
    ['UnheardOf', 403, 'credentials', /UnheardOf/, /Pod Identity/],
  ])('that AWS refuses with %s end the look', async (error, httpStatus, about, message, remedy) => {
    const aws = newAws();
    aws.intercept = () => ({ error, httpStatus });
    const findings = await look(aws);
    expect(findings).toEqual([
      { about, state: 'error', message: expect.stringMatching(message), remedy: expect.stringMatching(remedy) },
    ]);
    expect(aws.calls).toHaveLength(1);
  });

  it('are good where only the permission for the first read is missing', async () => {
    const aws = newAws();
    aws.intercept = ({ operation }) =>
      operation === 'DescribeAvailabilityZones' ? { error: 'UnauthorizedOperation', httpStatus: 403 } : undefined;
    const findings = await look(aws);
    expect(of(findings, 'credentials')).toEqual([expect.objectContaining({ state: 'ok' })]);
    expect(of(findings, 'IAM: reads')[0]?.message).toBe('AWS denies ec2:DescribeAvailabilityZones.');
  });
});
