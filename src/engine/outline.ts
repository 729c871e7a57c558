// A plan as people and programs read it: one item an object, with what replaces what, and the counts. Pure; it decides
// nothing.
import type { Code } from './errors.ts';
import type { Plan, Step } from './plan.ts';

/** One object that a plan changes, or has something to say of. */
export interface Item {
  /** keep: only where something is in the way. replace: a new object stands in for others, or would have to. */
  readonly action: Step['action'];
  readonly kind: string;
  readonly id: string;
  /** Of a new object every field, with no `from`. */
  readonly changes: readonly FieldChange[];
  /** Keys (`Kind/id`) of the objects that this one stands in for. They serve until it does, then drain, then go. */
  readonly replaces?: readonly string[];
  /** True where those have an address that moves along. */
  readonly keepsAddress?: true;
  /** Why it is replaced, or goes. */
  readonly reason?: string;
  /** What is interrupted, where it cannot be done without. */
  readonly outage?: string;
  /** Why it may not be done. */
  readonly blocked?: { readonly code: Code; readonly why: string };
  /** What is waited for. */
  readonly waits?: string;
  /** `service:Operation`, in order; absent: not known. */
  readonly calls?: readonly string[];
}

export interface FieldChange {
  readonly field: string;
  /** Undefined: there was none, or only a part is added to what others have there. */
  readonly from?: unknown;
  /** What only the cloud knows is `{ $unknown: 'Kind/id#field' }`. */
  readonly to: unknown;
  /** Others changed what this process had written. */
  readonly drifted?: true;
}

export interface Counts {
  readonly create: number;
  readonly change: number;
  readonly replace: number;
  readonly delete: number;
  /** Of what may not be done. */
  readonly blocked: number;
}

export interface Outline {
  readonly items: readonly Item[];
  readonly counts: Counts;
  /** In the order of the items; undefined: not known of all of them. */
  readonly calls: readonly string[] | undefined;
  /** Why this is only the first part, and more follows. */
  readonly clearing?: string;
}

/** What needs no change is left out, and an object that is kept for a while and then goes is one that goes. */
export function outlineOf({ steps, standIns = [], clearing }: Plan): Outline {
  const shown = steps.filter(({ action, blocked }) => action !== 'keep' || blocked);
  const items = new Map<string, Item>();
  for (const step of shown) {
    const key = keyOf(step);
    // What is blocked is said beside what is done.
    const slot = step.blocked ? `${key} blocked` : key;
    const before = items.get(slot);
    items.set(slot, before ? merged(before, step) : itemOf(step));
  }
  for (const { old, by, why, keepsAddress } of standIns) {
    const going = items.get(old);
    if (going?.action !== 'delete') continue;
    const coming = items.get(by);
    if (coming?.action !== 'create' && !coming?.replaces) {
      items.set(old, { ...going, reason: `${nameOf(by)} stands in for it: ${why}` });
      continue;
    }
    items.delete(old);
    items.set(by, {
      ...coming,
      action: 'replace',
      replaces: [...(coming.replaces ?? []), old],
      ...(keepsAddress && { keepsAddress }),
      reason: [coming.reason, why].filter((one) => one !== undefined).join('; '),
      ...callsOf(coming, going),
    });
  }
  const all = [...items.values()];
  const rest = clearing === undefined ? {} : { clearing };
  return { items: all, counts: countsOf(all), calls: allCalls(all), ...rest };
}

/** `Kind/id` as people read it. */
export function nameOf(key: string): string {
  return key.replace('/', ' ');
}

function keyOf({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kind}/${id}`;
}

function itemOf(step: Step): Item {
  const { action, kind, id, outage, blocked, wait, calls } = step;
  return {
    action,
    kind,
    id,
    changes: changesOf(step),
    ...(outage !== undefined && { outage }),
    ...(blocked && { blocked }),
    ...(wait && { waits: wait.why }),
    ...(calls && { calls }),
  };
}

function changesOf({ action, spec, missing, changes }: Step): readonly FieldChange[] {
  const fields = () => Object.entries(spec ?? {}).map(([field, to]) => ({ field, to }));
  if (action === 'create') return fields();
  // A part of something shared that cannot be compared yet with what is there.
  if (action === 'update' && changes.length === 0 && missing.length > 0) return fields();
  return changes.map(({ field, from, to, reason }) => ({
    field,
    from,
    to,
    ...(reason === 'drifted' && { drifted: true as const }),
  }));
}

/** Something shared grows first and shrinks in the end: the last step is compared with what is there now, too. */
function merged(before: Item, step: Step): Item {
  const item = itemOf(step);
  const { changes } = step.removal ? item : before;
  return {
    ...before,
    ...item,
    action: before.action === 'create' ? 'create' : item.action,
    changes,
    ...callsOf(before, item),
  };
}

function callsOf(a: Item, b: Item): Pick<Item, 'calls'> {
  return a.calls && b.calls ? { calls: [...a.calls, ...b.calls] } : {};
}

function countsOf(items: readonly Item[]): Counts {
  const done = items.filter(({ blocked }) => !blocked);
  const count = (action: Item['action']) => done.filter((item) => item.action === action).length;
  return {
    create: count('create'),
    change: count('update'),
    replace: count('replace'),
    delete: count('delete'),
    blocked: items.length - done.length,
  };
}

function allCalls(items: readonly Item[]): readonly string[] | undefined {
  const lists = items.filter(({ blocked }) => !blocked).map(({ calls }) => calls);
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
}
