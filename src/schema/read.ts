// Reads raw text into the typed values of a schema, all problems at once. It bounds what it looks at before it parses,
// and it never throws.

import { refusedCharacter } from './escape.ts';
import type { Field, Fields } from './field.ts';
import { faultProblem, type Name, noteProblem, type Problem, problem, subject } from './problem.ts';
import { relationProblems } from './relations.ts';
import type { Schema } from './schema.ts';
import { unknownKeys } from './unknown-keys.ts';

/** The longest text of a field that sets no limit of its own, in characters. */
export const MAX_LENGTH = 16 * 1024;

export interface ReadingContext<V> {
  /** The kind of load balancer, or how it follows from the values. Undefined: not known, so nothing depends on it. */
  readonly appliesTo?: string | undefined | ((values: Partial<V>, given: Given<V>) => string | undefined);
}

/** The key that gave each field. A field without effect on this kind of load balancer is not in it. */
export type Given<V> = Readonly<{ [K in keyof V]?: string }>;

/** What was read. The values of a reading that is not valid lack the faulty fields and must not be compiled. */
export type Reading<V> = {
  readonly kind: string | undefined;
  readonly given: Given<V>;
  readonly problems: readonly Problem[];
} & ({ readonly valid: true; readonly values: V } | { readonly valid: false; readonly values: Readonly<Partial<V>> });

/** One place where a value of a field was found. */
export interface Offer {
  readonly name: Name;
  readonly text: unknown;
}

/** Where values come from: annotations, or flags and environment. */
export interface Source {
  /** The first offer counts. */
  offers(field: Field<unknown, unknown>): readonly Offer[];
  /** How the field is called when no value was found. */
  name(field: Field<unknown, unknown>): Name;
}

/** A reading under construction. */
export interface Draft {
  readonly kind: string | undefined;
  readonly values: Record<string, unknown>;
  readonly given: Record<string, Offer>;
  readonly faulty: Set<string>;
  readonly problems: Problem[];
}

/** Reads annotations, unknown keys included. */
export function read<V extends object, F extends Fields>(
  schema: Schema<V, F>,
  raw: Readonly<Record<string, string>>,
  context: ReadingContext<V>,
): Reading<V> {
  const reading = readFrom(schema, annotations(raw), context);
  return { ...reading, problems: [...reading.problems, ...unknownKeys(schema, raw)] };
}

/** Reads fields from any source: fields, then what they ask of each other, then the checks. */
export function readFrom<V extends object, F extends Fields>(
  schema: Schema<V, F>,
  source: Source,
  { appliesTo }: ReadingContext<V>,
): Reading<V> {
  const kind = typeof appliesTo === 'function' ? kindFrom(schema, source, appliesTo) : appliesTo;
  const draft = readFields(schema, source, kind);
  draft.problems.push(...relationProblems(schema, draft, source));
  const valid = !draft.problems.some(({ severity }) => severity === 'error');
  // The one place where names and types meet: a table's values are built name by name.
  return { kind, valid, values: draft.values, given: keysOf(draft.given), problems: draft.problems } as Reading<V>;
}

function kindFrom<V extends object, F extends Fields>(
  schema: Schema<V, F>,
  source: Source,
  appliesTo: (values: Partial<V>, given: Given<V>) => string | undefined,
): string | undefined {
  const { values, given } = readFields(schema, source, undefined);
  return appliesTo(values as Partial<V>, keysOf(given) as Given<V>);
}

function readFields(schema: Schema<object>, source: Source, kind: string | undefined): Draft {
  const draft: Draft = {
    kind,
    values: Object.create(null),
    given: Object.create(null),
    faulty: new Set(),
    problems: [],
  };
  for (const [fieldName, field] of Object.entries(schema.fields)) {
    const { problems, ...outcome } = readField(schema, field, source, kind);
    draft.problems.push(...problems);
    if (outcome.faulty) draft.faulty.add(fieldName);
    else draft.values[fieldName] = outcome.value;
    if (outcome.offer !== undefined) draft.given[fieldName] = outcome.offer;
  }
  return draft;
}

interface Outcome {
  readonly value?: unknown;
  readonly faulty?: boolean;
  /** Absent when the field was not given, or has no effect. */
  readonly offer?: Offer;
  readonly problems: readonly Problem[];
}

