// Does a list of things that take their time, one try after the other: what has to wait waits while the others go on. It knows
// nothing of what they are.
import { asFairleadError } from '../engine/errors.ts';
import { KubeError } from '../kube/api.ts';
import { pause } from '../kube/wait.ts';

export interface Errand {
  /** As people know it. */
  readonly name: string;
  /** One try. Must not throw but for what is a defect, or when its signal has aborted. */
  attempt(): Promise<Outcome>;
}

export type Outcome = { readonly progress: boolean } & (
  | { readonly end: 'done' }
  | { readonly end: 'left'; readonly why: string }
  | { readonly end: 'again'; readonly why: string; readonly afterMs: number }
);

export interface Left<E extends Errand> {
  readonly errand: E;
  readonly why: string;
}

/** Without any progress for so long, what is left is left. */
const PATIENCE_MS = 10 * 60_000;
const RETRY_MS = 5_000;

interface Open<E extends Errand> {
  readonly errand: E;
  /** performance.now() at which it makes sense to try again. */
  readonly at: number;
  readonly why: string;
}

/** Does them all, or says what is left and why. Rejects only when the signal aborts. */
export async function runErrands<E extends Errand>(
  errands: readonly E[],
  { say, signal }: { readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<readonly Left<E>[]> {
  const left: Left<E>[] = [];
  let open: readonly Open<E>[] = errands.map((errand) => ({ errand, at: 0, why: '' }));
  for (let progressAt = performance.now(); open.length > 0; ) {
    const [next, ...others] = [...open].sort((a, b) => a.at - b.at) as [Open<E>, ...Open<E>[]];
    if (next.at - progressAt > PATIENCE_MS) return [...left, ...open];
    await pause(Math.max(0, next.at - performance.now()), signal);
    signal.throwIfAborted();
    const { errand } = next;
    const outcome = await errand.attempt();
    if (outcome.progress) progressAt = performance.now();
    open = others;
    if (outcome.end === 'left') {
      say(`left ${errand.name}: ${outcome.why}`);
      left.push({ errand, why: outcome.why });
    } else if (outcome.end === 'again') {
      say(`waiting for ${errand.name}: ${outcome.why}; again in ${Math.ceil(outcome.afterMs / 1000)} s`);
      open = [...others, { errand, at: performance.now() + outcome.afterMs, why: outcome.why }];
    }
  }
  return left;
}

/** The end of a try that threw: what passes by itself is tried again. `kubeIsFinal`: what the API server refuses never is. */
export function outcomeOf(thrown: unknown, kubeIsFinal: boolean): Outcome {
  if (thrown instanceof KubeError) {
    const passes = thrown.status === 0 || thrown.status === 409 || thrown.status === 429 || thrown.status >= 500;
    if (kubeIsFinal || !passes) return { end: 'left', why: thrown.message, progress: false };
    return { end: 'again', why: thrown.message, afterMs: thrown.retryAfterMs ?? RETRY_MS, progress: false };
  }
  const error = asFairleadError(thrown);
  if (error.family !== 'transient') return { end: 'left', why: error.message, progress: false };
  return { end: 'again', why: error.message, afterMs: error.retryAfterMs ?? RETRY_MS, progress: false };
}
