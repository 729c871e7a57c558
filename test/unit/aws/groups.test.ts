// Security groups: the rules in those of the nodes, and the ones that are made for load balancers.
import * as ec2 from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Owner } from '../../../src/engine/owner.ts';
import { connect } from '../../fake/aws/connect.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { newAws, OWNER, type Run, start, TCP_80, type Wish } from './stage.ts';

const MANAGED: Wish = { options: { 'aws-nlb-security-groups': 'managed' } };
const OTHER: Owner = { ...OWNER, uid: '99999999-3e4f-4061-8273-8495a6b7c8d9', name: 'api' };

let aws: StrictAws;
let run: Run;

beforeEach(async () => {
  vi.useFakeTimers();
  aws = newAws();
  run = await start(aws);
});

afterEach(() => {
  aws.assertSound();
  vi.useRealTimers();
});

const writes = (calls: readonly string[]) => calls.filter((operation) => !operation.startsWith('Describe'));
const ingress = (id = 'sg-nodes') => aws.state.securityGroups.get(id)?.ingress ?? [];
const managed = () => [...aws.state.securityGroups.values()].find(({ name }) => name.startsWith('k8s-'));
const other = (change: Wish['request'] = {}): Wish => ({
  request: { owner: OTHER, ports: [{ ...TCP_80, nodePort: 30081 }], ...change },
});

/** Somebody else's hand on the group of the nodes. */
function byHand(operation: 'authorize' | 'revoke', port: number, Description?: string, cidr = '0.0.0.0/0') {
  const IpRanges = [{ CidrIp: cidr, ...(Description === undefined ? {} : { Description }) }];
  const input = { GroupId: 'sg-nodes', IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges }] };
  const { ec2: client } = connect(aws);
  return operation === 'authorize'
    ? client.send(new ec2.AuthorizeSecurityGroupIngressCommand(input))
    : client.send(new ec2.RevokeSecurityGroupIngressCommand(input));
}

describe('the rules of the nodes', () => {
  it('of two load balancers in one group cost one call each', async () => {
    await run.converge({});
    const { calls } = await run.converge(other(), OTHER);
    expect(calls.filter((operation) => operation.includes('SecurityGroup'))).toEqual(['AuthorizeSecurityGroupIngress']);
    expect(ingress()).toHaveLength(3);
  });

  it('that two load balancers share go with the last one', async () => {
    const shared = { 'healthcheck-port': '10256' };
    await run.converge({ annotations: shared });
    await run.converge({ ...other(), annotations: shared }, OTHER);
    // A target group is in use for a while after its listener; the rules of the nodes go after it.
    const gone = async (owner?: typeof OTHER) => {
      while ((await run.converge(undefined, owner)).waiting) await vi.advanceTimersByTimeAsync(5_000);
    };
    const health = () => ingress().filter(({ fromPort }) => fromPort === 10256);
    expect(health()).toHaveLength(3);
    await gone();
    expect(health()).toHaveLength(3);
    expect(new Set(health().map(({ description }) => description?.slice(-31)))).toEqual(
      new Set(['999999993e4f406182738495a6b7c8d']),
    );
    await gone(OTHER);
    expect(ingress()).toEqual([]);
  });

  it('that are there by the time they are granted are success', async () => {
    await run.converge(undefined);
    await run.compile();
    await byHand('authorize', 30080);
    const { calls } = await run.converge({});
    expect(calls.slice(0, 3)).toEqual([
      'AuthorizeSecurityGroupIngress',
      'DescribeSecurityGroups',
      'AuthorizeSecurityGroupIngress',
    ]);
    expect((await run.converge({})).calls).toEqual([]);
  });

  it('that are gone by the time they are revoked are success', async () => {
    await run.converge({ request: { sourceRanges: ['10.0.0.0/8', '192.0.2.0/24'] } });
    await byHand('revoke', 30080, undefined, '192.0.2.0/24');
    await run.converge({ request: { sourceRanges: ['10.0.0.0/8'] } });
    expect(ingress().map(({ source }) => source)).not.toContainEqual({ type: 'ipv4', cidr: '192.0.2.0/24' });
    expect((await run.converge({ request: { sourceRanges: ['10.0.0.0/8'] } })).calls).toEqual([]);
  });

  it('are never revoked if they are somebody else’s by then', async () => {
    await run.converge({ request: { sourceRanges: ['10.0.0.0/8', '192.0.2.0/24'] } });
    await byHand('revoke', 30080, undefined, '192.0.2.0/24');
    const { ec2: client } = connect(aws);
    const IpRanges = [{ CidrIp: '192.0.2.0/24', Description: 'mine' }];
    const IpPermissions = [{ IpProtocol: 'icmp', FromPort: 3, ToPort: 4, IpRanges }];
    await client.send(
      new ec2.UpdateSecurityGroupRuleDescriptionsIngressCommand({ GroupId: 'sg-nodes', IpPermissions }),
    );
    await run.converge({ request: { sourceRanges: ['10.0.0.0/8'] } });
    expect(ingress().map(({ description }) => description)).toContain('mine');
  });

  it('beyond the quota are a clear error that names group and quota', async () => {
    aws.limits.rulesPerSecurityGroup = 2;
    await run.converge({});
    await expect(run.converge(other(), OTHER)).rejects.toMatchObject({
      code: 'quota',
      message: expect.stringMatching(/sg-nodes.*"Inbound or outbound rules per security group"/),
    });
    expect(writes((await run.converge({})).calls)).toEqual([]);
  });

  it('at the quota make room for their successors', async () => {
    aws.limits.rulesPerSecurityGroup = 5;
    const ranges = (sourceRanges: readonly string[]): Wish => ({ request: { sourceRanges } });
    await run.converge(ranges(['192.0.2.0/24']));
    expect(ingress()).toHaveLength(5);
    const { calls } = await run.converge(ranges(['10.0.0.0/8']));
    expect(calls).toEqual([
      'AuthorizeSecurityGroupIngress',
      'RevokeSecurityGroupIngress',
      'AuthorizeSecurityGroupIngress',
    ]);
    expect((await run.converge(ranges(['10.0.0.0/8']))).calls).toEqual([]);
  });

  it('stay in their group when a second group of the nodes gets the cluster’s tag', async () => {
    const tags = { 'kubernetes.io/cluster/prod': 'owned' };
    aws.seed.securityGroup({ id: 'sg-second' });
    for (const id of ['i-node-1', 'i-node-2', 'i-node-3']) aws.seed.instance({ id, groups: ['sg-nodes', 'sg-second'] });
    await run.converge({});
    aws.seed.securityGroup({ id: 'sg-second', tags });
    await vi.advanceTimersByTimeAsync(11 * 60_000);
    const { calls, problems } = await run.converge({});
    expect(writes(calls)).toEqual([]);
    expect(problems).toMatchObject([{ severity: 'warning', message: expect.stringContaining('sg-second') }]);
  });
});

