// One Service from its present state to its wanted one, as far as that goes now. Gets a key, never an event; looks
// everything up; may be called at any time, any number of times.
import { asFairleadError, type Code, FairleadError } from '../engine/errors.ts';
import type { Lane, RetryAfter, Scope } from '../engine/kind.ts';
import type { Owner } from '../engine/owner.ts';
import type { Step } from '../engine/plan.ts';
import { isWriteAction } from '../engine/policy.ts';
import { hasStatus, type KubeApi, KubeError } from '../kube/api.ts';
import { addFinalizer, CLEANUP_FINALIZER, removeFinalizer } from '../kube/patch.ts';
import type { Service } from '../kube/types.ts';
import type { EligibleNode } from '../provider/request.ts';
import { announce, confirm } from './announce.ts';
import { type ClaimRules, claimOf } from './claim.ts';
import { conditionOf, memoryOf, PROGRAMMED, reasonOf } from './conditions.ts';
import type { Drift } from './hooks.ts';
import { Replacement } from './replacement.ts';
import { Report, type Reporter } from './report.ts';
import { requestOf } from './request.ts';
import type { Reading, Runtime } from './runtime.ts';

/** Why a key is looked at: for the order of the cloud's calls. */
export interface Cause {
  readonly lane: Lane;
  /** Read everything of it again. */
  readonly verify: boolean;
}

/** done: nothing until something changes. again: come back, after a while or by backoff. */
export type Outcome =
  | { readonly result: 'done' }
  | { readonly result: 'again'; readonly afterMs?: number; readonly error?: FairleadError };

export interface ReconcilerOptions {
  readonly api: KubeApi;
  readonly rules: ClaimRules;
  readonly runtimes: ReadonlyMap<string, Runtime>;
  /** Names of the providers that are served too, and of which nothing is known yet. */
  readonly awaited: ReadonlySet<string>;
  /** From the cache. */
  readonly service: (key: string) => Service | undefined;
  /** Takes the answer of one of our own writes into the cache. */
  readonly learn: (service: Service) => void;
  readonly nodes: () => readonly EligibleNode[];
  readonly reporter: Reporter;
  readonly cluster: string;
  /** True: nothing is written anywhere, the Service included. */
  readonly observeOnly: boolean;
  /** Why nothing may be written for the Service: another controller works on it. Absent: nobody ever does. */
  readonly contested?: (service: Service) => FairleadError | undefined;
  /** Whether a Service is told of what others have put into its objects. */
  readonly reportForeign: boolean;
  /** How long a replaced load balancer serves on after the address was switched. */
  readonly replacementDrainMs: number;
  /** Throws for a Service that its namespace has no place for. */
  readonly checkCap: (service: Service) => void;
  /** Called for each object that a verification found changed by others. */
  readonly onDrift?: (found: Drift) => void;
}

/** Trying again where something outside has to change first. */
const BLOCKED_RETRY_MS = 60_000;
/** The cache is about to catch up with what a live look has shown. */
const STALE_RETRY_MS = 300;
const STALE_LIMIT = 5;

export class Reconciler {
  readonly #options: ReconcilerOptions;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  async reconcile(key: string, cause: Cause, signal: AbortSignal): Promise<Outcome> {
    const service = this.#options.service(key);
    if (!service) return { result: 'done' };
    const scope: Scope = { signal, lane: cause.lane };
    const report = new Report(this.#options.reporter, this.#options.api, service, this.#options.learn);
    try {
      return await this.#dispatch(service, report, cause, scope);
    } catch (thrown) {
      return await this.#failed(report, thrown, signal);
    }
  }

