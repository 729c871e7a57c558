// What fields ask of each other, as a policy checks it: only where one of the two, or the kind of load balancer, differs from
// what it was.

import type { Plain, Relation } from '../schema/field.ts';
import { RELATION_WORDS } from '../schema/relations.ts';
import type { Rule } from '../schema/shape.ts';
import { allOf, among, anyOf, literal, shown } from './cel.ts';
import type { Check, Checks, Left } from './check.ts';
import { isGiven, sentence } from './field-checks.ts';
import { type AnyField, fieldsOf, isIn, KIND, KIND_DIFFERS, keysOf, type Setting, TOUCHED, textOf } from './scope.ts';

type Side = keyof typeof RELATION_WORDS;

/** All relations of one severity. */
export function relationChecks({ compiler }: Setting, severity: Relation['severity']): Checks {
  const made: Check[] = [];
  const left: Left[] = [];
  const fields = new Map(fieldsOf(compiler));
  for (const field of fields.values()) {
    for (const side of ['requires', 'conflicts'] as const) {
      for (const relation of (field[side] ?? []).filter((one) => one.severity === severity)) {
        const other = fields.get(relation.field);
        const found = other && relationCheck(field, other, relation, side, compiler.annotations.kinds);
        if (found !== undefined) made.push(found);
        else
          left.push({
            keys: [field.key],
            what: whatOf(side, other, relation),
            why: 'its values have no form that CEL can compare',
          });
      }
    }
  }
  return { made, left };
}

function relationCheck(
  field: AnyField,
  other: AnyField,
  relation: Relation,
  side: Side,
  kinds: Readonly<Record<string, string>>,
): Check | undefined {
  const when = relation.when === undefined ? undefined : textIs(field, relation.when);
  const is = relation.is === undefined ? undefined : valueIs(other, relation.is, kinds);
  if ((relation.when !== undefined && when === undefined) || (relation.is !== undefined && is === undefined)) return;
  const judged = anyOf([isIn(field, TOUCHED), isIn(other, TOUCHED), KIND_DIFFERS]);
  const concerns = allOf([
    isGiven(field, kinds),
    ...(relation.kinds === undefined ? [] : [among(KIND, relation.kinds)]),
    ...(when === undefined ? [] : [when]),
  ]);
  const holds = is ?? isGiven(other, kinds);
  const words = wordsOf(side, relation.severity, other, relation);
  const rest = `, which ${words}, since ${relation.because}.`;
  return {
    keys: [...keysOf(field), ...keysOf(other)],
    what: whatOf(side, other, relation),
    expression: `!(${judged}) || !(${concerns}) || ${side === 'requires' ? '' : '!'}(${holds})`,
    message: `Annotation ${field.key} ${words}, since ${relation.because}.`,
    messageExpression: sentence(field, shown('is', `[${textOf(field)}]`), rest),
  };
}

/** For the page: when it matters, and why. */
function whatOf(side: Side, other: AnyField | undefined, relation: Relation): string {
  const { when, kinds = [], severity, because } = relation;
  const set = when === undefined ? [] : [`set to ${when.map((value) => `"${value}"`).join(' or ')}`];
  const on = kinds.length === 0 ? [] : [`on ${kinds.join(' or ')}`];
  const where = set.length + on.length === 0 ? '' : `${[...set, ...on].join(' ')}, `;
  return `${where}it ${wordsOf(side, severity, other, relation, '`')}, since ${because}`;
}

function wordsOf(
  side: Side,
  severity: Relation['severity'],
  other: AnyField | undefined,
  { is }: Relation,
  mark = '',
): string {
  const values = is === undefined ? '' : ` set to ${is.map((value) => `"${value}"`).join(' or ')}`;
  const named = `annotation ${mark}${other?.key}${mark}${values}`;
  return `${RELATION_WORDS[side][severity]} ${named}`;
}

/** True where the field has one of the values, its default included. */
function valueIs(
  field: AnyField,
  wanted: readonly Plain[],
  kinds: Readonly<Record<string, string>>,
): string | undefined {
  const is = textIs(field, wanted);
  if (is === undefined) return undefined;
  const given = isGiven(field, kinds);
  const byDefault = wanted.some((value) => value === field.default);
  return byDefault ? `${given} ? (${is}) : true` : allOf([given, is]);
}

/** True where the text of the field, which is there, is one of those that mean one of the values. */
function textIs(field: AnyField, wanted: readonly Plain[]): string | undefined {
  const means = (text: string) => {
    const read = field.shape.parse(text);
    return read.ok ? read.value : undefined;
  };
  const candidates = [...new Set([...words(field.shape.rule), ...wanted.map(String)])];
  const texts = candidates.filter((text) => wanted.some((value) => value === means(text)));
  if (wanted.some((value) => !texts.some((text) => means(text) === value))) return undefined;
  const small = [...new Set(texts.map((text) => text.toLowerCase()))];
  if (!anyCase(field.shape.rule) || small.some((text) => !/^[ -~]*$/.test(text))) return among(textOf(field), texts);
  return among(`(${textOf(field)}).lowerAscii()`, small);
}

/** Every text that the rule spells out. */
function words(rule: Rule): readonly string[] {
  if (rule.form === 'boolean') return rule.spellings;
  if (rule.form === 'choice') return rule.choices;
  if (rule.form === 'any-of') return rule.rules.flatMap(words);
  if (rule.form === 'per-kind') return Object.values(rule.kinds).flatMap(words);
  return [];
}

function anyCase(rule: Rule): boolean {
  if (rule.form === 'choice') return rule.ignoreCase;
  if (rule.form === 'any-of') return rule.rules.some(anyCase);
  return rule.form === 'per-kind' && Object.values(rule.kinds).some(anyCase);
}

/** For messages that name a value: spellings that are read with a warning. */
export function textsWithNotes(field: AnyField): readonly { readonly text: string; readonly because: string }[] {
  return words(field.shape.rule).flatMap((text) => {
    const read = field.shape.parse(text);
    const because = read.ok ? read.notes?.[0]?.because : undefined;
    return because === undefined ? [] : [{ text, because }];
  });
}

/** The literal map from some texts to others. */
export function literalMap(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([key, value]) => `${literal(key)}: ${literal(value)}`).join(', ')}}`;
}
