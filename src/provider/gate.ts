// The one door to a cloud: every call of every provider passes here for its lane, the lease, a deadline, the merging of
// equal reads, the counters and the log. It knows no cloud.
import pRetry from 'p-retry';
import { FairleadError } from '../engine/errors.ts';
import type { Lane, Scope } from '../engine/kind.ts';
import { Limiter } from './limiter.ts';

/** One call, as its provider describes it. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  /** True if it changes something: it needs the lease and is never sent twice. */
  readonly write: boolean;
  /** Whose budget it takes from: calls of one bucket are throttled together. Default: the service and read or write. */
  readonly bucket?: string;
  /** Reads with equal keys that are in flight at the same time are one call. Default: none are merged. */
  readonly mergeKey?: string;
  /** The cloud's own id of the call, from what it answered. */
  readonly requestIdOf?: (answer: unknown) => string | undefined;
}

/** What was done, for metrics and log. `code` is 'ok' or an error code. */
export interface CallRecord extends Call {
  readonly lane: Lane;
  readonly code: string;
  readonly durationMs: number;
  readonly requestId?: string | undefined;
}

export interface GateOptions {
  /** For how long this process may still write, from now; 0: not at all. Default: for ever. */
  readonly mayWriteForMs?: () => number;
  readonly onCall?: (record: CallRecord) => void;
  readonly onWait?: (bucket: string, lane: Lane, waitedMs: number) => void;
  /** Calls a second that may pass from now on; Infinity: as many as come. */
  readonly onPace?: (bucket: string, perSecond: number) => void;
  /** Per call. Default 20 s for a write (it has to fit into what is left of the lease), 20 s for a read. */
  readonly deadlineMs?: number;
  /** Forbids every write: for plans and look-ups. */
  readonly readOnly?: boolean;
}

const READ_ATTEMPTS = 3;

export class Gate {
  readonly #options: GateOptions;
  readonly #limiter: Limiter;
  readonly #reads = new Map<string, Promise<unknown>>();
  #pending = 0;

  constructor(options: GateOptions = {}) {
    this.#options = options;
    this.#limiter = new Limiter(options);
  }

  /** Calls that wait for their turn, for an answer, or to be tried again. */
  get pending(): number {
    return this.#pending;
  }

  /**
   * Sends one call. `send` gets a signal that ends at the deadline; `explain` turns what it throws into a FairleadError.
   * A read that fails on the way is tried again a few times; a write never is, since nobody knows whether it arrived.
   */
  async call<T>(
    call: Call,
    scope: Scope,
    send: (signal: AbortSignal) => Promise<T>,
    explain: (thrown: unknown) => FairleadError,
  ): Promise<T> {
    this.#pending++;
    try {
      return await (call.write ? this.#once(call, scope, send, explain) : this.#merged(call, scope, send, explain));
    } catch (thrown) {
      // Whoever waits for a turn or between two tries gets what the signal was aborted with, and that can be anything.
      if (thrown instanceof FairleadError || !scope.signal.aborted) throw thrown;
      throw stopped(call.operation, thrown);
    } finally {
      this.#pending--;
    }
  }

  #merged<T>(
    call: Call,
    scope: Scope,
    send: (signal: AbortSignal) => Promise<T>,
    explain: (thrown: unknown) => FairleadError,
  ): Promise<T> {
    const key = call.mergeKey;
    if (key === undefined) return this.#read(call, scope, send, explain);
    const running = this.#reads.get(key) as Promise<T> | undefined;
    if (running) return running;
    const started = this.#read(call, scope, send, explain).finally(() => this.#reads.delete(key));
    this.#reads.set(key, started);
    return started;
  }

  #read<T>(
    call: Call,
    scope: Scope,
    send: (signal: AbortSignal) => Promise<T>,
    explain: (thrown: unknown) => FairleadError,
  ): Promise<T> {
    return pRetry(() => this.#once(call, scope, send, explain), {
      retries: READ_ATTEMPTS - 1,
      minTimeout: 200,
      randomize: true,
      signal: scope.signal,
      shouldRetry: ({ error }) =>
        error instanceof FairleadError && (error.code === 'network' || error.code === 'unavailable'),
    });
  }

  async #once<T>(
    call: Call,
    scope: Scope,
    send: (signal: AbortSignal) => Promise<T>,
    explain: (thrown: unknown) => FairleadError,
  ): Promise<T> {
    const bucket = call.bucket ?? `${call.service}:${call.write ? 'write' : 'read'}`;
    const release = await this.#limiter.take(bucket, scope.lane, scope.signal);
    const deadlineMs = this.#options.deadlineMs ?? 20_000;
    const started = performance.now();
    try {
      const allowedMs = call.write ? this.#allowedMs(call, deadlineMs) : deadlineMs;
      const answer = await within(allowedMs, call.operation, scope.signal, send);
      this.#limiter.succeeded(bucket);
      this.#record(call, scope, 'ok', started, call.requestIdOf?.(answer));
      return answer;
    } catch (thrown) {
      const error = thrown instanceof FairleadError ? thrown : explain(thrown);
      if (error.code === 'throttled') this.#limiter.throttled(bucket, error.retryAfterMs);
      this.#record(call, scope, error.code, started, error.requestId);
      throw error;
    } finally {
      release();
    }
  }

  /** The deadline of a write: it must end while the lease is still ours. */
  #allowedMs(call: Call, deadlineMs: number): number {
    if (this.#options.readOnly)
      throw new FairleadError('policy', `${call.operation} would write, and only reads are allowed`);
    const leftMs = this.#options.mayWriteForMs?.() ?? Number.POSITIVE_INFINITY;
    const allowedMs = Math.min(deadlineMs, leftMs);
    if (allowedMs < 1000) {
      throw new FairleadError('fenced', `${call.operation} was not sent: the lease ends before it could be answered`);
    }
    return allowedMs;
  }

  #record(call: Call, scope: Scope, code: string, started: number, requestId?: string): void {
    this.#options.onCall?.({ ...call, lane: scope.lane, code, durationMs: performance.now() - started, requestId });
  }
}

function stopped(operation: string, cause?: unknown): FairleadError {
  return new FairleadError('stopped', `${operation} was given up: the controller stops`, { cause });
}

/** Runs `send` with a signal that ends after `ms` or with `outer`, and stops waiting then even if `send` does not. */
async function within<T>(
  ms: number,
  operation: string,
  outer: AbortSignal,
  send: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // The signal may have aborted while this call waited for its turn; nothing is sent then.
  if (outer.aborted) throw stopped(operation);
  const controller = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (error: FairleadError) => {
    controller.abort(error);
    reject(error);
  };
  const stop = () => end(stopped(operation));
  const timer = setTimeout(() => end(new FairleadError('network', `${operation} got no answer in ${ms / 1000} s`)), ms);
  outer.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([send(controller.signal), ended]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', stop);
  }
}
