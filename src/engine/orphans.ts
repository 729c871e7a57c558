// Cloud objects with our mark whose owner is gone, and how many of them may be deleted at once. Pure but for the memory of
// how long each has been one.
import type { Entry } from './inventory.ts';
import type { Mark, Owner } from './owner.ts';

export interface Orphan {
  readonly entry: Entry;
  /** Since when it has been seen without an owner, in ms. */
  readonly ageMs: number;
  /** Its owner, where its mark says all of it and names this cluster: only such a one may be deleted unasked. */
  readonly owner: Owner | undefined;
}

export interface OrphanRules {
  /** UID of this cluster. */
  readonly cluster: string;
  /** An orphan younger than this is left alone: its owner may only be late to be seen. */
  readonly minAgeMs: number;
  /** At most this share of all objects, and at least one, goes in one sweep: a mistake must not empty an account. */
  readonly share: number;
}

export class Orphans {
  readonly #rules: OrphanRules;
  readonly #since = new Map<string, number>();

  constructor(rules: OrphanRules) {
    this.#rules = rules;
  }

  /**
   * All orphans among the entries, oldest first. `isLive` tells whether a mark fits a living owner. Call it again and
   * again: an object's age counts from the first call that saw it without an owner, and starts anew if one appears.
   */
  find(entries: readonly Entry[], isLive: (mark: Mark) => boolean, now: number): readonly Orphan[] {
    const orphaned = entries.filter((entry) => entry.marks.length > 0 && !entry.marks.some(isLive));
    const keys = new Set(orphaned.map(keyOf));
    for (const key of [...this.#since.keys()]) if (!keys.has(key)) this.#since.delete(key);
    return orphaned
      .map((entry) => {
        const since = this.#since.get(keyOf(entry)) ?? now;
        this.#since.set(keyOf(entry), since);
        return { entry, ageMs: now - since, owner: this.#ownerOf(entry) };
      })
      .sort((a, b) => b.ageMs - a.ageMs);
  }

  /** The owners whose orphans may go now: old enough, ours beyond doubt, and within the budget for `total` objects. */
  deletable(orphans: readonly Orphan[], total: number): readonly Owner[] {
    const budget = Math.max(1, Math.floor(total * this.#rules.share));
    const owners = new Map<string, Owner>();
    let count = 0;
    for (const { owner, ageMs } of orphans) {
      if (!owner || ageMs < this.#rules.minAgeMs) continue;
      if (!owners.has(owner.uid) && count >= budget) break;
      owners.set(owner.uid, owner);
      count++;
    }
    return [...owners.values()];
  }

  #ownerOf(entry: Entry): Owner | undefined {
    for (const { cluster, uid, namespace, name } of entry.marks) {
      if (cluster !== this.#rules.cluster || uid === undefined) continue;
      if (namespace !== undefined && name !== undefined) return { cluster, uid, namespace, name };
    }
    return undefined;
  }
}

function keyOf(entry: Entry): string {
  return `${entry.kind}/${entry.id}`;
}
