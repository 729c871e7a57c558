// The past of a state, kept only while some fault wants reads to be stale.
import type { State } from './state.ts';

export class History {
  #past: { readonly untilMs: number; readonly state: State }[] = [];

  /** To be called before a change, with what is still true. */
  remember(state: State): void {
    this.#past.push({ untilMs: performance.now(), state: structuredClone(state) });
  }

  forget(): void {
    this.#past = [];
  }

  /** The state as it was `staleMs` ago, but not before `sinceMs`. */
  asOf(now: State, staleMs: number, sinceMs: number): State {
    const thenMs = Math.max(performance.now() - staleMs, sinceMs);
    return this.#past.find(({ untilMs }) => untilMs > thenMs)?.state ?? now;
  }
}
