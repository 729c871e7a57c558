// Waiting that ends with its signal: a pause and a deadline. No timer or listener outlives the call.

import { KubeError } from './api.ts';

/** Resolves after `ms`, or as soon as the signal aborts. Never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/**
 * Runs `work` with a signal that aborts together with `signal` and after `timeoutMs`. Rejects at that moment even where
 * `work` does not listen: with `signal.reason`, or with a KubeError of status 0 and reason `Timeout`.
 */
export async function withDeadline<T>(
  timeoutMs: number,
  signal: AbortSignal,
  about: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const scope = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    scope.signal.addEventListener('abort', () => reject(scope.signal.reason), { once: true });
  });
  const onAbort = () => scope.abort(signal.reason);
  const timer = setTimeout(
    () => scope.abort(new KubeError(`${about}: no answer within ${timeoutMs} ms`, { status: 0, reason: 'Timeout' })),
    timeoutMs,
  );
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(scope.signal), stopped]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Grows from `baseMs` by doubling to `capMs`, spread over ±50 %. `failures` counts from 1. */
export function backoffMs(failures: number, baseMs: number, capMs: number, random: () => number = Math.random): number {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (0.5 + random()));
}
