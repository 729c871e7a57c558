// Picks the Service whose cloud objects were not looked at for the longest time, one after the other: drift. The cost is
// bounded by the limiter's lane for verification; here is only the order and the age.
import type { Owner } from '../engine/owner.ts';
import type { Runtime } from './runtime.ts';

export interface Candidate {
  readonly key: string;
  readonly owner: Owner;
}

export interface VerifierOptions {
  /** 0: never. */
  readonly intervalMs: number;
  readonly candidates: () => readonly Candidate[];
  readonly runtimes: () => Iterable<Runtime>;
  readonly verify: (key: string) => void;
}

const TICK_MS = 1000;

export class Verifier {
  readonly #options: VerifierOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Only one at a time: a verification waits long for its turn at the limiter, and it holds a worker meanwhile. */
  #outstanding: string | undefined;
  /** When each key was asked for, so that one whose reads fail does not keep the others from their turn. */
  readonly #asked = new Map<string, number>();
  #oldest: { readonly seenMs: number; readonly at: number | undefined } | undefined;

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.intervalMs > 0) this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The verification of the key ended, well or not. */
  finished(key: string): void {
    if (this.#outstanding === key) this.#outstanding = undefined;
  }

  /** Age in ms of what was verified the longest time ago; 0: nothing is there. What that is, is looked up once a second. */
  oldestMs(): number {
    const now = performance.now();
    if (!this.#oldest || now - this.#oldest.seenMs >= TICK_MS) this.#oldest = { seenMs: now, at: this.#ages()[0]?.at };
    return this.#oldest.at === undefined ? 0 : now - this.#oldest.at;
  }

  #tick(): void {
    if (this.#outstanding !== undefined) return;
    const { intervalMs, verify } = this.#options;
    const due = performance.now() - intervalMs;
    const next = this.#ages().find(({ key, at }) => at <= due && (this.#asked.get(key) ?? at) <= due);
    if (!next) return;
    this.#asked.set(next.key, performance.now());
    this.#outstanding = next.key;
    verify(next.key);
  }

  /** Oldest first. */
  #ages(): readonly { readonly key: string; readonly at: number }[] {
    const ages: { key: string; at: number }[] = [];
    for (const { key, owner } of this.#options.candidates()) {
      for (const runtime of this.#options.runtimes()) {
        const at = runtime.engine.verifiedAt(owner);
        if (at !== undefined) ages.push({ key, at });
      }
    }
    return ages.sort((a, b) => a.at - b.at);
  }
}
