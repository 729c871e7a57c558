// Writes Kubernetes Events, for `kubectl describe`. core/v1 and not events.k8s.io/v1: describe reads that view, and only
// there do `count`, first and last time and the source show. Best effort: it must never throw or hold anybody up.

import { AsyncLocalStorage } from 'node:async_hooks';
import { hasStatus, type KubeApi, KubeError, type KubeRequest } from './api.ts';
import { type Log, silentLog } from './log.ts';
import { printable } from './printable.ts';
import { TokenBucket } from './token-bucket.ts';
import type { KubeObject, ObjectReference } from './types.ts';
import { backoffMs, pause, withDeadline } from './wait.ts';

export type EventType = 'Normal' | 'Warning';

export interface EventRecorderOptions {
  readonly api: KubeApi;
  /** Shown as `From`. */
  readonly component: string;
  /** Which replica, such as the lease identity. */
  readonly instance: string;
  readonly log?: Log;
  /** An event that was not written; `why` is `limited`, `full` or `failed`. */
  readonly onDropped?: (why: 'limited' | 'full' | 'failed') => void;
}

interface Entry {
  readonly key: string;
  readonly about: ObjectReference;
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
  readonly firstAt: string;
  lastAt: string;
  repeats: number;
}

interface Written {
  readonly path: string;
  count: number;
}

const MAX_MESSAGE_BYTES = 1024;
/** Events of one object: so many at once, then one each five minutes. */
const OBJECT_BURST = 25;
const OBJECT_PER_SECOND = 1 / 300;
const BURST = 100;
const PER_SECOND = 20;
const MAX_WAITING = 2_000;
const MAX_REMEMBERED = 4_096;
const ATTEMPTS = 3;
const CALL_TIMEOUT_MS = 10_000;

/** What an event about this object refers to; `kind` and `apiVersion` since items of a list do not carry them. */
export function referenceTo(object: KubeObject, kind: string, apiVersion = 'v1'): ObjectReference {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return { apiVersion, kind, ...(namespace !== undefined && { namespace }), name, uid, resourceVersion };
}

