// The load balancers of the project as lists, reads and writes have last shown them, and how long each has been at work.
import { FairleadError } from '../../../src/engine/errors.ts';
import type { RetryAfter, Scope } from '../../../src/engine/kind.ts';
import type { Mark } from '../../../src/engine/owner.ts';
import type { ClusterIdentity } from '../../../src/provider/provider.ts';
import { isAbsent } from '../client/errors.ts';
import { getLoadBalancer, listLoadBalancers } from '../client/octavia.ts';
import type { Session } from '../client/session.ts';
import type { LoadBalancer } from '../client/types.ts';
import { marksOf, ownersOf, placeOf } from '../naming.ts';

/** One load balancer, with the id that the engine knows it by. */
export interface Known {
  readonly id: string;
  readonly lb: LoadBalancer;
  /** `namespace/name` of the Services with a part in it. */
  readonly owners: readonly string[];
  /** Empty: it is not ours. */
  readonly marks: readonly Mark[];
}

/** Waits grow with the time that has been waited, from the first to the second. */
const SOON_MS = 1_000;
const LATE_MS = 10_000;
/** After so long a load balancer that went into ERROR is made again, growing with every time. */
const FIRST_PAUSE_MS = 5_000;
const LAST_PAUSE_MS = 300_000;

/** Octavia's operating statuses of a load balancer that passes traffic, or may. */
const SERVING: readonly string[] = ['ONLINE', 'DEGRADED', 'DRAINING', 'NO_MONITOR'];

export function isServing({ operating_status }: LoadBalancer): boolean {
  return SERVING.includes(operating_status);
}

export class LoadBalancerBook {
  readonly #session: Session;
  readonly #cluster: ClusterIdentity;
  readonly #byId = new Map<string, Known>();
  /** By UUID: performance.now() when it was first seen at work. */
  readonly #pendingSince = new Map<string, number>();
  readonly #deleting = new Set<string>();
  /** By id: how often it went into ERROR in a row, and until when it is not made again. */
  readonly #failures = new Map<string, { readonly count: number; readonly until: number }>();
  #listing: Promise<readonly Known[]> | undefined;
  #isListed = false;

  constructor(session: Session, cluster: ClusterIdentity) {
    this.#session = session;
    this.#cluster = cluster;
  }

