// The plans of Services that are in a cluster: what the controller would do for each now. It reads the cluster and the
// cloud, and writes nowhere.
import { claimOf } from '../controller/claim.ts';
import { memoryOf } from '../controller/conditions.ts';
import { requestOf } from '../controller/request.ts';
import type { Reading, Runtime } from '../controller/runtime.ts';
import { withCalls } from '../engine/calls.ts';
import { asFairleadError } from '../engine/errors.ts';
import type { Graph } from '../engine/graph.ts';
import type { Scope } from '../engine/kind.ts';
import { withLate } from '../engine/late.ts';
import type { Owner } from '../engine/owner.ts';
import type { KindInfo, Plan } from '../engine/plan.ts';
import type { Service } from '../kube/types.ts';
import { nextGraph } from '../preview/preview.ts';
import type { ClusterView } from './cluster-view.ts';
import type { Planned, PlanStance } from './plan-form.ts';

/** So many Services are looked at together. */
const AT_ONCE = 8;

/** In the order of the Services. One that cannot be looked at has an `error`; rejects only when the signal aborts. */
export async function planLive(
  view: ClusterView,
  services: readonly Service[],
  scope: Scope,
  onProgress: (done: number) => void = () => {},
): Promise<readonly Planned[]> {
  const all: Planned[] = [];
  for (let at = 0; at < services.length; at += AT_ONCE) {
    const some = services.slice(at, at + AT_ONCE).map((service) => new Look(view, service, scope).all());
    all.push(...(await Promise.all(some)).flat());
    onProgress(at + some.length);
  }
  return all;
}

/** Whether the Service asks for a load balancer, or something is there for it. */
export function isOfInterest(view: ClusterView, service: Service): boolean {
  if (service.spec.type === 'LoadBalancer') return true;
  const owner = ownerOf(view, service);
  return view.runtimes.some((runtime) => runtime.owned(owner).length > 0);
}

function ownerOf({ cluster }: ClusterView, service: Service): Owner {
  return requestOf(service, cluster.uid).owner;
}

/** One Service, as the controller would go about it. */
class Look {
  readonly #view: ClusterView;
  readonly #service: Service;
  readonly #owner: Owner;
  readonly #scope: Scope;

  constructor(view: ClusterView, service: Service, scope: Scope) {
    this.#view = view;
    this.#service = service;
    this.#owner = ownerOf(view, service);
    this.#scope = scope;
  }

  async all(): Promise<readonly Planned[]> {
    const { runtimes, rules } = this.#view;
    const claim = claimOf(this.#service, rules);
    const home = claim.stance === 'ensure' ? runtimes.find((one) => one.provider.name === claim.provider) : undefined;
    const planned: Planned[] = [];
    for (const runtime of runtimes) {
      // What an option leaves to another controller, with all that there is, is not looked at.
      if (runtime === home || claim.stance === 'ignore') continue;
      if (runtime.owned(this.#owner).length > 0) {
        planned.push(await this.#removal(runtime, this.#owner, home ? 'left-over' : this.#stance()));
      }
    }
    if (home) {
      const old: Planned[] = [];
      for (const owner of home.predecessors(this.#owner)) old.push(await this.#removal(home, owner, 'left-over'));
      planned.push(...old, await this.#wanted(home, new Set(old.flatMap(deleted))));
    }
    return planned.length > 0 ? planned : [this.#said(this.#stance())];
  }

  /** Why it is not for us. */
  #stance(): PlanStance {
    const { metadata, spec } = this.#service;
    if (metadata.deletionTimestamp !== undefined) return 'deleting';
    return spec.type === 'LoadBalancer' ? 'other-class' : 'none';
  }

  /** `gone`: keys of what is taken away before. */
  async #wanted(home: Runtime, gone: ReadonlySet<string>): Promise<Planned> {
    const reading = home.read(this.#service, this.#view.nodes);
    if (reading.elsewhere) {
      const isHeld = home.owned(this.#owner).length > 0;
      return isHeld ? this.#removal(home, this.#owner, 'elsewhere') : this.#said('elsewhere', home);
    }
    const { annotations, options } = reading.input;
    const { provider } = home;
    const kind = provider.annotations.kindOf(annotations, provider.defaultKind?.(options));
    const about = { ...this.#said('ours', home), ...(kind !== undefined && { loadBalancer: kind }) };
    if (!reading.valid) return { ...about, problems: reading.problems };
    return this.#tried(about, async () => {
      const facts = await home.gather([reading], this.#scope);
      const compiled = provider.compile([reading.input], facts);
      const problems = [...reading.problems, ...compiled.problems];
      const { graph } = compiled;
      if (!graph) return { ...about, problems };
      const seen = await home.engine.examine(this.#owner, graph, this.#scope, gone);
      const plan = foreseen(home, reading, facts, graph, seen);
      const isInForce = home.engine.isWholeMemoryOf(memoryOf(this.#service), this.#owner, graph);
      const notes = isInForce && changesAnything(plan) ? [DRIFTED] : [];
      return { ...about, problems, notes, plan };
    });
  }

  async #removal(runtime: Runtime, owner: Owner, stance: PlanStance): Promise<Planned> {
    const about = this.#said(stance, runtime, owner);
    return this.#tried(about, async () => {
      const plan = await runtime.engine.examine(owner, undefined, this.#scope);
      return { ...about, plan };
    });
  }

  async #tried(about: Planned, work: () => Promise<Planned>): Promise<Planned> {
    try {
      return await work();
    } catch (thrown) {
      this.#scope.signal.throwIfAborted();
      return { ...about, error: asFairleadError(thrown).message };
    }
  }

  #said(stance: PlanStance, runtime = this.#view.runtimes[0], { uid, namespace, name } = this.#owner): Planned {
    const provider = runtime?.provider.name ?? '';
    return { service: { namespace, name, uid }, provider, stance, problems: [], notes: [] };
  }
}

/** Keys of what a plan takes away. */
function deleted({ plan }: Planned): readonly string[] {
  const steps = plan?.steps.filter(({ action }) => action === 'delete') ?? [];
  return steps.map(({ kind, id }) => `${kind}/${id}`);
}

/** With what goes once nothing is left to be replaced. */
function foreseen({ provider, engine }: Runtime, { input }: Reading, facts: object, graph: Graph, seen: Plan): Plan {
  const next = nextGraph(provider, input, facts, graph);
  if (!next) return seen;
  const kinds: readonly KindInfo[] = provider.kinds;
  return withCalls(withLate(seen, kinds, graph, next, engine.inventory), kinds, engine.inventory);
}

const DRIFTED = 'The Service is as it was when it was last applied: what differs was changed in the cloud.';

function changesAnything({ steps }: Plan): boolean {
  return steps.some(({ action }) => action !== 'keep' && action !== 'wait');
}
