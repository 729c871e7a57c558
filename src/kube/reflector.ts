// Keeps a store equal to one resource of the API server, for ever: list by pages, then watch; whatever breaks, begin
// again. It must not act on objects, and it must never give up or throw.

import { hasStatus, type KubeApi, KubeError, type Query, type WatchEvent } from './api.ts';
import { type Log, silentLog } from './log.ts';
import { type Change, keyOf, Store } from './store.ts';
import type { KubeList, KubeObject } from './types.ts';
import { isOlder } from './version.ts';
import { backoffMs, pause } from './wait.ts';

/** Told of each change, in order, within the same turn. Should only take notes; what it throws is counted and logged. */
export type Handler<T> = (old: T | undefined, now: T | undefined) => void;

export interface ReflectorHooks {
  /** A full list began; `why` is `start`, `expired`, `silent` or `rewound`. */
  readonly relisted?: (why: string) => void;
  /** A list or watch failed; `code` is the status, 0 for the network. */
  readonly failed?: (code: number) => void;
  readonly handlerFailed?: (error: unknown) => void;
}

export interface ReflectorOptions<T extends KubeObject> {
  readonly api: KubeApi;
  /** Of the collection, such as `/api/v1/services` or `/api/v1/namespaces/x/services`. */
  readonly path: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  readonly trim?: (object: T) => T;
  readonly log?: Log;
  readonly hooks?: ReflectorHooks;
  readonly random?: () => number;
}

const PAGE_SIZE = 500;
const LIST_TIMEOUT_MS = 60_000;
const WATCH_SECONDS = 300;
/**
 * A watch that says nothing for so long is opened anew, in case the connection is dead. The API server sends a bookmark
 * a minute, but the first after up to two, and none while the resource is as the watch found it.
 */
const IDLE_MS = 150_000;
/** The server may have lost our place (etcd restored from a backup) and never say so: after this long a silence, list. */
const SILENCE_MS = 600_000;
/** Watches that end sooner without a word count as failures, or a broken proxy would have us spin. */
const SHORT_WATCH_MS = 5_000;
const BACKOFF_BASE_MS = 1_000;
const BACKOFF_CAP_MS = 30_000;

export class Reflector<T extends KubeObject> {
  readonly store: Store<T>;
  /** Resolves once the first complete list is in the store and the handlers were told. Never rejects. */
  readonly synced: Promise<void>;
  readonly #options: ReflectorOptions<T>;
  readonly #log: Log;
  readonly #handlers = new Set<Handler<T>>();
  readonly #random: () => number;
  #markSynced: () => void = () => {};
  #isSynced = false;
  /** Where the next watch begins; undefined asks for a list. */
  #version: string | undefined;
  /** The newest version ever seen, to notice a server that went back in time. */
  #newest: string | undefined;
  #why = 'start';
  #failures = 0;
  #pageSize: number | undefined = PAGE_SIZE;
  #contactAtMs: number | undefined;
  /** When the server last said anything about objects. */
  #wordAtMs = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#random = options.random ?? Math.random;
    this.store = new Store<T>(options.trim);
    this.synced = new Promise((resolve) => {
      this.#markSynced = resolve;
    });
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Time since the API server was last heard of, milliseconds; Infinity before the first time. */
  lastContactMs(): number {
    return this.#contactAtMs === undefined ? Number.POSITIVE_INFINITY : performance.now() - this.#contactAtMs;
  }

  /** Time since the server last told something, be it a bookmark, milliseconds: a watch that merely opens tells nothing. */
  lastWordMs(): number {
    return performance.now() - this.#wordAtMs;
  }

  /** Adds a handler for changes from now on; call it before `run`. Returns how to take it off again. */
  onChange(handler: Handler<T>): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** Takes in the answer to one of our own writes, so that the next look at the store does not miss it. */
  learn(object: T): void {
    this.#tell(this.store.learn(object));
  }

