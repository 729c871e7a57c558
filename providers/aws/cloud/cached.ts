// A value that is read from the cloud now and then: when it is old, or when it lacks what is asked for. Readers at the
// same time share one read.
import type { Scope } from '../../../src/engine/kind.ts';

const MAX_AGE_MS = 10 * 60_000;
/** How often a value may be read again because it lacks something. */
const LACK_INTERVAL_MS = 30_000;

export class Cached<T> {
  readonly #load: (scope: Scope) => Promise<T>;
  #value: { readonly value: T; readonly at: number } | undefined;
  #running: Promise<T> | undefined;
  #lackedAt = Number.NEGATIVE_INFINITY;

  constructor(load: (scope: Scope) => Promise<T>) {
    this.#load = load;
  }

  /** The value; `isEnough` says whether it holds what the caller looks for. It is no promise: nothing more may exist. */
  async get(scope: Scope, isEnough: (value: T) => boolean = () => true): Promise<T> {
    const now = performance.now();
    if (this.#value && now - this.#value.at < MAX_AGE_MS) {
      if (isEnough(this.#value.value) || now - this.#lackedAt < LACK_INTERVAL_MS) return this.#value.value;
      this.#lackedAt = now;
    }
    return this.refresh(scope);
  }

  refresh(scope: Scope): Promise<T> {
    this.#running ??= this.#load(scope)
      .then((value) => {
        this.#value = { value, at: performance.now() };
        return value;
      })
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }
}
