// Reads the dialect of INI that the official cloud controllers' configuration files are written in (that of gcfg) into
// sections and values. It knows no section and no key by itself, and shows no value: there are passwords among them.
import { type Severity, escapeText as shown, suggest } from '../schema/index.ts';

/** The values of one section by the key as it is known, in the order of the file. `true`: a key without `=`. */
export type Section = ReadonlyMap<string, readonly (string | true)[]>;

/** Says what is wrong with one key of the file. */
export type Tell = (severity: Severity, key: string, value: string, message: string, suggestion?: string) => void;

/** A section that may be there: `[Global]`, or with a label `[ServiceOverride "1"]`. */
export interface SectionName {
  readonly name: string;
  /** An example of a label. Absent: it has none. */
  readonly label?: string;
}

/** One section as it stands in the file. */
export interface Part {
  /** In lower case. */
  readonly kind: string;
  readonly label?: string;
  readonly title: string;
  readonly lines: string[];
}

const LONGEST_LINE = 4096;
const MOST_SECTIONS = 100;
const MOST_CHARACTERS = 1024 * 1024;
const HEADER = /^\[\s*([A-Za-z0-9-]+)(?:\s+"([^"\]]*)")?\s*\]\s*(?:[;#].*)?$/;
const ENTRY = /^([A-Za-z][A-Za-z0-9-]*)\s*(?:=(.*)|[;#].*)?$/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', '"': '"', n: '\n', t: '\t' };

/** The last value counts, as gcfg has it; empty is as if not given. */
export function lastText(key: string, values: readonly (string | true)[], tell: Tell): string | undefined {
  const last = values.at(-1);
  if (values.length > 1) tell('warning', key, '', `${key} is given ${values.length} times; the last one counts`);
  if (last !== true) return last === '' ? undefined : last;
  tell('error', key, '', `${key} has no value; expected "=" and a value`);
  return undefined;
}

/** The sections, in order; what is no section and no entry is told with its line, and so is a section that is not known. */
export function partsOf(text: string, known: readonly SectionName[], tell: Tell): readonly Part[] {
  const parts: Part[] = [];
  if (text.length > MOST_CHARACTERS) {
    tell('error', 'the file', '', 'it is larger than 1 MiB');
    return parts;
  }
  let current: Part | undefined;
  let isUnknown = false;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = raw.trim();
    const at = `line ${index + 1}`;
    if (line === '' || line.startsWith(';') || line.startsWith('#')) continue;
    const fault = faultOf(line);
    const header = fault === undefined ? HEADER.exec(line) : null;
    if (fault !== undefined) tell('error', at, '', `${at}${beginningOf(line)} ${fault}`);
    else if (header) {
      current = partOf(header, known, at, tell);
      isUnknown = current === undefined;
      if (current) parts.push(current);
      if (parts.length > MOST_SECTIONS) {
        tell('error', at, '', `${at} begins section ${parts.length}; there may be ${MOST_SECTIONS}`);
        return [];
      }
    } else if (current) current.lines.push(line);
    else if (!isUnknown)
      tell('error', at, '', `${at}${beginningOf(line)} stands before any section; expected [Global] first`);
  }
  return parts;
}

/** The entries of a section by their known spelling, letter case aside. */
export function sectionOf(title: string, lines: readonly string[], known: readonly string[], tell: Tell): Section {
  const found = new Map<string, (string | true)[]>();
  for (const line of lines) {
    const [, key = '', raw] = ENTRY.exec(line) ?? [];
    const spelt = known.find((one) => one.toLowerCase() === key.toLowerCase());
    const name = `${title} ${spelt ?? key}`;
    if (spelt === undefined) {
      const message = `${shown(title)} ${shown(key)} is unknown and has no effect`;
      tell('warning', name, '', message, suggest(key, known));
      continue;
    }
    const value = raw === undefined ? true : unquoted(raw);
    if (value === undefined) {
      const message = `${shown(name)} has a quote that is not closed, or a backslash before something else than \\, ", n or t`;
      tell('error', name, '', message);
    } else found.set(spelt, [...(found.get(spelt) ?? []), value]);
  }
  return found;
}

/** A value as gcfg reads it: comments and blanks end it but between quotes, and a backslash escapes everywhere. */
function unquoted(raw: string): string | undefined {
  let value = '';
  let length = 0;
  let quoted = false;
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at]!;
    if (character === '"') quoted = !quoted;
    else if (character === '\\') {
      const escaped = ESCAPES[raw[++at] ?? ''];
      if (escaped === undefined) return undefined;
      value += escaped;
    } else if (!quoted && (character === ';' || character === '#')) break;
    else if (quoted || value !== '' || character.trim() !== '') value += character;
    // Blanks behind the last character that counts do not.
    if (quoted || character.trim() !== '') length = value.length;
  }
  return quoted ? undefined : value.slice(0, length);
}

function faultOf(line: string): string | undefined {
  if (line.length > LONGEST_LINE) return `is longer than ${LONGEST_LINE} characters`;
  if (line.startsWith('[') ? !HEADER.test(line) : !ENTRY.test(line)) {
    return 'is neither a section such as [Global] nor an entry such as key = value';
  }
  const backslashes = /\\*$/.exec(line)?.[0].length ?? 0;
  return backslashes % 2 === 1 ? 'goes on in the next line, which is not supported; write it in one' : undefined;
}

/** The line's section or key, for people: never what may be a value. */
function beginningOf(line: string): string {
  if (line.startsWith('[')) return ` ("${shown(line)}")`;
  const key = /^([A-Za-z][\w.-]*)\s*[=:]/.exec(line)?.[1];
  return key === undefined ? '' : ` ("${shown(key)} …")`;
}

function partOf(
  [, kind = '', label]: RegExpExecArray,
  known: readonly SectionName[],
  at: string,
  tell: Tell,
): Part | undefined {
  const lower = kind.toLowerCase();
  const title = label === undefined ? `[${kind}]` : `[${kind} "${label}"]`;
  const same = known.filter(({ name }) => name.toLowerCase() === lower);
  if (same.some((one) => (one.label === undefined) === (label === undefined))) {
    return { kind: lower, title, lines: [], ...(label !== undefined && { label }) };
  }
  const spelt = (one: SectionName) => (one.label === undefined ? one.name : `${one.name} "${one.label}"`);
  const suggestion = same[0] ? spelt(same[0]) : suggest(kind, known.map(spelt));
  tell('warning', title, '', `${at}: the section ${shown(title)} is unknown and has no effect`, suggestion);
  return undefined;
}
