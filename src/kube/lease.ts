// Leader election over a coordination.k8s.io/v1 Lease. Trusts no clock but its own monotonic one: another's lease has
// run out only when we ourselves have watched it unchanged for its whole length. It must not decide what losing means.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type ContentType, hasStatus, type KubeApi, KubeError, type KubeRequest } from './api.ts';
import { type Log, silentLog } from './log.ts';
import type { Lease } from './types.ts';
import { pause } from './wait.ts';

/** Whether we may write, and for how long yet. */
export interface Leadership {
  readonly isLeader: boolean;
  /**
   * For how long nobody else can be the leader, milliseconds: the lease's length, counted from the sending of the last
   * renewal that succeeded. 0 when not leading. A call that changes something must be over within this time.
   */
  validForMs(): number;
  /**
   * Campaigns, leads, renews, until the signal aborts (then gives the lease back: `stopped`) or the lease is lost
   * (`lost`; it does not campaign again). Never rejects.
   */
  run(signal: AbortSignal): Promise<'stopped' | 'lost'>;
}

export interface LeadershipEvents {
  readonly onStartedLeading?: () => void;
  /** Called once after onStartedLeading, before `run` resolves. */
  readonly onStoppedLeading?: (why: 'stopped' | 'lost') => void;
}

export interface LeaseOptions extends LeadershipEvents {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly name: string;
  /** `hostname_uuid` where unset. */
  readonly identity?: string;
  /** How long others wait after our last renewal; 15,000 where unset. */
  readonly durationMs?: number;
  /** How long we go on trying to renew; 10,000 where unset. Less than the duration. */
  readonly renewDeadlineMs?: number;
  /** 2,000 where unset. */
  readonly retryMs?: number;
  readonly log?: Log;
  readonly random?: () => number;
}

/** Path of one Lease. */
export function leasePath({ namespace, name }: Pick<LeaseOptions, 'namespace' | 'name'>): string {
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
  return `${collection}/${encodeURIComponent(name)}`;
}

const MERGE: ContentType = 'application/merge-patch+json';
const RELEASE_TIMEOUT_MS = 3_000;

