// Objects of which the cloud takes one change at a time, with all that is in them: who waits for what, and what is looked at.
import { describe, expect, it } from 'vitest';
import type { Owner } from '../../../src/engine/owner.ts';
import { BUSY, busyChild, hallKind, rest, sharedHallKind } from './busy-kinds.ts';
import { Desk, type Wish } from './desk.ts';
import { owner, rootKind, SCOPE } from './fake-cloud.ts';

const kinds = [
  hallKind(),
  busyChild('Door', 'Hall'),
  busyChild('Guests', 'Door', { churns: true }),
  busyChild('Bell', 'Hall'),
  rootKind('Jar'),
];
const HALL = ['Hall', 'h', { size: 1 }] as const;
const door = (size = 1) => ['Door', 'h:1', { size }] as const;
const guests = (...names: readonly string[]) => ['Guests', 'h:1:all', { names }] as const;
const bell = (tone = 'low') => ['Bell', 'h:bell', { tone }] as const;

/** Converges and lets the cloud come to rest, until there is nothing to wait for. Answers the calls of each round. */
async function rounds(desk: Desk, wish: Wish | undefined): Promise<readonly (readonly string[])[]> {
  const all: (readonly string[])[] = [];
  for (let round = 0; round < 10; round++) {
    const { waiting } = await desk.converge(wish);
    all.push(desk.cloud.take());
    if (!waiting) return all;
    rest(desk.cloud);
  }
  throw new Error('it never came to rest');
}

/** In force and at rest. */
async function ready(wish: Wish): Promise<Desk> {
  const desk = new Desk(kinds);
  await rounds(desk, wish);
  return desk;
}

describe('an object that is at work', () => {
  it('takes one change after the other, and is all that is looked at meanwhile', async () => {
    const desk = new Desk(kinds);
    expect(await rounds(desk, [HALL, door(), guests('n1'), bell()])).toEqual([
      ['list Hall', 'list Jar', 'create Hall/h'],
      ['read Hall/h', 'create Door/h:1'],
      ['read Hall/h', 'create Guests/h:1:all'],
      ['read Hall/h', 'create Bell/h:bell'],
      ['read Hall/h'],
    ]);
    await desk.converge([HALL, door(), guests('n1'), bell()]);
    expect(desk.cloud.take()).toEqual([]);
  });

  it('is waited for with the words of the write that set it to work', async () => {
    const desk = await ready([HALL]);
    const { waiting, memory } = await desk.converge([HALL, door()]);
    expect(waiting).toEqual(BUSY);
    expect(memory).toBeUndefined();
  });

  it('is not written to while others set it to work', async () => {
    const desk = await ready([HALL, door()]);
    const hall = desk.cloud.objects.get('Hall/h')!;
    desk.cloud.objects.set('Hall/h', { ...hall, settled: BUSY });
    // Nobody told us: the cloud refuses, and from then on we look before we write.
    const { waiting } = await desk.converge([HALL, door(2)]);
    expect(waiting).toEqual(BUSY);
    expect(desk.cloud.take()).toEqual(['update Door/h:1 size', 'read Hall/h', 'readAll Door of h']);
    expect(await rounds(desk, [HALL, door(2)])).toEqual([
      ['read Hall/h'],
      ['read Hall/h', 'update Door/h:1 size'],
      ['read Hall/h'],
    ]);
  });

  it('keeps nobody from what is outside of it', async () => {
    const desk = new Desk(kinds);
    await desk.converge([HALL, door(), ['Jar', 'j', { hall: { $ref: 'Hall/h', field: 'arn' } }]]);
    expect(desk.cloud.take()).toEqual(['list Hall', 'list Jar', 'create Hall/h', 'create Jar/j']);
  });

  it('keeps what waits for it to settle from being made', async () => {
    const desk = new Desk(kinds);
    const wish: Wish = [HALL, ['Jar', 'j', { hall: { $ref: 'Hall/h', field: 'arn', settled: true } }]];
    const first = await desk.converge(wish);
    expect(first.waiting).toEqual(BUSY);
    expect(desk.cloud.take()).toEqual(['list Hall', 'list Jar', 'create Hall/h']);
    rest(desk.cloud);
    const second = await desk.converge(wish);
    expect(second.waiting).toBeUndefined();
    expect(desk.cloud.take()).toEqual(['read Hall/h', 'create Jar/j']);
    expect(desk.cloud.objects.get('Jar/j')?.spec).toEqual({ hall: 'arn:Hall/h' });
  });

  it('need not come to rest before it goes as a whole', async () => {
    const desk = new Desk(kinds);
    await desk.settled([HALL, door()]);
    const { waiting } = await desk.converge(undefined);
    expect(desk.cloud.take()).toEqual(['delete Hall/h']);
    expect(waiting).toBeUndefined();
  });
});

