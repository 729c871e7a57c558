// Reads globs into patterns.
import type { Pattern } from './subnet-pattern-machine.ts';
import { guarded, PatternFault, Reader } from './subnet-pattern-reader.ts';

/**
 * The pattern of a glob: `*` is any run of characters without a slash, `?` one character, `[a-z]` one of some, `{a,b}` one
 * of some texts; or what is wrong with it.
 */
export function parseGlob(text: string): Pattern | string {
  return guarded(() => new GlobReader(text, false).whole());
}

class GlobReader extends Reader {
  whole(): Pattern {
    const parts: Pattern[] = [];
    while (!this.atEnd) parts.push(this.#atom(false));
    return { type: 'all', parts };
  }

  #atom(inGroup: boolean): Pattern {
    const character = this.take();
    switch (character) {
      case '*':
        return { type: 'repeat', part: this.one((one) => one !== '/'), min: 0, max: undefined };
      case '?':
        return this.one(() => true);
      case '[':
        return this.set('^!');
      case '{':
        if (inGroup) throw new PatternFault('opens a { inside of another');
        return this.#group();
    }
    return this.literal(character);
  }

  #group(): Pattern {
    const branches: Pattern[][] = [[]];
    while (!this.skip('}')) {
      if (this.atEnd) throw new PatternFault('opens a { that is not closed');
      if (this.skip(',')) branches.push([]);
      else branches.at(-1)?.push(this.#atom(true));
    }
    return { type: 'any', branches: branches.map((parts) => ({ type: 'all', parts })) };
  }
}
