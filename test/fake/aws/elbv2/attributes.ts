// Attributes with text values: what a table of keys allows, and the defaults that it gives.
// Which keys there are, and how they depend on each other, is in the files of their objects.

import type { LoadBalancerAttribute } from '@aws-sdk/client-elastic-load-balancing-v2';
import { invalid } from './errors.ts';
import type { Attributes } from './tables.ts';

/** The values that a key can have. */
export type AllowedValue = (value: string) => boolean;

export const trueOrFalse: AllowedValue = (value) => value === 'true' || value === 'false';

export const anyText: AllowedValue = (value) => value.length <= 1024;

export function oneOf(...values: readonly string[]): AllowedValue {
  return (value) => values.includes(value);
}

export function between(least: number, most: number, orElse?: string): AllowedValue {
  return (value) =>
    value === orElse || (/^(0|[1-9]\d*)$/.test(value) && Number(value) >= least && Number(value) <= most);
}

/** `now` with the given attributes set. `refuse` throws what AWS answers to a key that is not in the table. */
export function withAttributes(
  now: Attributes,
  given: readonly LoadBalancerAttribute[],
  allowed: Readonly<Record<string, AllowedValue>>,
  refuse: (key: string) => never,
): Attributes {
  const result: Record<string, string> = { ...now };
  const seen = new Set<string>();
  if (given.length === 0) throw invalid('At least one attribute must be specified');
  for (const { Key: key = '', Value: value } of given) {
    const isAllowed = Object.hasOwn(allowed, key) ? allowed[key] : undefined;
    if (isAllowed === undefined) refuse(key);
    if (value === undefined || !isAllowed?.(value)) {
      throw invalid(`The attribute value '${value}' is not valid for the attribute key '${key}'`);
    }
    if (seen.has(key)) throw invalid(`The attribute key '${key}' is specified more than once`);
    seen.add(key);
    result[key] = value;
  }
  return result;
}

/** In the SDK's form. */
export function attributeList(attributes: Attributes): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}
