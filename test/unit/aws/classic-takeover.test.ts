// Classic Load Balancers that others have made: the official controller's are taken over without a write, anybody else's are
// left alone, also when they turn up in the middle.
import * as elb from '@aws-sdk/client-elastic-load-balancing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../fake/aws/connect.ts';
import { seedPeerClassic } from '../../fake/aws/peer-classic.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import {
  balancer,
  type ClassicWish,
  classicGraph,
  converge,
  DEFAULT_POLICY,
  GROUP,
  TLS12_POLICY,
  tls,
} from './classic-stage.ts';
import { BALANCER, newAws, OWNER, type Run, scope, start, UID } from './stage.ts';

const CLASSIC = 'ClassicLoadBalancer';

let aws: StrictAws;

beforeEach(() => {
  vi.useFakeTimers();
  aws = newAws();
  aws.timings.interfaceReleaseMs = 0;
});

afterEach(() => {
  aws.assertSound();
  vi.useRealTimers();
});

const writes = () => aws.calls.filter(({ write }) => write).map(({ operation }) => operation);
const nodeRules = () => aws.state.securityGroups.get('sg-nodes')?.ingress ?? [];

function kindOf(run: Run, name: string) {
  const found = run.provider.kinds.find((one) => one.name === name);
  if (found === undefined || found.parent !== undefined) throw new Error(`no kind ${name}`);
  return found;
}

