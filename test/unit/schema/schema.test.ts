// What a schema makes of raw annotations: values, which key gave them, and all problems at once.
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  annotation,
  boolean,
  choice,
  defineSchema,
  integer,
  list,
  perKind,
  schemaFaults,
  text,
  type Values,
} from '../../../src/schema/index.ts';

const common = {
  doc: 'A thing.',
  api: 'Thing',
  mutable: 'in-place',
  mutableNote: 'It is changed.',
  risk: 'low',
  since: '0.1.0',
} as const;

const schema = defineSchema({
  stems: ['example.com/lb-'],
  kinds: { big: 'a big one', small: 'a small one' },
  notRead: { 'example.com/lb-colour': 'is only read by painters' },
  fields: {
    type: annotation(choice(['big', 'small', 'other']), { ...common, key: 'example.com/lb-type', example: 'big' }),
    internal: annotation(boolean({ always: { value: true, warn: 'is an old spelling' } }), {
      ...common,
      key: 'example.com/lb-internal',
      aliases: ['example.com/internal'],
      synonyms: ['example.com/lb-scheme'],
      default: false,
      example: 'true',
    }),
    addresses: annotation(list(text({ what: 'an address', pattern: '^[a-z0-9]+$', max: 8 }), { maxItems: 3 }), {
      ...common,
      key: 'example.com/lb-addresses',
      example: 'a1,b2',
      maxLength: 40,
      requires: [{ field: 'internal', is: [true], severity: 'error', because: 'public ones are given' }],
    }),
    timeoutSeconds: annotation(perKind({ big: integer({ min: 1, max: 100 }), small: integer({ min: 1, max: 10 }) }), {
      ...common,
      key: 'example.com/lb-timeout',
      default: 5,
      example: '7',
    }),
    intervalSeconds: annotation(integer({ min: 1, max: 100 }), {
      ...common,
      key: 'example.com/lb-interval',
      example: '10',
    }),
    colour: annotation(choice(['red', 'blue']), {
      ...common,
      key: 'example.com/lb-paint',
      example: 'red',
      appliesTo: ['big'],
      conflicts: [{ when: ['red'], field: 'intervalSeconds', severity: 'warning', because: 'paint dries' }],
    }),
    wheels: annotation(integer({ min: 0, max: 4 }), {
      ...common,
      key: 'example.com/lb-wheels',
      example: '2',
      appliesTo: ['big'],
      elsewhere: { severity: 'error', hint: 'small ones have legs' },
    }),
    sources: annotation(list(text({ what: 'a source', max: 8 }), { maxItems: 3 }), {
      ...common,
      key: 'example.com/lb-sources',
      example: 'a',
      blank: 'refuse',
    }),
    policy: annotation(choice(['sync', 'none']), {
      ...common,
      key: 'example.com/lb-policy',
      default: 'sync',
      example: 'none',
    }),
    legacy: annotation(boolean(), {
      ...common,
      key: 'example.com/lb-legacy',
      example: 'true',
      deprecated: { by: 'example.com/lb-internal', note: 'use the other one' },
    }),
  },
  checks: (check) => [
    check({
      id: 'timeout-fits',
      fields: ['timeoutSeconds', 'intervalSeconds'],
      doc: 'The timeout is not longer than the interval.',
      find: ({ timeoutSeconds, intervalSeconds }) =>
        intervalSeconds !== undefined && timeoutSeconds > intervalSeconds
          ? { severity: 'error', code: 'conflict', because: 'is longer than the interval', expected: 'less' }
          : undefined,
    }),
  ],
});

const short = (problems: readonly { severity: string; code: string; key: string }[]) =>
  problems.map(({ severity, code, key }) => `${severity} ${code} ${key}`);
const problemsOf = (raw: Record<string, string>, appliesTo?: string) =>
  short(schema.parse(raw, { appliesTo }).problems);

