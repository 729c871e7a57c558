// Makes text from Services, clouds and errors safe to show: no control characters, no tricks with writing direction,
// bounded in size. It must not judge what the text says.

/** Controls, invisible and bidirectional marks, lone surrogates, line and paragraph separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Escapes what cannot be printed as `\n` or `\u202e`, and cuts to at most `maxBytes` of UTF-8, marked by `…`. */
export function printable(text: string, maxBytes: number): string {
  // Cut first, or a hostile megabyte is scanned whole; no character takes less than a byte.
  const escaped = text
    .slice(0, maxBytes + 1)
    .replace(UNPRINTABLE, (char) => NAMED[char] ?? `\\u${char.codePointAt(0)!.toString(16).padStart(4, '0')}`);
  const bytes = Buffer.from(escaped, 'utf8');
  if (bytes.length <= maxBytes) return escaped;
  let end = maxBytes - Buffer.byteLength('…');
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return `${bytes.toString('utf8', 0, end)}…`;
}
