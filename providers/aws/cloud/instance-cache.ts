// What EC2 says of the nodes' instances. Unknown ones are asked for together, whoever asks; answers are kept.
import type { Scope } from '../../../src/engine/kind.ts';
import type { Instance } from '../facts.ts';
import { allPages, type Calls, chunks } from './calls.ts';

/** EC2 takes this many values of filters in one call. */
const BATCH = 200;
/** A running instance can still get other security groups. */
const RUNNING_AGE_MS = 60 * 60_000;
/** One that is not there, or not running, may be so soon. */
const OTHER_AGE_MS = 60_000;

interface Entry {
  /** Undefined: EC2 does not know it. */
  readonly instance: Instance | undefined;
  readonly at: number;
}

export class InstanceCache {
  readonly #calls: Calls;
  readonly #entries = new Map<string, Entry>();
  /** Refused as targets since they were last looked at. */
  readonly #refused = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  #gathering: { readonly ids: Set<string>; readonly done: Promise<void> } | undefined;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Those of the instances that EC2 knows, by id. */
  async get(ids: Iterable<string>, scope: Scope): Promise<Readonly<Record<string, Instance>>> {
    const wanted = [...new Set(ids)];
    const stale = wanted.filter((id) => !this.#isFresh(id));
    if (stale.length > 0) await Promise.all(new Set(stale.map((id) => this.#ask(id, scope))));
    const found: Record<string, Instance> = {};
    for (const id of wanted) {
      const instance = this.#entries.get(id)?.instance;
      if (instance !== undefined) found[id] = instance;
    }
    return found;
  }

  /** AWS does not take the instance as a target: it is looked at again before the next use. */
  refuse(id: string): void {
    this.#refused.add(id);
    this.#entries.delete(id);
  }

  /** True if AWS refused it and it was not looked at since. */
  isRefused(id: string): boolean {
    return this.#refused.has(id) && !this.#entries.has(id);
  }

  #isFresh(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    const maxAgeMs = entry.instance?.state === 'running' ? RUNNING_AGE_MS : OTHER_AGE_MS;
    return performance.now() - entry.at < maxAgeMs;
  }

  /** The read that the id is part of: one under way, or the next, which takes all ids asked for in this moment. */
  #ask(id: string, scope: Scope): Promise<void> {
    const running = this.#running.get(id);
    if (running !== undefined) return running;
    this.#gathering ??= this.#gather(scope);
    this.#gathering.ids.add(id);
    this.#running.set(id, this.#gathering.done);
    return this.#gathering.done;
  }

  #gather(scope: Scope): { readonly ids: Set<string>; readonly done: Promise<void> } {
    const ids = new Set<string>();
    const done = Promise.resolve()
      .then(() => {
        this.#gathering = undefined;
        return Promise.all(chunks([...ids], BATCH).map((batch) => this.#describe(batch, scope)));
      })
      .then(() => undefined)
      .finally(() => {
        for (const id of ids) this.#running.delete(id);
      });
    return { ids, done };
  }

  async #describe(ids: readonly string[], scope: Scope): Promise<void> {
    const Filters = [{ Name: 'instance-id', Values: [...ids] }];
    const reservations = await allPages(
      (NextToken) => this.#calls.ec2('DescribeInstances', { Filters, NextToken }, scope),
      (page) => page.Reservations,
      (page) => page.NextToken,
    );
    const found = new Map(
      reservations.flatMap(({ Instances = [] }) => Instances).map((one) => [one.InstanceId ?? '', one]),
    );
    for (const id of ids) {
      const one = found.get(id);
      const state = one?.State?.Name ?? '';
      const refused = this.#refused.has(id) && state !== 'running';
      if (!refused) this.#refused.delete(id);
      const instance = one && {
        vpcId: one.VpcId ?? '',
        zone: one.Placement?.AvailabilityZone ?? '',
        state,
        refused,
        groups: (one.SecurityGroups ?? []).map(({ GroupId = '' }) => GroupId).sort(),
      };
      this.#entries.set(id, { instance, at: performance.now() });
    }
    this.#forgetOld();
  }

  /** What nobody asked for since it became stale belongs to a node that is gone. */
  #forgetOld(): void {
    const oldest = performance.now() - 2 * RUNNING_AGE_MS;
    for (const [id, { at }] of this.#entries) if (at < oldest) this.#entries.delete(id);
  }
}
