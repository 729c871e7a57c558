// What an unquoted word of YAML means to kubectl: it reads YAML 1.1 the way go-yaml v2 does (go.yaml.in/yaml/v2,
// resolve.go), where `yes`, `on` and `y` are true and 0777 is an octal number. Everything else of YAML is the package's.

export type ScalarValue = string | number | boolean | null;

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const PREFIXED = /^([-+]?)0(?:([xX])([0-9a-fA-F]+)|([bB])([01]+)|[oO]?([0-7]+))$/;
/** No number that anybody writes is longer. */
const LONGEST = 400;

/** The value of a plain scalar without a tag. */
export function plainValue(text: string): ScalarValue {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (text.length > LONGEST || !/^[-+.0-9]/.test(text)) return text;
  // Base 60 (`1:30`) and dates stay text.
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  const [, sign, hex, hexDigits, bin, binDigits, octal] = PREFIXED.exec(digits) ?? [];
  if (sign !== undefined) {
    const number = Number.parseInt(hex ? hexDigits! : bin ? binDigits! : octal!, hex ? 16 : bin ? 2 : 8);
    return sign === '-' ? -number : number;
  }
  const number = FLOAT.test(digits) ? Number(digits) : Number.NaN;
  return Number.isFinite(number) ? number : text;
}

const TAG_STEM = 'tag:yaml.org,2002:';
const RESOLVED = ['int', 'float', 'bool', 'null'].map((name) => TAG_STEM + name);

/** The value of any scalar. `tag` is the one that is written, whole. */
export function scalarValue(text: string, isPlain: boolean, tag: string | undefined): ScalarValue {
  if (tag === undefined) return isPlain ? plainValue(text) : text;
  return RESOLVED.includes(tag) ? plainValue(text) : text;
}

/** A key as JSON has it: text, whatever YAML takes it for. Undefined: no key can be made of it. */
export function keyText(value: ScalarValue): string | undefined {
  return value === null ? undefined : String(value);
}
