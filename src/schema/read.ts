// Reads raw text into the typed values of a schema, all problems at once; it never throws. How one field is read is in
// read-field.ts.

import type { Field, Fields } from './field.ts';
import type { Name, Problem } from './problem.ts';
import { readField } from './read-field.ts';
import { relationProblems } from './relations.ts';
import type { Schema } from './schema.ts';

export interface ReadingContext<V> {
  /**
   * The kind of load balancer, or how it follows from the values, which lack the keys of faulty fields. Undefined: not
   * known, so nothing depends on it.
   */
  readonly appliesTo?: string | undefined | ((values: Partial<V>) => string | undefined);
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
  appliesTo: (values: Partial<V>) => string | undefined,
): string | undefined {
  return appliesTo(readFields(schema, source, undefined).values as Partial<V>);
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

/** Annotations by key: the field's own key first, then its aliases. */
export function annotationSource(raw: Readonly<Record<string, unknown>>): Source {
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
