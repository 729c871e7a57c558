// Carries a plan out: one step, then plan again on what is known by then, until nothing is left or something has to
// settle first. A plan is advice; each step is decided anew.
import { asFairleadError, FairleadError } from './errors.ts';
import { rootOf } from './family.ts';
import { type Inventory, listed } from './inventory.ts';
import type { AnyKind, Observed, RetryAfter, Scope } from './kind.ts';
import type { Locks } from './locks.ts';
import type { Observer } from './observe.ts';
import type { Owner } from './owner.ts';
import { Parts } from './parts.ts';
import type { Plan, Step } from './plan.ts';
import { applyPolicy, isWrite, type Policy, withheldError } from './policy.ts';
import type { Shares } from './shares.ts';

export interface ApplyInput<Cloud extends object> {
  readonly owner: Owner;
  readonly kinds: readonly AnyKind<Cloud>[];
  readonly cloud: Cloud;
  readonly inventory: Inventory;
  readonly observer: Observer<Cloud>;
  readonly shares: Shares;
  readonly locks: Locks;
  readonly policy: Policy;
  readonly onStep: ((owner: Owner, step: Step) => void) | undefined;
  readonly plan: () => Plan;
  /** Keys of what this owner has and something new stands in for. */
  readonly replaces: ReadonlySet<string>;
  readonly scope: Scope;
  beforeFirstWrite(structural: boolean): Promise<void>;
  /** Asked when all that is wanted is there, before what it replaces goes. */
  retire(): Promise<true | RetryAfter>;
}

export interface Applied {
  readonly done: readonly Step[];
  readonly waiting: Waiting | undefined;
}

/** Something that the cloud is still at work on. */
export interface Waiting extends RetryAfter {
  /**
   * targets: all that is waited for follows nodes; the rest of the stack is as wanted. retiring: all is as wanted, and
   * what was replaced is still there.
   */
  readonly stage: 'building' | 'targets' | 'retiring';
}

/** The same step done this often says that the cloud takes the change but does not show it. */
const SAME_STEP_LIMIT = 2;
const CONFLICT_LIMIT = 3;
/** Where the cloud does not say how long it will be at work. */
const SETTLING_RETRY_MS = 5000;

export async function applyStack<Cloud extends object>(input: ApplyInput<Cloud>): Promise<Applied> {
  const run = new Run(input);
  try {
    const waiting = await run.all(() => true);
    return { done: run.done, waiting };
  } catch (thrown) {
    // The caller said that nothing may be written, in its own words.
    if (run.refused) throw thrown;
    const error = asFairleadError(thrown);
    if (error.code !== 'fenced' && error.code !== 'stopped') await run.followAtLeast();
    throw error;
  }
}

class Run<Cloud extends object> {
  readonly done: Step[] = [];
  /** True once the host has thrown: `beforeFirstWrite`, or `retire`. */
  refused = false;
  readonly #input: ApplyInput<Cloud>;
  readonly #parts: Parts<Cloud>;
  readonly #counts = new Map<string, number>();
  #conflicts = 0;
  #announced: 'nothing' | 'targets' | 'structure' = 'nothing';
  #retired = false;

  constructor(input: ApplyInput<Cloud>) {
    this.#input = input;
    this.#parts = new Parts(input);
  }

