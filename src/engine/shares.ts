// Which owner wants what of the objects that several owners share.
import type { Share } from './kind.ts';
import type { Owner } from './owner.ts';

/** The part of each live owner in each shared object, by `Kind/id`, as it was last in force. */
export class Shares {
  readonly #objects = new Map<string, Map<string, Share>>();

  set(key: string, share: Share): void {
    const parts = this.#objects.get(key) ?? new Map<string, Share>();
    parts.set(share.owner.uid, share);
    this.#objects.set(key, parts);
  }

  drop(key: string, owner: Owner): void {
    this.#objects.get(key)?.delete(owner.uid);
  }

  /** The keys of the objects in which the owner has a part. */
  keysOf(owner: Owner): readonly string[] {
    return [...this.#objects].filter(([, parts]) => parts.has(owner.uid)).map(([key]) => key);
  }

  /** All parts of one object, with `owner`'s replaced by `own` (undefined: without it), in the order of the UIDs. */
  of(key: string, owner: Owner, own: Share['spec'] | undefined): readonly Share[] {
    const parts = new Map(this.#objects.get(key));
    if (own === undefined) parts.delete(owner.uid);
    else parts.set(owner.uid, { owner, spec: own });
    return [...parts.values()].sort((a, b) => (a.owner.uid < b.owner.uid ? -1 : 1));
  }
}
