// Cloud objects with our mark whose owner is gone, and how many of them may be deleted at once. Pure but for the memory of
// how long each has been one.
import type { Entry } from './inventory.ts';
import { isOwnedBy, type Mark, type Owner } from './owner.ts';

/** An object without a living owner, or the part of one such owner in an object that several share. */
export interface Orphan {
  /** `Kind/id`; of a part of a shared object `Kind/id/uid`. */
  readonly key: string;
  readonly entry: Entry;
  /** What it says of its owner: of several marks the one that says most. */
  readonly mark: Mark;
  /**
   * Its owner, where a mark has the whole UID and names this cluster; the parts of such an owner in shared objects have
   * it too. Only such a one may be deleted unasked. Namespace and name are '' where nothing of it tells them.
   */
  readonly owner: Owner | undefined;
}

export interface OrphanSearch {
  /** UID of this cluster. */
  readonly cluster: string;
  /** Whether a mark fits a living owner. */
  readonly isLive: (mark: Mark) => boolean;
  /** Whether several owners share an object of the kind. */
  readonly isShared: (kind: string) => boolean;
}

/** All orphans among the entries. What may not exist any more is none. */
export function findOrphans(entries: readonly Entry[], search: OrphanSearch): readonly Orphan[] {
  const present = entries.filter((entry) => !entry.missing && entry.marks.length > 0);
  const own = present.filter(({ kind, marks }) => !search.isShared(kind) && !marks.some(search.isLive));
  const objects = own.map((entry): Orphan => {
    const [mark = {}] = [...entry.marks].sort((a, b) => Object.keys(b).length - Object.keys(a).length);
    return { key: `${entry.kind}/${entry.id}`, entry, mark, owner: wholeOwner(entry.marks, search.cluster) };
  });
  const shared = present.filter(({ kind }) => search.isShared(kind));
  const parts = shared.flatMap((entry) =>
    entry.marks
      .filter((mark) => !search.isLive(mark))
      .map((mark): Orphan => {
        const key = `${entry.kind}/${entry.id}/${mark.uid ?? `${mark.namespace}/${mark.name}`}`;
        return { key, entry, mark, owner: wholeOwner([mark], search.cluster) };
      }),
  );
  // Some things tell less of their owner than others do, and all of one owner's have the same.
  const owners = objects.flatMap(({ owner }) => owner ?? []).sort((a, b) => b.name.length - a.name.length);
  return [...objects, ...parts].map((orphan) => {
    if (orphan.owner ? orphan.owner.name !== '' : !search.isShared(orphan.entry.kind)) return orphan;
    return { ...orphan, owner: owners.find((one) => isOwnedBy(orphan.mark, one)) ?? orphan.owner };
  });
}

/** Digits of a UID. */
const UID_LENGTH = 32;

function wholeOwner(marks: readonly Mark[], thisCluster: string): Owner | undefined {
  for (const { cluster, uid, namespace, name } of marks) {
    if (cluster !== thisCluster || uid === undefined) continue;
    if (namespace !== undefined && name !== undefined) return { cluster, uid, namespace, name };
    if (uid.replaceAll('-', '').length === UID_LENGTH) return { cluster, uid, namespace: '', name: '' };
  }
  return undefined;
}

export interface AgedOrphan extends Orphan {
  /** Since when it has been seen without an owner, in ms. */
  readonly ageMs: number;
}

export interface OrphanLimits {
  /** An orphan younger than this is left alone: its owner may only be late to be seen. */
  readonly minAgeMs: number;
  /** At most this share of all objects, and at least one, goes in one sweep: a mistake must not empty an account. */
  readonly share: number;
}

/** Remembers how long each orphan has been one. */
export class OrphanAges {
  readonly #since = new Map<string, number>();

  /**
   * All orphans there are now, oldest first. Call it again and again: an object's age counts from the first call that
   * had it, and starts anew after one that had not.
   */
  of(orphans: readonly Orphan[], now: number): readonly AgedOrphan[] {
    const keys = new Set(orphans.map(({ key }) => key));
    for (const key of [...this.#since.keys()]) if (!keys.has(key)) this.#since.delete(key);
    const aged = orphans.map((orphan) => {
      const since = this.#since.get(orphan.key) ?? now;
      this.#since.set(orphan.key, since);
      return { ...orphan, ageMs: now - since };
    });
    return aged.sort((a, b) => b.ageMs - a.ageMs);
  }
}

/** The owners whose orphans may go now: old enough, ours beyond doubt, and within the budget for `total` objects. */
export function deletable(orphans: readonly AgedOrphan[], total: number, limits: OrphanLimits): readonly Owner[] {
  const budget = Math.max(1, Math.floor(total * limits.share));
  const owners = new Map<string, Owner>();
  let count = 0;
  for (const { owner, ageMs } of orphans) {
    if (!owner || ageMs < limits.minAgeMs) continue;
    if (!owners.has(owner.uid) && count >= budget) break;
    owners.set(owner.uid, owner);
    count++;
  }
  return [...owners.values()];
}
