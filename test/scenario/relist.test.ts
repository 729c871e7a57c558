// The lists of the cloud, taken again: what other hands left with our mark is seen, and nothing is lost by a stale list.
import { CreateTargetGroupCommand, DeleteTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect } from 'vitest';
import { lookAt } from './looks.ts';
import { expectRest, scenario } from './scenario.ts';
import type { World } from './world.ts';

const DRIFT_MS = 10 * 60_000;
const NAME = 'k8s-default-gone-0123456789';

/** Somebody makes a target group that looks like one of ours, of a Service that is gone. */
async function strangeGroup(world: World): Promise<string> {
  const { uid } = world.addService('gone', { spec: { type: 'ClusterIP' } }).metadata;
  world.removeService('gone');
  const cluster = world.api.get('Namespace', 'kube-system')?.metadata.uid;
  const tags = {
    [`kubernetes.io/cluster/${world.clusterName}`]: 'owned',
    'kubernetes.io/service-name': 'default/gone',
    'fairlead.dev/owner': `${cluster}/${uid}`,
  };
  const request = new CreateTargetGroupCommand({
    Name: NAME,
    Protocol: 'TCP',
    Port: 30_000,
    VpcId: world.network.vpcId,
    TargetType: 'instance',
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });
  const sent = world.hand.elbv2.send(request);
  await world.byHand(sent);
  return (await sent).TargetGroups?.[0]?.TargetGroupArn ?? '';
}

const groups = (world: World) => [...world.aws.state.targetGroups.values()];

const isFor = (name: string, operation: string, input: object) =>
  operation === 'CreateTargetGroup' && 'Name' in input && String(input.Name).startsWith(`k8s-default-${name}-`);

describe('lists that are taken again', () => {
  scenario('show what others made with our mark, and later that it is gone', async (world) => {
    const { controller } = await world.start({ driftIntervalMs: DRIFT_MS });
    world.addService('web');
    await world.settle({ quietMs: 60_000 });
    const TargetGroupArn = await strangeGroup(world);
    await world.pass(2 * DRIFT_MS);
    expect(controller.orphans()).toEqual([{ provider: 'aws', kind: 'TargetGroup', count: 1 }]);
    await world.byHand(world.hand.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn })));
    await world.pass(2 * DRIFT_MS);
    expect(controller.orphans()).toEqual([]);
    expect(world.told('fairlead', 'OrphanFound')).toBe(1);
  });

  scenario(
    'show a create that arrived long after its process and its Service were gone: it goes where it may',
    async (world) => {
      const first = await world.start();
      world.addService('stays');
      await world.settle();
      world.awsFault = ({ operation }) => (operation === 'CreateTargetGroup' ? { arriveMs: 5 * 60_000 } : undefined);
      world.addService('web');
      await world.until('it is on its way', () =>
        world.aws.calls.some(({ operation, input }) => isFor('web', operation, input)),
      );
      first.kube.kill();
      first.aws.session.kill('landing');
      world.awsFault = () => undefined;
      world.unfinalize('web');
      world.removeService('web');
      const second = await world.start({ driftIntervalMs: DRIFT_MS, orphans: 'delete' });
      await world.pass(DRIFT_MS - 60_000);
      // What came before it, in the group of the nodes, does not say whose it is; the target group will.
      expect(second.controller.orphans()).toEqual([{ provider: 'aws', kind: 'NodeRules', count: 1 }]);
      expect(groups(world)).toHaveLength(2);
      await world.pass(4 * DRIFT_MS);
      expect(groups(world)).toHaveLength(1);
      expectRest(world);
    },
  );

  scenario('cost a few reads an interval, and never a write', async (world) => {
    await world.start({ driftIntervalMs: DRIFT_MS });
    for (let index = 0; index < 25; index++) world.addService(`web-${index}`);
    await world.settle({ quietMs: 60_000 });
    const calls = await world.awsCallsDuring(() => world.pass(DRIFT_MS));
    const count = (operation: string) => calls.filter((call) => call.operation === operation).length;
    const whole = calls.filter(
      ({ operation, input }) => operation === 'DescribeTargetGroups' && !('Names' in input && input.Names),
    );
    expect(whole).toHaveLength(1);
    expect(calls.filter(({ write }) => write)).toEqual([]);
    // One of the VPC's groups for both kinds that live there.
    expect(count('DescribeSecurityGroups')).toBeLessThanOrEqual(1 + 25);
  });

  scenario('that are minutes old take nothing away, and cost only reads', async (world) => {
    await world.start({ driftIntervalMs: DRIFT_MS });
    world.addService('web');
    await world.settle({ quietMs: 60_000 });
    const before = lookAt(world.aws.state);
    // Made after what the lists will show.
    world.awsFault = ({ operation, input }) =>
      /^DescribeLoadBalancers|^DescribeTargetGroups/.test(operation) && !('Names' in input && input.Names)
        ? { staleMs: 9 * 60_000 }
        : undefined;
    const calls = await world.awsCallsDuring(() => world.pass(3 * DRIFT_MS));
    expect(calls.filter(({ write }) => write)).toEqual([]);
    expect(lookAt(world.aws.state)).toEqual(before);
    expectRest(world);
  });
});
