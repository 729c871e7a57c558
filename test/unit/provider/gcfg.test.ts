// The official controllers' dialect of INI, as gcfg reads it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf, type SectionName, sectionOf } from '../../../src/provider/gcfg.ts';

const KNOWN: readonly SectionName[] = [{ name: 'Global' }, { name: 'LoadBalancerClass', label: 'internal' }];

function read(text: string, keys: readonly string[] = ['key']) {
  const told: string[] = [];
  const parts = partsOf(text, KNOWN, (_, __, ___, message, hint) =>
    told.push(hint ? `${message} (${hint}?)` : message),
  );
  const values = parts.map(({ title, lines, ...rest }) => ({
    ...rest,
    values: Object.fromEntries(sectionOf(title, lines, keys, (_, __, ___, message) => told.push(message))),
  }));
  return { values, told };
}

describe('a value', () => {
  it.each([
    ['plain', 'plain'],
    ['  a  b \t', 'a  b'],
    ['a ; comment', 'a'],
    ['a# comment', 'a'],
    ['"a ; b # c"', 'a ; b # c'],
    ['"  a  "', '  a  '],
    ['" "', ' '],
    ['""', ''],
    ['', ''],
    ['a"b c "d', 'ab c d'],
    ["'a'", "'a'"],
    [String.raw`"a\"b\\c\nd\te"`, 'a"b\\c\nd\te'],
    [String.raw`a\\`, 'a\\'],
    ['null', 'null'],
    ['{"a":1}', '{a:1}'],
    ['a=b', 'a=b'],
  ])('%j is %j', (raw, value) => {
    expect(read(`[Global]\nkey=${raw}`)).toEqual({ values: [{ kind: 'global', values: { key: [value] } }], told: [] });
  });

  it.each(['"open', 'a"', String.raw`\d`, String.raw`"\'"`])('%j is none, and not shown', (raw) => {
    const { values, told } = read(`[Global]\nkey=${raw}`);
    expect(values[0]?.values).toEqual({});
    expect(told).toEqual([
      String.raw`[Global] key has a quote that is not closed, or a backslash before something else than \, ", n or t`,
    ]);
  });

  it('that is quoted comes back as it was, whatever it is', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((one) => !/[\r\n]/.test(one));
    fc.assert(
      fc.property(text, (value) => {
        const quoted = value.replace(/[\\"]/g, '\\$&');
        expect(read(`[Global]\nkey = "${quoted}" ; end`).values[0]?.values.key).toEqual([value]);
      }),
    );
  });

  it('may be given often, and be missing', () => {
    expect(read('[Global]\nkey=1\nKEY\nkey=2').values[0]?.values).toEqual({ key: ['1', true, '2'] });
  });
});

describe('a section', () => {
  it('may have a label', () => {
    expect(read('[Global]\n[LoadBalancerClass "a b"]\nkey=1').values).toEqual([
      { kind: 'global', values: {} },
      { kind: 'loadbalancerclass', label: 'a b', values: { key: ['1'] } },
    ]);
  });

  it.each([
    ['[Globl]', 'the section [Globl] is unknown and has no effect (Global?)'],
    ['[Global "x"]', 'the section [Global \\"x\\"] is unknown and has no effect (Global?)'],
    ['[LoadBalancerClass]', 'is unknown and has no effect (LoadBalancerClass "internal"?)'],
  ])('%s is told: %s', (header, message) => {
    const { values, told } = read(`${header}\nkey=1`);
    expect(values).toEqual([]);
    expect(told).toEqual([expect.stringContaining(message)]);
  });
});