describe('a managed group', () => {
  it('is made with its rules before its load balancer, and goes after it', async () => {
    const made = await run.converge(MANAGED);
    expect(writes(made.calls)).toEqual([
      'CreateSecurityGroup',
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupIngress',
      'CreateTargetGroup',
      'RegisterTargets',
      'CreateLoadBalancer',
      'CreateListener',
    ]);
    const [balancer] = aws.state.loadBalancers.values();
    expect(balancer?.securityGroups).toEqual([managed()?.id]);
    expect(managed()).toMatchObject({ name: 'k8s-shop-web-a5e59d15a1', vpcId: 'vpc-main' });
    expect((await run.converge(MANAGED)).calls).toEqual([]);
  });

  it('is waited for while the network interfaces of its load balancer linger', async () => {
    aws.timings.targetGroupReleaseMs = 0;
    await run.converge(MANAGED);
    const { waiting } = await run.converge(undefined);
    expect(waiting).toMatchObject({ retryAfterMs: 15_000, why: expect.stringContaining('still in use') });
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await run.converge(undefined)).waiting).toBeUndefined();
    expect(managed()).toBeUndefined();
  });

  it('is found again by a run that knows nothing, even without its load balancer', async () => {
    await run.converge(MANAGED);
    await run.converge(undefined);
    const fresh = await start(aws);
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await fresh.converge(undefined)).waiting).toBeUndefined();
    expect(managed()).toBeUndefined();
  });

  it('follows ports and source ranges, and takes out what somebody put in', async () => {
    await run.converge(MANAGED);
    const { ec2: client } = connect(aws);
    const UserIdGroupPairs = [{ GroupId: 'sg-nodes' }];
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, UserIdGroupPairs }];
    await client.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId: managed()?.id, IpPermissions }));
    const fresh = await start(aws);
    const wish = { ...MANAGED, request: { sourceRanges: ['10.0.0.0/8'] } };
    await fresh.converge(wish);
    expect(ingress(managed()?.id).map(({ protocol, fromPort, source }) => [protocol, fromPort, source])).toEqual([
      ['icmp', 3, { type: 'ipv4', cidr: '10.0.0.0/8' }],
      ['tcp', 80, { type: 'ipv4', cidr: '10.0.0.0/8' }],
    ]);
    expect((await fresh.converge(wish)).calls).toEqual([]);
  });

  it('gives way to groups of the Service’s choice, and comes back', async () => {
    aws.timings.targetGroupReleaseMs = 0;
    aws.seed.securityGroup({ id: 'sg-0000000a', name: 'mine' });
    const own = { ...MANAGED, annotations: { 'security-groups': 'sg-0000000a' } };
    await run.converge(MANAGED);
    const { calls } = await run.converge(own);
    expect(writes(calls)).toEqual(['SetSecurityGroups', 'DeleteSecurityGroup']);
    expect([...aws.state.loadBalancers.values()][0]?.securityGroups).toEqual(['sg-0000000a']);
    expect(writes((await run.converge(MANAGED)).calls)).toEqual([
      'CreateSecurityGroup',
      'AuthorizeSecurityGroupIngress',
      'SetSecurityGroups',
    ]);
  });

  it('has its tags changed like the rest', async () => {
    await run.converge(MANAGED);
    await run.converge({ ...MANAGED, annotations: { 'additional-resource-tags': 'team=a' } });
    expect(managed()?.tags).toMatchObject({ team: 'a' });
    await run.converge(MANAGED);
    expect(managed()?.tags).not.toHaveProperty('team');
    expect((await run.converge(MANAGED)).calls).toEqual([]);
  });
});
