// What others have made: the official controller's objects are taken over without a write, anybody else's are left alone.
import * as ec2 from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Connection, connect } from '../../fake/aws/connect.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { BALANCER, newAws, OWNER, type Run, start, type Wish } from './stage.ts';

const PEER_TAGS = [
  { Key: 'kubernetes.io/cluster/prod', Value: 'owned' },
  { Key: 'kubernetes.io/service-name', Value: 'shop/web' },
];
const CLIENT = `kubernetes.io/rule/nlb/client=${BALANCER}`;

let aws: StrictAws;
let hand: Connection;

beforeEach(() => {
  vi.useFakeTimers();
  aws = newAws();
  hand = connect(aws);
});

afterEach(() => {
  aws.assertSound();
  vi.useRealTimers();
});

const writes = (calls: readonly string[]) => calls.filter((operation) => !operation.startsWith('Describe'));

async function balancerBy(Tags: elb.Tag[] | undefined, change: Partial<elb.CreateLoadBalancerCommandInput> = {}) {
  const Subnets = ['subnet-public-a', 'subnet-public-b', 'subnet-public-c'];
  const input = { Name: BALANCER, Type: 'network' as const, Subnets, Tags, ...change };
  const { LoadBalancers } = await hand.elbv2.send(new elb.CreateLoadBalancerCommand(input));
  return LoadBalancers?.[0]?.LoadBalancerArn ?? '';
}

async function groupBy(Tags: elb.Tag[] | undefined, Name = 'k8s-shop-web-95a96d9808') {
  const input: elb.CreateTargetGroupCommandInput = {
    Name,
    Protocol: 'TCP',
    Port: 30080,
    VpcId: 'vpc-main',
    TargetType: 'instance',
    HealthCheckProtocol: 'TCP',
    HealthCheckPort: 'traffic-port',
    HealthCheckIntervalSeconds: 30,
    HealthyThresholdCount: 3,
    UnhealthyThresholdCount: 3,
    Tags,
  };
  const { TargetGroups } = await hand.elbv2.send(new elb.CreateTargetGroupCommand(input));
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}

function listen(LoadBalancerArn: string, TargetGroupArn: string, Port = 80, Tags?: elb.Tag[]) {
  const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }];
  return hand.elbv2.send(
    new elb.CreateListenerCommand({ LoadBalancerArn, Port, Protocol: 'TCP', DefaultActions, Tags }),
  );
}

function allow(rules: readonly { protocol: string; from: number; to: number; cidr: string; description?: string }[]) {
  const IpPermissions = rules.map(({ protocol, from, to, cidr, description: Description }) => ({
    IpProtocol: protocol,
    FromPort: from,
    ToPort: to,
    IpRanges: [{ CidrIp: cidr, ...(Description === undefined ? {} : { Description }) }],
  }));
  return hand.ec2.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId: 'sg-nodes', IpPermissions }));
}

/** Everything that cloud-provider-aws makes for the plain Service, with its tags, names and descriptions. */
async function peerMade({ listenerTags = PEER_TAGS }: { readonly listenerTags?: elb.Tag[] } = {}) {
  const balancer = await balancerBy(PEER_TAGS);
  const group = await groupBy(PEER_TAGS);
  const Targets = ['i-node-1', 'i-node-2', 'i-node-3'].map((Id) => ({ Id, Port: 30080 }));
  await hand.elbv2.send(new elb.RegisterTargetsCommand({ TargetGroupArn: group, Targets }));
  await listen(balancer, group, 80, listenerTags.length === 0 ? undefined : listenerTags);
  await allow([{ protocol: 'tcp', from: 30080, to: 30080, cidr: '0.0.0.0/0', description: CLIENT }]);
  await allow([{ protocol: 'icmp', from: 3, to: 4, cidr: '0.0.0.0/0', description: 'kubernetes.io/rule/nlb/mtu' }]);
  return { balancer, group };
}

async function firstPass(wish: Wish = {}): Promise<{ readonly run: Run; readonly calls: readonly string[] }> {
  const run = await start(aws);
  const before = aws.calls.length;
  await run.converge(wish);
  return { run, calls: run.operations(before) };
}

