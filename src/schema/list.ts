// Comma-separated lists: splitting, trimming, counting, and the rule about repeated and blank items. What an item is, is
// the item's own shape.

import { refusedCharacter } from './escape.ts';
import type { Fault, Note } from './problem.ts';
import { bad, ok, type Read, type Shape } from './shape.ts';

/** Faults shown for one value; the rest would only repeat them. */
const MOST_FAULTS = 10;

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
  const { minItems = 1, maxItems } = limits;
  const grammar = `a comma-separated list of at most ${maxItems} items, each ${item.grammar}`;
  return {
    type: `list of ${item.type}`,
    grammar,
    rule: { form: 'list', item: item.rule, minItems, maxItems, unique: limits.repeated === 'refuse' },
    spaced: true,
    parse(text, kind) {
      const split = splitItems(text, limits, item.grammar);
      if (!split.ok) return split;
      const faults: Fault[] = [];
      const notes: Note[] = [...(split.notes ?? [])];
      const found = new Map<string, T>();
      for (const part of split.value) {
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
      if (faults.length > 0) return { ok: false, faults: faults.slice(0, MOST_FAULTS) as [Fault, ...Fault[]] };
      if (found.size < minItems) return bad({ expected: grammar, because: 'has too few items' });
      return ok([...found.values()], notes);
    },
    print: (values) => values.map((value) => item.print(value)).join(','),
  };
}

const repeatedItem = { code: 'duplicate', because: 'is repeated' } as const;

/** The trimmed items of `text`, with blank ones dealt with; a fault when there are too many or one holds a control character. */
export function splitItems(text: string, limits: ListLimits, expected: string): Read<readonly string[]> {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > limits.maxItems) {
    const because = `has ${parts.length} items`;
    return bad({ code: 'too-long', because, expected: `at most ${limits.maxItems} items` });
  }
  const items = parts.filter((part) => part !== '');
  const hidden = items.find((part) => refusedCharacter(part) !== undefined);
  if (hidden !== undefined) {
    return bad({ part: hidden, because: `holds the character ${refusedCharacter(hidden)}`, expected });
  }
  if (items.length === parts.length) return ok(items);
  if (limits.blank === 'refuse') return bad({ because: 'has a blank item', expected });
  return ok(items, [{ code: 'no-effect', because: 'has a blank item that is skipped' }]);
}