export class LeaseElector implements Leadership {
  readonly identity: string;
  readonly #options: LeaseOptions;
  readonly #durationMs: number;
  readonly #renewDeadlineMs: number;
  readonly #retryMs: number;
  readonly #log: Log;
  readonly #collection: string;
  readonly #path: string;
  #isLeader = false;
  /** The lease as last answered, and since when its holder has not renewed it. */
  #seen: { readonly lease: Lease; readonly sinceMs: number } | undefined;
  /** When the last good renewal was sent, on both clocks. */
  #renewed = { monotonicMs: Number.NEGATIVE_INFINITY, wallMs: Number.NEGATIVE_INFINITY };

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.identity = options.identity ?? `${hostname()}_${randomUUID()}`;
    this.#durationMs = options.durationMs ?? 15_000;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000;
    this.#retryMs = options.retryMs ?? 2_000;
    this.#log = options.log ?? silentLog;
    this.#path = leasePath(options);
    this.#collection = this.#path.slice(0, this.#path.lastIndexOf('/'));
  }

  get isLeader(): boolean {
    return this.#isLeader;
  }

  validForMs(): number {
    if (!this.#isLeader) return 0;
    // The monotonic clock may stand still while the machine sleeps; the wall clock may jump. The larger is the safe one.
    const monotonicMs = performance.now() - this.#renewed.monotonicMs;
    const wallMs = Date.now() - this.#renewed.wallMs;
    return Math.max(0, this.#durationMs - Math.max(monotonicMs, wallMs));
  }

  async run(signal: AbortSignal): Promise<'stopped' | 'lost'> {
    while (!signal.aborted && !(await this.#attempt(signal))) {
      await pause(this.#retryMs * (1 + 0.2 * (this.#options.random ?? Math.random)()), signal);
    }
    if (!this.#isLeader) return 'stopped';
    this.#log.info({ lease: this.#options.name, identity: this.identity }, 'became the leader');
    this.#tell(() => this.#options.onStartedLeading?.());
    const lost = await this.#keep(signal);
    this.#isLeader = false;
    const why = lost ? 'lost' : 'stopped';
    this.#log[lost ? 'error' : 'info']({ lease: this.#options.name }, `stopped being the leader: ${why}`);
    this.#tell(() => this.#options.onStoppedLeading?.(why));
    if (!lost) await this.#release();
    return why;
  }

  #tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#log.error({ lease: this.#options.name, err: error }, 'a listener to the leader election threw');
    }
  }

  /** Renews until the signal aborts (false), or until somebody else has the lease or the deadline is past (true). */
  async #keep(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      await pause(this.#retryMs, signal);
      if (signal.aborted) return false;
      // A stalled process wakes up here: what it missed is lost, even if nobody has taken the lease yet.
      if (this.#sinceRenewalMs() >= this.#renewDeadlineMs) return true;
      await this.#attempt(signal);
      if (signal.aborted) return false;
      if (this.#isTaken() || this.#sinceRenewalMs() >= this.#renewDeadlineMs) return true;
    }
  }

  #sinceRenewalMs(): number {
    return performance.now() - this.#renewed.monotonicMs;
  }

  #isTaken(): boolean {
    const holder = this.#seen?.lease.spec?.holderIdentity ?? '';
    return holder !== '' && holder !== this.identity;
  }

  /** One try to acquire or renew. True if the lease is ours now. Never rejects. */
  async #attempt(signal: AbortSignal): Promise<boolean> {
    try {
      // While leading, what we saw last is what we wrote: one call renews. A conflict says otherwise, so look then.
      if (!this.#isLeader || this.#seen === undefined) await this.#look(signal);
      if (this.#seen === undefined) return await this.#create(signal);
      return this.#mayTake() && (await this.#take(this.#seen.lease, signal));
    } catch (error) {
      if (hasStatus(error, 409) || hasStatus(error, 404)) this.#seen = this.#isLeader ? undefined : this.#seen;
      if (!signal.aborted)
        this.#log.warn({ lease: this.#options.name, err: error }, 'the lease was not acquired or renewed');
      return false;
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    try {
      const request = { method: 'GET', path: this.#path, timeoutMs: this.#callMs(), signal } as const;
      this.#see(await this.#options.api.request<Lease>(request));
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
      this.#seen = undefined;
    }
  }

  /** Only the holder's own fields count as a sign of life: somebody else may label the Lease as often as they like. */
  #see(lease: Lease): void {
    const [old, now] = [this.#seen?.lease.spec, lease.spec];
    const isAlive = old?.holderIdentity !== now?.holderIdentity || old?.renewTime !== now?.renewTime;
    this.#seen = { lease, sinceMs: isAlive || !this.#seen ? performance.now() : this.#seen.sinceMs };
  }

  #mayTake(): boolean {
    if (!this.#isTaken() || this.#seen === undefined) return true;
    const theirsMs = (this.#seen.lease.spec?.leaseDurationSeconds ?? 0) * 1000;
    return performance.now() - this.#seen.sinceMs >= Math.max(this.#durationMs, theirsMs);
  }

  async #create(signal: AbortSignal): Promise<boolean> {
    const { namespace, name } = this.#options;
    const body = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace, name },
      spec: this.#spec(undefined),
    };
    return this.#write({ method: 'POST', path: this.#collection, body, timeoutMs: this.#callMs(), signal });
  }

  #take(lease: Lease, signal: AbortSignal): Promise<boolean> {
    return this.#write(this.#patch(lease, this.#spec(lease), this.#callMs(), signal));
  }

  /** The resourceVersion makes the server refuse if anybody came in between. */
  #patch(lease: Lease, spec: Lease['spec'], timeoutMs: number, signal: AbortSignal): KubeRequest {
    const body = { metadata: { resourceVersion: lease.metadata.resourceVersion }, spec };
    return { method: 'PATCH', path: this.#path, body, contentType: MERGE, timeoutMs, signal };
  }

  async #write(request: KubeRequest): Promise<boolean> {
    const sent = { monotonicMs: performance.now(), wallMs: Date.now() };
    this.#see(await this.#options.api.request<Lease>(request));
    if (this.#isTaken()) throw new KubeError('the answer names another holder', { status: 409 });
    this.#renewed = sent;
    this.#isLeader = true;
    return true;
  }

  #spec(old: Lease | undefined): Lease['spec'] {
    const now = new Date().toISOString().replace('Z', '000Z');
    const isOurs = old?.spec?.holderIdentity === this.identity;
    const transitions = old?.spec?.leaseTransitions ?? 0;
    return {
      holderIdentity: this.identity,
      leaseDurationSeconds: Math.ceil(this.#durationMs / 1000),
      acquireTime: (isOurs && old?.spec?.acquireTime) || now,
      renewTime: now,
      leaseTransitions: old === undefined || isOurs ? transitions : transitions + 1,
    };
  }

  /** A hanging call must leave time for another before the deadline, and never reach past it. */
  #callMs(): number {
    const half = Math.floor(this.#renewDeadlineMs / 2);
    return Math.max(1, this.#isLeader ? Math.min(half, this.#renewDeadlineMs - this.#sinceRenewalMs()) : half);
  }

  /** Lets the next one start at once, instead of after the whole duration. */
  async #release(): Promise<void> {
    const signal = new AbortController().signal;
    try {
      for (let attempt = 1; this.#seen !== undefined && !this.#isTaken(); attempt++) {
        const { lease } = this.#seen;
        const spec = { ...this.#spec(lease), holderIdentity: '', leaseDurationSeconds: 1 };
        try {
          await this.#options.api.request(this.#patch(lease, spec, RELEASE_TIMEOUT_MS, signal));
          return;
        } catch (error) {
          // The renewal that the stop cut off may have arrived all the same.
          if (!hasStatus(error, 409) || attempt > 1) throw error;
          await this.#look(signal);
        }
      }
    } catch (error) {
      this.#log.warn({ lease: this.#options.name, err: error }, 'the lease was not given back; it will run out');
    }
  }
}

/** For a single replica without election: leads as long as it runs. */
export function alwaysLeader(events: LeadershipEvents = {}): Leadership {
  let leading = false;
  return {
    get isLeader() {
      return leading;
    },
    validForMs: () => (leading ? Number.POSITIVE_INFINITY : 0),
    run: async (signal) => {
      leading = true;
      events.onStartedLeading?.();
      await new Promise<void>((resolve) => {
        if (signal.aborted) return resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      leading = false;
      events.onStoppedLeading?.('stopped');
      return 'stopped';
    },
  };
}
