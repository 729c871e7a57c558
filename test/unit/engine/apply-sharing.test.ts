// Two stacks with parts in one object.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FairleadError } from '../../../src/engine/errors.ts';
import type { RetryAfter } from '../../../src/engine/kind.ts';
import type { Owner } from '../../../src/engine/owner.ts';
import { Desk, graphOf, type Wish } from './desk.ts';
import { FakeCloud, owner, rootKind, sharedKind } from './fake-cloud.ts';

const one = owner('aaaaaaaa-0000-0000-0000-000000000001', 'one');
const two = owner('bbbbbbbb-0000-0000-0000-000000000002', 'two');
const kinds = [sharedKind('Doc'), rootKind('Box')];
const part = (whose: Owner, ...texts: readonly string[]) => texts.map((text) => `${whose.uid} ${text}`);
const wishOf = (whose: Owner, ...texts: readonly string[]): Wish => [
  ['Doc', 'nodes', { entries: part(whose, ...texts) }],
  ['Box', whose.name, {}],
];
const entries = (cloud: FakeCloud) => cloud.objects.get('Doc/nodes')?.spec.entries;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an object that two stacks share', () => {
  it('has the parts of both, made at the same time, and loses each with its owner', async () => {
    const desk = new Desk(kinds);
    await Promise.all([
      desk.converge(wishOf(one, '80'), { owner: one }),
      desk.converge(wishOf(two, '81'), { owner: two }),
    ]);
    expect(entries(desk.cloud)).toEqual([...part(one, '80'), ...part(two, '81')]);
    expect(desk.cloud.take().filter((call) => call.includes('Doc'))).toEqual([
      'list Doc',
      'create Doc/nodes',
      'update Doc/nodes entries',
    ]);
    await Promise.all([desk.converge(undefined, { owner: one }), desk.converge(undefined, { owner: two })]);
    expect(desk.cloud.objects.size).toBe(0);
  });

  it('is written by one at a time, each on what the other has left', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wishOf(one, '80'), { owner: one });
    const open = Promise.withResolvers<void>();
    desk.cloud.before('update Doc/nodes entries', () => open.promise);
    const first = desk.converge(wishOf(one, '80', '90'), { owner: one });
    const second = desk.converge(wishOf(two, '81'), { owner: two });
    await new Promise((resolve) => setImmediate(resolve));
    expect(desk.cloud.take()).toEqual(['update Doc/nodes entries']);
    open.resolve();
    await Promise.all([first, second]);
    expect(entries(desk.cloud)).toEqual([...part(one, '80', '90'), ...part(two, '81')]);
  });

  it('costs nothing where the other has brought it there already', async () => {
    const desk = new Desk(kinds);
    const open = Promise.withResolvers<void>();
    desk.cloud.before('create Doc/nodes', () => open.promise);
    const same = ['x every node'];
    const [first, second] = [one, two].map((whose) =>
      desk.converge([['Doc', 'nodes', { entries: same }]], { owner: whose }),
    );
    open.resolve();
    await Promise.all([first, second]);
    expect(desk.cloud.take()).toEqual(['list Doc', 'list Box', 'create Doc/nodes']);
  });

  it('keeps for a living stack what another brought there and takes away again', async () => {
    const loose = sharedKind('Doc', {
      merge(shares) {
        const all = shares.flatMap(({ spec }) => (spec === 'frozen' ? [] : (spec.entries as readonly string[])));
        return all.length === 0 ? undefined : { entries: [...new Set(all)].sort() };
      },
    });
    const desk = new Desk([loose, rootKind('Box')]);
    const same: Wish = [['Doc', 'nodes', { entries: ['x 80', 'x 81'] }]];
    await desk.settled(same, { owner: two });
    const open = Promise.withResolvers<void>();
    desk.cloud.before('update Doc/nodes entries', () => open.promise);
    // The second goes down to one entry; while that is on its way, the first wants what is still there.
    const going = desk.converge([['Doc', 'nodes', { entries: ['x 81'] }]], { owner: two });
    await new Promise((resolve) => setImmediate(resolve));
    const coming = desk.converge(same, { owner: one });
    open.resolve();
    await Promise.all([going, coming]);
    expect(entries(desk.cloud)).toEqual(['x 80', 'x 81']);
  });

  it('does not get the part of a stack whose change failed', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wishOf(one, '80'), { owner: one });
    desk.cloud.fail('update Doc/nodes entries', 'quota');
    await expect(desk.converge(wishOf(two, '81'), { owner: two })).rejects.toMatchObject({ code: 'quota' });
    await desk.converge(wishOf(one, '80', '90'), { owner: one });
    expect(entries(desk.cloud)).toEqual(part(one, '80', '90'));
  });

  it('is looked for by a stack whose part may have got there with a lost answer, before that stack is gone', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wishOf(one, '80'), { owner: one });
    desk.cloud.before('update Doc/nodes entries', async () => {
      const both = [...part(one, '80'), ...part(two, '81')];
      desk.cloud.put('Doc', 'nodes', [one, two], { entries: both });
      throw new FairleadError('network', 'connection reset');
    });
    await expect(desk.converge(wishOf(two, '81'), { owner: two })).rejects.toMatchObject({ code: 'network' });
    await desk.converge(undefined, { owner: two });
    expect(entries(desk.cloud)).toEqual(part(one, '80'));
  });

  it('is looked at again later where the first look, right after the lost answer, did not show the part', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wishOf(one, '80'), { owner: one });
    desk.cloud.before('update Doc/nodes entries', async () => {
      const both = [...part(one, '80'), ...part(two, '81')];
      setTimeout(() => desk.cloud.put('Doc', 'nodes', [one, two], { entries: both }), 2000);
      throw new FairleadError('network', 'connection reset');
    });
    await expect(desk.converge(wishOf(two, '81'), { owner: two })).rejects.toMatchObject({ code: 'network' });
    const first = await desk.converge(undefined, { owner: two });
    expect(first.waiting?.why).toContain('Doc nodes');
    await vi.advanceTimersByTimeAsync(first.waiting!.retryAfterMs);
    const last = await desk.converge(undefined, { owner: two });
    expect(last.waiting).toBeUndefined();
    expect(entries(desk.cloud)).toEqual(part(one, '80'));
  });

  it('keeps what nobody here knows of, and what is frozen', async () => {
    const cloud = new FakeCloud();
    const before = new Desk(kinds, { cloud });
    await before.settled(wishOf(one, '80'), { owner: one });
    await before.settled(wishOf(two, '81'), { owner: two });
    const desk = new Desk(kinds, { cloud });
    desk.engine.prime(two, graphOf([], ['Doc']));
    await desk.converge(wishOf(one, '90'), { owner: one });
    expect(entries(cloud)).toEqual([...part(one, '90'), ...part(two, '81')]);
  });

  it('keeps the part of a stack that holds it, and takes it with the stack', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wishOf(one, '80'), { owner: one });
    await desk.settled(wishOf(two, '81'), { owner: two });
    await desk.settled(graphOf([['Box', 'two', {}]], ['Doc']), { owner: two });
    await desk.converge(undefined, { owner: one });
    expect(entries(desk.cloud)).toEqual(part(two, '81'));
    await desk.converge(undefined, { owner: two });
    expect(desk.cloud.objects.size).toBe(0);
  });

  it('is not deleted by a stack that waited for its turn, where the policy has no deletes', async () => {
    const cloud = new FakeCloud();
    const before = new Desk(kinds, { cloud });
    await before.settled([['Doc', 'nodes', { entries: part(one, '80') }]], { owner: one });
    await before.settled([['Doc', 'nodes', { entries: part(two, '81') }]], { owner: two });
    const desk = new Desk(kinds, { cloud, policy: 'upsert-only' });
    const gone = await Promise.allSettled([
      desk.converge(undefined, { owner: one }),
      desk.converge(undefined, { owner: two }),
    ]);
    expect(gone.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(cloud.objects.has('Doc/nodes')).toBe(true);
  });

  it('is read by one at a time, and only by the first', async () => {
    const cloud = new FakeCloud();
    await new Desk(kinds, { cloud }).settled(wishOf(one, '80'), { owner: one });
    const desk = new Desk(kinds, { cloud });
    await Promise.all([
      desk.converge(wishOf(one, '80'), { owner: one }),
      desk.converge(wishOf(two, '81'), { owner: two }),
    ]);
    expect(cloud.take().filter((call) => call === 'read Doc/nodes')).toHaveLength(1);
  });

  it('is waited for while the cloud is at work on what the other wrote', async () => {
    const busy: RetryAfter = { retryAfterMs: 50, why: 'the document is being spread' };
    const settling = sharedKind('Doc', {
      async create(cloud, owners, id, spec) {
        await cloud.enter(`create Doc/${id}`);
        cloud.put('Doc', id, owners, spec, { settled: busy });
        return cloud.observed('Doc', id);
      },
    });
    const desk = new Desk([settling]);
    const wish = (whose: Owner): Wish => [['Doc', 'nodes', { entries: part(whose, '80') }]];
    const [first, second] = await Promise.all([
      desk.converge(wish(one), { owner: one }),
      desk.converge(wish(two), { owner: two }),
    ]);
    expect([first?.waiting, second?.waiting]).toEqual([busy, busy]);
    expect(desk.cloud.take()).toEqual(['list Doc', 'create Doc/nodes', 'read Doc/nodes']);
  });

  it('with a field that cannot change is not written by a stack that waited for its turn', async () => {
    const fixed = sharedKind('Doc', {
      immutable: ['zone'],
      merge: (shares) => shares.map(({ spec }) => spec).filter((spec) => spec !== 'frozen')[0],
    });
    const desk = new Desk([fixed]);
    const wish = (zone: string): Wish => [['Doc', 'nodes', { zone, entries: [] }]];
    const [first, second] = await Promise.allSettled([
      desk.converge(wish('x'), { owner: two }),
      desk.converge(wish('y'), { owner: one }),
    ]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'replacement-blocked' } });
    expect(desk.cloud.objects.get('Doc/nodes')?.spec.zone).toBe('x');
  });

  it('loses the part of who leaves in the order of the removals: after what needed it', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wishOf(one, '80'), { owner: one });
    await desk.settled(wishOf(two, '81'), { owner: two });
    await desk.converge(undefined, { owner: two });
    expect(desk.cloud.take()).toEqual(['delete Box/two', 'update Doc/nodes entries']);
  });
});
