// One stack's parts in objects that several owners share: looked at, claimed and given up in turn with those of the others.
import type { ApplyInput } from './apply.ts';
import type { Owner } from './owner.ts';
import type { Plan, Step } from './plan.ts';

type PartsInput<Cloud extends object> = Pick<
  ApplyInput<Cloud>,
  'owner' | 'observer' | 'locks' | 'shares' | 'plan' | 'scope'
>;

export class Parts<Cloud extends object> {
  readonly #input: PartsInput<Cloud>;

  constructor(input: PartsInput<Cloud>) {
    this.#input = input;
  }

  /** In turn with the writes: a read that overtakes one would bring back what that took away. */
  async look(step: Step): Promise<void> {
    const { observer, locks, scope } = this.#input;
    await locks.run(`${step.kind}/${step.id}`, async () => {
      if (this.again(step)?.action === step.action) await observer.read([step], this.#input.owner, scope);
    });
  }

  /**
   * What this owner needs of a shared object and what is there already is its part from now on. Decided in turn with
   * the writes, since one of another stack may be about to take it away.
   */
  async claim(plan: Plan): Promise<boolean> {
    const { shares, locks, owner } = this.#input;
    let claimed = false;
    for (const step of plan.steps) {
      const key = `${step.kind}/${step.id}`;
      if (!step.own || step.action !== 'keep' || shares.has(key, owner, step.own)) continue;
      if (plan.steps.some((other) => other !== step && isSame(other, step))) continue;
      claimed = true;
      await locks.run(key, async () => {
        if (this.again(step)?.action === 'keep') this.keep(step);
      });
    }
    return claimed;
  }

  /** The same step by what is known now. */
  again(step: Step): Step | undefined {
    return this.#input.plan().steps.find((other) => isSame(other, step) && other.removal === step.removal);
  }

  /** Only now is the owner's part in force; a failed change must not look to other stacks as if it were. */
  keep(step: Step): void {
    const { owner } = this.#input;
    const key = `${step.kind}/${step.id}`;
    // Until what it has beside its part is gone too, other stacks must leave that as it is.
    const more = !step.removal && this.#input.plan().steps.some((other) => isSame(other, step) && other.removal);
    if (step.own) this.#input.shares.set(key, { owner, spec: step.own, ...(more && { phase: 'unsettled' as const }) });
    else this.#input.shares.drop(key, owner);
  }

  ownersOf(step: Step): readonly Owner[] {
    const { owner, shares } = this.#input;
    const others = shares.of(`${step.kind}/${step.id}`, owner, undefined).filter((share) => share.spec !== 'frozen');
    return [owner, ...others.map((share) => share.owner)];
  }
}

function isSame(a: Step, b: Step): boolean {
  return a.kind === b.kind && a.id === b.id;
}
