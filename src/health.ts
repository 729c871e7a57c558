// Whether the process is fit to work, and whether it is beyond repair. Never because a cloud is down: a restart would not
// bring that back, and costs what is known.
import type { AtWork } from './controller/queue.ts';
import type { Log } from './kube/log.ts';

/** What is asked of the running controller; all of it is cheap. */
export interface Vitals {
  /** The caches are filled. */
  readonly isReady: boolean;
  /** It works as the leader. */
  readonly isLeader: boolean;
  /** Keys that workers have. */
  readonly atWork: readonly AtWork[];
  /** Calls to clouds that wait for their turn or for an answer. */
  readonly callsPending: number;
  /** Time since the API server was last heard of. */
  lastContactMs(): number;
  /** For how long nobody else can lead; 0: others may. */
  leaseValidForMs(): number;
}

export interface HealthOptions {
  readonly vitals: Vitals;
  /** How long the controller may take to stop. */
  readonly shutdownMs: number;
  readonly log: Log;
}

const BEAT_MS = 1_000;
/** A follower or leader that has heard nothing of the API server for this long is of no use to anybody. */
const DEAF_MS = 10 * 60_000;
/** So long a standstill costs half of the time that there is to renew the lease. */
const STALL_MS = 5_000;
/** One standstill may be the machine's; this many within the window are a process that needs a fresh start. */
const STALLS = 3;
const STALL_WINDOW_MS = 5 * 60_000;
/** Events are written and the lease is given back after the workers have ended. */
const FAREWELL_MS = 15_000;
/**
 * A call to the API server ends within half a minute, and one reconcile makes fewer than twenty. Time in which a call to a
 * cloud is pending does not count: each ends, but a cloud that is slow or throttles can make any number of them slow.
 */
const WORK_MS = 10 * 60_000;
/** Time in which the process stood still is nobody's work. */
const LONGEST_BEAT_MS = 2 * BEAT_MS;

export class Health {
  readonly #options: HealthOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastBeatMs = performance.now();
  #stalls: readonly number[] = [];
  #leaseOverSinceMs: number | undefined;
  /** Time at work without a call to a cloud, by the key and when it began. */
  #quiet: ReadonlyMap<string, { readonly key: string; readonly ms: number }> = new Map();
  #told: string | undefined;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  /** Looks every second, until `stop`. Does not keep the process alive. */
  start(): void {
    this.#lastBeatMs = performance.now();
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    this.#timer.unref?.();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Why it cannot work yet, a sentence a line; undefined: it can. Leading is not asked for: a follower is ready too. */
  unready(): string | undefined {
    return this.#options.vitals.isReady ? undefined : 'the caches are not filled yet';
  }

  /** Why only a restart helps, a sentence a line; undefined: none is needed. */
  unhealthy(): string | undefined {
    const reasons = [this.#silence(), this.#usurpation(), this.#stuck(), this.#stutter()];
    const said = reasons.filter((reason) => reason !== undefined);
    return said.length === 0 ? undefined : said.join('\n');
  }

  #silence(): string | undefined {
    const { vitals } = this.#options;
    if (!vitals.isReady || vitals.lastContactMs() <= DEAF_MS) return undefined;
    return `the API server is silent: nothing was heard of it for ${seconds(vitals.lastContactMs())}`;
  }

  /** Who loses the lease stops, within the time it has for that. */
  #usurpation(): string | undefined {
    if (this.#leaseOverSinceMs === undefined) return undefined;
    const overMs = performance.now() - this.#leaseOverSinceMs;
    if (overMs <= this.#options.shutdownMs + FAREWELL_MS) return undefined;
    return `this replica works as the leader, and its lease ended ${seconds(overMs)} ago`;
  }

  #stuck(): string | undefined {
    const stuck = [...this.#quiet.values()].find(({ ms }) => ms > WORK_MS);
    if (!stuck) return undefined;
    return `a worker has had one Service for ${seconds(stuck.ms)} in which no call to a cloud was pending`;
  }

  #stutter(): string | undefined {
    const count = this.#recentStalls().length;
    if (count < STALLS) return undefined;
    return `the process stood still for ${seconds(STALL_MS)} or longer ${count} times in ${seconds(STALL_WINDOW_MS)}`;
  }

  #recentStalls(): readonly number[] {
    return this.#stalls.filter((at) => at > performance.now() - STALL_WINDOW_MS);
  }

  #beat(): void {
    const now = performance.now();
    const beatMs = now - this.#lastBeatMs;
    this.#lastBeatMs = now;
    this.#stalls = beatMs - BEAT_MS >= STALL_MS ? [...this.#recentStalls(), now] : this.#recentStalls();
    const { vitals, log } = this.#options;
    const isOver = vitals.isLeader && vitals.leaseValidForMs() === 0;
    this.#leaseOverSinceMs = isOver ? (this.#leaseOverSinceMs ?? now) : undefined;
    const quietMs = vitals.callsPending === 0 ? Math.min(beatMs, LONGEST_BEAT_MS) : 0;
    this.#quiet = new Map(
      vitals.atWork.map(({ key, sinceMs }) => {
        const work = `${sinceMs} ${key}`;
        return [work, { key, ms: (this.#quiet.get(work)?.ms ?? 0) + quietMs }];
      }),
    );
    const reason = this.unhealthy();
    if ((reason === undefined) !== (this.#told === undefined)) {
      if (reason === undefined) log.warn({}, 'healthy again');
      else log.error({ reason, keys: vitals.atWork.map(({ key }) => key) }, 'not healthy: a restart is due');
    }
    this.#told = reason;
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
