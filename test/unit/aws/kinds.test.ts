// The verbs by themselves, where the engine rarely goes: reading many at once, failures of some, objects that are gone.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cloud } from '../../../providers/aws/cloud/cloud.ts';
import type { AnyKind } from '../../../src/engine/kind.ts';
import type { StrictAws } from '../../fake/aws/strict-aws.ts';
import { BALANCER, newAws, OWNER, type Run, scope, start, TCP_80 } from './stage.ts';

const GROUP = 'k8s-shop-web-95a96d9808';
const MANAGED = { options: { 'aws-nlb-security-groups': 'managed' } };

let aws: StrictAws;
let run: Run;

beforeEach(async () => {
  vi.useFakeTimers();
  aws = newAws();
  aws.timings.targetGroupReleaseMs = 0;
  run = await start(aws);
});

afterEach(() => {
  aws.assertSound();
  vi.useRealTimers();
});

function kind(name: string): AnyKind<Cloud> {
  const found = run.provider.kinds.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}

async function read(name: string, ids: readonly string[]) {
  const one = kind(name);
  if (one.parent !== undefined) throw new Error(`${name} is read through its parent`);
  const wanted = ids.map((id) => ({ id }));
  const readings = await one.read(run.cloud, wanted, scope());
  return Object.fromEntries(readings.map(({ id, state }) => [id, state]));
}

it('are in dependency order, children after their parents', () => {
  expect(run.provider.kinds.map(({ name, parent }) => (parent === undefined ? name : `${parent}/${name}`))).toEqual([
    'SecurityGroup',
    'NodeRules',
    'TargetGroup',
    'TargetGroup/Targets',
    'LoadBalancer',
    'LoadBalancer/Listener',
    'ClassicLoadBalancer',
    'ClassicLoadBalancer/ClassicInstances',
  ]);
});

describe('read', () => {
  it.each([
    ['LoadBalancer', BALANCER, `b${BALANCER.slice(1)}`],
    ['TargetGroup', GROUP, 'k8s-shop-web-0000000000'],
    ['SecurityGroup', 'k8s-shop-web-a5e59d15a1', 'k8s-shop-web-0000000000'],
    ['NodeRules', 'sg-nodes', 'sg-nobody'],
  ])('of %s tells those that are there from those that are not, without any output', async (name, there, gone) => {
    await run.converge(MANAGED);
    expect(await read(name, [gone, there])).toEqual({ [there]: 'known', [gone]: 'gone' });
    expect(await read(name, [gone])).toEqual({ [gone]: 'gone' });
  });

  it.each([
    ['LoadBalancer', BALANCER, 'DescribeLoadBalancerAttributes'],
    ['LoadBalancer', BALANCER, 'DescribeLoadBalancers'],
    ['TargetGroup', GROUP, 'DescribeTargetGroupAttributes'],
    ['TargetGroup', GROUP, 'DescribeTags'],
  ])('of %s never takes a failure for absence', async (name, id, operation) => {
    await run.converge({});
    for (const error of ['AccessDenied', 'LoadBalancerNotFound', 'TargetGroupNotFound']) {
      if (operation === 'DescribeLoadBalancers' && error === 'LoadBalancerNotFound') continue;
      aws.intercept = (call) => (call.operation === operation ? { error } : undefined);
      expect(await read(name, [id])).toEqual({ [id]: 'unknown' });
    }
  });

  it('fails for one object without failing for the other', async () => {
    await run.converge({ request: { ports: [TCP_80, { ...TCP_80, port: 81, nodePort: 30081 }] } });
    const [first, second] = [...aws.state.targetGroups.values()];
    aws.intercept = ({ operation, input }) =>
      operation === 'DescribeTargetGroupAttributes' && Reflect.get(input, 'TargetGroupArn') === first?.arn
        ? { error: 'AccessDenied' }
        : undefined;
    expect(await read('TargetGroup', [first!.name, second!.name])).toEqual({
      [first!.name]: 'unknown',
      [second!.name]: 'known',
    });
  });
});

