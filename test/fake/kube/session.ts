// One controller's connection to the fake API server: a KubeApi without I/O. Faults happen here, and `kill` ends the
// controller's process: nothing it asked for takes effect any more, and nothing it waits for ever comes.

import { type KubeApi, KubeError, type KubeRequest, type Query, type WatchEvent } from '../../../src/kube/api.ts';
import { pause, withDeadline } from '../../../src/kube/wait.ts';
import { Channel } from './channel.ts';
import type { Call, Fault } from './faults.ts';
import { parsePath } from './paths.ts';
import { expired, notFound } from './refusals.ts';
import type { Asked } from './requests.ts';
import { openWatch, type WatchSource } from './watch.ts';

/** The server as a session sees it. */
export interface Backend extends WatchSource {
  /** Counts the call, and asks the hooks. */
  readonly arrive: (call: Call) => Fault | undefined;
  readonly answer: (asked: Asked, behind?: number) => unknown;
}

const LOST = 'the connection was reset before the answer came';
const NEVER = new Promise<never>(() => {});

export class FakeSession implements KubeApi {
  readonly name: string;
  readonly #backend: Backend;
  readonly #death = new AbortController();
  readonly #watches = new Set<Channel<WatchEvent>>();
  #calls = 0;

  constructor(name: string, backend: Backend) {
    this.name = name;
    this.#backend = backend;
  }

  get isAlive(): boolean {
    return !this.#death.signal.aborted;
  }

  /** Calls so far. */
  get calls(): number {
    return this.#calls;
  }

  /** Watches open now. */
  get watches(): number {
    return this.#watches.size;
  }

  /** The process dies. */
  kill(): void {
    this.#death.abort();
    this.#watches.clear();
  }

  /** Ends all open watches: in good order, or with an error. */
  breakWatches(error?: KubeError): void {
    for (const watch of [...this.#watches]) {
      if (error === undefined) watch.end();
      else watch.fail(error);
    }
  }

  async request<T>(asked: KubeRequest): Promise<T> {
    const about = `${asked.method} ${asked.path}`;
    try {
      const timeoutMs = asked.timeoutMs ?? 30_000;
      const answer = await withDeadline(timeoutMs, asked.signal, about, (signal) => this.#perform(asked, signal));
      return this.isAlive ? (answer as T) : await NEVER;
    } catch (error) {
      return this.isAlive ? Promise.reject(error) : NEVER;
    }
  }

  async #perform(asked: KubeRequest, signal: AbortSignal): Promise<unknown> {
    const fault = await this.#arrive(asked.method, asked.path, asked.query ?? {}, asked.body);
    if (fault?.fault === 'hang') return NEVER;
    if (fault?.fault === 'delay') await pause(fault.delayMs, signal);
    if (!this.isAlive || signal.aborted) return NEVER;
    let answer: unknown;
    try {
      answer = this.#backend.answer(asked, fault?.fault === 'stale' ? fault.writes : 0);
    } finally {
      // A refusal is an answer too.
      if (fault?.fault === 'crash') this.kill();
    }
    await Promise.resolve();
    if (fault?.fault === 'lose') throw new KubeError(LOST, { status: 0, reason: 'ECONNRESET' });
    return answer;
  }

  async *watch(path: string, query: Query, signal: AbortSignal, onOpen?: () => void): AsyncGenerator<WatchEvent> {
    signal.throwIfAborted();
    const fault = await this.#arrive('WATCH', path, query, undefined);
    if (fault?.fault === 'delay') await pause(fault.delayMs, signal);
    if (!this.isAlive) await NEVER;
    signal.throwIfAborted();
    const target = parsePath(path);
    if (target === undefined) throw notFound(path);
    const from = Number(query.resourceVersion ?? this.#backend.storage.version);
    if (from < this.#backend.storage.compacted) throw expired(`too old resource version: ${from}`);
    onOpen?.();
    const channel = new Channel<WatchEvent>();
    const onAbort = () => channel.fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#watches.add(channel);
    const close = fault?.fault === 'hang' ? () => {} : openWatch(this.#backend, target, query, from, channel);
    this.#death.signal.addEventListener('abort', close, { once: true });
    try {
      for await (const event of channel) yield this.isAlive ? event : await NEVER;
      if (!this.isAlive) await NEVER;
    } finally {
      close();
      signal.removeEventListener('abort', onAbort);
      this.#death.signal.removeEventListener('abort', close);
      this.#watches.delete(channel);
    }
  }

  /** Throws the fault's error; a crash before arrival never returns. */
  async #arrive(method: Call['method'], path: string, query: Query, body: unknown): Promise<Fault | undefined> {
    if (!this.isAlive) return NEVER;
    await Promise.resolve();
    if (!this.isAlive) return NEVER;
    this.#calls += 1;
    const fault = this.#backend.arrive({ session: this.name, number: this.#calls, method, path, query, body });
    if (fault?.fault === 'error') throw fault.error;
    if (fault?.fault !== 'crash' || fault.when === 'after') return fault;
    this.kill();
    return NEVER;
  }
}
