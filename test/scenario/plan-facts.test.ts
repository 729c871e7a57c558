// Facts that were gathered are as good as the cloud: what is planned with them from a file is what is planned live, and
// gathering them writes nothing.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { planFiles } from '../../src/cli/plan-files.ts';
import { outlineOf } from '../../src/engine/outline.ts';
import type { Service } from '../../src/kube/types.ts';
import { lookAt } from './looks.ts';
import { callText, chosenIn, facts, isWrite, items, plan } from './plan-desk.ts';
import { scenario } from './scenario.ts';
import type { ServiceOptions, World } from './world.ts';

const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';
const NLB = { [`${STEM}type`]: 'nlb' };

/** The plan of these Services from a file, with these facts. */
async function planned(world: World, services: readonly Service[], document: object) {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-facts-'));
  try {
    const [file, factsFile] = [join(folder, 'services.json'), join(folder, 'facts.json')];
    await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: services }));
    await writeFile(factsFile, JSON.stringify(document));
    return await planFiles(chosenIn(world), { files: [file], facts: factsFile }, true);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const CASES: readonly (readonly [string, (world: World) => ServiceOptions])[] = [
  ['a plain NLB', () => ({ annotations: NLB })],
  ['a Classic one', () => ({ annotations: { [`${STEM}type`]: 'classic' } })],
  [
    'named subnets',
    ({ network }) => ({ annotations: { ...NLB, [`${STEM}subnets`]: network.publicSubnets.join(',') } }),
  ],
  ['some clients only', () => ({ annotations: NLB, spec: { loadBalancerSourceRanges: ['203.0.113.0/24'] } })],
];

describe('a plan with facts', () => {
  for (const [name, options] of CASES) {
    scenario(`is the plan of the cluster: ${name}`, async (world) => {
      const service = world.addService('web', options(world));
      const cloud = lookAt(world.aws.state);
      const before = [world.aws.calls.length, world.api.calls.length] as const;
      const document = await facts(world, [service]);
      const calls = world.aws.calls.slice(before[0]).map(callText);
      expect(calls.filter(isWrite)).toEqual([]);
      expect(world.api.calls.slice(before[1]).every(({ method }) => method === 'GET')).toBe(true);
      expect(lookAt(world.aws.state)).toEqual(cloud);
      const offline = await world.clock.outside(() => planned(world, [service], document));
      const live = await plan(world, 'web');
      expect(offline.faults).toEqual([]);
      expect(items(offline)).toEqual(items(live));
      expect(items(live)).not.toEqual([]);
      expect(offline.head).toMatchObject({ facts: 'given', cluster: document.cluster });
    });
  }

  scenario('knows what the Services of a file name, and nothing that nobody named', async (world) => {
    const group = world.network.nodeGroup;
    const service = world.addService('web', { annotations: NLB });
    const bare = await facts(world);
    const known = (bare.facts as { groups: object }).groups;
    expect(Object.keys(known)).toEqual([group]);
    const extra = 'sg-0dddddddddddddddd';
    world.aws.seed.securityGroup({ id: extra, name: 'edge' });
    const annotations = { [`${STEM}type`]: 'classic', [`${STEM}security-groups`]: extra };
    const wanted = { ...service, metadata: { ...service.metadata, annotations } };
    const whole = await facts(world, [wanted]);
    expect(Object.keys((whole.facts as { groups: object }).groups).sort()).toEqual([extra, group].sort());
    const offline = await world.clock.outside(() => planned(world, [wanted], whole));
    expect(offline.planned[0]?.plan && outlineOf(offline.planned[0].plan).items.length).toBeGreaterThan(0);
    const short = await world.clock.outside(() => planned(world, [wanted], bare));
    expect(short.planned[0]).toMatchObject({
      problems: [{ severity: 'error', value: extra }],
      notes: [expect.stringMatching(/fairlead facts -f FILE/)],
    });
  });
});
