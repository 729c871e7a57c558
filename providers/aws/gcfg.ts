// Reads the dialect of INI that cloud-provider-aws's configuration file is written in (that of gcfg) into sections and values.
// It knows which sections there are, and no key.
import { parse } from 'ini';
import { type Severity, escapeText as shown, suggest } from '../../src/schema/index.ts';

/** The values of one section by the key as it is spelt there, in the order of the file. `true`: a key without `=`. */
export type Section = ReadonlyMap<string, readonly (string | true)[]>;

/** Says what is wrong with one key of the file. */
export type Tell = (severity: Severity, key: string, value: string, message: string, suggestion?: string) => void;

/** One section as it stands in the file. */
export interface Part {
  /** In lower case. */
  readonly kind: string;
  readonly title: string;
  readonly lines: string[];
}

const LONGEST_LINE = 4096;
const MOST_SECTIONS = 100;
const MOST_CHARACTERS = 1024 * 1024;
const HEADER = /^\[\s*([A-Za-z0-9-]+)(?:\s+"([^"\]]*)")?\s*\]\s*(?:[;#].*)?$/;
const ENTRY = /^[A-Za-z][A-Za-z0-9-]*\s*(?:=.*|[;#].*)?$/;

/** The last value counts, as gcfg has it; empty is as if not given. */
export function lastText(key: string, values: readonly (string | true)[], tell: Tell): string | undefined {
  const last = values.at(-1);
  if (values.length > 1)
    tell('warning', key, String(last), `${key} is given ${values.length} times; the last one counts`);
  if (last !== true) return last === '' ? undefined : last;
  tell('error', key, '', `${key} has no value; expected "=" and a value`);
  return undefined;
}

/** The sections, in order; what is no section and no entry is told with its line. */
export function partsOf(text: string, tell: Tell): readonly Part[] {
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
    if (fault !== undefined) tell('error', at, line, `${at} ("${shown(line)}") ${fault}`);
    else if (header) {
      current = partOf(header, at, tell);
      isUnknown = current === undefined;
      if (current) parts.push(current);
      if (parts.length > MOST_SECTIONS) {
        tell('error', at, line, `${at} begins section ${parts.length}; there may be ${MOST_SECTIONS}`);
        return [];
      }
    } else if (current) current.lines.push(line);
    else if (!isUnknown)
      tell('error', at, line, `${at} ("${shown(line)}") stands before any section; expected [Global] first`);
  }
  return parts;
}

function faultOf(line: string): string | undefined {
  if (line.length > LONGEST_LINE) return `is longer than ${LONGEST_LINE} characters`;
  if (line.startsWith('[') ? !HEADER.test(line) : !ENTRY.test(line)) {
    return 'is neither a section such as [Global] nor an entry such as Zone = eu-west-1a';
  }
  return line.endsWith('\\') ? 'goes on in the next line, which is not supported; write it in one' : undefined;
}

function partOf([, kind = '', label]: RegExpExecArray, at: string, tell: Tell): Part | undefined {
  const lower = kind.toLowerCase();
  const title = label === undefined ? `[${kind}]` : `[${kind} "${label}"]`;
  if ((lower === 'global' && label === undefined) || (lower === 'serviceoverride' && label !== undefined)) {
    return { kind: lower, title, lines: [] };
  }
  const suggestion =
    suggest(kind, ['Global', 'ServiceOverride "1"']) ??
    (lower === 'serviceoverride' ? 'ServiceOverride "1"' : undefined);
  tell('warning', title, '', `${at}: the section ${shown(title)} is unknown and has no effect`, suggestion);
  return undefined;
}

/** The entries of a section by their known spelling, letter case aside. */
export function sectionOf(title: string, lines: readonly string[], known: readonly string[], tell: Tell): Section {
  const found = new Map<string, (string | true)[]>();
  for (const [key, value] of Object.entries(
    parse(lines.join('\n'), { bracketedArray: false }) as Record<string, unknown>,
  )) {
    const spelt = known.find((one) => one.toLowerCase() === key.toLowerCase());
    if (spelt === undefined) {
      const message = `${shown(title)} ${shown(key)} is unknown and has no effect`;
      tell('warning', `${title} ${key}`, '', message, suggest(key, known));
      continue;
    }
    const values = (Array.isArray(value) ? value : [value]).map((one) =>
      one === true && !hasValue(lines, key) ? true : plain(one),
    );
    found.set(spelt, [...(found.get(spelt) ?? []), ...values]);
  }
  return found;
}

/** The parser answers true both for `Key` and for `Key = true`. */
function hasValue(lines: readonly string[], key: string): boolean {
  return lines.some((line) => line.includes('=') && line.slice(0, line.indexOf('=')).trim() === key);
}

/** The parser leaves the quotes where a comment follows, and reads quoted JSON. */
function plain(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /^".*"$/.test(text) ? text.slice(1, -1).trim() : text.trim();
}
