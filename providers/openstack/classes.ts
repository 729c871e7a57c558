// Classes of load balancers (the sections [LoadBalancerClass "…"] of the official controller) as the text of one option:
//   dmz: floating-network-id=…, floating-subnet="~^dmz-[0-9]+$"; office: subnet-id=…
// Reading and writing that text; what the keys mean is for whoever compiles.

import { escapeText, suggest, text, uuid } from '../../src/schema/index.ts';
import type { Fault } from '../../src/schema/problem.ts';
import { ok, type Read, type Shape } from '../../src/schema/shape.ts';
import { subnetPatternFault, subnetTagsFault } from './subnet-pattern.ts';

/** What a class says; what it does not say is for the options. */
export interface LoadBalancerClass {
  readonly floatingNetworkId?: string;
  readonly floatingSubnetId?: string;
  readonly floatingSubnet?: string;
  readonly floatingSubnetTags?: string;
  readonly networkId?: string;
  readonly subnetId?: string;
  readonly memberSubnetId?: string;
}

export type LoadBalancerClasses = Readonly<Record<string, LoadBalancerClass>>;

const id = uuid();
const pattern = checked('a name, a glob or ~ and a regular expression', subnetPatternFault);
const tags = checked('tags such as a,b or &a,b or !a', subnetTagsFault);
/** The keys of a class, as the official controller has them. */
const KEYS = {
  'floating-network-id': { field: 'floatingNetworkId', parse: id.parse },
  'floating-subnet-id': { field: 'floatingSubnetId', parse: id.parse },
  'floating-subnet': { field: 'floatingSubnet', parse: pattern },
  'floating-subnet-tags': { field: 'floatingSubnetTags', parse: tags },
  'network-id': { field: 'networkId', parse: id.parse },
  'subnet-id': { field: 'subnetId', parse: id.parse },
  'member-subnet-id': { field: 'memberSubnetId', parse: id.parse },
} as const satisfies Record<string, { field: keyof LoadBalancerClass; parse: (value: string) => Read<string> }>;

export const CLASS_KEYS = Object.keys(KEYS) as readonly (keyof typeof KEYS)[];

const CLASS_NAME = className();
const MOST_CLASSES = 100;
const LONGEST = 16 * 1024;
const GRAMMAR =
  'classes such as "dmz: floating-subnet-id=…, subnet-id=…; office: subnet-id=…", with values that hold a comma between double quotes';

/** What a class can be called. */
export function className(): Shape<string> {
  return text({
    what: 'the name of a class: letters, digits, dots, underscores and hyphens',
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
    max: 255,
  });
}

/** Whether a class can be called so. */
export function isClassName(name: string): boolean {
  return CLASS_NAME.parse(name).ok;
}

/**
 * Classes by name. A name with a colon begins a class; its pairs follow, between commas or semicolons. A value between
 * double quotes may hold anything (`""` is a double quote). The results have no prototype.
 */
export function loadBalancerClasses(): Shape<LoadBalancerClasses> {
  return {
    type: 'classes',
    grammar: GRAMMAR,
    rule: { form: 'text', minLength: 1, maxLength: LONGEST },
    spaced: true,
    parse: parseClasses,
    print: printClasses,
  };
}

/** The text of classes, from values by the official controller's keys: they need not be right. */
export function classesText(
  classes: Iterable<readonly [name: string, values: Iterable<readonly [key: string, value: string]>]>,
): string {
  const parts = [...classes].map(([name, values]) => {
    const pairs = [...values].map(([key, value]) => `${key}=${quoted(value)}`);
    return pairs.length === 0 ? `${name}:` : `${name}: ${pairs.join(', ')}`;
  });
  return parts.join('; ');
}

function printClasses(classes: LoadBalancerClasses): string {
  return classesText(
    Object.entries(classes).map(([name, values]) => {
      const pairs = CLASS_KEYS.flatMap((key) => {
        const value = values[KEYS[key].field];
        return value === undefined ? [] : [[key, value] as const];
      });
      return [name, pairs] as const;
    }),
  );
}