describe('types', () => {
  it('come from the table, without a word at the call site', () => {
    expectTypeOf<Values<typeof schema>>().toEqualTypeOf<{
      readonly type: 'big' | 'small' | 'other' | undefined;
      readonly internal: boolean;
      readonly addresses: readonly string[] | undefined;
      readonly timeoutSeconds: number;
      readonly intervalSeconds: number | undefined;
      readonly colour: 'red' | 'blue' | undefined;
      readonly wheels: number | undefined;
      readonly sources: readonly string[] | undefined;
      readonly policy: 'sync' | 'none';
      readonly legacy: boolean | undefined;
    }>();
    const reading = schema.parse({});
    if (reading.valid) expectTypeOf(reading.values.internal).toEqualTypeOf<boolean>();
    else expectTypeOf(reading.values.internal).toEqualTypeOf<boolean | undefined>();
  });

  it('refuse a default outside the values, a word that is not in the table, and a misspelt entry', () => {
    // @ts-expect-error a default must be one of the choices
    annotation(choice(['a', 'b']), { ...common, key: 'k', example: 'a', default: 'c' });
    // @ts-expect-error defualt is no part of an entry
    annotation(boolean(), { ...common, key: 'k', example: 'true', defualt: true });
    const fields = { one: annotation(boolean(), { ...common, key: 'k', example: 'true' }) };
    const find = () => undefined;
    // @ts-expect-error a check can only name fields of its table
    defineSchema({ fields, checks: (check) => [check({ id: 'x', fields: ['two'], doc: 'x.', find })] });
    expect(schemaFaults(schema)).toEqual([]);
  });
});

