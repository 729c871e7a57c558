// Puts the parts together: caches, lease, connections, queue. Starts them in the order that safety asks for and stops
// them in the opposite one.
import { randomUUID } from 'node:crypto';
import type { FairleadError } from '../engine/errors.ts';
import type { Policy } from '../engine/policy.ts';
import type { KubeApi } from '../kube/api.ts';
import type { EventRecorder } from '../kube/events.ts';
import { alwaysLeader, type Leadership, LeaseElector } from '../kube/lease.ts';
import type { Log } from '../kube/log.ts';
import { CLEANUP_FINALIZER } from '../kube/patch.ts';
import { Reflector } from '../kube/reflector.ts';
import { keyOf } from '../kube/store.ts';
import { trimNode, trimService } from '../kube/trim.ts';
import type { Node, Service } from '../kube/types.ts';
import type { AnyProvider } from '../provider/provider.ts';
import { type Census, censusOf } from './census.ts';
import { type ClaimRules, claimOf, rulesOf } from './claim.ts';
import { elsewhereBy } from './elsewhere.ts';
import type { ControllerHooks } from './hooks.ts';
import { NodeSync } from './node-sync.ts';
import { NodeWatch } from './node-watch.ts';
import { type AtWork, WorkQueue } from './queue.ts';
import type { Cause, Outcome } from './reconcile.ts';
import type { OrphanCount } from './sweeper.ts';
import { Term } from './term.ts';
import { working } from './work.ts';

export interface LeaderElection {
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
}

export interface ControllerOptions {
  readonly api: KubeApi;
  readonly log: Log;
  readonly events: EventRecorder;
  readonly clusterName: string;
  /** In the order of preference: the first one gets the Services without a class. */
  readonly providers: readonly { readonly provider: AnyProvider; readonly options: object }[];
  readonly claimClassless: boolean;
  /** '' : all namespaces. */
  readonly namespace: string;
  readonly election: LeaderElection | undefined;
  readonly workers: number;
  readonly policy: Policy;
  readonly driftIntervalMs: number;
  readonly nodeUnreadyAfterMs: number;
  /** Whether a Service is told of what others have put into its objects. */
  readonly foreignAdditions: 'report' | 'ignore';
  /** How long a replaced load balancer serves on after the address was switched. */
  readonly replacementDrainMs: number;
  /** 0: no limit. */
  readonly maxLoadBalancersPerNamespace: number;
  /** What to do with cloud objects of Services that are gone. */
  readonly orphans: 'report' | 'delete';
  readonly shutdownMs: number;
  readonly hooks?: ControllerHooks;
}

/** The API server sends a bookmark about once a minute; older news than this is too old to delete by. */
const FRESH_MS = 150_000;
/** Whoever asks more often than this gets the same census again. */
const CENSUS_MS = 1_000;

export class Controller {
  readonly #options: ControllerOptions;
  readonly #services: Reflector<Service>;
  readonly #nodes: Reflector<Node>;
  readonly #nodeWatch: NodeWatch;
  readonly #queue: WorkQueue;
  readonly #rules: ClaimRules;
  readonly #nodeSync: NodeSync;
  readonly #isElsewhere: (service: Service) => boolean;
  readonly #since = Date.now();
  #census: { readonly taken: Census; readonly atMs: number } | undefined;
  /** Why each key is in the queue; the most urgent cause counts. */
  readonly #causes = new Map<string, Cause>();
  readonly #work = new AbortController();
  #leadership: Leadership = alwaysLeader();
  #term: Term | undefined;
  #leading = false;

