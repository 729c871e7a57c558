// Whole convergences on a cloud that does what it is asked.
import { describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import type { Step } from '../../../src/engine/plan.ts';
import { Desk, type Wish } from './desk.ts';
import { childKind, FakeCloud, markOf, owner, rootKind, SCOPE } from './fake-cloud.ts';

const kinds = [rootKind('Box'), rootKind('Jar'), childKind('Leaf', 'Box')];
const wish: Wish = [
  ['Leaf', 'a:1', { box: { $ref: 'Box/a', field: 'arn' }, jar: { $ref: 'Jar/j', field: 'arn' } }],
  ['Jar', 'j', { size: 2 }],
  ['Box', 'a', { size: 1 }],
];

describe('converge', () => {
  it('lists once, creates in the order of the kinds with refs filled, and reads nothing', async () => {
    const steps: Step[] = [];
    const desk = new Desk(kinds, { onStep: (_, step) => steps.push(step) });
    const converged = await desk.converge(wish);
    expect(desk.cloud.take()).toEqual(['list Box', 'list Jar', 'create Box/a', 'create Jar/j', 'create Leaf/a:1']);
    expect(desk.cloud.objects.get('Leaf/a:1')).toMatchObject({
      spec: { box: 'arn:Box/a', jar: 'arn:Jar/j' },
      marks: [markOf(desk.owner)],
    });
    expect([...converged.outputs]).toEqual([
      ['Leaf/a:1', { arn: 'arn:Leaf/a:1' }],
      ['Jar/j', { arn: 'arn:Jar/j' }],
      ['Box/a', { arn: 'arn:Box/a' }],
    ]);
    expect(converged.done).toEqual(steps);
    expect(converged.waiting).toBeUndefined();
    expect(desk.announced).toEqual([true]);
  });

  it('finds nothing to do a second time, and calls nothing', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wish);
    const again = await desk.converge(wish);
    expect(desk.cloud.take()).toEqual([]);
    expect(again.done).toEqual([]);
    expect(desk.announced).toEqual([]);
    expect(again.outputs.size).toBe(3);
  });

  it('updates only what differs, and removes what is not wanted any more', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wish);
    await desk.converge([
      ['Box', 'a', { size: 1 }],
      ['Box', 'b', { size: 5 }],
      ['Leaf', 'a:2', { n: 1 }],
    ]);
    expect(desk.cloud.take()).toEqual(['create Box/b', 'create Leaf/a:2', 'delete Leaf/a:1', 'delete Jar/j']);
    await desk.converge([['Box', 'a', { size: 9, more: 1 }]]);
    expect(desk.cloud.take()).toEqual(['update Box/a size,more', 'delete Leaf/a:2', 'delete Box/b']);
  });

  it('removes everything, children with their parents, and nothing of others', async () => {
    const desk = new Desk(kinds);
    desk.cloud.put('Box', 'theirs', [owner('bbbbbbbb-2', 'other')], {});
    desk.cloud.put('Box', 'foreign', [], {});
    await desk.settled(wish);
    const gone = await desk.converge(undefined);
    expect(desk.cloud.take()).toEqual(['delete Jar/j', 'delete Box/a']);
    expect([...desk.cloud.objects.keys()]).toEqual(['Box/theirs', 'Box/foreign']);
    expect(gone).toMatchObject({ memory: undefined, waiting: undefined });
    await desk.converge(undefined);
    expect(desk.cloud.take()).toEqual([]);
  });

  it('reads what a list has shown before it decides', async () => {
    const cloud = new FakeCloud();
    await new Desk(kinds, { cloud }).settled(wish);
    const desk = new Desk(kinds, { cloud });
    await desk.converge(wish);
    expect(cloud.take()).toEqual(['list Box', 'list Jar', 'read Box/a', 'read Jar/j', 'readAll Leaf of a']);
  });

  it('refuses a name that is taken and does nothing else, the second time too', async () => {
    const desk = new Desk(kinds);
    desk.cloud.put('Jar', 'j', [], { size: 2 });
    for (let round = 0; round < 2; round++) {
      await expect(desk.converge(wish)).rejects.toMatchObject({ code: 'name-taken', message: /Jar named j/ });
    }
    expect([...desk.cloud.objects.keys()]).toEqual(['Jar/j']);
    expect(desk.announced).toEqual([]);
  });

  it('refuses a name that is taken even where all the rest is as wanted', async () => {
    const desk = new Desk(kinds);
    await desk.settled([['Box', 'a', { size: 1 }]]);
    desk.cloud.put('Jar', 'j', [], { size: 2 });
    const late = new Desk(kinds, { cloud: desk.cloud });
    const both: Wish = [
      ['Box', 'a', { size: 1 }],
      ['Jar', 'j', { size: 2 }],
    ];
    for (let round = 0; round < 2; round++) {
      await expect(late.converge(both)).rejects.toMatchObject({ code: 'name-taken' });
    }
  });

  it('names everything that blocks, and writes nothing then', async () => {
    const fixed = [rootKind('Box', { immutable: ['zone'] }), rootKind('Jar')];
    const desk = new Desk(fixed);
    await desk.settled([
      ['Box', 'a', { zone: 'x', size: 1 }],
      ['Box', 'b', { zone: 'x', size: 1 }],
    ]);
    const changed: Wish = [
      ['Box', 'a', { zone: 'y', size: 2 }],
      ['Box', 'b', { zone: 'z', size: 1 }],
      ['Jar', 'new', {}],
    ];
    await expect(desk.converge(changed)).rejects.toMatchObject({
      code: 'replacement-blocked',
      message: 'Box a cannot change zone from x to y in place; Box b cannot change zone from x to z in place',
    });
    expect(desk.cloud.take()).toEqual([]);
  });

  it('says that it is a bug when a ref can never be filled', async () => {
    const desk = new Desk(kinds);
    await expect(desk.converge([['Box', 'a', { x: { $ref: 'Jar/never', field: 'arn' } }]])).rejects.toMatchObject({
      code: 'bug',
    });
  });

  it('leaves alone what is held, wanted or not', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wish);
    await desk.converge({ resources: [{ kind: 'Box', id: 'a', spec: { size: 1 } }], holds: ['Leaf', 'Jar'] });
    expect(desk.cloud.take()).toEqual([]);
  });
});

