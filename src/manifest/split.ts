// Cuts a text into its documents before anything is parsed, so that a broken one spoils no other and those without a Service
// cost next to nothing. Offsets stay those of the whole text.

import { closeOf } from './braces.ts';

/** One document of the text. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** False: it holds no Service, whatever else it says. */
  readonly isCandidate: boolean;
}

/** A line that can only be a boundary: nothing inside a document may begin a line so. */
const BOUNDARY = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm;
const CONTENT = /^(?!---[ \t\r]*$)[ \t]*[^\s#%]/m;
/** What `helm install --dry-run` prints after the last manifest, without a boundary. */
const NOTES = /^NOTES:[ \t\r]*$/m;
const KIND = /\bkind\b/;
const SERVICE = /\b(?:Service|ServiceList|List)\b|\bkind["']?[ \t]*:[ \t]*["']?services?\b/i;

/** False: there is no Service in it, whatever else it says. */
export function mayHoldService(text: string): boolean {
  return KIND.test(text) && SERVICE.test(text);
}

/** The documents that are not empty, in order. */
export function* piecesOf(text: string): Generator<Piece> {
  const first = text.startsWith('\uFEFF') ? 1 : 0;
  let start = first;
  for (const { index } of text.matchAll(BOUNDARY)) {
    if (index > start) yield* pieces(text, start, index);
    start = text.startsWith('...', index) ? index + 3 : index;
  }
  yield* pieces(text, start, text.length);
}

function* pieces(text: string, start: number, limit: number): Generator<Piece> {
  const slice = text.slice(start, limit);
  const notes = slice.search(NOTES);
  const end = notes < 0 ? limit : start + notes;
  const body = notes < 0 ? slice : slice.slice(0, notes);
  if (!CONTENT.test(body)) return;
  for (const [from, to] of objectsIn(body)) {
    const part = from === 0 && to === body.length ? body : body.slice(from, to);
    const isCandidate = mayHoldService(part);
    yield { start: start + from, end: Math.min(end, start + to), isCandidate };
  }
}

/** JSON may come as one object after the other without boundaries, as kubectl takes it. */
function* objectsIn(text: string): Generator<readonly [from: number, to: number]> {
  let from = 0;
  let open = /^(?:---)?\s*(?=\{(?!\{))/.exec(text)?.[0].length;
  while (open !== undefined) {
    const close = closeOf(text, open);
    const next = close === undefined ? undefined : /^\s*(?=\{(?!\{))/.exec(text.slice(close, close + 4096))?.[0].length;
    if (close === undefined || next === undefined) break;
    yield [from, close];
    from = close;
    open = close + next;
  }
  yield [from, text.length];
}
