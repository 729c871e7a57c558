// The contract of an adapter: what a cloud's folder under providers/ exports, and nothing more.
import type { Graph } from '../engine/graph.ts';
import type { AnyKind, Listed, RetryAfter, Scope } from '../engine/kind.ts';
import type { Owner } from '../engine/owner.ts';
import type { KindInfo } from '../engine/plan.ts';
import type { FileValue, OptionSchema } from '../schema/options.ts';
import type { Problem } from '../schema/problem.ts';
import type { Schema } from '../schema/schema.ts';
import type { Gate } from './gate.ts';
import type { Operated } from './operations.ts';
import type { EligibleNode, Ingress, Request } from './request.ts';

/** Which cluster we work for. */
export interface ClusterIdentity {
  /** `--cluster-name`: what other controllers' tags and names are made of. */
  readonly name: string;
  /** UID of the kube-system namespace: what tells two clusters of one name apart. */
  readonly uid: string;
}

/** All that compiling one Service needs besides Facts. */
export interface Input<Values, Options> {
  readonly cluster: ClusterIdentity;
  readonly request: Request;
  readonly annotations: Values;
  /** The annotations as written, by key: what the Service says, for checks that ask whether a key is there. */
  readonly given: Readonly<Record<string, string>>;
  readonly options: Options;
  readonly nodes: readonly EligibleNode[];
}

/** A graph, with the warnings that go with it; or no graph, and at least one problem of severity 'error'. */
export interface Compiled {
  readonly graph?: Graph;
  readonly problems: readonly Problem[];
}

/** What the cloud answered for each resource of a stack, by `Kind/id`; absent: not there yet. */
export type Outputs = ReadonlyMap<string, object>;

/** What a connection may use of its host. */
export interface Host {
  readonly cluster: ClusterIdentity;
  /** Every call to the cloud goes through it. */
  readonly gate: Gate;
  /** The nodes known now: for what can be learned from them (region, network). */
  nodes(): readonly EligibleNode[];
  /** Says that a text is a secret from now on, as what `name` was last: it is kept out of all that is told. */
  secret?(name: string, text: string): void;
}

