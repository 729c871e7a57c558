// What a provider implements for each kind of cloud object. The engine calls these verbs and nothing else.
import type { Mark, Owner } from './owner.ts';

/**
 * Who waits for a call: 'targets' (nodes come and go) and 'change' (somebody edited a Service) go first, then
 * 'background' (retries, restarts), and 'verify' (drift) last.
 */
export type Lane = 'targets' | 'change' | 'background' | 'verify';

/** Passed to every verb: for whom the calls are made, and when to give up. */
export interface Scope {
  readonly signal: AbortSignal;
  readonly lane: Lane;
}

/** "Not yet": look again after this long. Waiting is data; nothing sleeps inside a verb. */
export interface RetryAfter {
  readonly retryAfterMs: number;
  /** A sentence: what is being waited for. */
  readonly why: string;
  /** True if nothing is waited for but a change of what follows nodes. */
  readonly targets?: true;
}

/** One object with our mark, or of the shape of our names without it, as a list shows it. */
export interface Listed<Out extends object = object, Spec extends object = object> {
  /** Identity within the kind: a deterministic name, not an id that the cloud chose. */
  readonly id: string;
  /** Whose it is. Empty: it has a name of our shape but is not ours; it is never changed. */
  readonly marks: readonly Mark[];
  readonly out: Out;
  /** The whole spec, where the list answers it at no further cost. */
  readonly spec?: Spec;
  /** Whether the cloud is at work on it, where the list tells; else it is taken to be settled. */
  readonly settled?: true | RetryAfter;
  /** When the cloud made it, in ms since 1970, where the cloud tells. */
  readonly createdAt?: number;
}

/** One object as a deep read or a write shows it. */
export interface Observed<Spec extends object = object, Out extends object = object> {
  readonly id: string;
  readonly marks: readonly Mark[];
  readonly spec: Spec;
  readonly out: Out;
  readonly settled: true | RetryAfter;
  /** For clouds with optimistic locking. */
  readonly etag?: string;
}

/** The answer of a deep read for one id. "Unknown" is never "gone". */
export type Reading<Spec extends object = object, Out extends object = object> =
  | { readonly id: string; readonly state: 'known'; readonly object: Observed<Spec, Out> }
  | { readonly id: string; readonly state: 'gone' }
  | { readonly id: string; readonly state: 'unknown'; readonly error: unknown };

/** What a read is asked for: `out` where the object was seen before. */
export interface Wanted<Out extends object = object> {
  readonly id: string;
  readonly out?: Out;
}

/** One owner's part of a shared object. 'frozen': not known now, whatever is there stays. */
export interface Share<Spec extends object = object> {
  readonly owner: Owner;
  readonly spec: Spec | 'frozen';
  /**
   * Absent: the part and no more is the owner's. 'growing': its stack is being changed now; besides the part, whatever it
   * has there stays that the rest of the stack may still need, unless the part forbids it. 'unsettled': its stack is
   * neither what it was nor what it should be, and others must not change that; what it has stays, and of the part only
   * that which is there already.
   */
  readonly phase?: 'growing' | 'unsettled';
}

/** An object that is made inside another, by the same call. What that call itself makes is `{ $unknown }` in its spec. */
export interface Inner {
  readonly kind: string;
  readonly id: string;
  readonly spec: object;
}

/** What a create answers: the object, and what it has made inside of it. */
export type Made<Spec extends object = object, Out extends object = object> = Observed<Spec, Out> & {
  readonly inside?: readonly { readonly kind: string; readonly object: Observed }[];
};

/**
 * A step as a kind is asked what it costs. The specs are whole, of a shared object too; what the cloud has not answered yet is
 * text that says so.
 */
export type Deed<Spec extends object = object> =
  | { readonly action: 'create'; readonly id: string; readonly want: Spec }
  | {
      readonly action: 'update';
      readonly id: string;
      readonly want: Spec;
      readonly have: Spec;
      readonly changed: readonly (keyof Spec & string)[];
    }
  /** `have` is undefined where it was not read. */
  | { readonly action: 'delete'; readonly id: string; readonly have: Spec | undefined };

