// Good and bad texts for an annotation: from its rule as data, from its example, and from small random changes to both, the
// same at every run.
import fc from 'fast-check';
import type { Field } from '../../src/schema/field.ts';
import type { Rule } from '../../src/schema/shape.ts';

type AnyField = Field<unknown, unknown>;

/** What people and machines get wrong with any text. */
function mistakes(text: string): readonly string[] {
  return [
    '',
    ' ',
    '\t',
    '\n',
    '\u00a0\u3000',
    '\ufeff',
    '\u0085',
    '\ufeff ',
    ' \u0085 ',
    ' '.repeat(20_000),
    ` ${text}`,
    `${text} `,
    `${text}\n`,
    `\ufeff${text}`,
    `${text}\u0085`,
    `${text}\u200b`,
    `${text}\u202e`,
    `${text}\u0000`,
    `"${text}"`,
    text.toUpperCase(),
    text.toLowerCase(),
    `${text[0]?.toUpperCase()}${text.slice(1)}`,
    `${text},`,
    `,${text}`,
    `${text},,${text}`,
    `${text},${text}`,
    `${text} , ${text}x`,
    `${text}\n,\t${text}y`,
    ',',
    ' , ',
    `${text}=`,
    `${text}=x`,
    '=',
    'null',
    'é',
    '日本',
    '𠀀',
    '\u{1f600}',
    'K',
    'ſ',
    'x'.repeat(16_384),
    'x'.repeat(16_385),
    `${text},`.repeat(3_000),
    `${' '.repeat(16_400)}x`,
  ];
}

const CIDRS = [
  '10.0.0.0/8',
  '10.0.0.1/8',
  '10.0.0.0/08',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0',
  '010.0.0.0/8',
  '10.0.0.256/32',
  '0.0.0.0/0',
  '10.0.0.0/+8',
  '::/0',
  '2001:db8::/32',
  '2001:DB8::/32',
  '2001:db8::1/32',
  '2001:db8::/129',
  '2001:db8::/032',
  '1:2:3:4:5:6:7::/112',
  '1:2:3:4:5:6:7:8::/112',
  '::1:2:3:4:5:6:7/128',
  '1::2::3/64',
  'fe80::%eth0/64',
  '::10.0.0.0/104',
  '::ffff:10.0.0.0/104',
  '::ffff:10.0.0.1/104',
  '0:0:0:0:0:FFFF::/96',
  '2001:db8:ffff::/48',
  '2001:db8:ffff::1/48',
  ':1::/64',
  '1:::/64',
  '12345::/64',
];
const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.01',
  '10.0.0',
  '10.0.0.1.1',
  '256.0.0.1',
  '::1',
  '::ffff:1.2.3.4',
  '1.2.3.4%1',
  '10.0.0.1/32',
];

/** Texts about the bounds of a rule, right and wrong. */
export function textsOf(rule: Rule, valid: string): readonly string[] {
  switch (rule.form) {
    case 'boolean':
      return [...rule.spellings, ...rule.spellings.map((one) => ` ${one}`), 'tRUE', 'yes', 'no', 'on', '01', '2'];
    case 'choice':
      return [...rule.choices, ...rule.choices.flatMap((one) => [one.toUpperCase(), one.toLowerCase(), `${one}s`])];
    case 'integer':
      return [...integers(rule.min, rule.max), ...(rule.choices ?? []).map(String)];
    case 'text':
      return [
        rule.minLength - 1,
        rule.minLength,
        rule.minLength + 1,
        rule.maxLength - 1,
        rule.maxLength,
        rule.maxLength + 1,
      ]
        .filter((length) => length >= 0)
        .flatMap((length) => [padded(valid, length), '𠀀'.repeat(Math.ceil(length / 2))]);
    case 'cidr':
      return CIDRS;
    case 'ipv4':
      return ADDRESSES;
    case 'list':
      return lists(rule, valid.split(',')[0] ?? '');
    case 'key-values':
      return pairs(rule, valid.split(',')[0] ?? '');
    case 'any-of':
      return rule.rules.flatMap((one) => textsOf(one, valid));
    case 'per-kind':
      return Object.values(rule.kinds).flatMap((one) => textsOf(one, valid));
    case 'duration':
    case 'host-port':
      return [];
  }
}