describe('the official controller’s', () => {
  it('is taken over without a write, read once, and nothing is left to do', async () => {
    seedPeerClassic(aws, { uid: UID });
    const run = await start(aws);
    const { calls } = await converge(run, {});
    expect(writes()).toEqual([]);
    expect(calls.length).toBeLessThan(8);
    expect((await converge(run, {})).calls).toEqual([]);
  });

  it('is taken over with its policies and PROXY headers', async () => {
    const policy = `k8s-SSLNegotiationPolicy-${TLS12_POLICY}`;
    const certificate = tls(30080).certificate ?? '';
    seedPeerClassic(aws, {
      uid: UID,
      ports: [{ port: 443, nodePort: 30080 }],
      change: {
        listeners: [{ port: 443, instancePort: 30080, protocol: 'SSL', certificate, policies: [policy] }],
        policies: [
          { name: policy, type: 'SSLNegotiationPolicyType', attributes: { 'Reference-Security-Policy': TLS12_POLICY } },
          { name: 'k8s-proxyprotocol-enabled', type: 'ProxyProtocolPolicyType', attributes: { ProxyProtocol: 'true' } },
        ],
        backendPolicies: { 30080: ['k8s-proxyprotocol-enabled'] },
        attributes: { accessLogBucket: 'old', drainingTimeoutSeconds: 60 },
      },
    });
    const listeners = { 443: tls(30080, { sslPolicy: TLS12_POLICY }) };
    await converge(await start(aws), { balancer: { listeners, proxyProtocolPorts: [30080] } });
    expect(writes()).toEqual([]);
  });

  it('loses what its Service does not ask for', async () => {
    seedPeerClassic(aws, {
      uid: UID,
      change: {
        backendPolicies: { 30099: ['k8s-proxyprotocol-enabled'] },
        policies: [
          { name: 'k8s-proxyprotocol-enabled', type: 'ProxyProtocolPolicyType', attributes: { ProxyProtocol: 'true' } },
        ],
      },
    });
    await converge(await start(aws), {});
    expect(writes()).toEqual(['SetLoadBalancerPoliciesForBackendServer']);
    expect(balancer(aws).backendPolicies).toEqual({});
  });

  it('goes with all that belongs to it, the rule without a description too', async () => {
    seedPeerClassic(aws, { uid: UID });
    aws.seed.ingress('sg-nodes', [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-nodes' }] }]);
    const run = await start(aws);
    expect((await converge(run, undefined)).waiting).toBeUndefined();
    expect(writes()).toEqual(['DeleteLoadBalancer', 'RevokeSecurityGroupIngress', 'DeleteSecurityGroup']);
    expect(nodeRules()).toMatchObject([{ source: { groupId: 'sg-nodes' } }]);
  });

  it('loses its rule though that was taken away and given again meanwhile', async () => {
    const { securityGroup } = seedPeerClassic(aws, { uid: UID });
    const other = seedPeerClassic(aws, { uid: `9${UID.slice(1)}`, service: 'shop/api' });
    const run = await start(aws);
    await run.engine.sync(scope());
    const before = aws.calls.length;
    aws.intercept = ({ operation }) => {
      if (operation !== 'RevokeSecurityGroupIngress') return undefined;
      aws.intercept = undefined;
      return { error: 'InvalidPermission.NotFound' };
    };
    await converge(run, undefined);
    expect(run.operations(before).filter((operation) => operation === 'RevokeSecurityGroupIngress')).toHaveLength(2);
    expect(nodeRules().map(({ source }) => source)).toEqual([{ type: 'group', groupId: other.securityGroup }]);
    expect(aws.state.securityGroups.has(securityGroup)).toBe(false);
  });

  it('of another cluster or Service is nobody’s here', async () => {
    seedPeerClassic(aws, { uid: UID, clusterName: 'staging' });
    const run = await start(aws);
    await expect(converge(run, {})).rejects.toMatchObject({ code: 'name-taken' });
    expect(writes()).toEqual([]);
    expect(await kindOf(run, CLASSIC).list(run.cloud, scope())).toMatchObject([{ id: BALANCER, marks: [] }]);
  });
});

describe('somebody else’s load balancer', () => {
  const elses = (change: { readonly tags?: Readonly<Record<string, string>>; readonly createdAt?: number } = {}) =>
    aws.seed.classicLoadBalancer({
      name: BALANCER,
      subnets: ['subnet-public-a', 'subnet-public-b', 'subnet-public-c'],
      securityGroups: ['sg-nodes'],
      listeners: [{ port: 80, instancePort: 30080 }],
      ...change,
    });
  /** Its group is named, so that AWS may take it for the same. */
  const WISH: ClassicWish = { groups: ['sg-nodes'] };

  it.each([
    ['without tags', {}],
    ['of another Service', { 'kubernetes.io/cluster/prod': 'owned', 'kubernetes.io/service-name': 'shop/other' }],
    [
      'with another UID in our tag',
      {
        'kubernetes.io/cluster/prod': 'owned',
        'kubernetes.io/service-name': 'shop/web',
        'fairlead.dev/owner': `${OWNER.cluster}/99999999-3e4f-4061-8273-8495a6b7c8d9`,
      },
    ],
  ])('%s takes the name', async (_what, tags) => {
    elses({ tags });
    await expect(converge(await start(aws), WISH)).rejects.toMatchObject({ code: 'name-taken' });
    expect(writes().filter((operation) => !operation.includes('SecurityGroup'))).toEqual([]);
  });

  it('that came since the list, as a repeated request would have it, is read before it is used', async () => {
    const run = await start(aws);
    await run.engine.sync(scope());
    const graph = classicGraph(WISH);
    const spec = graph.resources.find(({ kind }) => kind === CLASSIC)?.spec as { tags: Record<string, string> };
    // All is alike, the tags included, but it was there before.
    await connect(aws).elb.send(
      new elb.CreateLoadBalancerCommand({
        LoadBalancerName: BALANCER,
        Listeners: [{ LoadBalancerPort: 80, Protocol: 'TCP', InstancePort: 30080, InstanceProtocol: 'TCP' }],
        Subnets: ['subnet-public-a', 'subnet-public-b', 'subnet-public-c'],
        SecurityGroups: ['sg-nodes'],
        Tags: Object.entries(spec.tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    await vi.advanceTimersByTimeAsync(60_000);
    const before = aws.calls.length;
    await converge(run, WISH);
    const after = run.operations(before).filter((operation) => !operation.includes('SecurityGroup'));
    expect(after.slice(0, 5)).toEqual([
      'CreateLoadBalancer',
      'DescribeLoadBalancers',
      'DescribeLoadBalancers',
      'DescribeLoadBalancerAttributes',
      'DescribeTags',
    ]);
    expect(balancer(aws).healthCheck.intervalSeconds).toBe(10);
  });

  it('that came since the list is not adopted if AWS takes it for ours', async () => {
    const run = await start(aws);
    await run.engine.sync(scope());
    elses({ createdAt: Date.now() - 60_000 });
    const graph = classicGraph(WISH);
    const spec = graph.resources.find(({ kind }) => kind === CLASSIC)?.spec ?? {};
    vi.spyOn(run.cloud.calls, 'elb').mockResolvedValueOnce({ DNSName: balancer(aws).dnsName, $metadata: {} });
    const made = kindOf(run, CLASSIC).create(run.cloud, [OWNER], BALANCER, spec, scope(), []);
    await expect(made).rejects.toMatchObject({ code: 'conflict' });
    expect(writes()).toEqual([]);
  });

  it('that came since the list and differs is never changed', async () => {
    const run = await start(aws);
    await run.engine.sync(scope());
    elses({ tags: { owner: 'somebody' } });
    await expect(converge(run, WISH)).rejects.toMatchObject({ code: 'name-taken' });
    expect(balancer(aws)).toMatchObject({ tags: { owner: 'somebody' }, instances: {} });
    await connect(aws).elb.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerName: BALANCER }));
    await converge(run, WISH);
    expect(Object.keys(balancer(aws).instances)).toHaveLength(3);
  });

  it('is remembered with its marks, for those who compile', async () => {
    elses();
    seedPeerClassic(aws, { uid: `9${UID.slice(1)}`, service: 'shop/api' });
    const run = await start(aws);
    await run.engine.sync(scope());
    const [first, second] = [...run.cloud.loadBalancers.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(first).toMatchObject({ kind: 'classic', scheme: 'internet-facing', addresses: {}, hasSecurityGroups: true });
    expect(first?.marks).toEqual([]);
    expect(second).toMatchObject({ kind: 'classic', name: `a9${BALANCER.slice(2)}` });
    expect(second?.marks).toMatchObject([{ namespace: 'shop', name: 'api' }]);
  });
});

describe('a group with the name of ours', () => {
  it.each([
    ['without the cluster’s tag', {}, []],
    ['of the official controller', { 'kubernetes.io/cluster/prod': 'owned' }, [{ uid: BALANCER.slice(1) }]],
    ['of a cluster that shares it', { 'kubernetes.io/cluster/prod': 'shared' }, []],
    [
      'of another Service by our tag',
      { 'kubernetes.io/cluster/prod': 'owned', 'fairlead.dev/owner': 'c/99999999-3e4f-4061-8273-8495a6b7c8d9' },
      [],
    ],
  ])('%s', async (_what, tags, marks) => {
    aws.seed.securityGroup({ id: 'sg-taken', name: GROUP, vpc: 'vpc-main', tags });
    const run = await start(aws);
    expect(await kindOf(run, 'SecurityGroup').list(run.cloud, scope())).toMatchObject([{ id: GROUP, marks }]);
  });
});

describe('a rule of somebody else', () => {
  it('that lets everything in from the same group needs none of ours, and stays', async () => {
    aws.seed.securityGroup({ id: 'sg-mine', vpc: 'vpc-main' });
    aws.seed.ingress('sg-nodes', [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-mine' }] }]);
    // A rule of ours makes the nodes' group one that is listed.
    seedPeerClassic(aws, { uid: `9${UID.slice(1)}`, service: 'shop/api' });
    const run = await start(aws);
    await converge(run, { groups: ['sg-mine'] });
    expect(writes()).not.toContain('AuthorizeSecurityGroupIngress');
    await converge(run, undefined);
    expect(writes()).not.toContain('RevokeSecurityGroupIngress');
    expect(nodeRules()).toHaveLength(2);
  });
});

it('keeps AWS’s default policy where nobody chose one', async () => {
  const certificate = tls(30080).certificate ?? '';
  seedPeerClassic(aws, {
    uid: UID,
    ports: [{ port: 443, nodePort: 30080 }],
    change: { listeners: [{ port: 443, instancePort: 30080, protocol: 'SSL', certificate }] },
  });
  await converge(await start(aws), { balancer: { listeners: { 443: tls(30080, { sslPolicy: DEFAULT_POLICY }) } } });
  expect(writes()).toEqual([]);
});