describe('parse', () => {
  it('gives defaults where nothing is given', () => {
    const { values, given, problems, valid, kind } = schema.parse({ 'other.example/key': 'x' });
    expect({ ...values }).toEqual({
      type: undefined,
      internal: false,
      addresses: undefined,
      timeoutSeconds: 5,
      intervalSeconds: undefined,
      colour: undefined,
      wheels: undefined,
      sources: undefined,
      policy: 'sync',
      legacy: undefined,
    });
    expect({ ...given }).toEqual({});
    expect({ problems, valid, kind }).toEqual({ problems: [], valid: true, kind: undefined });
  });

  it('gives values, and which key gave them', () => {
    const { values, given, valid } = schema.parse({
      'example.com/internal': 'true',
      'example.com/lb-addresses': 'a, b',
    });
    expect(valid).toBe(true);
    expect(values).toMatchObject({ internal: true, addresses: ['a', 'b'] });
    expect({ ...given }).toEqual({ internal: 'example.com/internal', addresses: 'example.com/lb-addresses' });
  });

  it('tells all problems at once, and gives no value for a field at fault', () => {
    const reading = schema.parse({
      'example.com/lb-internal': 'maybe',
      'example.com/lb-timeout': '1000',
      'example.com/lb-interval': '50',
      'example.com/lb-typ': 'big',
    });
    expect(short(reading.problems)).toEqual([
      'error invalid-value example.com/lb-internal',
      'error invalid-value example.com/lb-timeout',
      'warning unknown-key example.com/lb-typ',
    ]);
    expect(reading.valid).toBe(false);
    expect(reading.values).toMatchObject({ intervalSeconds: 50 });
    expect('internal' in reading.values).toBe(false);
    expect({ ...reading.given }).toHaveProperty('internal', 'example.com/lb-internal');
  });

  it('makes one sentence that names the key, the value and what is right', () => {
    const [problem] = schema.parse({ 'example.com/lb-type': 'bgi' }).problems;
    expect(problem).toEqual({
      severity: 'error',
      code: 'invalid-value',
      key: 'example.com/lb-type',
      value: 'bgi',
      expected: 'big, small or other',
      suggestion: 'big',
      message: 'Annotation example.com/lb-type is "bgi"; expected big, small or other (did you mean "big"?).',
    });
  });

  it('names the item of a list that is at fault', () => {
    const [problem] = schema.parse({ 'example.com/lb-addresses': 'a,B!' }).problems;
    expect(problem?.value).toBe('B!');
    expect(problem?.message).toBe(
      'Annotation example.com/lb-addresses contains "B!"; expected every item to be an address.',
    );
  });

  it('escapes and cuts what it shows', () => {
    const [problem] = schema.parse({ 'example.com/lb-type': `\u202E"${'x'.repeat(200)}` }).problems;
    expect(problem?.value).toMatch(/^\\u\{202E\}\\"x+…$/);
    expect(problem?.value.length).toBeLessThanOrEqual(81);
    expect(problem?.message).toContain('which holds the character U+202E');
  });

  it('suggests the value without the spaces around it', () => {
    expect(schema.parse({ 'example.com/lb-interval': ' 10' }).problems).toMatchObject([{ suggestion: '10' }]);
  });

  it('takes an empty text as not set, with a warning, or refuses it', () => {
    const reading = schema.parse({ 'example.com/lb-timeout': '', 'example.com/lb-sources': ' ' });
    expect(short(reading.problems)).toEqual([
      'warning no-effect example.com/lb-timeout',
      'error invalid-value example.com/lb-sources',
    ]);
    expect(reading.values.timeoutSeconds).toBe(5);
    expect('sources' in reading.values).toBe(false);
  });

  it('refuses long texts before it reads them', () => {
    const long = 'x'.repeat(100_000);
    const { problems } = schema.parse({ 'example.com/lb-addresses': 'a'.repeat(41), 'example.com/lb-type': long });
    expect(problems.map(({ code, expected }) => `${code}: ${expected}`)).toEqual([
      'too-long: at most 16384 characters',
      'too-long: at most 40 characters',
    ]);
  });

  it('warns of aliases given beside the key, of old spellings and of deprecated keys', () => {
    const reading = schema.parse({
      'example.com/lb-internal': 'always',
      'example.com/internal': 'false',
      'example.com/lb-legacy': 'true',
    });
    expect(reading.valid).toBe(true);
    expect(reading.values.internal).toBe(true);
    expect(reading.problems.map(({ message }) => message)).toEqual([
      'Annotation example.com/internal is "false", which has no effect since annotation example.com/lb-internal says the same thing and counts.',
      'Annotation example.com/lb-internal is "always", which is an old spelling (did you mean "true"?).',
      'Annotation example.com/lb-legacy is deprecated: use the other one (did you mean "example.com/lb-internal"?).',
    ]);
  });

  it('says so when a value is not text', () => {
    const raw = { 'example.com/lb-internal': true, 'example.com/lb-type': null, 'example.com/lb-addresses': ['a'] };
    const { problems } = schema.parse(raw as unknown as Record<string, string>);
    expect(problems.map(({ value, message }) => [value, message.includes('quotes')])).toEqual([
      ['null', true],
      ['true', true],
      ['a list', true],
    ]);
  });
});

describe('the kind of load balancer', () => {
  it('decides which fields have an effect', () => {
    const reading = schema.parse({ 'example.com/lb-paint': 'blue' }, { appliesTo: 'small' });
    expect(reading.problems.map(({ message }) => message)).toEqual([
      'Annotation example.com/lb-paint is "blue", which has no effect on a small one but only on a big one.',
    ]);
    expect(reading).toMatchObject({ valid: true, kind: 'small' });
    expect(reading.values.colour).toBeUndefined();
    expect(Object.keys(reading.given)).toEqual([]);
    expect(problemsOf({ 'example.com/lb-paint': 'blue' }, 'big')).toEqual([]);
    expect(problemsOf({ 'example.com/lb-paint': 'green' }, 'small')).toEqual([
      'warning no-effect example.com/lb-paint',
    ]);
  });

  it('can make a field an error elsewhere', () => {
    const reading = schema.parse({ 'example.com/lb-wheels': '' }, { appliesTo: 'small' });
    expect(reading.valid).toBe(false);
    expect(reading.problems[0]?.message).toContain('small ones have legs');
  });

  it('decides bounds', () => {
    expect(problemsOf({ 'example.com/lb-timeout': '50' }, 'small')).toEqual([
      'error invalid-value example.com/lb-timeout',
    ]);
    expect(problemsOf({ 'example.com/lb-timeout': '50' }, 'big')).toEqual([]);
    expect(problemsOf({ 'example.com/lb-timeout': '50' })).toEqual([]);
    expect(problemsOf({ 'example.com/lb-timeout': '500' })).toEqual(['error invalid-value example.com/lb-timeout']);
  });

  it('may follow from the values, which lack what is at fault', () => {
    const appliesTo = (values: Partial<Values<typeof schema>>) =>
      'type' in values ? (values.type ?? 'small') : undefined;
    const kindOf = (raw: Record<string, string>) => schema.parse(raw, { appliesTo }).kind;
    expect(kindOf({})).toBe('small');
    expect(kindOf({ 'example.com/lb-type': 'big' })).toBe('big');
    expect(kindOf({ 'example.com/lb-type': 'bgi' })).toBeUndefined();
    expect(schema.parse({ 'example.com/lb-timeout': '50' }, { appliesTo }).valid).toBe(false);
  });
});

describe('relations and checks', () => {
  it('tell what is missing', () => {
    const { problems } = schema.parse({ 'example.com/lb-addresses': 'a' });
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      [
        'missing',
        'Annotation example.com/lb-addresses is "a", which needs annotation example.com/lb-internal set to "true", since public ones are given.',
      ],
    ]);
    expect(problemsOf({ 'example.com/lb-addresses': 'a', 'example.com/lb-internal': 'true' })).toEqual([]);
  });

  it('tell what does not go together, and only for the values concerned', () => {
    const raw = { 'example.com/lb-paint': 'red', 'example.com/lb-interval': '9' };
    expect(problemsOf(raw)).toEqual(['warning no-effect example.com/lb-paint']);
    expect(problemsOf({ ...raw, 'example.com/lb-paint': 'blue' })).toEqual([]);
  });

  it('run checks over several fields, and name them', () => {
    const { problems, valid } = schema.parse({ 'example.com/lb-interval': '3' });
    expect(valid).toBe(false);
    expect(problems).toMatchObject([{ check: 'timeout-fits', code: 'conflict' }]);
    expect(problems[0]?.message).toBe(
      'Annotation example.com/lb-timeout is not set, which is longer than the interval; expected less.',
    );
  });

  it('keep quiet about fields that are at fault already', () => {
    expect(problemsOf({ 'example.com/lb-addresses': 'a', 'example.com/lb-internal': 'x' })).toEqual([
      'error invalid-value example.com/lb-internal',
    ]);
    expect(problemsOf({ 'example.com/lb-timeout': 'x', 'example.com/lb-interval': '1' })).toEqual([
      'error invalid-value example.com/lb-timeout',
    ]);
  });
});

