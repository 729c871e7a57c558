// Back to the official controller: what Fairlead made, and what it took over and changed since, is found by it as its own,
// and its deletion leaves nothing behind.
import { describe, expect } from 'vitest';
import type { PeerHand } from './peer-hand.ts';
import type { Process } from './process.ts';
import { ruleDescription } from './rule-text.ts';
import { scenario } from './scenario.ts';
import { annotationsOf, during, handOf, served, takeOver } from './takeover.ts';
import { ANNOTATION_CASES, OTHER_CASES, OWN_GROUP, type TakeoverCase, THREE_PORTS } from './takeover-cases.ts';
import { CERTIFICATE, type World } from './world.ts';

/** Fairlead ends in good order. */
async function switchOff(world: World, process: Process): Promise<void> {
  process.stop();
  await world.until('it has stopped', () => process.ended !== undefined);
}

/** The other finds everything as it would have made it, so that its syncs send no more than they always do. */
async function expectFound(peer: PeerHand, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { writes, refusal } = await peer.next(name);
    expect({ name, refusal, writes }).toEqual({ name, refusal: undefined, writes: [] });
  }
}

/** The other deletes all of them; nothing is left that was not there before any of them. */
async function expectCleared(world: World, peer: PeerHand, names: readonly string[]): Promise<void> {
  // An old load balancer keeps its target groups in use for some seconds, over which the other one falls.
  world.aws.timings.targetGroupReleaseMs = 0;
  for (const name of names) expect(await peer.clear(name), name).toEqual([]);
  expectNothingLeft(world);
}

/** Rules from those groups may stay. */
function expectNothingLeft(world: World, except: readonly string[] = []): void {
  const { loadBalancers, classicLoadBalancers, targetGroups, listeners, securityGroups } = world.aws.state;
  const counts = [loadBalancers, classicLoadBalancers, targetGroups, listeners].map(({ size }) => size);
  expect(counts).toEqual([0, 0, 0, 0]);
  expect([...securityGroups.values()].map(({ name }) => name).filter((name) => name.startsWith('k8s-'))).toEqual([]);
  const own = [...securityGroups.values()].filter(({ name }) => name !== 'default');
  const rules = own.flatMap(({ ingress }) => ingress);
  expect(rules.map(ruleDescription).filter((rule) => !except.some((group) => rule.includes(group)))).toEqual([]);
}

function handedBack(one: TakeoverCase): void {
  scenario(`${one.kind}: ${one.name}`, async (world) => {
    const peer = handOf(world, one);
    const { ports, spec } = one;
    const options = { annotations: annotationsOf(one), ...(ports && { ports }), ...(spec && { spec }) };
    world.addService('web', options);
    one.prepare?.(world);
    const { process } = await takeOver(world, one.flags);
    expect(world.condition('web', 'Programmed'), world.conditionMessage('web', 'Accepted')).toBe('True Programmed');
    await switchOff(world, process);
    await expectFound(peer, ['web']);
    await expectCleared(world, peer, ['web']);
  });
}

describe('a load balancer that Fairlead made is found by the official controller, and deleted without a trace', () => {
  for (const one of [...ANNOTATION_CASES, ...OTHER_CASES].filter(({ onlyFound }) => !onlyFound)) handedBack(one);
});

function deletedLater(one: TakeoverCase): void {
  scenario(`${one.kind}: ${one.name}`, async (world) => {
    await served(world, { web: one });
    await takeOver(world, one.flags);
    world.removeService('web');
    await world.settle();
    expect(world.hasService('web')).toBe(false);
    // What lets a group in that somebody else keeps, and has no description, may be somebody else's too.
    expectNothingLeft(world, one.kind === 'classic' ? [OWN_GROUP] : []);
  });
}

describe('a load balancer that was taken over is deleted by Fairlead without a trace', () => {
  for (const one of [...ANNOTATION_CASES, ...OTHER_CASES]) deletedLater(one);
});

describe('both controllers at once', () => {
  for (const kind of ['nlb', 'classic'] as const) {
    scenario(`do not undo what the other does: ${kind}`, async (world) => {
      const all = { 'ssl-cert': CERTIFICATE, 'additional-resource-tags': 'team=web' };
      const peer = await served(world, {
        plain: { kind },
        secure: { kind, annotations: all },
        checked: { kind, annotations: { 'healthcheck-protocol': 'HTTP' } },
        ...(kind === 'classic' && { proxied: { kind, annotations: { 'proxy-protocol': '*' } } }),
      });
      const { process } = await takeOver(world, {}, { driftIntervalMs: 600_000 });
      world.addService('fresh', { annotations: annotationsOf({ kind, annotations: all }) });
      await world.pass(600_000);
      const { writes } = await during(world, process, async () => {
        for (let round = 0; round < 3; round++) {
          await peer.serve('plain', 'secure', 'checked', 'fresh', ...(kind === 'classic' ? ['proxied'] : []));
          await world.pass(1_200_000);
        }
      });
      expect(writes).toEqual([]);
    });
  }
});

describe('a cluster goes there and back', () => {
  const kinds = [['nlb'], ['classic'], ['nlb', 'classic']] as const;
  for (const used of kinds) {
    scenario(`with ${used.join(' and ')} load balancers`, async (world) => {
      const kindOf = (index: number) => used[index % used.length] ?? 'nlb';
      const local = { externalTrafficPolicy: 'Local' };
      const ranges = { loadBalancerSourceRanges: ['192.0.2.0/24'] };
      const peer = await served(world, {
        plain: { kind: kindOf(0) },
        other: { kind: kindOf(1) },
        wide: { kind: kindOf(0), ports: THREE_PORTS, annotations: { 'additional-resource-tags': 'team=web' } },
        local: { kind: kindOf(1), spec: local },
        narrow: { kind: kindOf(0), spec: ranges },
      });
      const names = ['plain', 'other', 'wide', 'local', 'narrow'];
      const before = names.map((name) => world.hostname(name));
      const { process, writes } = await takeOver(world);
      expect(writes).toEqual([]);
      expect(names.map((name) => world.hostname(name))).toEqual(before);

      world.addService('fresh', { annotations: annotationsOf({ kind: kindOf(0) }), spec: ranges });
      world.addService('young', { annotations: annotationsOf({ kind: kindOf(1) }), spec: local });
      world.edit('wide', { spec: { ports: [...THREE_PORTS.slice(1), { name: 'more', port: 9000 }] } });
      world.edit('plain', { spec: { ports: [{ name: 'http', port: 80, nodePort: 31_080 }] } });
      world.edit('narrow', { spec: { loadBalancerSourceRanges: ['198.51.100.0/24', '203.0.113.0/24'] } });
      world.edit('other', { spec: local });
      world.edit('local', { spec: { externalTrafficPolicy: 'Cluster' } });
      world.addNode();
      world.removeNode('node-2');
      await world.settle();
      const all = [...names, 'fresh', 'young'];
      for (const name of all) expect(world.condition(name, 'Programmed'), name).toBe('True Programmed');
      expect(names.map((name) => world.hostname(name))).toEqual(before);

      await switchOff(world, process);
      await expectFound(peer, all);
      await peer.serve(...all);
      await expectFound(peer, all);
      await expectCleared(world, peer, all);
    });
  }
});
