// What was last seen of the objects of a kind, for those who compile: written through by lists, reads and writes.

/** A list can be so late: what was read, written or seen to be gone since is known better. */
const LIST_LAG_MS = 60_000;

export class Memory<T> {
  readonly #known = new Map<string, T>();
  /** Also of what is gone: performance.now() of the last read or write. */
  readonly #seenAt = new Map<string, number>();

  get(key: string): T | undefined {
    return this.#known.get(key);
  }

  values(): Iterable<T> {
    return this.#known.values();
  }

  /** Takes what a read or a write has shown. */
  note(key: string, value: T): void {
    this.#seenAt.set(key, performance.now());
    this.#known.set(key, value);
  }

  /** Takes a list; `startedAt` is the performance.now() of its first call. What it lacks stays until a read misses it. */
  noteListed(list: Iterable<readonly [key: string, value: T]>, startedAt: number): void {
    const newest = startedAt - LIST_LAG_MS;
    for (const [key, at] of this.#seenAt) if (at < newest) this.#seenAt.delete(key);
    for (const [key, value] of list) if (!this.#seenAt.has(key)) this.#known.set(key, value);
  }

  /** A read or a delete has shown that it is gone. */
  forget(key: string): void {
    this.#seenAt.set(key, performance.now());
    this.#known.delete(key);
  }
}
