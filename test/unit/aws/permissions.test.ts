// What IAM has to allow: the table is complete, and each plan gets what it needs and no more.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPERATIONS, permissions, SERVICE_LINKED_ROLE } from '../../../providers/aws/permissions.ts';

const SERVICES: Readonly<Record<string, string>> = {
  ec2: 'ec2',
  elb: 'elasticloadbalancing',
  elbv2: 'elasticloadbalancing',
};

/** Reads that every plan rests on. */
const READS = [
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeInstances',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'elasticloadbalancing:DescribeLoadBalancerAttributes',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTags',
  'elasticloadbalancing:DescribeTargetGroups',
];
const NLB_READS = [
  'ec2:DescribeAddresses',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetHealth',
];

const beside = (calls: readonly string[], reads: readonly string[]) =>
  permissions(calls).filter((action) => !reads.includes(action));

describe('the table of operations', () => {
  it('has every command that the adapter can send, and no other', () => {
    const source = readFileSync(join(import.meta.dirname, '../../../providers/aws/cloud/sdk.ts'), 'utf8');
    const sent = [...source.matchAll(/new (\w+)\.(\w+)Command\(/g)].map(
      ([, sdk = '', name]) => `${SERVICES[sdk]}:${name}`,
    );
    expect(sent.length).toBeGreaterThan(50);
    expect(Object.keys(OPERATIONS).sort()).toEqual([...new Set(sent)].sort());
  });

  it('asks for actions that it has itself', () => {
    const tagging = Object.values(OPERATIONS).flatMap((operation) => operation.tagging ?? []);
    expect(tagging).not.toEqual([]);
    for (const action of tagging) expect(OPERATIONS).toHaveProperty([action]);
  });
});

describe('permissions', () => {
  it('of no call: the reads by which that is found out', () => {
    expect(permissions([])).toEqual(READS);
  });

  it('of a Network Load Balancer: its calls, the tagging of what is made, the service-linked role, and the reads of its parts', () => {
    const calls = [
      'ec2:AuthorizeSecurityGroupIngress',
      'elasticloadbalancing:CreateTargetGroup',
      'elasticloadbalancing:RegisterTargets',
      'elasticloadbalancing:CreateLoadBalancer',
      'elasticloadbalancing:CreateListener',
    ];
    const others = ['elasticloadbalancing:AddTags', SERVICE_LINKED_ROLE];
    expect(permissions(calls)).toEqual([...calls, ...READS, ...NLB_READS, ...others].sort());
  });

  it('of a Classic Load Balancer: nothing of target groups but their list', () => {
    const calls = ['ec2:CreateSecurityGroup', 'elasticloadbalancing:RegisterInstancesWithLoadBalancer'];
    expect(beside(calls, READS)).toEqual([
      'ec2:CreateSecurityGroup',
      'ec2:CreateTags',
      'elasticloadbalancing:DescribeInstanceHealth',
      'elasticloadbalancing:RegisterInstancesWithLoadBalancer',
    ]);
  });

  it('of a change that makes nothing: no tagging', () => {
    expect(beside(['elasticloadbalancing:ModifyListener'], [...READS, ...NLB_READS])).toEqual([
      'elasticloadbalancing:ModifyListener',
    ]);
  });

  it('names each action once, sorted, and nothing that it does not know', () => {
    const all = permissions([...Object.keys(OPERATIONS), ...Object.keys(OPERATIONS), 'simulator:GetLoadBalancer']);
    expect(all).toEqual([...Object.keys(OPERATIONS), SERVICE_LINKED_ROLE].sort());
  });
});
