// The virtual clock of a scenario: time passes only when a test says so, one timer after the other, and between two of
// them everything that can go on goes on. It knows no controller.
import { vi } from 'vitest';
import { seeded } from './random.ts';

/** Where every scenario begins. */
export const START = Date.UTC(2030, 0, 1);

/** One turn of the real event loop: all promises that can settle have settled by then. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const realRandom = Math.random;

/** From now on time is virtual and chance is given by the seed, until `leaveVirtualTime`. */
export function enterVirtualTime(seed = 1): void {
  vi.useFakeTimers({ now: START });
  // Not a spy: it would remember every number.
  Math.random = seeded(seed);
}

export function leaveVirtualTime(): void {
  Math.random = realRandom;
  vi.useRealTimers();
}

export class Clock {
  #outside = 0;

  /** Milliseconds since the scenario began. */
  get now(): number {
    return Date.now() - START;
  }

  /** Does real work, such as loading a module; virtual time stands still until it ends. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    this.#outside++;
    try {
      return await work();
    } finally {
      this.#outside--;
    }
  }

  /** Lets everything happen that needs no time. */
  async flush(): Promise<void> {
    do await turn();
    while (this.#outside > 0);
    await turn();
  }

  /** Lets time pass: `ms`, or less if `until` comes true before. Answers whether it did. */
  async advance(ms: number, until: () => boolean = () => false): Promise<boolean> {
    let over = false;
    const end = setTimeout(() => {
      over = true;
    }, ms);
    await this.flush();
    while (!over && !until()) {
      vi.advanceTimersToNextTimer();
      await this.flush();
    }
    clearTimeout(end);
    return until();
  }
}
