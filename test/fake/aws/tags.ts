// Tags as every AWS service keeps them: keys of at most 128 characters, values of at most 256, `aws:` reserved.
// The codes of the errors differ between services and come from outside.

import type { Problem } from './problem.ts';

export type Tags = Readonly<Record<string, string>>;

/** A tag as the SDK has it. Some EC2 calls send it without value. */
export interface TagInput {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** What a service answers to tags that it refuses. */
export interface TagErrors {
  readonly invalid: (message: string) => Problem;
  readonly duplicate: (key: string) => Problem;
  readonly tooMany: () => Problem;
}

/** The tags `now` with `given` added or overwritten, after all checks. `limit` counts the keys of the result. */
export function withTags(now: Tags, given: readonly TagInput[], limit: number, errors: TagErrors): Tags {
  const result: Record<string, string> = { ...now };
  const seen = new Set<string>();
  for (const { Key: key = '', Value: value = '' } of given) {
    checkTag(key, value, errors);
    if (seen.has(key)) throw errors.duplicate(key);
    seen.add(key);
    result[key] = value;
  }
  if (Object.keys(result).length > limit) throw errors.tooMany();
  return result;
}

/** The tags `now` without some keys; keys that are not there are no error, reserved ones are. */
export function withoutTags(now: Tags, keys: readonly string[], errors: TagErrors): Tags {
  for (const key of keys) checkReserved(key, errors);
  return Object.fromEntries(Object.entries(now).filter(([key]) => !keys.includes(key)));
}

/** In the SDK's form; undefined when there are none, since AWS leaves the member out. */
export function tagList(tags: Tags): { Key: string; Value: string }[] | undefined {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return list.length === 0 ? undefined : list;
}

// The character set: AWS's tagging restrictions, "Tag your Amazon EC2 resources"; ELB's model has the same pattern.
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function checkTag(key: string, value: string, errors: TagErrors): void {
  checkReserved(key, errors);
  if (key.length < 1 || key.length > 128 || !TEXT.test(key)) throw errors.invalid(`Invalid tag key: '${key}'`);
  if (value.length > 256 || !TEXT.test(value)) throw errors.invalid(`Invalid value of tag '${key}': '${value}'`);
}

function checkReserved(key: string, errors: TagErrors): void {
  if (key.toLowerCase().startsWith('aws:')) {
    throw errors.invalid(`Tag keys starting with 'aws:' are reserved for internal use: '${key}'`);
  }
}