describe('lists', () => {
  it('are made once for all who ask at the same time', async () => {
    const desk = new Desk(kinds);
    await Promise.all([desk.engine.sync(SCOPE), desk.engine.sync(SCOPE), desk.converge([])]);
    await desk.engine.sync(SCOPE);
    expect(desk.cloud.take()).toEqual(['list Box', 'list Jar']);
  });

  it('that fail let nothing be planned; what was listed is not listed again', async () => {
    const desk = new Desk(kinds);
    desk.cloud.fail('list Jar', 'throttled');
    await expect(desk.converge(wish)).rejects.toMatchObject({ code: 'throttled' });
    expect(desk.cloud.take()).toEqual(['list Box', 'list Jar']);
    await desk.converge([]);
    expect(desk.cloud.take()).toEqual(['list Jar']);
  });
});

describe('a plan', () => {
  it('is made from what is known, and calls nothing', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wish);
    const { steps } = desk.engine.plan(desk.owner, {
      resources: [{ kind: 'Box', id: 'a', spec: { size: 2 } }],
      holds: [],
    });
    expect(steps.map(({ action, kind, id }) => `${action} ${kind}/${id}`)).toEqual([
      'update Box/a',
      'delete Leaf/a:1',
      'delete Jar/j',
    ]);
    expect(desk.engine.plan(desk.owner, undefined).steps.map(({ action }) => action)).toEqual(['delete', 'delete']);
    expect(desk.cloud.take()).toEqual([]);
  });
});

describe('the kinds of a provider', () => {
  it.each([
    ['declared twice', [rootKind('Box'), rootKind('Box')], 'kind Box is declared twice'],
    ['before their parent', [childKind('Leaf', 'Box'), rootKind('Box')], 'kind Leaf stands before its parent Box'],
  ])('may not be %s', (_, wrong, message) => {
    expect(() => new Engine({ kinds: wrong, cloud: new FakeCloud() })).toThrow(message);
  });
});
