// The keyed work queue: each key runs on one worker at a time, adds coalesce, failures back off per key. It knows keys
// only, not what they stand for; what is to be done is looked up when the key runs.

export type Priority = 'high' | 'low';

/** For metrics; named after the workqueue_* family. */
export interface QueueHooks {
  /** Keys ready and waiting for a worker, after each change. */
  readonly depth?: (keys: number) => void;
  readonly added?: () => void;
  readonly retried?: () => void;
  /** From ready to running. */
  readonly waited?: (seconds: number) => void;
  readonly worked?: (seconds: number) => void;
  /** Processing threw; the key backs off. */
  readonly failed?: (key: string, error: unknown) => void;
}

export interface QueueOptions {
  readonly workers: number;
  /** First delay of `retry`; 5,000 where unset. */
  readonly baseDelayMs?: number;
  /** Last delay of `retry`; 300,000 where unset. */
  readonly maxDelayMs?: number;
  readonly hooks?: QueueHooks;
}

/**
 * Works on one key. `signal` aborts when a drain runs out of time: stop at the next safe point. Rejecting means `retry`.
 * Ending without having called `retry` means `forget`.
 */
export type Process = (key: string, signal: AbortSignal) => Promise<void>;

/** A key that a worker has. */
export interface AtWork {
  readonly key: string;
  /** performance.now() of its beginning. */
  readonly sinceMs: number;
}

interface Delayed {
  readonly timer: ReturnType<typeof setTimeout>;
  readonly dueAtMs: number;
}

export class WorkQueue {
  readonly #process: Process;
  readonly #options: QueueOptions;
  /** Ready keys in order of arrival, with the time they became ready. */
  readonly #ready = { high: new Map<string, number>(), low: new Map<string, number>() };
  readonly #delayed = new Map<string, Delayed>();
  /** Keys at work, with the time they began. */
  readonly #running = new Map<string, number>();
  /** Added while running: they run once more. */
  readonly #dirty = new Map<string, Priority>();
  readonly #failures = new Map<string, number>();
  readonly #retried = new Set<string>();
  readonly #scope = new AbortController();
  #state: 'idle' | 'running' | 'draining' = 'idle';
  #onIdle: () => void = () => {};

  constructor(process: Process, options: QueueOptions) {
    this.#process = process;
    this.#options = options;
  }

  /** Ready keys, waiting for a worker. */
  get depth(): number {
    return this.#ready.high.size + this.#ready.low.size;
  }

  /** Keys at work now. */
  get running(): readonly string[] {
    return [...this.#running.keys()];
  }

  get atWork(): readonly AtWork[] {
    return [...this.#running].map(([key, sinceMs]) => ({ key, sinceMs }));
  }

  /** Lets the workers take keys. What was added before waits until then. */
  start(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'running';
    this.#dispatch();
  }

  /** Makes the key ready now. A key that is ready already stays in its place, but moves up to `high`. */
  add(key: string, priority: Priority = 'high'): void {
    if (this.#state === 'draining') return;
    this.#options.hooks?.added?.();
    if (this.#running.has(key)) {
      if (this.#dirty.get(key) !== 'high') this.#dirty.set(key, priority);
      return;
    }
    this.#makeReady(key, priority);
    this.#dispatch();
  }

  /** Adds the key after a delay. Of several delays of one key the earliest counts; a run of the key cancels it. */
  addAfter(key: string, delayMs: number, priority: Priority = 'high'): void {
    if (this.#state === 'draining') return;
    const dueAtMs = performance.now() + Math.max(0, delayMs);
    const earlier = this.#delayed.get(key);
    if (earlier !== undefined && earlier.dueAtMs <= dueAtMs) return;
    this.#cancel(key);
    const timer = setTimeout(() => {
      this.#delayed.delete(key);
      this.add(key, priority);
    }, dueAtMs - performance.now());
    this.#delayed.set(key, { timer, dueAtMs });
  }

  /** Adds the key after its backoff, which doubles each time until `forget`. Answers the delay, milliseconds. */
  retry(key: string, priority: Priority = 'high'): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    const { baseDelayMs = 5_000, maxDelayMs = 300_000 } = this.#options;
    this.#failures.set(key, failures);
    if (this.#running.has(key)) this.#retried.add(key);
    const delayMs = Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(failures - 1, 30));
    this.#options.hooks?.retried?.();
    this.addAfter(key, delayMs, priority);
    return delayMs;
  }

  /** How often in a row the key was retried. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** Starts the key's backoff afresh. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /**
   * Takes no more keys and waits for those at work, at most `deadlineMs`; then aborts their signal. Resolves with
   * whether all of them ended in time. What waits is dropped.
   */
  async drain(deadlineMs: number): Promise<boolean> {
    this.#state = 'draining';
    for (const key of [...this.#delayed.keys()]) this.#cancel(key);
    this.#ready.high.clear();
    this.#ready.low.clear();
    this.#dirty.clear();
    this.#options.hooks?.depth?.(0);
    if (this.#running.size === 0) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#scope.abort(new Error('the queue is being drained'));
        resolve(false);
      }, deadlineMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  #makeReady(key: string, priority: Priority): void {
    const since = this.#ready.low.get(key);
    if (this.#ready.high.has(key) || (priority === 'low' && since !== undefined)) return;
    this.#ready.low.delete(key);
    this.#ready[priority].set(key, since ?? performance.now());
    this.#options.hooks?.depth?.(this.depth);
  }

  #cancel(key: string): void {
    clearTimeout(this.#delayed.get(key)?.timer);
    this.#delayed.delete(key);
  }

  #dispatch(): void {
    while (this.#state === 'running' && this.#running.size < this.#options.workers) {
      const lane = this.#ready.high.size > 0 ? this.#ready.high : this.#ready.low;
      const first = lane.entries().next().value;
      if (first === undefined) return;
      const [key, sinceMs] = first;
      lane.delete(key);
      this.#options.hooks?.depth?.(this.depth);
      this.#options.hooks?.waited?.((performance.now() - sinceMs) / 1000);
      void this.#run(key);
    }
  }

  async #run(key: string): Promise<void> {
    // Each run decides anew when to look again.
    this.#cancel(key);
    const startedMs = performance.now();
    this.#running.set(key, startedMs);
    try {
      await this.#process(key, this.#scope.signal);
      if (!this.#retried.has(key)) this.forget(key);
    } catch (error) {
      this.#options.hooks?.failed?.(key, error);
      if (!this.#retried.has(key)) this.retry(key);
    }
    this.#options.hooks?.worked?.((performance.now() - startedMs) / 1000);
    this.#retried.delete(key);
    this.#running.delete(key);
    const dirty = this.#dirty.get(key);
    this.#dirty.delete(key);
    if (dirty !== undefined && this.#state === 'running') this.#makeReady(key, dirty);
    if (this.#running.size === 0) this.#onIdle();
    this.#dispatch();
  }
}
