// Rows as kubectl prints them: aligned columns, no lines, no colour.

/** Between two columns. */
export const GAP = '   ';

/** Each cell on one line; every line ends with a newline. The last column is not padded. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, at) => Math.max(...all.map((row) => (row[at] ?? '').length)));
  const line = (row: readonly string[]) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(GAP);
  return all.map((row) => `${line(row).trimEnd()}\n`).join('');
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something lasts, in one unit: `45s`, `12m`, `3h`, `8d`. */
export function shortDuration(ms: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['d', DAY],
    ['h', HOUR],
    ['m', MINUTE],
  ];
  const found = units.find(([, size]) => ms >= 2 * size);
  return found ? `${Math.floor(ms / found[1])}${found[0]}` : `${Math.max(0, Math.floor(ms / SECOND))}s`;
}
