// Brings one stack at a time to its desired state. Knows neither Kubernetes nor a cloud.
import { applyStack } from './apply.ts';
import { withCalls } from './calls.ts';
import { examine, worldWithout } from './examine.ts';
import { EMPTY_GRAPH, type Graph, hashOf, type Resource, resolve } from './graph.ts';
import { type Entry, Inventory } from './inventory.ts';
import type { AnyKind, RetryAfter, Scope } from './kind.ts';
import { Locks } from './locks.ts';
import { Observer } from './observe.ts';
import type { Owner } from './owner.ts';
import { blockedSteps, isEmpty, type KindInfo, makePlan, outputsOf, type Plan, type Step } from './plan.ts';
import type { Policy } from './policy.ts';
import { Shares } from './shares.ts';

/** What a stack remembers of its last complete apply. Texts without meaning but for being equal or not. */
export interface Memory {
  /** Of everything but the kinds that follow nodes. */
  readonly graph: string;
  /** Of the kinds that follow nodes; absent while a change to them is under way. */
  readonly targets?: string;
}

export interface Converge {
  readonly owner: Owner;
  /** What should exist; undefined: nothing. */
  readonly graph: Graph | undefined;
  /** What the Service's own status remembers; used only if this process knows nothing better. */
  readonly remembered?: Memory | undefined;
  /** Plan only the kinds that follow nodes, and leave the rest as it is. */
  readonly onlyTargets?: boolean;
  /** Look at everything again, whatever is remembered: drift. */
  readonly verify?: boolean;
  /**
   * Called before the first write; and once more where that was of targets alone (`structural` is false) and more is to
   * change after all. If it throws, nothing is written from then on, and converge throws the same.
   */
  beforeFirstWrite(structural: boolean): Promise<void>;
  /**
   * Called when all that the graph wants is there and something that it replaces is too, with what the cloud answered:
   * true if that may go now, or what is still waited for. Default: true.
   */
  retire?(outputs: ReadonlyMap<string, object>): Promise<true | RetryAfter>;
}

export interface Converged {
  /** undefined: the cloud is still at work on something; come again after this. */
  readonly waiting: RetryAfter | undefined;
  /** True if all is as wanted and what is waited for is that what was replaced may go. */
  readonly retiring?: true;
  /** What is in force now: without targets while only those are waited for, undefined while more is. */
  readonly memory: Memory | undefined;
  /** What the cloud answered for each wanted resource that exists, by `Kind/id`. */
  readonly outputs: ReadonlyMap<string, object>;
  /** The steps that were done. */
  readonly done: readonly Step[];
  /** True if any of them was of a kind that does not merely follow nodes. */
  readonly structural: boolean;
}

export interface EngineOptions<Cloud extends object> {
  readonly kinds: readonly AnyKind<Cloud>[];
  readonly cloud: Cloud;
  readonly policy?: Policy;
  /** Called for each step when it was done. */
  readonly onStep?: (owner: Owner, step: Step) => void;
}

export class Engine<Cloud extends object> {
  readonly #options: EngineOptions<Cloud>;
  readonly #observer: Observer<Cloud>;
  readonly #shares = new Shares();
  readonly #locks = new Locks();
  /** By owner UID; an entry without memory says that this process knows the stack to be unfinished. */
  readonly #memories = new Map<string, Memory | undefined>();
  readonly inventory: Inventory;

  constructor(options: EngineOptions<Cloud>) {
    checkKinds(options.kinds);
    this.#options = options;
    this.inventory = new Inventory(options.kinds as readonly AnyKind<object>[]);
    this.#observer = new Observer(options.kinds, options.cloud, this.inventory);
  }

  /** Lists what exists. Nothing is planned before it has succeeded. */
  async sync(scope: Scope): Promise<void> {
    await this.#observer.list(scope);
  }

  /** Lists what exists again: what others made or took away is known from then on. Throws the first error. */
  async relist(scope: Scope): Promise<void> {
    await this.#observer.relist(scope);
  }

  /**
   * Tells the engine of a live stack's parts in shared objects before anything is planned, so that no other stack's
   * change takes away what this one needs. A graph that holds a shared kind says that its parts are not known now.
   * `settled`: the graph is known to be in force; else it is only what is wanted. What is to be replaced has parts of its
   * own, so a stack with such a thing is not settled.
   */
  prime(owner: Owner, graph: Graph, settled = true): void {
    for (const { name, merge } of this.#options.kinds) {
      if (!merge) continue;
      if (graph.holds.includes(name)) this.#shares.freeze(name, owner);
      else this.#shares.thaw(name, owner);
    }
    const phase = settled && this.#replaced(owner, graph).size === 0 ? {} : { phase: 'unsettled' as const };
    for (const resource of graph.resources) {
      if (!this.#kind(resource.kind)?.merge) continue;
      const { spec, missing } = this.#resolve(resource);
      // A part that cannot be named yet cannot be in force either: whatever else the owner has there stays.
      if (missing.length > 0) this.#shares.freeze(resource.kind, owner);
      else this.#shares.set(`${resource.kind}/${resource.id}`, { owner, spec, ...phase });
    }
  }

  /** Keys of what the owner has that the graph replaces. */
  #replaced(owner: Owner, graph: Graph): ReadonlySet<string> {
    const owned = new Set(this.inventory.ownedBy(owner).map((entry) => `${entry.kind}/${entry.id}`));
    return new Set(graph.replaces?.filter((key) => owned.has(key)));
  }

