// Cuts a list into pages. Rows come sorted by id, an order that callers cannot guess and that deletions between two
// pages do not shift.

/** One page; `next` is the opaque text that asks for the following one, undefined on the last. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
}

/**
 * @param name what is being listed; a marker of another list is refused
 * @param marker the `next` of the page before, undefined for the first
 * @param badMarker throws what the service answers to a marker that it did not give
 */
export function pageOf<Row>(
  rows: ReadonlyMap<string, Row>,
  name: string,
  size: number,
  marker: string | undefined,
  badMarker: () => never,
): Page<Row> {
  const after = marker === undefined ? '' : readMarker(name, marker, badMarker);
  const left = [...rows].filter(([id]) => id > after).sort(([a], [b]) => (a < b ? -1 : 1));
  const page = left.slice(0, size);
  const last = page.at(-1);
  const next = left.length > page.length && last !== undefined ? writeMarker(name, last[0]) : undefined;
  return { rows: page.map(([, row]) => row), next };
}

function writeMarker(name: string, id: string): string {
  return Buffer.from(`${name}\n${id}`).toString('base64');
}

function readMarker(name: string, marker: string, badMarker: () => never): string {
  const [list, id] = Buffer.from(marker, 'base64').toString().split('\n');
  return list === name && id !== undefined ? id : badMarker();
}
