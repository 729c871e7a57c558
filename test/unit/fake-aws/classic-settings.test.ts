// Health check, attributes, subnets, security groups and tags of Classic Load Balancers.

import {
  AddTagsCommand,
  ApplySecurityGroupsToLoadBalancerCommand,
  AttachLoadBalancerToSubnetsCommand,
  ConfigureHealthCheckCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeTagsCommand,
  DetachLoadBalancerFromSubnetsCommand,
  type HealthCheck,
  type LoadBalancerAttributes,
  ModifyLoadBalancerAttributesCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClassicBench, liveGroups, makeClassicBench } from './classic-bench.ts';
import { codeOf, START } from './workbench.ts';

const LoadBalancerName = 'lb';

let bench: ClassicBench;

beforeEach(async () => {
  vi.useFakeTimers({ now: START });
  bench = makeClassicBench();
  bench.aws.seed.bucket('logs');
  await bench.classic();
});
afterEach(() => {
  bench.aws.assertSound();
  vi.useRealTimers();
});

describe('ConfigureHealthCheck', () => {
  const CHECK: HealthCheck = {
    Target: 'HTTP:30080/healthz',
    Interval: 10,
    Timeout: 5,
    UnhealthyThreshold: 6,
    HealthyThreshold: 2,
  };
  const configure = (change: Partial<HealthCheck>) =>
    bench.elb.send(new ConfigureHealthCheckCommand({ LoadBalancerName, HealthCheck: { ...CHECK, ...change } }));

  it('replaces the whole check and answers it', async () => {
    expect((await configure({})).HealthCheck).toEqual(CHECK);
    expect((await bench.described()).HealthCheck).toEqual(CHECK);
  });

  it.each(['TCP:1', 'SSL:65535', 'HTTP:80/', 'HTTPS:443/a/b?c=d'])('takes the target %s', async (Target) => {
    await configure({ Target });
    expect(bench.row().healthCheck.target).toBe(Target);
  });

  it.each<Partial<HealthCheck>>([
    { Target: 'TCP' },
    { Target: 'TCP:0' },
    { Target: 'TCP:65536' },
    { Target: 'TCP:80/path' },
    { Target: 'HTTP:80' },
    { Target: 'HTTP:80path' },
    { Target: 'UDP:80' },
    { Target: 'tcp:80' },
    { Target: `HTTP:80/${'a'.repeat(1024)}` },
    { Interval: 4 },
    { Interval: 301 },
    { Timeout: 1 },
    { Timeout: 61, Interval: 300 },
    { Timeout: 10, Interval: 10 },
    { UnhealthyThreshold: 1 },
    { HealthyThreshold: 11 },
    { Interval: undefined },
  ])('refuses %j', async (change) => {
    expect(await codeOf(configure(change))).toBe('ValidationError');
    expect(bench.row().healthCheck.target).toBe('TCP:30080');
  });
});

describe('attributes', () => {
  const modify = (given: LoadBalancerAttributes) =>
    bench.elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerName, LoadBalancerAttributes: given }));
  const read = async (name = LoadBalancerName) =>
    (await bench.elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerName: name })))
      .LoadBalancerAttributes;

  it('have defaults', async () => {
    expect(await read()).toEqual({
      CrossZoneLoadBalancing: { Enabled: false },
      AccessLog: { Enabled: false },
      ConnectionDraining: { Enabled: false, Timeout: 300 },
      ConnectionSettings: { IdleTimeout: 60 },
      AdditionalAttributes: [{ Key: 'elb.http.desyncmitigationmode', Value: 'defensive' }],
    });
  });

  it('change one by one; the answer has those that were sent', async () => {
    const ConnectionDraining = { Enabled: true, Timeout: 20 };
    expect(await modify({ ConnectionDraining })).toMatchObject({
      LoadBalancerName,
      LoadBalancerAttributes: { ConnectionDraining },
    });
    await modify({ ConnectionSettings: { IdleTimeout: 4000 }, CrossZoneLoadBalancing: { Enabled: true } });
    expect(await read()).toMatchObject({
      CrossZoneLoadBalancing: { Enabled: true },
      ConnectionDraining,
      ConnectionSettings: { IdleTimeout: 4000 },
    });
  });

  it('keep where the logs went to while they are off', async () => {
    await modify({ AccessLog: { Enabled: true, S3BucketName: 'logs', S3BucketPrefix: 'a' } });
    await modify({ AccessLog: { Enabled: false } });
    expect((await read())?.AccessLog).toEqual({
      Enabled: false,
      S3BucketName: 'logs',
      S3BucketPrefix: 'a',
      EmitInterval: 60,
    });
  });

  it.each<[string, LoadBalancerAttributes]>([
    ['ValidationError', {}],
    ['ValidationError', { ConnectionSettings: { IdleTimeout: 0 } }],
    ['ValidationError', { ConnectionSettings: { IdleTimeout: 4001 } }],
    ['ValidationError', { ConnectionDraining: { Enabled: true, Timeout: 0 } }],
    ['ValidationError', { ConnectionDraining: { Enabled: true, Timeout: 3601 } }],
    ['ValidationError', { AccessLog: { Enabled: true, S3BucketName: 'logs', EmitInterval: 10 } }],
    ['InvalidConfigurationRequest', { AccessLog: { Enabled: true } }],
    ['InvalidConfigurationRequest', { AccessLog: { Enabled: true, S3BucketName: 'none' } }],
    ['LoadBalancerAttributeNotFound', { AdditionalAttributes: [{ Key: 'a', Value: 'b' }] }],
  ])('are refused with %s: %j', async (code, given) => {
    const before = bench.row();
    expect(await codeOf(modify(given))).toBe(code);
    expect(bench.row()).toBe(before);
  });

  it('need a load balancer', async () => {
    expect(await codeOf(read('none'))).toBe('LoadBalancerNotFound');
  });
});

