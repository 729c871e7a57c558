// Looking at all that a plan needs to know: nothing is trusted, and nothing is written.
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../../src/engine/errors.ts';
import { Desk, graphOf } from './desk.ts';
import { childKind, owner, rootKind, SCOPE } from './fake-cloud.ts';

const kinds = [rootKind('Box'), childKind('Leaf', 'Box')];
const WISH = graphOf([
  ['Box', 'a', { size: 1 }],
  ['Leaf', 'a:1', { port: 80 }],
]);
const brief = (steps: readonly { action: string; kind: string; id: string }[]) =>
  steps.map(({ action, kind, id }) => `${action} ${kind}/${id}`);

/** A cloud in which the wish is in force, and an engine that has seen nothing of it. */
async function fresh(): Promise<Desk> {
  const first = new Desk(kinds);
  await first.settled(WISH);
  const desk = new Desk(kinds, { cloud: first.cloud });
  await desk.engine.sync(SCOPE);
  desk.cloud.take();
  return desk;
}

describe('examine', () => {
  it('reads until nothing is unknown, and writes nothing', async () => {
    const desk = await fresh();
    const { steps } = await desk.engine.examine(owner(), WISH, SCOPE);
    expect(brief(steps)).toEqual(['keep Box/a', 'keep Leaf/a:1']);
    expect(desk.cloud.take().filter((call) => !/^(list|read|readAll) /.test(call))).toEqual([]);
  });

  it('finds what others changed', async () => {
    const desk = await fresh();
    const box = desk.cloud.objects.get('Box/a')!;
    desk.cloud.objects.set('Box/a', { ...box, spec: { size: 9 } });
    desk.cloud.objects.delete('Leaf/a:1');
    const { steps } = await desk.engine.examine(owner(), WISH, SCOPE);
    expect(brief(steps)).toEqual(['update Box/a', 'create Leaf/a:1']);
  });

  it('plans the removal of everything where nothing is wanted', async () => {
    const desk = await fresh();
    const { steps } = await desk.engine.examine(owner(), undefined, SCOPE);
    expect(brief(steps)).toEqual(['delete Box/a']);
  });

  it('shows what the cloud is still at work on', async () => {
    const desk = await fresh();
    const box = desk.cloud.objects.get('Box/a')!;
    desk.cloud.objects.set('Box/a', { ...box, settled: { retryAfterMs: 5, why: 'being built' } });
    const { steps } = await desk.engine.examine(owner(), WISH, SCOPE);
    expect(steps[0]).toMatchObject({ action: 'wait', wait: { why: 'being built' } });
  });

  it('fails where something cannot be read', async () => {
    const desk = await fresh();
    desk.cloud.fail('read Box/a', 'denied');
    await expect(desk.engine.examine(owner(), WISH, SCOPE)).rejects.toMatchObject({ code: 'denied' });
  });

  it('looks again where a parent has gone meanwhile', async () => {
    const desk = await fresh();
    desk.cloud.before('readAll Leaf of a', async () => {
      desk.cloud.objects.delete('Box/a');
      desk.cloud.objects.delete('Leaf/a:1');
      throw new FairleadError('conflict', 'Box a is gone');
    });
    const { steps } = await desk.engine.examine(owner(), WISH, SCOPE);
    expect(brief(steps)).toEqual(['create Box/a', 'create Leaf/a:1']);
  });
});
