// The parts of a look at AWS that are plain judgements: subnets, groups, and where credentials come from.
import { describe, expect, it } from 'vitest';
import { sourceOf } from '../../../providers/aws/examine/credentials.ts';
import { judgeClock } from '../../../providers/aws/examine/dry-runs.ts';
import { type Choices, judgeSubnets } from '../../../providers/aws/examine/network.ts';
import { judgeNodes } from '../../../providers/aws/examine/nodes.ts';
import type { Subnet } from '../../../providers/aws/facts.ts';
import { node } from './stage.ts';

function subnet(id: string, change: Partial<Subnet> = {}): Subnet {
  return {
    ...{ id, name: '', zone: 'eu-west-1a', zoneType: 'availability-zone', cidr: '10.0.0.0/24', public: true },
    ...{ clusters: [], roles: ['elb', 'internal-elb'] },
    ...change,
  };
}

function judge(all: readonly Subnet[], change: Partial<Choices> = {}) {
  const choices = { all, clusterName: 'prod', vpcId: 'vpc-1', nodeZones: [], fallback: undefined, free: new Map() };
  return judgeSubnets({ ...choices, ...change });
}

const messages = (findings: readonly { state: string; message: string }[]) =>
  findings.filter(({ state }) => state !== 'ok').map(({ state, message }) => `${state}: ${message}`);

describe('subnets', () => {
  it('are fine with the tags of both roles', () => {
    expect(messages(judge([subnet('subnet-a')]))).toEqual([]);
  });

  it('without the tag of a role are told, with the command that tags them', () => {
    const findings = judge([
      subnet('subnet-a', { roles: ['internal-elb'] }),
      subnet('subnet-b', { roles: [], zone: 'eu-west-1b' }),
    ]);
    expect(findings.filter(({ state }) => state === 'warning')).toEqual([
      {
        about: 'subnets',
        state: 'warning',
        message:
          'subnet-a, subnet-b lack the tag kubernetes.io/role/elb: chosen for internet-facing load balancers by zone alone.',
        remedy:
          'Tag them, or name the right subnets in annotations:\naws ec2 create-tags --resources subnet-a subnet-b --tags Key=kubernetes.io/role/elb,Value=1',
      },
      expect.objectContaining({
        message:
          'subnet-b lacks the tag kubernetes.io/role/internal-elb: chosen for internal load balancers by zone alone.',
      }),
    ]);
  });

  it('of one scheme alone are a warning, of none an error', () => {
    expect(messages(judge([subnet('subnet-a', { public: false })]))).toEqual([
      'warning: No subnet of vpc-1 can take load balancers that are internet-facing: 1 has no route to an internet gateway.',
    ]);
    expect(messages(judge([]))).toEqual([
      'error: No subnet of vpc-1 can take load balancers that are internet-facing: the VPC has no subnet.',
      'error: No subnet of vpc-1 can take load balancers that are internal: the VPC has no subnet.',
    ]);
    const fallback = judge([subnet('subnet-x', { clusters: ['other'] })], { fallback: 'subnet-x' });
    expect(messages(fallback)).toEqual([]);
  });

  it('of other clusters alone make one look at the name of the cluster', () => {
    expect(messages(judge([subnet('subnet-a', { clusters: ['production'] })]))[0]).toBe(
      'error: No subnet of vpc-1 can take load balancers that are internet-facing: 1 belongs to another cluster. ' +
        'Their tags name production: is --cluster-name=prod right?',
    );
  });

  it('that anybody may take are told where clusters share a VPC', () => {
    const others = subnet('subnet-o', { clusters: ['other'], zone: 'eu-west-1b' });
    expect(messages(judge([subnet('subnet-a'), others]))[0]).toBe(
      "warning: Other clusters have subnets in this VPC, and subnet-a has no kubernetes.io/cluster/ tag at all: anybody's.",
    );
    expect(messages(judge([subnet('subnet-a', { clusters: ['prod'] }), others]))).toEqual([]);
  });

  it('are held against the zones of the nodes and the addresses that are free', () => {
    const found = judge([subnet('subnet-a')], {
      nodeZones: ['eu-west-1a', 'eu-west-1c'],
      free: new Map([['subnet-a', 1]]),
    });
    expect(messages(found).slice(0, 2)).toEqual([
      'warning: There are nodes in eu-west-1c, where no subnet is chosen for internet-facing load balancers: they get no traffic without cross-zone load balancing.',
      'warning: subnet-a has 1 free address: a load balancer needs 8.',
    ]);
  });
});

describe('the groups of nodes', () => {
  it('are crowded near the quota of AWS', () => {
    const instance = { vpcId: 'vpc-1', zone: 'eu-west-1a', state: 'running', refused: false, groups: ['sg-1'] };
    const ports = Array.from({ length: 55 }, (_, port) => ({
      ...{ IpProtocol: 'tcp', FromPort: port, ToPort: port },
      IpRanges: [{ CidrIp: '0.0.0.0/0' }],
    }));
    const Tags = [{ Key: 'kubernetes.io/cluster/prod', Value: 'owned' }];
    const groups = [{ GroupId: 'sg-1', GroupName: 'nodes', Tags, IpPermissions: ports }];
    const seen = judgeNodes([node('one')], {
      vpcId: 'vpc-1',
      instances: { 'i-one': instance },
      groups,
      clusterName: 'prod',
    });
    expect(messages(seen.findings)).toEqual([
      'warning: sg-1 has 55 inbound rules; AWS allows 60 unless the quota was raised.',
    ]);
    expect(seen).toMatchObject({ groups: ['sg-1'], untagged: [], zones: ['eu-west-1a'] });
  });

  it('are none where no node is an instance of the VPC', () => {
    const { findings } = judgeNodes([node('one')], { vpcId: 'vpc-1', instances: {}, groups: [], clusterName: 'prod' });
    expect(messages(findings).at(-1)).toBe(
      'error: None of 1 node is an instance of vpc-1: load balancers would have no targets.',
    );
  });
});

describe('the source of credentials', () => {
  it.each([
    [{ AWS_PROFILE: 'prod', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' }, 'the profile prod'],
    [{ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' }, 'the environment (AWS_ACCESS_KEY_ID)'],
    [{ AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn:r' }, "the ServiceAccount's token (role arn:r)"],
    [{ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23' }, 'EKS Pod Identity'],
    [{}, 'the shared files or the instance'],
  ])('is told without a secret: %j', (env, text) => {
    expect(sourceOf(env, undefined)).toBe(text);
  });

  it('names the role that is assumed', () => {
    expect(sourceOf({}, 'arn:aws:iam::1:role/x')).toContain('by which arn:aws:iam::1:role/x was assumed');
  });
});

describe('the clock', () => {
  const NOW = Date.parse('2026-03-01T12:00:00Z');

  it.each([
    [undefined, []],
    [NOW - 20_000, []],
    [NOW - 240_000, [expect.stringContaining('240 s ahead of that of AWS')]],
    [NOW + 90_000, [expect.stringContaining('90 s behind that of AWS')]],
  ])('answered at %s', (answeredAt, expected) => {
    expect(judgeClock(answeredAt, NOW).map(({ message }) => message)).toEqual(expected);
  });
});
