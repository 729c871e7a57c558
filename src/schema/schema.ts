// A schema is a table of fields with what concerns the table as a whole: the prefixes that are ours, the kinds of load
// balancer, and the checks over several fields. Its parse reads raw text into typed values and all problems at once.

import type { Fields, ValuesOf } from './field.ts';
import type { ProblemCode, Severity } from './problem.ts';
import { annotationSource, type Reading, type ReadingContext, readFrom } from './read.ts';
import { unknownKeyFinder } from './unknown-keys.ts';

export interface Schema<V extends object, F extends Fields = Fields> {
  readonly fields: F;
  /** Key prefixes that are ours alone: an unknown key under one is worth a warning. */
  readonly stems: readonly string[];
  /** Kinds of load balancer, with how to speak of each: `{ nlb: 'a Network Load Balancer' }`. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Which field says of what kind the load balancer is, where one does. */
  readonly selector?: Selector;
  /** Keys that look like ours and are not read, with a clause that says why ("is only read by …"). */
  readonly notRead: Readonly<Record<string, string>>;
  readonly checks: readonly Check[];
  /**
   * Reads annotations. Never throws. The values may be compiled only if `valid`; a faulty field has no value at all then.
   * Keys that are neither known, nor under a stem, nor nearly ours are left alone.
   */
  parse(raw: Readonly<Record<string, string>>, context?: ReadingContext<V>): Reading<V>;
  /**
   * The kind of load balancer that the values ask for; `otherwise` where they say nothing. Undefined: not known, since the
   * field is at fault or the Service is somebody else's, or there are no kinds.
   */
  kindOf(values: Partial<V>, otherwise?: string): string | undefined;
  /** True if the values hand the Service to another controller. */
  isElsewhere(values: Partial<V>): boolean;
}

/** The field whose values name kinds of load balancers. Plain data, so that an admission policy can carry it. */
export interface Selector {
  readonly field: string;
  /** Values of it that hand the Service to another controller. */
  readonly elsewhere: readonly string[];
}

/** The typed values of a schema. */
export type Values<S> = S extends Schema<infer V> ? V : never;

/** A check over several fields that no single relation can say. It runs when all its fields were read without error. */
export interface Check {
  readonly id: string;
  readonly fields: readonly string[];
  /** A sentence for reference pages. */
  readonly doc: string;
  find(values: Readonly<Record<string, unknown>>, kind: string | undefined): Finding | undefined;
}

/** What a check found: `because` completes "…, which", said of the first field of the check. */
export interface Finding {
  readonly severity: Severity;
  readonly code: ProblemCode;
  readonly because: string;
  readonly expected: string;
}

type DeclareCheck<F extends Fields> = <const K extends keyof F & string>(check: {
  readonly id: string;
  readonly fields: readonly K[];
  readonly doc: string;
  find(values: Pick<ValuesOf<F>, K>, kind: string | undefined): Finding | undefined;
}) => Check;

/** Declares a schema. `checks` gets a function that types each check by the fields it names. */
export function defineSchema<F extends Fields>(table: {
  readonly fields: F;
  readonly stems?: readonly string[];
  readonly kinds?: Readonly<Record<string, string>>;
  readonly selector?: Selector & { readonly field: keyof F & string };
  readonly notRead?: Readonly<Record<string, string>>;
  readonly checks?: (check: DeclareCheck<F>) => readonly Check[];
}): Schema<ValuesOf<F>, F> {
  const schema: Schema<ValuesOf<F>, F> = {
    fields: table.fields,
    stems: table.stems ?? [],
    kinds: table.kinds ?? {},
    ...(table.selector && { selector: table.selector }),
    notRead: table.notRead ?? {},
    checks: table.checks?.((check) => check as Check) ?? [],
    parse(raw, context = {}) {
      const reading = readFrom(schema, annotationSource(raw), context);
      return { ...reading, problems: [...reading.problems, ...unknownKeys(raw)] };
    },
    kindOf(values, otherwise) {
      const { field } = table.selector ?? {};
      // A field at fault has no value at all, not even its default.
      if (field === undefined || !(field in values)) return undefined;
      const kind = values[field as keyof typeof values] ?? otherwise;
      return typeof kind === 'string' && Object.hasOwn(schema.kinds, kind) ? kind : undefined;
    },
    isElsewhere(values) {
      const { field, elsewhere = [] } = table.selector ?? {};
      return field !== undefined && elsewhere.some((one) => one === values[field as keyof typeof values]);
    },
  };
  const unknownKeys = unknownKeyFinder(schema);
  return schema;
}
