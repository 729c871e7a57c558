// A create that takes along what is wanted inside: one call, and what its answer does not show is made after it.
import { describe, expect, it } from 'vitest';
import { withCalls } from '../../../src/engine/calls.ts';
import { FairleadError } from '../../../src/engine/errors.ts';
import type { AnyKind, Inner } from '../../../src/engine/kind.ts';
import { makePlan, type Step } from '../../../src/engine/plan.ts';
import { Desk, graphOf, type Wish } from './desk.ts';
import { childKind, FakeCloud, rootKind } from './fake-cloud.ts';

interface Habits {
  /** Keys of what the create does not make, though it was asked to. */
  readonly without?: readonly string[];
  /** Keys of what it makes and does not show. */
  readonly silent?: readonly string[];
  readonly nests?: readonly string[];
}

/** What each create of the Hall was asked to make inside. */
let asked: (readonly Inner[])[] = [];

/** What was unknown is what the create gave it. */
function filled(spec: object): Record<string, unknown> {
  const known = (value: unknown) =>
    typeof value === 'object' && value !== null && '$unknown' in value
      ? `arn:${String(value.$unknown).split('#')[0]}`
      : value;
  return Object.fromEntries(Object.entries(spec).map(([field, value]) => [field, known(value)]));
}

function kindsOf({ without = [], silent = [], nests = ['Door', 'Lock'] }: Habits = {}): readonly AnyKind<FakeCloud>[] {
  asked = [];
  const hall = rootKind('Hall', {
    nests: ({ whole }) => (whole === false ? [] : nests),
    calls: ({ action }) => [`cloud:${action}Hall`],
    async create(cloud, owners, id, spec, _scope, inside) {
      await cloud.enter(`create Hall/${id}`);
      asked.push(inside);
      cloud.put('Hall', id, owners, spec);
      const made = inside.filter((one) => !without.includes(`${one.kind}/${one.id}`));
      for (const one of made) cloud.put(one.kind, one.id, owners, filled(one.spec));
      const shown = made.filter((one) => !silent.includes(`${one.kind}/${one.id}`));
      const told = shown.map((one) => ({ kind: one.kind, object: cloud.observed(one.kind, one.id) }));
      return { ...cloud.observed('Hall', id), inside: told };
    },
  });
  const calls = ({ action }: { readonly action: string }) => [`cloud:${action}Child`];
  return [rootKind('Jar', { calls }), hall, childKind('Door', 'Hall', { calls }), childKind('Lock', 'Door', { calls })];
}

const DOOR = ['Door', 'h:1', { hall: { $ref: 'Hall/h', field: 'arn' } }] as const;
const LOCK = ['Lock', 'h:1:a', { door: { $ref: 'Door/h:1', field: 'arn' }, size: 2 }] as const;
const wish: Wish = [['Hall', 'h', { size: 1 }], DOOR, LOCK];
const brief = (steps: readonly Step[]) => steps.map(({ action, kind, id }) => `${action} ${kind}/${id}`);

