// What a provider keeps on its Service as annotations: written once, through the status, and not again.
import { describe, expect, it } from 'vitest';
import { rootKind } from '../engine/fake-cloud.ts';
import { Stage } from './reconcile-stage.ts';

const ID = 'example.com/id';
const kinds = [rootKind('Box')];
const compile = () => ({ resources: [{ kind: 'Box', id: 'a', spec: {} }], holds: [] });

function stage(notes: () => Readonly<Record<string, string>> | undefined = () => ({ [ID]: 'a-1' })) {
  return new Stage({
    kinds,
    compile,
    ingress: (_, outputs) => (outputs.has('Box/a') ? [{ ip: '192.0.2.1' }] : []),
    notes: (_, outputs) => (outputs.has('Box/a') ? (notes() ?? {}) : {}),
  });
}

/** The patches that set annotations. */
function annotated(writes: readonly object[]): readonly object[] {
  return writes.flatMap((body) => (body as { metadata?: { annotations?: object } }).metadata?.annotations ?? []);
}

describe('notes', () => {
  it('are written when what they tell of is there, by the right to the status alone', async () => {
    const play = stage();
    expect(await play.reconcile()).toEqual({ result: 'done' });
    expect(play.service.metadata.annotations).toMatchObject({ [ID]: 'a-1' });
    const paths = play.server.calls.filter(({ method }) => method !== 'GET').map(({ path }) => path);
    expect(new Set(paths)).toEqual(new Set(['/api/v1/namespaces/default/services/web/status']));
    expect(annotated(play.takeWrites())).toEqual([{ [ID]: 'a-1' }]);
  });

  it('are not written again while they are the same', async () => {
    const play = stage();
    await play.reconcile();
    play.takeWrites();
    for (let round = 0; round < 3; round++) await play.reconcile();
    expect(play.takeWrites()).toEqual([]);
  });

  it('are written again where somebody took them away or changed them', async () => {
    const play = stage();
    await play.reconcile();
    for (const value of [null, 'b-2']) {
      play.annotate({ [ID]: value });
      play.takeWrites();
      await play.reconcile();
      expect(annotated(play.takeWrites())).toEqual([{ [ID]: 'a-1' }]);
    }
  });

  it('are only those that differ, and leave what others have written', async () => {
    let second = 'x';
    const play = stage(() => ({ [ID]: 'a-1', 'example.com/more': second }));
    play.annotate({ 'example.com/theirs': 'stays' });
    await play.reconcile();
    play.takeWrites();
    second = 'y';
    await play.reconcile();
    expect(annotated(play.takeWrites())).toEqual([{ 'example.com/more': 'y' }]);
    expect(play.service.metadata.annotations).toMatchObject({ 'example.com/theirs': 'stays', [ID]: 'a-1' });
  });

  it('are none of a provider that has none to tell', async () => {
    const play = new Stage({ kinds, compile });
    await play.reconcile();
    expect(annotated(play.takeWrites())).toEqual([]);
    expect(play.service.metadata.annotations?.[ID]).toBeUndefined();
  });

  it('are written while the cloud is still at work, so that what it makes is found again', async () => {
    const slow = rootKind('Box', {
      async create(cloud, owners, id, spec) {
        await cloud.enter(`create Box/${id}`);
        cloud.put('Box', id, owners, spec, { settled: { retryAfterMs: 500, why: 'Box a is being made' } });
        return cloud.observed('Box', id);
      },
    });
    const play = new Stage({ kinds: [slow], compile, notes: () => ({ [ID]: 'a-1' }) });
    expect(await play.reconcile()).toEqual({ result: 'again', afterMs: 500 });
    expect(play.service.metadata.annotations).toMatchObject({ [ID]: 'a-1' });
  });
});
