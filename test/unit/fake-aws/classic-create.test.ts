// CreateLoadBalancer, DeleteLoadBalancer and DescribeLoadBalancers of Classic Load Balancers.

import { DeleteSecurityGroupCommand } from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { DescribeLoadBalancersCommand as DescribeNetworkLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClassicBench, HTTPS_443, makeClassicBench, TCP_80 } from './classic-bench.ts';
import { CERTIFICATE, codeOf, START } from './workbench.ts';

let bench: ClassicBench;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  bench = makeClassicBench();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a new Classic Load Balancer', () => {
  it("has AWS's defaults for everything that the call does not say", async () => {
    const DNSName = await bench.classic();
    expect(DNSName).toMatch(/^lb-\d+\.eu-west-1\.elb\.amazonaws\.com$/);
    expect(await bench.described()).toEqual({
      LoadBalancerName: 'lb',
      DNSName,
      CanonicalHostedZoneName: DNSName,
      CanonicalHostedZoneNameID: expect.stringMatching(/^Z[0-9A-F]{13}$/),
      ListenerDescriptions: [{ Listener: TCP_80, PolicyNames: [] }],
      Policies: { AppCookieStickinessPolicies: [], LBCookieStickinessPolicies: [], OtherPolicies: [] },
      BackendServerDescriptions: [],
      AvailabilityZones: bench.cluster.zones,
      Subnets: bench.cluster.publicSubnets,
      VPCId: 'vpc-main',
      Instances: [],
      HealthCheck: { Target: 'TCP:30080', Interval: 30, Timeout: 5, UnhealthyThreshold: 2, HealthyThreshold: 10 },
      SourceSecurityGroup: { OwnerAlias: '123456789012', GroupName: 'lb' },
      SecurityGroups: ['sg-lb'],
      CreatedTime: new Date(START),
      Scheme: 'internet-facing',
    });
    bench.aws.assertSound();
  });

  it('can be internal, and gets the default security group of its VPC', async () => {
    const DNSName = await bench.classic({
      Scheme: 'internal',
      Subnets: ['subnet-private-b'],
      SecurityGroups: undefined,
    });
    expect(DNSName).toMatch(/^internal-lb-\d+\.eu-west-1\.elb\.amazonaws\.com$/);
    const { Scheme, CanonicalHostedZoneName, SecurityGroups, SourceSecurityGroup } = await bench.described();
    expect([Scheme, CanonicalHostedZoneName, SourceSecurityGroup?.GroupName]).toEqual([
      'internal',
      undefined,
      'default',
    ]);
    const [group] = [...bench.aws.state.securityGroups.values()].filter(({ name }) => name === 'default');
    expect(SecurityGroups).toEqual([group?.id]);
  });

  it('may have the name of a Network Load Balancer, and neither API shows the other', async () => {
    await bench.loadBalancer({ Name: 'lb' });
    await bench.classic();
    const classic = await bench.elb.send(new DescribeLoadBalancersCommand({}));
    const network = await bench.elbv2.send(new DescribeNetworkLoadBalancersCommand({}));
    expect([classic.LoadBalancerDescriptions?.length, network.LoadBalancers?.length]).toEqual([1, 1]);
    expect(bench.aws.state.loadBalancers.size).toBe(1);
  });

  it('takes protocols in any case and answers capitals', async () => {
    await bench.classic({ Listeners: [{ ...TCP_80, Protocol: 'tcp', InstanceProtocol: 'tcp' }] });
    expect((await bench.described()).ListenerDescriptions).toEqual([{ Listener: TCP_80, PolicyNames: [] }]);
  });
});

