import { ModifyLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect } from 'vitest';
import { lookAt } from './looks.ts';
import type { Process } from './process.ts';
import { expectRest, scenario } from './scenario.ts';
import type { World } from './world.ts';

/** By kind. */
function counted({ controller }: Process): Readonly<Record<string, number>> {
  return Object.fromEntries(controller.orphans().map(({ kind, count }) => [kind, count]));
}

/** Some Services are served; then one of them goes by force, and nobody hears of it. */
async function orphaned(world: World): Promise<void> {
  const process = await world.start();
  for (const name of ['web', 'stays']) world.addService(name);
  await world.settle();
  process.kill();
  world.unfinalize('web');
  world.removeService('web');
}

describe('things whose Service is gone', () => {
  scenario('are counted, and stay where the operator has not said that they may go', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    const process = await world.start();
    await world.pass(2 * 60 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
    expect(counted(process)).toEqual({ LoadBalancer: 1, NodeRules: 1, TargetGroup: 1 });
  });

  scenario('go where the operator has said so, but not at once', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    const process = await world.start({ orphans: 'delete' });
    await world.pass(9 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
    await world.pass(60 * 60_000);
    expect(counted(process)).toEqual({});
    expectRest(world);
  });

  scenario('go even if the Service went before our eyes', async (world) => {
    await world.start({ orphans: 'delete' });
    world.addService('web');
    await world.pass(60_000);
    world.unfinalize('web');
    world.removeService('web');
    await world.pass(60 * 60_000);
    expectRest(world);
  });

  scenario('stay while the policy forbids deletes', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    await world.start({ orphans: 'delete', policy: 'upsert-only' });
    await world.pass(60 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
  });

  scenario('of another cluster with our name in the same account are never touched', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    // The same AWS, seen from a cluster with another kube-system.
    world.api.delete('Namespace', 'kube-system');
    world.api.create({ kind: 'Namespace', metadata: { name: 'kube-system' } });
    world.removeService('stays');
    world.unfinalize('stays');
    await world.start({ orphans: 'delete' });
    await world.pass(60 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
  });

  scenario('are none while the API server does not show a Service that it has', async (world) => {
    const process = await world.start();
    for (const name of ['web', 'stays']) world.addService(name);
    await world.settle();
    process.kill();
    const before = lookAt(world.aws.state);
    // The new process sees lists as they were before there was anything.
    world.kubeFault = ({ path, query }) =>
      path === '/api/v1/services' && query.limit !== undefined ? { fault: 'stale', writes: 1_000_000 } : undefined;
    world.api.watchLagMs = 10 * 60 * 60_000;
    await world.start({ orphans: 'delete' });
    await world.pass(2 * 60 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
  });

  scenario('stay while nothing is heard of the API server', async (world) => {
    await orphaned(world);
    const before = lookAt(world.aws.state);
    const process = await world.start({ orphans: 'delete' });
    await world.pass(60_000);
    // The lease goes on, the watches do not.
    world.kubeFault = ({ path }) => (/\/(services|nodes)$/.test(path) ? { fault: 'hang' } : undefined);
    process.kube.breakWatches();
    await world.pass(60 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
  });

  scenario('are told once, with an event on the Lease', async (world) => {
    await orphaned(world);
    await world.start();
    await world.pass(2 * 60 * 60_000);
    const [found, ...more] = world.events('fairlead', true);
    expect(found).toMatch(/^Warning OrphanFound: .*LoadBalancer\/a.*NodeRules\/sg-.*TargetGroup\/k8s-default-web-/);
    expect(more).toEqual([]);
    expect(world.told('fairlead', 'OrphanFound')).toBe(1);
  });

  scenario('are told to nobody where nothing may be written', async (world) => {
    await orphaned(world);
    const before = world.kubeWrites().length;
    await world.start({ policy: 'observe-only' });
    await world.pass(2 * 60 * 60_000);
    expect(world.kubeWrites().slice(before)).toEqual([]);
  });

  scenario('go though a Service of that name lives, if it is none of ours', async (world) => {
    await orphaned(world);
    world.addService('web', { spec: { type: 'ClusterIP' } });
    const process = await world.start({ orphans: 'delete' });
    await world.pass(60 * 60_000);
    expect(counted(process)).toEqual({});
    expectRest(world);
  });

  scenario('go though those of another Service cannot', async (world) => {
    await world.start();
    for (const name of ['stuck', 'web', 'stays']) world.addService(name);
    await world.settle();
    world.processes[0]?.kill();
    const stuck = `a${world.service('stuck').metadata.uid.replaceAll('-', '')}`.slice(0, 32);
    for (const name of ['stuck', 'web']) {
      world.unfinalize(name);
      world.removeService(name);
    }
    const balancer = [...world.aws.state.loadBalancers.values()].find(({ name }) => name === stuck);
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }];
    const protect = new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: balancer?.arn, Attributes });
    await world.byHand(world.hand.elbv2.send(protect));
    const process = await world.start({ orphans: 'delete' });
    await world.pass(60 * 60_000);
    expect([...world.aws.state.loadBalancers.values()].map(({ name }) => name)).toContain(stuck);
    expect(counted(process)).toMatchObject({ LoadBalancer: 1 });
    expect(world.aws.state.loadBalancers.size).toBe(2);
  });

  scenario('go where only a security group is left, which does not tell the name of its Service', async (world) => {
    const aws = { 'aws-nlb-security-groups': 'managed' };
    const first = await world.start({ aws });
    for (const name of ['web', 'stays']) world.addService(name);
    await world.settle();
    world.awsFault = ({ operation }) => (operation === 'DeleteSecurityGroup' ? 'crash' : undefined);
    world.removeService('web');
    await world.until('it dies', () => first.aws.session.killed);
    first.kill();
    world.awsFault = () => undefined;
    world.unfinalize('web');
    const second = await world.start({ orphans: 'delete', aws });
    await world.pass(5 * 60_000);
    expect(counted(second)).toEqual({ SecurityGroup: 1 });
    await world.pass(60 * 60_000);
    expect(counted(second)).toEqual({});
    expectRest(world);
  });

  scenario('that only the nodes know of are counted, and left: their mark does not name the cluster', async (world) => {
    const first = await world.start();
    for (const name of ['web', 'stays']) world.addService(name);
    await world.settle();
    world.awsFault = ({ operation }) => (operation === 'RevokeSecurityGroupIngress' ? 'crash' : undefined);
    world.removeService('web');
    await world.until('it dies', () => first.aws.session.killed);
    first.kill();
    world.awsFault = () => undefined;
    world.unfinalize('web');
    const before = lookAt(world.aws.state);
    const second = await world.start({ orphans: 'delete' });
    await world.pass(60 * 60_000);
    expect(lookAt(world.aws.state)).toEqual(before);
    expect(counted(second)).toEqual({ NodeRules: 1 });
  });
});
