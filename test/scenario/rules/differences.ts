// How a fault is put into words.
import type { Service } from '../../../src/kube/types.ts';
import { tagsOf } from '../wishes.ts';

export function differs(what: string, have: unknown, want: unknown): readonly string[] {
  const [has, wants] = [JSON.stringify(have), JSON.stringify(want)];
  return has === wants ? [] : [`${what} is ${has}, not ${wants}`];
}

/** The user's tags, and beside them only those that mark the owner and somebody's. */
export function tagFaults(what: string, have: Readonly<Record<string, string>>, service: Service): readonly string[] {
  const user = tagsOf(service);
  const ours = (key: string) => /^(kubernetes\.io|fairlead\.dev|somebody)\//.test(key);
  const given = Object.fromEntries(Object.entries(have).filter(([key]) => !ours(key)));
  const sorted = (tags: object) => Object.entries(tags).sort();
  return differs(`tags of ${what}`, sorted(given), sorted(user));
}
