// The adapter's side of the wire: every call passes the gate, and what comes back is a copy. Kinds and gather use nothing
// else of the cloud.
import type { Scope } from '../../src/engine/kind.ts';
import type { ClusterIdentity, Host } from '../../src/provider/provider.ts';
import type { LoadBalancerSummary } from './api.ts';
import type { SimulatorCloud } from './cloud.ts';
import { explain } from './errors.ts';
import { stem } from './naming.ts';

export interface WireCall {
  readonly operation: string;
  readonly write: boolean;
}

/** Carries a call to the cloud and its answer back. Tests break it here. */
export type Wire = <T>(call: WireCall, effect: () => T) => Promise<T>;

const SOUND_WIRE: Wire = async (_, effect) => effect();

export class SimulatorConnection {
  readonly cluster: ClusterIdentity;
  readonly #cloud: SimulatorCloud;
  readonly #host: Host;
  readonly #wire: Wire;
  #tiers: readonly string[] | undefined;
  /** By name: the load balancers of this cluster as lists, reads and writes have last shown them. */
  #seen: Map<string, LoadBalancerSummary> | undefined;

  constructor(cloud: SimulatorCloud, host: Host, wire: Wire = SOUND_WIRE) {
    this.cluster = host.cluster;
    this.#cloud = cloud;
    this.#host = host;
    this.#wire = wire;
  }

  /** Equal reads in flight are one: `what` tells apart those of one operation. */
  read<T>(operation: string, what: string, scope: Scope, effect: (cloud: SimulatorCloud) => T): Promise<T> {
    return this.#call({ operation, write: false }, `${operation} ${what}`, scope, effect);
  }

  /** Sent once and never again: nobody knows whether a write without an answer arrived. */
  write<T>(operation: string, scope: Scope, effect: (cloud: SimulatorCloud) => T): Promise<T> {
    return this.#call({ operation, write: true }, undefined, scope, effect);
  }

  async listLoadBalancers(scope: Scope): Promise<readonly LoadBalancerSummary[]> {
    const all = await this.read('ListLoadBalancers', '', scope, (cloud) => cloud.listLoadBalancers());
    const ours = all.filter(({ name }) => name.startsWith(stem(this.cluster)));
    this.#seen = new Map(ours.map((one) => [one.name, one]));
    return ours;
  }

  /** What is known of the load balancers; asks the cloud only if nobody has yet. */
  async seenLoadBalancers(scope: Scope): Promise<readonly LoadBalancerSummary[]> {
    return this.#seen ? [...this.#seen.values()] : this.listLoadBalancers(scope);
  }

  saw(loadBalancer: LoadBalancerSummary): void {
    this.#seen?.set(loadBalancer.name, loadBalancer);
  }

  sawGone(name: string): void {
    this.#seen?.delete(name);
  }

  /** Asked for once: tiers do not come and go. */
  async tiers(scope: Scope): Promise<readonly string[]> {
    this.#tiers ??= await this.read('ListTiers', '', scope, (cloud) => cloud.listTiers());
    return this.#tiers;
  }

  #call<T>(
    call: WireCall,
    mergeKey: string | undefined,
    scope: Scope,
    effect: (cloud: SimulatorCloud) => T,
  ): Promise<T> {
    return this.#host.gate.call(
      { service: 'simulator', ...call, ...(mergeKey !== undefined && { mergeKey }) },
      scope,
      () => this.#wire(call, () => structuredClone(effect(this.#cloud))),
      (thrown) => explain(thrown, call.write),
    );
  }
}