describe('a create that takes along what is inside', () => {
  it('is one call, after which all of it is known', async () => {
    const desk = new Desk(kindsOf());
    const { done, memory } = await desk.converge(wish);
    expect(desk.cloud.take()).toEqual(['list Jar', 'list Hall', 'create Hall/h']);
    expect(brief(done)).toEqual(['create Hall/h', 'create Door/h:1', 'create Lock/h:1:a']);
    expect(memory).toBeDefined();
    await desk.converge(wish, { remembered: undefined });
    expect(desk.cloud.take()).toEqual([]);
  });

  it('is told their specs, with what the call itself makes left open', async () => {
    await new Desk(kindsOf()).converge(wish);
    expect(asked).toEqual([
      [
        { kind: 'Door', id: 'h:1', spec: { hall: { $unknown: 'Hall/h#arn' } } },
        { kind: 'Lock', id: 'h:1:a', spec: { door: { $unknown: 'Door/h:1#arn' }, size: 2 } },
      ],
    ]);
  });

  it('leaves what is in another Hall to that one', async () => {
    const desk = new Desk(kindsOf());
    const two: Wish = [...wish, ['Hall', 'i', {}], ['Door', 'i:1', { hall: { $ref: 'Hall/i', field: 'arn' } }]];
    await desk.converge(two);
    expect(asked.map((inside) => inside.map(({ id }) => id))).toEqual([['h:1', 'h:1:a'], ['i:1']]);
  });

  it('takes nothing along where its spec says so', async () => {
    const desk = new Desk(kindsOf());
    await desk.converge([['Hall', 'h', { whole: false }], DOOR, LOCK]);
    expect(desk.cloud.take().slice(2)).toEqual(['create Hall/h', 'create Door/h:1', 'create Lock/h:1:a']);
    expect(asked).toEqual([[]]);
  });

  it('takes no kind along that it did not name, and nothing that hangs on such a thing', async () => {
    const desk = new Desk(kindsOf({ nests: ['Lock'] }));
    await desk.converge(wish);
    expect(asked).toEqual([[]]);
    expect(desk.cloud.take().slice(2)).toEqual(['create Hall/h', 'create Door/h:1', 'create Lock/h:1:a']);
  });

  it('takes nothing along that hangs on something made later', async () => {
    const kinds = kindsOf();
    const [jar, ...halls] = kinds;
    const desk = new Desk([...halls, jar as AnyKind<FakeCloud>]);
    const plan = makePlanOf(desk, [
      ['Hall', 'h', {}],
      ['Door', 'h:1', { jar: { $ref: 'Jar/j', field: 'arn' } }],
      ['Jar', 'j', {}],
    ]);
    expect(plan.steps.map(({ within }) => within)).toEqual([undefined, undefined, undefined]);
  });

  it('lets what its answer does not show be looked for, and made after it', async () => {
    const desk = new Desk(kindsOf({ without: ['Lock/h:1:a'] }));
    const { done } = await desk.converge(wish);
    expect(desk.cloud.take().slice(2)).toEqual(['create Hall/h', 'readAll Lock of h:1', 'create Lock/h:1:a']);
    expect(brief(done)).toEqual(['create Hall/h', 'create Door/h:1', 'create Lock/h:1:a']);
    expect(desk.cloud.ids('Lock')).toEqual(['h:1:a']);
  });

  it('makes nothing twice where it made more than it shows', async () => {
    const desk = new Desk(kindsOf({ silent: ['Lock/h:1:a'] }));
    await desk.converge(wish);
    expect(desk.cloud.take().slice(2)).toEqual(['create Hall/h', 'readAll Lock of h:1']);
  });

  it.each(['network', 'unavailable', 'bug'] as const)(
    'whose answer is lost (%s) is looked for, inside too, and not made again',
    async (code) => {
      const kinds = kindsOf();
      const cloud = new FakeCloud();
      const [jar, hall, ...rest] = kinds as [AnyKind<FakeCloud>, AnyKind<FakeCloud>, ...AnyKind<FakeCloud>[]];
      let isLost = false;
      const losing = {
        ...hall,
        create: async (...args: Parameters<typeof hall.create>) => {
          const made = await hall.create(...args);
          if (isLost) return made;
          isLost = true;
          throw new FairleadError(code, 'the answer was lost');
        },
      } as AnyKind<FakeCloud>;
      const desk = new Desk([jar, losing, ...rest], { cloud });
      await expect(desk.converge(wish)).rejects.toMatchObject({ code });
      cloud.take();
      const { done, waiting } = await desk.converge(wish);
      expect(waiting).toBeUndefined();
      expect(cloud.take()).toEqual(['read Hall/h', 'readAll Door of h', 'readAll Lock of h:1']);
      expect(brief(done)).toEqual([]);
      expect([...cloud.objects.keys()]).toEqual(['Hall/h', 'Door/h:1', 'Lock/h:1:a']);
    },
  );

  it('that never came about is made, whole, once that is seen', async () => {
    const desk = new Desk(kindsOf());
    desk.cloud.fail('create Hall/h', 'network');
    await expect(desk.converge(wish)).rejects.toMatchObject({ code: 'network' });
    desk.cloud.take();
    await desk.converge(wish);
    expect(desk.cloud.take()).toEqual(['read Hall/h', 'create Hall/h']);
    expect(asked.at(-1)).toHaveLength(2);
  });
});

function makePlanOf(desk: Desk, wanted: Wish, kinds = kindsOf()) {
  for (const { name, parent } of kinds) if (parent === undefined) desk.engine.inventory.putList(name, []);
  return makePlan({
    kinds,
    owner: desk.owner,
    graph: graphOf(wanted),
    world: desk.engine.inventory,
    shares: () => [],
    sharedKeys: [],
    trusts: () => false,
  });
}

describe('what a plan says of it', () => {
  it('is in which create each is made', () => {
    const plan = makePlanOf(new Desk(kindsOf()), wish);
    expect(plan.steps.map(({ kind, within }) => [kind, within])).toEqual([
      ['Hall', undefined],
      ['Door', 'Hall/h'],
      ['Lock', 'Hall/h'],
    ]);
  });

  it('costs the calls of the one that takes the others along', () => {
    const kinds = kindsOf();
    const desk = new Desk(kinds);
    const plan = withCalls(makePlanOf(desk, wish, kinds), kinds, desk.engine.inventory);
    expect(plan.steps.map(({ calls }) => calls)).toEqual([['cloud:createHall'], [], []]);
    const apart = withCalls(makePlanOf(desk, [['Hall', 'h', { whole: false }], DOOR], kinds), kinds, {
      get: () => undefined,
    });
    expect(apart.steps.map(({ calls }) => calls)).toEqual([['cloud:createHall'], ['cloud:createChild']]);
  });
});
