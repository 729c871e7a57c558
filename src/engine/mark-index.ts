// Finds entries by owner without looking at all of them.
import type { Mark, Owner } from './owner.ts';

/** Marks may hold a shortened UID, but never one shorter than this many digits. */
const UID_DIGITS = 8;

function keysOfMark(mark: Mark): readonly string[] {
  const uid = mark.uid?.replaceAll('-', '').slice(0, UID_DIGITS);
  const keys = uid === undefined ? [] : [`uid ${uid}`];
  if (mark.namespace !== undefined && mark.name !== undefined) keys.push(`name ${mark.namespace}/${mark.name}`);
  return keys;
}

/** Entries by the keys of their marks. It narrows; whether a mark really fits an owner is for `isOwnedBy`. */
export class MarkIndex<E extends { readonly marks: readonly Mark[] }> {
  readonly #byKey = new Map<string, Set<E>>();

  add(entry: E): void {
    for (const key of new Set(entry.marks.flatMap(keysOfMark))) {
      const entries = this.#byKey.get(key) ?? new Set<E>();
      entries.add(entry);
      this.#byKey.set(key, entries);
    }
  }

  remove(entry: E): void {
    for (const key of new Set(entry.marks.flatMap(keysOfMark))) {
      const entries = this.#byKey.get(key);
      entries?.delete(entry);
      if (entries?.size === 0) this.#byKey.delete(key);
    }
  }

  /** Every entry with a mark that could be the owner's, or of an earlier Service of its name. */
  candidates(owner: Owner): ReadonlySet<E> {
    return new Set([owner].flatMap(keysOfMark).flatMap((key) => [...(this.#byKey.get(key) ?? [])]));
  }
}
