// What one value of the chart is: where it stands, what it may be, what it means. The schema, values.yaml and the README are
// all written from these. It knows nothing of Helm.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON schema, draft 2020-12, as far as it is used here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

export interface Value {
  /** From the top, with dots: `metrics.serviceMonitor.enabled`. */
  readonly path: string;
  /** Markdown, whole sentences. */
  readonly doc: string;
  /** What it is, in a word or two. */
  readonly type: string;
  /** What values.yaml says. `null`: nothing is passed on. */
  readonly default: Json;
  /** What happens with the default, where that is not plain from it. Markdown. */
  readonly defaultText?: string;
  readonly schema: JsonSchema;
  /** What it is called in other charts and in flags. Not read: these words lead here. */
  readonly alsoKnown?: readonly string[];
}

/** Values that belong together, under one heading. */
export interface Section {
  readonly title: string;
  /** Markdown, whole sentences, one line. */
  readonly doc: string;
  readonly values: readonly Value[];
}

/** A setting of the controller that the chart passes on as a flag. */
export interface Setting extends Value {
  /** Without dashes. */
  readonly flag: string;
  readonly form: 'text' | 'integer' | 'boolean' | 'list' | 'duration';
  /** Of a duration: what is allowed, as numbers and as a noun phrase. */
  readonly bounds?: Bounds;
}

export interface Bounds {
  readonly minMs: number;
  readonly maxMs: number;
  readonly expected: string;
}

/** `wordOne` of `word-one`. */
export function camelCase(key: string): string {
  return key.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
