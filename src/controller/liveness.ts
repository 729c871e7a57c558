// Whether what a cloud object says of its owner fits a Service that exists, and if not, why. Pure.
import { isOwnedBy, type Mark, type Owner } from '../engine/owner.ts';
import type { Service } from '../kube/types.ts';
import { requestOf } from './request.ts';

/** Marks may hold a shortened UID, but never one shorter than this many digits. */
const UID_DIGITS = 8;
const WHOLE_UID_DIGITS = 32;

/**
 * Made from a complete list of Services, whatever they are now: what is to go of a living one, its own reconcile knows
 * best. With a list of one namespace only, the owners in all others are unknown, and unknown is not gone.
 */
export class Liveness {
  readonly cluster: string;
  readonly #namespace: string;
  readonly #byUid: ReadonlyMap<string, readonly Owner[]>;
  readonly #byName: ReadonlyMap<string, Owner>;

  /** `cluster` is the UID of kube-system; `namespace` the one that was listed, or '' for all. */
  constructor(services: readonly Service[], cluster: string, namespace = '') {
    this.cluster = cluster;
    this.#namespace = namespace;
    const owners = services.map((service) => requestOf(service, cluster).owner);
    this.#byUid = Map.groupBy(owners, (owner) => digits(owner.uid).slice(0, UID_DIGITS));
    this.#byName = new Map(owners.map((owner) => [`${owner.namespace}/${owner.name}`, owner]));
  }

  isLive(mark: Mark): boolean {
    if (this.#namespace !== '' && mark.namespace !== this.#namespace) return true;
    const named = this.#byName.get(`${mark.namespace}/${mark.name}`);
    const owners = this.#byUid.get(digits(mark.uid ?? '').slice(0, UID_DIGITS)) ?? [];
    return [...owners, ...(named ? [named] : [])].some((owner) => isOwnedBy(mark, owner));
  }

  /** Why the mark fits no Service, as half a sentence. */
  why({ cluster, uid, namespace, name }: Mark): string {
    if (cluster !== undefined && cluster !== this.cluster) return `the mark names another cluster, with UID ${cluster}`;
    if (!namespace || !name) {
      const isWhole = digits(uid ?? '').length === WHOLE_UID_DIGITS;
      return isWhole ? `no Service with UID ${uid} exists` : `no Service has a UID that begins with ${uid}`;
    }
    const service = `${namespace}/${name}`;
    if (this.#byName.has(service)) return `the Service ${service} exists, with another UID than ${uid}`;
    return uid === undefined ? `no Service ${service} exists` : `no Service ${service} with UID ${uid} exists`;
  }
}

const digits = (uid: string): string => uid.replaceAll('-', '');
