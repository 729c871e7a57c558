// What a schema makes of raw annotations: values, which key gave them, and all problems at once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schema, short } from './example-table.ts';

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