  async #dispatch(service: Service, report: Report, cause: Cause, scope: Scope): Promise<Outcome> {
    const claim = claimOf(service, this.#options.rules);
    const owner = requestOf(service, this.#options.cluster).owner;
    const home = claim.stance === 'ensure' ? this.#options.runtimes.get(claim.provider) : undefined;
    if (claim.stance === 'ensure' && this.#options.awaited.has(claim.provider)) throw notYet([claim.provider]);
    if (home || claim.stance === 'release') this.#uncontested(service, home);
    for (const runtime of this.#options.runtimes.values()) {
      if (runtime === home || claim.stance === 'ignore') continue;
      const outcome = await this.#clear(runtime, owner, service, report, scope);
      if (outcome) return outcome;
    }
    if (claim.stance === 'release') return this.#release(service, report, scope);
    if (!home) return { result: 'done' };
    for (const old of home.predecessors(owner)) {
      const outcome = await this.#clear(home, old, service, report, scope);
      if (outcome) return outcome;
    }
    const reading = home.read(service, this.#options.nodes());
    if (reading.elsewhere) return this.#elsewhere(home, owner, service, report, scope);
    // Where another controller was at work, what is known of the cloud is no longer all that there is to know.
    const verify = cause.verify || conditionOf(service, PROGRAMMED)?.reason === reasonOf('other-controller');
    return this.#ensure(home, reading, service, report, { ...cause, verify }, scope);
  }

  /** Throws where another controller works on what is ours to do; what the annotations hand to another is not. */
  #uncontested(service: Service, home: Runtime | undefined): void {
    const contest = this.#options.contested?.(service);
    if (contest && !home?.read(service, this.#options.nodes()).elsewhere) throw contest;
  }

  /** Removes all that one provider holds for an owner. Answers what to wait for; undefined: nothing is left. */
  async #clear(
    runtime: Runtime,
    owner: Owner,
    service: Service,
    report: Report,
    scope: Scope,
  ): Promise<Outcome | undefined> {
    const owned = runtime.owned(owner);
    if (owned.length > 0) report.deleting();
    const converged = await runtime.converge(
      { owner, graph: undefined, beforeFirstWrite: () => this.#beforeDelete(service, scope.signal) },
      scope,
    );
    if (!converged.waiting) return undefined;
    await report.deletionWaits(converged.waiting.why, scope.signal);
    return { result: 'again', afterMs: converged.waiting.retryAfterMs };
  }

  /** Everything in every cloud is verified gone: so goes the finalizer. */
  async #release(service: Service, report: Report, scope: Scope): Promise<Outcome> {
    if (this.#options.observeOnly) return { result: 'done' };
    const isHeld = service.metadata.finalizers?.includes(CLEANUP_FINALIZER);
    if (isHeld && this.#options.awaited.size > 0) throw notYet([...this.#options.awaited]);
    if (service.metadata.deletionTimestamp === undefined) await report.cleared(scope.signal);
    if (isHeld) {
      try {
        this.#options.learn(await removeFinalizer(this.#options.api, report.service, scope.signal));
      } catch (error) {
        if (!hasStatus(error, 404)) throw error;
      }
      report.deleted();
    }
    return { result: 'done' };
  }

  /** By its annotations another controller's: nothing is written, except that what we hold for it goes. */
  async #elsewhere(home: Runtime, owner: Owner, service: Service, report: Report, scope: Scope): Promise<Outcome> {
    if (home.owned(owner).length === 0) return { result: 'done' };
    const outcome = await this.#clear(home, owner, service, report, scope);
    return outcome ?? this.#release(service, report, scope);
  }

  async #ensure(
    home: Runtime,
    reading: Reading,
    service: Service,
    report: Report,
    cause: Cause,
    scope: Scope,
  ): Promise<Outcome> {
    const compiled = reading.valid
      ? await home.compile(reading, scope)
      : { problems: reading.problems, graph: undefined };
    const { owner } = reading.input.request;
    if (!compiled.graph) {
      if (this.#options.observeOnly)
        return onlyLogged(
          'invalid-service',
          compiled.problems.map(({ message }) => message),
        );
      await report.invalid(compiled.problems, scope.signal);
      const waiting = await this.#retarget(home, reading, service, report, cause, scope);
      if (waiting) return { result: 'again', afterMs: waiting.retryAfterMs };
      // What the cloud lacks (a subnet without its tag) may come without the Service changing.
      return reading.valid ? { result: 'again', afterMs: BLOCKED_RETRY_MS } : { result: 'done' };
    }
    const { graph } = compiled;
    report.accepted(compiled.problems);
    this.#options.checkCap(service);
    if (graph.clearing !== undefined && !this.#options.observeOnly) report.clearing(graph.clearing);
    const replacement = new Replacement(home, graph, report, this.#options.replacementDrainMs, scope);
    const memory = memoryOf(service);
    // Where the Service was in force as a whole, all that differs now was changed outside.
    const drifts = cause.verify && home.engine.isWholeMemoryOf(memory, owner, graph);
    const converging = home.converge(
      {
        owner,
        graph,
        remembered: memory,
        verify: cause.verify,
        beforeFirstWrite: (structural) => this.#beforeWrite(service, report, structural, scope.signal),
        ...(!this.#options.observeOnly && { retire: (outputs) => replacement.retire(outputs) }),
      },
      scope,
    );
    const converged = await converging.catch((error: unknown) => {
      if (drifts) this.#drifted(home, home.engine.plan(owner, graph).steps, false);
      throw error;
    });
    if (this.#options.observeOnly) {
      return graph.blocked
        ? onlyLogged(
            'replacement-blocked',
            graph.blocked.map(({ why }) => why),
          )
        : { result: 'done' };
    }
    if (drifts && converged.done.length > 0) {
      this.#drifted(home, converged.done, true);
      report.repaired(converged.done);
    }
    if (this.#options.reportForeign) report.foreign(home.engine.foreignIn(owner));
    const ingress = home.ingress(graph, converged.outputs);
    const { waiting } = converged;
    if (graph.clearing !== undefined && !waiting) {
      await report.waiting(graph.clearing, [], scope.signal);
      return { result: 'again', afterMs: 0 };
    }
    await report.noted(home.notes(graph, converged.outputs), scope.signal);
    if (waiting && (!converged.memory || (converged.retiring && !replacement.isSwitched))) {
      // Until a new load balancer serves, the Service keeps the address of the one that it replaces.
      await report.waiting(waiting.why, graph.replaces ? [] : ingress, scope.signal);
      return { result: 'again', afterMs: waiting.retryAfterMs };
    }
    // Somebody may have taken it off by hand: as long as there is a load balancer, the Service is held.
    if (!report.service.metadata.finalizers?.includes(CLEANUP_FINALIZER)) {
      report.learned(await addFinalizer(this.#options.api, report.service, scope.signal));
    }
    if (graph.blocked) {
      await report.heldBack(graph.blocked.map(({ why }) => why).join(' '), ingress, scope.signal);
    } else {
      await report.ensured(converged, ingress, reading.input.nodes.length, scope.signal);
    }
    if (waiting) return { result: 'again', afterMs: waiting.retryAfterMs };
    // What was replaced is gone, and with it a part of the graph: what is remembered is what will be compiled from now on.
    return graph.replaces && converged.done.length > 0 ? { result: 'again', afterMs: 0 } : { result: 'done' };
  }

  #drifted(home: Runtime, steps: readonly Step[], repaired: boolean): void {
    const provider = home.provider.name;
    for (const { kind, action } of steps) {
      if (isWriteAction(action)) this.#options.onDrift?.({ provider, kind, action, repaired });
    }
  }

  /** Targets follow nodes even while the Service itself cannot be brought to its state. */
  async #retarget(
    home: Runtime,
    reading: Reading,
    service: Service,
    report: Report,
    cause: Cause,
    scope: Scope,
  ): Promise<RetryAfter | undefined> {
    const graph = await home.retarget(reading, scope);
    if (!graph || this.#options.observeOnly) return undefined;
    const converged = await home.converge(
      {
        owner: reading.input.request.owner,
        graph,
        onlyTargets: true,
        verify: cause.verify,
        beforeFirstWrite: () => this.#beforeWrite(service, report, false, scope.signal),
      },
      scope,
    );
    return converged.waiting;
  }

  #mayWrite(service: Service): void {
    if (!this.#options.observeOnly) return;
    throw new FairleadError('policy', `the policy observe-only forbids changes for ${service.metadata.name}`);
  }

  async #beforeWrite(service: Service, report: Report, structural: boolean, signal: AbortSignal): Promise<void> {
    this.#mayWrite(service);
    await announce(this.#options.api, service, report, structural, signal);
  }

  /** A type or a class can be changed back, and a cache be late to show it; only a deletion is for good. */
  async #beforeDelete(service: Service, signal: AbortSignal): Promise<void> {
    this.#mayWrite(service);
    if (service.metadata.deletionTimestamp === undefined) await confirm(this.#options.api, service, signal);
  }

  async #failed(report: Report, thrown: unknown, signal: AbortSignal): Promise<Outcome> {
    const error = fromKube(thrown);
    if (error.code === 'stopped' || error.code === 'fenced' || signal.aborted) return { result: 'done' };
    if (error.code === 'conflict' && error.retryAfterMs === STALE_RETRY_MS) {
      // A cache catches up soon. What conflicts for longer is retried ever more seldom.
      const again = this.#options.reporter.failedAgain(report.service.metadata.uid);
      return again <= STALE_LIMIT ? { result: 'again', afterMs: STALE_RETRY_MS } : { result: 'again', error };
    }
    try {
      if (!this.#options.observeOnly) await report.failed(error, signal);
    } catch (unreported) {
      if (signal.aborted) return { result: 'done' };
      // What went wrong with the Service matters more than that it could not be told.
      const message = `${error.message} (and the Service could not be told: ${fromKube(unreported).message})`;
      return { result: 'again', error: new FairleadError(error.code, message, { cause: thrown }) };
    }
    const afterMs = error.retryAfterMs ?? (error.family === 'blocked' ? BLOCKED_RETRY_MS : undefined);
    return { result: 'again', error, ...(afterMs !== undefined && { afterMs }) };
  }
}

function notYet(providers: readonly string[]): FairleadError {
  const message = `there is no connection to ${providers.join(' and ')} yet, so nobody knows what is there`;
  return new FairleadError('unavailable', message);
}

/** With observe-only nothing is written on the Service: the log is the one place where it can be told. */
function onlyLogged(code: Code, sentences: readonly string[]): Outcome {
  return { result: 'again', afterMs: BLOCKED_RETRY_MS, error: new FairleadError(code, sentences.join(' ')) };
}

/** Errors of the API server as ours. A conflict or a Service that is gone means that our cache was stale. */
function fromKube(thrown: unknown): FairleadError {
  if (!(thrown instanceof KubeError)) return asFairleadError(thrown);
  const details = { cause: thrown, ...(thrown.retryAfterMs !== undefined && { retryAfterMs: thrown.retryAfterMs }) };
  if (thrown.status === 404 || thrown.status === 409) {
    return new FairleadError('conflict', thrown.message, { cause: thrown, retryAfterMs: STALE_RETRY_MS });
  }
  if (thrown.status === 403) return new FairleadError('denied', thrown.message, details);
  if (thrown.status === 429) return new FairleadError('throttled', thrown.message, details);
  if (thrown.status >= 500) return new FairleadError('unavailable', thrown.message, details);
  if (thrown.status === 0) return new FairleadError('network', thrown.message, details);
  return new FairleadError('rejected', thrown.message, details);
}
