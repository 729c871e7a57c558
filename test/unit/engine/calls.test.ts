// What each step of a plan costs, by what its kind says; agreement with what is done is the contract suite's to show.
import { describe, expect, it } from 'vitest';
import { withCalls } from '../../../src/engine/calls.ts';
import type { Deed, Share } from '../../../src/engine/kind.ts';
import type { KindInfo, Plan, Step, World } from '../../../src/engine/plan.ts';
import { owner } from './fake-cloud.ts';

const web = owner();

/** A kind that tells what it was asked. */
function kind(name: string, asked: Deed[], more: Partial<KindInfo> = {}): KindInfo {
  const calls = (deed: Deed) => {
    asked.push(deed);
    return [`cloud:${deed.action}`];
  };
  return { name, calls, ...more };
}

const step = (action: Step['action'], more: Partial<Step> = {}): Step => ({
  action,
  kind: 'Box',
  id: 'a',
  spec: action === 'delete' ? undefined : { size: 2 },
  changes: [],
  missing: [],
  ...more,
});

function ask(steps: readonly Step[], kinds: readonly KindInfo[], spec?: object): Plan {
  const get: World['get'] = (of, id) =>
    spec && { kind: of, id, marks: [], out: {}, spec, settled: true, applied: undefined, verifiedAt: 0 };
  return withCalls({ owner: web, steps }, kinds, { get });
}

/** Of lists of words, each of some owner; a frozen or growing one keeps what it has. */
function merge(shares: readonly Share[], _leaving: readonly object[], have: object | undefined): object {
  const words = (one: object | undefined) => (one as { words?: readonly string[] } | undefined)?.words ?? [];
  const given = shares.flatMap(({ spec }) => (spec === 'frozen' ? [] : words(spec)));
  const kept = shares.some(({ phase }) => phase === 'growing')
    ? words(have)
    : words(have).filter((word) => word !== 'old');
  return { words: [...new Set([...kept, ...given])] };
}

describe('withCalls', () => {
  it('asks the kind what is created, updated and deleted, and from what', () => {
    const asked: Deed[] = [];
    const changes = [{ field: 'size', from: 1, to: 2, reason: 'changed' }] as const;
    const steps = [step('create', { id: 'b' }), step('update', { changes }), step('delete')];
    const have = { size: 1 };
    expect(ask(steps, [kind('Box', asked)], have).steps.map(({ calls }) => calls)).toEqual([
      ['cloud:create'],
      ['cloud:update'],
      ['cloud:delete'],
    ]);
    expect(asked).toEqual([
      { action: 'create', id: 'b', want: { size: 2 } },
      { action: 'update', id: 'a', want: { size: 2 }, have, changed: ['size'] },
      { action: 'delete', id: 'a', have: { size: 2 } },
    ]);
  });

  it('deletes what is there; undefined where that was not read', () => {
    const asked: Deed[] = [];
    ask([step('delete')], [kind('Box', asked)], { size: 1 });
    ask([step('delete')], [kind('Box', asked)]);
    expect(asked).toEqual([
      { action: 'delete', id: 'a', have: { size: 1 } },
      { action: 'delete', id: 'a', have: undefined },
    ]);
  });

  it('says that what stays costs nothing, and nothing of what nobody knows yet', () => {
    const asked: Deed[] = [];
    const steps = (['keep', 'read', 'wait', 'replace'] as const).map((action) => step(action));
    const { steps: costed } = ask(steps, [kind('Box', asked)], { size: 1 });
    expect(costed.map(({ calls }) => calls)).toEqual([[], undefined, undefined, undefined]);
    expect(asked).toEqual([]);
  });

  it('leaves out what its kind does not say, and everything else as it was', () => {
    const steps = [step('create')];
    expect(ask(steps, [{ name: 'Box' }])).toEqual({ owner: web, steps });
  });

  it('gives texts for what the cloud has not answered yet', () => {
    const asked: Deed[] = [];
    const spec = { parent: { $unknown: 'Root/r#arn' }, list: [{ $unknown: 'Root/r#arn' }, null, 1], deep: { a: true } };
    ask([step('create', { spec, missing: ['Root/r'] })], [kind('Box', asked)]);
    const text = 'arn of Root r (known after apply)';
    expect(asked).toEqual([
      { action: 'create', id: 'a', want: { parent: text, list: [text, null, 1], deep: { a: true } } },
    ]);
  });

  it('compares the second change of a shared object with what the first makes of it', () => {
    const asked: Deed[] = [];
    const [grown, last] = [{ words: ['old', 'new'] }, { words: ['new'] }];
    const changes = [{ field: 'words', from: [], to: [], reason: 'changed' }] as const;
    const steps = [step('update', { spec: grown, changes }), step('update', { spec: last, changes, removal: true })];
    ask(steps, [kind('Box', asked, { merge })], { words: ['old'] });
    expect(asked.map((deed) => deed.action === 'update' && deed.have)).toEqual([{ words: ['old'] }, grown]);
  });

  it('of a part that waits for something, foretells how it is added and what goes then', () => {
    const asked: Deed[] = [];
    const part = { words: [{ $unknown: 'Root/r#word' }] };
    const text = 'word of Root r (known after apply)';
    const steps = [step('update', { spec: part, own: part, missing: ['Root/r'] })];
    const { steps: costed } = ask(steps, [kind('Box', asked, { merge })], { words: ['other', 'old'] });
    expect(costed.map(({ calls }) => calls)).toEqual([['cloud:update', 'cloud:update']]);
    expect(asked).toMatchObject([
      { have: { words: ['other', 'old'] }, want: { words: ['other', 'old', text] } },
      { have: { words: ['other', 'old', text] }, want: { words: ['other', text] } },
    ]);
  });
});