export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #log: Log;
  /** In order of arrival. */
  readonly #waiting = new Map<string, Entry>();
  /** Both are bounded; the longest unused goes first. */
  readonly #written = new Map<string, Written>();
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #bucket = new TokenBucket(BURST, PER_SECOND);
  /** Whose event begins the sending must not pass for the cause of all that is sent after it. */
  readonly #onItsOwn = AsyncLocalStorage.snapshot();
  #sending: Promise<void> | undefined;
  #stop = new AbortController();
  #hurry = new AbortController();
  #serial = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
  }

  /** Notes an event to be written soon. The same (object, type, reason, message) again raises the count of the first. */
  record(about: ObjectReference, type: EventType, reason: string, message: string): void {
    if (this.#stop.signal.aborted) return;
    const text = printable(message, MAX_MESSAGE_BYTES);
    const key = JSON.stringify([about.uid, type, reason, text]);
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const same = this.#waiting.get(key);
    const bucket = remember(this.#buckets, about.uid, () => new TokenBucket(OBJECT_BURST, OBJECT_PER_SECOND));
    if (bucket.take() > 0) {
      this.#drop('limited', about, reason);
    } else if (same !== undefined) {
      same.repeats += 1;
      same.lastAt = now;
    } else if (this.#waiting.size >= MAX_WAITING) {
      this.#drop('full', about, reason);
    } else {
      this.#waiting.set(key, { key, about, type, reason, message: text, firstAt: now, lastAt: now, repeats: 1 });
    }
    if (this.#waiting.size > 0) this.#sending ??= this.#onItsOwn(() => this.#send());
  }

  /** Writes what waits, for at most `timeoutMs`, then stops for good. Never rejects. */
  async stop(timeoutMs: number): Promise<void> {
    this.#hurry.abort();
    const idle = this.#sending ?? Promise.resolve();
    await withDeadline(timeoutMs, new AbortController().signal, 'events', () => idle).catch(() => {
      this.#log.warn({ left: this.#waiting.size }, 'events were left unwritten');
    });
    this.#stop.abort();
  }

  async #send(): Promise<void> {
    for (let entry = this.#next(); entry !== undefined; entry = this.#next()) {
      while (!this.#hurry.signal.aborted) {
        const waitMs = this.#bucket.take();
        if (waitMs === 0) break;
        await pause(waitMs, this.#hurry.signal);
      }
      // Taken out only now, so that repeats that came meanwhile are counted in.
      this.#waiting.delete(entry.key);
      try {
        await this.#write(entry);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#drop('failed', entry.about, entry.reason, error);
      }
    }
    this.#sending = undefined;
  }

  #next(): Entry | undefined {
    return this.#stop.signal.aborted ? undefined : this.#waiting.values().next().value;
  }

  async #write(entry: Entry): Promise<void> {
    const known = this.#written.get(entry.key);
    if (known !== undefined) {
      const count = known.count + entry.repeats;
      try {
        await this.#call({
          method: 'PATCH',
          path: known.path,
          contentType: 'application/merge-patch+json',
          body: { count, lastTimestamp: entry.lastAt },
        });
        known.count = count;
        remember(this.#written, entry.key, () => known);
        return;
      } catch (error) {
        // Forgotten by the API server, which keeps events for an hour, or one of a Lease, where little is said: no right to patch.
        if (!hasStatus(error, 404) && !hasStatus(error, 403)) throw error;
        this.#written.delete(entry.key);
      }
    }
    const written = await this.#create(entry);
    remember(this.#written, entry.key, () => written);
  }

  async #create(entry: Entry): Promise<Written> {
    const { component, instance } = this.#options;
    const namespace = entry.about.namespace ?? 'default';
    const name = this.#name(entry.about.name);
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
    const body = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: entry.about,
      type: entry.type,
      reason: entry.reason,
      message: entry.message,
      count: entry.repeats,
      firstTimestamp: entry.firstAt,
      lastTimestamp: entry.lastAt,
      source: { component },
      reportingComponent: component,
      reportingInstance: printable(instance, 128),
    };
    try {
      await this.#call({ method: 'POST', path, body });
    } catch (error) {
      // Our own first attempt, whose answer was lost.
      if (!hasStatus(error, 409)) throw error;
    }
    return { path: `${path}/${encodeURIComponent(name)}`, count: entry.repeats };
  }

  /** Unique, and in order of time. */
  #name(about: string): string {
    this.#serial = (this.#serial + 1) % 1_000_000;
    const stamp = (BigInt(Date.now()) * 1_000_000n + BigInt(this.#serial)).toString(16);
    return `${about.slice(0, 230).replace(/[.-]+$/, '')}.${stamp}`;
  }

  /** Tries again only what may pass. */
  async #call(request: Omit<KubeRequest, 'signal' | 'timeoutMs'>): Promise<void> {
    const signal = this.#stop.signal;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#options.api.request({ ...request, timeoutMs: CALL_TIMEOUT_MS, signal });
        return;
      } catch (error) {
        const passing =
          error instanceof KubeError && (error.status === 0 || error.status === 429 || error.status >= 500);
        if (!passing || attempt === ATTEMPTS) throw error;
        await pause(error.retryAfterMs ?? backoffMs(attempt, 500, 5_000), signal);
      }
    }
  }

  #drop(why: 'limited' | 'full' | 'failed', about: ObjectReference, reason: string, error?: unknown): void {
    this.#options.onDropped?.(why);
    const fields = {
      namespace: about.namespace,
      name: about.name,
      reason,
      why,
      ...(error !== undefined && { err: error }),
    };
    this.#log[why === 'failed' ? 'warn' : 'debug'](fields, 'an event was not written');
  }
}

/** Gets or makes an entry, makes it the youngest, and forgets the oldest beyond the limit. */
function remember<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_REMEMBERED) map.delete(map.keys().next().value!);
  return value;
}