describe('objects of the official controller', () => {
  it('are taken over without a write', async () => {
    const { balancer } = await peerMade();
    const { run, calls } = await firstPass();
    expect(writes(calls)).toEqual([]);
    expect(run.engine.inventory.get('LoadBalancer', BALANCER)?.out).toMatchObject({ arn: balancer });
    expect((await run.converge({})).calls).toEqual([]);
  });

  it('of older releases get the tags that their listeners lack', async () => {
    await peerMade({ listenerTags: [] });
    expect(writes((await firstPass()).calls)).toEqual(['AddTags']);
    expect([...aws.state.listeners.values()][0]?.tags).toMatchObject({ 'kubernetes.io/service-name': 'shop/web' });
  });

  it('are changed from then on like our own', async () => {
    await peerMade();
    const { run } = await firstPass();
    const { calls } = await run.converge({ annotations: { 'healthcheck-healthy-threshold': '5' } });
    expect(writes(calls)).toEqual(['ModifyTargetGroup']);
  });

  it('are deleted to the last one', async () => {
    aws.timings.targetGroupReleaseMs = 0;
    await peerMade();
    const { run } = await firstPass();
    expect((await run.converge(undefined)).waiting).toBeUndefined();
    expect([aws.state.loadBalancers.size, aws.state.targetGroups.size, aws.state.listeners.size]).toEqual([0, 0, 0]);
    expect(aws.state.securityGroups.get('sg-nodes')?.ingress).toEqual([]);
  });

  it('that a missing listener left half done are completed', async () => {
    await balancerBy(PEER_TAGS);
    expect(writes((await firstPass()).calls)).toEqual([
      'AuthorizeSecurityGroupIngress',
      'CreateTargetGroup',
      'RegisterTargets',
      'CreateListener',
    ]);
  });

  it('lose stale health rules, which that one forgets', async () => {
    await peerMade();
    const description = `kubernetes.io/rule/nlb/health=${BALANCER}`;
    await allow([{ protocol: 'tcp', from: 32111, to: 32111, cidr: '10.0.0.0/24', description }]);
    expect(writes((await firstPass()).calls)).toEqual(['RevokeSecurityGroupIngress']);
  });

  it('with a managed group are recognised by the load balancer that uses it', async () => {
    const wish = { options: { 'aws-nlb-security-groups': 'managed' } };
    const { GroupId = '' } = await hand.ec2.send(
      new ec2.CreateSecurityGroupCommand({
        GroupName: 'k8s-shop-web-a5e59d15a1',
        Description: 'made by another',
        VpcId: 'vpc-main',
        TagSpecifications: [{ ResourceType: 'security-group', Tags: PEER_TAGS.slice(0, 1) }],
      }),
    );
    await balancerBy(PEER_TAGS, { SecurityGroups: [GroupId] });
    const { calls, run } = await firstPass(wish);
    expect(calls).not.toContain('CreateSecurityGroup');
    expect(calls).not.toContain('CreateTags');
    expect((await run.converge(wish)).calls).toEqual([]);
    expect(aws.state.securityGroups.get(GroupId)?.tags).not.toHaveProperty('fairlead.dev/owner');
  });

  it('have their managed group marked before the load balancer goes, so that a crash in between loses nothing', async () => {
    const wish = { options: { 'aws-nlb-security-groups': 'managed' } };
    const { GroupId = '' } = await hand.ec2.send(
      new ec2.CreateSecurityGroupCommand({
        GroupName: 'k8s-shop-web-a5e59d15a1',
        Description: 'made by another',
        VpcId: 'vpc-main',
        TagSpecifications: [{ ResourceType: 'security-group', Tags: PEER_TAGS.slice(0, 1) }],
      }),
    );
    await balancerBy(PEER_TAGS, { SecurityGroups: [GroupId] });
    const { run } = await firstPass(wish);
    const { calls } = await run.converge(undefined);
    expect(calls.indexOf('CreateTags')).toBeGreaterThanOrEqual(0);
    expect(calls.indexOf('CreateTags')).toBeLessThan(calls.indexOf('DeleteLoadBalancer'));
    // What a load balancer leaves behind uses its group for a while.
    const owner = aws.state.securityGroups.get(GroupId)?.tags['fairlead.dev/owner'] ?? '';
    expect(`${OWNER.cluster}/${OWNER.uid.replaceAll('-', '')}`).toContain(owner);
    expect(owner).not.toBe('');
  });
});

