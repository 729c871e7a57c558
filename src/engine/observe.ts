// Fills the inventory: complete shallow lists once, deep reads of what a plan needs to know.
import { asFairleadError, FairleadError } from './errors.ts';
import { type Inventory, listed } from './inventory.ts';
import type { AnyKind, Observed, Reading, Scope, Wanted } from './kind.ts';
import type { Owner } from './owner.ts';
import type { Step } from './plan.ts';

export class Observer<Cloud extends object> {
  readonly #kinds: readonly AnyKind<Cloud>[];
  readonly #cloud: Cloud;
  readonly #inventory: Inventory;
  readonly #lists = new Map<string, Promise<void>>();

  constructor(kinds: readonly AnyKind<Cloud>[], cloud: Cloud, inventory: Inventory) {
    this.#kinds = kinds;
    this.#cloud = cloud;
    this.#inventory = inventory;
  }

  /** Lists every root kind that was not listed yet. Fails as a whole with the first error; what was listed stays so. */
  async list(scope: Scope): Promise<void> {
    const missing = this.#kinds.filter((kind) => kind.parent === undefined && !this.#inventory.isListed(kind.name));
    await Promise.all(missing.map((kind) => this.#listOnce(kind, scope)));
  }

  #listOnce(kind: AnyKind<Cloud>, scope: Scope): Promise<void> {
    const running = this.#lists.get(kind.name);
    if (running) return running;
    const started = this.#listNow(kind, scope).finally(() => this.#lists.delete(kind.name));
    this.#lists.set(kind.name, started);
    return started;
  }

  async #listNow(kind: AnyKind<Cloud>, scope: Scope): Promise<void> {
    if (kind.parent !== undefined) return;
    this.#inventory.putList(kind.name, await kind.list(this.#cloud, scope));
  }

  /**
   * Lists every root kind again, to learn of what other hands or lost answers made or took away. What fails is as if it
   * had not been tried; the first error is thrown when all are done.
   */
  async relist(scope: Scope): Promise<void> {
    const known = this.#kinds.filter((kind) => kind.parent === undefined && this.#inventory.isListed(kind.name));
    const answers = await Promise.allSettled(known.map((kind) => this.#relistNow(kind, scope)));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #relistNow(kind: AnyKind<Cloud>, scope: Scope): Promise<void> {
    if (kind.parent !== undefined) return;
    const startedAt = performance.now();
    this.#inventory.refreshList(kind.name, await kind.list(this.#cloud, scope), startedAt);
  }

  /** Reads what the steps name. Throws the error of the first object that stays unknown. */
  async read(steps: readonly Step[], owner: Owner, scope: Scope): Promise<void> {
    const wanted = new Map(this.#kinds.map((kind) => [kind.name, new Set<string>()]));
    const families = new Map(this.#kinds.map((kind) => [kind.name, new Set<string>()]));
    for (const step of steps) {
      if (step.parentId === undefined) wanted.get(step.kind)?.add(step.id);
      else families.get(step.kind)?.add(step.parentId);
    }
    // Children are read through their parent, so one that is unknown itself comes along, and first.
    for (const kind of [...this.#kinds].reverse()) {
      if (kind.parent === undefined) continue;
      for (const id of wanted.get(kind.name) ?? []) {
        const parentId = kind.parentId(id);
        if (this.#inventory.state(kind.parent, parentId) === 'unknown') wanted.get(kind.parent)?.add(parentId);
      }
    }
    for (const kind of this.#kinds) {
      const ids = [...(wanted.get(kind.name) ?? [])];
      if (kind.parent === undefined) {
        if (ids.length > 0) await this.#readRoots(kind, ids, scope);
        continue;
      }
      const { parentId } = kind;
      const parents = new Set([...ids.map((id) => parentId(id)), ...(families.get(kind.name) ?? [])]);
      if (parents.size > 0) await this.#readFamilies(kind, [...parents], owner, scope);
    }
  }

  async #readRoots(kind: AnyKind<Cloud> & { parent?: undefined }, ids: readonly string[], scope: Scope): Promise<void> {
    const wanted = ids.map((id): Wanted => {
      const entry = this.#inventory.get(kind.name, id);
      return entry ? { id, out: entry.out } : { id };
    });
    const readings: readonly Reading[] = await kind.read(this.#cloud, wanted, scope);
    for (const reading of readings) this.#inventory.putReading(kind.name, reading);
    const failed = readings.find((reading) => reading.state === 'unknown');
    if (failed?.state === 'unknown') throw failed.error;
    const answered = new Set(readings.map((reading) => reading.id));
    const silent = ids.find((id) => !answered.has(id));
    if (silent !== undefined) throw new FairleadError('bug', `reading ${kind.name} answered nothing for ${silent}`);
  }

  async #readFamilies(
    kind: AnyKind<Cloud> & { parent: string; parentId(id: string): string },
    parents: readonly string[],
    owner: Owner,
    scope: Scope,
  ): Promise<void> {
    await Promise.all(
      parents.map(async (parentId) => {
        const parent = this.#inventory.get(kind.parent, parentId);
        // An absent parent has no children.
        if (!parent || this.#inventory.state(kind.parent, parentId) !== 'present') return;
        try {
          const children: readonly Observed[] = await kind.readAll(this.#cloud, listed(parent), scope);
          this.#inventory.putChildren(kind.name, parentId, children);
        } catch (thrown) {
          if (asFairleadError(thrown).code === 'conflict') this.#inventory.suspect(kind.parent, parentId, owner);
          throw thrown;
        }
      }),
    );
  }
}
