// A strict, deterministic, in-memory AWS below real SDK clients: Network and Classic Load Balancers and the EC2 around them.
// No network, no randomness, and no clock but Date.now() and setTimeout, which tests put fake timers under.

import type { Call, Fault, Intercept } from './call.ts';
import { type Desk, deliver } from './delivery.ts';
import { ec2 } from './ec2/service.ts';
import { type InstanceHealth, instanceHealth } from './elb/instance-health.ts';
import { elb } from './elb/service.ts';
import { elbv2 } from './elbv2/service.ts';
import { type TargetState, targetStates } from './elbv2/target-health.ts';
import { type Clients, stubClients } from './sdk-stub.ts';
import { Seed } from './seed.ts';
import type { Service } from './service.ts';
import { Session } from './session.ts';
import type { Consistency, Limits, PageSizes, Timings } from './settings.ts';
import { type AwsState, stateOf } from './state.ts';
import { type Partition, type Place, World } from './world.ts';

/** A change of the state: what it is now, and the call that made it (none: the test did). */
export interface Step {
  readonly state: AwsState;
  readonly call: Call | undefined;
}

const SERVICES: Readonly<Record<keyof Clients, Service>> = { ec2, elb, elbv2 };

export class StrictAws {
  /** What the test itself creates and does: networks, instances, certificates. */
  readonly seed: Seed;
  /** Live views of everything that exists. Time alone changes what rows mean, not the rows: see `health`. */
  readonly state: AwsState;
  /** Asked for every call when it is sent; its answer is the fault that happens to the call. */
  intercept: Intercept | undefined;
  /** Asked before a call takes effect: throws the Problem that IAM answers, or a Misuse where no test should be denied. */
  authorize: ((call: Call) => void) | undefined;
  readonly #world: World;
  readonly #calls: Call[] = [];
  readonly #listeners = new Set<(step: Step) => void>();
  readonly #problems: Error[] = [];
  readonly #desk: Desk;
  #sessions = 0;

  constructor(place: { readonly region: string; readonly accountId: string; readonly partition?: Partition }) {
    this.#world = new World({ partition: 'aws', ...place });
    this.state = stateOf(this.#world);
    this.seed = new Seed(
      this.#world,
      (work) => this.#change(work, undefined),
      () => this.#calls.length > 0,
    );
    this.#desk = {
      world: this.#world,
      calls: this.#calls,
      fault: (call) => this.#fault(call),
      authorize: (call) => this.authorize?.(call),
      change: (work, call) => this.#change(work, call),
      report: (error) => this.#problems.push(error),
    };
  }

  /** Region, account and partition. */
  get place(): Place {
    return this.#world.place;
  }

  /** Quotas, durations, read lag and page sizes; all can be changed at any time. */
  get limits(): Limits {
    return this.#world.settings.limits;
  }

  get timings(): Timings {
    return this.#world.settings.timings;
  }

  get consistencyMs(): Consistency {
    return this.#world.settings.consistencyMs;
  }

  get pageSizes(): PageSizes {
    return this.#world.settings.pageSizes;
  }

  /** Every call so far, in the order in which they were sent. */
  get calls(): readonly Call[] {
    return this.#calls;
  }

  /** Misuses, failures of step listeners and of `intercept`, and bugs of the fake, which the code under test may have swallowed. */
  get problems(): readonly Error[] {
    return this.#problems;
  }

  /** Throws when there are any `problems`. Every test ends with it. */
  assertSound(): void {
    if (this.#problems.length > 0) {
      const lines = this.#problems.map(({ message }) => `- ${message}`).join('\n');
      throw new AggregateError(this.#problems, `this AWS was misused:\n${lines}`);
    }
  }

  /** Serves the given client objects, as one session: one run of a controller, or somebody else's hand. */
  attach(clients: Clients): Session {
    this.#sessions += 1;
    const session = new Session(this.#sessions);
    stubClients(clients, (service, outgoing) =>
      deliver(this.#desk, { ...outgoing, session, service: SERVICES[service] }),
    );
    return session;
  }

  /** Calls `listener` after every change of the state, before anybody is answered. Returns how to stop it. */
  onStep(listener: (step: Step) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The targets of a group and their health at this instant; empty for a group that does not exist. */
  health(targetGroupArn: string): readonly TargetState[] {
    const group = this.#world.elbv2.targetGroups.get(targetGroupArn);
    return group === undefined ? [] : targetStates(this.#world, group, Date.now());
  }

  /** The instances of a Classic Load Balancer and their health at this instant; empty for one that does not exist. */
  classicHealth(name: string): readonly InstanceHealth[] {
    const row = this.#world.elb.loadBalancers.get(name);
    return row === undefined ? [] : instanceHealth(this.#world, row, Date.now());
  }

  #change<T>(work: () => T, call: Call | undefined): T {
    return this.#world.change(work, () => {
      for (const listener of this.#listeners) this.#tell(listener, call);
    });
  }

  #fault(call: Call): Fault | undefined {
    try {
      return this.intercept?.(call);
    } catch (thrown) {
      this.#problems.push(asError(thrown));
      throw thrown;
    }
  }

  #tell(listener: (step: Step) => void, call: Call | undefined): void {
    try {
      listener({ state: this.state, call });
    } catch (thrown) {
      this.#problems.push(asError(thrown));
    }
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
