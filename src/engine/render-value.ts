// Values of specs as lines for people: short ones in one line, long lists an item a line, changed lists by what comes and
// goes.
import { canonical, unknownText } from './graph.ts';

/** A provider's words for a value of a field, or for one item of it where it is a list. */
export type Phrase = (kind: string, field: string, value: unknown) => string | undefined;

type Words = (value: unknown) => string | undefined;

const LINE = 100;
const LONGEST = 500;
const STEP = '  ';

/** The words for the values of one field. */
export function phrased(phrase: Phrase | undefined, kind: string, field: string): Words {
  return (value) => phrase?.(kind, field, value);
}

/** What a new object has in a field. Nothing where it has nothing. */
export function showValue(field: string, value: unknown, words: Words): readonly string[] {
  if (saysNothing(value)) return [];
  const items = itemsOf(value, words);
  if (!items) return [`${field}: ${text(value, words)}`];
  const line = items.join(', ');
  // Things with parts of their own are told apart best by a line each.
  if (line.length <= LINE && !hasParts(value)) return [`${field}: ${line}`];
  return [`${field}:`, ...items.map((item) => `${STEP}${item}`)];
}

/** What comes to a field that others have their parts in. */
export function showAdded(field: string, value: unknown, words: Words): readonly string[] {
  if (saysNothing(value)) return [];
  const items = itemsOf(value, words) ?? [text(value, words)];
  return [`${field}:`, ...items.map((item) => `${STEP}+ ${item}`)];
}

/** How a field changes. */
export function showChange(field: string, from: unknown, to: unknown, words: Words): readonly string[] {
  const short = `${field}: ${text(from, words)} -> ${text(to, words)}`;
  const isList = (value: unknown) => itemsOf(value, words) !== undefined || saysNothing(value);
  if (!isList(from) || !isList(to) || (short.length <= LINE && !hasParts(from) && !hasParts(to))) return [short];
  const before = itemsOf(from, words) ?? [];
  const after = itemsOf(to, words) ?? [];
  const gone = before.filter((item) => !after.includes(item));
  const come = after.filter((item) => !before.includes(item));
  // Only the order differs, or what the words leave out.
  if (gone.length === 0 && come.length === 0) return [short];
  return [`${field}:`, ...come.map((item) => `${STEP}+ ${item}`), ...gone.map((item) => `${STEP}- ${item}`)];
}

/** The items of a list, or the entries of an object; undefined: it is neither. */
function itemsOf(value: unknown, words: Words): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null || '$unknown' in value || words(value) !== undefined)
    return undefined;
  if (Array.isArray(value)) return value.map((item) => text(item, words));
  return Object.entries(value)
    .filter(([, inner]) => !saysNothing(inner))
    .map(([key, inner]) => `${key}: ${text(inner, words)}`);
}

function hasParts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const parts: readonly unknown[] = Object.values(value);
  return parts.some((part) => typeof part === 'object' && part !== null && !('$unknown' in part));
}

/** Null, and whatever is empty all through. */
function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && !('$unknown' in value) && Object.values(value).every(saysNothing);
}

/** On one line. */
function text(value: unknown, words: Words): string {
  const own = unknownText(value) ?? words(value);
  if (own !== undefined) return cut(own);
  if (value === '') return "''";
  if (saysNothing(value)) return 'none';
  if (typeof value !== 'object' || value === null) return cut(typeof value === 'string' ? value : canonical(value));
  const inner = itemsOf(value, () => undefined) ?? [];
  return cut(Array.isArray(value) ? `[${inner.join(', ')}]` : inner.join(', '));
}

function cut(line: string): string {
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
