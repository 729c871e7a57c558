// Reads one field: whether it is given, applies, is small and clean enough to look at, and parses. It never throws.

import { refusedCharacter } from './escape.ts';
import type { Field } from './field.ts';
import { faultProblem, type Name, noteProblem, type Problem, problem, subject } from './problem.ts';
import type { Offer, Source } from './read.ts';
import type { Schema } from './schema.ts';

/** The longest text of a field that sets no limit of its own, in characters. */
export const MAX_LENGTH = 16 * 1024;

export interface Outcome {
  readonly value?: unknown;
  readonly faulty?: boolean;
  /** Absent when the field was not given, or has no effect. */
  readonly offer?: Offer;
  readonly problems: readonly Problem[];
}

/** Reads one field of a table. */
export function readField(
  schema: Schema<object>,
  field: Field<unknown, unknown>,
  source: Source,
  kind: string | undefined,
): Outcome {
  const [offer, ...hidden] = source.offers(field);
  if (offer === undefined) return absent(field, source.name(field));
  const problems = hidden.map((other) => alsoGiven(other, offer.name));
  if (field.deprecated !== undefined) problems.push(deprecated(field, offer));
  const outcome = withoutParsing(schema, field, offer, kind) ?? parsed(field, offer, kind);
  return { ...outcome, problems: [...problems, ...outcome.problems] };
}

/** The outcome where the text need not or must not be parsed: no text at all, without effect here, or empty. */
function withoutParsing(
  schema: Schema<object>,
  field: Field<unknown, unknown>,
  offer: Offer,
  kind: string | undefined,
): Outcome | undefined {
  const { name, text } = offer;
  const expected = field.shape.grammar;
  if (typeof text !== 'string') {
    const fault = { expected: `text: put it between quotes (${expected})`, because: 'is not text' };
    return { faulty: true, offer, problems: [faultProblem(name, shown(text), fault)] };
  }
  if (kind !== undefined && field.appliesTo !== undefined && !field.appliesTo.includes(kind)) {
    const found = elsewhere(schema, field, { name, text }, kind);
    const problems = [found];
    return found.severity === 'error' ? { faulty: true, offer, problems } : { value: field.default, problems };
  }
  if (text.trim() !== '' || field.blank === 'read') return undefined;
  if (field.blank === 'refuse') {
    return { faulty: true, offer, problems: [faultProblem(name, text, { expected, because: 'is empty' })] };
  }
  const note = { code: 'no-effect', because: 'is empty and counts as not set' } as const;
  return { value: field.default, problems: [noteProblem(name, text, note, expected)] };
}

function parsed(field: Field<unknown, unknown>, offer: Offer, kind: string | undefined): Outcome {
  const { name } = offer;
  const text = String(offer.text);
  const result = parse(field, text, kind);
  if (!result.ok)
    return { faulty: true, offer, problems: result.faults.map((fault) => faultProblem(name, text, fault)) };
  const notes = (result.notes ?? []).map((note) => noteProblem(name, text, note, field.shape.grammar));
  return { value: result.value, offer, problems: notes };
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
  const trimmed = text.trim();
  if (result.ok || trimmed === text || trimmed === '' || result.faults[0].suggestion !== undefined) return result;
  if (!shape.parse(trimmed, kind).ok) return result;
  return {
    ok: false,
    faults: [{ ...result.faults[0], because: 'has spaces around it', suggestion: trimmed }],
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

/** Text as it is; of anything else (YAML without quotes) as much as can be shown without calling into it. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || typeof value !== 'object' ? String(value) : Array.isArray(value) ? 'a list' : 'an object';
}
