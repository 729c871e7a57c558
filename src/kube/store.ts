// The last known objects of one resource, by namespace/name and by UID. A plain data structure: it knows no API server
// and calls nobody; each change is returned to the caller.

import { trimObject } from './trim.ts';
import type { KubeObject } from './types.ts';
import { compareVersions, isOlder } from './version.ts';

/** Appeared (no `old`), changed, or went (no `now`). Under one name, another UID always comes as went and appeared. */
export type Change<T> =
  | { readonly old: undefined; readonly now: T }
  | { readonly old: T; readonly now: T }
  | { readonly old: T; readonly now: undefined };

/** `namespace/name`, or `name` for what has no namespace. */
export function keyOf(object: { readonly metadata: { readonly namespace?: string; readonly name: string } }): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export class Store<T extends KubeObject> {
  readonly #byKey = new Map<string, T>();
  readonly #byUid = new Map<string, T>();
  readonly #trim: (object: T) => T;

  /** `trim` makes an object fit to keep and freezes it. */
  constructor(trim: (object: T) => T = trimObject) {
    this.#trim = trim;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): T | undefined {
    return this.#byKey.get(key);
  }

  byUid(uid: string): T | undefined {
    return this.#byUid.get(uid);
  }

  list(): readonly T[] {
    return [...this.#byKey.values()];
  }

  /** Trims an object the way this store keeps it. */
  trim(object: T): T {
    return this.#trim(object);
  }

  /**
   * Puts a complete list (trimmed objects) in the place of what was known. Goings come first. Where we know one of our
   * own writes that the list is too old for, that stays; `rewound` says that the server itself went back in time.
   */
  replace(objects: readonly T[], rewound = false): readonly Change<T>[] {
    const listed = new Set(objects.map((object) => object.metadata.uid));
    const gone = this.list().filter((object) => !listed.has(object.metadata.uid));
    const changes = gone.flatMap((object) => this.#delete(object));
    return [...changes, ...objects.flatMap((object) => this.#set(object, rewound))];
  }

  /** An object was seen. What is older than what is known changes nothing. */
  put(object: T): readonly Change<T>[] {
    return this.#set(this.#trim(object));
  }

  /** An object was seen to go. Another UID under the same name stays. */
  remove(object: T): readonly Change<T>[] {
    const known = this.#byUid.get(object.metadata.uid);
    return known === undefined ? [] : this.#delete(known);
  }

  /** The answer to one of our own writes. An object that is not known any more is not brought back. */
  learn(object: T): readonly Change<T>[] {
    return this.#byUid.has(object.metadata.uid) ? this.put(object) : [];
  }

  #set(object: T, rewound = false): readonly Change<T>[] {
    const known = this.#byKey.get(keyOf(object));
    if (known === undefined) {
      this.#keep(object);
      return [{ old: undefined, now: object }];
    }
    const { uid, resourceVersion } = object.metadata;
    if (!rewound && isOlder(resourceVersion, known.metadata.resourceVersion)) return [];
    if (known.metadata.uid !== uid) {
      const gone = this.#delete(known);
      this.#keep(object);
      return [...gone, { old: undefined, now: object }];
    }
    if (compareVersions(resourceVersion, known.metadata.resourceVersion) === 0) return [];
    this.#keep(object);
    return [{ old: known, now: object }];
  }

  #keep(object: T): void {
    this.#byKey.set(keyOf(object), object);
    this.#byUid.set(object.metadata.uid, object);
  }

  #delete(known: T): readonly Change<T>[] {
    this.#byKey.delete(keyOf(known));
    this.#byUid.delete(known.metadata.uid);
    return [{ old: known, now: undefined }];
  }
}
