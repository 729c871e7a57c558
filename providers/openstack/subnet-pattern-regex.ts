// Reads regular expressions (those of Go, RE2, in their common part) into patterns. What is not in that part is refused by
// name, never read as something else.
import type { Pattern } from './subnet-pattern-machine.ts';
import { guarded, PatternFault, Reader } from './subnet-pattern-reader.ts';

const MOST_REPEATS = 100;

/** The pattern of a regular expression, or what is wrong with it (completing "…, which"). */
export function parseRegex(text: string): Pattern | string {
  const ignoreCase = text.startsWith('(?i)');
  return guarded(() => new RegexReader(ignoreCase ? text.slice(4) : text, ignoreCase).whole());
}

class RegexReader extends Reader {
  whole(): Pattern {
    const found = this.#branches();
    if (!this.atEnd) throw new PatternFault('closes a group that was not opened');
    return found;
  }

  #branches(): Pattern {
    const branches = [this.#sequence()];
    while (this.skip('|')) branches.push(this.#sequence());
    return branches.length === 1 && branches[0] ? branches[0] : { type: 'any', branches };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    while (!this.atEnd && this.next !== '|' && this.next !== ')') parts.push(this.#repeated());
    return { type: 'all', parts };
  }

  #repeated(): Pattern {
    const part = this.#atom();
    const bounds = this.#bounds();
    if (bounds === undefined) return part;
    // How much is taken first makes no difference to whether the whole fits.
    this.skip('?');
    if (this.#bounds() !== undefined) throw new PatternFault('repeats a repetition');
    return { type: 'repeat', part, ...bounds };
  }

  #bounds(): { min: number; max: number | undefined } | undefined {
    if (this.skip('*')) return { min: 0, max: undefined };
    if (this.skip('+')) return { min: 1, max: undefined };
    if (this.skip('?')) return { min: 0, max: 1 };
    const { place } = this;
    if (!this.skip('{')) return undefined;
    const min = this.digits();
    const more = this.skip(',');
    const max = more ? this.digits() : min;
    if (min === '' || !this.skip('}')) {
      this.back(place);
      return undefined;
    }
    if (Number(min) > MOST_REPEATS || Number(max) > MOST_REPEATS)
      throw new PatternFault(`repeats something more than ${MOST_REPEATS} times`);
    if (max !== '' && Number(max) < Number(min)) throw new PatternFault('repeats something less often than it must');
    return { min: Number(min), max: max === '' ? undefined : Number(max) };
  }

  #atom(): Pattern {
    const character = this.take();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return this.set('^');
      case '.':
        return this.one((one) => one !== '\n');
      case '^':
        return { type: 'start' };
      case '$':
        return { type: 'end' };
      case '*':
      case '+':
      case '?':
        throw new PatternFault(`has a ${character} with nothing before it to repeat`);
    }
    const meant = this.escaped(character);
    return typeof meant === 'string' ? this.literal(meant) : this.one(meant);
  }

  #group(): Pattern {
    if (this.next === '?' && !this.skip('?:')) {
      throw new PatternFault(
        'holds a group that begins with (?, of which only (?: and (?i) at the start are supported',
      );
    }
    const found = this.#branches();
    if (!this.skip(')')) throw new PatternFault('opens a group that is not closed');
    return found;
  }
}
