// Lets virtual time pass as long as anything is waited for, however many wait at once.
import { Clock } from '../scenario/clock.ts';

/** Longer than anything that a cloud here takes. */
const PATIENCE_MS = 3_600_000;

export class Time {
  readonly #clock = new Clock();
  #pending = 0;
  #passing: Promise<void> | undefined;

  /** The promise's outcome, with as much virtual time as it needs. Throws if it never comes. */
  async until<T>(work: Promise<T>): Promise<T> {
    this.#pending++;
    const done = work.finally(() => {
      this.#pending--;
    });
    this.#passing ??= this.#pass();
    return Promise.race([done, this.#passing.then(() => done)]);
  }

  sleep(ms: number): Promise<void> {
    return this.until(new Promise((resolve) => setTimeout(resolve, ms)));
  }

  async #pass(): Promise<void> {
    try {
      while (this.#pending > 0) {
        const settled = await this.#clock.advance(PATIENCE_MS, () => this.#pending === 0);
        if (!settled) throw new Error('there was no answer in all that time');
      }
    } finally {
      this.#passing = undefined;
    }
  }
}
