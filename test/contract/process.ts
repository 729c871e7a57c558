// One process of the controller as the engine and the provider see it: a connection, an engine, and around it no more
// than the contract asks of a host. It dies when its trap says so, and nothing of it is heard of again.
import { type Converge, type Converged, Engine, type Memory } from '../../src/engine/engine.ts';
import { asFairleadError, FairleadError } from '../../src/engine/errors.ts';
import type { Graph } from '../../src/engine/graph.ts';
import type { AnyKind, Scope } from '../../src/engine/kind.ts';
import type { Owner } from '../../src/engine/owner.ts';
import type { KindInfo, Step } from '../../src/engine/plan.ts';
import type { Policy } from '../../src/engine/policy.ts';
import { nextGraph } from '../../src/preview/preview.ts';
import { Gate, type GateOptions } from '../../src/provider/gate.ts';
import type { Input } from '../../src/provider/provider.ts';
import type { Fate, Harness, Sample, SeenCall, World } from './harness.ts';
import type { Time } from './time.ts';

export const CLUSTER = { name: 'prod', uid: '4a6f2c1e-9d37-4c55-8a10-0c1d2e3f4a5b' };

export function ownerOf(number: 1 | 2): Owner {
  const uid = `${String(number).repeat(8)}-5b1c-4f0e-9a7d-6e5f4d3c2b1a`;
  return { cluster: CLUSTER.uid, uid, namespace: 'shop', name: `web-${number}` };
}

/** What outlives a process: the status of the Services, where the last complete apply is remembered. */
export type Statuses = Map<string, Memory>;

export type Fates = (call: SeenCall, number: number) => Fate;

export type Outcome =
  | { readonly end: 'done'; readonly converged: Converged }
  | { readonly end: 'waiting'; readonly afterMs: number; readonly retiring: boolean }
  | { readonly end: 'failed'; readonly error: FairleadError }
  | { readonly end: 'died' };

const ROUNDS = 300;

export interface ProcessOptions {
  readonly harness: Harness;
  readonly world: World;
  readonly time: Time;
  readonly statuses: Statuses;
  readonly policy?: Policy;
  readonly gate?: GateOptions;
}

export class Process {
  /** Every call so far. */
  readonly calls: SeenCall[] = [];
  /** Every step that was done. */
  readonly done: Step[] = [];
  /** Decides about each call from now on; `number` counts from 1 since `expect` was called. */
  #fates: Fates = () => 'answered';
  #counted = 0;
  dead = false;
  readonly #died = Promise.withResolvers<{ readonly end: 'died' }>();
  readonly engine: Engine<object>;
  readonly #cloud: object;
  readonly #options: ProcessOptions;
  readonly #scope: Scope = { signal: new AbortController().signal, lane: 'change' };

  private constructor(options: ProcessOptions, cloud: object) {
    this.#options = options;
    this.#cloud = cloud;
    const { provider } = options.harness;
    this.engine = new Engine({
      kinds: provider.kinds,
      cloud,
      onStep: (_, step) => this.done.push(step),
      ...(options.policy && { policy: options.policy }),
    });
  }

  static async start(options: ProcessOptions): Promise<Process> {
    const gate = new Gate(options.gate);
    const ask: { now: (call: SeenCall) => Fate } = { now: () => 'answered' };
    const host = { cluster: CLUSTER, gate, nodes: () => options.harness.base.nodes };
    const connecting = options.world.connect(host, (call) => ask.now(call));
    // Connecting may load modules, which takes real time and none of the cloud's.
    const process = new Process(options, await connecting);
    ask.now = (call) => process.#fate(call);
    return process;
  }

  get kinds(): readonly KindInfo[] {
    return this.#options.harness.provider.kinds as readonly AnyKind<object>[] as readonly KindInfo[];
  }

  /** From here on calls are counted, and have these fates. */
  expect(fates: Fates = () => 'answered'): void {
    this.#counted = 0;
    this.#fates = fates;
    this.calls.length = 0;
  }

  /** Takes the complete lists. */
  async sync(): Promise<void> {
    await this.#options.time.until(this.engine.sync(this.#scope));
  }

  /** What should exist for the sample. Throws if it cannot be compiled. */
  async compile(owner: Owner, sample: Sample): Promise<Graph> {
    return (await this.foresee(owner, sample)).graph;
  }

