// How many calls a cloud gets from us: wide until the cloud throttles, then narrow, then slowly wide again. Waiting
// calls go by lane. Time comes from performance.now().
import type { Lane } from '../engine/kind.ts';

const LANES: readonly Lane[] = ['targets', 'change', 'background', 'verify'];
/** Verification never takes more than this many calls a second of one bucket: a tenth of AWS's ELB read budget. */
const VERIFY_PER_SECOND = 1;
const IN_FLIGHT = 16;
const SLOWEST_PER_SECOND = 0.5;
/** From this rate on there is no pace any more. */
const FREE_PER_SECOND = 50;

interface Waiting {
  readonly lane: Lane;
  readonly go: () => void;
}

interface Bucket {
  inFlight: number;
  /** Calls a second; undefined: as fast as they come. */
  pace: number | undefined;
  nextAt: number;
  nextVerifyAt: number;
  changedAt: number;
  /** Starts of the last second, to learn the pace at which the cloud began to throttle. */
  recent: number[];
  readonly waiting: Waiting[];
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Tells of what it does; every hook may be absent. */
export interface LimiterHooks {
  readonly onWait?: (bucket: string, lane: Lane, waitedMs: number) => void;
  /** Calls a second that may pass from now on; Infinity: as many as come. */
  readonly onPace?: (bucket: string, perSecond: number) => void;
}

/** Lets calls pass by bucket (one per API and class of call, named by the provider) and lane. */
export class Limiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #hooks: LimiterHooks;

  constructor(hooks: LimiterHooks = {}) {
    this.#hooks = hooks;
  }

  /** Resolves when the call may start; `release` has to be called when it ended. Rejects if the signal aborts first. */
  async take(name: string, lane: Lane, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const bucket = this.#bucket(name);
    const started = performance.now();
    await new Promise<void>((resolve, reject) => {
      const entry: Waiting = {
        lane,
        go: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      const abort = () => {
        const at = bucket.waiting.indexOf(entry);
        if (at >= 0) bucket.waiting.splice(at, 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      bucket.waiting.push(entry);
      this.#pump(bucket);
    });
    this.#hooks.onWait?.(name, lane, performance.now() - started);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      bucket.inFlight--;
      this.#pump(bucket);
    };
  }

  /** The cloud asked for fewer calls: half the pace of the last second, and none before `retryAfterMs`. */
  throttled(name: string, retryAfterMs = 1000): void {
    const bucket = this.#bucket(name);
    const now = performance.now();
    // One narrowing per second: the answers of one burst all say the same thing.
    if (now - bucket.changedAt >= 1000 || bucket.pace === undefined) {
      const observed = bucket.pace ?? bucket.recent.length;
      this.#setPace(name, bucket, Math.max(SLOWEST_PER_SECOND, observed / 2));
      bucket.changedAt = now;
    }
    bucket.nextAt = Math.max(bucket.nextAt, now + retryAfterMs);
  }

  /** A call went well: the pace grows by a tenth a second until it is free again. */
  succeeded(name: string): void {
    const bucket = this.#bucket(name);
    if (bucket.pace === undefined) return;
    const now = performance.now();
    if (now - bucket.changedAt < 1000) return;
    bucket.changedAt = now;
    const faster = bucket.pace * 1.1;
    this.#setPace(name, bucket, faster >= FREE_PER_SECOND ? undefined : faster);
  }

  #setPace(name: string, bucket: Bucket, pace: number | undefined): void {
    bucket.pace = pace;
    this.#hooks.onPace?.(name, pace ?? Number.POSITIVE_INFINITY);
  }

  #bucket(name: string): Bucket {
    let bucket = this.#buckets.get(name);
    if (!bucket) {
      bucket = {
        inFlight: 0,
        pace: undefined,
        nextAt: 0,
        nextVerifyAt: 0,
        changedAt: Number.NEGATIVE_INFINITY,
        recent: [],
        waiting: [],
        timer: undefined,
      };
      this.#buckets.set(name, bucket);
      this.#hooks.onPace?.(name, Number.POSITIVE_INFINITY);
    }
    return bucket;
  }

  #pump(bucket: Bucket): void {
    const now = performance.now();
    bucket.recent = bucket.recent.filter((at) => at > now - 1000);
    while (bucket.inFlight < IN_FLIGHT && bucket.nextAt <= now) {
      const next = this.#next(bucket, now);
      if (!next) break;
      bucket.waiting.splice(bucket.waiting.indexOf(next), 1);
      bucket.inFlight++;
      bucket.recent.push(now);
      if (bucket.pace !== undefined) bucket.nextAt = now + 1000 / bucket.pace;
      if (next.lane === 'verify') bucket.nextVerifyAt = now + 1000 / VERIFY_PER_SECOND;
      next.go();
    }
    clearTimeout(bucket.timer);
    bucket.timer = undefined;
    if (bucket.waiting.length === 0 || bucket.inFlight >= IN_FLIGHT) return;
    const onlyVerify = bucket.waiting.every((entry) => entry.lane === 'verify');
    const at = Math.max(bucket.nextAt, onlyVerify ? bucket.nextVerifyAt : 0);
    bucket.timer = setTimeout(() => this.#pump(bucket), Math.max(1, at - now));
  }

  #next(bucket: Bucket, now: number): Waiting | undefined {
    for (const lane of LANES) {
      if (lane === 'verify' && bucket.nextVerifyAt > now) continue;
      const entry = bucket.waiting.find((candidate) => candidate.lane === lane);
      if (entry) return entry;
    }
    return undefined;
  }
}
