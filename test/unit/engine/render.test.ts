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
        '    box: arn of Box x (known after apply)',
        '    list:',
        '      p',
        '      q: 2',
        '~ Box old',
        '    size: 1 -> 2',
        '    label: none -> x (changed outside)',
        '-/+ Box fixed',
        '    blocked: zone cannot change',
        '… Box slow',
        '    being built',
        '? Box unknown',
        '- Box gone',
        '',
        'Plan: 1 to create, 1 to change, 0 to replace, 1 to delete, 1 blocked.',
        '',
      ].join('\n'),
    );
  });

  it('shows what is in the way even where nothing is to change', () => {
    const taken = step('keep', 'a', { blocked: { code: 'name-taken', why: 'it is not ours' } });
    expect(renderPlan(planOf(taken))).toContain('    blocked: it is not ours');
  });
});

const create = (id: string, spec: object) => renderPlan(planOf(step('create', id, { spec })));
const change = (from: unknown, to: unknown) => {
  const changes = [{ field: 'field', from, to, reason: 'changed' as const }];
  return renderPlan(planOf(step('update', 'a', { changes })))
    .split('\n')
    .slice(1, -3);
};

describe('the fields of what is new', () => {
  it('leaves out what says nothing', () => {
    const empty = { a: null, b: [], c: {}, d: { e: null, f: [] } };
    expect(create('new', { ...empty, g: false, h: 0, i: '' })).toMatch(
      /^\+ Box new\n {4}g: false\n {4}h: 0\n {4}i: ''\n\nPlan/,
    );
  });

  it('has short lists in a line, and long ones an item a line', () => {
    const long = Array.from({ length: 9 }, (_, at) => `subnet-${at}0000000000`);
    const lines = create('new', { short: ['p', 'q'], long }).split('\n');
    expect(lines.slice(1, 5)).toEqual([
      '    short: p, q',
      '    long:',
      '      subnet-00000000000',
      '      subnet-10000000000',
    ]);
  });

  it('does not repeat what another new object has as well', () => {
    const tags = { team: 'payments', owner: 'shop' };
    const plan = planOf(step('create', 'a', { spec: { tags } }), step('create', 'b', { spec: { tags, size: 1 } }));
    expect(renderPlan(plan)).toContain('+ Box b\n    tags: as of Box a\n    size: 1\n');
  });

  it('uses the words of the provider', () => {
    const phrase = (_kind: string, field: string, value: unknown) =>
      field === 'rules' && !Array.isArray(value) ? `rule ${JSON.stringify(value)}` : undefined;
    const plan = planOf(step('create', 'a', { spec: { rules: [{ port: 80 }, { port: 81 }] } }));
    expect(renderPlan(plan, { phrase })).toContain('    rules:\n      rule {"port":80}\n      rule {"port":81}\n');
  });
});

describe('a changed field', () => {
  it.each([
    ['a value', 1, 2, ['    field: 1 -> 2']],
    ['what was not there', undefined, 'x', ['    field: none -> x']],
    ['what goes', 'x', null, ['    field: x -> none']],
    ['a short list', ['a'], ['b'], ['    field: [a] -> [b]']],
    [
      'objects in a list, by what comes and goes',
      [{ port: 80 }, { port: 81 }],
      [{ port: 81 }, { port: 82 }],
      ['    field:', '      + port: 82', '      - port: 80'],
    ],
    [
      'entries of an object',
      { a: 'x'.repeat(60), b: '1' },
      { a: 'x'.repeat(60), b: '2' },
      ['    field:', '      + b: 2', '      - b: 1'],
    ],
    [
      'what is not known yet',
      'arn-1',
      { $unknown: 'Box/b#arn' },
      ['    field: arn-1 -> arn of Box b (known after apply)'],
    ],
  ])('%s', (_, from, to, lines) => {
    expect(change(from, to)).toEqual(lines);
  });

  it('is no way to move the cursor of a terminal', () => {
    const [line] = change('a', 'b\u001b[2J\u202e\n- Box forged');
    expect(line).toBe('    field: a -> b\\u001b[2J\\u202e\\u000a- Box forged');
  });
});

describe('colour', () => {
  it('is asked for by what a line is about', () => {
    const paint = (tone: string, text: string) => `<${tone}>${text}</>`;
    const changes = [{ field: 'list', from: [{ q: 1 }], to: [{ q: 2 }], reason: 'changed' as const }];
    const text = renderPlan(planOf(step('update', 'a', { changes }), step('delete', 'b')), { paint });
    expect(text).toContain('<change>~ Box a</>\n    list:\n    <create>  + q: 2</>\n    <delete>  - q: 1</>\n');
    expect(text).toContain('<delete>- Box b</>\n');
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
