// DescribeLoadBalancers of the fake: by name, by ARN, in pages, and of the past.

import {
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  type DescribeLoadBalancersCommandInput,
  DescribeTagsCommand,
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

const remove = (LoadBalancerArn: string | undefined) =>
  bench.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));

async function read(input: DescribeLoadBalancersCommandInput = {}) {
  const { LoadBalancers = [] } = await bench.elbv2.send(new DescribeLoadBalancersCommand(input));
  return LoadBalancers;
}

describe('DescribeLoadBalancers', () => {
  it('finds by name or ARN; a single unknown one fails the call', async () => {
    const { LoadBalancerArn } = await bench.loadBalancer();
    const unknown = LoadBalancerArn!.replace('/lb/', '/no/');
    expect(await read({ Names: ['lb'] })).toHaveLength(1);
    expect(await read({ LoadBalancerArns: [LoadBalancerArn!] })).toHaveLength(1);
    expect(await codeOf(read({ Names: ['lb', 'no'] }))).toBe('LoadBalancerNotFound');
    expect(await codeOf(read({ LoadBalancerArns: [LoadBalancerArn!, unknown] }))).toBe('LoadBalancerNotFound');
    expect(await codeOf(read({ Names: ['lb'], LoadBalancerArns: [LoadBalancerArn!] }))).toBe('ValidationError');
  });

  it('takes no more than 20 ARNs', async () => {
    const { LoadBalancerArn } = await bench.loadBalancer();
    const LoadBalancerArns = Array.from({ length: 21 }, () => LoadBalancerArn!);
    expect(await codeOf(read({ LoadBalancerArns }))).toBe('ValidationError');
  });

  it('pages by marker', async () => {
    for (const Name of ['a', 'b', 'c']) await bench.loadBalancer({ Name });
    bench.aws.pageSizes.loadBalancers = 2;
    const first = await bench.elbv2.send(new DescribeLoadBalancersCommand({}));
    const second = await bench.elbv2.send(new DescribeLoadBalancersCommand({ Marker: first.NextMarker }));
    const names = [...first.LoadBalancers!, ...second.LoadBalancers!].map(({ LoadBalancerName }) => LoadBalancerName);
    expect([first.LoadBalancers?.length, second.NextMarker, names.toSorted()]).toEqual([2, undefined, ['a', 'b', 'c']]);
    expect(await read({ PageSize: 1 })).toHaveLength(1);
    expect(await codeOf(read({ PageSize: 401 }))).toBe('ValidationError');
    expect(await codeOf(read({ PageSize: 0 }))).toBe('ValidationError');
    expect(await codeOf(read({ Marker: 'made up' }))).toBe('ValidationError');
  });

  it('with an empty list fails loudly', async () => {
    const strange = makeBench();
    await expect(strange.elbv2.send(new DescribeLoadBalancersCommand({ Names: [] }))).rejects.toMatchObject({
      name: 'Misuse',
    });
  });
});

describe('reads of the past', () => {
  it('show the old state of what was changed', async () => {
    const { LoadBalancerArn = '' } = await bench.loadBalancer({ SecurityGroups: ['sg-lb'] });
    vi.advanceTimersByTime(10_000);
    bench.aws.consistencyMs.loadBalancer = 5_000;
    await bench.elbv2.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: ['sg-nodes'] }));
    expect((await read())[0]?.SecurityGroups).toEqual(['sg-lb']);
    await remove(LoadBalancerArn);
    expect(await read()).toHaveLength(1);
    vi.advanceTimersByTime(5_000);
    expect(await read()).toEqual([]);
    const tags = bench.elbv2.send(new DescribeTagsCommand({ ResourceArns: [LoadBalancerArn] }));
    expect(await codeOf(tags)).toBe('LoadBalancerNotFound');
  });
});
