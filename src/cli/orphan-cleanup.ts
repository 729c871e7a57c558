// What `fairlead orphans --delete` does: which owners' things may go, and the removal itself, step by step, in politeness
// towards a cloud that takes its time.
import type { Liveness } from '../controller/liveness.ts';
import { removeOrphan } from '../controller/orphan-removal.ts';
import type { Runtime } from '../controller/runtime.ts';
import type { Owner } from '../engine/owner.ts';
import type { KubeApi } from '../kube/api.ts';
import { type Outcome, outcomeOf, runErrands } from './errands.ts';
import type { FoundOrphan } from './orphan-report.ts';

/** All that one owner left in one cloud. */
export interface Removal {
  readonly runtime: Runtime;
  readonly owner: Owner;
  /** Keys of the orphans that go with it. */
  readonly keys: readonly string[];
}

/**
 * The removals of these orphans, an owner each. Without names only those go that are ours beyond doubt; a person who names
 * one answers for it.
 */
export function removalsOf(
  orphans: readonly FoundOrphan[],
  names: readonly string[],
  cluster: string,
): readonly Removal[] {
  const removals = new Map<string, Removal>();
  for (const { runtime, owner: known, mark, key } of orphans) {
    if (names.length === 0 ? known === undefined : !names.includes(key)) continue;
    const { uid = '', namespace = '', name = '' } = mark;
    const owner = known ?? { cluster: mark.cluster ?? cluster, uid, namespace, name };
    const id = JSON.stringify([runtime.provider.name, owner.cluster, owner.uid, owner.namespace, owner.name]);
    removals.set(id, { runtime, owner, keys: [...(removals.get(id)?.keys ?? []), key] });
  }
  return [...removals.values()];
}

/** `default/web`, or what the mark tells instead. */
export function nameOf({ namespace, name, uid }: Owner): string {
  return name === '' ? `UID ${uid}` : `${namespace}/${name}`;
}

export interface Left {
  readonly removal: Removal;
  readonly why: string;
}

export interface CleanupOptions {
  readonly api: KubeApi;
  readonly liveness: Liveness;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Removes them all, or says what is left and why. Rejects only when the signal aborts. */
export async function removeAll(removals: readonly Removal[], options: CleanupOptions): Promise<readonly Left[]> {
  const errands = removals.map((removal) => ({
    removal,
    name: nameOf(removal.owner),
    attempt: () => attempt(removal, options),
  }));
  const left = await runErrands(errands, options);
  return left.map(({ errand: { removal }, why }) => ({ removal, why }));
}

async function attempt({ runtime, owner }: Removal, { api, liveness, signal }: CleanupOptions): Promise<Outcome> {
  try {
    const removed = await removeOrphan(api, runtime, owner, liveness, { signal, lane: 'change' });
    if (removed === 'alive') return { end: 'left', why: 'it belongs to a Service that exists', progress: true };
    const progress = removed.done.length > 0;
    if (!removed.waiting) return { end: 'done', progress: true };
    return { end: 'again', why: removed.waiting.why, afterMs: removed.waiting.retryAfterMs, progress };
  } catch (thrown) {
    signal.throwIfAborted();
    // Without the API server nobody can tell whether it may go.
    return outcomeOf(thrown, true);
  }
}
