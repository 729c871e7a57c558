// Comma-separated `key=value` pairs: tags, labels, attributes. A pair is split at its first `=` only. The results have no
// prototype, so that no key of theirs can reach one.

import { escapeText } from './escape.ts';
import { allBad, type ListLimits, MOST_TOLD, splitItems } from './list.ts';
import type { Fault } from './problem.ts';
import { choice } from './scalars.ts';
import { ok, type Read, type Reserved, type Shape } from './shape.ts';

export interface KeyValueRules extends Pick<ListLimits, 'maxItems'> {
  readonly key: Shape<string>;
  readonly value: Shape<string>;
  /** A key without `=` is read as a key with an empty value; otherwise it is an error. */
  readonly bareKeys: boolean;
  /** Keys that may not be set. */
  readonly reserved?: readonly Reserved[];
}

/** Pairs whose keys are open. The same key twice is an error, since only one of the two could count. */
export function keyValues(rules: KeyValueRules): Shape<Readonly<Record<string, string>>> {
  const { key, value, bareKeys, maxItems, reserved = [] } = rules;
  const grammar = `a comma-separated list of at most ${maxItems} pairs such as key=value`;
  return {
    type: 'list of key=value',
    grammar,
    rule: { form: 'key-values', key: key.rule, value: value.rule, bareKeys, maxItems, reserved },
    spaced: true,
    parse(raw): Read<Readonly<Record<string, string>>> {
      const { items, faults, notes } = splitItems(raw, { maxItems }, grammar);
      const found: Record<string, string> = Object.create(null);
      for (const part of items) {
        const fault = readPair(part, rules, found);
        if (fault !== undefined) faults.push({ ...fault, part });
      }
      return faults.length > 0 ? allBad(faults) : ok(found, notes.slice(0, MOST_TOLD));
    },
    print: (pairs) =>
      Object.entries(pairs)
        .map(([name, set]) => (set === '' && bareKeys ? name : `${name}=${set}`))
        .join(','),
  };
}

/** Pairs with given keys, each of which takes one of `values`. */
export function attributes<const K extends string, const V extends string>(
  keys: readonly K[],
  values: readonly V[],
): Shape<{ readonly [key in K]?: V }> {
  const pairs = keyValues({ key: choice(keys), value: choice(values), bareKeys: false, maxItems: keys.length * 2 });
  return { ...pairs, type: 'attributes' } as Shape<{ readonly [key in K]?: V }>;
}

function readPair(part: string, rules: KeyValueRules, found: Record<string, string>): Fault | undefined {
  const equals = part.indexOf('=');
  const name = equals < 0 ? part : part.slice(0, equals);
  const shown = escapeText(name, 40);
  if (equals < 0 && !rules.bareKeys) return { because: 'has no value', expected: `a pair such as ${shown}=value` };
  const key = rules.key.parse(name);
  if (!key.ok) return { ...key.faults[0], expected: `a key that is ${key.faults[0].expected}` };
  const taken = rules.reserved?.find(({ prefix }) => name.toLowerCase().startsWith(prefix.toLowerCase()));
  if (taken !== undefined) return { because: taken.because, expected: 'another key' };
  if (Object.hasOwn(found, name))
    return { code: 'duplicate', because: 'sets a key for the second time', expected: 'every key once' };
  const value = rules.value.parse(equals < 0 ? '' : part.slice(equals + 1));
  if (!value.ok) return { ...value.faults[0], expected: `a value of ${shown} that is ${value.faults[0].expected}` };
  found[key.value] = value.value;
  return undefined;
}
