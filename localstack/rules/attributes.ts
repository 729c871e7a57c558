// Attributes of load balancers, target groups and listeners: which there are, what they are at first, what they take.
import { AwsError, type Xml } from '../proxy-answer.ts';
import { type Params, structs, text } from '../proxy-query.ts';

/** One attribute: its value on a new resource, and the values that it takes. */
export interface Attribute {
  readonly initial: string;
  readonly takes: RegExp | readonly [min: number, max: number];
}

export type AttributeTable = Readonly<Record<string, Attribute>>;
export type Attributes = Readonly<Record<string, string>>;

export const onOff = /^(true|false)$/;
export const anyText = /^.{0,1024}$/s;

export function initialAttributes(table: AttributeTable): Attributes {
  return Object.fromEntries(Object.entries(table).map(([key, { initial }]) => [key, initial]));
}

/** The attributes after a request's changes. Throws ValidationError for keys and values that are not in the table. */
export function changedAttributes(what: string, table: AttributeTable, now: Attributes, params: Params): Attributes {
  const changes = (structs(params, 'Attributes') ?? []).map(
    (attribute) => [text(attribute, 'Key') ?? '', text(attribute, 'Value') ?? ''] as const,
  );
  if (changes.length === 0) throw new AwsError('ValidationError', 'At least one attribute must be specified');
  if (new Set(changes.map(([key]) => key)).size < changes.length) {
    throw new AwsError('ValidationError', `${what} attribute keys must be unique`);
  }
  for (const [key, value] of changes) {
    const attribute = table[key];
    if (!attribute) throw new AwsError('ValidationError', `${what} attribute key '${key}' is not recognized`);
    if (takes(attribute, value)) continue;
    throw new AwsError('ValidationError', `${what} attribute '${key}' cannot have the value '${value}'`);
  }
  return { ...now, ...Object.fromEntries(changes) };
}

/** Attributes in the form of an answer. */
export function attributeList(attributes: Attributes): Xml {
  return { Attributes: Object.entries(attributes).map(([Key, Value]) => ({ Key, Value })) };
}

function takes({ takes: values }: Attribute, value: string): boolean {
  if (values instanceof RegExp) return values.test(value);
  return /^\d+$/.test(value) && Number(value) >= values[0] && Number(value) <= values[1];
}
