// Places in a text. It knows nothing of YAML.

/** A stretch of one line. Line and column count from 1; columns and length count UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** At least 1. What goes on on the next line is not counted. */
  readonly length: number;
}

/** What goes on a word: ranges, names and numbers are words. */
const PART = /[\w./:-]/;
/** So much of a stretch is looked at for a word: many may be looked for in one. */
const LOOKED_AT = 16 * 1024;

/** Finds lines by offset. */
export class LineMap {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** Where `start` is, with as much of what follows up to `end` as is on its line. */
  position(start: number, end: number = start + 1): Position {
    const at = Math.max(0, Math.min(start, this.#text.length));
    const index = this.#indexOf(at);
    const lineStart = this.#starts[index] ?? 0;
    const length = Math.max(1, Math.min(end, this.#lineEnd(index)) - at);
    return { line: index + 1, column: at - lineStart + 1, length };
  }

  /** The text of a line that counts from 1, without its end. */
  line(number: number): string {
    const start = this.#starts[number - 1];
    return start === undefined ? '' : this.#text.slice(start, this.#lineEnd(number - 1));
  }

  /** The place of `part` inside a stretch, where it stands there as a word; of the stretch itself where it does not. */
  within(start: number, end: number, part: string): Position {
    const text = this.#text.slice(start, Math.min(end, start + LOOKED_AT));
    for (let at = part === '' ? -1 : text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
      const isWord = !PART.test(text[at - 1] ?? '') && !PART.test(text[at + part.length] ?? '');
      if (isWord) return this.position(start + at, start + at + part.length);
    }
    return this.position(start, end);
  }

  offset({ line, column }: Position): number {
    return (this.#starts[line - 1] ?? 0) + column - 1;
  }

  #lineEnd(index: number): number {
    const next = this.#starts[index + 1];
    if (next === undefined) return this.#text.length;
    return this.#text[next - 2] === '\r' ? next - 2 : next - 1;
  }

  #indexOf(at: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
