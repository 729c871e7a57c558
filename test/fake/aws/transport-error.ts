// The errors that come from the way and not from AWS, in the form in which the SDK's Node HTTP handler throws them.

/** What the SDK throws when the caller's signal aborts a call. */
export function abortError(signal: AbortSignal): Error {
  const cause: unknown = signal.reason;
  const error =
    cause instanceof Error ? new Error('Request aborted', { cause }) : new Error(String(cause ?? 'Request aborted'));
  error.name = 'AbortError';
  return error;
}

/** What the SDK throws when the connection breaks before the answer: its handler names such errors TimeoutError. */
export function connectionReset(): Error {
  const $metadata = { attempts: 1, totalRetryDelay: 0 };
  return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET', $metadata });
}

/** The result, or an AbortError as soon as the signal aborts. The call itself goes on: it was sent. */
export function abortable<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return result;
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortError(signal));
    const done = () => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(done);
  });
}
