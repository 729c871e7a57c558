// What has to change for one stack, as a value. Pure: it takes what is known and returns steps; it cannot write.
import { type Change, diff } from './diff.ts';
import type { Code } from './errors.ts';
import { canonical, type Graph, isUnresolved, resolve, type StandIn } from './graph.ts';
import type { Entry, State, Suspect } from './inventory.ts';
import type { Deed, RetryAfter, Share } from './kind.ts';
import { isOwnedBy, type Mark, type Owner } from './owner.ts';
import { inTurn, nested } from './turns.ts';

export interface Step {
  /**
   * read: nothing is known of it yet. wait: the cloud is still at work on it. replace: an immutable field differs.
   */
  readonly action: 'create' | 'update' | 'replace' | 'delete' | 'keep' | 'read' | 'wait';
  readonly kind: string;
  readonly id: string;
  /** The whole wanted spec; undefined for a delete. */
  readonly spec: object | undefined;
  /** For a shared object: this owner's part of it; undefined: none any more. */
  readonly own?: object | undefined;
  /** True if something of this owner goes: it is done in the order of the deletes, after all that is wanted is there. */
  readonly removal?: true;
  readonly changes: readonly Change[];
  /** What the step interrupts, where it cannot be done without. */
  readonly outage?: string;
  /** The calls that the step takes, `service:Operation` each, where `withCalls` was asked. */
  readonly calls?: readonly string[];
  /** Keys of resources that must exist before the spec is complete. */
  readonly missing: readonly string[];
  /** Of a look: all children of this parent are read, whatever they are. */
  readonly parentId?: string;
  /** Why the step may not be done. */
  readonly blocked?: { readonly code: Code; readonly why: string };
  readonly wait?: RetryAfter;
  /** True for an update that is a delete, after which the object is made anew. */
  readonly remake?: true;
  /** Key of the new object in whose create this one is made along. */
  readonly within?: string;
  /** True while the cloud is at work on what the object lives in, and takes no other change of it. */
  readonly held?: true;
}

export interface Plan {
  readonly owner: Owner;
  /** Creates and updates in the order of the kinds, then deletes in the opposite order. */
  readonly steps: readonly Step[];
  /** For people: of what is deleted, what comes for it. */
  readonly standIns?: readonly StandIn[];
  /** For people: why this is only the first part, and another plan follows. */
  readonly clearing?: string;
}

/** What planning may ask: an Inventory has it, and so has a hand-made one. */
export interface World {
  state(kind: string, id: string): State;
  get(kind: string, id: string): Entry | undefined;
  ownedBy(owner: Owner): readonly Entry[];
  /** What a failed call for this owner may have touched: perhaps there, perhaps not. */
  suspects(owner: Owner, kind: string): readonly Suspect[];
  /** Whether all children of the kind in this parent are known. Absent: always. */
  hasChildren?(kind: string, parentId: string): boolean;
}

/** What planning needs of a kind: no verbs. */
export interface KindInfo {
  readonly name: string;
  readonly parent?: string | undefined;
  parentId?(id: string): string;
  noneIn?(parent: object): boolean;
  readonly immutable?: readonly string[];
  readonly remade?: readonly string[];
  readonly equal?: object;
  readonly churns?: boolean;
  readonly exclusive?: boolean | undefined;
  nests?(want: object): readonly string[];
  taken?(id: string, marks: readonly Mark[]): string;
  interrupts?(want: object, have: object): string | undefined;
  calls?(deed: Deed): readonly string[];
  merge?(shares: readonly Share[], leaving: readonly Owner[], have: object | undefined): object | undefined;
}

export interface PlanInput {
  readonly kinds: readonly KindInfo[];
  readonly owner: Owner;
  readonly graph: Graph;
  readonly world: World;
  /** All parts of a shared object with this owner's replaced by `own`, which may be that of a stack that is growing. */
  readonly shares: (key: string, own: Share['spec'] | undefined, phase?: 'growing') => readonly Share[];
  /** Keys of shared objects in which this owner has a part. */
  readonly sharedKeys: readonly string[];
  /** Kinds of which what is not known in depth is taken to be as wanted. */
  readonly trusts: (kind: KindInfo) => boolean;
  /** Only these kinds are planned. Default: all. */
  readonly includes?: (kind: KindInfo) => boolean;
}

