// JSON as the fake API server keeps it, and the two kinds of patch. It must not know any resource but for the lists
// that a strategic merge patch merges by key.

import type { KubeObject } from '../../../src/kube/types.ts';

export type Json = Record<string, unknown>;
/** A stored object: any field may be there. Never change one in place. */
export type Stored = KubeObject & Json;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a key, or an empty one. */
export function child(of: Json, key: string): Json {
  const value = of[key];
  return isJson(value) ? value : {};
}

/** Equal as JSON, whatever the order of keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => sameJson(value, b[index]));
  }
  if (isJson(a) && isJson(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => sameJson(a[key], b[key]));
  }
  return a === b;
}

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJson(patch)) return patch;
  const result: Json = isJson(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** Lists that are merged by a key of their items, or as a set (no key). By the field's name, as all we need differ. */
const MERGE_KEYS: Readonly<Record<string, string | null>> = {
  conditions: 'type',
  addresses: 'type',
  finalizers: null,
};
const PORTS_KEY = 'port';

/** A strategic merge patch, as far as Services, Nodes, Leases and Events go. */
export function strategicMergePatch(target: unknown, patch: unknown, field = ''): unknown {
  if (Array.isArray(patch)) return mergeLists(Array.isArray(target) ? target : [], patch, field);
  if (!isJson(patch)) return patch;
  const result: Json = isJson(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const name = key.slice('$deleteFromPrimitiveList/'.length);
      const gone = value as readonly unknown[];
      result[name] = ((result[name] as unknown[]) ?? []).filter((each) => !gone.includes(each));
    } else if (!key.startsWith('$')) {
      if (value === null) delete result[key];
      else
        result[key] = strategicMergePatch(result[key], value, field === 'spec' && key === 'ports' ? 'spec.ports' : key);
    }
  }
  return result;
}

function mergeLists(old: readonly unknown[], patch: readonly unknown[], field: string): unknown[] {
  const by = field === 'spec.ports' ? PORTS_KEY : MERGE_KEYS[field];
  if (by === undefined) return [...patch];
  if (by === null) return [...new Set([...old, ...patch])];
  const items = patch.filter(isJson);
  const place = (item: unknown) => old.findIndex((each) => isJson(each) && isJson(item) && each[by] === item[by]);
  const untouched = old.filter((each) => isJson(each) && !items.some((item) => item[by] === each[by]));
  const patched = items
    .filter((item) => item.$patch !== 'delete')
    .map((item) => strategicMergePatch(old[place(item)] ?? {}, item));
  // As the API server orders them: what it had keeps its order, what is new comes before what follows.
  const merged: unknown[] = [];
  while (untouched.length > 0 && patched.length > 0) {
    const isBefore = place(patched[0]) >= 0 && place(untouched[0]) < place(patched[0]);
    merged.push(isBefore ? untouched.shift() : patched.shift());
  }
  return [...merged, ...untouched, ...patched];
}
