// A running cluster is switched from the official controller to Fairlead: whatever that one left, nothing is written, and
// every load balancer keeps its address.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { annotations } from '../../providers/aws/annotations.ts';
import { scenario } from './scenario.ts';
import { annotationsOf, during, served, takeOver } from './takeover.ts';
import {
  ANNOTATION_CASES,
  moreNodes,
  OTHER_CASES,
  OWN_GROUP,
  type TakeoverCase,
  THREE_PORTS,
} from './takeover-cases.ts';

const counts = new Map<string, number>();

/** Writes that a takeover needs all the same. */
const EXPECTED = Object.fromEntries(
  [...ANNOTATION_CASES, ...OTHER_CASES].map((one) => [titleOf(one), one.writes?.length ?? 0]),
);

function titleOf({ kind, name }: TakeoverCase): string {
  return `${kind}: ${name}`;
}

function takenOver(one: TakeoverCase): void {
  scenario(titleOf(one), async (world) => {
    const peer = await served(world, { web: one });
    expect((await peer.next('web')).writes).toEqual([]);
    const { loadBalancer } = world.service('web').status ?? {};
    const { writes } = await takeOver(world, one.flags);
    counts.set(titleOf(one), writes.length);
    expect(writes, world.conditionMessage('web', 'Programmed')).toEqual(one.writes ?? []);
    expect(world.condition('web', 'Programmed'), world.conditionMessage('web', 'Accepted')).toBe('True Programmed');
    expect(world.service('web').status?.loadBalancer).toEqual(loadBalancer);
    expect(world.events('web').filter((event) => event.includes('EnsuringLoadBalancer'))).toHaveLength(
      writes.length > 0 ? 1 : 0,
    );
  });
}

describe('a load balancer of the official controller is taken over without a write', () => {
  for (const one of [...ANNOTATION_CASES, ...OTHER_CASES]) takenOver(one);
});

describe('several Services of the official controller are taken over without a write', () => {
  const shared = { config: { healthProbeMode: 'Shared' }, flags: { 'aws-health-probe-mode': 'shared' } } as const;
  const local = { spec: { externalTrafficPolicy: 'Local' } };
  const ranges = (...loadBalancerSourceRanges: readonly string[]) => ({ spec: { loadBalancerSourceRanges } });

  scenario('that share groups of nodes', async (world) => {
    const peer = await served(world, {
      one: { kind: 'nlb', ...ranges('192.0.2.0/24') },
      two: { kind: 'nlb', ports: THREE_PORTS, ...ranges('192.0.2.0/24', '198.51.100.0/24') },
      three: { kind: 'classic', ports: THREE_PORTS, ...ranges('192.0.2.0/24') },
      four: { kind: 'classic', annotations: { 'security-groups': OWN_GROUP } },
      five: { kind: 'classic', annotations: { 'security-groups': OWN_GROUP }, ...local },
      six: { kind: 'nlb', ...local, prepare: moreNodes },
    });
    const names = ['one', 'two', 'three', 'four', 'five', 'six'];
    for (const name of names) expect((await peer.next(name)).writes).toEqual([]);
    const { writes, process } = await takeOver(world, {}, { orphans: 'delete', driftIntervalMs: 600_000 });
    expect(writes).toEqual([]);
    for (const name of names) expect(world.condition(name, 'Programmed'), name).toBe('True Programmed');
    // Neither verification nor the search for orphans finds anything to do.
    const later = await during(world, process, () => world.pass(6 * 60 * 60_000));
    expect(later.writes).toEqual([]);
    expect(later.calls.length).toBeGreaterThan(0);
  });

  scenario('that share the port of their health checks, and each keeps it when another goes', async (world) => {
    const peer = await served(world, {
      one: { kind: 'nlb', ...shared },
      two: { kind: 'nlb', ...shared },
      three: { kind: 'classic', ...shared },
    });
    const { writes, process } = await takeOver(world, shared.flags);
    expect(writes).toEqual([]);
    // The rules are described by the first one's name, since EC2 holds no two of them.
    const later = await during(world, process, async () => {
      world.removeService('one');
      await world.settle();
    });
    expect(later.writes).toContain('UpdateSecurityGroupRuleDescriptionsIngress');
    expect((await peer.next('two')).writes).toEqual([]);
    expect((await peer.next('three')).writes).toEqual([]);
  });
});

describe('the cases', () => {
  it('have every annotation, for each kind of load balancer that it applies to', () => {
    const missing = Object.values(annotations.fields).flatMap(({ key, appliesTo = ['nlb', 'classic'] }) =>
      appliesTo
        .filter((kind) => !ANNOTATION_CASES.some((one) => one.kind === kind && key in annotationsOf(one)))
        .map((kind) => `${kind} ${key}`),
    );
    expect(missing).toEqual([]);
  });

  it('are as many as docs/migration.md says', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/migration.md'), 'utf8');
    for (const [kind, name] of [['nlb', 'NLB'] as const, ['classic', 'Classic'] as const]) {
      const all = [...ANNOTATION_CASES, ...OTHER_CASES].filter((one) => one.kind === kind);
      const silent = all.filter(({ writes = [] }) => writes.length === 0);
      expect(page).toContain(`| ${name} | ${all.length} | ${silent.length} |`);
    }
  });

  it('took as many writes as this table says', () => {
    const width = Math.max(...[...counts.keys()].map((name) => name.length));
    for (const [name, count] of counts) process.stdout.write(`${name.padEnd(width)}  ${count}\n`);
    expect(Object.fromEntries(counts)).toEqual(EXPECTED);
  });
});
