// OpenAPI definitions as strict JSON schemas: what a definition does not name is refused, and so is null. Reads and writes
// no file.

/** One schema, or a part of one. */
export interface Schema {
  readonly [key: string]: unknown;
}

/** What says something to a validator; descriptions, formats and Kubernetes's own marks go. */
const KEPT = ['type', 'enum', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'];
const INT_OR_STRING = { type: ['integer', 'string'] };
const QUANTITY = { type: ['number', 'string'] };

/** A copy that refuses unknown fields. `reference` says where what a `$ref` names is to be found. */
export function strict(schema: Schema, reference: (name: string) => string): Schema {
  const inner = (one: unknown) => strict(one as Schema, reference);
  if (typeof schema.$ref === 'string') return { $ref: reference(schema.$ref) };
  if (schema.format === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true) return INT_OR_STRING;
  const copy: Record<string, unknown> = Object.fromEntries(
    KEPT.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]]),
  );
  if (schema.properties !== undefined) {
    const properties = Object.entries(schema.properties as Schema).map(([name, one]) => [name, inner(one)]);
    copy.properties = Object.fromEntries(properties);
    if (schema['x-kubernetes-preserve-unknown-fields'] !== true) copy.additionalProperties = false;
  }
  if (typeof schema.additionalProperties === 'object') copy.additionalProperties = inner(schema.additionalProperties);
  if (schema.items !== undefined) copy.items = inner(schema.items);
  if (Array.isArray(schema.required) && schema.required.length > 0) copy.required = schema.required;
  return copy;
}

/** The definitions that `names` need, directly or not, each strict and by the last part of its name. */
export function closure(definitions: Readonly<Record<string, Schema>>, names: readonly string[]): Schema {
  const found: Record<string, Schema> = {};
  const left = [...names];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (found[short(name)] !== undefined) continue;
    const definition = definitions[name];
    if (definition === undefined) throw new Error(`there is no definition ${name}`);
    const reference = (pointer: string) => {
      const target = pointer.slice(pointer.lastIndexOf('/') + 1);
      left.push(target);
      return `#/definitions/${short(target)}`;
    };
    found[short(name)] = name.endsWith('.resource.Quantity') ? QUANTITY : strict(definition, reference);
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `io.k8s.api.core.v1.PodSpec` as `core.v1.PodSpec`. */
export function short(name: string): string {
  return name.split('.').slice(-3).join('.');
}
