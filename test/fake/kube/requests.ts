// Answers one request against the storage, at once: reads, creates, patches, deletes, with the API server's rules for
// preconditions, finalizers and subresources. It must not know sessions, faults or time to come.

import { createHash } from 'node:crypto';
import type { KubeRequest, Query } from '../../../src/kube/api.ts';
import { child, isJson, type Json, mergePatch, type Stored, sameJson, strategicMergePatch } from './json.ts';
import { withOwners } from './managed-fields.ts';
import { parsePath, type Target } from './paths.ts';
import { alreadyExists, badRequest, conflict, expired, invalid, notFound, unsupported } from './refusals.ts';
import { Allocator, createService, updateService, updateServiceStatus } from './service-rules.ts';
import type { Storage } from './storage.ts';

export type Asked = Pick<KubeRequest, 'method' | 'path' | 'query' | 'body' | 'contentType'>;

const PATCHES: Readonly<Record<string, (old: unknown, patch: unknown) => unknown>> = {
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': strategicMergePatch,
};

export class Requests {
  readonly #storage: Storage;
  readonly #allocator = new Allocator();
  #uids = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** `behind`: reads are answered as of so many writes ago. Throws KubeErrors. */
  answer(asked: Asked, behind = 0): Json {
    const target = parsePath(asked.path);
    if (target === undefined) throw notFound(asked.path);
    const version = Math.max(this.#storage.compacted, this.#storage.version - behind);
    switch (asked.method) {
      case 'GET':
        return target.name === undefined ? this.#list(target, asked.query ?? {}, version) : this.#get(target, version);
      case 'POST':
        return this.#create(target, clone(asked.body));
      case 'PATCH':
        return this.#patch(target, clone(asked.body), asked.contentType ?? '', asked.query?.fieldManager);
      case 'DELETE':
        return this.#delete(target, clone(asked.body ?? {}));
    }
  }

  #get(target: Target, version: number): Json {
    const key = keyOf(target);
    const { name } = target.resource;
    const isLive = version === this.#storage.version;
    const object = isLive
      ? this.#storage.get(name, key)
      : this.#storage.list(name, version).find((each) => keyIn(each) === key);
    if (object === undefined) throw notFound(describe(target));
    return withKind(target, object);
  }

  #list(target: Target, query: Query, now: number): Json {
    const resume = query.continue ? parseToken(String(query.continue)) : undefined;
    const version = resume?.version ?? now;
    if (version < this.#storage.compacted) throw expired('the provided continue parameter is too old');
    const all = this.#storage.list(target.resource.name, version).filter(selector(target, query));
    const left = resume === undefined ? all : all.filter((object) => keyIn(object) > resume.after);
    const limit = Number(query.limit ?? 0) || left.length;
    const page = left.slice(0, limit);
    const next = left.length > page.length ? btoa(JSON.stringify({ version, after: keyIn(page.at(-1)!) })) : undefined;
    return {
      kind: `${target.resource.kind}List`,
      apiVersion: target.resource.apiVersion,
      metadata: { resourceVersion: String(version), ...(next && { continue: next }) },
      items: page.map(({ kind: _, apiVersion: __, ...item }) => item),
    };
  }

  #create(target: Target, body: Json): Json {
    const given = child(body, 'metadata');
    const name = String(given.name ?? '');
    if (name === '') throw invalid('metadata.name', 'Required value');
    const at = { ...target, name };
    const known = this.#storage.get(target.resource.name, keyOf(at));
    if (known !== undefined) throw alreadyExists(describe(at));
    const metadata = {
      ...given,
      name,
      ...(target.namespace !== undefined && { namespace: target.namespace }),
      uid: uidOf(++this.#uids),
      creationTimestamp: timestamp(),
    };
    const object = { ...body, metadata } as unknown as Stored;
    check(target, object);
    const admitted = target.resource.name === 'services' ? createService(object, this.#allocator) : object;
    return withKind(target, this.#storage.write(target.resource.name, keyOf(at), admitted));
  }

  #patch(target: Target, body: Json, contentType: string, manager: unknown): Json {
    const apply = PATCHES[contentType];
    if (apply === undefined) throw unsupported(contentType);
    const old = this.#storage.get(target.resource.name, keyOf(target));
    if (old === undefined) throw notFound(describe(target));
    return this.#update(target, old, apply(old, body), manager);
  }

  #update(target: Target, old: Stored, patched: unknown, manager: unknown): Json {
    const given = patched as Stored;
    if (given.metadata.resourceVersion !== old.metadata.resourceVersion) throw conflict(describe(target));
    const immutable = ['name', 'namespace', 'uid'] as const;
    for (const field of immutable) {
      if (given.metadata[field] !== old.metadata[field]) throw invalid(`metadata.${field}`, 'field is immutable');
    }
    const { deletionTimestamp, creationTimestamp } = old.metadata;
    const metadata: Json = { ...given.metadata, creationTimestamp };
    if (deletionTimestamp !== undefined) {
      metadata.deletionTimestamp = deletionTimestamp;
      const added = (given.metadata.finalizers ?? []).filter((each) => !(old.metadata.finalizers ?? []).includes(each));
      if (added.length > 0)
        throw invalid('metadata.finalizers', 'no new finalizers can be added if the object is being deleted');
    } else {
      delete metadata.deletionTimestamp;
    }
    if (isJson(metadata.annotations) && Object.keys(metadata.annotations).length === 0) delete metadata.annotations;
    if (Array.isArray(metadata.finalizers) && metadata.finalizers.length === 0) delete metadata.finalizers;
    const admitted = this.#admit(target, { ...given, metadata } as unknown as Stored, old);
    check(target, admitted);
    if (sameJson(admitted, old)) return withKind(target, old);
    const object = this.#owned(target, admitted, old, manager);
    const isGone = deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0;
    if (!isGone) return withKind(target, this.#storage.write(target.resource.name, keyOf(target), object));
    // One deletion and no change before it; the answer is the object as asked for, with the version it had.
    this.#storage.write(target.resource.name, keyOf(target), undefined);
    return withKind(target, object);
  }

  #admit(target: Target, object: Stored, old: Stored): Stored {
    if (target.resource.name === 'services') {
      if (target.subresource === 'status') return updateServiceStatus(object, old);
      return updateService(object, old, this.#allocator);
    }
    if (target.subresource === 'status') return { ...object, spec: old.spec };
    return target.resource.status ? { ...object, status: old.status } : object;
  }

  #owned(target: Target, now: Stored, old: Stored, manager: unknown): Stored {
    if (target.resource.name !== 'services') return now;
    const { subresource = '' } = target;
    const writer = manager === undefined ? undefined : ({ manager: String(manager), subresource } as const);
    return withOwners(now, old, writer, timestamp());
  }