describe('hostile input', () => {
  it('cannot reach a prototype by its keys', () => {
    const raw = JSON.parse('{"__proto__":"x","constructor":"y","example.com/lb-__proto__":"z","toString":"w"}');
    const reading = schema.parse(raw);
    expect(reading.valid).toBe(true);
    expect(short(reading.problems)).toEqual(['warning unknown-key example.com/lb-__proto__']);
    expect(Object.getPrototypeOf(reading.values)).toBe(null);
    expect(Object.getPrototypeOf(reading.given)).toBe(null);
  });

  it('never throws, and an error always makes the reading invalid', () => {
    const key = fc.oneof(
      fc.constantFrom(...Object.values(schema.fields).map((field) => field.key)),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('__proto__', 'constructor', 'example.com/lb-', '/', ''),
    );
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 100 }), fc.constantFrom('true', 'big', '5', 'a,b'));
    const kind = fc.constantFrom(undefined, 'big', 'small', 'unheard of');
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 8, noNullPrototype: false }), kind, (raw, appliesTo) => {
        const { problems, valid } = schema.parse(raw, { appliesTo });
        expect(valid).toBe(!problems.some(({ severity }) => severity === 'error'));
        for (const { message, key: shown, value: cut } of problems) {
          expect(message).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+\.$/u);
          expect(shown + cut).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
          expect(cut.length).toBeLessThanOrEqual(81);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
