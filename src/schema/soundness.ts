// Finds mistakes in a table itself, for the tests of whoever declares one. It reads no values.

import type { Field } from './field.ts';
import type { Schema } from './schema.ts';
import type { Rule } from './shape.ts';

/** What is wrong with a table, one sentence each; empty when it is sound. */
export function schemaFaults(schema: Schema<object>): readonly string[] {
  const faults = Object.entries(schema.fields).flatMap(([name, field]) =>
    fieldFaults(schema, field as Field<unknown, unknown>).map((fault) => `${name}: ${fault}`),
  );
  const keys = Object.values(schema.fields).flatMap((field) => [field.key, ...(field.aliases ?? [])]);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${key} is declared twice`);
  const checks = schema.checks
    .filter((check) => check.fields.some((name) => !Object.hasOwn(schema.fields, name)))
    .map((check) => `check ${check.id} names a field that does not exist`);
  const ids = schema.checks.map(({ id }) => id);
  const again = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `check ${id} is declared twice`);
  return [...faults, ...twice, ...checks, ...again];
}

function fieldFaults(schema: Schema<object>, field: Field<unknown, unknown>): string[] {
  const kinds = Object.keys(schema.kinds);
  const relations = [...(field.requires ?? []), ...(field.conflicts ?? [])];
  const rules = rulesWithin(field.shape.rule);
  return [
    fault(!field.doc.endsWith('.'), 'doc is not made of sentences'),
    fault(field.mutableNote !== undefined && !field.mutableNote.endsWith('.'), 'mutableNote is not a sentence'),
    fault(!/^[0-9]+\.[0-9]+\.[0-9]+$/.test(field.since), 'since is no release'),
    fault(!canRead(field, field.example, kinds), `example ${field.example} is not valid`),
    fault(field.default !== undefined && !roundTrips(field), 'default does not survive printing and parsing'),
    fault(field.default !== undefined && field.defaultText !== undefined, 'has a default and a defaultText'),
    ...named(kinds, [...(field.appliesTo ?? []), ...relations.flatMap((one) => one.kinds ?? [])], 'kind'),
    ...named(
      kinds,
      rules.flatMap((rule) => (rule.form === 'per-kind' ? Object.keys(rule.kinds) : [])),
      'kind',
    ),
    ...named(
      Object.keys(schema.fields),
      relations.map((one) => one.field),
      'field',
    ),
    ...rules.flatMap((rule) => (rule.form === 'text' ? patternFaults(rule.pattern) : [])),
  ].filter((found) => found !== undefined);
}

function fault(found: boolean, sentence: string): string | undefined {
  return found ? sentence : undefined;
}

function named(known: readonly string[], used: readonly string[], what: string): string[] {
  return used.filter((one) => !known.includes(one)).map((one) => `names the ${what} ${one}, which does not exist`);
}

/** On some kind that the field is for, since bounds may differ. */
function canRead(field: Field<unknown, unknown>, text: string, kinds: readonly string[]): boolean {
  return [undefined, ...(field.appliesTo ?? kinds)].some((kind) => field.shape.parse(text, kind).ok);
}

function roundTrips(field: Field<unknown, unknown>): boolean {
  const read = field.shape.parse(field.shape.print(field.default));
  return read.ok && JSON.stringify(read.value) === JSON.stringify(field.default);
}

/** Patterns must be anchored, linear, and the same in RE2 and JavaScript. */
function patternFaults(pattern: string | undefined): string[] {
  if (pattern === undefined) return [];
  const outsideClasses = pattern.replaceAll(/\[[^\]]*\]/g, 'x');
  return [
    fault(!pattern.startsWith('^') || !pattern.endsWith('$'), `pattern ${pattern} is not anchored`),
    fault(/\(\?|\\[1-9]/.test(outsideClasses), `pattern ${pattern} looks around or back`),
    fault(/[+*]\)[+*{]/.test(outsideClasses), `pattern ${pattern} repeats a repetition`),
  ].filter((found) => found !== undefined);
}

function rulesWithin(rule: Rule): readonly Rule[] {
  if (rule.form === 'list') return [rule, ...rulesWithin(rule.item)];
  if (rule.form === 'key-values') return [rule, ...rulesWithin(rule.key), ...rulesWithin(rule.value)];
  if (rule.form === 'any-of') return [rule, ...rule.rules.flatMap(rulesWithin)];
  if (rule.form === 'per-kind') return [rule, ...Object.values(rule.kinds).flatMap(rulesWithin)];
  return [rule];
}
