// Did-you-mean: the nearest of some known spellings. Bounded in time whatever it is given; it decides nothing.

const LONGEST = 128;

/**
 * Edits (insert, delete, substitute, swap of neighbours) that turn `a` into `b`, or `limit + 1` when there are more than
 * `limit`. Only a band of `limit` around the diagonal is walked, so the cost is `limit` × length.
 */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit || a.length > LONGEST || b.length > LONGEST) return limit + 1;
  const far = limit + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = new Array<number>(b.length + 1).fill(far);
    row[0] = i;
    for (let j = Math.max(1, i - limit); j <= Math.min(b.length, i + limit); j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
        above[j]! + 1,
        row[j - 1]! + 1,
        swapped ? before[j - 2]! + 1 : far,
      );
    }
    if (Math.min(...row) > limit && Math.min(...above) > limit) return far;
    before = above;
    above = row;
  }
  return Math.min(above[b.length]!, far);
}

/** The candidate nearest to `word`, letter case aside; undefined when none is near enough to be meant. */
export function suggest(word: string, candidates: Iterable<string>, limit = nearEnough(word)): string | undefined {
  const wanted = word.trim().toLowerCase();
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = distance(wanted, candidate.toLowerCase(), best === undefined ? limit : best.edits - 1);
    if (edits <= (best === undefined ? limit : best.edits - 1)) best = { candidate, edits };
    if (best?.edits === 0) break;
  }
  return best?.candidate;
}

function nearEnough(word: string): number {
  return Math.min(3, Math.max(1, Math.floor(word.length / 3)));
}
