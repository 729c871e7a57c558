// A shape is how one kind of value is written: its parser, its printer, and the same rule as plain data, from which
// admission policies, JSON schemas and reference pages are made. Shapes know nothing of keys, defaults or documents.

import type { Fault, Note } from './problem.ts';

export interface Shape<T> {
  /** A short name for people: "boolean", "list of CIDRs". */
  readonly type: string;
  /** What is right, as a noun phrase that completes "expected …". */
  readonly grammar: string;
  readonly rule: Rule;
  /** Line breaks and tabs between items are fine, since items are trimmed. */
  readonly spaced?: boolean;
  /** Never throws. `kind` is the kind of load balancer where bounds depend on it; unknown when left out. */
  parse(text: string, kind?: string): Read<T>;
  /** The canonical text of a value; parsing it gives the value again. */
  print(value: T): string;
}

export type Read<T> =
  | { readonly ok: true; readonly value: T; readonly notes?: readonly Note[] }
  | { readonly ok: false; readonly faults: readonly [Fault, ...Fault[]] };

/**
 * The grammar as data. Patterns are anchored, linear, and use only what RE2 and JavaScript's `u` flag read alike, so
 * that CEL and JSON schema can carry them.
 */
export type Rule =
  | { readonly form: 'boolean'; readonly spellings: readonly string[] }
  | { readonly form: 'integer'; readonly min: number; readonly max: number; readonly choices?: readonly number[] }
  | { readonly form: 'choice'; readonly choices: readonly string[]; readonly ignoreCase: boolean }
  | {
      readonly form: 'text';
      readonly pattern?: string;
      readonly minLength: number;
      readonly maxLength: number;
      /** A text that it does not hold. */
      readonly without?: string;
    }
  | { readonly form: 'duration'; readonly minMs: number; readonly maxMs: number }
  | { readonly form: 'host-port' }
  | { readonly form: 'ipv4' }
  | { readonly form: 'cidr' }
  | {
      readonly form: 'list';
      readonly item: Rule;
      readonly minItems: number;
      readonly maxItems: number;
      readonly unique: boolean;
      /** What a blank item is: an error, or nothing. */
      readonly blank: 'refuse' | 'skip';
    }
  | {
      readonly form: 'key-values';
      readonly key: Rule;
      readonly value: Rule;
      readonly bareKeys: boolean;
      readonly maxItems: number;
      readonly reserved: readonly Reserved[];
    }
  /** `first`: of a text that matches this pattern the first rule alone decides, and of any other text the others. */
  | { readonly form: 'any-of'; readonly rules: readonly Rule[]; readonly first?: string }
  | { readonly form: 'per-kind'; readonly kinds: Readonly<Record<string, Rule>> };

/** Keys that may not be set: those that start with `prefix`, letter case aside. `because` completes "…, which". */
export interface Reserved {
  readonly prefix: string;
  readonly because: string;
}

export function ok<T>(value: T, notes: readonly Note[] = []): Read<T> {
  return notes.length === 0 ? { ok: true, value } : { ok: true, value, notes };
}

export function bad(fault: Fault): Read<never> {
  return { ok: false, faults: [fault] };
}
