// Old answers for reads that go through to the emulator: the answer to the same question is given again until it is
// as old as the fault says. What the rules answer themselves has a real history instead (rules/history.ts).
import type { Answer } from './proxy-answer.ts';
import type { Call } from './proxy-call.ts';

/** Answers to remember, by question. */
export class StaleAnswers {
  readonly #known = new Map<string, { answer: Answer; atMs: number }>();

  /** The remembered answer if it is younger than `staleMs` and not older than `sinceMs`; otherwise a fresh one. */
  async answer(call: Call, staleMs: number, sinceMs: number, fresh: () => Promise<Answer>): Promise<Answer> {
    const key = `${call.region} ${call.service} ${call.http.method} ${call.http.path} ${call.http.body}`;
    const known = this.#known.get(key);
    const atMs = performance.now();
    if (known && known.atMs >= Math.max(sinceMs, atMs - staleMs)) return known.answer;
    const answer = await fresh();
    this.#known.set(key, { answer, atMs });
    return answer;
  }
}
