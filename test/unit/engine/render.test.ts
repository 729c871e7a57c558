// Plans as text for people.
import { describe, expect, it } from 'vitest';
import { type Plan, type Step, show } from '../../../src/engine/plan.ts';
import { renderPlan } from '../../../src/engine/render.ts';
import { owner } from './fake-cloud.ts';

const step = (action: Step['action'], id: string, more: Partial<Step> = {}): Step => ({
  action,
  kind: 'Box',
  id,
  spec: undefined,
  changes: [],
  missing: [],
  ...more,
});
const planOf = (...steps: readonly Step[]): Plan => ({ owner: owner(), steps });

describe('a plan as text', () => {
  it('says in one line that nothing changes', () => {
    expect(renderPlan(planOf(step('keep', 'a'), step('keep', 'b')))).toBe('No changes.\n');
  });

  it('has a sign, the object and its fields for each step, what is kept left out, and counts', () => {
    const plan = planOf(
      step('keep', 'kept'),
      step('create', 'new', { spec: { size: 1, box: { $unknown: 'Box/x#arn' }, list: ['p', { q: 2 }] } }),
      step('update', 'old', {
        changes: [
          { field: 'size', from: 1, to: 2, reason: 'changed' },
          { field: 'label', from: undefined, to: 'x', reason: 'drifted' },
        ],
      }),
      step('replace', 'fixed', { blocked: { code: 'replacement-blocked', why: 'zone cannot change' } }),
      step('wait', 'slow', { wait: { retryAfterMs: 1, why: 'being built' } }),
      step('read', 'unknown'),
      step('delete', 'gone'),
    );
    expect(renderPlan(plan)).toBe(
      [
        '+ Box new',
        '    size: 1',
        '    box: (known after apply: Box/x#arn)',
        '    list: [p, {q: 2}]',
        '~ Box old',
        '    size: 1 -> 2',
        '    label: nothing -> x (changed outside)',
        '-/+ Box fixed',
        '    blocked: zone cannot change',
        '… Box slow',
        '    being built',
        '? Box unknown',
        '- Box gone',
        '',
        'Plan: 1 to create, 1 to change, 1 to replace, 1 to delete.',
        '',
      ].join('\n'),
    );
  });

  it('shows what is in the way even where nothing is to change', () => {
    const taken = step('keep', 'a', { blocked: { code: 'name-taken', why: 'it is not ours' } });
    expect(renderPlan(planOf(taken))).toContain('    blocked: it is not ours');
  });
});

describe('show', () => {
  it('is JSON, the bare text of a text, and cut', () => {
    expect(show({ a: [1] })).toBe('{"a":[1]}');
    expect(show('text')).toBe('text');
    expect(show(undefined)).toBe('nothing');
    expect(show('x'.repeat(500))).toMatch(/^x{199}…$/);
  });
});
