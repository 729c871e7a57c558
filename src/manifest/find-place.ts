// From a path to its place, and from a place to what it is in.
import type { LineMap, Position } from './position.ts';
import type { Path } from './take.ts';
import { childOf, type Tree } from './tree.ts';

/** Finds which of some spans holds an offset. None holds another but by aliases. */
export function finder<S extends { readonly start: number; readonly end: number }>(
  spans: readonly S[],
): (offset: number) => S | undefined {
  const sorted = [...spans].sort((a, b) => a.start - b.start);
  return (offset) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]!.start <= offset) low = middle + 1;
      else high = middle;
    }
    const found = sorted[low - 1];
    return found && offset < found.end ? found : undefined;
  };
}

/** Where the path leads, or the last of it that is there: its key, its value, or a word in that. */
export function locateIn(
  lines: LineMap,
  tree: Tree,
  path: Path,
  { part, word = '' }: { readonly part: 'key' | 'value'; readonly word?: string | undefined },
): Position {
  let span: { readonly start: number; readonly end: number } = tree;
  let now: Tree = tree;
  for (const [at, step] of path.entries()) {
    const child = childOf(now, step);
    if (!child) break;
    const isLast = at === path.length - 1;
    const hasPlace = child.value.end > child.value.start;
    span = child.key && !(isLast && part === 'value' && hasPlace) ? child.key : child.value;
    now = child.value;
  }
  return lines.within(span.start, span.end, word);
}