  /** All of the project; those who ask while one is under way share it. */
  list(scope: Scope): Promise<readonly Known[]> {
    this.#listing ??= this.#list(scope).finally(() => {
      this.#listing = undefined;
    });
    return this.#listing;
  }

  /** What a list that is under way shows, or what is known. */
  async current(scope: Scope): Promise<readonly Known[]> {
    if (this.#listing || !this.#isListed) return this.list(scope);
    return [...this.#byId.values()];
  }

  get(id: string): Known | undefined {
    return this.#byId.get(id);
  }

  async #list(scope: Scope): Promise<readonly Known[]> {
    const before = new Map(this.#byId);
    const all = await listLoadBalancers(this.#session, {}, scope);
    const there = all.filter(({ provisioning_status }) => provisioning_status !== 'DELETED');
    const known = this.#identified(there);
    // What was written or read while the list was under way is newer than the list.
    const newer = [...this.#byId.values()].filter((one) => before.get(one.id) !== one);
    this.#byId.clear();
    for (const one of [...known, ...newer]) this.#note(one);
    this.#forgetAllBut(new Set(all.map(({ id }) => id)));
    this.#isListed = true;
    return known;
  }

  #forgetAllBut(uuids: ReadonlySet<string>): void {
    const isKnown = (uuid: string) => uuids.has(uuid) || [...this.#byId.values()].some(({ lb }) => lb.id === uuid);
    for (const uuid of this.#pendingSince.keys()) if (!isKnown(uuid)) this.#pendingSince.delete(uuid);
    for (const uuid of this.#deleting) if (!isKnown(uuid)) this.#deleting.delete(uuid);
    // A pause that ended long ago says nothing any more.
    const old = performance.now() - LAST_PAUSE_MS;
    for (const [id, { until }] of this.#failures) if (until < old) this.#failures.delete(id);
  }

  /**
   * Octavia lets several have one name. Of those that are not another cluster's, the oldest that works is meant by it; of the
   * others, only those that say that we made them are ours, to be removed. One with a name of another shape goes by its UUID.
   */
  #identified(all: readonly LoadBalancer[]): readonly Known[] {
    const age = (one: LoadBalancer) => {
      const isTheirs = this.#known(one.name, one).marks.length === 0;
      return `${Number(isTheirs)} ${one.provisioning_status === 'ERROR' ? 1 : 0} ${one.created_at ?? ''} ${one.id}`;
    };
    const sorted = [...all].sort((a, b) => (age(a) < age(b) ? -1 : 1));
    const taken = new Set<string>();
    return sorted.map((lb) => {
      const id = placeOf(this.#cluster.name, lb.name) ? lb.name : `lb:${lb.id}`;
      if (taken.has(id)) {
        const second = this.#known(`${id}#${lb.id}`, lb);
        return second.marks.some(({ uid }) => uid !== undefined) ? second : { ...second, owners: [], marks: [] };
      }
      taken.add(id);
      return this.#known(id, lb);
    });
  }

  #known(id: string, lb: LoadBalancer): Known {
    const tags = lb.tags ?? [];
    const owners = ownersOf(this.#cluster.name, lb.name, tags);
    return { id, lb, owners, marks: marksOf(this.#cluster, owners, tags) };
  }

  #note(known: Known): void {
    this.#byId.set(known.id, known);
    const { id, provisioning_status: status } = known.lb;
    if (!status.startsWith('PENDING')) this.#pendingSince.delete(id);
    else if (!this.#pendingSince.has(id)) this.#pendingSince.set(id, performance.now());
    if (status === 'ACTIVE') this.#failures.delete(known.id);
  }

  /** What a write answered. */
  saw(id: string, lb: LoadBalancer): Known {
    const known = this.#known(id, lb);
    this.#note(known);
    return known;
  }

  sawGone(id: string): void {
    const uuid = this.#byId.get(id)?.lb.id;
    this.#byId.delete(id);
    if (uuid === undefined) return;
    this.#pendingSince.delete(uuid);
    this.#deleting.delete(uuid);
  }

  sawDelete(uuid: string): void {
    this.#deleting.add(uuid);
  }

  isDeleting(uuid: string): boolean {
    return this.#deleting.has(uuid);
  }

  /** One call. Undefined: it is gone. */
  async look(id: string, uuid: string | undefined, scope: Scope): Promise<Known | undefined> {
    const found = uuid === undefined ? await this.#find(id, scope) : await this.#get(uuid, scope);
    if (found && found.provisioning_status !== 'DELETED') return this.saw(id, found);
    this.sawGone(id);
    return undefined;
  }

  async #get(uuid: string, scope: Scope): Promise<LoadBalancer | undefined> {
    try {
      return await getLoadBalancer(this.#session, uuid, scope);
    } catch (thrown) {
      if (isAbsent(thrown)) return undefined;
      throw thrown;
    }
  }

  async #find(id: string, scope: Scope): Promise<LoadBalancer | undefined> {
    if (id.startsWith('lb:')) return this.#get(id.slice('lb:'.length), scope);
    const all = await listLoadBalancers(this.#session, { name: id }, scope);
    return this.#identified(all.filter(({ name }) => name === id)).find((one) => one.id === id)?.lb;
  }

  /** Whether Octavia is at work on it. */
  settled(lb: LoadBalancer): true | RetryAfter {
    if (!lb.provisioning_status.startsWith('PENDING')) return true;
    const elapsedMs = performance.now() - (this.#pendingSince.get(lb.id) ?? performance.now());
    const retryAfterMs = Math.round(Math.min(Math.max(elapsedMs / 3, SOON_MS), LATE_MS));
    const isFailed = lb.provisioning_status === 'PENDING_DELETE' && this.#failures.has(lb.name);
    const after = isFailed ? ", after Octavia's work on it ended in ERROR" : '';
    return { retryAfterMs, why: `load balancer ${lb.name} (${lb.id}) is ${lb.provisioning_status}${after}` };
  }

  /** A write to something inside was accepted: Octavia is at work on the load balancer from then on. */
  busy(id: string | undefined): RetryAfter {
    const known = id === undefined ? undefined : this.#byId.get(id);
    if (!known) return { retryAfterMs: SOON_MS, why: 'its load balancer is PENDING_UPDATE' };
    const lb: LoadBalancer = { ...known.lb, provisioning_status: 'PENDING_UPDATE' };
    this.#note({ ...known, lb });
    const settled = this.settled(lb);
    return settled === true ? { retryAfterMs: SOON_MS, why: `load balancer ${lb.name} is at work` } : settled;
  }

  /** In ERROR: nothing in it can be changed. */
  isBroken(id: string): boolean {
    return this.#byId.get(id)?.lb.provisioning_status === 'ERROR';
  }

  /** It went into ERROR: the next one of this id is made after a pause. */
  failed(id: string): void {
    const count = (this.#failures.get(id)?.count ?? 0) + 1;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (count - 1), LAST_PAUSE_MS);
    this.#failures.set(id, { count, until: performance.now() + pauseMs });
  }

  /** Throws while it is too early to make it again. */
  checkPause(id: string): void {
    const failure = this.#failures.get(id);
    const leftMs = failure ? Math.round(failure.until - performance.now()) : 0;
    if (!failure || leftMs <= 0) return;
    const times = failure.count === 1 ? 'once' : `${failure.count} times in a row`;
    const message = `Octavia's work on load balancer ${id} ended in ERROR ${times}; it is made again in ${Math.ceil(leftMs / 1000)} s`;
    throw new FairleadError('unavailable', message, { retryAfterMs: leftMs });
  }
}
