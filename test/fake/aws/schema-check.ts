// Checks the input of a call against the schema that the SDK itself serialises it by: what the SDK would drop in
// silence, or send in a form that AWS refuses, is found here. It knows neither values nor rules of AWS.

/** What is wrong with an input; each entry is the path of a member, such as `Tags.1.Key`. */
export interface Findings {
  /** Members that the operation does not have: the SDK would not send them. */
  readonly unknown: string[];
  readonly missing: string[];
  readonly wrongType: string[];
}

// The SDK's static schemas are tuples, led by a number: 1 list, 3 structure, 9 operation; a plain number is a simple
// type, and [schema, traits] a member with traits. Source: @smithy/types, schema/static-schemas.
const LIST = 1;
const STRUCTURE = 3;
const OPERATION = 9;
const SIMPLE: Readonly<Record<number, string>> = { 0: 'string', 1: 'number', 2: 'boolean' };
const LIST_OF_SIMPLE = 64;

/** Compares `input` with the input structure of an operation schema (the `schema` of a command instance). */
export function checkInput(operationSchema: unknown, input: unknown): Findings {
  const operation = tuple(resolve(operationSchema));
  if (operation[0] !== OPERATION) throw new TypeError('not the schema of an operation');
  const findings: Findings = { unknown: [], missing: [], wrongType: [] };
  check(operation[4], input, '', findings);
  return findings;
}

function check(reference: unknown, value: unknown, path: string, findings: Findings): void {
  const schema = resolve(reference);
  if (typeof schema === 'number') checkNumbered(schema, value, path, findings);
  else if (tuple(schema)[0] === LIST) checkList(tuple(schema)[4], value, path, findings);
  else if (tuple(schema)[0] === STRUCTURE) checkStructure(tuple(schema), value, path, findings);
  else throw new TypeError(`the schema of ${path} is of a form that is not known here`);
}

function checkNumbered(schema: number, value: unknown, path: string, findings: Findings): void {
  const simple = SIMPLE[schema];
  if (simple === undefined && schema >= LIST_OF_SIMPLE && SIMPLE[schema - LIST_OF_SIMPLE] !== undefined) {
    checkList(schema - LIST_OF_SIMPLE, value, path, findings);
  } else if (simple === undefined) {
    throw new TypeError(`the type ${schema} of ${path} is not known here`);
  } else if (typeof value !== simple || (simple === 'number' && !Number.isInteger(value))) {
    findings.wrongType.push(path);
  }
}

function checkList(element: unknown, value: unknown, path: string, findings: Findings): void {
  if (!Array.isArray(value)) findings.wrongType.push(path);
  else for (const [index, inner] of value.entries()) check(element, inner, `${path}.${index + 1}`, findings);
}

function checkStructure(schema: readonly unknown[], value: unknown, path: string, findings: Findings): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    findings.wrongType.push(path);
    return;
  }
  const names = tuple(schema[4]);
  const required = typeof schema[6] === 'number' ? schema[6] : 0;
  const prefix = path === '' ? '' : `${path}.`;
  for (const [name, inner] of Object.entries(value)) {
    const index = names.indexOf(name);
    if (index < 0) findings.unknown.push(prefix + name);
    else if (inner !== undefined && inner !== null) check(tuple(schema[5])[index], inner, prefix + name, findings);
  }
  for (const name of names.slice(0, required).map(String)) {
    const inner: unknown = Reflect.get(value, name);
    if (inner === undefined || inner === null) findings.missing.push(prefix + name);
  }
}

/** Follows references (functions) and takes off member traits. */
function resolve(reference: unknown): unknown {
  if (typeof reference === 'function') return resolve(reference());
  if (Array.isArray(reference) && reference.length === 2) return resolve(reference[0]);
  return reference;
}

function tuple(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('not a schema');
  return value;
}
