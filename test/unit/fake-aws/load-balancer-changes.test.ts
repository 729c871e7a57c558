// Changes to load balancers of the fake: security groups, attributes, deletion.

import {
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  type DescribeLoadBalancersCommandInput,
  ModifyLoadBalancerAttributesCommand,
  SetSecurityGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bench, codeOf, makeBench, START } from './workbench.ts';

let bench: Bench;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  bench = makeBench();
  bench.aws.seed.address({ allocationId: 'eipalloc-1', ip: '198.51.100.1' });
  bench.aws.seed.address({ allocationId: 'eipalloc-2', ip: '198.51.100.2' });
  bench.aws.seed.securityGroup({ id: 'sg-lb' });
  bench.aws.seed.bucket('logs');
});
afterEach(() => {
  bench.aws.assertSound();
  vi.useRealTimers();
});

const rows = () => [...bench.aws.state.loadBalancers.values()];
const remove = (LoadBalancerArn: string | undefined) =>
  bench.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));

async function read(input: DescribeLoadBalancersCommandInput = {}) {
  const { LoadBalancers = [] } = await bench.elbv2.send(new DescribeLoadBalancersCommand(input));
  return LoadBalancers;
}

describe('SetSecurityGroups', () => {
  const set = (...SecurityGroups: string[]) =>
    bench.elbv2.send(new SetSecurityGroupsCommand({ LoadBalancerArn: rows()[0]?.arn, SecurityGroups }));

  it('replaces the groups of a load balancer that was created with some', async () => {
    await bench.loadBalancer({ SecurityGroups: ['sg-lb'] });
    const answer = await set('sg-nodes');
    expect(answer).toMatchObject({
      SecurityGroupIds: ['sg-nodes'],
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'on',
    });
    expect((await read())[0]?.SecurityGroups).toEqual(['sg-nodes']);
  });

  it('changes the enforcement on private links and keeps it', async () => {
    await bench.loadBalancer({ SecurityGroups: ['sg-lb'] });
    await bench.elbv2.send(
      new SetSecurityGroupsCommand({
        LoadBalancerArn: rows()[0]?.arn,
        SecurityGroups: ['sg-lb'],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off',
      }),
    );
    await set('sg-nodes');
    expect((await read())[0]?.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic).toBe('off');
  });

  it('is refused on one that was created without', async () => {
    await bench.loadBalancer();
    expect(await codeOf(set('sg-lb'))).toBe('InvalidConfigurationRequest');
  });

  it('refuses the empty list and unknown groups', async () => {
    await bench.loadBalancer({ SecurityGroups: ['sg-lb'] });
    expect(await codeOf(set())).toBe('ValidationError');
    expect(await codeOf(set('sg-none'))).toBe('InvalidSecurityGroup');
  });
});

describe('attributes', () => {
  const modify = (attributes: Record<string, string | undefined>) => {
    const Attributes = Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
    return bench.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: rows()[0]?.arn, Attributes }));
  };
  const attributes = async () => {
    const LoadBalancerArn = rows()[0]?.arn;
    const answer = await bench.elbv2.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
    return Object.fromEntries(answer.Attributes!.map(({ Key, Value }) => [Key, Value]));
  };

  it('have the defaults of a Network Load Balancer', async () => {
    await bench.loadBalancer();
    expect(await attributes()).toEqual({
      'access_logs.s3.bucket': '',
      'access_logs.s3.enabled': 'false',
      'access_logs.s3.prefix': '',
      'deletion_protection.enabled': 'false',
      'dns_record.client_routing_policy': 'any_availability_zone',
      'ipv6.deny_all_igw_traffic': 'false',
      'load_balancing.cross_zone.enabled': 'false',
      'secondary_ips.auto_assigned.per_subnet': '0',
      'zonal_shift.config.enabled': 'false',
    });
  });

  it('change what is given and answer all', async () => {
    await bench.loadBalancer();
    const { Attributes } = await modify({ 'load_balancing.cross_zone.enabled': 'true' });
    expect(Attributes).toHaveLength(9);
    expect(await attributes()).toMatchObject({
      'load_balancing.cross_zone.enabled': 'true',
      'deletion_protection.enabled': 'false',
    });
  });

  it.each([
    ['nothing', {}, 'ValidationError'],
    ['an unknown key', { 'no.such.key': 'true' }, 'ValidationError'],
    ['a key of other load balancers', { 'idle_timeout.timeout_seconds': '60' }, 'InvalidConfigurationRequest'],
    ['True', { 'deletion_protection.enabled': 'True' }, 'ValidationError'],
    ['an unknown policy', { 'dns_record.client_routing_policy': 'nearest' }, 'ValidationError'],
    ['eight more addresses', { 'secondary_ips.auto_assigned.per_subnet': '8' }, 'ValidationError'],
    ['no value', { 'deletion_protection.enabled': undefined }, 'ValidationError'],
    ['logs without bucket', { 'access_logs.s3.enabled': 'true' }, 'InvalidConfigurationRequest'],
    [
      'logs to an unknown bucket',
      { 'access_logs.s3.enabled': 'true', 'access_logs.s3.bucket': 'nowhere' },
      'InvalidConfigurationRequest',
    ],
  ])('refuse %s', async (_, given, code) => {
    await bench.loadBalancer();
    expect(await codeOf(modify(given))).toBe(code);
  });

  it('refuse a key twice, and unknown load balancers', async () => {
    const { LoadBalancerArn } = await bench.loadBalancer();
    const Attributes = ['true', 'false'].map((Value) => ({ Key: 'deletion_protection.enabled', Value }));
    const twice = bench.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
    expect(await codeOf(twice)).toBe('ValidationError');
    await remove(LoadBalancerArn);
    const gone = bench.elbv2.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
    expect(await codeOf(gone)).toBe('LoadBalancerNotFound');
  });

  it('allow logs to a bucket that there is, and only ever more addresses', async () => {
    await bench.loadBalancer();
    await modify({ 'access_logs.s3.enabled': 'true', 'access_logs.s3.bucket': 'logs', 'access_logs.s3.prefix': 'lb' });
    await modify({ 'secondary_ips.auto_assigned.per_subnet': '2' });
    expect(await codeOf(modify({ 'secondary_ips.auto_assigned.per_subnet': '1' }))).toBe('InvalidConfigurationRequest');
  });
});

describe('DeleteLoadBalancer', () => {
  it('deletes, and succeeds again', async () => {
    const { LoadBalancerArn } = await bench.loadBalancer();
    await remove(LoadBalancerArn);
    await remove(LoadBalancerArn);
    expect(await read()).toEqual([]);
  });

  it('takes the listeners along and leaves the target groups', async () => {
    const { loadBalancerArn } = await bench.served();
    await remove(loadBalancerArn);
    expect([bench.aws.state.listeners.size, bench.aws.state.targetGroups.size]).toEqual([0, 1]);
  });

  it('is refused under deletion protection', async () => {
    const { LoadBalancerArn } = await bench.loadBalancer();
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }];
    await bench.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
    expect(await codeOf(remove(LoadBalancerArn))).toBe('OperationNotPermitted');
    expect(rows()).toHaveLength(1);
  });

  it('refuses what is no ARN of a load balancer', async () => {
    expect(await codeOf(remove('lb'))).toBe('ValidationError');
    expect(await codeOf(remove(undefined))).toBe('ValidationError');
  });
});
