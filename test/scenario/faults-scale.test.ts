// Many Services at once: a leader change in which people's changes come first, and a cold start that stays in its bounds.
import { describe, expect } from 'vitest';
import type { Process } from './process.ts';
import { expectRest, scenario } from './scenario.ts';
import { AWS } from './wishes.ts';
import type { World } from './world.ts';

const SERVED = 100;
const OTHERS = 10_000;
const NODES = 2000;
const EDGE = { [`${AWS}target-node-labels`]: 'pool=edge' };

/** Load balancers `s-0` and so on, all served. */
async function serve(world: World, count: number): Promise<Process> {
  world.aws.limits.loadBalancers = count + 10;
  world.aws.limits.rulesPerSecurityGroup = 1000;
  const process = await world.start({ workers: 20 });
  for (let index = 0; index < count; index++) world.addService(`s-${index}`, { annotations: EDGE });
  const last = `s-${count - 1}`;
  await world.until('all are served', () => world.condition(last, 'Programmed') === 'True Programmed');
  await world.pass(60_000);
  return process;
}

/** Nodes that the Services above send to. */
function edge(world: World): void {
  for (let index = 0; index < 3; index++) world.addNode({ labels: { pool: 'edge' } });
}

describe('many Services', () => {
  scenario(
    `a leader change with ${SERVED} load balancers: what people change comes first, the rest costs lists only`,
    async (world) => {
      edge(world);
      const first = await serve(world, SERVED);
      first.kill();
      const changed = `s-${SERVED - 1}`;
      world.edit(changed, { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } });
      let changedAtMs = 0;
      const calls = await world.awsCallsDuring(async () => {
        const second = await world.start();
        await world.until('it leads', () => second.controller.isLeader, 60_000);
        const begin = world.clock.now;
        await world.until(
          'the change is made',
          () =>
            second.aws.session.number === world.aws.calls.at(-1)?.session &&
            world.aws.calls.at(-1)?.operation === 'RevokeSecurityGroupIngress',
        );
        changedAtMs = world.clock.now - begin;
        await world.pass(120_000);
      });
      expect(changedAtMs).toBeLessThan(30_000);
      const writes = calls.filter(({ write }) => write).map(({ operation }) => operation);
      expect(writes).toEqual(['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress']);
      // One page of load balancers and one of target groups, and the tags of each twenty.
      expect(calls.length).toBeLessThan(2 * Math.ceil(SERVED / 20) + 20);
      expectRest(world, { events: false });
    },
    { nodes: 0 },
  );

  scenario(
    `a cold start with ${OTHERS} Services and ${NODES} nodes: few calls, bounded memory, and the lease is kept`,
    async (world) => {
      edge(world);
      const first = await serve(world, 20);
      first.kill();
      for (let index = 0; index < NODES; index++) world.addNode();
      for (let index = 0; index < OTHERS; index++) world.addService(`other-${index}`, { spec: { type: 'ClusterIP' } });
      const before = process.memoryUsage().heapUsed;
      let second: Process | undefined;
      const calls = await world.awsCallsDuring(async () => {
        second = await world.start({ driftIntervalMs: 10 * 60_000 });
        await world.pass(2 * 60_000);
      });
      expect(second?.controller.isLeader).toBe(true);
      expect(second?.ended).toBeUndefined();
      expect(calls.filter(({ write }) => write)).toEqual([]);
      expect(calls.length).toBeLessThan(40);
      expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(512);
    },
    { nodes: 0 },
  );
});
