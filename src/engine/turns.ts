// Which steps of a plan a create takes along, and which have to wait for the cloud to be done with what they live in. Pure.
import { ancestry, rootOf } from './family.ts';
import type { KindInfo, PlanInput, Step } from './plan.ts';

/** The steps with those marked that a create takes along: all that they refer to is made by it, or is there. */
export function nested({ kinds }: PlanInput, steps: readonly Step[]): readonly Step[] {
  const made = new Map<string, string>();
  return steps.map((step) => {
    const key = `${step.kind}/${step.id}`;
    const kind = kinds.find(({ name }) => name === step.kind);
    if (step.action !== 'create' || step.blocked || !kind) return step;
    if (kind.nests) made.set(key, key);
    const host = steps.find((other) => other.action === 'create' && takes(kinds, other, kind, step.id));
    if (!host) return step;
    const within = `${host.kind}/${host.id}`;
    if (step.missing.some((missing) => made.get(missing) !== within)) return step;
    made.set(key, within);
    return { ...step, within };
  });
}

function takes(kinds: readonly KindInfo[], host: Step, kind: KindInfo, id: string): boolean {
  const nests = host.spec && kinds.find(({ name }) => name === host.kind)?.nests?.(host.spec);
  if (!nests?.includes(kind.name)) return false;
  return ancestry(kinds, kind, id).some((one) => one.kind.name === host.kind && one.id === host.id);
}

/**
 * What lives in an exclusive object that the cloud is at work on has to wait for that; and so has whoever wants something of
 * it, since only then is it known whether it came about.
 */
export function inTurn(input: PlanInput, steps: readonly Step[]): readonly Step[] {
  const waits = new Map<string, Step>();
  const busyRoot = (step: Step) => {
    const kind = input.kinds.find(({ name }) => name === step.kind);
    const root = kind && rootOf(input.kinds, kind, step.id);
    const entry = root?.kind.exclusive ? input.world.get(root.kind.name, root.id) : undefined;
    return entry && entry.settled !== true ? { ...entry, settled: entry.settled } : undefined;
  };
  const held = steps.map((step) => {
    const root = busyRoot(step);
    if (!root) return step;
    // What is to go as a whole need not come to rest first; its kind knows whether the cloud takes that now.
    if (step.action === 'delete' && step.kind === root.kind && step.id === root.id) return step;
    const { kind, id, settled } = root;
    const wait = { action: 'wait', kind, id, spec: undefined, changes: [], missing: [], wait: settled } as const;
    waits.set(`${kind}/${id}`, wait);
    return step.action === 'keep' || step.action === 'wait' ? step : { ...step, held: true as const };
  });
  for (const step of held) if (step.action === 'wait') waits.delete(`${step.kind}/${step.id}`);
  return [...waits.values(), ...held];
}
