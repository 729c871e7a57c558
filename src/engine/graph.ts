// The desired state of one stack as plain data: resources, and references to what only the cloud can answer.
import { createHash } from './hash.ts';

/** A value that another resource's `out` will hold. */
export interface Ref<T = unknown> {
  readonly $ref: string;
  readonly field: string;
  /** True: only once the cloud is no longer at work on the other. */
  readonly settled?: true;
  /** Carries T for the type checker; never present. */
  readonly type?: T;
}

/** A spec in which any leaf may still be a Ref. */
export type Draft<T> =
  | Ref<T>
  | (T extends readonly (infer U)[]
      ? readonly Draft<U>[]
      : T extends string | number | boolean | null | undefined
        ? T
        : { readonly [K in keyof T]: Draft<T[K]> });

export interface Resource {
  readonly kind: string;
  readonly id: string;
  readonly spec: object;
}

/** What should exist for one owner. JSON all through. */
export interface Graph {
  readonly resources: readonly Resource[];
  /** Kinds of which this stack leaves everything as it is for now (no node is known at the moment, say). */
  readonly holds: readonly string[];
  /**
   * Keys (`Kind/id`) of this owner's objects that others of this graph stand in for. As long as one is there, nothing of
   * the stack is removed before `Converge.retire` allows it: the new one serves first, then the old one drains.
   */
  readonly replaces?: readonly string[];
  /** For people: what stands in for those, and why. No part of what is wanted. */
  readonly standIns?: readonly StandIn[];
  /** Wishes that need a replacement which the Service does not allow: the rest of the graph is made without them. */
  readonly blocked?: readonly Blocked[];
  /**
   * A sentence: why this graph only makes room. What it lacks cannot stand beside what has to go first; once it is in force,
   * the Service is compiled again.
   */
  readonly clearing?: string;
  /** How the result is shown on the Service: data of the provider for its own `ingress` and `notes`. No part of what is wanted. */
  readonly shown?: object;
}

/** Of a replacement: which resource of the graph comes for which object. */
export interface StandIn {
  /** Keys (`Kind/id`). */
  readonly old: string;
  readonly by: string;
  /** What of the old one is not as wanted and cannot be made so: "scheme: internet-facing -> internal". */
  readonly why: string;
  /** True where what clients know moves along: the Service keeps its address. */
  readonly keepsAddress?: true;
}

/** Something that is left as it is, and why. */
export interface Blocked {
  readonly kind: string;
  readonly id: string;
  /** A sentence for the Service's user: what cannot change, and what would allow it. */
  readonly why: string;
}

export const EMPTY_GRAPH: Graph = { resources: [], holds: [] };

/** A resource added to a builder; `ref` names a field of what the cloud will answer for it. */
export interface Handle<Out extends object> {
  readonly id: string;
  ref<K extends keyof Out & string>(field: K): Ref<Out[K]>;
  /** The same, for what must not begin before the object is settled. */
  settledRef<K extends keyof Out & string>(field: K): Ref<Out[K]>;
}

/** What exists already, and is not in the graph, to refer to. */
export function handleOf<Out extends object>({ name }: { readonly name: string }, id: string): Handle<Out> {
  const key = `${name}/${id}`;
  return {
    id,
    ref: (field) => ({ $ref: key, field }),
    settledRef: (field) => ({ $ref: key, field, settled: true }),
  };
}

/** The type of a kind as a builder needs it: `defineKind` gives it Spec and Out. */
interface Typed<Spec extends object, Out extends object> {
  readonly name: string;
  readonly spec?: Spec;
  readonly out?: Out;
}

/** Collects the resources of one stack, typed by their kinds. */
export class GraphBuilder {
  readonly #resources = new Map<string, Resource>();
  readonly #holds = new Set<string>();
  readonly #replaces = new Set<string>();
  readonly #standIns: StandIn[] = [];
  readonly #blocked: Blocked[] = [];
  #clearing: string | undefined;
  #shown: object | undefined;

