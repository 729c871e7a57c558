// The work of `fairlead drain`: which Services it is about, letting go of each, and a last look whether somebody took one up
// again. It asks no person and decides nothing about leases.
import { type Hold, holdOf, isTold } from '../controller/hold.ts';
import { release, remove } from '../controller/let-go.ts';
import { hasStatus, type KubeApi } from '../kube/api.ts';
import { listAll } from '../kube/list.ts';
import { keyOf } from '../kube/store.ts';
import type { Event, Service } from '../kube/types.ts';
import { pause } from '../kube/wait.ts';
import type { ClusterView } from './cluster-view.ts';
import type { Holding } from './drain-lease.ts';
import { type DrainRow, renderDelete, renderRelease } from './drain-report.ts';
import { type DrainWish, isAsked } from './drain-wish.ts';
import { type Outcome, outcomeOf, runErrands } from './errands.ts';
import type { Terminal } from './terminal.ts';

/** What is held, and whether somebody has named it: that person answers for it. */
export interface Held extends Hold {
  readonly isNamed: boolean;
}

export interface HeldServices {
  /** By namespace and name. */
  readonly asked: readonly Held[];
  /** Names of Services of which nothing is held: there is nothing to do. */
  readonly free: readonly string[];
  /** Names without a Service. */
  readonly missing: readonly string[];
  /** How many are left alone since they are another controller's, as far as anybody can tell. */
  readonly notOurs: number;
}

/** Those that were asked for; without names all that are ours. */
export function heldIn(
  view: ClusterView,
  told: readonly Event[],
  wish: DrainWish,
  watchNamespace: string | undefined,
): HeldServices {
  const within = view.services.filter((service) => isAsked(keyOf(service), wish, watchNamespace));
  const holds = within.flatMap((service): Held[] => {
    const hold = holdOf(service, { ...view, told });
    return hold ? [{ ...hold, isNamed: wish.names.includes(keyOf(service)) }] : [];
  });
  const asked = holds.filter(({ other, isNamed }) => isNamed || !other?.isSole);
  const held = new Set(asked.map(({ service }) => keyOf(service)));
  const there = new Set(within.map(keyOf));
  return {
    asked: asked.sort((a, b) => (keyOf(a.service) < keyOf(b.service) ? -1 : 1)),
    free: wish.names.filter((name) => there.has(name) && !held.has(name)),
    missing: wish.names.filter((name) => !there.has(name)),
    notOurs: holds.length - asked.length,
  };
}

/** What service controllers told of Services in the last hour or so. Without the right to read events: nothing, and that is said. */
export async function toldByOthers(api: KubeApi, { err, signal }: Terminal): Promise<readonly Event[]> {
  try {
    const fieldSelector = 'involvedObject.kind=Service,source=service-controller';
    return await listAll<Event>(api, '/api/v1/events', signal, { fieldSelector });
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    err('events may not be listed: another service controller at work is noticed only by what it writes on Services\n');
    return [];
  }
}

/** One Service of which is to be let go. */
export interface Task {
  readonly hold: Held;
  readonly row: DrainRow;
  /** Why it is left as it is. */
  readonly refusal?: string;
}

/** The finalizer is the other one's too: whoever wants it gone names the Service. */
function keepsFinalizer({ other, isNamed }: Held): boolean {
  return other !== undefined && !isNamed;
}

export function renderTask({ hold, row, refusal }: Task, mode: DrainWish['mode']): string {
  if (refusal !== undefined) return `${keyOf(hold.service)}: is left as it is: ${refusal}.`;
  return mode === 'delete' ? renderDelete(row, hold) : renderRelease(row, keepsFinalizer(hold));
}

export interface LetGoOptions {
  readonly api: KubeApi;
  readonly view: ClusterView;
  /** False: the load balancers stay. */
  readonly removes: boolean;
  readonly holding: Holding;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A call to the API server is answered or given up in less. */
const MARGIN_MS = 5_000;

/** Answers why what is left is left, by UID. Rejects only when the signal aborts. */
export async function letGo(tasks: readonly Task[], options: LetGoOptions): Promise<ReadonlyMap<string, string>> {
  const { removes, say } = options;
  let done = 0;
  const errands = tasks.map(({ hold }) => ({
    uid: hold.service.metadata.uid,
    name: keyOf(hold.service),
    attempt: async () => {
      const outcome = await attempt(hold, options);
      if (outcome.end === 'done') {
        done += 1;
        say(`${removes ? 'removed' : 'released'} ${keyOf(hold.service)} (${done} of ${tasks.length})`);
      }
      return outcome;
    },
  }));
  const left = await runErrands(errands, options);
  return new Map(left.map(({ errand, why }) => [errand.uid, why]));
}

async function attempt(hold: Held, { api, view, removes, holding, signal }: LetGoOptions): Promise<Outcome> {
  try {
    if (holding.validForMs() < MARGIN_MS) {
      return { end: 'again', why: 'the Lease has to be renewed first', afterMs: 1_000, progress: false };
    }
    if (!removes) {
      await release(api, hold, { keepsFinalizer: keepsFinalizer(hold), signal });
      return { end: 'done', progress: true };
    }
    const { waiting, progress } = await remove(api, hold, view.runtimes, { signal, lane: 'change' });
    if (!waiting) return { end: 'done', progress: true };
    return { end: 'again', why: waiting.why, afterMs: waiting.retryAfterMs, progress };
  } catch (thrown) {
    signal.throwIfAborted();
    return outcomeOf(thrown, false);
  }
}

/** A controller reacts within that time. */
const REACTION_MS = 2_000;

/** A controller without a Lease, or with one that nobody knew of, has taken these up again. By UID. */
export async function takenAgain(
  api: KubeApi,
  tasks: readonly Task[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  if (tasks.length === 0) return new Map();
  await pause(REACTION_MS, signal);
  const uids = new Set(tasks.map(({ hold }) => hold.service.metadata.uid));
  const services = await listAll<Service>(api, '/api/v1/services', signal);
  const why =
    'a controller took it up again: one that runs without leader election, or with another Lease ' +
    '(--leader-election-namespace, --leader-election-id). Stop it first';
  const again = services.filter((service) => uids.has(service.metadata.uid) && isTold(service));
  return new Map(again.map(({ metadata }) => [metadata.uid, why]));
}
