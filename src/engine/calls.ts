// What a plan costs: the calls of each of its steps. Beside the planning, since the controller has no use for it. Pure.
import { canonical, unknownText } from './graph.ts';
import type { Owner } from './owner.ts';
import type { KindInfo, Plan, Step, World } from './plan.ts';

/** One object, from what is there to what should be. */
interface Turn {
  readonly kind: KindInfo;
  readonly step: Step;
  readonly want: object | undefined;
  readonly have: object | undefined;
}

/**
 * The same plan with the calls of every step (`Step.calls`), as far as nothing goes wrong on the way and nothing has to be
 * waited for. `world` is what the plan was made against. A step that is a look, a wait or a replacement gets none: nobody
 * knows yet.
 */
export function withCalls(plan: Plan, kinds: readonly KindInfo[], world: Pick<World, 'get'>): Plan {
  const byName = new Map(kinds.map((kind) => [kind.name, kind]));
  // A shared object may be changed twice: what is to go goes last.
  const written = new Map<string, object | undefined>();
  const steps = plan.steps.map((step) => {
    const kind = byName.get(step.kind);
    const key = `${step.kind}/${step.id}`;
    const have = written.has(key) ? written.get(key) : world.get(step.kind, step.id)?.spec;
    const turns = kind ? turnsOf(plan.owner, kind, step, have) : [];
    if (turns.length > 0) written.set(key, turns.at(-1)?.want);
    const calls = step.action === 'keep' || step.within !== undefined ? [] : callsOf(turns);
    return calls === undefined ? step : { ...step, calls };
  });
  return { ...plan, steps };
}

function turnsOf(owner: Owner, kind: KindInfo, step: Step, have: object | undefined): readonly Turn[] {
  if (step.action !== 'create' && step.action !== 'update' && step.action !== 'delete') return [];
  const want = step.spec && (withoutUnknowns(step.spec) as object);
  if (!kind.merge || step.missing.length === 0 || !want) return [{ kind, step, want, have }];
  // The part of a shared object that waits for something: the whole is not known to the plan, but it comes about like this.
  const grown = kind.merge([{ owner, spec: want, phase: 'growing' }], [], have);
  const last = kind.merge([{ owner, spec: want }], [], grown);
  const first = { kind, step, want: grown, have };
  return canonical(grown) === canonical(last) ? [first] : [first, { kind, step, want: last, have: grown }];
}

function callsOf(turns: readonly Turn[]): readonly string[] | undefined {
  const calls = turns.map(callsOfTurn);
  if (calls.length === 0 || calls.includes(undefined)) return undefined;
  return calls.flatMap((some) => some ?? []);
}

function callsOfTurn({ kind, step, want, have }: Turn): readonly string[] | undefined {
  const { id } = step;
  if (!want) return kind.calls?.({ action: 'delete', id, have });
  if (!have || step.action === 'create') return kind.calls?.({ action: 'create', id, want });
  if (step.remake) {
    const calls = [kind.calls?.({ action: 'delete', id, have }), kind.calls?.({ action: 'create', id, want })];
    return calls.includes(undefined) ? undefined : calls.flatMap((some) => some ?? []);
  }
  const told = step.changes.map(({ field }) => field);
  const changed = (told.length > 0 ? told : Object.keys(want)) as never[];
  return kind.calls?.({ action: 'update', id, want, have, changed });
}

/** The value with texts where the cloud has not answered yet. */
function withoutUnknowns(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutUnknowns);
  const inner = () => Object.fromEntries(Object.entries(value).map(([field, one]) => [field, withoutUnknowns(one)]));
  return unknownText(value) ?? inner();
}
