// Plans for single situations, as tables; laws for all of them are in plan-properties.test.ts.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Graph } from '../../../src/engine/graph.ts';
import { Inventory } from '../../../src/engine/inventory.ts';
import type { AnyKind, Observed } from '../../../src/engine/kind.ts';
import { isEmpty, type KindInfo, makePlan, type PlanInput, type Step } from '../../../src/engine/plan.ts';
import { Shares } from '../../../src/engine/shares.ts';
import { childKind, markOf, owner, rootKind, sharedKind } from './fake-cloud.ts';

const web = owner();
const other = owner('bbbbbbbb-0000-0000-0000-000000000002', 'other');
const kinds = [
  sharedKind('Doc'),
  rootKind('Box', {
    immutable: ['zone'],
    equal: { name: (a, b) => String(a).toLowerCase() === String(b).toLowerCase() },
  }),
  childKind('Leaf', 'Box'),
  childKind('Targets', 'Box', { churns: true }),
] as readonly AnyKind<object>[];

let world: Inventory;
let shares: Shares;
beforeEach(() => {
  world = new Inventory(kinds);
  world.putList('Doc', []);
  world.putList('Box', []);
  shares = new Shares();
});

const known = (id: string, spec: object, more: Partial<Observed> = {}): Observed => ({
  id,
  marks: [markOf(web)],
  spec,
  out: { arn: `arn-${id}` },
  settled: true,
  ...more,
});
const graph = (...resources: readonly (readonly [string, string, object])[]): Graph => ({
  resources: resources.map(([kind, id, spec]) => ({ kind, id, spec })),
  holds: [],
});
const plan = (wanted: Graph, more: Partial<PlanInput> = {}) =>
  makePlan({
    kinds: kinds as readonly KindInfo[],
    owner: web,
    graph: wanted,
    world,
    shares: (key, own) => shares.of(key, web, own),
    sharedKeys: shares.keysOf(web),
    trusts: () => false,
    ...more,
  });
const brief = (steps: readonly Step[]) => steps.map(({ action, kind, id }) => `${action} ${kind}/${id}`);

describe('steps for what is wanted', () => {
  it('creates what is absent, in the order of the kinds, with what it waits for', () => {
    const wanted = graph(
      ['Leaf', 'a:1', { box: { $ref: 'Box/a', field: 'arn' } }],
      ['Box', 'b', { size: 1 }],
      ['Box', 'a', { size: 2 }],
    );
    const { steps, owner: whose } = plan(wanted);
    expect(whose).toBe(web);
    expect(brief(steps)).toEqual(['create Box/b', 'create Box/a', 'create Leaf/a:1']);
    expect(steps[2]).toMatchObject({ missing: ['Box/a'], spec: { box: { $unknown: 'Box/a#arn' } } });
  });

  it('keeps what is as wanted, in the words of the kind', () => {
    world.putWritten('Box', known('a', { size: 1, name: 'ABC', extra: 'theirs' }), true);
    const made = plan(graph(['Box', 'a', { size: 1, name: 'abc' }]));
    expect(brief(made.steps)).toEqual(['keep Box/a']);
    expect(isEmpty(made)).toBe(true);
  });

  it('updates what differs, field by field, with refs filled', () => {
    world.putWritten('Box', known('a', { size: 1 }), true);
    world.putWritten('Leaf', known('a:1', { box: 'old', n: 1 }), true);
    const { steps } = plan(
      graph(['Box', 'a', { size: 2 }], ['Leaf', 'a:1', { box: { $ref: 'Box/a', field: 'arn' }, n: 1 }]),
    );
    expect(steps).toMatchObject([
      { action: 'update', id: 'a', changes: [{ field: 'size', from: 1, to: 2 }] },
      {
        action: 'update',
        id: 'a:1',
        spec: { box: 'arn-a', n: 1 },
        changes: [{ field: 'box', from: 'old', to: 'arn-a' }],
      },
    ]);
  });

  it('blocks a change of what cannot change, and says which and how', () => {
    world.putWritten('Box', known('a', { size: 1, zone: 'x' }), true);
    const [step] = plan(graph(['Box', 'a', { size: 2, zone: 'y' }])).steps;
    expect(step).toMatchObject({ action: 'replace', blocked: { code: 'replacement-blocked' } });
    expect(step?.blocked?.why).toBe('Box a cannot change zone from x to y in place');
    expect(step?.changes.map(({ field }) => field)).toEqual(['size', 'zone']);
  });

  it('does not judge what cannot change while its ref is open', () => {
    world.putWritten('Box', known('a', { zone: 'arn-b' }), true);
    const wanted = graph(['Box', 'b', {}], ['Box', 'a', { zone: { $ref: 'Box/b', field: 'arn' } }]);
    const [, open] = plan(wanted).steps;
    expect(open).toMatchObject({ action: 'update', missing: ['Box/b'] });
    expect(open?.blocked).toBeUndefined();
    world.putWritten('Box', known('b', {}), true);
    expect(brief(plan(wanted).steps)).toEqual(['keep Box/b', 'keep Box/a']);
    world.putWritten('Box', known('b', {}, { out: { arn: 'another' } }), false);
    expect(plan(wanted).steps[1]).toMatchObject({ action: 'replace', blocked: { code: 'replacement-blocked' } });
  });

  it('refuses a name that is taken, and that is not an empty plan', () => {
    world.putWritten('Box', known('a', { size: 1 }, { marks: [] }), true);
    const made = plan(graph(['Box', 'a', { size: 1 }]));
    expect(made.steps).toMatchObject([{ action: 'keep', blocked: { code: 'name-taken' } }]);
    expect(isEmpty(made)).toBe(false);
    world.putWritten('Box', known('a', { size: 1 }, { marks: [markOf(other)] }), true);
    expect(plan(graph(['Box', 'a', { size: 1 }])).steps[0]?.blocked?.code).toBe('name-taken');
  });

  it('waits for what the cloud is at work on', () => {
    const wait = { retryAfterMs: 5, why: 'being built' };
    world.putWritten('Box', known('a', { size: 1 }, { settled: wait }), true);
    expect(plan(graph(['Box', 'a', { size: 2 }])).steps).toMatchObject([{ action: 'wait', wait }]);
  });

  it('reads what is not known in depth, or not known at all', () => {
    world.putList('Box', [{ id: 'a', marks: [markOf(web)], out: {} }]);
    world.suspect('Box', 'b', web);
    const wanted = graph(['Box', 'a', {}], ['Box', 'b', {}], ['Leaf', 'a:1', {}]);
    const unseen = 'read Targets/in a';
    expect(brief(plan(wanted).steps)).toEqual(['read Box/a', 'read Box/b', 'read Leaf/a:1', unseen]);
  });

  it('keeps unread what it may trust; never what is suspect', () => {
    world.putList('Box', [{ id: 'a', marks: [markOf(web)], out: {} }]);
    world.suspect('Box', 'b', web);
    const wanted = graph(['Box', 'a', {}], ['Box', 'b', {}], ['Leaf', 'a:1', {}]);
    expect(brief(plan(wanted, { trusts: () => true }).steps)).toEqual(['keep Box/a', 'read Box/b', 'keep Leaf/a:1']);
    world.suspect('Leaf', 'a:1', web);
    expect(brief(plan(wanted, { trusts: () => true }).steps)).toEqual(['keep Box/a', 'read Box/b', 'read Leaf/a:1']);
    const boxes = (kind: KindInfo) => kind.name === 'Box';
    expect(brief(plan(graph(['Leaf', 'a:1', {}]), { trusts: boxes }).steps)).toContain('read Leaf/a:1');
  });
});

