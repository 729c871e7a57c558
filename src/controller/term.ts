// One term of leadership: what is learned, connected and listed before the first plan may be made, and the parts that work
// only while leading. Made anew for each term, of which a process has one.

import { type Leadership, leasePath } from '../kube/lease.ts';
import { CLEANUP_FINALIZER } from '../kube/patch.ts';
import { keyOf } from '../kube/store.ts';
import type { KubeObject, Service } from '../kube/types.ts';
import { pause } from '../kube/wait.ts';
import { Gate } from '../provider/gate.ts';
import type { EligibleNode } from '../provider/request.ts';
import { keepSecret } from '../redact.ts';
import type { ClaimRules } from './claim.ts';
import type { ControllerOptions } from './controller.ts';
import { heldBy } from './held.ts';
import { namespaceCap } from './namespace-cap.ts';
import { type Cause, type Outcome, Reconciler } from './reconcile.ts';
import { Reporter } from './report.ts';
import { requestOf } from './request.ts';
import { Runtime } from './runtime.ts';
import { SignWatch } from './sign-watch.ts';
import { type OrphanCount, Sweeper } from './sweeper.ts';
import { Verifier } from './verifier.ts';
import { inStage } from './work.ts';

export interface TermOptions {
  readonly controller: ControllerOptions;
  readonly rules: ClaimRules;
  readonly leadership: Leadership;
  readonly services: () => readonly Service[];
  readonly service: (key: string) => Service | undefined;
  /** Takes the answer of one of our own writes into the cache. */
  readonly learn: (service: Service) => void;
  readonly nodes: () => readonly EligibleNode[];
  /** True while the list of Services can be trusted to be complete and recent. */
  readonly isFresh: () => boolean;
  readonly verify: (key: string) => void;
  /** Puts a key into the queue. */
  readonly look: (key: string) => void;
  readonly signal: AbortSignal;
}

const RETRY_MS = 2_000;
const RETRY_LIMIT_MS = 30_000;

export class Term {
  readonly #options: TermOptions;
  /** Those that are connected and listed. */
  readonly #runtimes = new Map<string, Runtime>();
  /** Names of the providers of which nothing is known yet. */
  readonly #awaited: Set<string>;
  readonly #reconciler: Reconciler;
  readonly #verifier: Verifier;
  readonly #sweeper: Sweeper;
  readonly #signs: SignWatch;
  readonly #cluster: string;
  #gate: Gate | undefined;

  /**
   * Resolves when all is known of one cloud that must be before its first plan; those that answer later join then. Rejects
   * only when the signal aborts.
   */
  static async begin(options: TermOptions): Promise<Term> {
    const { api } = options.controller;
    const cluster = await untilDone('read the UID of kube-system', options, async () => {
      const path = '/api/v1/namespaces/kube-system';
      const namespace = await api.request<KubeObject>({ method: 'GET', path, signal: options.signal });
      return namespace.metadata.uid;
    });
    const term = new Term(options, cluster);
    // Who may not write anyway disturbs nobody, and should see what it would do beside the other.
    if (options.controller.policy !== 'observe-only') void term.#signs.run(options.signal);
    await term.#connect();
    term.#verifier.start();
    term.#sweeper.start();
    return term;
  }

