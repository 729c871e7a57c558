// What exists in the cloud with our mark, as far as we know: filled by lists and deep reads, written through by every
// write. It answers "present", "absent" or "unknown", and never takes the third for the second.

import { rootOf } from './family.ts';
import type { AnyKind, Listed, Observed, Reading, RetryAfter } from './kind.ts';
import { MarkIndex } from './mark-index.ts';
import { isOwnedBy, isPredecessor, type Mark, type Owner } from './owner.ts';

/** One known object. */
export interface Entry {
  readonly kind: string;
  readonly id: string;
  readonly marks: readonly Mark[];
  readonly out: object;
  /** Unknown after a shallow list. */
  readonly spec: object | undefined;
  readonly settled: true | RetryAfter;
  readonly etag?: string;
  /** The spec of the last write by this process. */
  readonly applied: object | undefined;
  /** performance.now() of the last write, deep read, or, before any, of the list. */
  readonly verifiedAt: number;
  /** When the cloud made it, in ms since 1970, as far as a list told. */
  readonly createdAt?: number | undefined;
  /** A later list lacked it: whether it is there is unknown until it is read. */
  readonly missing?: true;
}

/** The entry as a list would show it. */
export function listed(entry: Entry): Listed {
  return { id: entry.id, marks: entry.marks, out: entry.out };
}

export type State = 'present' | 'absent' | 'unknown';

/** A failed call may have made or changed an object. */
interface Suspicion {
  /** UIDs of those for whom calls failed. */
  readonly owners: Set<string>;
  /** performance.now() of the last failed call. */
  failedAt: number;
  /** True once a read after the call showed nothing of it, or something that others write to as well. */
  missed: boolean;
}

/** A suspect as planning sees it. */
export interface Suspect {
  readonly id: string;
  /** Over 0: it was read, but so soon after the call that this proves little; look again after this. */
  readonly retryAfterMs: number;
}

/** How long clouds may take to show what was just made. */
const SHOWN_AFTER_MS = 30_000;
/** So late may a repeated list be: what was seen or removed since is known better. */
const LIST_LAG_MS = 60_000;
/** Longer than any list takes. */
const REMOVED_KEPT_MS = 60 * 60_000;

/** One kind's entries, and for a child kind those of each parent. */
interface Shelf {
  readonly info: AnyKind<object>;
  readonly entries: Map<string, Entry>;
  /** Only for child kinds: known ids by parent id, and the parents of which no other child exists. */
  readonly families: Map<string, Set<string>>;
  readonly complete: Set<string>;
  /** By id: what a failed call may have touched. */
  readonly suspects: Map<string, Suspicion>;
  /** performance.now() of what was seen to go, oldest first: a late list may show it still. */
  readonly removed: Map<string, number>;
  listed: boolean;
}

export class Inventory {
  readonly #shelves = new Map<string, Shelf>();
  readonly #index = new MarkIndex<Entry>();