  /** Lists and watches until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#version === undefined) await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        if (!signal.aborted) await pause(this.#failed(error), signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    this.#options.hooks?.relisted?.(this.#why);
    const objects: T[] = [];
    let version: string | undefined;
    let next: string | undefined;
    do {
      // No resourceVersion: the answer is no older than this moment, whichever API server gives it.
      const query = { ...this.#selectors(), limit: this.#pageSize, continue: next };
      const { path, api } = this.#options;
      const page = await api.request<KubeList<T>>({ method: 'GET', path, query, timeoutMs: LIST_TIMEOUT_MS, signal });
      this.#heard();
      version ??= page.metadata.resourceVersion;
      next = page.metadata.continue || undefined;
      for (const item of page.items) objects.push(this.store.trim(item));
    } while (next !== undefined);
    const rewound = version !== undefined && this.#newest !== undefined && isOlder(version, this.#newest);
    this.#pageSize = PAGE_SIZE;
    this.#version = version;
    this.#newest = version;
    this.#wordAtMs = performance.now();
    this.#tell(this.store.replace(objects, rewound));
    if (this.#isSynced) return;
    this.#isSynced = true;
    this.#markSynced();
  }

  /** Returns when the next watch may begin at once: this one ended in good order, or had nothing to say. */
  async #watch(signal: AbortSignal): Promise<void> {
    const startedAtMs = performance.now();
    const timeoutSeconds = Math.round(WATCH_SECONDS * (1 + this.#random()));
    const query = { ...this.#selectors(), resourceVersion: this.#version, allowWatchBookmarks: true, timeoutSeconds };
    const scope = new AbortController();
    const onAbort = () => scope.abort(signal.reason);
    let isIdle = false;
    const onIdle = () => {
      isIdle = true;
      scope.abort(new KubeError('nothing heard from the watch', { status: 0, reason: 'Idle' }));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    let watchdog = setTimeout(onIdle, IDLE_MS);
    try {
      const { api, path } = this.#options;
      for await (const event of api.watch(path, query, scope.signal, () => this.#heard())) {
        clearTimeout(watchdog);
        watchdog = setTimeout(onIdle, IDLE_MS);
        this.#heard();
        this.#wordAtMs = performance.now();
        this.#failures = 0;
        this.#take(event);
      }
    } catch (error) {
      if (!isIdle) throw error;
    } finally {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', onAbort);
      scope.abort();
    }
    if (performance.now() - this.#wordAtMs >= SILENCE_MS) this.#relist('silent');
    if (performance.now() - startedAtMs >= SHORT_WATCH_MS) {
      this.#failures = 0;
    } else if (this.#wordAtMs < startedAtMs) {
      throw new KubeError('the watch ended at once', { status: 0, reason: 'ShortWatch' });
    }
  }

  #take(event: WatchEvent): void {
    const version = event.object.metadata.resourceVersion;
    if (this.#version !== undefined && isOlder(version, this.#version)) {
      this.#relist('rewound');
      throw new KubeError(`version ${version} after ${this.#version}`, { status: 0, reason: 'Rewound' });
    }
    this.#version = version;
    this.#newest = version;
    if (event.type === 'BOOKMARK') return;
    const object = event.object as T;
    this.#tell(event.type === 'DELETED' ? this.store.remove(object) : this.store.put(object));
  }

  /** Notes an error and answers how long to wait. */
  #failed(error: unknown): number {
    this.#failures += 1;
    const status = error instanceof KubeError ? error.status : 0;
    this.#options.hooks?.failed?.(status);
    const expired = hasStatus(error, 410);
    if (expired) {
      // Pages expire too, where a list takes longer than etcd keeps history: the next list is asked for in one piece.
      if (this.#version === undefined) this.#pageSize = undefined;
      this.#relist('expired');
    }
    const asked = error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0;
    const own = backoffMs(this.#failures, BACKOFF_BASE_MS, BACKOFF_CAP_MS, this.#random);
    const waitMs = expired && this.#failures === 1 ? 0 : Math.max(asked, own);
    const fields = { path: this.#options.path, failures: this.#failures, waitMs, err: error };
    this.#log[expired || this.#failures < 3 ? 'debug' : 'warn'](fields, 'list or watch failed');
    return waitMs;
  }

  #relist(why: string): void {
    this.#version = undefined;
    this.#why = why;
  }

  #heard(): void {
    this.#contactAtMs = performance.now();
  }

  #selectors(): Query {
    const { fieldSelector, labelSelector } = this.#options;
    return { fieldSelector, labelSelector };
  }

  #tell(changes: readonly Change<T>[]): void {
    for (const { old, now } of changes) {
      for (const handler of this.#handlers) {
        try {
          handler(old, now);
        } catch (error) {
          this.#options.hooks?.handlerFailed?.(error);
          const key = keyOf((now ?? old) as T);
          this.#log.error({ path: this.#options.path, key, err: error }, 'a handler of changes threw');
        }
      }
    }
  }
}
