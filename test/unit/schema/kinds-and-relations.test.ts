// What the kind of load balancer decides, and what fields ask of each other.
import { describe, expect, it } from 'vitest';
import type { Values } from '../../../src/schema/index.ts';
import { problemsOf, schema } from './example-table.ts';

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
    expect('wheels' in reading.values).toBe(false);
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
