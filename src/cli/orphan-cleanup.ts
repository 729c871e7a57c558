// What `fairlead orphans --delete` does: which owners' things may go, and the removal itself, step by step, in politeness
// towards a cloud that takes its time.
import type { Liveness } from '../controller/liveness.ts';
import { removeOrphan } from '../controller/orphan-removal.ts';
import type { Runtime } from '../controller/runtime.ts';
import { asFairleadError } from '../engine/errors.ts';
import type { Owner } from '../engine/owner.ts';
import type { KubeApi } from '../kube/api.ts';
import { KubeError } from '../kube/api.ts';
import { pause } from '../kube/wait.ts';
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

/** Without any progress for so long, what is left is left. */
const PATIENCE_MS = 10 * 60_000;
const RETRY_MS = 5_000;

interface Open {
  readonly removal: Removal;
  /** performance.now() at which it makes sense to try again. */
  readonly at: number;
  readonly why: string;
}

/** Removes them all, or says what is left and why. Rejects only when the signal aborts. */
export async function removeAll(removals: readonly Removal[], options: CleanupOptions): Promise<readonly Left[]> {
  const { say, signal } = options;
  const left: Left[] = [];
  let open: readonly Open[] = removals.map((removal) => ({ removal, at: 0, why: '' }));
  for (let progressAt = performance.now(); open.length > 0; ) {
    const [next, ...others] = [...open].sort((a, b) => a.at - b.at) as [Open, ...Open[]];
    if (next.at - progressAt > PATIENCE_MS) return [...left, ...open];
    await pause(Math.max(0, next.at - performance.now()), signal);
    signal.throwIfAborted();
    const outcome = await attempt(next.removal, options);
    if (outcome.progress) progressAt = performance.now();
    open = others;
    const { removal } = next;
    if (outcome.end === 'left') {
      say(`left ${nameOf(removal.owner)}: ${outcome.why}`);
      left.push({ removal, why: outcome.why });
    } else if (outcome.end === 'again') {
      say(`waiting for ${nameOf(removal.owner)}: ${outcome.why}; again in ${Math.ceil(outcome.afterMs / 1000)} s`);
      open = [...others, { removal, at: performance.now() + outcome.afterMs, why: outcome.why }];
    }
  }
  return left;
}

type Outcome = { readonly progress: boolean } & (
  | { readonly end: 'gone' }
  | { readonly end: 'left'; readonly why: string }
  | { readonly end: 'again'; readonly why: string; readonly afterMs: number }
);

async function attempt({ runtime, owner }: Removal, { api, liveness, signal }: CleanupOptions): Promise<Outcome> {
  try {
    const removed = await removeOrphan(api, runtime, owner, liveness, { signal, lane: 'change' });
    if (removed === 'alive') return { end: 'left', why: 'it belongs to a Service that exists', progress: true };
    const progress = removed.done.length > 0;
    if (!removed.waiting) return { end: 'gone', progress: true };
    return { end: 'again', why: removed.waiting.why, afterMs: removed.waiting.retryAfterMs, progress };
  } catch (thrown) {
    signal.throwIfAborted();
    // Without the API server nobody can tell whether it may go.
    if (thrown instanceof KubeError) return { end: 'left', why: thrown.message, progress: false };
    const error = asFairleadError(thrown);
    if (error.family !== 'transient') return { end: 'left', why: error.message, progress: false };
    return { end: 'again', why: error.message, afterMs: error.retryAfterMs ?? RETRY_MS, progress: false };
  }
}
