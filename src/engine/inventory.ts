// What exists in the cloud with our mark, as far as we know: filled by lists and deep reads, written through by every
// write. It answers "present", "absent" or "unknown", and never takes the third for the second.
import type { AnyKind, Listed, Observed, Reading, RetryAfter } from './kind.ts';
import { isOwnedBy, type Mark, type Owner } from './owner.ts';

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
}

/** The entry as a list would show it. */
export function listed(entry: Entry): Listed {
  return { id: entry.id, marks: entry.marks, out: entry.out };
}

export type State = 'present' | 'absent' | 'unknown';

export class Inventory {
  readonly #kinds: ReadonlyMap<string, AnyKind<object>>;
  readonly #entries = new Map<string, Map<string, Entry>>();
  readonly #listed = new Set<string>();
  /** `kind/parentId` of parents whose children are all known. */
  readonly #families = new Set<string>();
  /** `kind/id` of objects that a failed call may have touched. */
  readonly #suspects = new Set<string>();

  constructor(kinds: readonly AnyKind<object>[]) {
    this.#kinds = new Map(kinds.map((kind) => [kind.name, kind]));
    for (const kind of kinds) this.#entries.set(kind.name, new Map());
  }

  /** True once a complete list of the (root) kind was taken. */
  isListed(kind: string): boolean {
    return this.#listed.has(kind);
  }

  state(kind: string, id: string): State {
    if (this.#suspects.has(`${kind}/${id}`)) return 'unknown';
    const has = this.#of(kind).has(id);
    const { parent, parentId } = this.#parent(kind, id);
    if (parent === undefined) return has ? 'present' : this.#listed.has(kind) ? 'absent' : 'unknown';
    const above = this.state(parent, parentId);
    if (above !== 'present') return above;
    if (!this.#families.has(`${kind}/${parentId}`)) return 'unknown';
    return has ? 'present' : 'absent';
  }

  get(kind: string, id: string): Entry | undefined {
    return this.#of(kind).get(id);
  }

  entries(kind: string): Iterable<Entry> {
    return this.#of(kind).values();
  }

  /** Everything whose marks say that it is the owner's (shared objects of several owners included). */
  ownedBy(owner: Owner): readonly Entry[] {
    const found: Entry[] = [];
    for (const entries of this.#entries.values()) {
      for (const entry of entries.values()) {
        if (entry.marks.some((mark) => isOwnedBy(mark, owner))) found.push(entry);
      }
    }
    return found;
  }

  /** Takes a complete list. What this process knows deeper than the list shows is kept. */
  putList(kind: string, listed: readonly Listed[]): void {
    const before = this.#of(kind);
    const after = new Map<string, Entry>();
    for (const item of listed) {
      const known = before.get(item.id);
      after.set(item.id, {
        kind,
        id: item.id,
        marks: item.marks,
        out: item.out,
        spec: item.spec ?? known?.spec,
        settled: known?.settled ?? true,
        applied: known?.applied,
        verifiedAt: item.spec || !known ? performance.now() : known.verifiedAt,
      });
    }
    for (const id of before.keys()) if (!after.has(id)) this.#removeChildren(kind, id);
    this.#entries.set(kind, after);
    this.#listed.add(kind);
  }

  /** Takes what a deep read answered for one id. An unknown leaves the object suspect. */
  putReading(kind: string, reading: Reading): void {
    if (reading.state === 'unknown') return;
    this.#suspects.delete(`${kind}/${reading.id}`);
    if (reading.state === 'gone') this.remove(kind, reading.id);
    else this.#put(kind, reading.object, this.get(kind, reading.id)?.applied);
  }

  /** Takes all children of one parent. */
  putChildren(kind: string, parentId: string, children: readonly Observed[]): void {
    const ids = new Set(children.map((child) => child.id));
    for (const entry of [...this.entries(kind)]) {
      if (this.#parent(kind, entry.id).parentId === parentId && !ids.has(entry.id)) this.#of(kind).delete(entry.id);
    }
    for (const child of children) this.#put(kind, child, this.get(kind, child.id)?.applied);
    this.#families.add(`${kind}/${parentId}`);
    for (const suspect of [...this.#suspects]) {
      if (suspect.startsWith(`${kind}/`) && this.#parent(kind, suspect.slice(kind.length + 1)).parentId === parentId) {
        this.#suspects.delete(suspect);
      }
    }
  }

  /** Takes what a create or update of ours answered. A new object has no children. */
  putWritten(kind: string, object: Observed, created: boolean): void {
    this.#suspects.delete(`${kind}/${object.id}`);
    this.#put(kind, object, object.spec);
    if (!created) return;
    for (const child of this.#childKinds(kind)) this.#families.add(`${child}/${object.id}`);
  }

  remove(kind: string, id: string): void {
    this.#suspects.delete(`${kind}/${id}`);
    this.#of(kind).delete(id);
    this.#removeChildren(kind, id);
  }

  /** A call that touched this object failed: nothing is decided on it before it was read again. */
  suspect(kind: string, id: string): void {
    this.#suspects.add(`${kind}/${id}`);
    const { parent, parentId } = this.#parent(kind, id);
    if (parent !== undefined) this.#families.delete(`${kind}/${parentId}`);
  }

  /** Forgets what is known of one object's inside, so that the next look reads it. */
  doubt(kind: string, id: string): void {
    const entry = this.get(kind, id);
    if (entry) this.#of(kind).set(id, { ...entry, spec: undefined });
    const { parent, parentId } = this.#parent(kind, id);
    if (parent !== undefined) this.#families.delete(`${kind}/${parentId}`);
  }

  #put(kind: string, object: Observed, applied: object | undefined): void {
    this.#of(kind).set(object.id, { ...object, kind, applied, verifiedAt: performance.now() });
  }

  #of(kind: string): Map<string, Entry> {
    const entries = this.#entries.get(kind);
    if (!entries) throw new Error(`no such kind: ${kind}`);
    return entries;
  }

  #parent(kind: string, id: string): { parent: string | undefined; parentId: string } {
    const info = this.#kinds.get(kind);
    if (info?.parent === undefined) return { parent: undefined, parentId: '' };
    return { parent: info.parent, parentId: info.parentId(id) };
  }

  #childKinds(kind: string): readonly string[] {
    return [...this.#kinds.values()].filter((other) => other.parent === kind).map((other) => other.name);
  }

  #removeChildren(kind: string, id: string): void {
    for (const child of this.#childKinds(kind)) {
      this.#families.delete(`${child}/${id}`);
      for (const entry of [...this.entries(child)]) {
        if (this.#parent(child, entry.id).parentId === id) this.remove(child, entry.id);
      }
    }
  }
}
