// One provider at work: its connection, its engine, and how a Service becomes a graph of it.
import { type Converge, type Converged, Engine, type Memory } from '../engine/engine.ts';
import { FairleadError } from '../engine/errors.ts';
import type { Graph } from '../engine/graph.ts';
import { type Entry, listed } from '../engine/inventory.ts';
import type { RetryAfter, Scope } from '../engine/kind.ts';
import type { Owner } from '../engine/owner.ts';
import type { Step } from '../engine/plan.ts';
import type { Policy } from '../engine/policy.ts';
import type { Service } from '../kube/types.ts';
import type { AnyProvider, Compiled, Host, Input, Outputs } from '../provider/provider.ts';
import type { EligibleNode, Ingress } from '../provider/request.ts';
import type { Problem } from '../schema/problem.ts';
import { requestOf } from './request.ts';
import { inStage } from './work.ts';

export interface RuntimeOptions {
  readonly provider: AnyProvider;
  readonly options: object;
  readonly host: Host;
  readonly policy: Policy;
  readonly onStep?: (owner: Owner, step: Step) => void;
}

/** A Service as its provider sees it. */
export interface Reading {
  readonly input: Input<object, object>;
  readonly problems: readonly Problem[];
  /** False: at least one annotation is wrong; `input` must not be compiled. */
  readonly valid: boolean;
  readonly elsewhere: boolean;
}

/** A Service at the beginning of a term, with what its status remembers. */
export interface Known {
  readonly reading: Reading;
  readonly memory: Memory | undefined;
}

export class Runtime {
  readonly provider: AnyProvider;
  readonly #options: RuntimeOptions;
  #connection: { readonly cloud: object; readonly engine: Engine<object> } | undefined;

  constructor(options: RuntimeOptions) {
    this.provider = options.provider;
    this.#options = options;
  }

  /** Connects, once; throws FairleadError and may be called again. */
  async connect(signal: AbortSignal): Promise<void> {
    if (this.#connection) return;
    const { provider, options, host, policy, onStep } = this.#options;
    const cloud = await provider.connect(options, host, signal);
    const engine = new Engine<object>({ kinds: provider.kinds, cloud, policy, ...(onStep && { onStep }) });
    this.#connection = { cloud, engine };
  }

  get engine(): Engine<object> {
    return this.#connected().engine;
  }

  /** Parses the annotations. Pure. */
  read(service: Service, nodes: readonly EligibleNode[]): Reading {
    const { provider, options, host } = this.#options;
    const given = service.metadata.annotations ?? {};
    const appliesTo = (values: object) => provider.annotations.kindOf(values, provider.defaultKind?.(options));
    const parsed = provider.annotations.parse(given, { appliesTo });
    const input = {
      cluster: host.cluster,
      request: requestOf(service, host.cluster.uid),
      annotations: parsed.values,
      given,
      options,
      nodes,
    };
    const elsewhere = provider.annotations.isElsewhere(parsed.values);
    return { input, problems: parsed.problems, valid: parsed.valid, elsewhere };
  }

  /** Reads what the cloud has to tell and compiles. Problems of the annotations come first. */
  async compile(reading: Reading, scope: Scope): Promise<Compiled> {
    const facts = await inStage('gather', () => this.gather([reading], scope));
    const compiled = await inStage('compile', () => this.provider.compile([reading.input], facts));
    return { ...compiled, problems: [...reading.problems, ...compiled.problems] };
  }

  /** What the cloud tells of these Services. Reads only. */
  async gather(readings: readonly Reading[], scope: Scope): Promise<object> {
    const inputs = readings.map(({ input }) => input);
    return this.provider.gather(inputs, this.#connected().cloud, scope);
  }

  /** `Engine.converge`, as a stage of the reconcile. */
  converge(request: Converge, scope: Scope): Promise<Converged> {
    return inStage('apply', () => this.engine.converge(request, scope));
  }

  /** For a Service that cannot be compiled: its targets, from what exists for it. undefined: nothing does. */
  async retarget(reading: Reading, scope: Scope): Promise<Graph | undefined> {
    const existing = this.owned(reading.input.request.owner);
    if (!this.provider.retarget || existing.length === 0) return undefined;
    const facts = await inStage('gather', () => this.gather([reading], scope));
    return this.provider.retarget(
      reading.input,
      facts,
      existing.map((entry) => ({ ...listed(entry), kind: entry.kind })),
    );
  }

  /**
   * Lists the cloud, and tells the engine of every live Service's parts in shared objects. Before this has succeeded no
   * plan may be made.
   */
  async prime(known: readonly Known[], scope: Scope): Promise<void> {
    const { engine, cloud } = this.#connected();
    await engine.sync(scope);
    const ours = known.filter(({ reading }) => !reading.elsewhere);
    const inputs = ours.filter(({ reading }) => reading.valid).map(({ reading }) => reading.input);
    const facts = inputs.length > 0 ? await this.provider.gather(inputs, cloud, scope) : {};
    // What a Service has in shared objects stays as it is while it cannot be compiled.
    const unknown: Graph = {
      resources: [],
      holds: this.provider.kinds.flatMap(({ name, merge }) => (merge ? name : [])),
    };
    for (const { reading, memory } of ours) {
      const { owner } = reading.input.request;
      const graph = reading.valid ? this.provider.compile([reading.input], facts).graph : undefined;
      engine.prime(owner, graph ?? unknown, graph && engine.isMemoryOf(memory, owner, graph));
    }
  }

  /** What exists in the cloud for the owner. */
  owned(owner: Owner): readonly Entry[] {
    return this.#connection?.engine.inventory.ownedBy(owner) ?? [];
  }

  /** Every root object with a mark; children go with their parents, and shared ones with their last owner. */
  objects(): readonly Entry[] {
    const kinds = this.provider.kinds.filter((kind) => kind.parent === undefined && kind.merge === undefined);
    return kinds.flatMap((kind) => [...this.engine.inventory.entries(kind.name)]);
  }

  /** The owners of what is left of earlier Services of this name. */
  predecessors(owner: Owner): readonly Owner[] {
    const uids = new Set(this.engine.inventory.predecessorsOf(owner).flatMap(({ uid }) => uid ?? []));
    // A shortened UID and the whole of the same one are one owner: the longest names it.
    const all = [...uids].sort((a, b) => b.length - a.length);
    const plain = (uid: string) => uid.replaceAll('-', '');
    return all
      .filter((uid, index) => !all.slice(0, index).some((longer) => plain(longer).startsWith(plain(uid))))
      .map((uid) => ({ ...owner, uid }));
  }

  /** Whether the graph's load balancer takes traffic. */
  async serves(graph: Graph, scope: Scope): Promise<true | RetryAfter> {
    return (await this.provider.serves?.(graph, this.#connected().cloud, scope)) ?? true;
  }

  notes(graph: Graph, outputs: Outputs): Readonly<Record<string, string>> {
    return this.provider.notes?.(graph, outputs) ?? {};
  }

  ingress(graph: Graph, outputs: Outputs): readonly Ingress[] {
    return this.provider.ingress(graph, outputs);
  }

  #connected(): { readonly cloud: object; readonly engine: Engine<object> } {
    if (!this.#connection)
      throw new FairleadError('unavailable', `there is no connection to ${this.provider.name} yet`);
    return this.#connection;
  }
}
