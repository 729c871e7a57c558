// Targets follow nodes: with as few calls as there are target groups, and whatever single instances are like.
import type { DescribeInstancesCommandInput } from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../fake/aws/connect.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { inputOf, NODES, newAws, node, OWNER, type Run, scope, start, type Wish } from './stage.ts';

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

function newInstance(id: string, groups: readonly string[] = ['sg-nodes']): void {
  aws.seed.instance({ id, subnet: 'subnet-private-a', groups });
}

/** Ids of the targets that do not drain. */
function targets(): readonly string[] {
  const [group] = aws.state.targetGroups.values();
  return Object.values(group?.targets ?? {})
    .filter(({ drainingUntil }) => drainingUntil === undefined)
    .map(({ id }) => id)
    .sort();
}

/** Comes back whenever it is told to; answers the waits. */
async function comeBack(wish: Wish): Promise<readonly number[]> {
  const waits: number[] = [];
  for (;;) {
    const { waiting } = await run.converge(wish);
    if (waiting === undefined) return waits;
    waits.push(waiting.retryAfterMs);
    await vi.advanceTimersByTimeAsync(waiting.retryAfterMs);
  }
}

const writes = (calls: readonly string[]) => calls.filter((operation) => !operation.startsWith('Describe'));
const inputsOf = (operation: string) =>
  aws.calls.filter((call) => call.operation === operation).map(({ input }) => input);

describe('a node', () => {
  it('that joins is one read, shared by all, and one write a target group', async () => {
    await run.converge({});
    newInstance('i-new');
    const { calls } = await run.converge({ nodes: [...NODES, node('new')] });
    expect(calls).toEqual(['DescribeInstances', 'RegisterTargets']);
    expect(targets()).toEqual(['i-new', 'i-node-1', 'i-node-2', 'i-node-3']);
  });

  it('that leaves is one write', async () => {
    await run.converge({});
    expect((await run.converge({ nodes: NODES.slice(1) })).calls).toEqual(['DeregisterTargets']);
    expect(targets()).toEqual(['i-node-2', 'i-node-3']);
  });

  it('that is exchanged is registered before the other one goes', async () => {
    await run.converge({});
    newInstance('i-new');
    const { calls } = await run.converge({ nodes: [...NODES.slice(1), node('new')] });
    expect(calls.slice(1)).toEqual(['RegisterTargets', 'DeregisterTargets']);
  });

  it('that comes back while it drains is registered again', async () => {
    await run.converge({});
    await run.converge({ nodes: NODES.slice(1) });
    const fresh = await start(aws);
    await fresh.converge({});
    expect(targets()).toEqual(['i-node-1', 'i-node-2', 'i-node-3']);
  });

  it('in a group of its own gets rules before it is registered', async () => {
    await run.converge({});
    const tags = { 'kubernetes.io/cluster/prod': 'owned' };
    aws.seed.securityGroup({ id: 'sg-spot', tags });
    newInstance('i-spot', ['sg-spot']);
    await vi.advanceTimersByTimeAsync(31_000);
    const { calls } = await run.converge({ nodes: [...NODES, node('spot')] });
    expect(calls).toEqual([
      'DescribeInstances',
      'DescribeSecurityGroups',
      'AuthorizeSecurityGroupIngress',
      'RegisterTargets',
    ]);
    await run.converge({});
    expect(aws.state.securityGroups.get('sg-spot')?.ingress).toEqual([]);
  });

  it('that EC2 does not show yet is looked for, more and more seldom, and then no more', async () => {
    const nodes = [...NODES, node('ghost')];
    await run.converge({ nodes });
    expect(targets()).toHaveLength(3);
    const before = aws.calls.length;
    const waits = await comeBack({ nodes });
    expect(waits).toEqual([5_000, 5_000, 10_000, 20_000, 40_000, 60_000]);
    expect(writes(run.operations(before))).toEqual([]);
    expect((await run.converge({ nodes })).calls).toEqual([]);
    newInstance('i-ghost');
    await vi.advanceTimersByTimeAsync(60_000);
    await run.converge({ nodes });
    expect(targets()).toContain('i-ghost');
  });

  it('that EC2 shows at last is registered then', async () => {
    const nodes = [...NODES, node('late')];
    await run.converge({ nodes });
    newInstance('i-late');
    expect(await comeBack({ nodes })).toEqual([5_000]);
    expect(targets()).toContain('i-late');
  });

  it('that starts is registered when it runs, without a refused call', async () => {
    aws.seed.instance({ id: 'i-new', subnet: 'subnet-private-a', groups: ['sg-nodes'], state: 'pending' });
    const nodes = [...NODES, node('new')];
    await run.converge({ nodes });
    aws.seed.instance({ id: 'i-new', state: 'running' });
    await comeBack({ nodes });
    expect(targets()).toContain('i-new');
    expect(inputsOf('RegisterTargets')).toHaveLength(2);
  });

  it('that is the first and late leaves others as they are until it is there', async () => {
    await run.converge({});
    const nodes = [node('late')];
    await run.converge({ nodes });
    expect(targets()).toHaveLength(3);
    newInstance('i-late');
    await comeBack({ nodes });
    expect(targets()).toEqual(['i-late']);
  });
});

