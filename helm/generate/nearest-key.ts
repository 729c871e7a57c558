// A rule of JSON schema that names the right key for a misspelt one. A schema can only say "must be 'clusterName'" of a key
// that it knows to be meant for that, so it carries, for each key, a pattern of the texts that are one slip away from it.

import type { JsonSchema } from './value.ts';

/** Keys shorter than this have too many neighbours to guess. */
const SHORTEST = 3;

/**
 * `prefix`: the path of these keys, with a dot at its end, since Helm may tell a wrong place of a misspelt key. `words`: what is
 * not a key here and means one, by the key, or by the path of a value elsewhere. A word that means several leads nowhere.
 */
export function nearestKey(
  prefix: string,
  keys: readonly string[],
  words: ReadonlyMap<string, readonly string[]>,
): JsonSchema {
  const all = [...words].flatMap(([, some]) => [...new Set(some.map(plain))]);
  const isClear = (word: string) =>
    !keys.some((key) => plain(key) === plain(word)) && all.filter((one) => one === plain(word)).length === 1;
  const meanings = new Map([...keys.map((key) => [key, []] as const), ...words]);
  const rules = [...meanings].flatMap(([key, some]) => {
    const distinct = new Map(some.filter(isClear).map((word) => [plain(word), word]));
    const patterns = [
      ...(keys.includes(key) && key.length >= SHORTEST ? [neighbourhood(key)] : []),
      ...[...distinct.values()].map((word) => spellings(word).join('')),
    ];
    const isMeant = { pattern: `^(${patterns.join('|')})$` };
    return patterns.length === 0
      ? []
      : [{ if: { not: isMeant }, else: { const: keys.includes(key) ? prefix + key : key } }];
  });
  return { if: { enum: keys }, else: { allOf: rules } };
}

/**
 * A key with one slip: a letter too many, too few or wrong, or two swapped; and with hyphens or underscores between its words,
 * which may start with either case. The slip is in one half of the key or in the other, so halves are halved again: written
 * out for each place it would be ten times as long.
 */
export function neighbourhood(key: string): string {
  const letters = spellings(key);
  return `${slips(letters)}|${letters.join('')}.?`;
}

/** At least one letter: one slip in it. */
function slips(letters: readonly string[]): string {
  const [only] = letters;
  if (letters.length === 1) return `(.?|.${only})`;
  const middle = Math.ceil(letters.length / 2);
  const [left, right] = [letters.slice(0, middle), letters.slice(middle)];
  const swapped = [...left.slice(0, -1), right[0], left.at(-1), ...right.slice(1)].join('');
  return `(${slips(left)}${right.join('')}|${left.join('')}${slips(right)}|${swapped})`;
}

/** For each letter what may stand there: words may start with either case, and with a hyphen or underscore before. */
function spellings(word: string): readonly string[] {
  const [first = '', ...rest] = word.replaceAll(/[-_]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const isCapital = (letter: string) => letter !== letter.toLowerCase();
  return [either(first), ...rest.map((letter) => (isCapital(letter) ? `[-_]?${either(letter)}` : letter))];
}

function either(letter: string): string {
  return `[${letter.toLowerCase()}${letter.toUpperCase()}]`;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, '');
}
