// Parameters of the AWS query protocols: from a form body to a nested value, and typed access to it. Both dialects are
// read alike: ELB's `Tags.member.1.Key` and EC2's `Filter.1.Value.1`.
import { AwsError } from './proxy-answer.ts';

/** A parameter: text, a list, or a structure. Numbers and booleans stay the text that was sent. */
export type Param = string | readonly Param[] | Params;
/** Parameters by name, as in the SDK's input: `{ Name: 'x', Tags: [{ Key: 'k', Value: 'v' }] }`. */
export interface Params {
  readonly [name: string]: Param;
}

type Draft = Map<string, Draft | string>;

/** Parses a form body (or a query string) into nested parameters. An empty list arrives as empty text. */
export function parseQuery(body: string): Params {
  const root: Draft = new Map();
  for (const [key, value] of new URLSearchParams(body)) {
    const path = key.split('.');
    const last = path.pop() ?? '';
    let node = root;
    for (const part of path) {
      const child = node.get(part);
      if (child instanceof Map) node = child;
      else {
        const made: Draft = new Map();
        node.set(part, made);
        node = made;
      }
    }
    node.set(last, value);
  }
  return Object.fromEntries([...root].map(([name, value]) => [name, settle(value)]));
}

function settle(node: Draft | string): Param {
  if (typeof node === 'string') return node;
  const member = node.get('member');
  if (node.size === 1 && member !== undefined) return settle(member);
  const entries = [...node];
  if (entries.every(([key]) => /^\d+$/.test(key))) {
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => settle(value));
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, settle(value)]));
}

/** The text of a parameter; undefined if it was not sent. */
export function text(params: Params, name: string): string | undefined {
  const value = params[name];
  return typeof value === 'string' ? value : undefined;
}

/** The text of a parameter that must be there. Throws ValidationError. */
export function required(params: Params, name: string): string {
  const value = text(params, name);
  if (value === undefined || value === '') {
    throw new AwsError('ValidationError', `The request must contain the parameter ${name}`);
  }
  return value;
}

/** A list of texts; undefined if it was not sent, empty if it was sent empty. */
export function texts(params: Params, name: string): string[] | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A list of structures; undefined if it was not sent. */
export function structs(params: Params, name: string): Params[] | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.filter(isStruct) : [];
}

/** One structure; undefined if it was not sent. */
export function struct(params: Params, name: string): Params | undefined {
  const value = params[name];
  return value !== undefined && isStruct(value) ? value : undefined;
}

/** A whole number inside bounds; undefined if it was not sent. Throws ValidationError. */
export function integer(params: Params, name: string, min: number, max: number): number | undefined {
  const value = text(params, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^-?\d+$/.test(value) && number >= min && number <= max) return number;
  throw new AwsError('ValidationError', `${name} '${value}' must be between '${min}' and '${max}'`);
}

/** One of some words; undefined if it was not sent. Throws ValidationError. */
export function oneOf<T extends string>(params: Params, name: string, words: readonly T[]): T | undefined {
  const value = text(params, name);
  if (value === undefined) return undefined;
  const word = words.find((candidate) => candidate === value);
  if (word) return word;
  throw new AwsError('ValidationError', `${name} '${value}' must be one of '${words.join(', ')}'`);
}

function isStruct(value: Param): value is Params {
  return typeof value === 'object' && !Array.isArray(value);
}