function integers(min: number, max: number): readonly string[] {
  const near = [min - 1, min, min + 1, max - 1, max, max + 1, 0, -1].map(String);
  return [...near, `0${min}`, `+${min}`, `${min}.0`, `${min}e1`, `0x${min}`, `${min}s`, '1'.repeat(15), '9'.repeat(40)];
}

/** A valid text made longer or shorter by its own last character. */
function padded(valid: string, length: number): string {
  return valid.slice(0, length).padEnd(length, valid.at(-1) ?? 'x');
}

function lists(rule: Extract<Rule, { form: 'list' }>, item: string): readonly string[] {
  const items = textsOf(rule.item, item);
  const many = (count: number) => Array.from({ length: count }, (_, index) => varied(rule.item, item, index)).join(',');
  return [
    ...items,
    ...items.map((one) => `${item},${one}`),
    ...items.map((one) => ` ${one} ,${item}`),
    many(rule.maxItems),
    many(rule.maxItems + 1),
    `${many(rule.maxItems)},`,
    `${many(2)},${varied(rule.item, item, 0)}`,
  ];
}

function pairs(rule: Extract<Rule, { form: 'key-values' }>, pair: string): readonly string[] {
  const [key = '', value = ''] = pair.split('=');
  const keys = textsOf(rule.key, key);
  const values = textsOf(rule.value, value || 'x');
  const many = (count: number) => Array.from({ length: count }, (_, index) => `${key}${index}=${value}`).join(',');
  return [
    ...keys.flatMap((one) => [`${one}=${value}`, one]),
    ...values.map((one) => `${key}=${one}`),
    ...rule.reserved.flatMap(({ prefix }) => [
      `${prefix}=x`,
      `${prefix}more=x`,
      `${prefix.toUpperCase()}=x`,
      `${prefix.replaceAll(/k/gi, '\u212a')}=x`,
      `${prefix.replaceAll(/s/gi, 'ſ')}=x`,
      `x${prefix}=x`,
      `${key}=${value},${prefix}`,
    ]),
    many(rule.maxItems),
    many(rule.maxItems + 1),
    `${key}=${value},${key}=y`,
    `${key}=a=b=c`,
    `${key} = ${value}`,
    `=${value}`,
    `${key}=\u{2ebf0}`,
    `${key}=\u0378`,
    `${key}=a\tb`,
    `a=1 ,\n b=2`,
  ];
}

/** Distinct valid items. */
function varied(rule: Rule, item: string, index: number): string {
  if (rule.form === 'cidr') return `10.${Math.floor(index / 250)}.${index % 250}.0/24`;
  if (rule.form === 'ipv4') return `10.0.${Math.floor(index / 250)}.${index % 250}`;
  const digits = index.toString(16).padStart(4, '0');
  return item.length > 12 ? item.slice(0, -4) + digits : `${item}${index}`;
}

/** Characters that rules are about. */
const LETTERS = [
  ...'aAkKsSxXfF0123456789-_.:/=,*@+%~ \t\n"\\',
  'é',
  'ſ',
  '\u212a',
  '\u00a0',
  '\u0085',
  '\u200b',
  '\ufeff',
  '𠀀',
  'µ',
];

/** Small changes: a character more, less, or another one, a few times. */
function nearly(texts: readonly string[]): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat(),
    take: fc.integer({ min: 0, max: 2 }),
    put: fc.array(fc.constantFrom(...LETTERS), { maxLength: 2 }).map((all) => all.join('')),
  });
  return fc.tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 3 })).map(([text, edits]) =>
    edits.reduce((now, { at, take, put }) => {
      const characters = Array.from(now);
      characters.splice(at % (characters.length + 1), take, put);
      return characters.join('');
    }, text),
  );
}

/** All texts to try for a field, each once. */
export function valuesFor(field: AnyField, changes: number, seed: number): readonly string[] {
  const { rule, print } = field.shape;
  const known = textsOf(rule, field.example);
  const short = known.filter((text) => text.length > 0 && text.length < 80);
  const changed = fc.sample(nearly([field.example, ...short]), { numRuns: changes, seed });
  const byDefault = field.default === undefined ? [] : [print(field.default)];
  const all = [field.example, ...byDefault, ...known, ...mistakes(field.example), ...changed];
  return [...new Set(all)].filter((text) => text.isWellFormed());
}
