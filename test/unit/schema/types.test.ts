// The types that a table gives, and the mistakes in a table that do not compile.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { annotation, boolean, choice, defineSchema, schemaFaults, type Values } from '../../../src/schema/index.ts';
import { common, schema } from './example-table.ts';

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
