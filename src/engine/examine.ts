// Reads what a plan needs to know until nothing of it is unknown. It never writes.
import { asFairleadError, FairleadError } from './errors.ts';
import type { Scope } from './kind.ts';
import type { Observer } from './observe.ts';
import type { Owner } from './owner.ts';
import type { KindInfo, Plan, Step, World } from './plan.ts';

export interface ExamineInput<Cloud extends object> {
  readonly owner: Owner;
  readonly observer: Observer<Cloud>;
  readonly plan: () => Plan;
  readonly scope: Scope;
}

/** Each level of parents and children takes a round, and whatever goes meanwhile another. */
const MOST_ROUNDS = 10;

/** The plan on what was seen. What the cloud is still at work on stays a `wait`. */
export async function examine<Cloud extends object>(input: ExamineInput<Cloud>): Promise<Plan> {
  const seen = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const plan = input.plan();
    const open = plan.steps.filter((step) => needsLook(step, seen));
    if (open.length === 0) return plan;
    for (const step of open) seen.add(`${step.kind}/${step.id}`);
    try {
      await input.observer.read(open, input.owner, input.scope);
    } catch (thrown) {
      // What is read through its parent shows that the parent is gone: that is looked at next.
      if (asFairleadError(thrown).code !== 'conflict') throw thrown;
    }
  }
  throw new FairleadError('not-converging', `what exists for ${input.owner.name} changes as it is looked at`);
}

/** The world once these objects (by `Kind/id`) are gone, and all that lives inside them. */
export function worldWithout(world: World, kinds: readonly KindInfo[], gone: ReadonlySet<string>): World {
  const isGone = (name: string, id: string): boolean => {
    if (gone.has(`${name}/${id}`)) return true;
    const kind = kinds.find((one) => one.name === name);
    return kind?.parent !== undefined && kind.parentId !== undefined && isGone(kind.parent, kind.parentId(id));
  };
  return {
    state: (kind, id) => (isGone(kind, id) ? 'absent' : world.state(kind, id)),
    get: (kind, id) => (isGone(kind, id) ? undefined : world.get(kind, id)),
    ownedBy: (owner) => world.ownedBy(owner).filter(({ kind, id }) => !isGone(kind, id)),
    suspects: (owner, kind) => world.suspects(owner, kind).filter(({ id }) => !isGone(kind, id)),
  };
}

/** What settles, or has our name and is somebody else's, may be otherwise by now: that is looked at once. */
function needsLook({ action, blocked, kind, id }: Step, seen: ReadonlySet<string>): boolean {
  if (action === 'read') return true;
  return (action === 'wait' || blocked?.code === 'name-taken') && !seen.has(`${kind}/${id}`);
}
