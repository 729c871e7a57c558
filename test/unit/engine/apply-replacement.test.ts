// Something new stands in for something old, and parts of shared objects name what is not there yet.
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../src/engine/graph.ts';
import { renderPlan } from '../../../src/engine/render.ts';
import { Desk, graphOf } from './desk.ts';
import { owner, rootKind, sharedKind } from './fake-cloud.ts';

const kinds = [sharedKind('Doc'), rootKind('Box')];
const WAIT = { retryAfterMs: 60_000, why: 'the old one drains' };
const old = graphOf([['Box', 'a', { size: 1 }]]);
const replaced: Graph = { ...graphOf([['Box', 'b', { size: 2 }]]), replaces: ['Box/a'] };

async function deskWithOld(more: ConstructorParameters<typeof Desk>[1] = {}): Promise<Desk> {
  const desk = new Desk(kinds, more);
  await desk.settled(old);
  return desk;
}

describe('a replacement', () => {
  it('makes the new one, asks, and leaves the old one there as long as it is told to', async () => {
    const desk = await deskWithOld();
    const seen: string[] = [];
    const retire = async (outputs: ReadonlyMap<string, object>) => {
      seen.push(...outputs.keys());
      return WAIT;
    };
    const converged = await desk.converge(replaced, { retire });
    expect(converged).toMatchObject({ waiting: WAIT, retiring: true, memory: { graph: expect.any(String) } });
    expect(seen).toEqual(['Box/b']);
    expect(desk.cloud.take()).toEqual(['create Box/b']);
    await desk.converge(replaced, { retire });
    expect(desk.cloud.take()).toEqual([]);
  });

  it('removes the old one when it may go', async () => {
    const desk = await deskWithOld();
    await desk.settled(replaced, { retire: async () => WAIT });
    const converged = await desk.converge(replaced, { retire: async () => true });
    expect(desk.cloud.take()).toEqual(['delete Box/a']);
    expect(converged).toMatchObject({ waiting: undefined, memory: { graph: expect.any(String) } });
  });

  it('does not ask where the old one is not there any more', async () => {
    const desk = new Desk(kinds);
    const retire = () => {
      throw new Error('asked');
    };
    await expect(desk.converge(replaced, { retire })).resolves.toMatchObject({ waiting: undefined });
  });

  it('does not ask before the new one is there', async () => {
    const desk = await deskWithOld();
    desk.cloud.fail('create Box/b', 'quota');
    const retire = () => {
      throw new Error('asked');
    };
    await expect(desk.converge(replaced, { retire })).rejects.toMatchObject({ code: 'quota' });
  });

  it('keeps everything else that is to go until then too, since the old one may need it', async () => {
    // A stack that is being changed keeps all that it has in the shared object.
    const careful = sharedKind('Doc', {
      merge(shares, _leaving, have) {
        const growing = shares.some(({ phase }) => phase === 'growing');
        const given = shares.flatMap(({ spec }) => (spec === 'frozen' ? [] : (spec.entries as readonly string[])));
        const kept = growing ? ((have?.entries ?? []) as readonly string[]) : [];
        return { entries: [...new Set([...kept, ...given])].sort() };
      },
    });
    const desk = new Desk([careful, rootKind('Box')]);
    await desk.settled(
      graphOf([
        ['Doc', 'nodes', { entries: [`${owner().uid} 80`, `${owner().uid} 81`] }],
        ['Box', 'a', {}],
      ]),
    );
    const graph = {
      ...graphOf([
        ['Doc', 'nodes', { entries: [`${owner().uid} 80`] }],
        ['Box', 'b', {}],
      ]),
      replaces: ['Box/a'],
    };
    await desk.converge(graph, { retire: async () => WAIT });
    expect(desk.cloud.objects.get('Doc/nodes')?.spec.entries).toContain(`${owner().uid} 81`);
    await desk.converge(graph, { retire: async () => true });
    expect(desk.cloud.objects.get('Doc/nodes')?.spec.entries).toEqual([`${owner().uid} 80`]);
    expect([...desk.cloud.objects.keys()].sort()).toEqual(['Box/b', 'Doc/nodes']);
  });

  it('is switched, and the old one stays, where nothing may be deleted', async () => {
    const desk = await deskWithOld();
    const limited = new Desk(kinds, { policy: 'upsert-only', cloud: desk.cloud });
    let asked = 0;
    const retire = async () => {
      asked += 1;
      return true as const;
    };
    await expect(limited.converge(replaced, { retire })).rejects.toMatchObject({ code: 'policy' });
    expect(asked).toBe(1);
    expect([...desk.cloud.objects.keys()].sort()).toEqual(['Box/a', 'Box/b']);
  });

  it('is shown, and nothing else is held up, where it is not allowed', async () => {
    const desk = await deskWithOld();
    const graph: Graph = {
      ...graphOf([['Box', 'a', { size: 1, colour: 'red' }]]),
      blocked: [{ kind: 'Box', id: 'a', why: 'its size cannot change' }],
    };
    const text = renderPlan(desk.engine.plan(owner(), graph));
    expect(text).toContain('-/+ Box a\n    blocked: its size cannot change');
    expect(text).toContain('0 to create, 1 to change, 0 to replace, 0 to delete, 1 blocked');
    const converged = await desk.converge(graph);
    expect(desk.cloud.take()).toEqual(['update Box/a colour']);
    expect(converged.waiting).toBeUndefined();
  });
});

describe('a part of a shared object', () => {
  const ref = { $ref: 'Base/x', field: 'arn' };
  const ordered = [rootKind('Base'), sharedKind('Doc'), rootKind('Box')];
  const graph = graphOf([
    ['Base', 'x', {}],
    ['Doc', 'nodes', { entries: [`${owner().uid} 80`], from: ref }],
  ]);

  it('waits for what it names, and is the same ever after', async () => {
    const desk = new Desk(ordered);
    await desk.converge(graph);
    expect(desk.cloud.take().slice(3)).toEqual(['create Base/x', 'create Doc/nodes']);
    await desk.converge(graph);
    expect(desk.cloud.take()).toEqual([]);
  });

  it('is known in a new process from what exists', async () => {
    const desk = new Desk(ordered);
    const { memory } = await desk.converge(graph);
    const next = new Desk(ordered, { cloud: desk.cloud });
    await next.engine.sync({ signal: new AbortController().signal, lane: 'change' });
    next.engine.prime(owner(), graph);
    desk.cloud.take();
    await next.converge(graph, { remembered: memory });
    expect(desk.cloud.take()).toEqual([]);
  });

  it('keeps others from taking it away while what it names is not there', async () => {
    const desk = new Desk(ordered);
    const other = owner('bbbbbbbb-0000-0000-0000-000000000002', 'other');
    await desk.settled(graph);
    desk.cloud.objects.delete('Base/x');
    const next = new Desk(ordered, { cloud: desk.cloud });
    await next.engine.sync({ signal: new AbortController().signal, lane: 'change' });
    next.engine.prime(owner(), graph);
    await next.settled(graphOf([['Doc', 'nodes', { entries: [`${other.uid} 90`] }]]), { owner: other });
    expect(desk.cloud.objects.get('Doc/nodes')?.spec.entries).toContain(`${owner().uid} 80`);
  });
});