export function makePlan(input: PlanInput): Plan {
  const kinds = input.kinds.filter((kind) => input.includes?.(kind) ?? true);
  const held = new Set(input.graph.holds);
  const active = kinds.filter((kind) => !held.has(kind.name));
  const steps = active.flatMap((kind) => wantedSteps(input, kind));
  const owned = input.world.ownedBy(input.owner);
  const removals = [...active].reverse().flatMap((kind) => unwantedSteps(input, kind, owned));
  const going = new Set(removals.filter((step) => step.action === 'delete').map((step) => `${step.kind}/${step.id}`));
  const parents = new Map(input.kinds.map((kind) => [kind.name, kind]));
  // A parent's delete takes its children along.
  const own = removals.filter((step) => {
    const kind = parents.get(step.kind);
    return !(kind?.parent !== undefined && kind.parentId && going.has(`${kind.parent}/${kind.parentId(step.id)}`));
  });
  const { standIns, clearing } = input.graph;
  const all = inTurn(input, nested(input, [...steps, ...own]));
  return { owner: input.owner, steps: all, ...(standIns && { standIns }), ...(clearing !== undefined && { clearing }) };
}

/** What the graph leaves as it is because a replacement is not allowed, as steps for people to see. */
export function blockedSteps({ blocked = [] }: Graph): readonly Step[] {
  return blocked.map(({ kind, id, why }) => {
    const step = { action: 'replace', kind, id, spec: undefined, changes: [], missing: [] } as const;
    return { ...step, blocked: { code: 'replacement-blocked', why } };
  });
}

/** True if nothing has to be done or looked at, and nothing is in the way. */
export function isEmpty(plan: Plan): boolean {
  return plan.steps.every((step) => step.action === 'keep' && !step.blocked);
}

function wantedSteps(input: PlanInput, kind: KindInfo): readonly Step[] {
  return input.graph.resources
    .filter((resource) => resource.kind === kind.name && hasPlace(input, kind, resource.id))
    .map((resource) => {
      const { spec, missing } = resolve(resource.spec, outputsOf(input.world));
      if (!kind.merge) return ownStep(input, kind, resource.id, spec, missing);
      return missing.length > 0
        ? incompleteStep(input, kind, resource.id, spec, missing)
        : sharedStep(input, kind, resource.id, spec, 'growing');
    });
}

/** What the stack has of a shared object beside its wanted part, and needs no longer once the rest of it is as wanted. */
function leftovers(input: PlanInput, kind: KindInfo): readonly Step[] {
  const resources = input.graph.resources.filter((resource) => resource.kind === kind.name);
  return resources.flatMap(({ id, spec: draft }): readonly Step[] => {
    const { spec, missing } = resolve(draft, outputsOf(input.world));
    if (missing.length > 0) return [];
    const last = sharedStep(input, kind, id, spec);
    if (last.action !== 'update') return [];
    const first = sharedStep(input, kind, id, spec, 'growing');
    return canonical(last.spec) === canonical(first.spec) ? [] : [{ ...last, removal: true }];
  });
}

/** A part of a shared object that needs to know of something that is not there yet. */
function incompleteStep(input: PlanInput, kind: KindInfo, id: string, own: object, missing: readonly string[]): Step {
  const action = input.world.get(kind.name, id) ? 'update' : 'create';
  return { action, kind: kind.name, id, spec: own, own, changes: [], missing };
}

/**
 * Where a parent is not planned along, its children are planned only if it is there and ours: one that is replaced goes, and
 * its targets follow the nodes until then.
 */
