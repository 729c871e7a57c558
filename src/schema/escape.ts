// Makes text from outside safe to show on one line of an event, a log or a terminal, and finds characters that no value
// may hold. It never changes what is parsed.

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/u;
const REFUSED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const REFUSED_BUT_SPACE = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * `text` with hidden characters (control, bidirectional, zero width, line separators) and quotes escaped, cut to about
 * `max` characters.
 */
export function escapeText(text: string, max = 80): string {
  let shown = '';
  for (const character of text.slice(0, max + 1)) {
    const next = visible(character);
    if (shown.length + next.length > max) return `${shown}…`;
    shown += next;
  }
  return shown;
}

/** `escapeText`, between double quotes. */
export function quote(text: string, max = 80): string {
  return `"${escapeText(text, max)}"`;
}

/**
 * The first character that no value may hold, as `U+000A`; undefined when there is none. `spaced` lets line breaks and
 * tabs pass, for lists whose items are trimmed.
 */
export function refusedCharacter(text: string, spaced = false): string | undefined {
  const found = (spaced ? REFUSED_BUT_SPACE : REFUSED).exec(text)?.[0];
  return found === undefined ? undefined : `U+${hex(found)}`;
}

function visible(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  return HIDDEN.test(character) ? `\\u{${hex(character)}}` : character;
}

function hex(character: string): string {
  return character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
}
