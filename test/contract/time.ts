// Lets virtual time pass as long as anything is waited for, however many wait at once.
import { vi } from 'vitest';
import { Clock } from '../scenario/clock.ts';
import type { Traffic } from './harness.ts';

/** Longer than anything that a cloud here takes. */
const PATIENCE_MS = 3_600_000;

export class Time {
  readonly #clock = new Clock();
  readonly #traffic: Traffic | undefined;
  #pending = 0;
  #passing: Promise<void> | undefined;

  /** `traffic`: what takes real time, during which the virtual one stands still. */
  constructor(traffic?: Traffic) {
    this.#traffic = traffic;
  }

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
    const end = Date.now() + PATIENCE_MS;
    try {
      await this.#flush();
      while (this.#pending > 0) {
        if (vi.getTimerCount() === 0 || Date.now() > end) throw new Error('there was no answer in all that time');
        vi.advanceTimersToNextTimer();
        await this.#flush();
      }
    } finally {
      this.#passing = undefined;
    }
  }

  /** Lets everything happen that needs no virtual time. */
  async #flush(): Promise<void> {
    do {
      await this.#traffic?.quiet();
      await this.#clock.flush();
    } while (this.#traffic?.busy);
  }
}
