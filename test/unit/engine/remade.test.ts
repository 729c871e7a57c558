// Fields that no live object can change, and no other can stand beside it: it goes, and is made anew.
import { describe, expect, it } from 'vitest';
import { withCalls } from '../../../src/engine/calls.ts';
import type { AnyKind } from '../../../src/engine/kind.ts';
import { BUSY, busyChild, hallKind, rest } from './busy-kinds.ts';
import { Desk, graphOf, type Wish } from './desk.ts';
import { childKind, type FakeCloud, rootKind } from './fake-cloud.ts';

const fields = {
  remade: ['shape'],
  interrupts: (want: object, have: object) =>
    (want as { shape?: string }).shape === (have as { shape?: string }).shape
      ? undefined
      : 'the door is shut meanwhile',
  calls: ({ action }: { readonly action: string }) => [`cloud:${action}Door`],
};
const plain = [rootKind('Hall'), childKind('Door', 'Hall', fields), rootKind('Box', { remade: ['shape'] })];
const busy = [hallKind(), busyChild('Door', 'Hall', fields)];
const wish = (shape: string, size = 1): Wish => [
  ['Hall', 'h', {}],
  ['Door', 'h:1', { shape, size }],
];

describe('a remade field', () => {
  it('costs a delete and a create, one after the other', async () => {
    const desk = new Desk(plain);
    await desk.settled(wish('round'));
    const { done } = await desk.converge(wish('square', 2));
    expect(desk.cloud.take()).toEqual(['delete Door/h:1', 'create Door/h:1']);
    expect(done.map(({ action, remake }) => [action, remake])).toEqual([
      ['update', true],
      ['create', undefined],
    ]);
    expect(desk.cloud.objects.get('Door/h:1')?.spec).toEqual({ shape: 'square', size: 2 });
    await desk.converge(wish('square', 2));
    expect(desk.cloud.take()).toEqual([]);
  });

  it('stays as it is where nothing may be deleted', async () => {
    const desk = new Desk(plain);
    await desk.settled(wish('round'));
    const careful = new Desk(plain, { cloud: desk.cloud, policy: 'upsert-only' });
    await expect(careful.converge(wish('square'))).rejects.toMatchObject({ code: 'policy' });
    expect(desk.cloud.take().filter((call) => /^(delete|create|update)/.test(call))).toEqual([]);
    expect(desk.cloud.objects.get('Door/h:1')?.spec).toMatchObject({ shape: 'round' });
  });

  it('is none of another field: that changes as the object lives', async () => {
    const desk = new Desk(plain);
    await desk.settled(wish('round'));
    await desk.converge(wish('round', 2));
    expect(desk.cloud.take()).toEqual(['update Door/h:1 size']);
  });

  it('can be that of an object that lives in no other', async () => {
    const desk = new Desk(plain);
    await desk.settled([['Box', 'a', { shape: 'round' }]]);
    await desk.converge([['Box', 'a', { shape: 'square' }]]);
    expect(desk.cloud.take()).toEqual(['delete Box/a', 'create Box/a']);
  });

  it('waits between the two where the cloud is at work on what it lives in', async () => {
    const desk = new Desk(busy);
    for (let round = 0; round < 3; round++) {
      await desk.settled(wish('round'));
      rest(desk.cloud);
    }
    const first = await desk.converge(wish('square'));
    expect(first.waiting).toEqual(BUSY);
    expect(desk.cloud.take()).toEqual(['delete Door/h:1']);
    rest(desk.cloud);
    await desk.converge(wish('square'));
    expect(desk.cloud.take()).toEqual(['read Hall/h', 'create Door/h:1']);
    rest(desk.cloud);
    expect((await desk.converge(wish('square'))).waiting).toBeUndefined();
  });

  it('leaves nothing out after a crash between the two', async () => {
    const desk = new Desk(plain);
    await desk.settled(wish('round'));
    desk.cloud.fail('create Door/h:1', 'network');
    await expect(desk.converge(wish('square'))).rejects.toMatchObject({ code: 'network' });
    const next = new Desk(plain, { cloud: desk.cloud });
    await next.converge(wish('square'));
    expect(desk.cloud.objects.get('Door/h:1')?.spec).toEqual({ shape: 'square', size: 1 });
  });
});

describe('what a plan says of it', () => {
  function planned(kinds: readonly AnyKind<FakeCloud>[], desk: Desk, wanted: Wish) {
    return withCalls(desk.engine.plan(desk.owner, graphOf(wanted)), kinds, desk.engine.inventory);
  }

  it('is an update that interrupts, with the calls of both', async () => {
    const desk = new Desk(plain);
    await desk.settled(wish('round'));
    const { steps } = planned(plain, desk, wish('square'));
    expect(steps.find(({ kind }) => kind === 'Door')).toMatchObject({
      action: 'update',
      remake: true,
      outage: 'the door is shut meanwhile',
      calls: ['cloud:deleteDoor', 'cloud:createDoor'],
    });
  });

  it('is not told of a field that is not known yet', async () => {
    const desk = new Desk(plain);
    await desk.settled(wish('round'));
    const open: Wish = [
      ['Hall', 'h', {}],
      ['Door', 'h:1', { shape: { $ref: 'Box/b', field: 'arn' }, size: 1 }],
      ['Box', 'b', {}],
    ];
    const step = planned(plain, desk, open).steps.find(({ kind }) => kind === 'Door');
    expect(step).toMatchObject({ action: 'update', missing: ['Box/b'] });
    expect(step?.remake).toBeUndefined();
  });
});
