// values.schema.json: closed wherever the keys are ours, so that a misspelt value fails before anything is installed.
import { nearestKey } from './nearest-key.ts';
import { type Branch, isBranch, treeOf } from './tree.ts';
import type { JsonSchema, Value } from './value.ts';

/** What Helm itself puts beside a chart's values. */
const GLOBAL: JsonSchema = {
  description: 'Values that all charts of a release share. Not used here.',
  type: ['object', 'null'],
};

export function valuesSchema(values: readonly Value[]): JsonSchema {
  const nested = values.filter(({ path }) => path.includes('.'));
  const elsewhere = new Map(nested.map((value) => [value.path, [nameOf(value), ...(value.alsoKnown ?? [])]]));
  const { properties, propertyNames, ...rest } = branchSchema('', treeOf(values), { global: GLOBAL }, elsewhere);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Values of the chart fairlead',
    ...rest,
    properties,
    propertyNames,
  };
}

/** `prefix`: its path, with a dot at the end. `elsewhere`: words that are meant for a value of another branch, by its path. */
function branchSchema(
  prefix: string,
  { children }: Branch,
  more: Readonly<Record<string, JsonSchema>> = {},
  elsewhere: ReadonlyMap<string, readonly string[]> = new Map(),
): Record<string, unknown> {
  const own = [...children].map(
    ([key, node]) => [key, isBranch(node) ? branchSchema(`${prefix}${key}.`, node) : leafSchema(node)] as const,
  );
  const properties = { ...Object.fromEntries(own), ...more };
  // Helm takes a key away that somebody sets to null.
  const required = own.flatMap(([key, schema]) => (takesNull(schema) ? [] : [key]));
  const known = [...children].map(([key, node]) => [key, isBranch(node) ? [] : (node.alsoKnown ?? [])] as const);
  return {
    type: required.length > 0 ? 'object' : ['object', 'null'],
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
    propertyNames: nearestKey(prefix, Object.keys(properties), new Map([...known, ...elsewhere])),
  };
}

function takesNull({ type, enum: choices }: JsonSchema): boolean {
  return [type, choices].some((one) => Array.isArray(one) && (one.includes('null') || one.includes(null)));
}

function leafSchema({ doc, schema }: Value): JsonSchema {
  return { description: doc, ...schema };
}

function nameOf({ path }: Value): string {
  return path.split('.').at(-1) ?? '';
}
