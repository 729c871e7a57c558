// Looks for what is left in the cloud of Services that are gone (a finalizer taken off by force, say): counts it, says so,
// and where the operator allows it deletes it, a little at a time.

import { Orphans } from '../engine/orphans.ts';
import { isOwnedBy, type Mark, type Owner } from '../engine/owner.ts';
import { hasStatus, type KubeApi } from '../kube/api.ts';
import type { Log } from '../kube/log.ts';
import type { Service } from '../kube/types.ts';
import { requestOf } from './request.ts';
import type { Runtime } from './runtime.ts';

export interface SweeperOptions {
  readonly api: KubeApi;
  readonly log: Log;
  readonly cluster: string;
  readonly runtimes: () => Iterable<Runtime>;
  readonly services: () => readonly Service[];
  /** True while the list of Services can be trusted to be complete and recent. */
  readonly isFresh: () => boolean;
  readonly mode: 'report' | 'delete';
  readonly signal: AbortSignal;
}

const TICK_MS = 30_000;
const MIN_AGE_MS = 10 * 60_000;
const SHARE = 0.05;

export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #orphans: Orphans;
  #timer: ReturnType<typeof setInterval> | undefined;
  #running = false;
  #count = 0;

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#orphans = new Orphans({ cluster: options.cluster, minAgeMs: MIN_AGE_MS, share: SHARE });
  }

  /** How many objects had no owner at the last look. */
  get count(): number {
    return this.#count;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #tick(): Promise<void> {
    if (this.#running || !this.#options.isFresh()) return;
    this.#running = true;
    try {
      await this.#sweep();
    } catch (error) {
      if (!this.#options.signal.aborted) this.#options.log.warn({ err: error }, 'the sweep for orphans failed');
    } finally {
      this.#running = false;
    }
  }

  async #sweep(): Promise<void> {
    const { log, mode, runtimes } = this.#options;
    const isLive = this.#liveness();
    let count = 0;
    for (const runtime of runtimes()) {
      const entries = runtime.objects();
      const orphans = this.#orphans.find(entries, isLive, performance.now());
      count += orphans.length;
      if (mode !== 'delete') continue;
      for (const owner of this.#orphans.deletable(orphans, entries.length)) await this.#remove(runtime, owner);
    }
    if (count !== this.#count) log.warn({ orphans: count }, 'the number of cloud objects without an owner changed');
    this.#count = count;
  }

  /** Every Service counts, whatever it is now: what is to go of a living one, its own reconcile knows best. */
  #liveness(): (mark: Mark) => boolean {
    const owners = this.#options.services().map((service) => requestOf(service, this.#options.cluster).owner);
    const byUid = new Map(owners.map((owner) => [plain(owner.uid).slice(0, 8), owner]));
    const names = new Map(owners.map((owner) => [`${owner.namespace}/${owner.name}`, owner]));
    return (mark) => {
      const owner = byUid.get(plain(mark.uid ?? '').slice(0, 8));
      if (owner && isOwnedBy(mark, owner)) return true;
      // Of an earlier Service of a living name: the living one's reconcile removes it first of all.
      return mark.namespace !== undefined && names.has(`${mark.namespace}/${mark.name}`);
    };
  }

  async #remove(runtime: Runtime, owner: Owner): Promise<void> {
    const { api, log, signal } = this.#options;
    const { namespace, name, uid } = owner;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`;
    try {
      await api.request({ method: 'GET', path, signal });
      return;
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
    log.info({ service: `${namespace}/${name}`, uid }, 'deleting what is left of a Service that is gone');
    await runtime.engine.converge(
      { owner, graph: undefined, beforeFirstWrite: async () => {} },
      { signal, lane: 'background' },
    );
  }
}

const plain = (uid: string): string => uid.replaceAll('-', '');
