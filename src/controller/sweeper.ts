// Takes the clouds' lists again now and then, and looks for what is left of Services that are gone (a finalizer taken off
// by force, say): counts it, says so, and where the operator allows it deletes it, a little at a time.
import { type AgedOrphan, deletable, OrphanAges } from '../engine/orphans.ts';
import type { Owner } from '../engine/owner.ts';
import type { KubeApi } from '../kube/api.ts';
import { type EventRecorder, referenceTo } from '../kube/events.ts';
import type { Log } from '../kube/log.ts';
import type { Lease, Service } from '../kube/types.ts';
import { Liveness } from './liveness.ts';
import { orphansOf, removeOrphan } from './orphan-removal.ts';
import type { Runtime } from './runtime.ts';

export interface SweeperOptions {
  readonly api: KubeApi;
  readonly log: Log;
  readonly cluster: string;
  readonly runtimes: () => Iterable<Runtime>;
  readonly services: () => readonly Service[];
  /** The namespace that `services` is of; '' : all. */
  readonly namespace: string;
  /** True while the list of Services can be trusted to be complete and recent. */
  readonly isFresh: () => boolean;
  readonly mode: 'report' | 'delete';
  /** How often the clouds' lists are taken again; 0: never. */
  readonly relistMs: number;
  /** Where events about orphans go: those of a Lease are in its namespace. Absent: nowhere. */
  readonly notices?: { readonly events: Pick<EventRecorder, 'record'>; readonly leasePath: string };
  readonly signal: AbortSignal;
}

/** How many orphans of one kind a provider has. */
export interface OrphanCount {
  readonly provider: string;
  readonly kind: string;
  readonly count: number;
}

const TICK_MS = 30_000;
const LIMITS = { minAgeMs: 10 * 60_000, share: 0.05 };
/** What is an orphan for a moment only is no news. The second sweep after the one that found it tells, early or late by a bit. */
const NEWS_AGE_MS = 1.5 * TICK_MS;
/** After a failure the others get their turn first. */
const FAILED_PAUSE_MS = 10 * 60_000;
const NAMED = 5;

export class Sweeper {
  readonly #options: SweeperOptions;
  /** By provider. */
  readonly #ages = new Map<string, OrphanAges>();
  /** Keys of what was told, as long as it is there. */
  #told: ReadonlySet<string> = new Set();
  /** By UID: when the removal of an owner's things failed. */
  readonly #failed = new Map<string, number>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #running = false;
  #listedAt = 0;
  #counts: readonly OrphanCount[] = [];

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** How many objects had no owner at the last look. */
  get counts(): readonly OrphanCount[] {
    return this.#counts;
  }

  start(): void {
    this.#listedAt = performance.now();
    this.#timer = setInterval(() => void this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #tick(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      await this.#relist();
      if (this.#options.isFresh()) await this.#sweep();
    } catch (error) {
      if (!this.#options.signal.aborted) this.#options.log.warn({ err: error }, 'the sweep for orphans failed');
    } finally {
      this.#running = false;
    }
  }

  /** In the lane of verification: at most a call a second of each kind of read. */
  async #relist(): Promise<void> {
    const { relistMs, runtimes, log, signal } = this.#options;
    if (relistMs === 0 || performance.now() - this.#listedAt < relistMs) return;
    this.#listedAt = performance.now();
    for (const { engine, provider } of runtimes()) {
      try {
        await engine.relist({ signal, lane: 'verify' });
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, `could not list what exists in ${provider.name} again`);
      }
    }
  }

  async #sweep(): Promise<void> {
    const { services, cluster, namespace, mode, runtimes } = this.#options;
    const counts: OrphanCount[] = [];
    const found: (AgedOrphan & { readonly provider: string })[] = [];
    const liveness = new Liveness(services(), cluster, namespace);
    for (const runtime of runtimes()) {
      const provider = runtime.provider.name;
      const ages = this.#ages.get(provider) ?? new OrphanAges();
      this.#ages.set(provider, ages);
      const orphans = ages.of(orphansOf(runtime, liveness), performance.now());
      for (const [kind, all] of Map.groupBy(orphans, ({ entry }) => entry.kind)) {
        counts.push({ provider, kind, count: all.length });
      }
      found.push(...orphans.map((orphan) => ({ ...orphan, provider })));
      if (mode === 'delete') await this.#remove(runtime, orphans, liveness);
    }
    this.#counts = counts;
    await this.#tell(found);
  }

  async #remove(runtime: Runtime, orphans: readonly AgedOrphan[], liveness: Liveness): Promise<void> {
    const { log, api, signal, isFresh } = this.#options;
    const since = performance.now() - FAILED_PAUSE_MS;
    const due = orphans.filter(({ owner }) => owner && (this.#failed.get(owner.uid) ?? -Infinity) < since);
    for (const owner of deletable(due, runtime.objects().length, LIMITS)) {
      if (!isFresh() || signal.aborted) return;
      const service = owner.name === '' ? '' : `${owner.namespace}/${owner.name}`;
      try {
        const removed = await removeOrphan(api, runtime, owner, liveness, { signal, lane: 'background' });
        this.#failed.delete(owner.uid);
        if (removed === 'alive' || removed.done.length === 0) continue;
        log.info({ service, uid: owner.uid }, 'deleted what was left of a Service that is gone');
      } catch (error) {
        if (signal.aborted) return;
        this.#noteFailure(owner);
        log.warn({ service, uid: owner.uid, err: error }, 'could not delete what is left of a Service that is gone');
      }
    }
  }

  #noteFailure(owner: Owner): void {
    for (const [uid, at] of this.#failed) if (performance.now() - at > FAILED_PAUSE_MS) this.#failed.delete(uid);
    this.#failed.set(owner.uid, performance.now());
  }

  /** Says once of each orphan that it is one. */
  async #tell(found: readonly (AgedOrphan & { readonly provider: string })[]): Promise<void> {
    const { log, notices, api, signal } = this.#options;
    const old = found.filter(({ ageMs }) => ageMs >= NEWS_AGE_MS);
    const news = old.filter(({ provider, key }) => !this.#told.has(`${provider} ${key}`));
    const before = this.#told.size;
    this.#told = new Set(old.map(({ provider, key }) => `${provider} ${key}`));
    if (before > 0 && this.#told.size === 0) log.info({}, 'no cloud object is without an owner any more');
    if (news.length === 0) return;
    const message = messageOf(news.map(({ key }) => key).sort(), old.length);
    log.warn({ orphans: old.length }, message);
    if (!notices) return;
    const lease = await api.request<Lease>({ method: 'GET', path: notices.leasePath, signal });
    notices.events.record(
      referenceTo(lease, 'Lease', 'coordination.k8s.io/v1'),
      'Warning',
      'OrphanFound',
      `${message} See them with: fairlead orphans`,
    );
  }
}

function messageOf(keys: readonly string[], total: number): string {
  const more = keys.length > NAMED ? ` and ${keys.length - NAMED} more` : '';
  const all = total > keys.length ? ` (${total} in all)` : '';
  return `Found in the cloud with our mark, but without a Service: ${keys.slice(0, NAMED).join(', ')}${more}${all}.`;
}
