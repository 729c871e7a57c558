// The instances of a Classic Load Balancer: registered before others go, and whatever single ones are like.
import type { RegisterInstancesWithLoadBalancerCommandInput } from '@aws-sdk/client-elastic-load-balancing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { balancer, converge } from './classic-stage.ts';
import { BALANCER, newAws, type Run, scope, start } from './stage.ts';

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

function newInstance(id: string, state: 'running' | 'stopped' = 'running'): string {
  aws.seed.instance({ id, subnet: 'subnet-private-a', groups: ['sg-nodes'], state });
  return id;
}

const registered = () =>
  Object.values(balancer(aws).instances)
    .filter(({ drainingUntil }) => drainingUntil === undefined)
    .map(({ id }) => id)
    .sort();
const batches = () =>
  aws.calls
    .filter(({ operation }) => operation === 'RegisterInstancesWithLoadBalancer')
    .map(({ input }) => (input as RegisterInstancesWithLoadBalancerCommandInput).Instances?.length);

describe('instances', () => {
  it('are registered in one call, however many', async () => {
    const instances = Array.from({ length: 250 }, (_, i) => newInstance(`i-many-${String(i).padStart(3, '0')}`));
    await converge(run, { instances });
    expect(batches()).toEqual([250]);
    expect(registered()).toHaveLength(250);
  });

  it('are registered though AWS refuses one, which is waited for and taken when it runs', async () => {
    const instances = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => newInstance(`i-${name}`));
    newInstance('i-c', 'stopped');
    const first = await converge(run, { instances });
    expect(first.waiting).toMatchObject({ retryAfterMs: 5_000, why: expect.stringContaining('i-c') });
    expect(registered()).toEqual(instances.filter((id) => id !== 'i-c'));
    const tries = batches().length;
    newInstance('i-c');
    await vi.advanceTimersByTimeAsync(61_000);
    // Who gathers the facts looks at it again; then it is tried again.
    expect(await run.cloud.instances.get(instances, scope())).toMatchObject({ 'i-c': { refused: false } });
    const { waiting } = await converge(run, { instances });
    expect(waiting).toBeUndefined();
    expect(batches()).toHaveLength(tries + 1);
    expect(registered()).toEqual(instances);
  });

  it('that are expected are waited for', async () => {
    const { waiting } = await converge(run, { expected: ['i-late'] });
    expect(waiting?.why).toContain('i-late');
    expect(registered()).toEqual(['i-node-1', 'i-node-2', 'i-node-3']);
  });

  it('that have ended meanwhile are no error when they leave', async () => {
    await converge(run, {});
    aws.seed.forgetInstance('i-node-1');
    aws.seed.instance({ id: 'i-node-2', state: 'terminated' });
    await converge(run, { instances: ['i-node-3'] });
    expect(registered()).toEqual(['i-node-3']);
  });

  it('that come back while they drain are registered again', async () => {
    const draining = { balancer: { drainingTimeoutSeconds: 300 } };
    await converge(run, draining);
    await converge(run, { ...draining, instances: ['i-node-1'] });
    await converge(await start(aws), draining);
    expect(registered()).toEqual(['i-node-1', 'i-node-2', 'i-node-3']);
  });

  it('of others are taken out, and all are left where nobody says who it should be', async () => {
    await converge(run, {});
    newInstance('i-stray');
    await converge(run, { instances: ['i-node-1', 'i-stray'] });
    const fresh = await start(aws);
    await converge(fresh, { instances: null });
    expect(registered()).toEqual(['i-node-1', 'i-stray']);
    await converge(fresh, {});
    expect(registered()).toEqual(['i-node-1', 'i-node-2', 'i-node-3']);
  });
});

describe('reading them', () => {
  it('says conflict where the load balancer is gone', async () => {
    const kind = run.provider.kinds.find(({ name }) => name === 'ClassicInstances');
    if (kind?.parent === undefined) throw new Error('no child kind');
    const parent = { id: BALANCER, marks: [], out: {} };
    await expect(kind.readAll(run.cloud, parent, scope())).rejects.toMatchObject({ code: 'conflict' });
    expect(await kind.delete(run.cloud, parent, scope())).toBe('gone');
  });

  it('and taking them out leaves none', async () => {
    await converge(run, {});
    const kind = run.provider.kinds.find(({ name }) => name === 'ClassicInstances');
    expect(await kind?.delete(run.cloud, { id: BALANCER, marks: [], out: {} }, scope())).toBe('gone');
    expect(registered()).toEqual([]);
  });
});
