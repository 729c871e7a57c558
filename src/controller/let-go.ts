// Lets go of one Service that we hold: with its load balancer left as it is, or with all that it has in the clouds removed.
// It may be stopped at any call and done again. Whether it may be done at all, and when, is decided by others.
import type { RetryAfter, Scope } from '../engine/kind.ts';
import { hasStatus, type KubeApi } from '../kube/api.ts';
import { CLEANUP_FINALIZER, patchStatus, readService, removeFinalizer } from '../kube/patch.ts';
import type { Service } from '../kube/types.ts';
import {
  ACCEPTED,
  changedConditions,
  conditionOf,
  DELETION_BLOCKED,
  PORTS_ERROR,
  PROGRAMMED,
  REPLACING,
} from './conditions.ts';
import { DRAINING, type Hold } from './hold.ts';
import type { Runtime } from './runtime.ts';

/**
 * Takes off what is ours of the Service, and leaves its address and everything in the clouds. With `keepsFinalizer` only the
 * conditions go: another controller needs the rest.
 */
export async function release(
  api: KubeApi,
  hold: Hold,
  { keepsFinalizer, signal }: { readonly keepsFinalizer: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const live = await liveOne(api, hold.service, signal);
  if (live) await takeOff(api, live, { finalizer: hold.isOurs && !keepsFinalizer, address: false, signal });
}

/** What one try at a removal came to. */
export interface Removing {
  /** The clouds are still at work; come again. Undefined: all of it is gone, and the Service is free. */
  readonly waiting: RetryAfter | undefined;
  /** True if this try changed anything in a cloud. */
  readonly progress: boolean;
}

/** Removes what every cloud has of the Service; once all is seen to be gone, what is ours of the Service. Throws FairleadErrors and KubeErrors. */
export async function remove(api: KubeApi, hold: Hold, runtimes: readonly Runtime[], scope: Scope): Promise<Removing> {
  const { signal } = scope;
  let live = await liveOne(api, hold.service, signal);
  let progress = false;
  const beforeFirstWrite = async () => {
    live = live && (await announced(api, live, signal));
  };
  for (const { engine } of runtimes) {
    const { waiting, done } = await engine.converge({ owner: hold.owner, graph: undefined, beforeFirstWrite }, scope);
    progress ||= done.length > 0;
    if (waiting) return { waiting, progress };
  }
  if (live) await takeOff(api, live, { finalizer: hold.isOurs, address: hold.isOurs, signal });
  return { waiting: undefined, progress };
}

/** What the status remembers of the load balancer stops being true. Never on a Service that nobody told anything yet. */
async function announced(api: KubeApi, live: Service, signal: AbortSignal): Promise<Service> {
  if (!conditionOf(live, PROGRAMMED)) return live;
  const message = 'The load balancer is being removed by fairlead drain.';
  const wish = { [PROGRAMMED]: { status: 'False', reason: DRAINING, message } as const };
  const conditions = changedConditions(live, wish, new Date().toISOString().replace(/\.\d+Z$/, 'Z'));
  return Object.keys(conditions).length === 0 ? live : patchStatus(api, live, { conditions }, signal);
}

interface Taking {
  readonly finalizer: boolean;
  readonly address: boolean;
  readonly signal: AbortSignal;
}

/** The conditions are what tells that the Service was ours, so they go last. One that is deleted goes with the finalizer. */
async function takeOff(api: KubeApi, live: Service, { finalizer, address, signal }: Taking): Promise<void> {
  try {
    const held = finalizer && live.metadata.finalizers?.includes(CLEANUP_FINALIZER) === true;
    const now = held ? await removeFinalizer(api, live, signal) : live;
    if (now.metadata.deletionTimestamp !== undefined && !now.metadata.finalizers?.length) return;
    const types = [ACCEPTED, PROGRAMMED, DELETION_BLOCKED, REPLACING, PORTS_ERROR];
    const wishes = Object.fromEntries(types.map((type) => [type, null]));
    const conditions = changedConditions(now, wishes, '');
    const clears = address && (now.status?.loadBalancer?.ingress ?? []).length > 0;
    if (!clears && Object.keys(conditions).length === 0) return;
    await patchStatus(api, now, { conditions, ...(clears && { ingress: [] }) }, signal);
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
}

/** Undefined: it is gone, and its name may be another's. */
async function liveOne(api: KubeApi, service: Service, signal: AbortSignal): Promise<Service | undefined> {
  try {
    return await readService(api, service, signal);
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}