/** What a configuration file is read with. */
export interface CloudConfigAbout {
  /** Its path, for messages. */
  readonly file: string;
  /** `--cluster-name`; undefined where it is missing or wrong. */
  readonly clusterName: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The configuration file of the cloud's official controller, for clusters that come from it or go back to it. */
export interface CloudConfig {
  /** The key of the option that names the file. */
  readonly option: string;
  /** Values of this provider's options by their keys, as text that is yet to be read; and what is wrong. Never throws. */
  read(
    text: string,
    about: CloudConfigAbout,
  ): Promise<{ readonly given: Readonly<Record<string, FileValue>>; readonly problems: readonly Problem[] }>;
}

/** What compiling a Service needs besides its annotations and the controller's options. */
export interface Scene<Facts> {
  readonly nodes: readonly EligibleNode[];
  readonly facts: Facts;
}

/** One Service as a scene is made for it; where annotations are at fault, their values are missing. */
export type Wish<Values, Options> = Pick<
  Input<Partial<Values>, Options>,
  'cluster' | 'request' | 'annotations' | 'options'
>;

/** What an operator gives the controller in the cloud's own system of permissions (on AWS: an IAM policy). */
export interface Grants<Options> {
  /** What can be left out, by name, with a sentence that says what it is for. */
  readonly features: Readonly<Record<string, string>>;
  /** Those that are granted where nobody says which. Absent: all. */
  readonly byDefault?: readonly string[];
  /** Separate parts of the cloud in which the document reads otherwise; the first is the default. Empty: there are none. */
  readonly partitions: readonly string[];
  /**
   * The document in the cloud's own form, the same for the same wish. Throws RangeError, with a sentence for people, where the
   * options contradict the wish.
   */
  document(wish: GrantWish<Options>): object;
}

export interface GrantWish<Options> {
  readonly features: readonly string[];
  readonly partition: string;
  /** `--cluster-name`: whose objects may be changed. */
  readonly clusterName: string;
  readonly options: Options;
}

/** One thing that was looked at before the controller is run, for people. */
export interface Finding {
  /** What was looked at, in two or three words: "subnets", "credentials". */
  readonly about: string;
  /** unknown: it could not be found out. */
  readonly state: 'ok' | 'warning' | 'error' | 'unknown';
  /** One sentence or two: what is so. */
  readonly message: string;
  /** What to do about it; never missing but with `ok`. What is to be copied (a command) stands on a line of its own. */
  readonly remedy?: string;
}

/**
 * The half of a provider that needs no cloud: it reads, checks and compiles. With all that it imports it runs in a browser,
 * and is loaded where nothing else of the provider is.
 */
export interface Compiler<Values extends object, Facts extends object, Options extends object> extends Operated {
  readonly name: string;
  /** spec.loadBalancerClass values that it answers to. */
  readonly classes: readonly string[];
  readonly annotations: Schema<Values>;
  readonly options: OptionSchema<Options>;
  /** In dependency order: creates and updates go down the list, deletes up. */
  readonly kinds: readonly KindInfo[];
  /** The kind of load balancer that a Service gets whose annotations say nothing of it. */
  defaultKind?(options: Options): string;
  /** Pure and total. `members` are all Services of one stack; the default is one Service a stack. */
  compile(members: readonly Input<Values, Options>[], facts: Facts): Compiled;
  /**
   * A scene made up for these Services: everything in the cloud that they name exists, and none of their load balancers does.
   * For checks and plans with no cloud at hand: what compiling then finds fault with is wrong whatever the cloud says.
   */
  imagine(wishes: readonly Wish<Values, Options>[]): Scene<Facts>;
  /** The facts as they are once this graph of this owner is in force: what its next version is compiled against. */
  assume(facts: Facts, owner: Owner, graph: Graph): Facts;
  /** Words for a value of a kind's field, or for one item of it, where people read a plan. Absent, undefined: none. */
  phrase?(kind: string, field: string, value: unknown): string | undefined;
  /**
   * What the cloud has to permit for these calls (`Step.calls`, and as many reads as the provider makes by itself), in the
   * cloud's own words, sorted. Absent: it has no such permissions.
   */
  permissions?(calls: readonly string[]): readonly string[];
  /** Absent: the cloud has nothing of the kind. */
  readonly grants?: Grants<Options>;
}

export interface Provider<Cloud, Values extends object, Facts extends object, Options extends object>
  extends Compiler<Values, Facts, Options> {
  readonly cloudConfig?: CloudConfig;
  /** Environment variables from which its SDK takes secrets: their values are kept out of all that is told. */
  readonly secretVariables?: readonly string[];
  readonly kinds: readonly AnyKind<Cloud>[];
  /** Throws FairleadError: 'not-found' if something needed cannot be learned yet; the caller tries again. */
  connect(options: Options, host: Host, signal: AbortSignal): Promise<Cloud>;
  /** Reads only, batched and cached over Services; answers plain JSON. */
  gather(inputs: readonly Input<Values, Options>[], cloud: Cloud, scope: Scope): Promise<Facts>;
  /**
   * For a Service that cannot be compiled now (an annotation became invalid): only the resources that follow nodes, made
   * from what exists for it, so that its targets stay right.
   */
  retarget?(input: Input<Values, Options>, facts: Facts, existing: readonly (Listed & { kind: string })[]): Graph;
  /**
   * Why the cloud's official controller could not serve this Service with what exists for it, a sentence each; empty: it can.
   * Asked where Services are handed over. Absent: nobody knows.
   */
  obstacles?(
    input: Input<Partial<Values>, Options>,
    existing: readonly (Listed & { kind: string })[],
  ): readonly string[];
  /**
   * Whether the graph's load balancer takes traffic. Asked before it takes over the address of one that it replaces.
   * Absent: as soon as it exists.
   */
  serves?(graph: Graph, cloud: Cloud, scope: Scope): Promise<true | RetryAfter>;
  /**
   * Looks at all that the provider needs of its cloud (credentials, permissions, tags, networks) and says what is missing and
   * what to do about it. Reads only, and does not throw: what cannot be found out is a finding too.
   */
  examine?(cloud: Cloud, host: Host, options: Options, scope: Scope): Promise<readonly Finding[]>;
  /** The entries of status.loadBalancer.ingress. */
  ingress(graph: Graph, outputs: Outputs): readonly Ingress[];
  /** Annotations to write back on the Service, by key. Such as are there already with these values are not written. */
  notes?(graph: Graph, outputs: Outputs): Readonly<Record<string, string>>;
}

/** A provider with its types forgotten, as the controller holds it. */
export type AnyProvider = Provider<object, object, object, object>;

/** A compiler with its types forgotten. */
export type AnyCompiler = Compiler<object, object, object>;

/** Declares a provider; all four types come from its parts. */
export function defineProvider<
  Cloud extends object,
  Values extends object,
  Facts extends object,
  Options extends object,
>(provider: Provider<Cloud, Values, Facts, Options>): Provider<Cloud, Values, Facts, Options> {
  return provider;
}
