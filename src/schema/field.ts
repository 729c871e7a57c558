// A field is one annotation or one option: its shape, and all that people and generated pages need to know of it.
// Declaring it here is the only place where it is declared.

import type { Severity } from './problem.ts';
import type { Shape } from './shape.ts';

/** What is said of an annotation and of an option alike. */
export interface About {
  /** The annotation's full key; the option's flag without dashes. */
  readonly key: string;
  /** Markdown; whole sentences. */
  readonly doc: string;
  /** What happens without it, where no single `default` says so. */
  readonly defaultText?: string;
  /** A valid value. */
  readonly example: string;
  /** The release that brought it. */
  readonly since: string;
  readonly deprecated?: { readonly by?: string; readonly note: string };
  /** Other keys that are read as this one. */
  readonly aliases?: readonly string[];
  /** Keys and words of other controllers for the same thing. Not read: they lead searches and suggestions here. */
  readonly synonyms?: readonly string[];
  /** Longest text that is looked at; the default is 16 KiB. */
  readonly maxLength?: number;
  /** What an empty text means: as if not given, with a warning (the default); an error; or whatever the shape reads. */
  readonly blank?: 'unset' | 'refuse' | 'read';
  readonly source?: string;
}

/** `replace`: the load balancer itself, so its address changes. */
export type Mutability = 'in-place' | 'new-target-group' | 'new-listener' | 'replace';

/** How much harm a tenant could do with it. */
export type Risk = 'low' | 'medium' | 'high' | 'critical';

export interface AnnotationAbout extends About {
  /** Kinds of load balancer on which it has an effect; all when left out. */
  readonly appliesTo?: readonly string[];
  /** On other kinds it is a warning; or an error. The hint is a clause that says what to do there. */
  readonly elsewhere?: { readonly severity: Severity; readonly hint: string };
  /** The field of the cloud's API that it becomes. */
  readonly api: string;
  readonly mutable: Mutability;
  /** One sentence: what happens when it changes later. */
  readonly mutableNote: string;
  readonly risk: Risk;
  readonly requires?: readonly Relation[];
  readonly conflicts?: readonly Relation[];
}

export interface OptionAbout extends About {
  readonly required?: boolean;
}

/** What one field asks of another. As plain data, so that an admission policy can carry it. */
export interface Relation {
  /** Only when the field that declares this has one of these values. */
  readonly when?: readonly Plain[];
  /** Only on these kinds of load balancer. */
  readonly kinds?: readonly string[];
  /** The name of the other field in its table. */
  readonly field: string;
  /** The values of the other that count; given at all, when left out. */
  readonly is?: readonly Plain[];
  /** A warning means that the field has no effect then. */
  readonly severity: Severity;
  /** A clause that completes "since …". */
  readonly because: string;
}

export type Plain = string | number | boolean;

/** A declared field: `T` is the type of its value, `D` that of its default (`undefined` without one, `never` if required). */
export interface Field<T, D = T | undefined> extends About, Partial<Omit<AnnotationAbout, keyof About>> {
  readonly shape: Shape<T>;
  readonly default?: D;
  readonly required?: boolean;
}

export type Fields = Readonly<Record<string, Field<unknown, unknown>>>;

/** The typed values of a table: `T`, or `T | undefined` where there is no default. */
export type ValuesOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

type ValueOf<A> = A extends Field<infer T, infer D> ? (undefined extends D ? T | undefined : T) : never;

/** Declares an annotation. */
export function annotation<T, const D extends T | undefined = undefined>(
  shape: Shape<T>,
  about: AnnotationAbout & { readonly default?: D },
): Field<T, D> {
  return { ...about, shape };
}

/** Declares an option of the controller: a flag and an environment variable. */
export function option<T, const D extends T | undefined = undefined, R extends boolean = false>(
  shape: Shape<T>,
  about: OptionAbout & { readonly default?: D; readonly required?: R },
): Field<T, R extends true ? never : D> {
  return { ...(about as OptionAbout & { readonly default?: R extends true ? never : D }), shape };
}
