// What a provider brings to run the contract suite: a cloud of its own to work in, and samples of what Services ask for.
// The suite knows no cloud; it sees calls by name, and the cloud's content as plain data.
import type { AnyProvider, Host } from '../../src/provider/provider.ts';
import type { EligibleNode, Request } from '../../src/provider/request.ts';

/** One call as the cloud's side sees it. */
export interface SeenCall {
  readonly operation: string;
  readonly write: boolean;
}

/**
 * What happens to a call. dies-before: the process is gone before it was sent; dies-after: it takes effect and the process
 * is gone before the answer (either way nothing is ever answered again); answer-lost: it takes effect, and the connection
 * breaks; throttled and unavailable: the cloud's own refusals, without effect.
 */
export type Fate = 'answered' | 'dies-before' | 'dies-after' | 'answer-lost' | 'throttled' | 'unavailable';

/** Everything in the cloud by kind and name, foreign objects too, without ids and times that depend on chance. */
export type Snapshot = Readonly<Record<string, unknown>>;

/** Calls under way. */
export interface Traffic {
  readonly busy: boolean;
  /** Resolves when there is none. */
  quiet(): Promise<void>;
}

/** One cloud, fresh for each test. Time is vitest's fake time: what goes on outside of this process takes none of it. */
export interface World {
  /** Connects a new process. `fate` is asked once for each of its calls, when it is sent. */
  connect(host: Host, fate: (call: SeenCall) => Fate): Promise<object>;
  snapshot(): Snapshot | Promise<Snapshot>;
  /** Who gets the traffic of this name now, sorted; in whatever words the cloud has for nodes. */
  targets(): readonly string[] | Promise<readonly string[]>;
  /** Puts somebody else's object where the Service `sample` of owner 1 would put its own. */
  plantForeign(sample: Sample): Promise<void> | void;
  /** Where calls leave this process: those that have no answer yet. Time stands still while there are any. */
  readonly traffic?: Traffic;
}

/** What a Service says, without what is the same for all. */
export interface Sample {
  readonly annotations: Readonly<Record<string, string>>;
  readonly request: Partial<Request>;
  readonly nodes: readonly EligibleNode[];
}

export interface Change {
  readonly name: string;
  readonly from: Sample;
  readonly to: Sample;
  /** True where what the cloud holds afterwards (a name) tells that there was something before. */
  readonly pathDependent?: boolean;
}

export interface Harness {
  readonly provider: AnyProvider;
  /** Of the provider, parsed. */
  readonly options: object;
  /** `inhabited`: other people have things in it too. One that is not asked to be may be empty, where that is quicker. */
  makeWorld(inhabited: boolean): Promise<World> | World;
  /** True where nothing ever has to be waited for: not for what is asked for, and not for what it stands in the way of. */
  readonly instant?: boolean;
  /** True for the calls that a start is allowed: the shallow lists. */
  isList(call: SeenCall): boolean;
  /** One TCP port, no annotations, some nodes. */
  readonly base: Sample;
  /** How many writes it takes to create it where nothing has to be waited for; undefined: each has to be waited for. */
  readonly createWrites: number | undefined;
  /** How many reads go with them, because an answer does not tell what they tell; 0 where unset. */
  readonly createReads?: number;
  /** At least: changed ports, changed annotations, annotations taken away, fewer nodes, more nodes. */
  readonly changes: readonly Change[];
  /** What has to be refused with `code` while the nodes change too, starting from `base`. */
  readonly blocked: { readonly sample: Sample; readonly code: string };
  /** What needs a replacement, and allows it, starting from `base`; undefined: nothing ever does. */
  readonly replacement: Sample | undefined;
  /** The second of two Services that share something with `base`; undefined: nothing is ever shared by itself. */
  readonly other: Sample | undefined;
  /** Two Services that share something of this world, where what they share is not known before. */
  readonly pairIn?: (world: World) => { readonly one: Sample; readonly other: Sample };
  /** True where two objects may have one name: then no name is ever taken while nobody looks. */
  readonly sharesNames?: boolean;
  /** Where a call takes real time: the moves that policies and troubles are tried on, and each call meets one trouble; unset: all. */
  readonly disturbed?: readonly string[];
}
