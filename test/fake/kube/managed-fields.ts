// What the API server notes in metadata.managedFields of Services, for the fields that two service controllers can quarrel
// about: finalizers and status.loadBalancer.ingress. Only of writers who name themselves. As structured-merge-diff has it for
// updates: who changes a field owns it alone from then on, and only a writer's own change moves its time.

import { child, isJson, type Json, type Stored, sameJson } from './json.ts';

const INGRESS = 'ingress';

interface Writer {
  readonly manager: string;
  readonly subresource: '' | 'status';
}

/** The object with its owners, after `writer` (none: somebody without a name) made `now` of `old`. */
export function withOwners(now: Stored, old: Stored, writer: Writer | undefined, time: string): Stored {
  const { set, changed } = difference(old, now);
  if (changed.size === 0) return now;
  const isOwn = (entry: Json) => entry.manager === writer?.manager && (entry.subresource ?? '') === writer?.subresource;
  const before = ((old.metadata.managedFields ?? []) as readonly unknown[]).filter(isJson);
  const entries = before.map((entry) => {
    const left = [...ownedIn(entry)].filter((field) => !changed.has(field));
    const fields = isOwn(entry) ? [...left, ...set] : left;
    return { ...entry, ...(isOwn(entry) && { time }), fieldsV1: fieldsOf(fields) };
  });
  if (writer && set.size > 0 && !before.some(isOwn)) {
    const { manager, subresource } = writer;
    const entry = { manager, operation: 'Update', apiVersion: 'v1', time, fieldsType: 'FieldsV1' };
    entries.push({
      ...entry,
      fieldsV1: fieldsOf([...set]),
      ...(subresource && { subresource }),
    } as (typeof entries)[0]);
  }
  const managedFields = entries.filter((entry) => ownedIn(entry).size > 0);
  const { managedFields: _, ...metadata } = now.metadata;
  return { ...now, metadata: { ...metadata, ...(managedFields.length > 0 && { managedFields }) } } as Stored;
}

/** `set`: what has a new value; `changed`: that and what went. */
function difference(old: Stored, now: Stored): { readonly set: Set<string>; readonly changed: Set<string> } {
  const had = old.metadata.finalizers ?? [];
  const has = now.metadata.finalizers ?? [];
  const set = new Set(has.filter((each) => !had.includes(each)));
  const changed = new Set([...set, ...had.filter((each) => !has.includes(each))]);
  const [before, after] = [old, now].map((object) => child(child(object, 'status'), 'loadBalancer').ingress);
  if (!sameJson(before, after)) {
    changed.add(INGRESS);
    if (after !== undefined) set.add(INGRESS);
  }
  return { set, changed };
}

function fieldsOf(fields: readonly string[]): Json {
  const finalizers = fields.filter((field) => field !== INGRESS).map((field) => [`v:${JSON.stringify(field)}`, {}]);
  return {
    ...(finalizers.length > 0 && { 'f:metadata': { 'f:finalizers': { '.': {}, ...Object.fromEntries(finalizers) } } }),
    ...(fields.includes(INGRESS) && { 'f:status': { 'f:loadBalancer': { 'f:ingress': {} } } }),
  };
}

function ownedIn(entry: Json): Set<string> {
  const fields = child(entry, 'fieldsV1');
  const keys = Object.keys(child(child(fields, 'f:metadata'), 'f:finalizers')).filter((key) => key.startsWith('v:'));
  const owned = new Set(keys.map((key) => String(JSON.parse(key.slice(2)))));
  if ('f:ingress' in child(child(fields, 'f:status'), 'f:loadBalancer')) owned.add(INGRESS);
  return owned;
}