describe('subnets', () => {
  const attach = (...Subnets: readonly string[]) =>
    bench.elb.send(new AttachLoadBalancerToSubnetsCommand({ LoadBalancerName, Subnets: [...Subnets] }));
  const detach = (...Subnets: readonly string[]) =>
    bench.elb.send(new DetachLoadBalancerFromSubnetsCommand({ LoadBalancerName, Subnets: [...Subnets] }));

  it('are exchanged within a zone only one after the other', async () => {
    expect(await codeOf(attach('subnet-private-a'))).toBe('InvalidConfigurationRequest');
    expect((await detach('subnet-public-a')).Subnets).toEqual(['subnet-public-b', 'subnet-public-c']);
    expect((await attach('subnet-private-a')).Subnets).toEqual([
      'subnet-private-a',
      'subnet-public-b',
      'subnet-public-c',
    ]);
  });

  it('that are attached already can be attached again; not those that are not there', async () => {
    await attach('subnet-public-a');
    expect(bench.row().subnets).toHaveLength(3);
    expect(await codeOf(attach('subnet-none'))).toBe('SubnetNotFound');
    expect(await codeOf(detach('subnet-private-a'))).toBe('InvalidConfigurationRequest');
    expect(await codeOf(attach())).toBe('ValidationError');
    expect(await codeOf(detach())).toBe('ValidationError');
  });

  it('cannot all go', async () => {
    expect(await codeOf(detach(...bench.cluster.publicSubnets))).toBe('InvalidConfigurationRequest');
  });

  it('hold an interface each, which goes with them', async () => {
    const held = () =>
      [...bench.aws.state.networkInterfaces.values()]
        .filter(({ releasedAt }) => releasedAt === undefined)
        .map(({ subnetId }) => subnetId);
    await detach('subnet-public-a');
    expect(held()).toEqual(['subnet-public-b', 'subnet-public-c']);
    await attach('subnet-private-a');
    expect(held()).toEqual(['subnet-public-b', 'subnet-public-c', 'subnet-private-a']);
  });
});

describe('security groups', () => {
  const apply = (...SecurityGroups: readonly string[]) =>
    bench.elb.send(
      new ApplySecurityGroupsToLoadBalancerCommand({ LoadBalancerName, SecurityGroups: [...SecurityGroups] }),
    );

  it('are replaced, on the interfaces too; the first one is the source group', async () => {
    expect((await apply('sg-nodes', 'sg-lb')).SecurityGroups).toEqual(['sg-nodes', 'sg-lb']);
    expect((await bench.described()).SourceSecurityGroup?.GroupName).toBe('nodes');
    expect(liveGroups(bench)).toEqual([
      ['sg-nodes', 'sg-lb'],
      ['sg-nodes', 'sg-lb'],
      ['sg-nodes', 'sg-lb'],
    ]);
  });

  it('must be known, some, and not too many', async () => {
    expect(await codeOf(apply('sg-none'))).toBe('InvalidSecurityGroup');
    expect(await codeOf(apply())).toBe('ValidationError');
    bench.aws.limits.securityGroupsPerLoadBalancer = 1;
    expect(await codeOf(apply('sg-nodes', 'sg-lb'))).toBe('InvalidConfigurationRequest');
    expect(bench.row().securityGroups).toEqual(['sg-lb']);
  });
});

describe('tags', () => {
  const add = (tags: Readonly<Record<string, string>>, names = ['lb']) => {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    return bench.elb.send(new AddTagsCommand({ LoadBalancerNames: names, Tags }));
  };
  const remove = (...keys: readonly string[]) =>
    bench.elb.send(new RemoveTagsCommand({ LoadBalancerNames: ['lb'], Tags: keys.map((Key) => ({ Key })) }));
  const read = (...names: readonly string[]) =>
    bench.elb.send(new DescribeTagsCommand({ LoadBalancerNames: [...names] }));

  it('are added, overwritten and removed', async () => {
    await add({ a: '1', b: '2' });
    await add({ b: '3', c: '' });
    await remove('a', 'none');
    expect(bench.row().tags).toEqual({ b: '3', c: '' });
  });

  it('are read of up to 20 load balancers, which must all be there', async () => {
    await add({ a: '1' });
    await bench.classic({ LoadBalancerName: 'other' });
    expect((await read('lb', 'other')).TagDescriptions).toEqual([
      { LoadBalancerName: 'lb', Tags: [{ Key: 'a', Value: '1' }] },
      { LoadBalancerName: 'other', Tags: [] },
    ]);
    expect(await codeOf(read('lb', 'none'))).toBe('LoadBalancerNotFound');
    expect(await codeOf(read(...Array.from({ length: 21 }, () => 'lb')))).toBe('ValidationError');
    expect(await codeOf(read())).toBe('ValidationError');
  });

  it('are refused where there are too many, reserved ones, none, or several load balancers', async () => {
    bench.aws.limits.tags = 2;
    expect(await codeOf(add({ a: '', b: '', c: '' }))).toBe('TooManyTags');
    expect(await codeOf(add({ 'aws:a': '' }))).toBe('ValidationError');
    expect(await codeOf(add({}))).toBe('ValidationError');
    expect(await codeOf(remove())).toBe('ValidationError');
    expect(await codeOf(add({ a: '' }, ['none']))).toBe('LoadBalancerNotFound');
    expect(await codeOf(add({ a: '' }, ['lb', 'lb']))).toBe('ValidationError');
    expect(bench.row().tags).toEqual({});
  });
});