  constructor(kinds: readonly AnyKind<object>[]) {
    for (const info of kinds) {
      this.#shelves.set(info.name, {
        info,
        entries: new Map(),
        families: new Map(),
        complete: new Set(),
        suspects: new Map(),
        removed: new Map(),
        listed: false,
      });
    }
  }

  /** True once a complete list of the (root) kind was taken. */
  isListed(kind: string): boolean {
    return this.#shelf(kind).listed;
  }

  state(kind: string, id: string): State {
    const shelf = this.#shelf(kind);
    const { info } = shelf;
    const suspect = shelf.suspects.get(id)?.missed === false;
    if (info.parent === undefined) {
      if (suspect || shelf.entries.get(id)?.missing) return 'unknown';
      return shelf.entries.has(id) ? 'present' : shelf.listed ? 'absent' : 'unknown';
    }
    // Whatever a failed call may have done to a child, it is gone with its parent.
    const parentId = info.parentId(id);
    const above = this.state(info.parent, parentId);
    if (above !== 'present') return above;
    if (suspect || !shelf.complete.has(parentId)) return 'unknown';
    return shelf.entries.has(id) ? 'present' : 'absent';
  }

  /** Whether all children of the kind in this parent are known. */
  hasChildren(kind: string, parentId: string): boolean {
    return this.#shelf(kind).complete.has(parentId);
  }

  get(kind: string, id: string): Entry | undefined {
    return this.#shelf(kind).entries.get(id);
  }

  entries(kind: string): Iterable<Entry> {
    return this.#shelf(kind).entries.values();
  }

  /** Everything whose marks say that it is the owner's (shared objects of several owners included). */
  ownedBy(owner: Owner): readonly Entry[] {
    const candidates = [...this.#index.candidates(owner)];
    return candidates.filter((entry) => entry.marks.some((mark) => isOwnedBy(mark, owner)));
  }

  /** The marks of what is left of earlier Services with the owner's namespace and name. */
  predecessorsOf(owner: Owner): readonly Mark[] {
    const marks = [...this.#index.candidates(owner)].flatMap((entry) => entry.marks);
    return marks.filter((mark) => isPredecessor(mark, owner));
  }

  /** Takes a complete list. What this process knows deeper than the list shows is kept. */
  putList(kind: string, list: readonly Listed[]): void {
    const shelf = this.#shelf(kind);
    const ids = new Set(list.map((item) => item.id));
    for (const id of [...shelf.entries.keys()]) if (!ids.has(id)) this.remove(kind, id);
    for (const item of list) {
      const known = shelf.entries.get(item.id);
      this.#set(shelf, {
        kind,
        id: item.id,
        marks: item.marks,
        out: item.out,
        spec: item.spec ?? known?.spec,
        settled: item.settled ?? known?.settled ?? true,
        applied: known?.applied,
        verifiedAt: item.spec || !known ? performance.now() : known.verifiedAt,
        createdAt: item.createdAt,
      });
    }
    shelf.listed = true;
  }

  /**
   * Takes a later list; `startedAt` is the performance.now() of its first call. It can be late or stale, so it removes
   * nothing: what it lacks becomes unknown, and the next plan reads it. What this process saw, wrote or removed since a
   * minute before the list began, it knows better.
   */
  refreshList(kind: string, list: readonly Listed[], startedAt: number): void {
    const shelf = this.#shelf(kind);
    const knownSince = startedAt - LIST_LAG_MS;
    const ids = new Set(list.map((item) => item.id));
    for (const entry of [...shelf.entries.values()]) {
      // A shared object in which nothing is ours need not be in the list.
      const isIdle = shelf.info.merge !== undefined && entry.marks.length === 0;
      if (!ids.has(entry.id) && !isIdle && entry.verifiedAt < knownSince) this.#set(shelf, { ...entry, missing: true });
    }
    for (const item of list) {
      const known = shelf.entries.get(item.id);
      if (known ? known.verifiedAt >= knownSince : (shelf.removed.get(item.id) ?? -Infinity) >= knownSince) continue;
      const { missing: _, ...deeper } = known ?? { spec: undefined, settled: true, applied: undefined };
      const { id, marks, out, createdAt, settled = deeper.settled } = item;
      const verifiedAt = item.spec || !known ? startedAt : known.verifiedAt;
      this.#set(shelf, {
        ...deeper,
        kind,
        id,
        marks,
        out,
        spec: item.spec ?? deeper.spec,
        settled,
        verifiedAt,
        createdAt,
      });
    }
  }

  /** Takes what a deep read answered for one id. An unknown leaves the object as it was. */
  putReading(kind: string, reading: Reading): void {
    if (reading.state === 'unknown') return;
    const shelf = this.#shelf(kind);
    const suspicion = shelf.suspects.get(reading.id);
    shelf.suspects.delete(reading.id);
    if (reading.state === 'known') this.#put(shelf, reading.object, shelf.entries.get(reading.id)?.applied);
    else this.remove(kind, reading.id);
    if (reading.state === 'known' && !shelf.info.merge) return;
    if (suspicion && performance.now() - suspicion.failedAt < SHOWN_AFTER_MS) {
      shelf.suspects.set(reading.id, { ...suspicion, missed: true });
    }
  }

  /** Takes all children of one parent. */
  putChildren(kind: string, parentId: string, children: readonly Observed[]): void {
    const shelf = this.#shelf(kind);
    const ids = new Set(children.map((child) => child.id));
    for (const id of shelf.families.get(parentId) ?? []) if (!ids.has(id)) this.remove(kind, id);
    shelf.complete.add(parentId);
    for (const child of children) this.#put(shelf, child, shelf.entries.get(child.id)?.applied);
    this.#clearSuspects(shelf, parentId);
  }

  /** Takes what a create or update of ours answered. A new object has no children. */
  putWritten(kind: string, object: Observed, created: boolean): void {
    const shelf = this.#shelf(kind);
    shelf.suspects.delete(object.id);
    const isRoots = object.settled !== true && this.unsettleRoot(kind, object.id, object.settled);
    this.#put(shelf, isRoots ? { ...object, settled: true } : object, object.spec);
    if (!created) return;
    for (const child of this.#childShelves(kind)) {
      child.complete.add(object.id);
      this.#clearSuspects(child, object.id);
    }
  }

  remove(kind: string, id: string): void {
    const shelf = this.#shelf(kind);
    const entry = shelf.entries.get(id);
    shelf.suspects.delete(id);
    this.#noteRemoval(shelf, id);
    if (entry) this.#index.remove(entry);
    shelf.entries.delete(id);
    shelf.families.get(this.#parentId(shelf, id) ?? '')?.delete(id);
    for (const child of this.#childShelves(kind)) {
      for (const childId of child.families.get(id) ?? []) this.remove(child.info.name, childId);
      child.families.delete(id);
      child.complete.delete(id);
      this.#clearSuspects(child, id);
    }
  }

  /**
   * Says of the exclusive object in which this one lives that the cloud is at work on it. False: it lives in none, and what
   * it waits for is its own.
   */
  unsettleRoot(kind: string, id: string, why: RetryAfter): boolean {
    const root = this.#exclusiveRoot(kind, id);
    const entry = root?.entries.get(root.id);
    if (!root || !entry) return false;
    const onlyTargets = this.#shelf(kind).info.churns && (entry.settled === true || entry.settled.targets);
    this.#set(root, { ...entry, settled: { ...why, ...(onlyTargets && { targets: true as const }) } });
    return true;
  }

  /** A call failed since something may be the matter with the exclusive object in which this one lives. */
  suspectRoot(kind: string, id: string, owner: Owner): void {
    const root = this.#exclusiveRoot(kind, id);
    if (root) this.suspect(root.info.name, root.id, owner);
  }

  /** A call for this owner that touched this object failed: nothing is decided on it before it was read again. */
  suspect(kind: string, id: string, owner: Owner): void {
    const { suspects } = this.#shelf(kind);
    const owners = suspects.get(id)?.owners ?? new Set<string>();
    suspects.set(id, { owners: owners.add(owner.uid), failedAt: performance.now(), missed: false });
  }

  /** What a failed call for this owner may have touched: perhaps there, perhaps not. */
  suspects(owner: Owner, kind: string): readonly Suspect[] {
    const all = [...this.#shelf(kind).suspects].filter(([, { owners }]) => owners.has(owner.uid));
    return all.map(([id, { missed, failedAt }]) => {
      const leftMs = missed ? failedAt + SHOWN_AFTER_MS - performance.now() : 0;
      return { id, retryAfterMs: Math.max(0, leftMs) };
    });
  }

  /** Forgets what is known of the object's inside, so that the next look reads it. */
  doubt(kind: string, id: string): void {
    const shelf = this.#shelf(kind);
    const entry = shelf.entries.get(id);
    if (entry) this.#set(shelf, { ...entry, spec: undefined });
    const parentId = this.#parentId(shelf, id);
    if (parentId !== undefined) shelf.complete.delete(parentId);
  }

  #put(shelf: Shelf, object: Observed, applied: object | undefined): void {
    // What the cloud is at work on was asked for by us; a read cannot tell what it was.
    const before = shelf.entries.get(object.id)?.settled;
    const targets = before !== undefined && before !== true && before.targets;
    const settled = object.settled === true || !targets ? object.settled : { ...object.settled, targets };
    this.#set(shelf, { ...object, settled, kind: shelf.info.name, applied, verifiedAt: performance.now() });
  }

  #set(shelf: Shelf, given: Entry): void {
    const before = shelf.entries.get(given.id);
    const entry = { ...given, createdAt: given.createdAt ?? before?.createdAt };
    if (before) this.#index.remove(before);
    shelf.entries.set(entry.id, entry);
    shelf.removed.delete(entry.id);
    this.#index.add(entry);
    const parentId = this.#parentId(shelf, entry.id);
    if (parentId === undefined) return;
    const family = shelf.families.get(parentId) ?? new Set<string>();
    shelf.families.set(parentId, family.add(entry.id));
  }

  #noteRemoval(shelf: Shelf, id: string): void {
    if (shelf.info.parent !== undefined) return;
    shelf.removed.delete(id);
    shelf.removed.set(id, performance.now());
    for (const [old, at] of shelf.removed) {
      if (performance.now() - at < REMOVED_KEPT_MS) break;
      shelf.removed.delete(old);
    }
  }

  #clearSuspects(shelf: Shelf, parentId: string): void {
    for (const id of [...shelf.suspects.keys()]) {
      if (this.#parentId(shelf, id) === parentId) shelf.suspects.delete(id);
    }
  }

  #exclusiveRoot(kind: string, id: string): (Shelf & { readonly id: string }) | undefined {
    const infos = [...this.#shelves.values()].map(({ info }) => info);
    const info = this.#shelf(kind).info;
    if (info.parent === undefined) return undefined;
    const root = rootOf<AnyKind<object>>(infos, info, id);
    return root.kind.exclusive ? { ...this.#shelf(root.kind.name), id: root.id } : undefined;
  }

  #shelf(kind: string): Shelf {
    const shelf = this.#shelves.get(kind);
    if (!shelf) throw new Error(`no such kind: ${kind}`);
    return shelf;
  }

  #parentId(shelf: Shelf, id: string): string | undefined {
    return shelf.info.parent === undefined ? undefined : shelf.info.parentId(id);
  }

  #childShelves(kind: string): readonly Shelf[] {
    return [...this.#shelves.values()].filter((shelf) => shelf.info.parent === kind);
  }
}