function readField(
  schema: Schema<object>,
  field: Field<unknown, unknown>,
  source: Source,
  kind: string | undefined,
): Outcome {
  const [offer, ...hidden] = source.offers(field);
  if (offer === undefined) return absent(field, source.name(field));
  const { name, text } = offer;
  const problems = hidden.map((other) => alsoGiven(other, name));
  if (field.deprecated !== undefined) problems.push(deprecated(field, offer));
  if (typeof text !== 'string') {
    const fault = { expected: `text: put it between quotes (${field.shape.grammar})`, because: 'is not text' };
    return { faulty: true, offer, problems: [...problems, faultProblem(name, shown(text), fault)] };
  }
  if (kind !== undefined && field.appliesTo !== undefined && !field.appliesTo.includes(kind)) {
    const found = elsewhere(schema, field, { name, text }, kind);
    problems.push(found);
    return found.severity === 'error' ? { faulty: true, offer, problems } : { value: field.default, problems };
  }
  if (text.trim() === '' && field.blank !== 'read') {
    const because = 'is empty';
    if (field.blank === 'refuse') {
      problems.push(faultProblem(name, text, { expected: field.shape.grammar, because }));
      return { faulty: true, offer, problems };
    }
    problems.push(
      noteProblem(name, text, { code: 'no-effect', because: `${because} and counts as not set` }, field.shape.grammar),
    );
    return { value: field.default, problems };
  }
  const result = parse(field, text, kind);
  if (!result.ok) {
    problems.push(...result.faults.map((fault) => faultProblem(name, text, fault)));
    return { faulty: true, offer, problems };
  }
  problems.push(...(result.notes ?? []).map((note) => noteProblem(name, text, note, field.shape.grammar)));
  return { value: result.value, offer, problems };
}

function parse(field: Field<unknown, unknown>, text: string, kind: string | undefined) {
  const { shape, maxLength = MAX_LENGTH } = field;
  const expected = shape.grammar;
  if (text.length > maxLength) {
    const because = `is ${text.length} characters long`;
    return { ok: false, faults: [{ code: 'too-long', because, expected: `at most ${maxLength} characters` }] } as const;
  }
  const hidden = refusedCharacter(text, shape.spaced);
  if (hidden !== undefined) {
    return { ok: false, faults: [{ because: `holds the character ${hidden}`, expected }] } as const;
  }
  const result = shape.parse(text, kind);
  if (result.ok || text === text.trim() || result.faults[0].suggestion !== undefined) return result;
  const trimmed = shape.parse(text.trim(), kind);
  if (!trimmed.ok) return result;
  return {
    ok: false,
    faults: [{ ...result.faults[0], because: 'has spaces around it', suggestion: text.trim() }],
  } as const;
}

function absent(field: Field<unknown, unknown>, name: Name): Outcome {
  if (field.required !== true) return { value: field.default, problems: [] };
  const expected = field.shape.grammar;
  const message = `${name.noun} ${name.key} is missing; expected ${expected}`;
  return { faulty: true, problems: [problem('error', 'missing', name, '', { expected, message })] };
}

function alsoGiven({ name, text }: Offer, counts: Name): Problem {
  const expected = `only ${counts.key}`;
  const message = `${subject(name, shown(text))}, which has no effect since ${counts.noun.toLowerCase()} ${counts.key} says the same thing and counts`;
  return problem('warning', 'duplicate', name, shown(text), { expected, message });
}

function deprecated({ deprecated }: Field<unknown, unknown>, { name, text }: Offer): Problem {
  const by = deprecated?.by === undefined ? {} : { suggestion: deprecated.by };
  const message = `${name.noun} ${name.key} is deprecated: ${deprecated?.note}`;
  return problem('warning', 'deprecated', name, shown(text), {
    expected: deprecated?.by ?? 'no such key',
    ...by,
    message,
  });
}

function elsewhere(
  { kinds }: Schema<object>,
  field: Field<unknown, unknown>,
  { name, text }: { name: Name; text: string },
  kind: string,
): Problem {
  const called = (one: string) => kinds[one] ?? one;
  const where = (field.appliesTo ?? []).map(called).join(' or ');
  const hint = field.elsewhere === undefined ? '' : `; ${field.elsewhere.hint}`;
  const message = `${subject(name, text)}, which has no effect on ${called(kind)} but only on ${where}${hint}`;
  const severity = field.elsewhere?.severity ?? 'warning';
  return problem(severity, 'no-effect', name, text, { expected: `only on ${where}`, message });
}

/** Annotations by key: the field's own key first, then its aliases. */
function annotations(raw: Readonly<Record<string, unknown>>): Source {
  return {
    name: ({ key }) => ({ noun: 'Annotation', key }),
    offers: ({ key, aliases = [] }) =>
      [key, ...aliases]
        .filter((one) => Object.hasOwn(raw, one))
        .map((one) => ({ name: { noun: 'Annotation', key: one }, text: raw[one] })),
  };
}

function keysOf(given: Readonly<Record<string, Offer>>): Readonly<Record<string, string>> {
  const keys: Record<string, string> = Object.create(null);
  for (const [name, offer] of Object.entries(given)) keys[name] = offer.name.key;
  return keys;
}

/** Text as it is; of anything else (YAML without quotes) as much as can be shown without calling into it. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || typeof value !== 'object' ? String(value) : Array.isArray(value) ? 'a list' : 'an object';
}
