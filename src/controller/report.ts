// What a Service's user gets to see: conditions, ingress and events, each written only when it says something new. An
// event is told when a condition changes, so that nothing is repeated while nothing changes, restarts included.
import type { Converged } from '../engine/engine.ts';
import type { FairleadError } from '../engine/errors.ts';
import type { Step } from '../engine/plan.ts';
import type { KubeApi } from '../kube/api.ts';
import { type EventRecorder, referenceTo } from '../kube/events.ts';
import { patchAnnotations, patchStatus } from '../kube/patch.ts';
import type { Service } from '../kube/types.ts';
import type { Ingress } from '../provider/request.ts';
import { redact } from '../redact.ts';
import type { Problem } from '../schema/problem.ts';
import {
  ACCEPTED,
  changedConditions,
  conditionOf,
  DELETION_BLOCKED,
  memoryOf,
  PORTS_ERROR,
  PROGRAMMED,
  programmed,
  REPLACING,
  reasonOf,
  replacing,
  type Wish,
} from './conditions.ts';

type Wishes = Record<string, Wish>;

const HELD_BACK = 'held back';
/** Failures in a row of a transient kind before anybody is told. */
const PATIENCE = 3;

/** What outlives one reconcile: the recorder, and the counts of failures in a row. */
export class Reporter {
  readonly events: Pick<EventRecorder, 'record'>;
  /** By UID. */
  readonly #failures = new Map<string, number>();
  /** What each Service was told and is still so, by UID. */
  readonly #told = new Map<string, Set<string>>();

  constructor(events: Pick<EventRecorder, 'record'>) {
    this.events = events;
  }

  failedAgain(uid: string): number {
    const count = (this.#failures.get(uid) ?? 0) + 1;
    this.#failures.set(uid, count);
    return count;
  }

  /** A stretch of work ended well: the next one is news again. */
  succeeded(uid: string): void {
    this.#failures.delete(uid);
    this.isNews(uid, 'ensuring', false);
    this.isNews(uid, 'clearing', false);
    this.isNews(uid, 'deleting', false);
  }

  /** Notes whether `what` is so. True if it is, and was not when last noted. */
  isNews(uid: string, what: string, is: boolean): boolean {
    const told = this.#told.get(uid) ?? new Set<string>();
    const news = is && !told.has(what);
    if (is) told.add(what);
    else told.delete(what);
    if (told.size > 0) this.#told.set(uid, told);
    else this.#told.delete(uid);
    return news;
  }

  forget(uid: string): void {
    this.#failures.delete(uid);
    this.#told.delete(uid);
  }
}

/** The report of one reconcile of one Service. */
export class Report {
  service: Service;
  readonly #reporter: Reporter;
  readonly #api: KubeApi;
  readonly #learn: (service: Service) => void;
  #accepted: Wishes = {};
  #warnings = '';

  constructor(reporter: Reporter, api: KubeApi, service: Service, learn: (service: Service) => void) {
    this.#reporter = reporter;
    this.#api = api;
    this.service = service;
    this.#learn = learn;
  }

  /** The Service as a write of ours has left it. */
  learned(service: Service): void {
    this.service = service;
    this.#learn(service);
  }

  /** The annotations are usable; warnings stay visible in the condition. Written with the next status. */
  accepted(problems: readonly Problem[]): void {
    this.#warnings = sentences(problems);
    const message = this.#warnings === '' ? 'Every annotation and field is understood.' : this.#warnings;
    const reason = this.#warnings === '' ? 'Accepted' : 'AcceptedWithWarnings';
    this.#accepted = { [ACCEPTED]: { status: 'True', reason, message }, [PORTS_ERROR]: null };
  }

  /** Nothing is changed in the cloud; all problems at once. */
  async invalid(problems: readonly Problem[], signal: AbortSignal): Promise<void> {
    const errors = problems.filter((problem) => problem.severity === 'error');
    const message = sentences(errors);
    const ports = errors.filter((problem) => problem.key.startsWith('spec.ports'));
    const wishes: Wishes = {
      [ACCEPTED]: { status: 'False', reason: 'InvalidService', message: sentences(problems) },
      [PORTS_ERROR]:
        ports.length === 0 ? null : { status: 'True', reason: portsReason(this.service), message: sentences(ports) },
    };
    if (!conditionOf(this.service, PROGRAMMED)) {
      wishes[PROGRAMMED] = { status: 'False', reason: 'InvalidService', message: 'Nothing was built; see Accepted.' };
    }
    const changed = await this.#write(wishes, undefined, signal);
    if (changed.has(ACCEPTED)) this.#event('Warning', 'SyncLoadBalancerFailed', message);
    this.#reporter.succeeded(this.service.metadata.uid);
  }

