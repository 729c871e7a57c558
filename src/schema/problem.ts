// What parsing has to say: problems as data, each with one complete sentence. Nothing here throws or formats for a
// particular output.

import { escapeText, quote } from './escape.ts';

/** An error makes the whole input unusable; a warning does not. */
export type Severity = 'error' | 'warning';

export type ProblemCode =
  | 'invalid-value'
  | 'too-long'
  | 'duplicate'
  | 'unknown-key'
  | 'no-effect'
  | 'deprecated'
  | 'missing'
  | 'conflict';

export interface Problem {
  readonly severity: Severity;
  readonly code: ProblemCode;
  /** The annotation key, flag or environment variable at fault, escaped. */
  readonly key: string;
  /** The value (or the item of it that is at fault), escaped and cut to 80 characters. */
  readonly value: string;
  /** What is right, as a noun phrase: "a whole number from 5 to 300". */
  readonly expected: string;
  /** The nearest valid spelling of the value or of the key. */
  readonly suggestion?: string;
  /** The id of the cross-field check that found it. */
  readonly check?: string;
  /** One complete sentence that names the key, the value and what is right. */
  readonly message: string;
}

/** How a key is spoken of: "Annotation fairlead.dev/x", "Option --x". */
export interface Name {
  readonly noun: string;
  readonly key: string;
}

/** One fault of a value. `because` completes "…, which"; `part` is the item of a list that is at fault. */
export interface Fault {
  readonly code?: ProblemCode;
  readonly expected: string;
  readonly because?: string;
  readonly part?: string;
  readonly suggestion?: string;
}

/** What a valid value deserves to be told: `because` completes "…, which". */
export interface Note {
  readonly code: ProblemCode;
  readonly because: string;
  readonly part?: string;
  readonly suggestion?: string;
}

/** The problem of a value that could not be read. */
export function faultProblem(name: Name, value: string, fault: Fault): Problem {
  const because = fault.because === undefined ? '' : `, which ${fault.because}`;
  return problem('error', fault.code ?? 'invalid-value', name, fault.part ?? value, {
    expected: fault.expected,
    suggestion: fault.suggestion,
    message: `${subject(name, value, fault.part)}${because}; expected ${fault.expected}`,
  });
}

/** The warning about a value that was read all the same. */
export function noteProblem(name: Name, value: string, note: Note, expected: string): Problem {
  return problem('warning', note.code, name, note.part ?? value, {
    expected,
    suggestion: note.suggestion,
    message: `${subject(name, value, note.part)}, which ${note.because}`,
  });
}

/** Any other problem; `message` is the sentence without its full stop and without the suggestion. */
export function problem(
  severity: Severity,
  code: ProblemCode,
  name: Name,
  value: string,
  rest: {
    readonly expected: string;
    readonly suggestion?: string | undefined;
    readonly check?: string | undefined;
    readonly message: string;
  },
): Problem {
  const meant = rest.suggestion === undefined ? '' : ` (did you mean ${quote(rest.suggestion, 320)}?)`;
  return {
    severity,
    code,
    key: escapeText(name.key, 320),
    value: escapeText(value),
    expected: rest.expected,
    ...(rest.suggestion === undefined ? {} : { suggestion: rest.suggestion }),
    ...(rest.check === undefined ? {} : { check: rest.check }),
    message: `${rest.message}${meant}.`,
  };
}

/** `Annotation fairlead.dev/x is "y"`, or `… contains "z"` for one item of a list. */
export function subject(name: Name, value: string, part?: string): string {
  const key = `${name.noun} ${escapeText(name.key, 320)}`;
  return part === undefined ? `${key} is ${quote(value)}` : `${key} contains ${quote(part)}`;
}