  add<Spec extends object, Out extends object>(
    kind: Typed<Spec, Out>,
    id: string,
    spec: { readonly [K in keyof Spec]: Draft<Spec[K]> },
  ): Handle<Out> {
    const key = `${kind.name}/${id}`;
    if (this.#resources.has(key)) throw new Error(`${key} was added twice`);
    this.#resources.set(key, { kind: kind.name, id, spec });
    return handleOf<Out>(kind, id);
  }

  hold(kind: { readonly name: string }): void {
    this.#holds.add(kind.name);
  }

  /** Says that something of this graph (`by`, a key) stands in for that object, which goes once this one serves. */
  replace(kind: { readonly name: string }, id: string, by: string, why: string, keepsAddress = false): void {
    const old = `${kind.name}/${id}`;
    this.#replaces.add(old);
    this.#standIns.push({ old, by, why, ...(keepsAddress && { keepsAddress: true as const }) });
  }

  block(kind: { readonly name: string }, id: string, why: string): void {
    this.#blocked.push({ kind: kind.name, id, why });
  }

  /** Says that what is in the way of this graph's rest goes first. */
  clear(why: string): void {
    this.#clearing = why;
  }

  show(how: object): void {
    this.#shown = how;
  }

  build(): Graph {
    return {
      resources: [...this.#resources.values()],
      holds: [...this.#holds].sort(),
      ...(this.#replaces.size > 0 && { replaces: [...this.#replaces].sort(), standIns: this.#standIns }),
      ...(this.#blocked.length > 0 && { blocked: this.#blocked }),
      ...(this.#clearing !== undefined && { clearing: this.#clearing }),
      ...(this.#shown && { shown: this.#shown }),
    };
  }
}

function isRef(value: unknown): value is Ref {
  return typeof value === 'object' && value !== null && '$ref' in value;
}

/** A ref that no output is known for yet, kept in a resolved spec. */
export interface Unresolved {
  readonly $unknown: string;
}

export interface Resolved {
  readonly spec: object;
  /** Keys (`Kind/id`) that must exist before this spec is complete. */
  readonly missing: readonly string[];
}

/**
 * Fills refs from the outputs known so far. `outputOf` answers undefined for what does not exist yet; such a leaf
 * becomes `{ $unknown: 'Kind/id#field' }`, which equals nothing.
 */
export function resolve(draft: object, outputOf: (key: string, settled: boolean) => object | undefined): Resolved {
  const missing = new Set<string>();
  const fill = (value: unknown): unknown => {
    if (isRef(value)) {
      const out = outputOf(value.$ref, value.settled === true) as Record<string, unknown> | undefined;
      if (out !== undefined && value.field in out) return out[value.field];
      missing.add(value.$ref);
      return { $unknown: `${value.$ref}#${value.field}` } satisfies Unresolved;
    }
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
    }
    return value;
  };
  return { spec: fill(draft) as object, missing: [...missing] };
}

/** True if some leaf of a resolved spec is a ref that could not be filled. */
export function isUnresolved(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return '$unknown' in value || Object.values(value).some(isUnresolved);
}

/** What stands for an output that nobody knows yet, where a text is wanted. */
export function outputText(key: string, field: string): string {
  const slash = key.indexOf('/');
  return `${field} of ${key.slice(0, slash)} ${key.slice(slash + 1)} (known after apply)`;
}

/** The same for a leaf of a resolved spec; undefined: it is known. */
export function unknownText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('$unknown' in value)) return undefined;
  const ref = String(value.$unknown);
  const hash = ref.lastIndexOf('#');
  return outputText(ref.slice(0, hash), ref.slice(hash + 1));
}

/** Every key that the draft refers to. */
export function refsOf(draft: object): readonly string[] {
  return resolve(draft, () => undefined).missing;
}

/** JSON with sorted keys, so that equal values give equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/**
 * A short hash of the owner's UID and the resources whose kind `include` accepts: what a stack remembers of the last
 * complete apply. The UID is part of it, so that a copied Service never inherits it.
 */
export function hashOf(uid: string, graph: Graph, include: (kind: string) => boolean): string {
  const resources = graph.resources
    .filter((resource) => include(resource.kind))
    .map((resource) => canonical(resource))
    .sort();
  const holds = graph.holds.filter(include);
  return createHash(`${uid}\n${resources.join('\n')}\n${holds.join(',')}`);
}
