// Targets that follow nodes, the question before the first write, and policies.
import { describe, expect, it } from 'vitest';
import { type Code, FairleadError } from '../../../src/engine/errors.ts';
import { Desk, type Wish } from './desk.ts';
import { childKind, FakeCloud, owner, rootKind } from './fake-cloud.ts';

const kinds = [
  rootKind('Group', { immutable: ['zone'] }),
  childKind('Targets', 'Group', { churns: true }),
  rootKind('Box'),
];
const wishOf = (nodes: readonly string[], more: { zone?: string; size?: number } = {}): Wish => [
  ['Group', 'g', { zone: more.zone ?? 'x', size: more.size ?? 1 }],
  ['Targets', 'g:t', { nodes }],
  ['Box', 'a', { size: more.size ?? 1 }],
];
const nodesOf = (desk: Desk) => desk.cloud.objects.get('Targets/g:t')?.spec.nodes;

describe('targets follow nodes', () => {
  it('while a change of the rest is blocked', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wishOf(['n1']));
    await expect(desk.converge(wishOf(['n2'], { zone: 'y' }))).rejects.toMatchObject({ code: 'replacement-blocked' });
    expect(nodesOf(desk)).toEqual(['n2']);
    expect(desk.announced).toEqual([false]);
  });

  it.each<Code>(['quota', 'denied', 'throttled', 'network', 'bug'])('while the rest fails with %s', async (code) => {
    const desk = new Desk(kinds);
    await desk.settled(wishOf(['n1']));
    desk.cloud.fail('update Group/g size', code);
    await expect(desk.converge(wishOf(['n2'], { size: 2 }))).rejects.toMatchObject({ code });
    expect(nodesOf(desk)).toEqual(['n2']);
  });

  it('in a process that knows nothing in depth, whose own group failed', async () => {
    const cloud = new FakeCloud();
    await new Desk(kinds, { cloud }).settled(wishOf(['n1']));
    const desk = new Desk(kinds, { cloud });
    cloud.fail('update Group/g size', 'denied');
    await expect(desk.converge(wishOf(['n2'], { size: 2 }))).rejects.toMatchObject({ code: 'denied' });
    expect(nodesOf(desk)).toEqual(['n2']);
  });

  it.each<Code>(['fenced', 'stopped'])('but not after %s: this process may not write any more', async (code) => {
    const desk = new Desk(kinds);
    await desk.settled(wishOf(['n1']));
    desk.cloud.fail('update Group/g size', code);
    await expect(desk.converge(wishOf(['n2'], { size: 2 }))).rejects.toMatchObject({ code });
    expect(nodesOf(desk)).toEqual(['n1']);
  });

  it('but not against the policy', async () => {
    const cloud = new FakeCloud();
    await new Desk(kinds, { cloud }).settled(wishOf(['n1']));
    const desk = new Desk(kinds, { cloud, policy: 'observe-only' });
    await expect(desk.converge(wishOf(['n2']))).rejects.toMatchObject({ code: 'policy' });
    expect(nodesOf(desk)).toEqual(['n1']);
    expect(desk.announced).toEqual([]);
  });

  it('and a failure of that does not hide the first one', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wishOf(['n1']));
    desk.cloud.fail('update Targets/g:t nodes', 'denied');
    await expect(desk.converge(wishOf(['n2'], { zone: 'y' }))).rejects.toMatchObject({ code: 'replacement-blocked' });
  });

  it('never in a group that is not ours', async () => {
    const desk = new Desk(kinds);
    desk.cloud.put('Group', 'g', [], { zone: 'x', size: 1 });
    desk.cloud.put('Targets', 'g:t', [], { nodes: ['theirs'] });
    await expect(desk.converge(wishOf(['n1']))).rejects.toMatchObject({ code: 'name-taken' });
    const only = new Desk(kinds, { cloud: desk.cloud });
    desk.cloud.objects.delete('Targets/g:t');
    await only.converge(wishOf(['n1']), { onlyTargets: true });
    expect(desk.cloud.objects.has('Targets/g:t')).toBe(false);
  });
});

describe('before the first write', () => {
  it('the caller is asked once, with what is at stake', async () => {
    const desk = new Desk(kinds);
    await desk.converge(wishOf(['n1']));
    expect(desk.announced).toEqual([true]);
    desk.announced.length = 0;
    await desk.converge(wishOf(['n2'], { size: 2 }));
    expect(desk.announced).toEqual([true]);
  });

  it('the caller is asked again where more than targets is to change after all', async () => {
    const desk = new Desk(kinds);
    await desk.settled(wishOf(['n1']));
    const late: Wish = wishOf(['n2']).map(([kind, id, spec]) => [kind, id, kind === 'Box' ? { size: 2 } : spec]);
    await desk.converge(late);
    expect(desk.announced).toEqual([false, true]);
  });

  it.each([new Error('the API server is away'), new FairleadError('conflict', 'the Service changed meanwhile')])(
    'a refusal (%s) is given back as it is, and nothing is written, targets included',
    async (refusal) => {
      const desk = new Desk(kinds);
      await desk.settled(wishOf(['n1']));
      let asked = 0;
      const refused = desk.converge(wishOf(['n2'], { size: 2 }), {
        beforeFirstWrite: async () => {
          asked++;
          throw refusal;
        },
      });
      await expect(refused).rejects.toBe(refusal);
      expect(asked).toBe(1);
      expect(desk.cloud.take()).toEqual([]);
      await desk.converge(wishOf(['n2'], { size: 2 }));
      expect(nodesOf(desk)).toEqual(['n2']);
    },
  );

  it('a refusal costs no memory: nothing has changed', async () => {
    const seen = new Desk(kinds);
    const { memory } = await seen.settled(wishOf(['n1']));
    const desk = new Desk(kinds, { cloud: seen.cloud });
    const refuse = async () => {
      throw new Error('no');
    };
    const refused = desk.settled(wishOf(['n1'], { size: 2 }), { remembered: memory, beforeFirstWrite: refuse });
    await expect(refused).rejects.toThrow('no');
    desk.cloud.take();
    await desk.converge(wishOf(['n1']), { remembered: memory });
    expect(desk.cloud.take()).toEqual([]);
  });
});

describe('policies', () => {
  const other: Wish = [['Box', 'b', {}]];

  it('upsert-only does all but the deletes, and says so each time', async () => {
    const cloud = new FakeCloud();
    await new Desk(kinds, { cloud }).settled(wishOf(['n1']));
    const desk = new Desk(kinds, { cloud, policy: 'upsert-only' });
    for (let round = 0; round < 2; round++) {
      await expect(desk.converge(other)).rejects.toMatchObject({
        code: 'policy',
        message: 'the policy upsert-only forbids: delete Box a, delete Group g',
      });
    }
    expect([...cloud.objects.keys()]).toEqual(['Group/g', 'Targets/g:t', 'Box/a', 'Box/b']);
  });

  it('observe-only reads, and says what it would do', async () => {
    const cloud = new FakeCloud();
    cloud.put('Box', 'a', [owner()], { size: 1 });
    const desk = new Desk(kinds, { cloud, policy: 'observe-only' });
    await expect(desk.converge([['Box', 'a', { size: 2 }], ...other])).rejects.toMatchObject({
      code: 'policy',
      message: 'the policy observe-only forbids: update Box a, create Box b',
    });
    expect(cloud.take()).toEqual(['list Group', 'list Box', 'read Box/a']);
  });
});
