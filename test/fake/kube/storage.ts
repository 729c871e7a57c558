// What etcd is to the API server: objects, one growing version, a history that can be compacted, and who listens to it.
// It must not know rules of resources.

import type { Stored } from './json.ts';
import type { Resource } from './paths.ts';

/** One write. */
export interface Write {
  readonly version: number;
  readonly resource: Resource['name'];
  readonly key: string;
  readonly old: Stored | undefined;
  /** Undefined for a deletion. */
  readonly now: Stored | undefined;
}

export type Listener = (write: Write) => void;

export class Storage {
  readonly #objects = new Map<string, Stored>();
  #history: Write[] = [];
  readonly #listeners = new Set<Listener>();
  #version = 1000;
  #compacted = 0;

  get version(): number {
    return this.#version;
  }

  /** Versions up to this one are forgotten. */
  get compacted(): number {
    return this.#compacted;
  }

  get(resource: Resource['name'], key: string): Stored | undefined {
    return this.#objects.get(`${resource}|${key}`);
  }

  /** Sets (or, without an object, deletes) and answers the object with its new version. */
  write(resource: Resource['name'], key: string, object: Stored | undefined): Stored {
    const id = `${resource}|${key}`;
    const old = this.#objects.get(id);
    this.#version += 1;
    const subject = object ?? old;
    if (subject === undefined) throw new Error(`nothing to delete at ${id}`);
    const stamped = freeze({ ...subject, metadata: { ...subject.metadata, resourceVersion: String(this.#version) } });
    if (object === undefined) this.#objects.delete(id);
    else this.#objects.set(id, stamped);
    const write = { version: this.#version, resource, key, old, now: object && stamped };
    this.#history.push(write);
    for (const listener of [...this.#listeners]) listener(write);
    return stamped;
  }

  /** All objects of a resource as they were at a version, by key; now where none is given. */
  list(resource: Resource['name'], version = this.#version): readonly Stored[] {
    const state = new Map<string, Stored>();
    for (const [id, object] of this.#objects) if (id.startsWith(`${resource}|`)) state.set(id, object);
    for (const write of this.#history.toReversed()) {
      if (write.version <= version) break;
      if (write.resource !== resource) continue;
      if (write.old === undefined) state.delete(`${resource}|${write.key}`);
      else state.set(`${resource}|${write.key}`, write.old);
    }
    return [...state.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** Writes after a version, oldest first. */
  since(resource: Resource['name'], version: number): readonly Write[] {
    return this.#history.filter((write) => write.resource === resource && write.version > version);
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets history up to now, or up to a version. */
  compact(version = this.#version): void {
    this.#compacted = Math.max(this.#compacted, version);
    this.#history = this.#history.filter((write) => write.version > version);
  }

  /** A backup is restored: everything after the version is undone, and versions are given again. */
  rewind(version: number): void {
    for (const write of this.#history.toReversed()) {
      if (write.version <= version) break;
      if (write.old === undefined) this.#objects.delete(`${write.resource}|${write.key}`);
      else this.#objects.set(`${write.resource}|${write.key}`, write.old);
    }
    this.#history = this.#history.filter((write) => write.version <= version);
    this.#version = version;
  }
}

function freeze(object: Stored): Stored {
  const stack: unknown[] = [object];
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value !== 'object' || value === null || Object.isFrozen(value)) continue;
    Object.freeze(value);
    stack.push(...Object.values(value));
  }
  return object;
}
