// Calls that fail: what is looked at again, tried again, made room for, or given back.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Code, FairleadError } from '../../../src/engine/errors.ts';
import { Desk, type Wish } from './desk.ts';
import { childKind, FakeCloud, owner, rootKind, SCOPE } from './fake-cloud.ts';

const kinds = [rootKind('Box'), childKind('Leaf', 'Box'), rootKind('Jar', { guarded: true })];
const wish: Wish = [
  ['Box', 'a', { size: 1 }],
  ['Leaf', 'a:1', { n: 1 }],
];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a call that fails', () => {
  it.each<Code>(['denied', 'throttled', 'network', 'unavailable', 'rejected', 'quota'])(
    'with %s ends the attempt; the next one looks before it does anything to the same object',
    async (code) => {
      const desk = new Desk(kinds);
      desk.cloud.fail('create Box/a', code);
      await expect(desk.converge(wish)).rejects.toMatchObject({ code });
      expect(desk.cloud.take().slice(0, 3)).toEqual(['list Box', 'list Jar', 'create Box/a']);
      await desk.converge(wish);
      expect(desk.cloud.take()).toEqual(['read Box/a', 'create Box/a', 'create Leaf/a:1']);
    },
  );

  it('after it took effect is found by the look, and not made twice', async () => {
    const desk = new Desk(kinds);
    desk.cloud.before('create Box/a', async () => {
      desk.cloud.put('Box', 'a', [desk.owner], { size: 1 });
      throw new FairleadError('network', 'connection reset');
    });
    await expect(desk.converge(wish)).rejects.toMatchObject({ code: 'network' });
    desk.cloud.take();
    await desk.converge(wish);
    expect(desk.cloud.take()).toEqual(['read Box/a', 'readAll Leaf of a', 'create Leaf/a:1']);
  });

  it('of a child is looked at with its family', async () => {
    const desk = new Desk(kinds);
    desk.cloud.fail('create Leaf/a:1', 'network');
    await expect(desk.converge(wish)).rejects.toMatchObject({ code: 'network' });
    desk.cloud.take();
    await desk.converge(wish);
    expect(desk.cloud.take()).toEqual(['readAll Leaf of a', 'create Leaf/a:1']);
  });

  it('of a child is looked at even where the status says that the stack is in place', async () => {
    const seen = new Desk(kinds);
    const { memory } = await seen.settled(wish);
    const desk = new Desk(kinds, { cloud: seen.cloud });
    desk.cloud.objects.delete('Leaf/a:1');
    desk.cloud.fail('create Leaf/a:1', 'conflict');
    await desk.settled(wish, { remembered: memory });
    await desk.converge(wish, { verify: true });
    expect(desk.cloud.take()).toContain('create Leaf/a:1');
    expect(desk.cloud.objects.has('Leaf/a:1')).toBe(true);
  });

  it('with something that is no error of ours is a bug, with the cause', async () => {
    const desk = new Desk(kinds);
    const thrown = new TypeError('x is not a function');
    desk.cloud.before('create Box/a', async () => {
      throw thrown;
    });
    await expect(desk.converge(wish)).rejects.toMatchObject({ code: 'bug', cause: thrown });
  });

  it('of a read leaves everything unknown', async () => {
    const cloud = new FakeCloud();
    await new Desk(kinds, { cloud }).settled(wish);
    const desk = new Desk(kinds, { cloud });
    cloud.fail('read Box/a', 'unavailable');
    cloud.fail('readAll Leaf of a', 'unavailable');
    await expect(desk.converge(wish)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(desk.converge(wish)).rejects.toMatchObject({ code: 'unavailable' });
    await desk.converge(wish);
    expect(cloud.take().filter((call) => !/^(list|read)/.test(call))).toEqual([]);
  });

  it('of a read for one object only is the error of that object', async () => {
    const broken = rootKind('Box', {
      read: async (_, wanted) =>
        wanted.map(({ id }) => ({ id, state: 'unknown', error: new FairleadError('denied', `no look at ${id}`) })),
    });
    const cloud = new FakeCloud();
    cloud.put('Box', 'a', [owner()], { size: 1 });
    await expect(new Desk([broken], { cloud }).converge([['Box', 'a', { size: 1 }]])).rejects.toMatchObject({
      code: 'denied',
      message: 'no look at a',
    });
  });

  it('of a kind that forgets to answer for an object is a bug of that kind', async () => {
    const silent = rootKind('Box', { read: async () => [] });
    const cloud = new FakeCloud();
    cloud.put('Box', 'a', [owner()], { size: 1 });
    await expect(new Desk([silent], { cloud }).converge([['Box', 'a', { size: 1 }]])).rejects.toMatchObject({
      code: 'bug',
      message: 'reading Box answered nothing for a',
    });
  });
});

