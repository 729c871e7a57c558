// Small pieces of CEL (Common Expression Language), which API servers evaluate policies in. Only what Kubernetes 1.33 and
// later understand. Nothing here knows of annotations.

/** A string literal. JSON's escapes are CEL's too. */
export function literal(text: string): string {
  return JSON.stringify(text);
}

/** A literal list of strings. */
export function literals(texts: readonly string[]): string {
  return `[${texts.map(literal).join(', ')}]`;
}

/** `text` is one of a few words. */
export function among(text: string, words: readonly string[]): string {
  return `${text} in ${literals(words)}`;
}

export function allOf(conditions: readonly string[]): string {
  return joined(conditions, ' && ', 'true');
}

export function anyOf(conditions: readonly string[]): string {
  return joined(conditions, ' || ', 'false');
}

function joined(conditions: readonly string[], operator: string, none: string): string {
  if (conditions.length < 2) return conditions[0] ?? none;
  return conditions.map(grouped).join(operator);
}

/** In parentheses, unless it has no operator that could bind wrongly. */
function grouped(condition: string): string {
  return /^!?[\w.]+(\([^()]*\))?$/.test(condition) ? condition : `(${condition})`;
}

/** A boolean `body` that may use `value` many times under a short name: CEL has no `let` on every server. */
export function withName(name: string, value: string, body: string): string {
  return `[${value}].all(${name}, ${body})`;
}

/**
 * True for what JavaScript's `trim` leaves nothing of. CEL counts U+0085 as white space and not U+FEFF; JavaScript does it
 * the other way round.
 */
export function isBlank(text: string): string {
  return `${text}.replace("\\ufeff", "").trim() == "" && !${text}.contains("\\u0085")`;
}

/** Characters that no value may hold (src/schema/escape.ts), as RE2 reads it. */
const REFUSED = '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]';
/** The same without tabs and line breaks. */
const REFUSED_BUT_SPACE = '[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\p{Cf}\\p{Zl}\\p{Zp}]';
/** What must not be shown raw on a terminal: also what no font knows. */
const UNSHOWN = '[\\p{Cc}\\p{Cf}\\p{Co}\\p{Zl}\\p{Zp}]';

export function hasRefused(text: string, spaced: boolean): string {
  return `${text}.matches(${literal(spaced ? REFUSED_BUT_SPACE : REFUSED)})`;
}

/** Tabs and line breaks inside an item, after the whole text was searched for the rest. */
export function hasBreak(item: string): string {
  return `${item}.matches("[\\\\t\\\\n\\\\r]")`;
}

/** Longest part of a value that a message shows, in characters. */
const SHOWN = 80;

/** The words `is "value"` of the only text of a list, safe for one line: API servers drop warnings with control characters. */
export function shown(verb: 'is' | 'contains', texts: string): string {
  const cut = `size(s) > ${SHOWN} ? s.substring(0, ${SHOWN}) + "…" : s`;
  const hidden = literal(`${verb === 'is' ? 'holds' : 'contains an item with'} a hidden character`);
  const body = `s.matches(${literal(UNSHOWN)}) ? ${hidden} : ${literal(`${verb} `)} + strings.quote(s)`;
  return `${texts}.map(s, ${cut}).map(s, ${body})[0]`;
}

/** The keys of the map `now` that the map `was` has not, or has with another value. */
export function differs(key: string, now: string, was: string): string {
  return `!(${key} in ${was} && ${was}[${key}] == ${now}[${key}])`;
}