  constructor(options: ControllerOptions) {
    this.#options = options;
    const { api, log } = options;
    const scope = options.namespace === '' ? '' : `/namespaces/${encodeURIComponent(options.namespace)}`;
    const hooks = (resource: string) => ({ relisted: (why: string) => options.hooks?.relisted?.(resource, why) });
    this.#services = new Reflector<Service>({
      api,
      log,
      path: `/api/v1${scope}/services`,
      trim: trimService,
      hooks: hooks('services'),
    });
    this.#nodes = new Reflector<Node>({ api, log, path: '/api/v1/nodes', trim: trimNode, hooks: hooks('nodes') });
    this.#rules = rulesOf(options);
    this.#nodeSync = new NodeSync(options.hooks?.nodeSync);
    this.#isElsewhere = elsewhereBy(options.providers, this.#rules);
    this.#nodeWatch = new NodeWatch({
      nodes: () => this.#nodes.store.list(),
      unreadyAfterMs: options.nodeUnreadyAfterMs,
      onChange: () => this.#enqueueAll('targets'),
    });
    this.#queue = new WorkQueue((key) => this.#process(key), {
      workers: options.workers,
      hooks: {
        ...options.hooks?.queue,
        failed: (key, error) => log.error({ service: key, err: error }, 'a reconcile could not be reported'),
      },
    });
  }

  /** True once the caches are full: a follower is ready too. */
  get isReady(): boolean {
    return this.#services.isSynced && this.#nodes.isSynced;
  }

  get isLeader(): boolean {
    return this.#leading;
  }

  /** Time since the API server was last heard of, in ms. */
  lastContactMs(): number {
    return Math.max(this.#services.lastContactMs(), this.#nodes.lastContactMs());
  }

  oldestVerificationMs(): number {
    return this.#term?.oldestVerificationMs() ?? 0;
  }

  /** Cloud objects of Services that are gone, by kind. */
  orphans(): readonly OrphanCount[] {
    return this.#term?.orphans() ?? [];
  }

  /** All Services at a glance, at most a second old. */
  census(): Census {
    const atMs = performance.now();
    if (this.#census && atMs - this.#census.atMs < CENSUS_MS) return this.#census.taken;
    const taken = censusOf({
      services: this.#services.store.list(),
      claimOf: (service) => claimOf(service, this.#rules),
      isElsewhere: this.#isElsewhere,
      waits: this.#options.policy !== 'observe-only',
      now: Date.now(),
      since: this.#since,
    });
    this.#census = { taken, atMs };
    return taken;
  }

  /** The keys that are being worked on. */
  get atWork(): readonly AtWork[] {
    return this.#queue.atWork;
  }

  /** Calls to clouds that wait for their turn or for an answer. */
  get callsPending(): number {
    return this.#term?.callsPending ?? 0;
  }

  /** For how long the lease is ours yet, in ms; 0: it is not. */
  leaseValidForMs(): number {
    return this.#leadership.validForMs();
  }

  /** Works until the signal aborts ('stopped') or the lease is lost ('lost'). */
  async run(signal: AbortSignal): Promise<'stopped' | 'lost'> {
    const { log } = this.#options;
    const caches = new AbortController();
    this.#services.onChange((old, now) => this.#serviceChanged(old, now));
    this.#nodes.onChange(() => this.#nodeWatch.poke());
    const watching = Promise.all([this.#services.run(caches.signal), this.#nodes.run(caches.signal)]);
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([Promise.all([this.#services.synced, this.#nodes.synced]), stopped]);
    if (signal.aborted) {
      caches.abort();
      await watching;
      return 'stopped';
    }
    log.info({ services: this.#services.store.size, nodes: this.#nodes.store.size }, 'caches are filled');

    const lease = new AbortController();
    const work = this.#work;
    let leading: Promise<void> = Promise.resolve();
    this.#leadership = this.#elect(() => {
      this.#leading = true;
      leading = this.#lead(work.signal).catch((error) => {
        if (!work.signal.aborted) log.error({ err: error }, 'could not begin to lead');
      });
    });
    const election = this.#leadership.run(lease.signal);
    const ended = await Promise.race([election, stopped]);

    // The lease is kept until nothing of ours is under way any more.
    this.#nodeWatch.stop();
    this.#term?.stop();
    if (ended === 'lost') work.abort(new Error('the lease was lost'));
    const drained = await this.#queue.drain(this.#options.shutdownMs);
    if (!drained) log.warn({ keys: this.#queue.running }, 'gave up waiting for work under way');
    work.abort(new Error('the controller stops'));
    await leading;
    await this.#options.events.stop(2000);
    lease.abort();
    await election;
    this.#leading = false;
    caches.abort();
    await watching;
    return ended === 'lost' ? 'lost' : 'stopped';
  }

  #elect(onStartedLeading: () => void): Leadership {
    const { election, api, log } = this.#options;
    if (!election) return alwaysLeader({ onStartedLeading });
    return new LeaseElector({ api, log, ...election, onStartedLeading });
  }

  /** Everything that must be known before the first plan; then the queue. */
  async #lead(signal: AbortSignal): Promise<void> {
    this.#nodeWatch.refresh();
    this.#term = await Term.begin({
      controller: this.#options,
      rules: this.#rules,
      leadership: this.#leadership,
      services: () => this.#services.store.list(),
      service: (key) => this.#services.store.get(key),
      learn: (service) => this.#services.learn(service),
      nodes: () => this.#nodeWatch.eligible,
      isFresh: () => this.#services.isSynced && this.#services.lastWordMs() < FRESH_MS,
      verify: (key) => this.#enqueue(key, { lane: 'verify', verify: true }),
      look: (key) => this.#enqueue(key, { lane: 'background', verify: false }),
      signal,
    });
    this.#enqueueAll('background');
    this.#queue.start();
    this.#options.log.info({ services: this.#queue.depth }, 'leading: the queue is running');
  }

  #serviceChanged(old: Service | undefined, now: Service | undefined): void {
    const service = now ?? old;
    if (!service || !this.#concerns(old, now)) return;
    if (old && now && this.#leading) this.#noteAddress(old, now);
    this.#enqueue(keyOf(service), { lane: 'change', verify: false });
  }

  /** A Service that neither was nor is ours costs nothing; nor does what we wrote ourselves, which changes no wish. */
  #concerns(old: Service | undefined, now: Service | undefined): boolean {
    if (!now) return false;
    const held = (service: Service) => service.metadata.finalizers?.includes(CLEANUP_FINALIZER) === true;
    const relevant = (service: Service) => service.spec.type === 'LoadBalancer' || held(service);
    if (!relevant(now) && !(old && relevant(old))) return false;
    return !old || essence(old) !== essence(now) || (held(old) && !held(now));
  }

  #noteAddress(old: Service, now: Service): void {
    const has = ({ status }: Service) => (status?.loadBalancer?.ingress ?? []).length > 0;
    if (has(old) || !has(now) || claimOf(now, this.#rules).stance !== 'ensure') return;
    const ms = Date.now() - Date.parse(now.metadata.creationTimestamp ?? '');
    if (ms >= 0) this.#options.hooks?.addressed?.(ms / 1000);
  }

  #enqueueAll(lane: Cause['lane']): void {
    // One that is no load balancer any more, and lost its finalizer while nobody looked, may have something left.
    const concerned = this.#services.store
      .list()
      .filter((service) => this.#concerns(undefined, service) || this.#term?.holds(service) === true);
    if (lane === 'targets' && this.#term) this.#nodeSync.begin(concerned.map(keyOf));
    for (const service of concerned) this.#enqueue(keyOf(service), { lane, verify: false });
  }

  #enqueue(key: string, cause: Cause): void {
    this.#causes.set(key, mostUrgent(this.#causes.get(key), cause));
    this.#queue.add(key, cause.lane === 'change' || cause.lane === 'targets' ? 'high' : 'low');
  }

  async #process(key: string): Promise<void> {
    const cause = this.#causes.get(key) ?? { lane: 'background', verify: false };
    this.#causes.delete(key);
    const { hooks, log } = this.#options;
    const uid = this.#services.store.get(key)?.metadata.uid;
    const fields = { reconcileID: randomUUID(), service: key, ...(uid !== undefined && { uid }) };
    await working(fields, hooks?.stage, async () => {
      const started = performance.now();
      let code = 'bug';
      let outcome: Outcome | undefined;
      log.debug(cause, 'a reconcile begins');
      try {
        outcome = await this.#term?.reconcile(key, cause);
        code = this.#followUp(key, outcome);
      } finally {
        const seconds = (performance.now() - started) / 1000;
        hooks?.reconciled?.(code, seconds);
        this.#nodeSync.looked(key, seconds, outcome === undefined || 'error' in outcome);
        log.debug({ result: code, durationMs: Math.round(seconds * 1000) }, 'a reconcile ended');
      }
    });
  }

  /** Sees to it that the key comes back when it should. Answers how its reconcile ended, in a word. */
  #followUp(key: string, outcome: Outcome | undefined): string {
    const again = outcome?.result === 'again' ? outcome : undefined;
    if (again?.error) this.#logFailure(key, again.error);
    if (again?.afterMs !== undefined) this.#queue.addAfter(key, again.afterMs, 'low');
    else if (again) this.#queue.retry(key, 'low');
    return again?.error?.code ?? outcome?.result ?? 'done';
  }

  #logFailure(key: string, error: FairleadError): void {
    const fields = { service: key, code: error.code, cloudCode: error.cloudCode, cloudRequestID: error.requestId };
    if (error.code === 'bug') this.#options.log.error({ ...fields, err: error.cause ?? error }, error.message);
    else this.#options.log.warn(fields, error.message);
  }
}

const LANES: readonly Cause['lane'][] = ['targets', 'change', 'background', 'verify'];

function mostUrgent(a: Cause | undefined, b: Cause): Cause {
  if (!a) return b;
  return { lane: LANES.indexOf(a.lane) <= LANES.indexOf(b.lane) ? a.lane : b.lane, verify: a.verify || b.verify };
}

/** All of a Service that a reconcile depends on, but for what our own writes change on the way (finalizer, conditions). */
function essence(service: Service): string {
  const { metadata, spec, status } = service;
  return JSON.stringify([
    metadata.uid,
    metadata.deletionTimestamp,
    metadata.annotations,
    spec,
    status?.loadBalancer?.ingress ?? [],
  ]);
}
