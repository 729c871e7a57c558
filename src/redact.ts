// Takes secrets out of text that goes to others: the log, events, conditions. It knows their forms, those of each cloud by what
// its provider says, and the secrets of this process by heart. It never changes what is done.

const HIDDEN = '[redacted]';
/** Shorter values are found everywhere. */
const SHORTEST = 8;

/** Those of every cloud. Each keeps what `$1` names and hides the rest. Every one takes time in proportion to the text. */
const FORMS: readonly RegExp[] = [
  // What stands in an Authorization header.
  /\b((?:Bearer|Basic)\s+)[\w.~+/=-]{6,}/gi,
  // JSON Web Tokens: service account tokens are.
  /()(?<![\w-])eyJ[\w-]{6,}\.[\w-]*(?:\.[\w-]*)?/g,
  // Private keys, as PEM (in JSON too) and as the base64 of that.
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\w+/=\s]|\\[nr])*(?:-----END [A-Z ]*-----)?/g,
  /()(?<![\w+/])LS0tLS1CRUdJTi[\w+/=]+/g,
  // Values whose names say what they are, in JSON, YAML, XML, INI files and addresses.
  /\b((?:[a-z0-9]+_)*(?:secret[_-]?(?:access[_-]?)?key|client[_-]?secret|(?:session|id|refresh|access|web[_-]?identity)[_-]?token|client[_-]?key[_-]?data|password)\\?["']?\s*[:=>]\s*\\?["']?)[^\s"'&<\\,]+/gi,
  // The user's part of an address.
  /(\bhttps?:\/\/)[^\s/@:"']+:[^\s/@"']+(?=@)/gi,
];

/** Tokens are renewed every hour or so: answers to the one before may still come in. */
const KEPT = 3;

const secrets = new Map<string, readonly string[]>();
const cloudForms = new Map<string, readonly RegExp[]>();

/** From now on secrets of these forms are known too: those of the cloud of that name (`Operations.secretForms`). */
export function keepForms(name: string, forms: readonly RegExp[]): void {
  cloudForms.set(name, forms);
}

/**
 * From now on this very text is a secret, wherever it stands: as what `name` was last. The ones before are forgotten in time.
 * Undefined and what is too short to tell is none.
 */
export function keepSecret(name: string, value: string | undefined): void {
  if (value === undefined || value.length < SHORTEST) return;
  const before = secrets.get(name) ?? [];
  if (!before.includes(value)) secrets.set(name, [...before, value].slice(-KEPT));
}

/** The text without what is, or looks like, a secret. */
export function redact(text: string): string {
  let clean = text;
  for (const values of secrets.values()) for (const secret of values) clean = clean.replaceAll(secret, HIDDEN);
  for (const form of [...cloudForms.values()].flat()) clean = clean.replace(form, `$1${HIDDEN}`);
  for (const form of FORMS) clean = clean.replace(form, `$1${HIDDEN}`);
  return clean;
}
