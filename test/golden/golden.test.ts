// A folder a case: service.yaml gives graph.json, plan.txt and problems.txt. Where they matter there are also facts.json
// (the facts that differ from the provider's facts.json), options.json, nodes.json, and world.json (what exists, by kind, as
// lists show it). Adding a case is adding a folder; `npx vitest run test/golden -u` writes the answers, to be read before
// they are committed.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { requestOf } from '../../src/controller/request.ts';
import { withCalls } from '../../src/engine/calls.ts';
import { Inventory } from '../../src/engine/inventory.ts';
import type { AnyKind, Listed } from '../../src/engine/kind.ts';
import { blockedSteps, makePlan } from '../../src/engine/plan.ts';
import { renderPlan } from '../../src/engine/render.ts';
import type { Service } from '../../src/kube/types.ts';
import type { Compiled } from '../../src/provider/provider.ts';
import { loadProvider, PROVIDER_NAMES } from '../../src/provider/registry.ts';
import type { EligibleNode } from '../../src/provider/request.ts';
import { parseOptions } from '../../src/schema/options.ts';

const CLUSTER = { name: 'demo', uid: '11111111-2222-4333-8444-555555555555' };
const json = (file: string, otherwise: unknown) =>
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : otherwise;

/** Every root kind listed. Without `existing` nothing is there: what a first plan is made against. */
function worldOf(kinds: readonly AnyKind<object>[], existing: Readonly<Record<string, readonly Listed[]>>): Inventory {
  const world = new Inventory(kinds);
  for (const { parent, name } of kinds) if (parent === undefined) world.putList(name, existing[name] ?? []);
  return world;
}

async function run(folder: string, providerName: string) {
  const provider = await loadProvider(providerName);
  if (!provider) throw new Error(`no provider ${providerName}`);
  const service = parse(readFileSync(join(folder, 'service.yaml'), 'utf8')) as Service;
  const flags = json(join(folder, 'options.json'), {}) as Record<string, string>;
  const options = parseOptions(provider.options, { flags, env: {} });
  expect(options.problems, 'options.json').toEqual([]);
  const given = service.metadata.annotations ?? {};
  const reading = provider.annotations.parse(given, {
    appliesTo: (values: object) => provider.annotations.kindOf(values, provider.defaultKind?.(options.values)),
  });
  const nodes = json(join(folder, 'nodes.json'), json(join(folder, '..', 'nodes.json'), [])) as EligibleNode[];
  const facts = { ...json(join(folder, '..', 'facts.json'), {}), ...json(join(folder, 'facts.json'), {}) };
  const input = {
    cluster: CLUSTER,
    request: requestOf(service, CLUSTER.uid),
    annotations: reading.values,
    given,
    options: options.values,
    nodes,
  };
  const elsewhere = provider.annotations.isElsewhere(reading.values);
  const compiled: Compiled = reading.valid && !elsewhere ? provider.compile([input], facts) : { problems: [] };
  const problems = [...reading.problems, ...compiled.problems].map((one) => `${one.severity}: ${one.message}`);
  if (elsewhere) problems.push('elsewhere: this Service is left to another controller');
  const world = worldOf(provider.kinds, json(join(folder, 'world.json'), {}));
  const { owner } = input.request;
  const plan =
    compiled.graph &&
    makePlan({
      kinds: provider.kinds,
      owner,
      graph: compiled.graph,
      world,
      shares: (_key, own) => (own === undefined ? [] : [{ owner, spec: own }]),
      sharedKeys: [],
      // What world.json shows is as it is wanted, where it is still wanted.
      trusts: () => true,
    });
  const steps = compiled.graph ? blockedSteps(compiled.graph) : [];
  const { phrase } = provider;
  const whole = plan && withCalls({ ...plan, steps: [...plan.steps, ...steps] }, provider.kinds, world);
  return { problems, phrase, graph: compiled.graph, plan: whole };
}

for (const provider of PROVIDER_NAMES) {
  const cases = globSync(`${provider}/*/service.yaml`, { cwd: import.meta.dirname })
    .map((file) => dirname(file))
    .sort();
  if (cases.length === 0) continue;
  describe(`golden: ${provider}`, () => {
    it.each(cases)('%s', async (name) => {
      const folder = join(import.meta.dirname, name);
      const { problems, phrase, graph, plan } = await run(folder, provider);
      await expect(problems.map((line) => `${line}\n`).join('')).toMatchFileSnapshot(join(folder, 'problems.txt'));
      await expect(`${JSON.stringify(graph ?? null, null, 2)}\n`).toMatchFileSnapshot(join(folder, 'graph.json'));
      const text = plan ? renderPlan(plan, { phrase }) : 'Nothing is planned.\n';
      await expect(text).toMatchFileSnapshot(join(folder, 'plan.txt'));
    });
  });
}

describe('golden', () => {
  it('has cases', () => {
    expect(globSync('*/*/service.yaml', { cwd: import.meta.dirname }).length).toBeGreaterThan(10);
  });
});