describe('what goes from inside', () => {
  it('is one write, and gone when all has come to rest', async () => {
    const desk = await ready([HALL, door(), bell()]);
    expect(await rounds(desk, [HALL, door()])).toEqual([['delete Bell/h:bell'], ['read Hall/h']]);
    expect(desk.cloud.ids('Bell')).toEqual([]);
  });

  it('takes along what is inside of it, without a word', async () => {
    const desk = await ready([HALL, door(), guests('n1')]);
    expect(await rounds(desk, [HALL])).toEqual([['delete Door/h:1'], ['read Hall/h']]);
    expect([...desk.cloud.objects.keys()]).toEqual(['Hall/h']);
  });

  it('goes after what comes, one after the other', async () => {
    const desk = await ready([HALL, bell()]);
    expect(await rounds(desk, [HALL, door()])).toEqual([
      ['create Door/h:1'],
      ['read Hall/h', 'delete Bell/h:bell'],
      ['read Hall/h'],
    ]);
  });
});

describe('a wait that only what follows nodes has caused', () => {
  it('leaves the structure in force and remembered', async () => {
    const desk = await ready([HALL, door(), guests('n1')]);
    const { waiting, memory } = await desk.converge([HALL, door(), guests('n1', 'n2')]);
    expect(waiting).toEqual(BUSY);
    expect(memory).toEqual({ graph: expect.any(String) });
  });

  it('is still such a wait after a look at the object', async () => {
    const desk = await ready([HALL, door(), guests('n1')]);
    await desk.converge([HALL, door(), guests('n2')]);
    const { memory, waiting } = await desk.converge([HALL, door(), guests('n2')]);
    expect(desk.cloud.take()).toEqual(['update Guests/h:1:all names', 'read Hall/h']);
    expect(waiting).toEqual(BUSY);
    expect(memory).toEqual({ graph: expect.any(String) });
  });

  it('is none any more once something else is changed too', async () => {
    const desk = await ready([HALL, door(), guests('n1')]);
    await desk.converge([HALL, door(), guests('n2')]);
    rest(desk.cloud);
    const { memory } = await desk.converge([HALL, door(2), guests('n2')]);
    expect(memory).toBeUndefined();
  });

  it('is none while a change of the rest waits for its turn', async () => {
    const desk = await ready([HALL, door(), guests('n1')]);
    await desk.converge([HALL, door(), guests('n2')]);
    const { memory } = await desk.converge([HALL, door(2), guests('n2')]);
    expect(memory).toBeUndefined();
  });
});

describe('a conflict inside', () => {
  it('says nothing certain of the whole, so that is looked at', async () => {
    const desk = await ready([HALL, door()]);
    desk.cloud.fail('update Door/h:1 size', 'conflict');
    expect(await rounds(desk, [HALL, door(2)])).toEqual([
      ['update Door/h:1 size', 'read Hall/h', 'readAll Door of h', 'update Door/h:1 size'],
      ['read Hall/h'],
    ]);
  });

  it('deep inside says so too', async () => {
    const desk = await ready([HALL, door(), guests('n1')]);
    desk.cloud.fail('update Guests/h:1:all names', 'conflict');
    await desk.converge([HALL, door(), guests('n2')]);
    expect(desk.cloud.take()).toEqual([
      'update Guests/h:1:all names',
      'read Hall/h',
      'readAll Door of h',
      'readAll Guests of h:1',
      'update Guests/h:1:all names',
    ]);
  });

  it('after which all of it turns out to be gone: it is made anew', async () => {
    const desk = await ready([HALL, door()]);
    for (const key of ['Hall/h', 'Door/h:1']) desk.cloud.objects.delete(key);
    expect(await rounds(desk, [HALL, door(2)])).toEqual([
      ['update Door/h:1 size', 'read Hall/h', 'create Hall/h'],
      ['read Hall/h', 'create Door/h:1'],
      ['read Hall/h'],
    ]);
  });
});