describe('an empty list of nodes', () => {
  it('takes nobody out', async () => {
    await run.converge({});
    const { calls, problems } = await run.converge({ nodes: [] });
    expect(calls).toEqual([]);
    expect(problems).toMatchObject([{ severity: 'warning', message: expect.stringContaining('No node is eligible') }]);
    expect(targets()).toHaveLength(3);
  });

  it('at first makes a load balancer without targets', async () => {
    await run.converge({ nodes: [] });
    expect(targets()).toEqual([]);
    expect(aws.state.listeners.size).toBe(1);
    expect(aws.calls.map(({ operation }) => operation)).not.toContain('RegisterTargets');
    await run.converge({});
    expect(targets()).toHaveLength(3);
  });
});

describe('many nodes', () => {
  const names = Array.from({ length: 250 }, (_, i) => `many-${String(i).padStart(3, '0')}`);
  const nodes = names.map((name) => node(name));

  it('are asked for 200 at a time and registered 100 at a time', async () => {
    for (const name of names) newInstance(`i-${name}`);
    await run.converge({ nodes });
    const asked = inputsOf('DescribeInstances').map((input) => (input as DescribeInstancesCommandInput).Filters?.[0]);
    expect(asked.map((filter) => filter?.Values?.length).slice(-2)).toEqual([200, 50]);
    const sizes = inputsOf('RegisterTargets').map(
      (input) => (input as elb.RegisterTargetsCommandInput).Targets?.length,
    );
    expect(sizes).toEqual([100, 100, 50]);
    expect(targets()).toHaveLength(250);
  });

  it('are registered though one is stopped; that one is left out until it runs', async () => {
    for (const name of names.slice(0, 64)) newInstance(`i-${name}`);
    aws.seed.instance({ id: 'i-many-010', state: 'stopped' });
    const wish = { nodes: nodes.slice(0, 64) };
    const { waiting } = await run.converge(wish);
    expect(waiting).toMatchObject({ retryAfterMs: 5_000, why: expect.stringContaining('i-many-010') });
    expect(targets()).toHaveLength(63);
    expect(aws.state.listeners.size).toBe(1);
    const tries = inputsOf('RegisterTargets').length;
    await comeBack(wish);
    expect(inputsOf('RegisterTargets')).toHaveLength(tries);
    aws.seed.instance({ id: 'i-many-010', state: 'running' });
    await vi.advanceTimersByTimeAsync(61_000);
    await comeBack(wish);
    expect(targets()).toHaveLength(64);
  });

  it('are registered in the end though AWS is late to see one run', async () => {
    for (const name of names.slice(0, 8)) newInstance(`i-${name}`);
    const wish = { nodes: nodes.slice(0, 8) };
    aws.intercept = ({ operation, input }) =>
      operation === 'RegisterTargets' && JSON.stringify(input).includes('i-many-003')
        ? { error: 'InvalidTarget' }
        : undefined;
    await run.converge(wish);
    expect(targets()).toHaveLength(7);
    aws.intercept = undefined;
    await comeBack(wish);
    expect(targets()).toHaveLength(8);
  });
});

describe('a registered instance', () => {
  it('that is stopped stays: it serves again when it is started', async () => {
    await run.converge({});
    aws.seed.instance({ id: 'i-node-1', state: 'stopped' });
    const fresh = await start(aws);
    await fresh.converge({});
    expect(targets()).toContain('i-node-1');
  });

  it('that is none of the Service’s is taken out, also on another port', async () => {
    await run.converge({});
    newInstance('i-stray');
    const TargetGroupArn = [...aws.state.targetGroups.keys()][0];
    const Targets = [{ Id: 'i-stray' }, { Id: 'i-node-1', Port: 31111 }];
    await connect(aws).elbv2.send(new elb.RegisterTargetsCommand({ TargetGroupArn, Targets }));
    const fresh = await start(aws);
    await fresh.converge({});
    expect(targets()).toEqual(['i-node-1', 'i-node-2', 'i-node-3']);
  });
});

describe('retarget', () => {
  it('follows nodes while the Service cannot be compiled', async () => {
    const { retarget } = run.provider;
    await run.converge({});
    const input = inputOf({ nodes: NODES.slice(1), request: { loadBalancerIP: '192.0.2.1' } });
    const facts = await run.provider.gather([input], run.cloud, scope());
    const existing = run.engine.inventory.ownedBy(OWNER).map(({ kind, id, marks, out }) => ({ kind, id, marks, out }));
    const graph = retarget?.(input, facts, existing);
    const before = aws.calls.length;
    await run.engine.converge({ owner: OWNER, graph, onlyTargets: true, beforeFirstWrite: async () => {} }, scope());
    expect(run.operations(before)).toEqual(['DeregisterTargets']);
    expect(aws.state.loadBalancers.size).toBe(1);
  });
});
