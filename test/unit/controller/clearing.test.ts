// A graph that only makes room for what is wanted: the Service says so, and is compiled again at once.
import { describe, expect, it } from 'vitest';
import { conditionOf, PROGRAMMED } from '../../../src/controller/conditions.ts';
import type { Graph } from '../../../src/engine/graph.ts';
import type { RetryAfter } from '../../../src/engine/kind.ts';
import { type FakeCloud, rootKind } from '../engine/fake-cloud.ts';
import { Stage } from './reconcile-stage.ts';

const WHY = 'Box a is broken and serves nobody: it is removed and made again.';
const IN_FORCE: Graph = { resources: [{ kind: 'Box', id: 'a', spec: {} }], holds: [] };
const CLEARING: Graph = { resources: [], holds: [], clearing: WHY };

/** Room is made from when the Box is said to be broken until it is gone. */
function play(more: Parameters<typeof rootKind>[1] = {}) {
  let isBroken = false;
  const stage: Stage = new Stage({
    kinds: [rootKind('Box', more)],
    compile: () => {
      isBroken &&= stage.cloud.objects.has('Box/a');
      return isBroken ? CLEARING : IN_FORCE;
    },
    ingress: (_, outputs) => (outputs.has('Box/a') ? [{ ip: '192.0.2.1' }] : []),
    notes: () => ({}),
  });
  const breakIt = () => {
    isBroken = true;
    stage.cloud.take();
    stage.takeWrites();
  };
  return { stage, breakIt };
}

const programmed = ({ service }: Stage) => conditionOf(service, PROGRAMMED);

describe('a graph that only makes room', () => {
  it('is carried out, and then the Service is looked at again at once', async () => {
    const { stage, breakIt } = play();
    await stage.reconcile();
    expect(programmed(stage)?.status).toBe('True');
    breakIt();
    expect(await stage.reconcile()).toEqual({ result: 'again', afterMs: 0 });
    expect(stage.cloud.take()).toEqual(['delete Box/a']);
    expect(await stage.reconcile()).toEqual({ result: 'done' });
    expect(stage.cloud.take()).toEqual(['create Box/a']);
    expect(programmed(stage)?.status).toBe('True');
  });

  it('says on the Service why, meanwhile', async () => {
    const { stage, breakIt } = play();
    await stage.reconcile();
    breakIt();
    await stage.reconcile();
    expect(programmed(stage)).toMatchObject({ status: 'False', reason: 'Progressing', message: WHY });
  });

  it('leaves the address on the Service until there is another', async () => {
    const { stage, breakIt } = play();
    await stage.reconcile();
    breakIt();
    await stage.reconcile();
    expect(stage.service.status?.loadBalancer?.ingress).toMatchObject([{ ip: '192.0.2.1' }]);
  });

  it('is waited for like any other where the cloud takes its time', async () => {
    const later: RetryAfter = { retryAfterMs: 700, why: 'Box a is being removed' };
    const answers: ('gone' | RetryAfter)[] = [later, 'gone'];
    const { stage, breakIt } = play({
      async delete(cloud: FakeCloud, { id }) {
        await cloud.enter(`delete Box/${id}`);
        const answer = answers.shift() ?? 'gone';
        if (answer === 'gone') cloud.objects.delete(`Box/${id}`);
        return answer;
      },
    });
    await stage.reconcile();
    breakIt();
    expect(await stage.reconcile()).toEqual({ result: 'again', afterMs: 700 });
    expect(programmed(stage)?.message).toBe(later.why);
    expect(await stage.reconcile()).toEqual({ result: 'again', afterMs: 0 });
    expect(await stage.reconcile()).toEqual({ result: 'done' });
    expect(programmed(stage)?.status).toBe('True');
  });

  it('lets no finalizer go: the Service is held all the time', async () => {
    const { stage, breakIt } = play();
    await stage.reconcile();
    breakIt();
    await stage.reconcile();
    expect(stage.service.metadata.finalizers).toEqual(['service.kubernetes.io/load-balancer-cleanup']);
  });

  it('is told once, by a warning beside the events of any change', async () => {
    const { stage, breakIt } = play();
    await stage.reconcile();
    const first = stage.events.splice(0);
    breakIt();
    for (let round = 0; round < 2; round++) await stage.reconcile();
    const usual = first.filter((event) => !event.includes('UnAvailable'));
    expect(stage.events).toEqual(['Warning ReplacedLoadBalancer', ...usual]);
    stage.events.splice(0);
    await stage.reconcile();
    expect(stage.events).toEqual([]);
  });
});