  private constructor(options: TermOptions, cluster: string) {
    this.#options = options;
    this.#cluster = cluster;
    const { api, events, policy, log, orphans, namespace, driftIntervalMs, replacementDrainMs } = options.controller;
    const { election } = options.controller;
    const { services, service, learn, nodes, rules, verify, isFresh, signal } = options;
    const reporter = new Reporter(events);
    const observeOnly = policy === 'observe-only';
    const runtimes = this.#runtimes;
    this.#awaited = new Set(options.controller.providers.map(({ provider }) => provider.name));
    const ourClass = [...rules.classes].find(([, provider]) => provider === rules.classless)?.[0];
    this.#signs = new SignWatch({ api, log, namespace, services, ourClass, look: options.look });
    const known = { service, learn, nodes, cluster };
    const { hooks } = options.controller;
    this.#reconciler = new Reconciler({
      ...known,
      api: { request: (one) => inStage('status', () => api.request(one)), watch: (...args) => api.watch(...args) },
      rules,
      runtimes,
      awaited: this.#awaited,
      reporter,
      observeOnly,
      ...(!observeOnly && { contested: (one: Service) => this.#signs.contested(one) }),
      replacementDrainMs,
      checkCap: namespaceCap({
        limit: options.controller.maxLoadBalancersPerNamespace,
        services,
        rules,
        owns: (one) => [...runtimes.values()].some((each) => each.owned(requestOf(one, cluster).owner).length > 0),
      }),
      reportForeign: !observeOnly && options.controller.foreignAdditions === 'report',
      ...(hooks?.drift && { onDrift: hooks.drift }),
    });
    this.#verifier = new Verifier({
      intervalMs: driftIntervalMs,
      // Whoever is not held has nothing in the cloud.
      candidates: () =>
        services()
          .filter(({ metadata }) => metadata.finalizers?.includes(CLEANUP_FINALIZER))
          .map((one) => ({ key: keyOf(one), owner: requestOf(one, cluster).owner })),
      runtimes: () => runtimes.values(),
      verify,
    });
    this.#sweeper = new Sweeper({
      api,
      log,
      signal,
      cluster,
      services,
      namespace,
      isFresh,
      relistMs: driftIntervalMs,
      ...(!observeOnly && election && { notices: { events, leasePath: leasePath(election) } }),
      runtimes: () => runtimes.values(),
      // With a view of one namespace the owners of the others are unknown, and unknown is not gone.
      mode: policy === 'sync' && namespace === '' ? orphans : 'report',
    });
  }

  async reconcile(key: string, cause: Cause): Promise<Outcome> {
    try {
      return await this.#reconciler.reconcile(key, cause, this.#options.signal);
    } finally {
      if (cause.verify) this.#verifier.finished(key);
    }
  }

  /** True if something in some cloud is marked as the Service's. */
  holds(service: Service): boolean {
    const { owner } = requestOf(service, this.#cluster);
    return [...this.#runtimes.values()].some((runtime) => runtime.owned(owner).length > 0);
  }

  /** Calls to clouds that wait for their turn or for an answer. */
  get callsPending(): number {
    return this.#gate?.pending ?? 0;
  }

  oldestVerificationMs(): number {
    return this.#verifier.oldestMs();
  }

  orphans(): readonly OrphanCount[] {
    return this.#sweeper.counts;
  }

  /** No new work of its own accord; what is under way goes on. */
  stop(): void {
    this.#verifier.stop();
    this.#sweeper.stop();
  }

  async #connect(): Promise<void> {
    const { controller, leadership, nodes, signal } = this.#options;
    const cluster = { name: controller.clusterName, uid: this.#cluster };
    const gate = gateOf(controller, leadership);
    this.#gate = gate;
    const joined = controller.providers.map(async ({ provider, options }) => {
      const runtime = new Runtime({
        provider,
        options,
        policy: controller.policy,
        host: { cluster, gate, nodes, secret: keepSecret },
        onStep: ({ namespace, name, uid }, { action, kind, id }) =>
          controller.log.info({ service: `${namespace}/${name}`, uid, step: action, kind, id }, `${action} ${kind}`),
      });
      await untilDone(`connect to ${provider.name}`, this.#options, () => runtime.connect(signal));
      await untilDone(`list what exists in ${provider.name}`, this.#options, () => this.#prime(runtime));
      this.#join(runtime);
    });
    // A cloud that is down keeps nobody else's Services waiting; nor is it a failure, whenever this term ends.
    for (const each of joined) each.catch(() => {});
    await Promise.any(joined).catch(() => signal.throwIfAborted());
  }

  #join(runtime: Runtime): void {
    const { name } = runtime.provider;
    const isLate = this.#runtimes.size > 0;
    this.#runtimes.set(name, runtime);
    this.#awaited.delete(name);
    if (!isLate) return;
    this.#options.controller.log.info({ provider: name }, `${name} has joined`);
    for (const service of this.#options.services()) this.#options.look(keyOf(service));
  }

  async #prime(runtime: Runtime): Promise<void> {
    const { services, rules, nodes, signal } = this.#options;
    await runtime.prime(heldBy(runtime, services(), rules, nodes()), { signal, lane: 'background' });
  }
}

/** The door to every cloud: it keeps to the lease, and each call is counted and logged. */
function gateOf({ log, hooks }: ControllerOptions, leadership: Leadership): Gate {
  return new Gate({
    ...hooks?.gate,
    mayWriteForMs: () => leadership.validForMs(),
    onCall: (record) => {
      hooks?.gate?.onCall?.(record);
      const { service: api, operation, lane, code, durationMs, requestId } = record;
      const fields = { api, operation, lane, code, durationMs: Math.round(durationMs), cloudRequestID: requestId };
      log.debug(fields, 'a call to the cloud ended');
    },
  });
}

/** Tries for as long as it takes, since without it nothing safe can be done; says so each time. */
async function untilDone<T>(what: string, options: TermOptions, attempt: () => Promise<T>): Promise<T> {
  const { signal } = options;
  for (let delayMs = RETRY_MS; ; delayMs = Math.min(delayMs * 2, RETRY_LIMIT_MS)) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      const message = `could not ${what}: ${(error as Error).message}`;
      options.controller.log.warn({ err: error, retryInMs: delayMs }, message);
      await pause(delayMs, signal);
    }
  }
}
