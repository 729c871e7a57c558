// Waiting as data: what settles, what is refused until then, what goes slowly.
import { describe, expect, it } from 'vitest';
import type { RetryAfter } from '../../../src/engine/kind.ts';
import { Desk, type Wish } from './desk.ts';
import { childKind, type FakeCloud, rootKind } from './fake-cloud.ts';

const building: RetryAfter = { retryAfterMs: 3000, why: 'Box a is being built' };
const later: RetryAfter = { retryAfterMs: 700, why: 'Box a is being removed' };

/** A box that is being built until somebody settles it. */
const slowBox = rootKind('Box', {
  async create(cloud, owners, id, spec) {
    await cloud.enter(`create Box/${id}`);
    cloud.put('Box', id, owners, spec, { settled: building });
    return cloud.observed('Box', id);
  },
});
const settle = (cloud: FakeCloud) => {
  const { marks, spec, out } = cloud.objects.get('Box/a')!;
  cloud.objects.set('Box/a', { marks, spec, out });
};
const kinds = [slowBox, childKind('Leaf', 'Box'), rootKind('Jar')];
const wish: Wish = [
  ['Box', 'a', { size: 1 }],
  ['Leaf', 'a:1', { box: { $ref: 'Box/a', field: 'arn' } }],
];

describe('what has to settle', () => {
  it('is data: everything else is done, nothing is looked at that was just shown, and nobody sleeps', async () => {
    const desk = new Desk(kinds);
    const converged = await desk.converge(wish);
    expect(desk.cloud.take()).toEqual(['list Box', 'list Jar', 'create Box/a', 'create Leaf/a:1']);
    expect(converged).toMatchObject({ waiting: building, memory: undefined });
    expect(converged.outputs.get('Box/a')).toEqual({ arn: 'arn:Box/a' });
  });

  it('is looked at once each time, until it is', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wish);
    expect((await desk.converge(wish)).waiting).toEqual(building);
    expect(desk.cloud.take()).toEqual(['read Box/a']);
    settle(desk.cloud);
    const done = await desk.converge(wish);
    expect(desk.cloud.take()).toEqual(['read Box/a']);
    expect(done.waiting).toBeUndefined();
    expect(done.memory).toBeDefined();
    await desk.converge(wish);
    expect(desk.cloud.take()).toEqual([]);
  });

  it('holds back the removal of what is not wanted any more', async () => {
    const desk = new Desk(kinds);
    await desk.settled([['Jar', 'old', {}]]);
    await desk.converge(wish);
    expect(desk.cloud.objects.has('Jar/old')).toBe(true);
    settle(desk.cloud);
    await desk.converge(wish);
    expect(desk.cloud.objects.has('Jar/old')).toBe(false);
  });

  it('is no reason to wait with its own removal', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wish);
    const gone = await desk.converge(undefined);
    expect(desk.cloud.take()).toEqual(['delete Box/a']);
    expect(gone.waiting).toBeUndefined();
  });

  it('is waited for, and is no failure, where the cloud refuses a call until then', async () => {
    const desk = new Desk([rootKind('Box'), childKind('Leaf', 'Box')]);
    desk.cloud.fail('create Leaf/a:1', 'not-settled');
    const converged = await desk.converge(wish);
    expect(converged.waiting).toMatchObject({ why: /not-settled/ });
    expect(converged.waiting!.retryAfterMs).toBeGreaterThan(0);
    await desk.converge(wish);
    expect(desk.cloud.objects.has('Leaf/a:1')).toBe(true);
  });
});

describe('a removal that takes its time', () => {
  it('is asked for again until it is seen to be done', async () => {
    const answers: ('gone' | RetryAfter)[] = [later, later, 'gone'];
    const lingering = rootKind('Box', {
      async delete(cloud, now) {
        await cloud.enter(`delete Box/${now.id}`);
        const answer = answers.shift()!;
        if (answer === 'gone') cloud.objects.delete(`Box/${now.id}`);
        return answer;
      },
    });
    const desk = new Desk([rootKind('Jar'), lingering]);
    await desk.settled([
      ['Box', 'a', {}],
      ['Jar', 'j', {}],
    ]);
    for (let round = 0; round < 2; round++) {
      expect((await desk.converge(undefined)).waiting).toEqual(later);
      expect(desk.cloud.take()).toEqual(['delete Box/a']);
    }
    expect((await desk.converge(undefined)).waiting).toBeUndefined();
    expect(desk.cloud.take()).toEqual(['delete Box/a', 'delete Jar/j']);
  });
});

describe('targets that have to settle', () => {
  const followers = [rootKind('Group'), childKind('Targets', 'Group', { churns: true }), rootKind('Box')];
  const slowTargets = childKind('Targets', 'Group', {
    churns: true,
    async create(cloud, owners, id, spec) {
      await cloud.enter(`create Targets/${id}`);
      cloud.put('Targets', id, owners, spec, { settled: building });
      return cloud.observed('Targets', id);
    },
  });
  const stack: Wish = [
    ['Group', 'g', {}],
    ['Targets', 'g:t', { nodes: ['n1'] }],
    ['Box', 'a', {}],
  ];

  it('unsettle nothing else: the rest is in force, and is remembered', async () => {
    const desk = new Desk([followers[0]!, slowTargets, followers[2]!]);
    const converged = await desk.converge(stack);
    expect(converged.waiting).toEqual(building);
    expect(converged.memory).toEqual({ graph: expect.any(String) });
    desk.cloud.take();
    const next = new Desk([followers[0]!, slowTargets, followers[2]!], { cloud: desk.cloud });
    await next.converge(stack, { remembered: converged.memory });
    expect(next.cloud.take()).toEqual(['list Group', 'list Box', 'readAll Targets of g']);
  });

  it('are no memory at all while more than they has to settle', async () => {
    const desk = new Desk([slowBox, followers[0]!, slowTargets]);
    const converged = await desk.converge(stack);
    expect(converged.waiting).toBeDefined();
    expect(converged.memory).toBeUndefined();
  });
});
