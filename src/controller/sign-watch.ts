// Collects the signs of other service controllers during one term of leadership: field owners of the cached Services, and the
// events that a service controller writes. It decides nothing (coexistence.ts does) and writes nothing.
import type { FairleadError } from '../engine/errors.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Log } from '../kube/log.ts';
import { Reflector } from '../kube/reflector.ts';
import type { ForeignWriter, KubeObject, ObjectReference, Service } from '../kube/types.ts';
import { afterSign, type Contest, contestOf, isOfTerm, isOpen } from './coexistence.ts';

export interface SignWatchOptions {
  readonly api: KubeApi;
  readonly log: Log;
  /** '' : all namespaces. */
  readonly namespace: string;
  /** The cached Services. */
  readonly services: () => readonly Service[];
  /** The class that makes a Service ours alone. */
  readonly ourClass: string | undefined;
  /** A Service (by namespace/name) has become contested: it should be looked at. */
  readonly look: (key: string) => void;
}

/** What we read of an event. Times: the last one that is set counts. */
interface PeerEvent extends KubeObject {
  readonly involvedObject: Pick<ObjectReference, 'namespace' | 'name' | 'uid'>;
  readonly reason: string;
  readonly source?: { readonly component?: string };
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly lastObservedTime?: string };
}

/** The component that the service controller of every cloud-controller-manager names in its events. */
const COMPONENT = 'service-controller';
/** Every reason of that controller that says: it works on this Service now. */
const REASONS: ReadonlySet<string> = new Set([
  'EnsuringLoadBalancer',
  'EnsuredLoadBalancer',
  'UpdatedLoadBalancer',
  'DeletingLoadBalancer',
  'DeletedLoadBalancer',
  'UnAvailableLoadBalancer',
  'SyncLoadBalancerFailed',
  'UpdateLoadBalancerFailed',
  'DeleteLoadBalancerFailed',
]);
const FIELDS_DID = 'wrote status.loadBalancer or the finalizer';

export class SignWatch {
  readonly #options: SignWatchOptions;
  readonly #events: Reflector<PeerEvent>;
  readonly #beganAtMs = Date.now();
  /** The last known time of each writer by its manager, by UID: what is not news. */
  readonly #known = new Map<string, ReadonlyMap<string, string>>();
  /** By UID. */
  readonly #contests = new Map<string, Contest>();
  #isDenied = false;

  /** Everything that is there now is past. */
  constructor(options: SignWatchOptions) {
    this.#options = options;
    for (const service of options.services()) this.#news(service);
    const { api, namespace } = options;
    const scope = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    this.#events = new Reflector<PeerEvent>({
      api,
      path: `/api/v1${scope}/events`,
      fieldSelector: `involvedObject.kind=Service,source=${COMPONENT}`,
      trim: trimEvent,
      hooks: { failed: (status) => this.#failed(status) },
    });
    this.#events.onChange((old, now) => this.#eventChanged(old, now));
  }

  /** Watches events until the signal aborts. Never rejects. */
  run(signal: AbortSignal): Promise<void> {
    return this.#events.run(signal);
  }

  /** Why nothing may be written for this Service (as cached) now. */
  contested(service: Service): FairleadError | undefined {
    const { uid } = service.metadata;
    const nowMs = performance.now();
    for (const { manager, time } of this.#news(service)) {
      if (isOfTerm(time, this.#beganAtMs)) this.#sign(uid, manager, FIELDS_DID, time, nowMs);
      this.#forgetGone();
    }
    return contestOf(service, this.#contests.get(uid), nowMs, this.#options.ourClass);
  }

  /** The writers of this Service whose time is not the known one, which it becomes. */
  #news({ metadata: { uid }, foreignWriters = [] }: Service): readonly ForeignWriter[] {
    const known = this.#known.get(uid);
    const news = foreignWriters.filter(({ manager, time }) => known?.get(manager) !== time);
    if (news.length > 0) this.#known.set(uid, new Map(foreignWriters.map(({ manager, time }) => [manager, time])));
    return news;
  }

  #forgetGone(): void {
    const services = this.#options.services();
    if (this.#known.size <= 2 * services.length) return;
    const live = new Set(services.map(({ metadata }) => metadata.uid));
    for (const uid of this.#known.keys()) if (!live.has(uid)) this.#known.delete(uid);
  }

  #eventChanged(old: PeerEvent | undefined, now: PeerEvent | undefined): void {
    if (!now || !REASONS.has(now.reason)) return;
    const stamp = stampOf(now);
    const isPast = !this.#events.isSynced || (old && stampOf(old) === stamp) || !isOfTerm(stamp, this.#beganAtMs);
    if (isPast) return;
    const { uid, namespace = '', name } = now.involvedObject;
    const nowMs = performance.now();
    const before = this.#contests.get(uid);
    this.#sign(uid, COMPONENT, `told ${now.reason}`, stamp ?? 'an unknown time', nowMs);
    if (!before || !isOpen(before, nowMs)) this.#options.look(`${namespace}/${name}`);
  }

  #sign(uid: string, who: string, did: string, stamp: string, noticedMs: number): void {
    this.#contests.set(uid, afterSign(this.#contests.get(uid), { who, did, stamp, noticedMs }));
    for (const [other, contest] of this.#contests) if (!isOpen(contest, noticedMs)) this.#contests.delete(other);
  }

  /** Without the right to read events, field owners still tell most. It is asked for again, as quietly as everything. */
  #failed(status: number): void {
    if (status !== 403 || this.#isDenied) return;
    this.#isDenied = true;
    const message =
      'may not list and watch events: another service controller at work is noticed only by what it writes on Services';
    this.#options.log.warn({ resource: 'events', verbs: 'list, watch' }, message);
  }
}

function stampOf({ lastTimestamp, series, eventTime, metadata }: PeerEvent): string | undefined {
  return lastTimestamp ?? series?.lastObservedTime ?? eventTime ?? metadata.creationTimestamp;
}

function trimEvent(event: PeerEvent): PeerEvent {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = event.metadata;
  const { involvedObject, reason, lastTimestamp, eventTime, series } = event;
  return {
    metadata: {
      name,
      uid,
      resourceVersion,
      ...(namespace !== undefined && { namespace }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    involvedObject: {
      uid: involvedObject.uid,
      name: involvedObject.name,
      ...(involvedObject.namespace !== undefined && { namespace: involvedObject.namespace }),
    },
    reason,
    ...(lastTimestamp !== undefined && { lastTimestamp }),
    ...(eventTime !== undefined && { eventTime }),
    ...(series !== undefined && { series }),
  };
}
