// Reads what IAM wants to know out of the input of a call, whether it is the SDK's or that of the query protocol, which has
// other names for some members of EC2's.

export interface RequestTags {
  readonly keys: readonly string[];
  /** Empty for calls that name keys alone. */
  readonly values: Readonly<Record<string, string>>;
}

/** The first of these members that is text. */
export function textAt(input: object, ...names: readonly string[]): string | undefined {
  return names.map((name) => memberOf(input, name)).find((value) => typeof value === 'string');
}

/** The texts of the first of these members that is there: one, or a list. */
export function namesAt(input: object, ...names: readonly string[]): readonly string[] {
  const value = names.map((name) => memberOf(input, name)).find((one) => one !== undefined);
  const list = Array.isArray(value) ? value : [value];
  return list.filter((one) => typeof one === 'string');
}

/** The tags of the first of these members that is there: a list of tags, of keys, or of specifications that hold tags. */
export function tagsAt(input: object, ...names: readonly string[]): RequestTags {
  const value = names.map((name) => memberOf(input, name)).find((one) => one !== undefined);
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const tags = list.flatMap((one) => (isObject(one) ? (memberOf(one, 'Tags') ?? memberOf(one, 'Tag') ?? one) : [one]));
  const keys = tags.flatMap((tag) => (typeof tag === 'string' ? [tag] : isObject(tag) ? namesAt(tag, 'Key') : []));
  const pairs = tags.flatMap((tag) => {
    const [key, tagValue] = isObject(tag) ? [textAt(tag, 'Key'), textAt(tag, 'Value')] : [];
    return key === undefined || tagValue === undefined ? [] : [[key, tagValue]];
  });
  return { keys, values: Object.fromEntries(pairs) };
}

function memberOf(input: object, name: string): unknown {
  return Reflect.get(input, name);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