describe('a repeated CreateLoadBalancer', () => {
  const Tags = [
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '2' },
  ];

  it('succeeds and changes nothing when everything is alike, in whatever order', async () => {
    const Listeners = [TCP_80, HTTPS_443];
    const first = await bench.classic({ Listeners, Tags });
    const before = bench.row();
    vi.advanceTimersByTime(1_000);
    const again = {
      Listeners: Listeners.toReversed(),
      Tags: Tags.toReversed(),
      Subnets: bench.cluster.publicSubnets.toReversed(),
    };
    expect(await bench.classic(again)).toBe(first);
    expect(bench.row()).toBe(before);
  });

  it.each([
    ['scheme', { Scheme: 'internal' }],
    ['subnets', { Subnets: ['subnet-public-a'] }],
    ['security groups', { SecurityGroups: ['sg-nodes'] }],
    ['listeners', { Listeners: [{ ...TCP_80, InstancePort: 30_081 }] }],
    ['listeners', { Listeners: [TCP_80, HTTPS_443] }],
    ['tags', { Tags: [{ Key: 'a', Value: '2' }] }],
    ['tags', { Tags: undefined }],
  ])('is a duplicate when the %s differ', async (part, change) => {
    await bench.classic({ Tags: [{ Key: 'a', Value: '1' }] });
    const again = bench.classic({ Tags: [{ Key: 'a', Value: '1' }], ...change });
    await expect(again).rejects.toThrow(`configured with different ${part}.`);
    expect(bench.aws.calls.at(-1)?.errorCode).toBe('DuplicateLoadBalancerName');
  });

  it('compares with what is there now, not with what was asked for once', async () => {
    await bench.classic();
    await bench.elb.send(new AddTagsCommand({ LoadBalancerNames: ['lb'], Tags }));
    expect(await codeOf(bench.classic())).toBe('DuplicateLoadBalancerName');
    expect(await bench.classic({ Tags })).toBe(bench.row().dnsName);
  });
});

describe('CreateLoadBalancer refuses', () => {
  const none = 'arn:aws:acm:eu-west-1:123456789012:certificate/none';
  it.each([
    ['ValidationError', { LoadBalancerName: 'a'.repeat(33) }],
    ['ValidationError', { LoadBalancerName: '-a' }],
    ['ValidationError', { LoadBalancerName: 'a-' }],
    ['ValidationError', { LoadBalancerName: 'a_b' }],
    ['ValidationError', { LoadBalancerName: undefined }],
    ['ValidationError', { Listeners: [] }],
    ['ValidationError', { Subnets: undefined }],
    ['InvalidScheme', { Scheme: 'public' }],
    ['SubnetNotFound', { Subnets: ['subnet-none'] }],
    ['InvalidConfigurationRequest', { Subnets: ['subnet-public-a', 'subnet-private-a'] }],
    ['InvalidSecurityGroup', { SecurityGroups: ['sg-none'] }],
    ['UnsupportedProtocol', { Listeners: [{ ...TCP_80, Protocol: 'UDP' }] }],
    ['InvalidConfigurationRequest', { Listeners: [{ ...TCP_80, InstanceProtocol: 'HTTP' }] }],
    ['InvalidConfigurationRequest', { Listeners: [{ ...HTTPS_443, InstanceProtocol: 'SSL' }] }],
    ['ValidationError', { Listeners: [{ ...TCP_80, LoadBalancerPort: 0 }] }],
    ['ValidationError', { Listeners: [{ ...TCP_80, InstancePort: 65_536 }] }],
    ['ValidationError', { Listeners: [{ ...HTTPS_443, SSLCertificateId: undefined }] }],
    ['CertificateNotFound', { Listeners: [{ ...HTTPS_443, SSLCertificateId: none }] }],
    ['DuplicateListener', { Listeners: [TCP_80, { ...TCP_80, InstancePort: 1 }] }],
    ['DuplicateTagKeys', { Tags: ['1', '2'].map((Value) => ({ Key: 'a', Value })) }],
    ['ValidationError', { Tags: [] }],
    ['TooManyTags', { Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' })) }],
  ])('with %s: %j', async (code, change) => {
    expect(await codeOf(bench.classic(change))).toBe(code);
    expect(bench.aws.state.classicLoadBalancers.size).toBe(0);
    expect(bench.aws.state.networkInterfaces.size).toBe(0);
    bench.aws.assertSound();
  });

  it('more than the quota, which Network Load Balancers do not count for', async () => {
    bench.aws.limits.classicLoadBalancers = 1;
    await bench.loadBalancer();
    await bench.classic();
    expect(await codeOf(bench.classic({ LoadBalancerName: 'other' }))).toBe('TooManyLoadBalancers');
  });

  it('subnets and groups of different VPCs, a VPC without internet gateway, and subnets without room', async () => {
    const { seed } = bench.aws;
    seed.vpc({ id: 'vpc-other', cidr: '10.9.0.0/16' });
    seed.subnet({ id: 'subnet-other', vpc: 'vpc-other', az: 'eu-west-1b', cidr: '10.9.0.0/24' });
    seed.subnet({ id: 'subnet-full', vpc: 'vpc-main', az: 'eu-west-1c', cidr: '10.0.9.0/24', freeAddresses: 7 });
    const mixed = { Subnets: ['subnet-public-a', 'subnet-other'] };
    expect(await codeOf(bench.classic(mixed))).toBe('InvalidConfigurationRequest');
    expect(await codeOf(bench.classic({ Subnets: ['subnet-other'] }))).toBe('InvalidSubnet');
    const inner = { Subnets: ['subnet-other'], Scheme: 'internal' };
    expect(await codeOf(bench.classic(inner))).toBe('InvalidConfigurationRequest');
    expect(await codeOf(bench.classic({ Subnets: ['subnet-full'] }))).toBe('InvalidSubnet');
  });

  it.each([
    ['a listener without instance protocol', { Listeners: [{ ...TCP_80, InstanceProtocol: undefined }] }],
    ['a certificate that AWS would drop', { Listeners: [{ ...TCP_80, SSLCertificateId: CERTIFICATE }] }],
    ['zones instead of subnets', { AvailabilityZones: ['eu-west-1a'] }],
    ['a subnet twice', { Subnets: ['subnet-public-a', 'subnet-public-a'] }],
  ])('as a misuse: %s', async (_what, change) => {
    expect(await codeOf(bench.classic(change))).toMatch(/^Misuse: /);
    expect(() => bench.aws.assertSound()).toThrow('misused');
  });
});

describe('DeleteLoadBalancer', () => {
  const remove = (name = 'lb') => bench.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerName: name }));

  it('succeeds whether or not there is one, and lets a new one have the name', async () => {
    const first = await bench.classic();
    await remove();
    await remove();
    await remove('none');
    expect(bench.aws.state.classicLoadBalancers.size).toBe(0);
    expect(await bench.classic()).not.toBe(first);
  });

  it('holds the security groups a while longer', async () => {
    await bench.classic();
    const removeGroup = () => bench.ec2.send(new DeleteSecurityGroupCommand({ GroupId: 'sg-lb' }));
    expect(await codeOf(removeGroup())).toBe('DependencyViolation');
    await remove();
    vi.advanceTimersByTime(bench.aws.timings.interfaceReleaseMs - 1);
    expect(await codeOf(removeGroup())).toBe('DependencyViolation');
    vi.advanceTimersByTime(1);
    await removeGroup();
    expect(bench.aws.state.securityGroups.has('sg-lb')).toBe(false);
  });
});