interface Verbs<Cloud, Spec extends object, Out extends object> {
  readonly name: string;
  /**
   * Makes the object, with its mark, in the state of `spec`. Several calls are allowed: a crash between them is mended
   * by the next deep read. Throws FairleadError; 'conflict' if one with this id exists already. `inside` is what the kind
   * said that it takes along (`nests`); what of it is not in the answer is made by a create of its own.
   */
  create(
    cloud: Cloud,
    owners: readonly Owner[],
    id: string,
    spec: Spec,
    scope: Scope,
    inside: readonly Inner[],
  ): Promise<Made<Spec, Out>>;
  /** Brings the fields `changed` to `spec`; never touches others. Grants before it revokes, adds before it removes. */
  update(
    cloud: Cloud,
    now: Observed<Spec, Out>,
    spec: Spec,
    changed: readonly (keyof Spec & string)[],
    scope: Scope,
  ): Promise<Observed<Spec, Out>>;
  /**
   * Removes it; an absent one is gone. RetryAfter: asked for, look again by calling delete again; inside an exclusive object:
   * it is gone once that is settled.
   */
  delete(cloud: Cloud, now: Listed<Out>, scope: Scope): Promise<'gone' | RetryAfter>;
  /** Fields that cannot change on a live object. Where they are part of the id they never differ. */
  readonly immutable?: readonly (keyof Spec & string)[];
  /**
   * Fields that cannot change on a live object, and no other object with them can stand beside it: it is deleted and made
   * anew. What that interrupts is for `interrupts` to say.
   */
  readonly remade?: readonly (keyof Spec & string)[];
  /** Equality per field where it is more than being deeply equal. */
  readonly equal?: { readonly [K in keyof Spec]?: (want: Spec[K], have: Spec[K]) => boolean };
  /**
   * What a change of a live object interrupts, where it cannot be made without: "port 80 is closed for a moment". Undefined:
   * nothing. Where it is made anew, a part of the wish that another object will answer may still be open.
   */
  interrupts?(want: Spec, have: Spec): string | undefined;
  /**
   * The calls that a step takes, reads among them, `service:Operation` each and in their order, when nothing goes wrong and
   * nothing has to be waited for: what a plan costs, and what it must be permitted. Pure. Absent: not known.
   */
  calls?(deed: Deed<Spec>): readonly string[];
  /**
   * A sentence for the Service whose name or place another's object has: whose it is, and what to do. Absent: one that fits
   * every kind.
   */
  taken?(id: string, marks: readonly Mark[]): string;
  /** The child kinds, however deep, whose objects the create of this one can make in the same call. */
  nests?(want: Spec): readonly string[];
  /** True for a kind that follows nodes: run alone on node changes, kept out of the stack's hash. */
  readonly churns?: boolean;
  /**
   * True if the cloud itself refuses to delete an object of this kind while something uses it. Such deletes are tried
   * early where a quota is in the way.
   */
  readonly guarded?: boolean;
  /**
   * For an object that several owners share: what it should be, given each owner's part. `leaving` are owners whose part
   * goes. Parts of owners that are in neither are unknown and stay. Undefined: the object goes.
   */
  merge?(shares: readonly Share<Spec>[], leaving: readonly Owner[], have: Spec | undefined): Spec | undefined;
}

/** A kind whose objects can be listed for all owners at once. */
export interface RootKind<Cloud, Spec extends object, Out extends object> extends Verbs<Cloud, Spec, Out> {
  readonly parent?: undefined;
  /**
   * True if the cloud takes one change at a time for an object of this kind and everything in it. Whatever a write answers as
   * not settled is then said of the object as a whole; until it is settled nothing in it is written, and only it is looked at.
   */
  readonly exclusive?: boolean;
  /** Everything of this kind with our mark or a name of our shape, in as few calls as the cloud allows; all or an error. */
  list(cloud: Cloud, scope: Scope): Promise<readonly Listed<Out, Spec>[]>;
  /** The current spec of some ids; one answer each, in any order. */
  read(cloud: Cloud, wanted: readonly Wanted<Out>[], scope: Scope): Promise<readonly Reading<Spec, Out>[]>;
}

/**
 * A kind whose objects live inside another: none exist when the parent is made, all are gone with it, and they are read
 * parent by parent (listeners of a load balancer, targets of a target group).
 */
export interface ChildKind<Cloud, Spec extends object, Out extends object> extends Verbs<Cloud, Spec, Out> {
  /** The parent's kind; it stands before this one in the provider's list. */
  readonly parent: string;
  readonly exclusive?: undefined;
  /** The parent's id, from the child's. */
  parentId(id: string): string;
  /** True where the parent's own answer tells that it had no child of this kind, so that nobody need look. */
  noneIn?(parent: object): boolean;
  /** All children of one parent, ours and others' (those without marks). */
  readAll(cloud: Cloud, parent: Listed, scope: Scope): Promise<readonly Observed<Spec, Out>[]>;
}

export type Kind<Cloud, Spec extends object = never, Out extends object = never> =
  | RootKind<Cloud, Spec, Out>
  | ChildKind<Cloud, Spec, Out>;

/**
 * A kind with its Spec and Out forgotten, as the engine holds it. Sound because the engine only ever hands a kind what
 * that same kind answered or what compile made for it.
 */
export type AnyKind<Cloud> = Kind<Cloud, object, object>;

/** Declares a kind; the types of Spec and Out come from its verbs. */
export function defineKind<Cloud, Spec extends object, Out extends object>(
  kind: Kind<Cloud, Spec, Out>,
): AnyKind<Cloud> & { readonly spec?: Spec; readonly out?: Out } {
  return kind as unknown as AnyKind<Cloud> & { readonly spec?: Spec; readonly out?: Out };
}