  #delete(target: Target, options: Json): Json {
    const old = this.#storage.get(target.resource.name, keyOf(target));
    if (old === undefined) throw notFound(describe(target));
    const wanted = child(options, 'preconditions');
    for (const field of ['uid', 'resourceVersion'] as const) {
      if (wanted[field] !== undefined && wanted[field] !== old.metadata[field]) throw conflict(describe(target));
    }
    if ((old.metadata.finalizers ?? []).length === 0) {
      return withKind(target, this.#storage.write(target.resource.name, keyOf(target), undefined));
    }
    if (old.metadata.deletionTimestamp !== undefined) return withKind(target, old);
    const metadata = { ...old.metadata, deletionTimestamp: timestamp(), deletionGracePeriodSeconds: 0 };
    return withKind(target, this.#storage.write(target.resource.name, keyOf(target), { ...old, metadata } as Stored));
  }
}

/** Which objects of a collection a query asks for. */
export function selector(target: Target, query: Query): (object: Stored) => boolean {
  if (query.labelSelector) throw badRequest('this server knows no label selectors');
  const terms = String(query.fieldSelector ?? '')
    .split(',')
    .filter((term) => term !== '');
  const fields = terms.map((term) => term.split('=') as [string, string]);
  return (object) => {
    if (target.namespace !== undefined && object.metadata.namespace !== target.namespace) return false;
    return fields.every(([path, value]) => {
      // The API server calls the component of an event's source so.
      const parts = path === 'source' ? ['source', 'component'] : path.split('.');
      const found = parts.reduce<unknown>((at, part) => (isJson(at) ? at[part] : undefined), object);
      return String(found ?? '') === value;
    });
  };
}

function parseToken(token: string): { readonly version: number; readonly after: string } {
  try {
    return JSON.parse(atob(token));
  } catch {
    throw badRequest('continue key is not valid');
  }
}

function check(target: Target, object: Stored): void {
  if (target.resource.name !== 'leases') return;
  const spec = child(object, 'spec');
  if (typeof spec.leaseDurationSeconds === 'number' && spec.leaseDurationSeconds <= 0) {
    throw invalid('spec.leaseDurationSeconds', 'must be greater than 0');
  }
  for (const field of ['renewTime', 'acquireTime']) {
    const value = spec[field];
    if (value !== undefined && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(String(value))) {
      throw badRequest(`spec.${field} is no RFC 3339 time with microseconds`);
    }
  }
}

function withKind(target: Target, object: Stored): Json {
  return { kind: target.resource.kind, apiVersion: target.resource.apiVersion, ...object };
}

function keyOf(target: Target): string {
  return target.namespace === undefined ? String(target.name) : `${target.namespace}/${target.name}`;
}

function keyIn(object: Stored): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function describe(target: Target): string {
  return `${target.resource.name} "${target.name}"`;
}

function clone(body: unknown): Json {
  return JSON.parse(JSON.stringify(body)) as Json;
}

/** Looks random, as a real one does: names in clouds are made of parts of it. */
function uidOf(count: number): string {
  const digits = createHash('sha256').update(`uid/${count}`).digest('hex');
  const [a, b, c, d, e] = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(13, 16),
    digits.slice(17, 20),
    digits.slice(20, 32),
  ];
  return `${a}-${b}-4${c}-8${d}-${e}`;
}

function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
