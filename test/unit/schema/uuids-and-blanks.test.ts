// UUIDs, single addresses, and shapes whose empty text has a meaning of its own.
import { describe, expect, it } from 'vitest';
import { annotation, boolean, defineSchema, orBlank, parseIp, schemaFaults, uuid } from '../../../src/schema/index.ts';

const ID = '0d9e3f1c-52b4-4f0a-9f43-1c5f7a6b8e21';

describe('uuid', () => {
  it('is in lower case, however it is written', () => {
    expect(uuid().parse(ID)).toEqual({ ok: true, value: ID });
    expect(uuid().parse(ID.toUpperCase())).toEqual({ ok: true, value: ID });
  });

  it.each([
    [ID.replaceAll('-', ''), ID],
    [`{${ID}}`, ID],
    [` ${ID}`, ID],
    [`${ID}0`, undefined],
    ['name', undefined],
    ['g'.repeat(32), undefined],
  ])('is not %s', (text, suggestion) => {
    const read = uuid().parse(text);
    expect(read.ok ? read : read.faults[0].suggestion).toBe(suggestion);
  });
});

describe('parseIp', () => {
  it.each([
    ['10.0.0.10', '10.0.0.10', 4],
    ['2001:DB8:0:0::1', '2001:db8::1', 6],
  ])('reads %s as %s', (text, canonical, family) => {
    expect(parseIp(text)).toEqual({ ok: true, value: { text: canonical, family } });
  });

  it.each(['', '10.0.0', '10.0.0.010', '10.0.0.1/32', 'fe80::1%eth0', ':::', '1'.repeat(65)])('refuses %s', (text) => {
    expect(parseIp(text).ok).toBe(false);
  });
});

describe('orBlank', () => {
  const about = {
    key: 'example.com/id',
    blank: 'read',
    example: ID,
    doc: 'An id.',
    api: '',
    mutable: 'in-place',
    mutableNote: 'It changes.',
    risk: 'low',
    since: '0.1.0',
  } as const;
  const schema = defineSchema({
    fields: {
      id: annotation(orBlank(uuid()), about),
      flag: annotation(orBlank(boolean()), { ...about, key: 'example.com/flag', example: 'true', default: '' }),
    },
  });
  const read = (text: string) => schema.parse({ 'example.com/id': text });

  it('is sound in a table', () => {
    expect(schemaFaults(schema)).toEqual([]);
  });

  it('tells nothing from an empty text', () => {
    expect(schema.parse({}).values).toEqual({ id: undefined, flag: '' });
    expect(read('')).toMatchObject({ valid: true, values: { id: '' }, given: { id: 'example.com/id' }, problems: [] });
    expect(read(ID).values.id).toBe(ID);
  });

  it('refuses what the shape refuses, and blanks', () => {
    expect(read('x').valid).toBe(false);
    expect(read('  ').valid).toBe(false);
  });
});