  /**
   * Right before the first write to the cloud: what the status remembers stops being true. A condition that is False
   * already keeps its reason, or every retry of a failing Service would look like news.
   */
  async writing(structural: boolean, signal: AbortSignal): Promise<void> {
    const memory = memoryOf(this.service);
    const have = conditionOf(this.service, PROGRAMMED);
    const wishes: Wishes = {};
    if (structural && have?.status !== 'False') {
      wishes[PROGRAMMED] = { status: 'False', reason: 'Progressing', message: 'The load balancer is being changed.' };
    } else if (!structural && memory?.targets !== undefined) {
      wishes[PROGRAMMED] = programmed({ graph: memory.graph });
    }
    await this.#write(wishes, undefined, signal);
    if (structural && this.#reporter.isNews(this.service.metadata.uid, 'ensuring', true)) {
      this.#event('Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer');
    }
  }

  /** The cloud is still at work. The address is published as soon as it is known. */
  async waiting(why: string, ingress: readonly Ingress[], signal: AbortSignal): Promise<void> {
    const wishes = {
      ...this.#accepted,
      [PROGRAMMED]: { status: 'False', reason: 'Progressing', message: why } as const,
    };
    await this.#writeAccepted(wishes, ingress.length > 0 ? ingress : undefined, signal);
  }