  /** The same; `next`, where it replaces something: what should exist once that is gone. */
  async foresee(owner: Owner, sample: Sample): Promise<{ readonly graph: Graph; readonly next: Graph | undefined }> {
    const { provider, options } = this.#options.harness;
    const appliesTo = (values: object) => provider.annotations.kindOf(values, provider.defaultKind?.(options));
    const reading = provider.annotations.parse(sample.annotations, { appliesTo });
    const input: Input<object, object> = {
      cluster: CLUSTER,
      request: { ...REQUEST, owner, ...sample.request },
      annotations: reading.values,
      given: sample.annotations,
      options,
      nodes: sample.nodes,
    };
    const facts = await this.#options.time.until(provider.gather([input], this.#cloud, this.#scope));
    const { graph, problems } = provider.compile([input], facts);
    const all = [...reading.problems, ...problems];
    if (!graph || !reading.valid) throw new Error(`not compiled: ${all.map((one) => one.message).join(' ')}`);
    return { graph, next: nextGraph(provider, input, facts, graph) };
  }

  /** One reconcile: compile and converge, once. `sample` undefined: the Service is being deleted. */
  async attempt(owner: Owner, sample: Sample | undefined, more: Partial<Converge> = {}): Promise<Outcome> {
    const { statuses, time } = this.#options;
    const work = async (): Promise<Outcome> => {
      // As the controller does it: everything is listed before anything is compiled.
      await this.engine.sync(this.#scope);
      const graph = sample && (await this.compile(owner, sample));
      const converged = await this.engine.converge(
        {
          owner,
          graph,
          remembered: statuses.get(owner.uid),
          beforeFirstWrite: async (structural) => this.#forget(owner, structural),
          ...more,
        },
        this.#scope,
      );
      if (converged.waiting) {
        if (converged.memory && !this.dead) statuses.set(owner.uid, converged.memory);
        const { retryAfterMs } = converged.waiting;
        return { end: 'waiting', afterMs: retryAfterMs, retiring: converged.retiring === true };
      }
      if (this.dead) return { end: 'died' };
      const held = graph?.blocked?.map(({ why }) => why).join(' ');
      if (held !== undefined) return { end: 'failed', error: new FairleadError('replacement-blocked', held) };
      // What was replaced is gone, and with it a part of the graph: the host looks again.
      if (graph?.replaces) return { end: 'waiting', afterMs: 0, retiring: false };
      if (converged.memory) statuses.set(owner.uid, converged.memory);
      else if (!sample) statuses.delete(owner.uid);
      return { end: 'done', converged };
    };
    const attempted = work().catch((thrown: unknown): Outcome => ({ end: 'failed', error: asFairleadError(thrown) }));
    return time.until(Promise.race([attempted, this.#died.promise]));
  }

  /** Reconciles until it is done or the process has died. Waiting and transient failures are waited out. */
  async settle(owner: Owner, sample: Sample | undefined, more: Partial<Converge> = {}): Promise<Converged | undefined> {
    for (let round = 0; round < ROUNDS; round++) {
      const outcome = await this.attempt(owner, sample, more);
      if (outcome.end === 'done') return outcome.converged;
      if (outcome.end === 'died') return undefined;
      if (outcome.end === 'failed' && outcome.error.family !== 'transient') throw outcome.error;
      const pauseMs = outcome.end === 'waiting' ? outcome.afterMs : (outcome.error.retryAfterMs ?? 1000);
      await this.#options.time.sleep(pauseMs);
    }
    throw new Error(`nothing was settled in ${ROUNDS} rounds`);
  }

  /** What the host does before the first write: the status stops saying what is about to stop being true. */
  #forget(owner: Owner, structural: boolean): void {
    const { statuses } = this.#options;
    const memory = statuses.get(owner.uid);
    if (structural || !memory) statuses.delete(owner.uid);
    else statuses.set(owner.uid, { graph: memory.graph });
  }

  #fate(call: SeenCall): Fate {
    if (this.dead) return 'dies-before';
    this.calls.push(call);
    this.#counted += 1;
    const fate = this.#fates(call, this.#counted);
    if (fate === 'dies-before' || fate === 'dies-after') {
      this.dead = true;
      // A call that takes effect does so before the end is told.
      setImmediate(() => this.#died.resolve({ end: 'died' }));
    }
    return fate;
  }
}

const REQUEST: Omit<Input<object, object>['request'], 'owner'> = {
  ports: [],
  families: ['IPv4'],
  familyPolicy: 'SingleStack',
  sourceRanges: [],
  externalTrafficPolicy: 'Cluster',
  healthCheckNodePort: 0,
  allocateNodePorts: true,
  loadBalancerIP: '',
  sessionAffinity: 'None',
};