describe('steps for what is not wanted', () => {
  beforeEach(() => {
    for (const id of ['a', 'b']) world.putWritten('Box', known(id, {}), true);
    for (const id of ['a:1', 'a:2', 'b:1']) world.putWritten('Leaf', known(id, {}), true);
  });

  it('deletes it after everything else, against the order of the kinds, and not what goes with its parent', () => {
    expect(brief(plan(graph(['Box', 'a', {}], ['Box', 'c', {}], ['Leaf', 'a:1', {}])).steps)).toEqual([
      'keep Box/a',
      'create Box/c',
      'keep Leaf/a:1',
      'delete Leaf/a:2',
      'delete Box/b',
    ]);
  });

  it('deletes only what is ours', () => {
    world.putWritten('Box', known('c', {}, { marks: [markOf(other)] }), true);
    world.putWritten('Box', known('d', {}, { marks: [] }), true);
    expect(brief(plan(graph()).steps)).toEqual(['delete Box/a', 'delete Box/b']);
  });

  it('looks for what a lost create may have left, then waits, then looks once more', () => {
    world.suspect('Box', 'lost', web);
    world.suspect('Box', 'theirs', other);
    world.suspect('Box', 'a', web);
    expect(brief(plan(graph()).steps)).toEqual(['read Box/lost', 'delete Box/a', 'delete Box/b']);
    world.putReading('Box', { id: 'lost', state: 'gone' });
    const [step] = plan(graph()).steps;
    expect(step).toMatchObject({ action: 'wait', id: 'lost' });
    expect(step?.wait?.retryAfterMs).toBeGreaterThan(0);
    expect(brief(plan(graph(['Box', 'lost', {}])).steps)).toContain('create Box/lost');
  });

  it('does not look for a lost child whose parent is not there or goes', () => {
    world.suspect('Leaf', 'b:9', web);
    world.suspect('Leaf', 'nobody:1', web);
    expect(brief(plan(graph(['Box', 'a', {}], ['Leaf', 'a:1', {}], ['Leaf', 'a:2', {}])).steps)).toEqual([
      'keep Box/a',
      'keep Leaf/a:1',
      'keep Leaf/a:2',
      'delete Box/b',
    ]);
    world.suspect('Leaf', 'a:9', web);
    expect(brief(plan(graph(['Box', 'a', {}], ['Box', 'b', {}], ['Leaf', 'a:1', {}])).steps)).toContain(
      'read Leaf/a:9',
    );
  });

  it('leaves everything of a kind that is held', () => {
    const held = { ...graph(['Box', 'a', {}], ['Leaf', 'a:9', {}]), holds: ['Leaf'] };
    expect(brief(plan(held).steps)).toEqual(['keep Box/a', 'delete Box/b']);
  });
});