describe('DescribeLoadBalancers', () => {
  const list = (input = {}) => bench.elb.send(new DescribeLoadBalancersCommand(input));

  it('answers page by page, each load balancer once', async () => {
    for (const LoadBalancerName of ['c', 'a', 'b']) await bench.classic({ LoadBalancerName });
    const first = await list({ PageSize: 2 });
    const second = await list({ PageSize: 2, Marker: first.NextMarker });
    const names = [first, second].map((page) =>
      page.LoadBalancerDescriptions?.map(({ LoadBalancerName }) => LoadBalancerName),
    );
    expect(names).toEqual([['a', 'b'], ['c']]);
    expect(second.NextMarker).toBeUndefined();
    bench.aws.pageSizes.classicLoadBalancers = 1;
    expect((await list()).LoadBalancerDescriptions).toHaveLength(1);
  });

  it('refuses unknown names, sizes out of bounds and made-up markers', async () => {
    await bench.classic();
    expect(await codeOf(list({ LoadBalancerNames: ['lb', 'none'] }))).toBe('LoadBalancerNotFound');
    expect(await codeOf(list({ PageSize: 401 }))).toBe('ValidationError');
    expect(await codeOf(list({ PageSize: 0 }))).toBe('ValidationError');
    expect(await codeOf(list({ Marker: 'made up' }))).toBe('ValidationError');
    bench.aws.assertSound();
    expect(await codeOf(list({ LoadBalancerNames: [] }))).toMatch(/^Misuse/);
  });
});
