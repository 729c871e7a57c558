// Which owner wants what of the objects that several owners share.
import { canonical } from './graph.ts';
import type { Share } from './kind.ts';
import type { Owner } from './owner.ts';

/** A mark may shorten a UID, and leave out its dashes; so many digits are left of every one, and are enough. */
const UID_DIGITS = 24;

function keyOf(owner: Owner): string {
  return owner.uid.replaceAll('-', '').slice(0, UID_DIGITS);
}

/** The part of each live owner in each shared object, by `Kind/id`, as it was last in force. */
export class Shares {
  readonly #objects = new Map<string, Map<string, Share>>();
  /** By kind: the owners whose parts in objects of the kind are not known now. */
  readonly #frozen = new Map<string, Map<string, Owner>>();

  set(key: string, share: Share): void {
    const parts = this.#objects.get(key) ?? new Map<string, Share>();
    parts.set(keyOf(share.owner), share);
    this.#objects.set(key, parts);
  }

  drop(key: string, owner: Owner): void {
    this.#objects.get(key)?.delete(keyOf(owner));
  }

  /** True if exactly this part is known to be in force, and no more than it. */
  has(key: string, owner: Owner, own: object): boolean {
    const share = this.#objects.get(key)?.get(keyOf(owner));
    return share !== undefined && !share.phase && canonical(share.spec) === canonical(own);
  }

  /** From now on the owner may have parts in any object of the kind that nobody can name; those known stay known. */
  freeze(kind: string, owner: Owner): void {
    const owners = this.#frozen.get(kind) ?? new Map<string, Owner>();
    this.#frozen.set(kind, owners.set(keyOf(owner), owner));
  }

  thaw(kind: string, owner: Owner): void {
    this.#frozen.get(kind)?.delete(keyOf(owner));
  }

  /** The keys of the objects in which the owner has a part. */
  keysOf(owner: Owner): readonly string[] {
    return [...this.#objects].filter(([, parts]) => parts.has(keyOf(owner))).map(([key]) => key);
  }

  /** All parts of one object, with `owner`'s replaced by `own` (undefined: without it), in the order of the UIDs. */
  of(key: string, owner: Owner, own: Share['spec'] | undefined, phase?: 'growing'): readonly Share[] {
    const frozen = this.#frozen.get(key.slice(0, key.indexOf('/')))?.values() ?? [];
    const unknown = [...frozen].map((one) => [keyOf(one), { owner: one, spec: 'frozen' as const }] as const);
    const parts = new Map<string, Share>([...unknown, ...(this.#objects.get(key) ?? [])]);
    if (own === undefined) parts.delete(keyOf(owner));
    else parts.set(keyOf(owner), { owner, spec: own, ...(phase && { phase }) });
    return [...parts.values()].sort((a, b) => (a.owner.uid < b.owner.uid ? -1 : 1));
  }
}
