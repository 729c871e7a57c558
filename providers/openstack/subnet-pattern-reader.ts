// What reading regular expressions and globs has in common: the place in the text, classes, escapes.
import type { Pattern } from './subnet-pattern-machine.ts';

/** What is wrong with a text; completes "…, which". */
export class PatternFault extends Error {}

export type Fits = (character: string) => boolean;

export const DIGIT: Fits = (one) => /^[0-9]$/.test(one);
const WORD: Fits = (one) => /^[0-9A-Za-z_]$/.test(one);
const SPACE: Fits = (one) => /^[\t\n\f\r ]$/.test(one);
const not =
  (fits: Fits): Fits =>
  (one) =>
    !fits(one);
const SETS: Readonly<Record<string, Fits>> = {
  d: DIGIT,
  D: not(DIGIT),
  w: WORD,
  W: not(WORD),
  s: SPACE,
  S: not(SPACE),
};
const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', f: '\f', r: '\r' };

/** The pattern that is read, or what is wrong with its text. */
export function guarded(read: () => Pattern): Pattern | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof PatternFault) return error.message;
    throw error;
  }
}

/** A text that is read from left to right. */
export class Reader {
  readonly #characters: readonly string[];
  readonly #ignoreCase: boolean;
  #at = 0;

  constructor(text: string, ignoreCase: boolean) {
    this.#characters = [...text];
    this.#ignoreCase = ignoreCase;
  }

  get next(): string | undefined {
    return this.#characters[this.#at];
  }

  get atEnd(): boolean {
    return this.#at >= this.#characters.length;
  }

  take(): string {
    const found = this.#characters[this.#at++];
    if (found === undefined) throw new PatternFault('ends too early');
    return found;
  }

  /** Goes past the text if it stands here. */
  skip(text: string): boolean {
    const stands = [...text].every((one, i) => this.#characters[this.#at + i] === one);
    if (stands) this.#at += [...text].length;
    return stands;
  }

  /** Digits, or nothing. */
  digits(): string {
    let found = '';
    while (this.next !== undefined && DIGIT(this.next) && found.length < 4) found += this.take();
    return found;
  }

  back(to: number): void {
    this.#at = to;
  }

  get place(): number {
    return this.#at;
  }

  one(fits: Fits): Pattern {
    const either: Fits = (one) => fits(one) || fits(one.toLowerCase()) || fits(one.toUpperCase());
    return { type: 'one', fits: this.#ignoreCase ? either : fits };
  }

  literal(character: string): Pattern {
    return this.one((one) => one === character);
  }

  /** The rest of a class, after `[`. */
  set(negators: string): Pattern {
    const negated = this.next !== undefined && negators.includes(this.next);
    if (negated) this.take();
    const parts: Fits[] = [];
    do {
      if (this.skip('[:')) throw new PatternFault('holds a class such as [:alpha:], which is not supported');
      parts.push(this.#range());
    } while (this.next !== ']');
    this.take();
    const fits: Fits = (one) => parts.some((part) => part(one));
    // The letter case is left aside before the class is negated.
    const positive = this.one(fits);
    return negated && positive.type === 'one' ? { type: 'one', fits: not(positive.fits) } : positive;
  }

  #range(): Fits {
    const from = this.escaped(this.take());
    if (typeof from !== 'string') return from;
    if (this.next !== '-' || this.#characters[this.#at + 1] === ']') return (one) => one === from;
    this.take();
    const to = this.escaped(this.take());
    if (typeof to !== 'string' || to < from) throw new PatternFault(`holds a range from ${from} that has no end`);
    return (one) => one >= from && one <= to && [...one].length === 1;
  }

  /** What a character stands for that may be a backslash before another. */
  escaped(character: string): string | Fits {
    if (character !== '\\') return character;
    const letter = this.take();
    const set = Object.hasOwn(SETS, letter) ? SETS[letter] : undefined;
    if (set !== undefined) return set;
    if (Object.hasOwn(CONTROLS, letter)) return CONTROLS[letter] ?? '';
    if (/^[0-9A-Za-z]$/.test(letter)) throw new PatternFault(`holds \\${letter}, which is not supported`);
    return letter;
  }
}
