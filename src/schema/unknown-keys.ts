// Finds annotation keys that nobody will read: unknown ones under our own prefixes, and keys elsewhere that miss ours by
// a typing mistake. What is near is bounded in time; keys of other programs are left alone.

import { escapeText } from './escape.ts';
import { type Problem, problem } from './problem.ts';
import type { Schema } from './schema.ts';
import { distance, suggest } from './suggest.ts';

/** Unknown keys that are told one by one; one more problem counts the rest. */
const MOST = 50;
/** Keys of other programs that are compared with ours; a Service has a handful. */
const MOST_FOREIGN = 500;

/** Prepares the search for one table; the result may be called for any number of objects. */
export function unknownKeyFinder(schema: Schema<object>): (raw: Readonly<Record<string, unknown>>) => Problem[] {
  const index = indexOf(schema);
  return (raw) => unknownKeys(schema, { ...index, nearest: new Map() }, raw);
}

function unknownKeys(schema: Schema<object>, index: Index, raw: Readonly<Record<string, unknown>>): Problem[] {
  const problems: Problem[] = [];
  let foreign = 0;
  let more = 0;
  for (const key of Object.keys(raw).sort()) {
    if (index.known.has(key)) continue;
    const ours = under(schema, key);
    if (problems.length >= MOST) {
      if (ours) more++;
      continue;
    }
    if (!ours && ++foreign > MOST_FOREIGN) continue;
    const found = look(schema, index, key, typeof raw[key] === 'string' ? raw[key] : '');
    if (found !== undefined) problems.push(found);
  }
  if (more > 0) {
    const name = { noun: 'Annotations', key: `${schema.stems.join('*, ')}*` };
    const message = `${name.noun} ${name.key} hold ${more} more keys that are unknown and have no effect`;
    problems.push(problem('warning', 'unknown-key', name, '', { expected: 'known keys', message }));
  }
  return problems;
}

interface Index {
  readonly known: ReadonlySet<string>;
  readonly synonyms: ReadonlyMap<string, string>;
  /** Known names after the slash, by what is before it. */
  readonly domains: ReadonlyMap<string, readonly string[]>;
  /** Domains of keys already looked at: the nearest of ours, if near. Programs share few domains among many keys. */
  readonly nearest: Map<string, string | undefined>;
}

function indexOf({ fields }: Schema<object>): Omit<Index, 'nearest'> {
  const known = new Set<string>();
  const synonyms = new Map<string, string>();
  const domains = new Map<string, string[]>();
  for (const field of Object.values(fields)) {
    for (const key of [field.key, ...(field.aliases ?? [])]) {
      const [domain, name] = split(key);
      known.add(key);
      domains.set(domain, [...(domains.get(domain) ?? []), name]);
    }
    for (const synonym of field.synonyms ?? []) synonyms.set(synonym, field.key);
  }
  return { known, synonyms, domains };
}

function look(schema: Schema<object>, index: Index, key: string, text: string): Problem | undefined {
  const name = { noun: 'Annotation', key };
  const why = Object.hasOwn(schema.notRead, key) ? schema.notRead[key] : undefined;
  if (why !== undefined) {
    const message = `Annotation ${escapeText(key, 320)} has no effect: it ${why}`;
    return problem('warning', 'unknown-key', name, text, { expected: 'no such key', message });
  }
  const suggestion = index.synonyms.get(key) ?? nearest(schema, index, key);
  if (suggestion === undefined && !under(schema, key)) return undefined;
  const message = `Annotation ${escapeText(key, 320)} is unknown and has no effect`;
  return problem('warning', 'unknown-key', name, text, { expected: suggestion ?? 'a known key', suggestion, message });
}

function under({ stems }: Schema<object>, key: string): boolean {
  return stems.some((stem) => key.startsWith(stem));
}

function nearest(schema: Schema<object>, index: Index, key: string): string | undefined {
  const stem = schema.stems.find((one) => key.startsWith(one));
  if (stem !== undefined) {
    const tails = [...index.known].filter((one) => one.startsWith(stem)).map((one) => one.slice(stem.length));
    const tail = suggest(key.slice(stem.length), tails);
    return tail === undefined ? undefined : stem + tail;
  }
  const [domain, name] = split(key);
  if (!index.nearest.has(domain)) index.nearest.set(domain, nearDomain(index, domain));
  const near = index.nearest.get(domain);
  const misspelt = near === undefined ? undefined : suggest(name, index.domains.get(near) ?? [], 2);
  if (misspelt !== undefined) return `${near}/${misspelt}`;
  return underAnotherDomain(schema, index, name);
}

/** A name that can only be ours (it has the part of a stem after the slash), under whatever domain. */
function underAnotherDomain({ stems }: Schema<object>, { domains }: Index, name: string): string | undefined {
  for (const [ourDomain, start] of stems.map(split)) {
    if (start === '' || !name.toLowerCase().startsWith(start)) continue;
    const found = suggest(name, domains.get(ourDomain) ?? [], 2);
    if (found !== undefined) return `${ourDomain}/${found}`;
  }
  return undefined;
}

/** The nearest of our domains within a quarter of its length: `service.kubernetes.io` for `service.beta.kubernetes.io`. */
function nearDomain({ domains }: Index, domain: string): string | undefined {
  return [...domains.keys()].find((ours) => {
    const limit = Math.floor(ours.length / 4);
    return distance(domain.toLowerCase(), ours, limit) <= limit;
  });
}

function split(key: string): readonly [domain: string, name: string] {
  const slash = key.lastIndexOf('/');
  return [key.slice(0, Math.max(slash, 0)), key.slice(slash + 1)];
}
