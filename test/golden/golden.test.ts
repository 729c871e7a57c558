// A folder a case: service.yaml gives graph.json, plan.txt and problems.txt. Where they matter there are also facts.json
// (the facts that differ from the provider's facts.json), options.json, nodes.json, and what exists: world.json (by kind, as
// lists show it; of a child kind all that there is) or before.yaml (the version of the Service that is in force). Adding a
// case is adding a folder; `npx vitest run test/golden -u` writes the answers, to be read before they are committed.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { requestOf } from '../../src/controller/request.ts';
import { withCalls } from '../../src/engine/calls.ts';
import { Inventory } from '../../src/engine/inventory.ts';
import type { AnyKind, Listed, Observed } from '../../src/engine/kind.ts';
import { blockedSteps, makePlan, type World } from '../../src/engine/plan.ts';
import { renderPlan } from '../../src/engine/render.ts';
import type { Service } from '../../src/kube/types.ts';
import { worldOf as worldOfGraph } from '../../src/preview/world.ts';
import type { AnyProvider, Compiled } from '../../src/provider/provider.ts';
import { loadProvider, PROVIDER_NAMES } from '../../src/provider/registry.ts';
import type { EligibleNode } from '../../src/provider/request.ts';
import { parseOptions } from '../../src/schema/options.ts';

const CLUSTER = { name: 'demo', uid: '11111111-2222-4333-8444-555555555555' };
const json = (file: string, otherwise: unknown) =>
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : otherwise;

type Exists = Readonly<Record<string, readonly (Listed & Partial<Observed>)[]>>;

/** Every root kind listed. Without `existing` nothing is there: what a first plan is made against. */
function worldOf(kinds: readonly AnyKind<object>[], existing: Exists): Inventory {
  const world = new Inventory(kinds);
  for (const kind of kinds) {
    const there = existing[kind.name];
    if (kind.parent === undefined) world.putList(kind.name, there ?? []);
    else if (there) {
      const children = there.map((one) => ({ settled: true, ...one }) as Observed);
      for (const { id } of [...world.entries(kind.parent)]) {
        world.putChildren(
          kind.name,
          id,
          children.filter((child) => kind.parentId(child.id) === id),
        );
      }
    }
  }
  return world;
}

/** What one version of a Service is compiled from, and what the tables say of it. */
function reading(folder: string, file: string, provider: AnyProvider) {
  const service = parse(readFileSync(join(folder, file), 'utf8')) as Service;
  const flags = json(join(folder, 'options.json'), {}) as Record<string, string>;
  const options = parseOptions(provider.options, { flags, env: {} });
  expect(options.problems, 'options.json').toEqual([]);
  const given = service.metadata.annotations ?? {};
  const read = provider.annotations.parse(given, {
    appliesTo: (values: object) => provider.annotations.kindOf(values, provider.defaultKind?.(options.values)),
  });
  const nodes = json(join(folder, 'nodes.json'), json(join(folder, '..', 'nodes.json'), [])) as EligibleNode[];
  const input = {
    cluster: CLUSTER,
    request: requestOf(service, CLUSTER.uid),
    annotations: read.values,
    given,
    options: options.values,
    nodes,
  };
  return { read, input };
}

/** What is there before, and what the cloud tells of it. */
function stageOf(folder: string, provider: AnyProvider): { readonly facts: object; readonly world: World } {
  const facts = { ...json(join(folder, '..', 'facts.json'), {}), ...json(join(folder, 'facts.json'), {}) };
  if (!existsSync(join(folder, 'before.yaml'))) {
    return { facts, world: worldOf(provider.kinds, json(join(folder, 'world.json'), {})) };
  }
  const { input } = reading(folder, 'before.yaml', provider);
  const { graph, problems } = provider.compile([input], facts);
  if (!graph) throw new Error(problems.map(({ message }) => message).join('\n'));
  const { owner } = input.request;
  return { facts: provider.assume(facts, owner, graph), world: worldOfGraph(provider.kinds, owner, graph) };
}

async function run(folder: string, providerName: string) {
  const provider = await loadProvider(providerName);
  if (!provider) throw new Error(`no provider ${providerName}`);
  const { facts, world } = stageOf(folder, provider);
  const { read, input } = reading(folder, 'service.yaml', provider);
  const elsewhere = provider.annotations.isElsewhere(read.values);
  const compiled: Compiled = read.valid && !elsewhere ? provider.compile([input], facts) : { problems: [] };
  const problems = [...read.problems, ...compiled.problems].map((one) => `${one.severity}: ${one.message}`);
  if (elsewhere) problems.push('elsewhere: this Service is left to another controller');
  const { owner } = input.request;
  const shared = new Set(provider.kinds.filter(({ merge }) => merge).map(({ name }) => name));
  const plan =
    compiled.graph &&
    makePlan({
      kinds: provider.kinds,
      owner,
      graph: compiled.graph,
      world,
      shares: (_key, own) => (own === undefined ? [] : [{ owner, spec: own }]),
      sharedKeys: world.ownedBy(owner).flatMap(({ kind, id }) => (shared.has(kind) ? `${kind}/${id}` : [])),
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
