// Whether what was built takes traffic, and what is waited for until it does.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serves } from '../../../providers/aws/serves.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { type ClassicWish, classicGraph, converge } from './classic-stage.ts';
import { BALANCER, newAws, type Run, scope, start, type Wish } from './stage.ts';

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

const NODES = ['i-node-1', 'i-node-2', 'i-node-3'];
const unhealthy = (ids: readonly string[]) => {
  for (const id of ids) aws.seed.targetHealth(id, 'unhealthy');
};

describe('a Network Load Balancer', () => {
  async function asked(wish: Wish = {}) {
    const { graph } = await run.compile(wish);
    if (graph === undefined) throw new Error('no graph');
    const before = aws.calls.length;
    return { answer: await serves(graph, run.cloud, scope()), calls: run.operations(before) };
  }

  it('that is not there does not', async () => {
    expect((await asked()).answer).toEqual({ retryAfterMs: 10_000, why: expect.stringContaining(BALANCER) });
  });

  it('does once it is active and a target of each group is healthy', async () => {
    aws.timings.provisioningMs = 60_000;
    aws.timings.targetInitialMs = 90_000;
    await run.converge({});
    expect((await asked()).answer).toMatchObject({ why: expect.stringContaining('is provisioning') });
    await vi.advanceTimersByTimeAsync(61_000);
    expect((await asked()).answer).toMatchObject({ why: expect.stringContaining('none of the 3 instances') });
    await vi.advanceTimersByTimeAsync(30_000);
    const { answer, calls } = await asked();
    expect(answer).toBe(true);
    expect(calls.toSorted()).toEqual(['DescribeLoadBalancers', 'DescribeTargetGroups', 'DescribeTargetHealth']);
  });

  it('does not while all of its targets fail, and does with one that does not', async () => {
    unhealthy(NODES);
    await run.converge({});
    await vi.advanceTimersByTimeAsync(300_000);
    expect((await asked()).answer).toMatchObject({ why: expect.stringContaining('target group k8s-shop-web-') });
    aws.seed.targetHealth('i-node-2', 'healthy');
    expect((await asked()).answer).toBe(true);
  });

  it('without any node has nobody to wait for', async () => {
    await run.converge({ nodes: [] });
    await vi.advanceTimersByTimeAsync(300_000);
    expect((await asked({ nodes: [] })).answer).toBe(true);
  });
});

describe('a Classic Load Balancer', () => {
  async function asked(wish: ClassicWish = {}) {
    const before = aws.calls.length;
    return { answer: await serves(classicGraph(wish), run.cloud, scope()), calls: run.operations(before) };
  }

  it('that is not there does not', async () => {
    expect((await asked()).answer).toMatchObject({ why: expect.stringContaining('is not there yet') });
  });

  it('does once one of its instances is in service', async () => {
    unhealthy(NODES);
    await converge(run, {});
    await vi.advanceTimersByTimeAsync(300_000);
    expect((await asked()).answer).toEqual({ retryAfterMs: 10_000, why: expect.stringContaining('none of the 3') });
    aws.seed.targetHealth('i-node-1', 'healthy');
    expect(await asked()).toEqual({ answer: true, calls: ['DescribeInstanceHealth'] });
  });

  it('without any instance has nobody to wait for', async () => {
    await converge(run, { instances: [] });
    expect((await asked({ instances: [] })).answer).toBe(true);
  });

  it('whose instances do not show yet does not', async () => {
    await converge(run, { instances: [] });
    expect((await asked()).answer).toMatchObject({ why: expect.stringContaining('do not show yet') });
  });

  it('of which AWS denies to tell is an error', async () => {
    aws.intercept = () => ({ error: 'AccessDenied', httpStatus: 403 });
    await expect(asked()).rejects.toMatchObject({ code: 'denied' });
  });
});