  /** What exists has to go before what is wanted can be made: said once. */
  clearing(why: string): void {
    if (!this.#reporter.isNews(this.service.metadata.uid, 'clearing', true)) return;
    this.#event('Warning', 'ReplacedLoadBalancer', why);
  }

  /** Annotations that the provider keeps on the Service, where they say something else. */
  async noted(notes: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    const have = this.service.metadata.annotations ?? {};
    const news = Object.entries(notes).filter(([key, value]) => have[key] !== value);
    if (news.length > 0)
      this.learned(await patchAnnotations(this.#api, this.service, Object.fromEntries(news), signal));
  }

  /** All is as wanted. */
  async ensured(
    converged: Converged,
    ingress: readonly Ingress[],
    nodeCount: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { uid } = this.service.metadata;
    const wishes: Wishes = { ...this.#accepted, [DELETION_BLOCKED]: null };
    if (converged.memory) wishes[PROGRAMMED] = programmed(converged.memory);
    if (!converged.retiring) wishes[REPLACING] = null;
    const before = conditionOf(this.service, PROGRAMMED)?.status;
    await this.#writeAccepted(wishes, ingress, signal);
    this.#reporter.succeeded(uid);
    this.#reporter.isNews(uid, HELD_BACK, false);
    if (before !== 'True' || converged.structural)
      this.#event('Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
    else if (converged.done.length > 0)
      this.#event('Normal', 'UpdatedLoadBalancer', 'Updated load balancer with new hosts');
    if (this.#reporter.isNews(uid, 'nodeless', nodeCount === 0)) {
      this.#event('Warning', 'UnAvailableLoadBalancer', 'There are no available nodes for LoadBalancer');
    }
  }

  /** All is as wanted but for what would need a replacement that the Service does not allow. */
  async heldBack(why: string, ingress: readonly Ingress[], signal: AbortSignal): Promise<void> {
    const wish = { status: 'False', reason: reasonOf('replacement-blocked'), message: why } as const;
    const wishes = { ...this.#accepted, [PROGRAMMED]: wish, [DELETION_BLOCKED]: null };
    const before = conditionOf(this.service, PROGRAMMED);
    const changed = await this.#writeAccepted(wishes, ingress.length > 0 ? ingress : undefined, signal);
    const { uid } = this.service.metadata;
    this.#reporter.succeeded(uid);
    // While something else was waited for, the condition said that.
    const news = this.#reporter.isNews(uid, HELD_BACK, true) || before?.reason === wish.reason;
    if (changed.has(PROGRAMMED) && news) this.#event('Warning', 'SyncLoadBalancerFailed', why);
  }

  /** The new load balancer serves: the Service gets its address, and the old one drains until then. */
  async switched(
    replaced: readonly string[],
    until: number,
    ingress: readonly Ingress[],
    signal: AbortSignal,
  ): Promise<void> {
    const wish = replacing(replaced, until);
    await this.#writeAccepted({ ...this.#accepted, [REPLACING]: wish }, ingress, signal);
    this.#event('Normal', 'ReplacedLoadBalancer', wish?.message ?? '');
  }

  /** What was changed outside and has been put right. */
  repaired(steps: readonly Step[]): void {
    const list = steps.slice(0, 10).map((step) => `${step.action} ${step.kind} ${step.id}`);
    if (steps.length > 10) list.push(`${steps.length - 10} more`);
    const message = `What was changed outside has been put right: ${list.join(', ')}`;
    this.#event('Warning', 'DriftRepaired', message);
  }

  /** Others have put something into what is ours: said once, as long as it is the same. */
  foreign(objects: readonly { readonly kind: string; readonly id: string }[]): void {
    const list = objects.map(({ kind, id }) => `${kind} ${id}`).sort();
    if (!this.#reporter.isNews(this.service.metadata.uid, `foreign ${list.join()}`, list.length > 0)) return;
    const message = `Others have added to the load balancer what Fairlead leaves as it is: ${list.slice(0, 10).join(', ')}`;
    this.#event('Warning', 'ForeignAddition', message);
  }

  /** Something went wrong. Transient failures make no noise before they last. */
  async failed(error: FairleadError, signal: AbortSignal): Promise<void> {
    const failures = this.#reporter.failedAgain(this.service.metadata.uid);
    if (error.family === 'transient' && failures < PATIENCE) return;
    const going = this.service.metadata.deletionTimestamp !== undefined || this.service.spec.type !== 'LoadBalancer';
    const wish: Wish = { status: going ? 'True' : 'False', reason: reasonOf(error.code), message: error.message };
    const type = going ? DELETION_BLOCKED : PROGRAMMED;
    const changed = await this.#writeAccepted({ ...this.#accepted, [type]: wish }, undefined, signal);
    if (changed.has(type)) this.#event('Warning', 'SyncLoadBalancerFailed', error.message);
  }

  deleting(): void {
    if (conditionOf(this.service, DELETION_BLOCKED)) return;
    if (!this.#reporter.isNews(this.service.metadata.uid, 'deleting', true)) return;
    this.#event('Normal', 'DeletingLoadBalancer', 'Deleting load balancer');
  }

  async deletionWaits(why: string, signal: AbortSignal): Promise<void> {
    const wish: Wish = { status: 'True', reason: 'Waiting', message: why };
    await this.#write({ [DELETION_BLOCKED]: wish }, undefined, signal);
  }

  /** The Service stays but has no load balancer of ours any more: nothing of ours stays in its status. */
  async cleared(signal: AbortSignal): Promise<void> {
    const types = [ACCEPTED, PROGRAMMED, DELETION_BLOCKED, REPLACING, PORTS_ERROR];
    await this.#write(Object.fromEntries(types.map((type) => [type, null])), [], signal);
  }

  deleted(): void {
    this.#reporter.forget(this.service.metadata.uid);
    this.#event('Normal', 'DeletedLoadBalancer', 'Deleted load balancer');
  }

  async #writeAccepted(
    wishes: Wishes,
    ingress: readonly Ingress[] | undefined,
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    const changed = await this.#write(wishes, ingress, signal);
    if (changed.has(ACCEPTED) && this.#warnings !== '') this.#event('Warning', 'AnnotationWarning', this.#warnings);
    return changed;
  }

  /** Patches what differs, if anything does. Answers the conditions that changed. */
  async #write(
    wishes: Wishes,
    ingress: readonly Ingress[] | undefined,
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const conditions = changedConditions(this.service, wishes, now);
    const differs = ingress !== undefined && !sameIngress(ingress, this.service.status?.loadBalancer?.ingress ?? []);
    if (Object.keys(conditions).length === 0 && !differs) return new Set();
    const change = { conditions, ...(differs && { ingress }) };
    this.learned(await patchStatus(this.#api, this.service, change, signal));
    return new Set(Object.keys(conditions));
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#reporter.events.record(referenceTo(this.service, 'Service'), type, reason, redact(message));
  }
}

function sentences(problems: readonly Problem[]): string {
  return problems.map((problem) => problem.message).join(' ');
}

/** The one reason that Kubernetes defines, where it fits. */
function portsReason(service: Service): string {
  const protocols = new Set((service.spec.ports ?? []).map((port) => port.protocol ?? 'TCP'));
  return protocols.size > 1 ? 'LoadBalancerMixedProtocolNotSupported' : 'LoadBalancerPortsNotSupported';
}

function sameIngress(want: readonly Ingress[], have: readonly Ingress[]): boolean {
  const plain = (list: readonly Ingress[]) =>
    JSON.stringify(list.map(({ ip, ipMode, hostname }) => [ip ?? '', ip ? (ipMode ?? 'VIP') : '', hostname ?? '']));
  return plain(want) === plain(have);
}
