// Every version that every Service ever had, and who took finalizers off: what a rule compares the cloud with.
import type { Service } from '../../src/kube/types.ts';
import type { FakeApiServer } from '../fake/kube/api-server.ts';
import type { Write } from '../fake/kube/storage.ts';

export const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

/** A Service's address in its status became another one; undefined: it had or has none. */
export interface Move {
  readonly service: Service;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

interface Version {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Undefined: it is gone. */
  readonly service: Service | undefined;
}

/** The finalizer went, or the Service did. */
export interface Release {
  readonly service: Service;
  readonly byUser: boolean;
}

export class Ledger {
  /** Writes of any kind but leases. */
  writes = 0;
  /** Services whose finalizer somebody took off by force: their things may have no owner. */
  readonly forced = new Set<string>();
  readonly #histories = new Map<string, Version[]>();
  readonly #listeners: ((release: Release) => void)[] = [];
  readonly #movers: ((move: Move) => void)[] = [];
  #userActs = 0;

  constructor(api: FakeApiServer) {
    api.storage.listen((write) => this.#take(write));
  }

  /** Runs what a user does by hand. */
  byUser<T>(act: () => T): T {
    this.#userActs++;
    try {
      return act();
    } finally {
      this.#userActs--;
    }
  }

  /** Calls `listener` whenever a Service loses our finalizer, or goes with it. */
  onRelease(listener: (release: Release) => void): void {
    this.#listeners.push(listener);
  }

  /** Calls `listener` whenever somebody but a user gives a Service another address. */
  onMove(listener: (move: Move) => void): void {
    this.#movers.push(listener);
  }

  /** The live Service of this UID. */
  live(uid: string): Service | undefined {
    return this.#histories.get(uid)?.at(-1)?.service;
  }

  /** All Services that live now. */
  all(): readonly Service[] {
    return [...this.#histories.values()].flatMap((versions) => versions.at(-1)?.service ?? []);
  }

  /** Every version that was live at some time in the last `ms`, or is so now. */
  versions(ms: number): readonly Service[] {
    const since = Date.now() - ms;
    return [...this.#histories.values()].flatMap((versions) =>
      versions.flatMap(({ service }, index) => {
        const until = versions[index + 1]?.at ?? Number.POSITIVE_INFINITY;
        return service !== undefined && until >= since ? [service] : [];
      }),
    );
  }

  #take({ resource, old, now }: Write): void {
    if (resource !== 'leases') this.writes++;
    if (resource !== 'services') return;
    const service = (now ?? old) as unknown as Service;
    const { uid } = service.metadata;
    const versions = this.#histories.get(uid) ?? [];
    versions.push({ at: Date.now(), service: now === undefined ? undefined : service });
    this.#histories.set(uid, versions);
    this.#tellMove(old as unknown as Service | undefined, now as unknown as Service | undefined);
    const had = old?.metadata.finalizers?.includes(FINALIZER) === true;
    const has = now?.metadata.finalizers?.includes(FINALIZER) === true;
    if (!had || has) return;
    const byUser = this.#userActs > 0;
    if (byUser) this.forced.add(uid);
    for (const listener of this.#listeners) listener({ service, byUser });
  }

  #tellMove(old: Service | undefined, now: Service | undefined): void {
    if (now === undefined || this.#userActs > 0) return;
    const [from, to] = [old && addressOf(old), addressOf(now)];
    if (from !== to) for (const listener of this.#movers) listener({ service: now, from, to });
  }
}

/** The name that clients know. */
export function addressOf({ status }: Service): string | undefined {
  return status?.loadBalancer?.ingress?.[0]?.hostname;
}

/** The name that the official controller makes of a UID for a load balancer. */
export function balancerName(uid: string): string {
  return `a${uid.replaceAll('-', '')}`.slice(0, 32);
}

/** True for a load balancer's name that carries the UID: one that replaces another begins with another letter. */
export function isBalancerName(uid: string, name: string): boolean {
  return /^[a-z]/.test(name) && name.slice(1) === balancerName(uid).slice(1);
}