describe('list', () => {
  async function list(name: string) {
    const one = kind(name);
    if (one.parent !== undefined) throw new Error(`${name} has no list`);
    return one.list(run.cloud, scope());
  }

  it('goes through all pages', async () => {
    await run.converge({ request: { ports: [TCP_80, { ...TCP_80, port: 81, nodePort: 30081 }] } });
    Object.assign(aws.pageSizes, { loadBalancers: 1, targetGroups: 1, listeners: 1, ec2: 5 });
    expect(await list('LoadBalancer')).toHaveLength(1);
    expect(await list('TargetGroup')).toHaveLength(2);
    const fresh = await start(aws);
    const ports = [TCP_80, { ...TCP_80, port: 81, nodePort: 30081 }];
    const { calls } = await fresh.converge({ request: { ports } });
    expect(calls.filter((operation) => !operation.startsWith('Describe'))).toEqual([]);
  });

  it('tells whose each object is', async () => {
    await run.converge(MANAGED);
    const whole = { cluster: OWNER.cluster, uid: OWNER.uid };
    const named = { ...whole, namespace: 'shop', name: 'web' };
    expect(await list('LoadBalancer')).toMatchObject([{ id: BALANCER, marks: [named] }]);
    expect(await list('TargetGroup')).toMatchObject([{ id: GROUP, marks: [named] }]);
    expect(await list('SecurityGroup')).toMatchObject([{ id: 'k8s-shop-web-a5e59d15a1', marks: [whole] }]);
    expect(await list('NodeRules')).toMatchObject([{ id: 'sg-nodes', marks: [{ uid: BALANCER.slice(1) }] }]);
  });

  it('leaves out what goes away meanwhile', async () => {
    await run.converge({ request: { ports: [TCP_80, { ...TCP_80, port: 81, nodePort: 30081 }] } });
    const [first] = [...aws.state.targetGroups.keys()];
    aws.intercept = ({ operation, input }) => {
      const arns: unknown = Reflect.get(input, 'ResourceArns');
      return operation === 'DescribeTags' && Array.isArray(arns) && arns.includes(first)
        ? { error: 'TargetGroupNotFound' }
        : undefined;
    };
    expect(await list('TargetGroup')).toHaveLength(1);
  });

  it('fails as a whole for any other error', async () => {
    await run.converge({});
    aws.intercept = ({ operation }) => (operation === 'DescribeTags' ? { error: 'AccessDenied' } : undefined);
    await expect(list('LoadBalancer')).rejects.toMatchObject({ code: 'denied' });
  });
});

describe('delete', () => {
  it.each(['LoadBalancer', 'TargetGroup', 'SecurityGroup', 'Listener', 'NodeRules', 'Targets'])(
    'of a %s that is gone already is fine',
    async (name) => {
      await run.converge(MANAGED);
      const entries = [...run.engine.inventory.entries(name)];
      expect(entries).toHaveLength(1);
      const listed = entries.map(({ id, marks, out }) => ({ id, marks, out }));
      await run.converge(undefined);
      await vi.advanceTimersByTimeAsync(60_000);
      await run.converge(undefined);
      for (const one of listed) expect(await kind(name).delete(run.cloud, one, scope())).toBe('gone');
    },
  );

  it('of node rules takes all of ours and nothing else', async () => {
    await run.converge({});
    const marks = [{ uid: BALANCER.slice(1) }];
    const now = { id: 'sg-nodes', marks, out: { groupId: 'sg-nodes' } };
    expect(await kind('NodeRules').delete(run.cloud, now, scope())).toBe('gone');
    expect(aws.state.securityGroups.get('sg-nodes')?.ingress).toEqual([]);
  });

  it('of targets takes them out of their group', async () => {
    await run.converge({});
    const [entry] = [...run.engine.inventory.entries('Targets')];
    const now = { id: entry!.id, marks: entry!.marks, out: entry!.out };
    expect(await kind('Targets').delete(run.cloud, now, scope())).toBe('gone');
    const [group] = aws.state.targetGroups.values();
    expect(Object.values(group?.targets ?? {}).every(({ drainingUntil }) => drainingUntil !== undefined)).toBe(true);
  });
});