  /** Does every step that `includes` accepts. Answers what has to be waited for, if anything. */
  async all(includes: (step: Step) => boolean): Promise<Waiting | undefined> {
    for (;;) {
      const planned = this.#input.plan();
      if (this.#announced === 'structure' && (await this.#parts.claim(planned))) continue;
      const unknown = planned.steps.filter(
        // What has our name and is somebody else's may be gone by now.
        ({ action, blocked }) => action === 'read' || action === 'wait' || blocked?.code === 'name-taken',
      );
      if (await this.#look(unknown.filter(includes))) continue;
      this.#refuseBlocked(planned);
      const { plan, withheld } = applyPolicy(planned, this.#input.policy);
      const open = plan.steps.filter(includes).filter((step) => step.action !== 'keep');
      const settling = open.find((step) => step.action === 'wait');
      if (!settling && [...open, ...withheld].every((one) => one.removal)) {
        const retiring = await this.#retire(planned);
        if (retiring) return retiring;
      }
      const step = next(open, settling !== undefined);
      if (!step) {
        if (settling?.wait) {
          const onlyTargets = open.every((one) => this.#kind(one.kind).churns || one.wait?.targets);
          return { ...settling.wait, stage: onlyTargets ? 'targets' : 'building' };
        }
        if (open.length > 0)
          throw new FairleadError(
            'bug',
            `nothing can be done for ${open.map((one) => `${one.kind}/${one.id}`).join(', ')}`,
          );
        if (withheld.length > 0) throw withheldError(this.#input.policy, withheld);
        if (await this.#parts.claim(planned)) continue;
        return undefined;
      }
      const waiting = await this.#attempt(step);
      if (waiting) return { ...waiting, stage: 'building' };
    }
  }

  /** What a new object stands in for stays until it may go, and with it all else that is to be removed. */
  async #retire(plan: Plan): Promise<Waiting | undefined> {
    const isReplaced = (step: Step) => step.action === 'delete' && this.#input.replaces.has(`${step.kind}/${step.id}`);
    if (this.#retired || !plan.steps.some(isReplaced)) return undefined;
    let answer: true | RetryAfter;
    try {
      answer = await this.#input.retire();
    } catch (thrown) {
      // It is the host's own, as with the first write.
      this.refused = true;
      throw thrown;
    }
    if (answer !== true) return { ...answer, stage: 'retiring' };
    this.#retired = true;
    return undefined;
  }

  /**
   * Targets follow nodes even where the rest of the stack cannot be brought to its state, and what is to be replaced follows the
   * Service as far as it can: above all in who may come. Best effort.
   */
  async followAtLeast(): Promise<void> {
    const follows = (step: Step) =>
      (this.#kind(step.kind).churns === true || this.#isInReplaced(step)) &&
      (step.action === 'update' || step.action === 'read');
    try {
      for (;;) {
        const steps = this.#input.plan().steps.filter(follows);
        const unknown = steps.filter((step) => step.action === 'read');
        if (await this.#look(unknown)) continue;
        const { plan } = applyPolicy({ owner: this.#input.owner, steps }, this.#input.policy);
        const step = plan.steps.find((one) => one.missing.length === 0 && !one.held && one.action === 'update');
        if (!step) return;
        await this.#execute(step);
      }
    } catch {
      // The error that brought us here is the one to report.
    }
  }

  #isInReplaced({ kind, id }: Step): boolean {
    const root = rootOf(this.#input.kinds, this.#kind(kind), id);
    return root.id !== id && this.#input.replaces.has(`${root.kind.name}/${root.id}`);
  }

  readonly #looked = new Set<string>();

  /** Reads what is unknown or was settling, each object once a run. True if anything was read. */
  async #look(steps: readonly Step[]): Promise<boolean> {
    const fresh = steps.filter((step) => step.action === 'read' || !this.#looked.has(`${step.kind}/${step.id}`));
    if (fresh.length === 0) return false;
    for (const step of fresh) this.#looked.add(`${step.kind}/${step.id}`);
    this.#count(`read ${fresh.map((step) => `${step.kind}/${step.id}`).join(' ')}`, 10);
    for (const step of fresh.filter((one) => this.#kind(one.kind).merge)) await this.#parts.look(step);
    try {
      const own = fresh.filter((one) => !this.#kind(one.kind).merge);
      await this.#input.observer.read(own, this.#input.owner, this.#input.scope);
    } catch (thrown) {
      // What is read through its parent shows that the parent is gone: that is looked at now.
      if (asFairleadError(thrown).code !== 'conflict' || ++this.#conflicts >= CONFLICT_LIMIT) throw thrown;
    }
    return true;
  }

  #refuseBlocked(plan: Plan): void {
    const blocked = plan.steps.filter((step) => step.blocked);
    const first = blocked[0]?.blocked;
    const reasons = new Set(blocked.map((step) => step.blocked?.why));
    if (first) throw new FairleadError(first.code, [...reasons].join('; '));
  }

  /**
   * Does one step. A conflict is looked at again; a quota is answered by the deletes that are safe already; "not settled"
   * is no failure but something to wait for.
   */
  async #attempt(step: Step): Promise<RetryAfter | undefined> {
    try {
      return await this.#execute(step);
    } catch (thrown) {
      if (this.refused) throw thrown;
      const error = asFairleadError(thrown);
      if (error.code === 'not-settled') {
        return { retryAfterMs: error.retryAfterMs ?? SETTLING_RETRY_MS, why: error.message };
      }
      if (error.code === 'conflict' && ++this.#conflicts < CONFLICT_LIMIT) return undefined;
      if (error.code === 'quota' && step.action !== 'delete' && (await this.#makeRoom())) return undefined;
      throw error;
    }
  }

  /** Deletes what the cloud itself would refuse to delete while it is used. True if anything went. */
  async #makeRoom(): Promise<boolean> {
    const { plan } = applyPolicy(this.#input.plan(), this.#input.policy);
    let gone = false;
    for (const step of plan.steps.filter((one) => one.action === 'delete' && !one.held)) {
      const kind = this.#kind(step.kind);
      if (!kind.guarded && kind.parent === undefined) continue;
      try {
        gone = (await this.#execute(step)) === undefined || gone;
      } catch (thrown) {
        if (asFairleadError(thrown).code !== 'in-use') throw thrown;
      }
    }
    return gone;
  }

  async #execute(step: Step): Promise<RetryAfter | undefined> {
    const kind = this.#kind(step.kind);
    await this.#announce(kind.churns === true ? 'targets' : 'structure');
    const root = rootOf(this.#input.kinds, kind, step.id);
    if (!kind.merge && !root.kind.exclusive) return this.#write(kind, step);
    return this.#input.locks.run(`${root.kind.name}/${root.id}`, async () => {
      // Another stack may have changed the object, or set the cloud to work on it, while this one waited for it.
      const again = this.#parts.again(step);
      if (!again || again.blocked || again.held || !isWrite(again)) return undefined;
      const { withheld } = applyPolicy({ owner: this.#input.owner, steps: [again] }, this.#input.policy);
      return withheld.length > 0 ? undefined : this.#write(kind, again);
    });
  }

  async #announce(what: 'targets' | 'structure'): Promise<void> {
    if (this.#announced === 'structure' || this.#announced === what) return;
    try {
      await this.#input.beforeFirstWrite(what === 'structure');
    } catch (thrown) {
      this.refused = true;
      throw thrown;
    }
    this.#announced = what;
  }

  async #write(kind: AnyKind<Cloud>, step: Step): Promise<RetryAfter | undefined> {
    const { inventory, cloud, scope, owner } = this.#input;
    this.#count(`${step.action} ${step.kind}/${step.id} ${step.changes.map((change) => change.field).join()}`);
    const entry = inventory.get(step.kind, step.id);
    let also: readonly Step[] = [];
    try {
      if (step.action === 'delete' || step.remake) {
        const answer = entry ? await kind.delete(cloud, listed(entry), scope) : 'gone';
        const isOver = answer === 'gone' || inventory.unsettleRoot(step.kind, step.id, answer);
        if (!isOver) return answer;
        inventory.remove(step.kind, step.id);
      } else if (step.action === 'create') {
        const along = this.#alongWith(step);
        const { inside = [], ...made } = await kind.create(
          cloud,
          this.#parts.ownersOf(step),
          step.id,
          step.spec ?? {},
          scope,
          along.map(({ spec = {}, ...one }) => ({ kind: one.kind, id: one.id, spec })),
        );
        inventory.putWritten(step.kind, made, true);
        for (const one of inside) inventory.putWritten(one.kind, one.object, true);
        const isMade = (one: Step) => inside.some(({ kind, object }) => one.kind === kind && one.id === object.id);
        also = along.filter(isMade);
        // What the answer does not show may be there all the same.
        for (const one of along) if (!isMade(one)) inventory.doubt(one.kind, one.id);
      } else if (entry?.spec) {
        const changed = step.changes.map((change) => change.field) as never[];
        const made = await kind.update(cloud, entry as Observed, step.spec ?? {}, changed, scope);
        inventory.putWritten(step.kind, made, false);
      }
    } catch (thrown) {
      // Several calls may be behind one verb, so even a definite error leaves the object unknown.
      inventory.suspect(step.kind, step.id, owner);
      // A child's conflict may be that its parent is gone, or that the cloud is at work on all that it lives in.
      if (kind.parent !== undefined && asFairleadError(thrown).code === 'conflict') {
        inventory.suspect(kind.parent, kind.parentId(step.id), owner);
        inventory.suspectRoot(step.kind, step.id, owner);
      }
      throw thrown;
    }
    if (kind.merge) this.#parts.keep(step);
    // The write has just shown it: a look at something that settles is for the next run.
    const root = rootOf(this.#input.kinds, kind, step.id);
    for (const one of [step, { kind: root.kind.name, id: root.id }]) this.#looked.add(`${one.kind}/${one.id}`);
    for (const one of [step, ...also]) {
      this.done.push(one);
      this.#input.onStep?.(owner, one);
    }
    return undefined;
  }

  /** What the kind can make in the same call. */
  #alongWith(step: Step): readonly Step[] {
    const key = `${step.kind}/${step.id}`;
    return this.#input.plan().steps.filter(({ within }) => within === key);
  }

  #count(what: string, limit = SAME_STEP_LIMIT + CONFLICT_LIMIT): void {
    const count = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, count);
    if (count > limit) {
      throw new FairleadError('not-converging', `${what} was repeated ${count} times and the cloud does not show it`);
    }
  }

  #kind(name: string): AnyKind<Cloud> {
    const kind = this.#input.kinds.find((one) => one.name === name);
    if (!kind) throw new FairleadError('bug', `no such kind: ${name}`);
    return kind;
  }
}

/** The first step that can be done: all that it refers to exists. Removals wait until nothing else is open, and go in order. */
function next(open: readonly Step[], settling: boolean): Step | undefined {
  const ready = ({ missing, held, action }: Step) =>
    missing.length === 0 && !held && action !== 'wait' && action !== 'read';
  const forward = open.filter((step) => !step.removal);
  const step = forward.find(ready);
  if (step) return step;
  if (forward.length > 0 || settling) return undefined;
  return open.find((one) => one.removal);
}