describe('what belongs to somebody else', () => {
  it.each<[string, elb.Tag[] | undefined]>([
    ['no tags', undefined],
    ['the tag of another cluster', [{ Key: 'kubernetes.io/cluster/test', Value: 'owned' }, PEER_TAGS[1]!]],
    ['the tag of another Service', [PEER_TAGS[0]!, { Key: 'kubernetes.io/service-name', Value: 'shop/api' }]],
    ['the cluster’s tag alone', [PEER_TAGS[0]!]],
    [
      'the owner tag of a cluster of the same name',
      [...PEER_TAGS, { Key: 'fairlead.dev/owner', Value: `other/${OWNER.uid}` }],
    ],
    ['the owner tag of another Service', [...PEER_TAGS, { Key: 'fairlead.dev/owner', Value: `${OWNER.cluster}/999` }]],
  ])('and has our name, with %s, is never changed', async (_what, tags) => {
    await balancerBy(tags);
    const before = structuredClone([...aws.state.loadBalancers.values()]);
    const run = await start(aws);
    await expect(run.converge({})).rejects.toMatchObject({ code: 'name-taken' });
    await run.converge(undefined);
    expect([...aws.state.loadBalancers.values()]).toEqual(before);
  });

  it('and has the name of our target group is never changed', async () => {
    await groupBy(undefined);
    await expect((await start(aws)).converge({})).rejects.toMatchObject({ code: 'name-taken' });
    expect(aws.state.targetGroups.size).toBe(1);
  });

  it('and took our name after the list is not adopted', async () => {
    const run = await start(aws);
    await run.converge(undefined);
    await balancerBy(undefined);
    await vi.advanceTimersByTimeAsync(120_000);
    await expect(run.converge({})).rejects.toMatchObject({ code: 'name-taken' });
    expect([...aws.state.loadBalancers.values()][0]?.tags).toEqual({});
  });

  it('and took our name with other settings after the list is not adopted either', async () => {
    const run = await start(aws);
    await run.converge(undefined);
    await balancerBy(undefined, { Subnets: ['subnet-public-a'] });
    await expect(run.converge({})).rejects.toMatchObject({ code: 'name-taken' });
  });

  it('on our load balancer stays: a listener, a tag, a rule', async () => {
    const { run } = await firstPass();
    const [balancer] = aws.state.loadBalancers.keys();
    const other = await groupBy(undefined, 'mine');
    await listen(balancer!, other, 9000);
    const Tags = [{ Key: 'backup', Value: 'daily' }];
    await hand.elbv2.send(new elb.AddTagsCommand({ ResourceArns: [balancer!], Tags }));
    await allow([{ protocol: 'tcp', from: 22, to: 22, cidr: '10.0.0.0/8' }]);
    const fresh = await start(aws);
    expect(writes((await fresh.converge({ annotations: { 'additional-resource-tags': 'a=b' } })).calls)).toEqual([
      'AddTags',
      'AddTags',
      'AddTags',
    ]);
    expect([...aws.state.listeners.values()].map(({ port }) => port)).toEqual([80, 9000]);
    expect(aws.state.loadBalancers.get(balancer!)?.tags.backup).toBe('daily');
    expect(aws.state.securityGroups.get('sg-nodes')?.ingress.map(({ fromPort }) => fromPort)).toContain(22);
    expect((await run.converge({})).calls).toEqual([]);
  });

  it('and listens on a port that we need is in the way, and is said to be', async () => {
    const { run } = await firstPass();
    const [balancer] = aws.state.loadBalancers.keys();
    await listen(balancer!, await groupBy(undefined, 'mine'), 443);
    const ports = [{ name: 'https', protocol: 'TCP', port: 443, nodePort: 30443 }] as const;
    const sent = (await start(aws)).converge({ request: { ports } });
    await expect(sent).rejects.toMatchObject({ code: 'name-taken', message: expect.stringContaining('443') });
    expect(run.provider.classes).not.toContain('service.k8s.aws/nlb');
  });

  it('and allows the same as our rule is enough, once and for all', async () => {
    await allow([{ protocol: 'tcp', from: 30080, to: 30080, cidr: '0.0.0.0/0', description: 'by hand' }]);
    const { run, calls } = await firstPass();
    expect(calls.filter((operation) => operation === 'AuthorizeSecurityGroupIngress')).toHaveLength(2);
    expect((await run.converge({})).calls).toEqual([]);
    const fresh = await start(aws);
    expect(writes((await fresh.converge({})).calls)).toEqual([]);
    aws.timings.targetGroupReleaseMs = 0;
    await fresh.converge(undefined);
    expect(aws.state.securityGroups.get('sg-nodes')?.ingress).toMatchObject([{ description: 'by hand' }]);
  });
});
