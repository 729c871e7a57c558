// Plans as items: what replaces what, what is one object, the counts and the calls.
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../src/engine/graph.ts';
import { Inventory } from '../../../src/engine/inventory.ts';
import type { AnyKind } from '../../../src/engine/kind.ts';
import { withLate } from '../../../src/engine/late.ts';
import { outlineOf } from '../../../src/engine/outline.ts';
import type { KindInfo, Plan, Step } from '../../../src/engine/plan.ts';
import { renderPlan } from '../../../src/engine/render.ts';
import { childKind, markOf, owner, rootKind, sharedKind } from './fake-cloud.ts';

const step = (action: Step['action'], id: string, more: Partial<Step> = {}): Step => ({
  action,
  kind: 'Box',
  id,
  spec: action === 'create' ? { size: 1 } : undefined,
  changes: [],
  missing: [],
  ...more,
});
const planOf = (steps: readonly Step[], more: Partial<Plan> = {}): Plan => ({ owner: owner(), steps, ...more });
const brief = (plan: Plan) => outlineOf(plan).items.map(({ action, kind, id }) => `${action} ${kind}/${id}`);

describe('a replacement', () => {
  const standIns = [{ old: 'Box/a', by: 'Box/b', why: 'its zone cannot change in place: x -> y' }];
  const steps = [
    step('create', 'b', { calls: ['c:Create'] }),
    step('delete', 'a', { calls: ['c:Delete', 'c:Look'] }),
    step('delete', 'other', { calls: ['c:Delete'] }),
  ];

  it('is one item in the place of the new object', () => {
    const { items, counts, calls } = outlineOf(planOf(steps, { standIns }));
    expect(items[0]).toMatchObject({
      action: 'replace',
      id: 'b',
      replaces: ['Box/a'],
      reason: 'its zone cannot change in place: x -> y',
      calls: ['c:Create', 'c:Delete', 'c:Look'],
    });
    expect(items).toHaveLength(2);
    expect(counts).toEqual({ create: 0, change: 0, replace: 1, delete: 1, blocked: 0 });
    expect(calls).toHaveLength(4);
  });

  it('says so in the text, and what becomes of the address', () => {
    const text = renderPlan(planOf(steps, { standIns }));
    expect(text).toMatch(/^-\/\+ Box a -> Box b|^-\/\+ Box a -> b$/m);
    expect(text).toMatch(/the address changes; the old one serves until the new one does.* no outage/);
    expect(text).toMatch(/Plan: 0 to create, 0 to change, 1 to replace, 1 to delete; 4 API calls\.$/m);
  });

  it('that the new object was made for already is what is left to delete', () => {
    const plan = planOf([step('delete', 'a')], { standIns });
    const reason = expect.stringMatching(/^Box b stands in for it: its zone/);
    expect(outlineOf(plan).items).toMatchObject([{ action: 'delete', id: 'a', reason }]);
  });

  it('that is over is not spoken of', () => {
    expect(brief(planOf([step('keep', 'b')], { standIns }))).toEqual([]);
  });

  it('of several by one says why for each', () => {
    const two = [...standIns, { old: 'Box/other', by: 'Box/b', why: 'nor that' }];
    expect(outlineOf(planOf(steps, { standIns: two })).items).toMatchObject([
      { replaces: ['Box/a', 'Box/other'], reason: 'its zone cannot change in place: x -> y; nor that' },
    ]);
  });
});

describe('something shared that grows first and shrinks in the end', () => {
  it('is one item, with the whole difference and all calls', () => {
    const field = (from: unknown, to: unknown) => [{ field: 'rules', from, to, reason: 'changed' as const }];
    const plan = planOf([
      step('update', 'doc', { changes: field(['a'], ['a', 'b']), calls: ['c:Grant'] }),
      step('create', 'new', { calls: ['c:Create'] }),
      step('update', 'doc', { changes: field(['a'], ['b']), removal: true, calls: ['c:Revoke'] }),
    ]);
    const { items, calls } = outlineOf(plan);
    expect(items.map(({ id }) => id)).toEqual(['doc', 'new']);
    expect(items[0]).toMatchObject({ changes: [{ from: ['a'], to: ['b'] }], calls: ['c:Grant', 'c:Revoke'] });
    expect(calls).toEqual(['c:Grant', 'c:Revoke', 'c:Create']);
  });
});

describe('what is blocked', () => {
  it('stands beside what is done for the same object, and counts apart', () => {
    const blocked = { code: 'replacement-blocked', why: 'its zone cannot change' } as const;
    const changes = [{ field: 'size', from: 1, to: 2, reason: 'changed' as const }];
    const { items, counts, calls } = outlineOf(
      planOf([step('update', 'a', { changes, calls: ['c:Set'] }), step('replace', 'a', { blocked })]),
    );
    expect(items.map(({ action }) => action)).toEqual(['update', 'replace']);
    expect(counts).toEqual({ create: 0, change: 1, replace: 0, delete: 0, blocked: 1 });
    expect(calls).toEqual(['c:Set']);
  });
});

describe('the calls', () => {
  it('are not known where a step does not tell', () => {
    expect(outlineOf(planOf([step('create', 'a', { calls: [] }), step('create', 'b')])).calls).toBeUndefined();
    expect(renderPlan(planOf([step('create', 'b')]))).not.toContain('API');
  });
});

describe('what goes once nothing is left to be replaced', () => {
  const kinds = [sharedKind('Doc'), rootKind('Box'), childKind('Leaf', 'Box')] as readonly AnyKind<object>[];
  const world = new Inventory(kinds);
  const known = (id: string) => ({ id, marks: [markOf(owner())], spec: {}, out: {}, settled: true as const });
  world.putList('Doc', [known('doc')]);
  world.putList('Box', [known('old'), known('stays')]);
  const graph: Graph = {
    resources: ['Box/old', 'Box/stays', 'Box/unmade', 'Leaf/old:1', 'Doc/doc'].map((key) => {
      const [kind = '', id = ''] = key.split('/');
      return { kind, id, spec: {} };
    }),
    holds: [],
  };
  const next: Graph = { resources: [{ kind: 'Box', id: 'stays', spec: {} }], holds: [] };
  const late = (then: Graph) => brief(withLate(planOf([]), kinds as readonly KindInfo[], graph, then, world));

  it('is what is there and of its own, and is not wanted then', () => {
    expect(late(next)).toEqual(['delete Box/old']);
  });

  it('is nothing of a kind that is held', () => {
    expect(late({ ...next, holds: ['Box'] })).toEqual([]);
  });
});
