// Laws of planning for any graph and any world of a small universe of kinds and ids.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../src/engine/graph.ts';
import { Inventory } from '../../../src/engine/inventory.ts';
import type { AnyKind, Observed } from '../../../src/engine/kind.ts';
import { isEmpty, type KindInfo, makePlan, type Plan } from '../../../src/engine/plan.ts';
import { applyPolicy } from '../../../src/engine/policy.ts';
import { childKind, markOf, owner, rootKind } from './fake-cloud.ts';

const web = owner();
const other = owner('bbbbbbbb-0000-0000-0000-000000000002', 'other');
const kinds = [rootKind('Box'), rootKind('Jar'), childKind('Leaf', 'Box'), childKind('Seed', 'Jar')];
const ORDER = kinds.map(({ name }) => name);
const PARENTS: Readonly<Record<string, string>> = { Leaf: 'Box', Seed: 'Jar' };

interface Thing {
  readonly kind: string;
  readonly id: string;
  readonly size: number;
}

const root = fc.record({ kind: fc.constantFrom('Box', 'Jar'), id: fc.constantFrom('a', 'b', 'c'), size: fc.nat(2) });
const child = fc.record({
  kind: fc.constantFrom('Leaf', 'Seed'),
  id: fc.constantFrom('a:1', 'a:2', 'b:1'),
  size: fc.nat(2),
});
const key = ({ kind, id }: { readonly kind: string; readonly id: string }) => `${kind}/${id}`;
const parentKey = ({ kind, id }: { readonly kind: string; readonly id: string }) =>
  PARENTS[kind] === undefined ? undefined : `${PARENTS[kind]}/${id.slice(0, id.indexOf(':'))}`;

/** Some things, of which each child has its parent. */
const things: fc.Arbitrary<readonly Thing[]> = fc
  .tuple(fc.uniqueArray(root, { selector: key }), fc.uniqueArray(child, { selector: key }))
  .map(([roots, children]) => {
    const there = new Set(roots.map(key));
    return [...roots, ...children.filter((one) => there.has(parentKey(one)!))];
  });

const graphOf = (all: readonly Thing[]): Graph => ({
  resources: all.map(({ kind, id, size }) => ({ kind, id, spec: { size } })),
  holds: [],
});

/** A world in which these exist, and all of it is known. */
function worldOf(all: readonly Thing[], whose: (thing: Thing) => typeof web = () => web): Inventory {
  const world = new Inventory(kinds as readonly AnyKind<object>[]);
  const observed = (thing: Thing): Observed => ({
    id: thing.id,
    marks: [markOf(whose(thing))],
    spec: { size: thing.size },
    out: {},
    settled: true,
  });
  const inOrder = [...all].sort((one, two) => ORDER.indexOf(one.kind) - ORDER.indexOf(two.kind));
  for (const { name, parent } of kinds) if (parent === undefined) world.putList(name, []);
  for (const thing of inOrder) world.putWritten(thing.kind, observed(thing), true);
  return world;
}

const planOf = (world: Inventory, graph: Graph): Plan =>
  makePlan({
    kinds: kinds as readonly KindInfo[],
    owner: web,
    graph,
    world,
    shares: () => [],
    sharedKeys: [],
    trusts: () => false,
  });

describe('any plan', () => {
  it('is empty in a world that equals the graph, in whatever order the graph tells it', () => {
    fc.assert(
      fc.property(things, fc.array(fc.nat()), (all, shuffle) => {
        const turned = [...all].sort((one, two) => (shuffle[all.indexOf(one)] ?? 0) - (shuffle[all.indexOf(two)] ?? 0));
        expect(isEmpty(planOf(worldOf(all), graphOf(turned)))).toBe(true);
      }),
    );
  });

  it('has one step for each thing, and creates, updates and keeps exactly what it should', () => {
    fc.assert(
      fc.property(things, things, (have, want) => {
        const { steps } = planOf(worldOf(have), graphOf(want));
        expect(new Set(steps.map(key)).size).toBe(steps.length);
        const sizes = new Map(have.map((one) => [key(one), one.size]));
        const expected = want.map((one) => {
          const size = sizes.get(key(one));
          return `${size === undefined ? 'create' : size === one.size ? 'keep' : 'update'} ${key(one)}`;
        });
        const forward = steps.filter((step) => step.action !== 'delete').map((step) => `${step.action} ${key(step)}`);
        expect(forward.sort()).toEqual(expected.sort());
      }),
    );
  });

  it('goes down the kinds and then up them with the deletes, children of what goes left out', () => {
    fc.assert(
      fc.property(things, things, (have, want) => {
        const { steps } = planOf(worldOf(have), graphOf(want));
        const cut = steps.findIndex((step) => step.action === 'delete');
        const [forward, deletes] = cut < 0 ? [steps, []] : [steps.slice(0, cut), steps.slice(cut)];
        expect(deletes.every((step) => step.action === 'delete')).toBe(true);
        const places = (list: typeof steps) => list.map((step) => ORDER.indexOf(step.kind));
        expect(places(forward)).toEqual([...places(forward)].sort((one, two) => one - two));
        expect(places(deletes)).toEqual([...places(deletes)].sort((one, two) => two - one));
        const wanted = new Set(want.map(key));
        const unwanted = have.filter((one) => !wanted.has(key(one)));
        const going = new Set(unwanted.map(key));
        const alone = unwanted.filter((one) => !going.has(parentKey(one) ?? ''));
        expect(deletes.map(key).sort()).toEqual(alone.map(key).sort());
      }),
    );
  });

  it('never touches what belongs to another', () => {
    fc.assert(
      fc.property(things, things, fc.func(fc.boolean()), (have, want, ours) => {
        const foreign = new Set(have.filter((one) => !ours(key(one))).map(key));
        const world = worldOf(have, (one) => (foreign.has(key(one)) ? other : web));
        const { steps } = planOf(world, graphOf(want));
        for (const step of steps.filter((one) => foreign.has(key(one)))) {
          expect(step).toMatchObject({ action: 'keep', blocked: { code: 'name-taken' } });
        }
      }),
    );
  });

  it('comes to an end: done step by step, in its order, it leads to an empty plan', () => {
    fc.assert(
      fc.property(things, things, (have, want) => {
        const world = worldOf(have);
        const graph = graphOf(want);
        for (const step of planOf(world, graph).steps) {
          if (step.action === 'delete') world.remove(step.kind, step.id);
          else if (step.action !== 'keep') {
            const made = { id: step.id, marks: [markOf(web)], spec: step.spec!, out: {}, settled: true as const };
            world.putWritten(step.kind, made, step.action === 'create');
          }
        }
        expect(isEmpty(planOf(world, graph))).toBe(true);
        expect(world.ownedBy(web).map(key).sort()).toEqual(want.map(key).sort());
      }),
    );
  });

  it('loses to a policy only what that forbids', () => {
    fc.assert(
      fc.property(things, things, (have, want) => {
        const plan = planOf(worldOf(have), graphOf(want));
        const gentle = applyPolicy(plan, 'upsert-only').plan.steps;
        expect(gentle).toEqual(plan.steps.filter((step) => step.action !== 'delete'));
        expect(isEmpty(applyPolicy(plan, 'observe-only').plan)).toBe(true);
      }),
    );
  });
});