function quoted(value: string): string {
  return /^[A-Za-z0-9._~/*?-]+$/.test(value) ? value : `"${value.replaceAll('"', '""')}"`;
}

function parseClasses(raw: string): Read<LoadBalancerClasses> {
  const items = itemsOf(raw);
  if (items === undefined)
    return { ok: false, faults: [{ because: 'opens a double quote that is not closed', expected: GRAMMAR }] };
  const classes: Record<string, Record<string, string>> = Object.create(null);
  const faults: Fault[] = [];
  let current: { readonly name: string; readonly values: Record<string, string> } | undefined;
  for (const item of items) {
    const [, name, rest] = /^([^=":]*):(.*)$/s.exec(item) ?? [];
    if (name !== undefined) {
      current = { name: name.trim(), values: {} };
      const fault = nameFault(current.name, classes);
      if (fault !== undefined) faults.push(fault);
      else classes[current.name] = current.values;
    }
    const pair = (rest ?? item).trim();
    if (pair === '') continue;
    if (current === undefined)
      faults.push({
        part: pair,
        because: 'belongs to no class',
        expected: 'the name of a class and a colon before it',
      });
    else {
      const fault = readPair(pair, current);
      if (fault !== undefined) faults.push({ part: pair, ...fault });
    }
  }
  if (Object.keys(classes).length > MOST_CLASSES) {
    faults.push({
      code: 'too-long',
      because: `has ${Object.keys(classes).length} classes`,
      expected: `at most ${MOST_CLASSES}`,
    });
  }
  const [first, ...others] = faults;
  if (first !== undefined) return { ok: false, faults: [first, ...others.slice(0, 9)] };
  return Object.keys(classes).length === 0
    ? { ok: false, faults: [{ because: 'has no class', expected: GRAMMAR }] }
    : ok(classes);
}

function nameFault(name: string, classes: Readonly<Record<string, unknown>>): Fault | undefined {
  const read = CLASS_NAME.parse(name);
  if (!read.ok) return { part: name, ...read.faults[0] };
  if (name in classes) {
    return { code: 'duplicate', part: name, because: 'is the name of two classes', expected: 'every class once' };
  }
  return undefined;
}

function readPair(
  pair: string,
  { name, values }: { readonly name: string; readonly values: Record<string, string> },
): Fault | undefined {
  const equals = pair.indexOf('=');
  const key = (equals < 0 ? pair : pair.slice(0, equals)).trim();
  if (equals < 0) return { because: 'has no value', expected: `a pair such as ${escapeText(key, 40)}=…` };
  const known = CLASS_KEYS.find((one) => one === key);
  if (known === undefined) {
    const suggestion = suggest(key, CLASS_KEYS);
    return {
      code: 'unknown-key',
      because: 'has a key that classes do not have',
      expected: `one of ${CLASS_KEYS.join(', ')}`,
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  }
  const { field, parse } = KEYS[known];
  if (Object.hasOwn(values, field)) {
    return {
      code: 'duplicate',
      because: `sets a key of class ${name} for the second time`,
      expected: 'every key once',
    };
  }
  const read = parse(unquoted(pair.slice(equals + 1).trim()));
  if (!read.ok) return { ...read.faults[0], expected: `a value of ${known} that is ${read.faults[0].expected}` };
  values[field] = read.value;
  return undefined;
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replaceAll('""', '"')
    : value;
}

/** What stands between commas, semicolons and line ends outside of quotes; undefined where a quote is not closed. */
function itemsOf(raw: string): readonly string[] | undefined {
  const items = [''];
  let isQuoted = false;
  for (const character of raw) {
    if (character === '"') isQuoted = !isQuoted;
    if (!isQuoted && /[,;\n]/.test(character)) items.push('');
    else items[items.length - 1] += character;
  }
  return isQuoted ? undefined : items.map((item) => item.trim());
}

/** A text that a function finds no fault with. */
function checked(expected: string, faultOf: (value: string) => string | undefined): (value: string) => Read<string> {
  return (value) => {
    const because = faultOf(value);
    return because === undefined ? ok(value) : { ok: false, faults: [{ because, expected }] };
  };
}
