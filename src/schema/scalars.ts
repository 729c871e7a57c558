// Shapes of single values: booleans, whole numbers, choices and plain text. No lists, nothing of any cloud.

import { bad, ok, type Shape } from './shape.ts';
import { suggest } from './suggest.ts';

/** Go's `strconv.ParseBool`, which the official cloud providers use: these spellings and no others. */
const TRUE = ['true', 'True', 'TRUE', 't', 'T', '1'];
const FALSE = ['false', 'False', 'FALSE', 'f', 'F', '0'];

/** A spelling with a meaning of its own; `warn` completes "…, which" and is shown as a warning. */
export interface Spelling {
  readonly value: boolean;
  readonly warn?: string;
}

/**
 * True or false in Go's spellings. Not trimmed: a peer that compares text reads "false " as true, so a stray space must
 * be an error and not a guess. `also` adds spellings, or a warning to one of Go's.
 */
export function boolean(also: Readonly<Record<string, Spelling>> = {}): Shape<boolean> {
  const spellings = new Map<string, Spelling>([
    ...TRUE.map((text) => [text, { value: true }] as const),
    ...FALSE.map((text) => [text, { value: false }] as const),
    ...Object.entries(also),
  ]);
  const grammar = 'true or false';
  return {
    type: 'boolean',
    grammar,
    rule: { form: 'boolean', spellings: [...spellings.keys()] },
    parse(text) {
      const found = spellings.get(text);
      if (found === undefined) return bad({ expected: grammar, ...meantBoolean(text) });
      const { value, warn } = found;
      return ok(value, warn === undefined ? [] : [{ code: 'deprecated', because: warn, suggestion: String(value) }]);
    },
    print: String,
  };
}

function meantBoolean(text: string): { suggestion?: string } {
  const word = text.trim().toLowerCase();
  if (['yes', 'y', 'on', 'enable', 'enabled'].includes(word)) return { suggestion: 'true' };
  if (['no', 'n', 'off', 'disable', 'disabled', 'none'].includes(word)) return { suggestion: 'false' };
  const suggestion = suggest(word, ['true', 'false'], 2);
  return suggestion === undefined ? {} : { suggestion };
}

export interface IntegerRange {
  readonly min: number;
  readonly max: number;
  /** For people: "seconds". */
  readonly unit?: string;
  /** Only these, instead of the whole range. */
  readonly choices?: readonly number[];
}

/** A whole number in decimal digits: no sign, no leading zero, no unit, no space. */
export function integer({ min, max, unit, choices }: IntegerRange): Shape<number> {
  const span = choices === undefined ? `a whole number from ${min} to ${max}` : words(choices.map(String));
  const grammar = unit === undefined ? span : `${span} (${unit})`;
  return {
    type: 'integer',
    grammar,
    rule: { form: 'integer', min, max, ...(choices === undefined ? {} : { choices }) },
    parse(text) {
      if (!/^[0-9]{1,15}$/.test(text)) return bad({ expected: grammar });
      const value = Number(text);
      const fits = choices === undefined ? value >= min && value <= max : choices.includes(value);
      if (!fits) return bad({ expected: grammar });
      return text === String(value) ? ok(value) : bad({ expected: grammar, suggestion: String(value) });
    },
    print: String,
  };
}

/** One of some words. With `ignoreCase` any letter case is read as the declared one. */
export function choice<const C extends string>(
  choices: readonly C[],
  { ignoreCase = false }: { readonly ignoreCase?: boolean } = {},
): Shape<C> {
  const grammar = words(choices);
  return {
    type: 'choice',
    grammar,
    rule: { form: 'choice', choices, ignoreCase },
    parse(text) {
      const found = choices.find((one) => one === text || (ignoreCase && one.toLowerCase() === text.toLowerCase()));
      if (found !== undefined) return ok(found);
      const suggestion = suggest(text, choices);
      return bad({ expected: grammar, ...(suggestion === undefined ? {} : { suggestion }) });
    },
    print: (value) => value,
  };
}

export interface TextRule {
  /** What it is, as a noun phrase: "an S3 bucket name". */
  readonly what: string;
  /** Anchored, linear, in the common part of RE2 and JavaScript's `u` flag. */
  readonly pattern?: string;
  readonly min?: number;
  readonly max: number;
  /** A text that it must not hold. */
  readonly without?: string;
}

/** Text of a bounded length, in a pattern. */
export function text({ what, pattern, min = 1, max, without }: TextRule): Shape<string> {
  const shape = pattern === undefined ? undefined : new RegExp(pattern, 'u');
  return {
    type: 'text',
    grammar: what,
    rule: {
      form: 'text',
      ...(pattern === undefined ? {} : { pattern }),
      minLength: min,
      maxLength: max,
      ...(without === undefined ? {} : { without }),
    },
    parse(value) {
      if (value.length > max) return bad(tooLong(value, max, what));
      if (value.length < min || shape?.test(value) === false) return bad({ expected: what });
      if (without !== undefined && value.includes(without)) return bad({ because: `holds ${without}`, expected: what });
      return ok(value);
    },
    print: (value) => value,
  };
}

/** The path (and query) of a URL: starts with a slash, visible ASCII without spaces. */
export function path({ max }: { readonly max: number }): Shape<string> {
  const pattern = '^/[!-~]*$';
  return {
    ...text({ what: `a path that starts with / and has no spaces (such as /healthz)`, pattern, max }),
    type: 'path',
  };
}

function tooLong(value: string, max: number, what: string) {
  return {
    code: 'too-long' as const,
    because: `is ${value.length} characters long`,
    expected: `${what} of at most ${max} characters`,
  };
}

function words(all: readonly string[]): string {
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}