  #resolve(resource: Resource) {
    return resolve(resource.spec, outputsOf(this.inventory));
  }

  /** True if the memory is of this graph: all but what follows nodes is as it says. */
  isMemoryOf(memory: Memory | undefined, owner: Owner, graph: Graph): boolean {
    return memory?.graph === this.#hashes(owner, graph).graph;
  }

  /** True if the memory is of this graph with its targets: whatever differs from it now was changed by others. */
  isWholeMemoryOf(memory: Memory | undefined, owner: Owner, graph: Graph): boolean {
    return this.isMemoryOf(memory, owner, graph) && memory?.targets === this.#hashes(owner, graph).targets;
  }

  /** What would change, from what is known now. Calls nothing. */
  plan(owner: Owner, graph: Graph | undefined, trusts: (kind: KindInfo) => boolean = () => false): Plan {
    const plan = makePlan(this.#planInput(owner, graph ?? EMPTY_GRAPH, trusts));
    return { ...plan, steps: [...plan.steps, ...blockedSteps(graph ?? EMPTY_GRAPH)] };
  }

  /**
   * What would change, after a look at all that this needs: no memory is trusted, so what others changed shows. Reads only.
   * `gone` are keys of what another plan takes away before. Throws FairleadError.
   */
  async examine(
    owner: Owner,
    graph: Graph | undefined,
    scope: Scope,
    gone: ReadonlySet<string> = new Set(),
  ): Promise<Plan> {
    const kinds = this.#options.kinds as readonly KindInfo[];
    const world = worldWithout(this.inventory, kinds, gone);
    const input = { ...this.#planInput(owner, graph ?? EMPTY_GRAPH, () => false), world };
    const plan = await examine({ owner, observer: this.#observer, plan: () => makePlan(input), scope });
    const steps = [...plan.steps, ...blockedSteps(graph ?? EMPTY_GRAPH)];
    return withCalls({ ...plan, steps }, kinds, world);
  }

  /** Reads and writes until the stack is as wanted, or has to wait. Throws FairleadError. */
  async converge(request: Converge, scope: Scope): Promise<Converged> {
    const { owner } = request;
    const graph = request.graph ?? EMPTY_GRAPH;
    const wanted = this.#hashes(owner, graph);
    for (const name of graph.holds) if (this.#kind(name)?.merge) this.#shares.freeze(name, owner);
    await this.sync(scope);
    const churns = (kind: KindInfo) => kind.churns === true;
    const includes = request.onlyTargets ? churns : () => true;
    if (request.verify) this.#doubtAll(owner, graph, includes);
    const known =
      request.verify && !request.onlyTargets
        ? undefined
        : this.#memories.has(owner.uid)
          ? this.#memories.get(owner.uid)
          : request.remembered;
    const trusts = (kind: KindInfo) => {
      if (request.onlyTargets) return false;
      return churns(kind) ? known?.targets === wanted.targets : known?.graph === wanted.graph;
    };
    const first = makePlan({ ...this.#planInput(owner, graph, trusts), includes });
    if (isEmpty(first) && this.#hasShares(owner, graph)) return this.#finished(request, graph, wanted, known, []);

    // Trust in a structure that turns out to lack something is no trust: then everything is looked at.
    const lacks = (step: Step) => step.action !== 'keep' && !step.removal && !this.#kind(step.kind)?.churns;
    const broken = first.steps.some(lacks);
    const applied = await applyStack({
      ...request,
      // From here on the stack is unfinished; a change of targets alone leaves the rest of it in force.
      beforeFirstWrite: async (structural) => {
        await request.beforeFirstWrite(structural);
        this.#memories.set(owner.uid, structural || !known ? undefined : { graph: known.graph });
      },
      kinds: this.#options.kinds,
      cloud: this.#options.cloud,
      inventory: this.inventory,
      observer: this.#observer,
      shares: this.#shares,
      locks: this.#locks,
      policy: this.#options.policy ?? 'sync',
      onStep: this.#options.onStep,
      replaces: this.#replaced(owner, graph),
      retire: async () => (await request.retire?.(this.#outputs(graph))) ?? true,
      plan: () =>
        makePlan({ ...this.#planInput(owner, graph, (kind) => trusts(kind) && !(broken && !churns(kind))), includes }),
      scope,
    });
    if (!applied.waiting) return this.#finished(request, graph, wanted, known, applied.done);
    const { retryAfterMs, why, stage } = applied.waiting;
    const rest = request.onlyTargets || !request.graph ? undefined : inForce(stage, wanted);
    if (rest) {
      this.#settleShares(owner, graph);
      this.#memories.set(owner.uid, rest);
    }
    return {
      waiting: { retryAfterMs, why },
      ...(stage === 'retiring' && { retiring: true as const }),
      memory: rest,
      outputs: this.#outputs(graph),
      ...this.#summary(applied.done),
    };
  }

  #finished(
    request: Converge,
    graph: Graph,
    wanted: Required<Memory>,
    known: Memory | undefined,
    done: readonly Step[],
  ): Converged {
    const { owner } = request;
    const outputs = this.#outputs(graph);
    // After targets alone, the rest is remembered as it was.
    const all = request.onlyTargets ? known && { ...known, targets: wanted.targets } : wanted;
    const memory = request.graph ? all : undefined;
    if (!request.onlyTargets) this.#settleShares(owner, graph);
    if (memory) this.#memories.set(owner.uid, memory);
    else if (!request.graph) this.#memories.delete(owner.uid);
    return { waiting: undefined, memory, outputs, ...this.#summary(done) };
  }

  #summary(done: readonly Step[]): Pick<Converged, 'done' | 'structural'> {
    return { done, structural: done.some((step) => !this.#kind(step.kind)?.churns) };
  }

  /** performance.now() of the stack's least recently verified object; undefined: nothing is there to verify. */
  verifiedAt(owner: Owner): number | undefined {
    const times = this.inventory.ownedBy(owner).map((entry) => entry.verifiedAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** What others have put into the owner's objects, as far as it was seen: it is left as it is. */
  foreignIn(owner: Owner): readonly Entry[] {
    const owned = new Set(this.inventory.ownedBy(owner).map((entry) => `${entry.kind}/${entry.id}`));
    return this.#options.kinds.flatMap((kind) => {
      if (kind.parent === undefined) return [];
      const all = [...this.inventory.entries(kind.name)];
      return all.filter(({ id, marks }) => marks.length === 0 && owned.has(`${kind.parent}/${kind.parentId(id)}`));
    });
  }

  #hashes(owner: Owner, graph: Graph): Required<Memory> {
    const churns = (kind: string) => this.#kind(kind)?.churns === true;
    return {
      graph: hashOf(owner.uid, graph, (kind) => !churns(kind)),
      targets: hashOf(owner.uid, graph, churns),
    };
  }

  #planInput(owner: Owner, graph: Graph, trusts: (kind: KindInfo) => boolean) {
    return {
      kinds: this.#options.kinds as readonly KindInfo[],
      owner,
      graph,
      world: this.inventory,
      shares: (key: string, own: object | 'frozen' | undefined, phase?: 'growing') =>
        this.#shares.of(key, owner, own, phase),
      sharedKeys: this.#shares.keysOf(owner),
      trusts,
    };
  }

  #kind(name: string): AnyKind<Cloud> | undefined {
    return this.#options.kinds.find((kind) => kind.name === name);
  }

  /** True if every part of the stack in a shared object is known to be in force. */
  #hasShares(owner: Owner, graph: Graph): boolean {
    const shared = graph.resources.filter((resource) => this.#kind(resource.kind)?.merge);
    return shared.every((one) => this.#shares.has(`${one.kind}/${one.id}`, owner, this.#resolve(one).spec));
  }

  /** The stack's parts in shared objects are in force now. */
  #settleShares(owner: Owner, graph: Graph): void {
    const wanted = new Set(graph.resources.map((resource) => `${resource.kind}/${resource.id}`));
    const held = new Set(graph.holds);
    for (const key of this.#shares.keysOf(owner)) {
      if (!wanted.has(key) && !held.has(key.slice(0, key.indexOf('/')))) this.#shares.drop(key, owner);
    }
    this.prime(owner, graph);
  }

  #doubtAll(owner: Owner, graph: Graph, includes: (kind: KindInfo) => boolean): void {
    for (const { kind, id } of [...graph.resources, ...this.inventory.ownedBy(owner)]) {
      if (includes(this.#kind(kind) ?? { name: kind })) this.inventory.doubt(kind, id);
    }
  }

  #outputs(graph: Graph): ReadonlyMap<string, object> {
    const outputs = new Map<string, object>();
    for (const { kind, id } of graph.resources) {
      const entry: Entry | undefined = this.inventory.get(kind, id);
      if (entry) outputs.set(`${kind}/${id}`, entry.out);
    }
    return outputs;
  }
}

/** What is as wanted while something is waited for. */
function inForce(stage: 'building' | 'targets' | 'retiring', wanted: Required<Memory>): Memory | undefined {
  if (stage === 'building') return undefined;
  return stage === 'retiring' ? wanted : { graph: wanted.graph };
}

/** Start-up check of a provider's kinds. */
function checkKinds(kinds: readonly AnyKind<never>[]): void {
  const seen = new Set<string>();
  for (const kind of kinds) {
    if (seen.has(kind.name)) throw new Error(`kind ${kind.name} is declared twice`);
    if (kind.parent !== undefined && !seen.has(kind.parent)) {
      throw new Error(`kind ${kind.name} stands before its parent ${kind.parent}`);
    }
    seen.add(kind.name);
  }
}