describe('a conflict', () => {
  it('is looked at, and what is ours by then is as if we had made it', async () => {
    const desk = new Desk(kinds);
    await desk.settled([]);
    desk.cloud.put('Box', 'a', [desk.owner], { size: 7 });
    await desk.converge([['Box', 'a', { size: 1 }]]);
    // Inside may be what nobody wants any more.
    const calls = ['create Box/a', 'read Box/a', 'readAll Leaf of a', 'update Box/a size'];
    expect(desk.cloud.take()).toEqual(calls);
  });

  it('with a stranger is an error in words', async () => {
    const desk = new Desk(kinds);
    await desk.settled([]);
    desk.cloud.put('Box', 'a', [], { size: 7 });
    await expect(desk.converge([['Box', 'a', { size: 1 }]])).rejects.toMatchObject({ code: 'name-taken' });
    expect(desk.cloud.objects.get('Box/a')?.spec).toEqual({ size: 7 });
  });

  it('because it is gone makes it anew', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wish);
    desk.cloud.objects.clear();
    await desk.converge([
      ['Box', 'a', { size: 2 }],
      ['Leaf', 'a:1', { n: 1 }],
    ]);
    expect(desk.cloud.take()).toEqual(['update Box/a size', 'read Box/a', 'create Box/a', 'create Leaf/a:1']);
  });

  it('at a child makes the engine look at the parent, which may be gone', async () => {
    const strict = [
      rootKind('Box'),
      childKind('Leaf', 'Box', {
        async readAll(cloud, above) {
          await cloud.enter(`readAll Leaf of ${above.id}`);
          if (!cloud.objects.has(`Box/${above.id}`)) throw new FairleadError('conflict', 'the box is gone');
          return cloud.ids('Leaf').map((id) => cloud.observed('Leaf', id));
        },
      }),
    ];
    const seen = new Desk(strict);
    const { memory } = await seen.settled(wish);
    const desk = new Desk(strict, { cloud: seen.cloud });
    await desk.engine.sync(SCOPE);
    desk.cloud.objects.clear();
    desk.cloud.take();
    await desk.converge([wish[0]!, ['Leaf', 'a:1', { n: 2 }]], { remembered: { ...memory!, graph: 'other' } });
    expect(desk.cloud.objects.size).toBe(2);
    const late = new Desk(strict, { cloud: desk.cloud });
    await late.settled([wish[0]!, ['Leaf', 'a:1', { n: 2 }]]);
    late.cloud.objects.clear();
    await late.converge([wish[0]!, ['Leaf', 'a:1', { n: 3 }]]);
    expect(late.cloud.take()).toEqual(['update Leaf/a:1 n', 'read Box/a', 'create Box/a', 'create Leaf/a:1']);
  });

  it('that does not end is given back, as what it is', async () => {
    const desk = new Desk(kinds);
    desk.cloud.fail('create Box/a', 'conflict', 'conflict', 'conflict');
    await expect(desk.converge(wish)).rejects.toMatchObject({ code: 'conflict' });
    expect(desk.cloud.take().filter((call) => call.startsWith('create'))).toHaveLength(3);
  });
});

describe('a cloud that takes a change and does not show it', () => {
  it('is asked a few times, and then it is an error in words', async () => {
    const deaf = rootKind('Box', {
      async update(cloud, now) {
        await cloud.enter(`update Box/${now.id}`);
        return cloud.observed('Box', now.id);
      },
    });
    const desk = new Desk([deaf]);
    await desk.settled([['Box', 'a', { size: 1 }]]);
    await expect(desk.converge([['Box', 'a', { size: 2 }]])).rejects.toMatchObject({
      code: 'not-converging',
      message: /update Box\/a size/,
    });
    expect(desk.cloud.take().length).toBeLessThanOrEqual(5);
  });

  it('stops being asked too where every look shows something else than the list', async () => {
    const vague = rootKind('Box', {
      read: async (cloud, wanted) => {
        await cloud.enter('read');
        return wanted.map(({ id }) => ({ id: `${id}?`, state: 'gone' }));
      },
    });
    const cloud = new FakeCloud();
    cloud.put('Box', 'a', [owner()], {});
    await expect(new Desk([vague], { cloud }).converge([['Box', 'a', {}]])).rejects.toMatchObject({ code: 'bug' });
  });
});

describe('a quota', () => {
  const full: Wish = [
    ['Box', 'a', { size: 1 }],
    ['Leaf', 'a:1', {}],
    ['Leaf', 'a:2', {}],
    ['Box', 'spare', {}],
    ['Jar', 'j', {}],
    ['Jar', 'k', {}],
  ];
  const next: Wish = [
    ['Box', 'a', { size: 1 }],
    ['Leaf', 'a:2', {}],
    ['Jar', 'new', {}],
  ];

  it('makes the engine do the deletes that are safe already, and try again', async () => {
    const desk = new Desk(kinds);
    await desk.settled(full);
    desk.cloud.fail('create Jar/new', 'quota');
    await desk.converge(next);
    expect(desk.cloud.take()).toEqual([
      'create Jar/new',
      'delete Jar/j',
      'delete Jar/k',
      'delete Leaf/a:1',
      'read Jar/new',
      'create Jar/new',
      'delete Box/spare',
    ]);
  });

  it('is given back where nothing can go, or nothing helps', async () => {
    const desk = new Desk(kinds);
    await desk.settled([['Box', 'a', { size: 1 }]]);
    desk.cloud.fail('create Jar/new', 'quota');
    await expect(desk.converge([['Jar', 'new', {}]])).rejects.toMatchObject({ code: 'quota' });
    expect(desk.cloud.objects.has('Box/a')).toBe(true);
    desk.cloud.fail('create Jar/new', 'quota', 'quota', 'quota');
    await expect(desk.converge([['Jar', 'new', {}]])).rejects.toMatchObject({ code: 'quota' });
  });

  it('passes over what is still in use', async () => {
    const desk = new Desk(kinds);
    await desk.settled(full);
    desk.cloud.fail('create Jar/new', 'quota');
    desk.cloud.fail('delete Jar/k', 'in-use');
    await desk.converge(next);
    expect([...desk.cloud.objects.keys()].sort()).toEqual(['Box/a', 'Jar/new', 'Leaf/a:2']);
  });

  it('makes nothing go that the policy keeps', async () => {
    const desk = new Desk(kinds, { policy: 'upsert-only' });
    await desk.settled(full);
    desk.cloud.fail('create Jar/new', 'quota');
    await expect(desk.converge(next)).rejects.toMatchObject({ code: 'quota' });
    expect(desk.cloud.take()).toEqual(['create Jar/new']);
  });
});