describe('when only some kinds are planned', () => {
  const targets = { includes: (kind: KindInfo) => kind.churns === true };

  it('leaves the others alone', () => {
    world.putWritten('Box', known('a', {}), true);
    world.putWritten('Targets', known('a:t', { nodes: [1] }), true);
    const wanted = graph(['Box', 'new', {}], ['Targets', 'a:t', { nodes: [1, 2] }]);
    expect(brief(plan(wanted, targets).steps)).toEqual(['update Targets/a:t']);
  });

  it('plans nothing in a parent that is absent or not ours', () => {
    world.putWritten('Box', known('foreign', {}, { marks: [] }), true);
    const wanted = graph(['Targets', 'absent:t', {}], ['Targets', 'foreign:t', {}]);
    expect(plan(wanted, targets).steps).toEqual([]);
    expect(plan(wanted).steps).toEqual([]);
  });

  it('looks where the parent is unknown', () => {
    world.suspect('Box', 'a', web);
    expect(brief(plan(graph(['Targets', 'a:t', {}]), targets).steps)).toEqual(['read Targets/a:t']);
  });
});

describe('shared objects', () => {
  const mine = { entries: [`${web.uid} 80`] };
  const theirs = { entries: [`${other.uid} 81`] };
  const both = { entries: [`${web.uid} 80`, `${other.uid} 81`] };
  const doc = (spec: object, marks = [{ uid: web.uid }]) =>
    world.putWritten('Doc', known('nodes', spec, { marks }), false);

  it('are created with the parts of all who are known', () => {
    shares.set('Doc/nodes', { owner: other, spec: theirs });
    expect(plan(graph(['Doc', 'nodes', mine])).steps).toMatchObject([{ action: 'create', spec: both, own: mine }]);
  });

  it('are kept where the whole is as wanted, whoever wrote it', () => {
    doc(both, [{ uid: other.uid }]);
    shares.set('Doc/nodes', { owner: other, spec: theirs });
    expect(brief(plan(graph(['Doc', 'nodes', mine])).steps)).toEqual(['keep Doc/nodes']);
  });

  it('keep what belongs to somebody of whom nothing is known', () => {
    doc(theirs, [{ uid: other.uid }]);
    expect(plan(graph(['Doc', 'nodes', mine])).steps).toMatchObject([{ action: 'update', spec: both }]);
  });

  it('lose the part of who leaves, after all other updates', () => {
    doc(both, [{ uid: web.uid }, { uid: other.uid }]);
    expect(plan(graph(['Box', 'a', {}])).steps).toMatchObject([
      { action: 'create', kind: 'Box' },
      { action: 'update', kind: 'Doc', spec: theirs, own: undefined },
    ]);
  });

  it('go with the last part', () => {
    doc(mine);
    shares.set('Doc/nodes', { owner: web, spec: mine });
    expect(brief(plan(graph()).steps)).toEqual(['delete Doc/nodes']);
  });

  it('are nothing to do for who has no part in them', () => {
    doc(theirs, [{ uid: other.uid }]);
    expect(plan(graph()).steps).toEqual([]);
  });

  it('are looked at by who knows of a part that no mark shows', () => {
    doc(both, [{ uid: other.uid }]);
    shares.set('Doc/nodes', { owner: web, spec: mine });
    shares.set('Doc/nodes', { owner: other, spec: theirs });
    expect(plan(graph()).steps).toMatchObject([{ action: 'update', spec: theirs }]);
  });

  it('are read first where their inside is not known, unless the stack is trusted and they show its mark', () => {
    const list = (uid: string) => world.putList('Doc', [{ id: 'nodes', marks: [{ uid }], out: {} }]);
    const trusting = { trusts: () => true };
    list(web.uid);
    expect(brief(plan(graph(['Doc', 'nodes', mine])).steps)).toEqual(['read Doc/nodes']);
    expect(brief(plan(graph(['Doc', 'nodes', mine]), trusting).steps)).toEqual(['keep Doc/nodes']);
    expect(brief(plan(graph(), trusting).steps)).toEqual(['read Doc/nodes']);
    list(other.uid);
    expect(brief(plan(graph(['Doc', 'nodes', mine]), trusting).steps)).toEqual(['read Doc/nodes']);
  });

  it('are looked for where a failed call of ours may have made them', () => {
    world.suspect('Doc', 'nodes', web);
    expect(brief(plan(graph()).steps)).toEqual(['read Doc/nodes']);
  });

  it('keep the parts of the frozen', () => {
    doc(both, [{ uid: web.uid }, { uid: other.uid }]);
    shares.freeze('Doc', other);
    expect(plan(graph()).steps).toMatchObject([{ action: 'update', spec: theirs }]);
  });
});