function hasPlace(input: PlanInput, kind: KindInfo, id: string): boolean {
  const parent = input.kinds.find((other) => other.name === kind.parent);
  if (!parent || !kind.parentId) return true;
  const parentId = kind.parentId(id);
  const isWanted = input.graph.resources.some((one) => one.kind === parent.name && one.id === parentId);
  if (isWanted && (input.includes?.(parent) ?? true)) return hasPlace(input, parent, parentId);
  const state = input.world.state(parent.name, parentId);
  return state === 'unknown' || (state === 'present' && isOurs(input, input.world.get(parent.name, parentId)));
}

function isOurs(input: PlanInput, entry: Entry | undefined): boolean {
  return entry?.marks.some((mark) => isOwnedBy(mark, input.owner)) ?? false;
}

/**
 * What the cloud answered for the resource with a key (`Kind/id`); undefined: it is not there, or not settled where it has to
 * be.
 */
export function outputsOf(world: Pick<World, 'state' | 'get'>): (key: string, settled: boolean) => object | undefined {
  return (key, settled) => {
    const slash = key.indexOf('/');
    const kind = key.slice(0, slash);
    const id = key.slice(slash + 1);
    const entry = world.state(kind, id) === 'present' ? world.get(kind, id) : undefined;
    return settled && entry?.settled !== true ? undefined : entry?.out;
  };
}

function ownStep(input: PlanInput, kind: KindInfo, id: string, spec: object, missing: readonly string[]): Step {
  const step = { kind: kind.name, id, spec, changes: [], missing };
  const state = input.world.state(kind.name, id);
  const entry = input.world.get(kind.name, id);
  // A root object is unknown only after a failed call, so trust is for children that were merely not read yet.
  if (state === 'unknown') {
    const suspected = input.world.suspects(input.owner, kind.name).some((suspect) => suspect.id === id);
    return { ...step, action: kind.parent !== undefined && !suspected && input.trusts(kind) ? 'keep' : 'read' };
  }
  if (state === 'absent' || !entry) return { ...step, action: 'create' };
  if (!isOurs(input, entry)) {
    return {
      ...step,
      action: 'keep',
      blocked: { code: 'name-taken', why: kind.taken?.(id, entry.marks) ?? foreign(kind.name, id) },
    };
  }
  return compare(input, kind, step, entry);
}

function foreign(kind: string, id: string): string {
  return `there is a ${kind} named ${id} that does not belong to this Service; rename or remove it`;
}

function sharedStep(input: PlanInput, kind: KindInfo, id: string, own: object | undefined, phase?: 'growing'): Step {
  const key = `${kind.name}/${id}`;
  const state = input.world.state(kind.name, id);
  const entry = input.world.get(kind.name, id);
  if (state === 'unknown' || (entry && entry.spec === undefined)) {
    const trusted = state === 'present' && own !== undefined && isOurs(input, entry) && input.trusts(kind);
    return { action: trusted ? 'keep' : 'read', kind: kind.name, id, spec: own, own, changes: [], missing: [] };
  }
  const shares = input.shares(key, own, phase);
  const merged = kind.merge?.(shares, own ? [] : [input.owner], entry?.spec);
  const step = { kind: kind.name, id, spec: merged, own, changes: [], missing: [] };
  if (!merged) return { ...step, action: entry ? 'delete' : 'keep' };
  if (!entry) return { ...step, action: own ? 'create' : 'keep' };
  return compare(input, kind, step, entry);
}

type Unjudged = Omit<Step, 'action'>;

function compare(input: PlanInput, kind: KindInfo, step: Unjudged, entry: Entry): Step {
  if (entry.settled !== true) return { ...step, action: 'wait', wait: entry.settled };
  if (!entry.spec) return { ...step, action: input.trusts(kind) ? 'keep' : 'read' };
  const changes = diff(kind, step.spec ?? {}, entry.spec, entry.applied);
  if (changes.length === 0) return { ...step, action: 'keep' };
  // Whether a field with an open ref differs is judged when the ref is filled.
  const fixed = changes.filter((change) => kind.immutable?.includes(change.field) && !isUnresolved(change.to));
  if (fixed.length === 0) {
    const isRemade = changes.some(({ field, to }) => kind.remade?.includes(field) && !isUnresolved(to));
    const isJudged = isRemade || !isUnresolved(step.spec);
    const outage = isJudged ? kind.interrupts?.(step.spec ?? {}, entry.spec) : undefined;
    const how = { ...(outage !== undefined && { outage }), ...(isRemade && { remake: true as const }) };
    return { ...step, action: 'update', changes, ...how };
  }
  const fields = fixed.map((change) => `${change.field} from ${show(change.from)} to ${show(change.to)}`).join(', ');
  const why = `${kind.name} ${step.id} cannot change ${fields} in place`;
  return { ...step, action: 'replace', changes, blocked: { code: 'replacement-blocked', why } };
}

