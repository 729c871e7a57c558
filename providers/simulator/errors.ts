// The cloud's errors in our codes: the one place where they are mapped, and by code, never by message text.

import type { Code } from '../../src/engine/errors.ts';
import { FairleadError } from '../../src/engine/errors.ts';
import { type ApiCode, ApiError } from './api.ts';

const CODES: Readonly<Record<ApiCode, Code>> = {
  'not-found': 'not-found',
  exists: 'conflict',
  // One write at a time: the engine waits as long as the cloud says, and counts it as no failure.
  busy: 'not-settled',
  'version-mismatch': 'conflict',
  quota: 'quota',
  'too-many-calls': 'throttled',
  'out-of-order': 'unavailable',
  invalid: 'rejected',
};

/**
 * What a call threw. Something that a write did not find is gone since we saw it, so that is a 'conflict': the engine looks
 * again. Whatever is not the API's own answer is a failure on the way: nobody knows whether the call took effect.
 */
export function explain(thrown: unknown, write: boolean): FairleadError {
  if (!(thrown instanceof ApiError)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new FairleadError('network', `the simulated cloud did not answer: ${message}`, { cause: thrown });
  }
  const code = write && thrown.code === 'not-found' ? 'conflict' : CODES[thrown.code];
  return new FairleadError(code, thrown.message, {
    cause: thrown,
    cloudCode: thrown.code,
    ...(thrown.retryAfterMs !== undefined && { retryAfterMs: thrown.retryAfterMs }),
  });
}

/** True if the cloud said that the object is not there. Any other failure says nothing about it. */
export function isAbsent(thrown: unknown): boolean {
  return thrown instanceof FairleadError && thrown.cloudCode === ('not-found' satisfies ApiCode);
}
