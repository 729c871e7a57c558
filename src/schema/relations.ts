// What fields ask of each other: requirements, conflicts, and the checks over several fields. It looks only at fields
// that were read without error, so that one mistake is told once.

import type { Field, Relation } from './field.ts';
import { type Problem, problem, subject } from './problem.ts';
import type { Draft, Source } from './read.ts';
import type { Check, Schema } from './schema.ts';

/** How one field stands to another, between the names of the two. */
export const RELATION_WORDS = {
  requires: { error: 'needs', warning: 'has no effect without' },
  conflicts: { error: 'cannot stand beside', warning: 'has no effect beside' },
} as const;

export function relationProblems(schema: Schema<object>, draft: Draft, source: Source): Problem[] {
  const problems: Problem[] = [];
  for (const [name, field] of Object.entries(schema.fields)) {
    for (const relation of field.requires ?? []) {
      if (concerns(relation, name, draft) && !holds(relation, draft)) {
        problems.push(missing(schema, name, relation, draft, source));
      }
    }
    for (const relation of field.conflicts ?? []) {
      if (concerns(relation, name, draft) && holds(relation, draft)) {
        problems.push(conflict(schema, name, relation, draft, source));
      }
    }
  }
  for (const check of schema.checks) problems.push(...checkProblems(schema, check, draft, source));
  return problems;
}

/** Whether the relation has anything to say: its field is given, with the value and on the kind that it is about. */
function concerns(relation: Relation, name: string, draft: Draft): boolean {
  if (!Object.hasOwn(draft.given, name) || draft.faulty.has(name) || draft.faulty.has(relation.field)) return false;
  if (relation.kinds !== undefined && !relation.kinds.includes(draft.kind ?? '')) return false;
  return relation.when === undefined || relation.when.some((value) => value === draft.values[name]);
}

function holds({ field, is }: Relation, draft: Draft): boolean {
  return is === undefined ? Object.hasOwn(draft.given, field) : is.some((value) => value === draft.values[field]);
}

function missing(schema: Schema<object>, name: string, relation: Relation, draft: Draft, source: Source): Problem {
  const { severity, because } = relation;
  const offer = draft.given[name]!;
  const expected = `${other(schema, relation, source)} with it`;
  const code = severity === 'error' ? 'missing' : 'no-effect';
  const words = RELATION_WORDS.requires[severity];
  const message = `${subject(offer.name, String(offer.text))}, which ${words} ${other(schema, relation, source)}, since ${because}`;
  return problem(severity, code, offer.name, String(offer.text), { expected, message });
}

function conflict(schema: Schema<object>, name: string, relation: Relation, draft: Draft, source: Source): Problem {
  const { severity, because } = relation;
  const offer = draft.given[name]!;
  const expected = `it without ${other(schema, relation, source)}`;
  const code = severity === 'error' ? 'conflict' : 'no-effect';
  const words = RELATION_WORDS.conflicts[severity];
  const message = `${subject(offer.name, String(offer.text))}, which ${words} ${other(schema, relation, source)}, since ${because}`;
  return problem(severity, code, offer.name, String(offer.text), { expected, message });
}

/** `annotation example.com/other set to "true"`. */
function other(schema: Schema<object>, { field, is }: Relation, source: Source): string {
  const found = schema.fields[field] as Field<unknown, unknown>;
  const { noun, key } = source.name(found);
  const values = is === undefined ? '' : ` set to ${is.map((value) => `"${value}"`).join(' or ')}`;
  return `${noun.toLowerCase()} ${key}${values}`;
}

function checkProblems(schema: Schema<object>, check: Check, draft: Draft, source: Source): Problem[] {
  if (check.fields.some((name) => draft.faulty.has(name))) return [];
  const found = check.find(draft.values, draft.kind);
  if (found === undefined) return [];
  const first = check.fields[0]!;
  const name = draft.given[first]?.name ?? source.name(schema.fields[first] as Field<unknown, unknown>);
  const text = draft.given[first]?.text ?? '';
  const { severity, code, because, expected } = found;
  const said = text === '' ? `${name.noun} ${name.key} is not set` : subject(name, String(text));
  const message = `${said}, which ${because}; expected ${expected}`;
  return [problem(severity, code, name, String(text), { expected, check: check.id, message })];
}