/** A value for a sentence: JSON, cut. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

/** What this owner has of the kind and no longer wants. */
function unwantedSteps(input: PlanInput, kind: KindInfo, all: readonly Entry[]): readonly Step[] {
  const wanted = new Set(input.graph.resources.filter((one) => one.kind === kind.name).map((one) => one.id));
  const owned = all.filter((entry) => entry.kind === kind.name);
  const lost = lostSteps(input, kind).filter((step) => !wanted.has(step.id));
  if (kind.merge) {
    const prefix = `${kind.name}/`;
    const shared = input.sharedKeys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
    const suspects = input.world.suspects(input.owner, kind.name).map(({ id }) => id);
    const ids = new Set([...owned.map((entry) => entry.id), ...shared, ...suspects].filter((id) => !wanted.has(id)));
    for (const { id } of lost) ids.delete(id);
    const going = [...ids].map((id): Step => ({ ...sharedStep(input, kind, id, undefined), removal: true }));
    return [...lost, ...going, ...leftovers(input, kind)];
  }
  const step = { action: 'delete', kind: kind.name, spec: undefined, removal: true, changes: [], missing: [] } as const;
  return [
    ...lost,
    ...unseenSteps(input, kind, all),
    ...owned.filter(({ id }) => !wanted.has(id)).map(({ id }) => ({ ...step, id })),
  ];
}

/**
 * What an object that stays may have in it and nobody has looked at: something of this owner's may be there that is wanted no more.
 * Where some of the kind is wanted there, that is looked at anyway.
 */
function unseenSteps(input: PlanInput, kind: KindInfo, all: readonly Entry[]): readonly Step[] {
  const parent = input.kinds.find(({ name }) => name === kind.parent);
  if (!parent || input.trusts(kind)) return [];
  const isWanted = (id: string) => input.graph.resources.some((one) => one.kind === parent.name && one.id === id);
  const isLookedInto = (id: string) =>
    input.graph.resources.some((one) => one.kind === kind.name && kind.parentId?.(one.id) === id);
  const stays = (id: string) =>
    isWanted(id) || (parent.merge !== undefined && sharedStep(input, parent, id, undefined).action === 'update');
  return all
    .filter((one) => one.kind === parent.name && input.world.hasChildren?.(kind.name, one.id) === false)
    .filter((one) => !kind.noneIn?.(one.out) && !isLookedInto(one.id) && stays(one.id))
    .map(({ id: parentId }) => {
      const id = `in ${parentId}`;
      return { action: 'read', kind: kind.name, id, parentId, spec: undefined, changes: [], missing: [] };
    });
}

/**
 * A create whose answer was lost may have left something that no list shows, or a part in something shared: that is looked
 * for before it is forgotten.
 */
function lostSteps(input: PlanInput, kind: KindInfo): readonly Step[] {
  return input.world
    .suspects(input.owner, kind.name)
    .filter(
      ({ id }) => !isOurs(input, input.world.get(kind.name, id)) && (kind.merge || !input.world.get(kind.name, id)),
    )
    .filter(({ id }) => kind.parent === undefined || input.world.state(kind.name, id) === 'unknown')
    .map(({ id, retryAfterMs }): Step => {
      const step = { kind: kind.name, id, spec: undefined, changes: [], missing: [] };
      if (retryAfterMs === 0) return { ...step, action: 'read' };
      const why = `${kind.name} ${id} may have been made by a call whose answer was lost`;
      return { ...step, action: 'wait', wait: { retryAfterMs, why } };
    });
}