describe('an object that owners share', () => {
  const other = owner('bbbbbbbb-0000-0000-0000-000000000002', 'api');
  const named = (name: string): Owner => (name === 'api' ? other : owner());
  const shared = [sharedHallKind(named), busyChild('Door', 'Hall'), busyChild('Guests', 'Door', { churns: true })];
  const part = (who: Owner, more: Wish = []): Wish => [['Hall', 'h', { owners: [who.name] }], ...more];
  const mine: Wish = part(owner(), [door()]);
  const theirs: Wish = part(other, [['Door', 'h:2', { size: 5 }]]);

  it('is written by one of them at a time', async () => {
    const desk = new Desk(shared);
    await rounds(desk, mine);
    await desk.converge(theirs, { owner: other });
    expect(desk.cloud.take()).toEqual(['update Hall/h owners']);
    const { waiting } = await desk.converge(part(owner(), [door(2)]));
    expect(waiting).toMatchObject({ why: BUSY.why });
    expect(desk.cloud.take()).toEqual(['read Hall/h']);
    rest(desk.cloud);
    await desk.converge(theirs, { owner: other });
    expect(desk.cloud.take()).toEqual(['read Hall/h', 'create Door/h:2']);
    expect((await desk.converge(part(owner(), [door(2)]))).waiting).toBeDefined();
    expect(desk.cloud.take()).toEqual(['read Hall/h']);
    rest(desk.cloud);
    await desk.converge(part(owner(), [door(2)]));
    expect(desk.cloud.take()).toEqual(['read Hall/h', 'update Door/h:1 size']);
    expect(desk.cloud.objects.get('Hall/h')?.spec).toEqual({ owners: ['api', 'web'] });
  });

  it('is written by one of them at a time where both begin at once', async () => {
    const desk = new Desk(shared);
    await rounds(desk, mine);
    await desk.converge(theirs, { owner: other });
    rest(desk.cloud);
    await desk.converge(theirs, { owner: other });
    rest(desk.cloud);
    await desk.converge(theirs, { owner: other });
    desk.cloud.take();
    const change = (who: Owner, id: string) =>
      desk.engine.converge(
        {
          owner: who,
          graph: {
            resources: [
              { kind: 'Hall', id: 'h', spec: { owners: [who.name] } },
              { kind: 'Door', id, spec: { size: 9 } },
            ],
            holds: [],
          },
          beforeFirstWrite: async () => {},
        },
        SCOPE,
      );
    const both = await Promise.all([change(owner(), 'h:1'), change(other, 'h:2')]);
    const writes = desk.cloud.take().filter((call) => !call.startsWith('read'));
    expect(writes).toHaveLength(1);
    expect(both.every(({ waiting }) => waiting !== undefined)).toBe(true);
  });

  it('stays for the one who is left, with what is theirs', async () => {
    const desk = new Desk(shared);
    await rounds(desk, mine);
    for (let round = 0; round < 3; round++) {
      await desk.converge(theirs, { owner: other });
      rest(desk.cloud);
    }
    for (let round = 0; round < 4; round++) {
      await desk.converge(undefined);
      rest(desk.cloud);
    }
    expect([...desk.cloud.objects.keys()]).toEqual(['Hall/h', 'Door/h:2']);
    expect(desk.cloud.objects.get('Hall/h')?.spec).toEqual({ owners: ['api'] });
    for (let round = 0; round < 3; round++) {
      await desk.converge(undefined, { owner: other });
      rest(desk.cloud);
    }
    expect([...desk.cloud.objects.keys()]).toEqual([]);
  });
});
