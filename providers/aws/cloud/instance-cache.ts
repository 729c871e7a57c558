// What EC2 says of the nodes' instances. Unknown ones are asked for together, whoever asks; answers are kept. For a while
// more is expected of an instance that cannot be a target yet: EC2 does not show it, it is not running, AWS refused it.
import type { Scope } from '../../../src/engine/kind.ts';
import type { Instance } from '../facts.ts';
import { allPages, type Calls, chunks } from './calls.ts';

/** EC2 takes this many values of filters in one call. */
const BATCH = 200;
/** A running instance can still get other security groups. */
const RUNNING_AGE_MS = 60 * 60_000;
const OTHER_AGE_MS = 60_000;
/** The first look at one that is in trouble; the longer that lasts, the later the next. */
const RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;
/** For how long more is expected of it. */
const PATIENCE_MS = 2 * 60_000;

const GOING: ReadonlySet<string> = new Set(['shutting-down', 'terminated']);

interface Entry {
  /** Undefined: EC2 does not know it. */
  readonly instance: Instance | undefined;
  readonly at: number;
}

/** Why an instance is no target, and since when. */
interface Trouble {
  readonly since: number;
  /** AWS refused it as a target. */
  readonly refused: boolean;
}

export class InstanceCache {
  readonly #calls: Calls;
  readonly #entries = new Map<string, Entry>();
  readonly #troubles = new Map<string, Trouble>();
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

  /** True if it cannot be a target at the moment and may well be one soon. */
  isExpected(id: string): boolean {
    if (this.#retryMs(id) === undefined) return false;
    const instance = this.#entries.get(id)?.instance;
    return instance === undefined || instance.state === 'pending' || instance.refused;
  }

  /** When to look again for those of which more is expected. */
  retryAfterMs(ids: readonly string[]): number {
    return Math.min(LONGEST_RETRY_MS, ...ids.flatMap((id) => this.#retryMs(id) ?? []));
  }

  /** AWS does not take the instance as a target: it is looked at again before the next try. */
  refuse(id: string): void {
    const since = this.#troubles.get(id)?.since ?? performance.now();
    this.#troubles.set(id, { since, refused: true });
    this.#entries.delete(id);
  }

  /** AWS took it. */
  accept(id: string): void {
    this.#troubles.delete(id);
  }

  /** True if AWS refused it and it was not looked at since. */
  isRefused(id: string): boolean {
    return this.#troubles.get(id)?.refused === true && !this.#entries.has(id);
  }

  #isFresh(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    const running = entry.instance?.state === 'running' && !entry.instance.refused;
    // A little less than the wait, so that each look is a new one.
    const maxAgeMs = running ? RUNNING_AGE_MS : (this.#retryMs(id) ?? OTHER_AGE_MS) * 0.8;
    return performance.now() - entry.at < maxAgeMs;
  }

  #retryMs(id: string): number | undefined {
    const trouble = this.#troubles.get(id);
    const ageMs = performance.now() - (trouble?.since ?? Number.NEGATIVE_INFINITY);
    if (ageMs >= PATIENCE_MS) return undefined;
    return Math.max(RETRY_MS, Math.min(ageMs, LONGEST_RETRY_MS));
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
      const refused = this.#judge(id, state);
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

  /** Notes what keeps the instance from being a target. Answers whether a refusal still stands. */
  #judge(id: string, state: string): boolean {
    const now = performance.now();
    const trouble = this.#troubles.get(id);
    const before = this.#entries.get(id)?.instance?.state;
    if (state === '' || state === 'pending') this.#troubles.set(id, trouble ?? { since: now, refused: false });
    else if (GOING.has(state) || trouble?.refused !== true) this.#troubles.delete(id);
    if (trouble?.refused !== true || GOING.has(state)) return false;
    if (state !== 'running') return true;
    // Whoever runs again, or was refused long ago, is tried anew.
    const anew = (before !== undefined && before !== 'running') || now - trouble.since >= RUNNING_AGE_MS;
    if (anew) this.#troubles.set(id, { since: now, refused: true });
    return !anew && now - trouble.since >= PATIENCE_MS;
  }

  /** What nobody asked for since it became stale belongs to a node that is gone. */
  #forgetOld(): void {
    const oldest = performance.now() - 2 * RUNNING_AGE_MS;
    for (const [id, { at }] of this.#entries) {
      if (at >= oldest) continue;
      this.#entries.delete(id);
      this.#troubles.delete(id);
    }
  }
}
