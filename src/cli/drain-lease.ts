// Makes sure that no controller works while a cluster is drained: finds the Leases that controllers lead by, and holds them
// as a controller would. It takes none from anybody who is alive.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { hasStatus, type KubeApi, KubeError } from '../kube/api.ts';
import { LeaseElector } from '../kube/lease.ts';
import { isOwnLease, type LeaseName, readLease } from '../kube/lease-view.ts';
import { listAll } from '../kube/list.ts';
import { type Log, silentLog } from '../kube/log.ts';
import type { Lease } from '../kube/types.ts';
import { pause } from '../kube/wait.ts';
import type { Settings } from '../settings.ts';
import { UsageError } from './choice.ts';

/** A Lease as it was found. */
export interface FoundLease extends LeaseName {
  /** Undefined: nobody. It may be dead. */
  readonly holder?: string;
  readonly renewTime?: string;
}

type LeaseSettings = Pick<Settings, 'leaderElect' | 'leaderElectionNamespace' | 'leaderElectionId'>;

/** Where a controller outside of a pod has it. */
const DEFAULT_NAMESPACE = 'kube-system';

/**
 * The Lease that is named; without a name all that a controller of ours ever wrote, wherever it was installed. One that was
 * never made counts as found, and is free. None where leader election is off.
 */
export async function findLeases(
  api: KubeApi,
  { leaderElect, leaderElectionNamespace, leaderElectionId: name }: LeaseSettings,
  signal: AbortSignal,
): Promise<readonly FoundLease[]> {
  if (!leaderElect) return [];
  if (leaderElectionNamespace !== undefined) {
    const named = { namespace: leaderElectionNamespace, name };
    const lease = await readLease(api, named, signal);
    return [lease ? found(lease) : named];
  }
  const all = await everyLease(api, signal);
  const ours = all.filter((lease) => lease.metadata.name === name || isOwnLease(lease));
  return ours.length > 0 ? ours.map(found) : [{ namespace: DEFAULT_NAMESPACE, name }];
}

async function everyLease(api: KubeApi, signal: AbortSignal): Promise<readonly Lease[]> {
  try {
    return await listAll<Lease>(api, '/apis/coordination.k8s.io/v1/leases', signal);
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    throw new UsageError(
      'the Leases of all namespaces may not be listed, so that the one of the controller cannot be found: ' +
        'name it with --leader-election-namespace and --leader-election-id',
    );
  }
}

function found({ metadata, spec }: Lease): FoundLease {
  const { holderIdentity: holder, renewTime } = spec ?? {};
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    ...(holder && { holder }),
    ...(renewTime !== undefined && { renewTime }),
  };
}

/** All Leases are ours until `giveBack`, or until one is lost. */
export interface Holding {
  /** For how long nobody else can lead, from now. */
  validForMs(): number;
  /** Aborts when a Lease is lost. */
  readonly lost: AbortSignal;
  giveBack(): Promise<void>;
}

/** Somebody leads. */
export class LeaseTaken extends Error {
  readonly lease: FoundLease;

  constructor(lease: FoundLease) {
    super(`${lease.holder} holds the Lease ${lease.namespace}/${lease.name} and renews it`);
    this.lease = lease;
  }
}

/**
 * Takes all of them, or none: throws LeaseTaken for the first that is held by somebody who is seen to renew it. A holder that
 * does not is dead, which takes the length of its lease to find out.
 */
export async function holdLeases(
  api: KubeApi,
  leases: readonly FoundLease[],
  { say, signal }: { readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<Holding> {
  const stop = new AbortController();
  const lost = new AbortController();
  const held = leases.map((lease) => new Candidate(api, lease, stop.signal, lost));
  const giveBack = async () => {
    stop.abort();
    await Promise.all(held.map(({ ended }) => ended));
  };
  try {
    for (const { lease } of held) {
      if (lease.holder === undefined) continue;
      say(`${lease.holder} holds the Lease ${lease.namespace}/${lease.name}: waiting to see whether it is alive`);
    }
    await Promise.all(held.map((one) => one.won(signal)));
  } catch (error) {
    await giveBack();
    throw error;
  }
  return {
    validForMs: () => Math.min(Number.POSITIVE_INFINITY, ...held.map(({ elector }) => elector.validForMs())),
    lost: lost.signal,
    giveBack,
  };
}

const LOOK_MS = 1_000;
/** A lease is as long as 15 s; whoever cannot be outlived in this time is alive in some way. */
const WIN_LIMIT_MS = 90_000;

class Candidate {
  readonly lease: FoundLease;
  readonly elector: LeaseElector;
  readonly ended: Promise<unknown>;
  readonly #api: KubeApi;
  #refused: KubeError | undefined;

  constructor(api: KubeApi, lease: FoundLease, signal: AbortSignal, lost: AbortController) {
    this.#api = api;
    this.lease = lease;
    const { namespace, name } = lease;
    const identity = `fairlead-drain_${hostname()}_${randomUUID()}`;
    this.elector = new LeaseElector({ api, namespace, name, identity, log: this.#log() });
    this.ended = this.elector.run(signal).then((why) => {
      if (why === 'lost') lost.abort(new Error(`the Lease ${namespace}/${name} was lost`));
    });
  }

  /** Resolves when the Lease is ours. */
  async won(signal: AbortSignal): Promise<void> {
    for (const begin = performance.now(); !this.elector.isLeader; await pause(LOOK_MS, signal)) {
      signal.throwIfAborted();
      if (this.#refused?.status === 403) throw this.#refused;
      const lease = await readLease(this.#api, this.lease, signal);
      const now = lease && found(lease);
      if (this.elector.isLeader) return;
      const isSame = now?.renewTime === this.lease.renewTime && now?.holder === this.lease.holder;
      if (now?.holder !== undefined && now.holder !== this.elector.identity && !isSame) throw new LeaseTaken(now);
      if (performance.now() - begin < WIN_LIMIT_MS) continue;
      throw this.#refused ?? new Error(`the Lease ${this.lease.namespace}/${this.lease.name} could not be taken`);
    }
  }

  #log(): Log {
    const keep = (fields: { readonly err?: unknown }) => {
      if (fields.err instanceof KubeError) this.#refused = fields.err;
    };
    return { ...silentLog, warn: keep };
  }
}

/** How the holder of a Lease is stopped, for people. */
export function howToStop({ namespace, name }: LeaseName): string {
  return (
    `Scale it down first, and wait until its pods have ended: kubectl scale deployment --namespace ${namespace} ${name} ` +
    '--replicas=0 (the chart gives Deployment and Lease one name). Where it has to go on, run it with --policy ' +
    'observe-only, and this with --leader-elect=false.'
  );
}
