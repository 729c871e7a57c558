// Comma-separated lists: splitting, trimming, counting, and the rule about repeated and blank items. What an item is, is
// the item's own shape.

import { refusedCharacter } from './escape.ts';
import type { Fault, Note } from './problem.ts';
import { bad, ok, type Read, type Shape } from './shape.ts';

/** Faults, or warnings, told of one value: more would only repeat them. */
export const MOST_TOLD = 10;

export interface ListLimits {
  readonly minItems?: number;
  readonly maxItems: number;
  /** A repeated item: an error, or dropped with a warning (the default), for lists that are sets. */
  readonly repeated?: 'refuse' | 'drop';
  /** A blank item (a comma too many): an error, or skipped with a warning (the default). */
  readonly blank?: 'refuse' | 'skip';
}

/** A list of items between commas; white space around an item does not count. */
export function list<T>(item: Shape<T>, limits: ListLimits): Shape<readonly T[]> {
  const { minItems = 1, maxItems, blank = 'skip' } = limits;
  const grammar = `a comma-separated list of at most ${maxItems} items, each ${item.grammar}`;
  return {
    type: `list of ${item.type}`,
    grammar,
    rule: { form: 'list', item: item.rule, minItems, maxItems, unique: limits.repeated === 'refuse', blank },
    spaced: true,
    parse(text, kind) {
      const { items, faults, notes } = splitItems(text, limits, item.grammar);
      const found = new Map<string, T>();
      for (const part of items) {
        const read = item.parse(part, kind);
        if (!read.ok) {
          faults.push(
            ...read.faults.map((fault) => ({ ...fault, part, expected: `every item to be ${fault.expected}` })),
          );
          continue;
        }
        notes.push(...(read.notes ?? []).map((note) => ({ ...note, part })));
        const printed = item.print(read.value);
        if (!found.has(printed)) found.set(printed, read.value);
        else if (limits.repeated === 'refuse') faults.push({ ...repeatedItem, part, expected: 'every item once' });
        else notes.push({ ...repeatedItem, part });
      }
      if (faults.length > 0) return allBad(faults);
      if (found.size < minItems) return bad({ expected: grammar, because: 'has too few items' });
      return ok([...found.values()], notes.slice(0, MOST_TOLD));
    },
    print: (values) => values.map((value) => item.print(value)).join(','),
  };
}

const repeatedItem = { code: 'duplicate', because: 'is repeated' } as const;

/** Fails with the first few of several faults. */
export function allBad(faults: readonly Fault[]): Read<never> {
  return { ok: false, faults: faults.slice(0, MOST_TOLD) as [Fault, ...Fault[]] };
}

interface Split {
  readonly items: readonly string[];
  readonly faults: Fault[];
  readonly notes: Note[];
}

/** The trimmed items of `text`, with too many, blank ones and hidden characters dealt with. Items at fault are left out. */
export function splitItems(text: string, limits: ListLimits, expected: string): Split {
  const parts = text.split(',').map((part) => part.trim());
  const faults: Fault[] = [];
  const notes: Note[] = [];
  if (parts.length > limits.maxItems) {
    const because = `has ${parts.length} items`;
    return { items: [], faults: [{ code: 'too-long', because, expected: `at most ${limits.maxItems} items` }], notes };
  }
  const items = parts.filter((part) => part !== '' && refusedCharacter(part) === undefined);
  for (const part of parts) {
    const hidden = refusedCharacter(part);
    if (hidden !== undefined) faults.push({ part, because: `holds the character ${hidden}`, expected });
  }
  if (!parts.includes('')) return { items, faults, notes };
  if (limits.blank === 'refuse') faults.push({ because: 'has a blank item', expected: 'no comma without an item' });
  else notes.push({ code: 'no-effect', because: 'has a blank item that is skipped' });
  return { items, faults, notes };
}
