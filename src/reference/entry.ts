// One annotation as people look it up: everything that its table says of it, as plain JSON. The command line, the pages and
// the Markdown all show this and nothing else.
import type { Mutability, Risk } from '../schema/index.ts';

export interface Entry {
  readonly key: string;
  /** Unique in the reference: the key, or `key@provider` where another entry has the plain key already. */
  readonly anchor: string;
  /** The part of the key that tells it from its neighbours: `ssl-ports`. */
  readonly suffix: string;
  /** The providers that read it as it stands here. */
  readonly providers: readonly string[];
  /** Markdown, as all texts from here on that are sentences or clauses. */
  readonly doc: string;
  readonly type: string;
  /** A noun phrase: what a value looks like. */
  readonly grammar: string;
  readonly default: string;
  /** Sentences: how many items, how long, what is refused. */
  readonly bounds: readonly string[];
  /** The kinds of load balancer on which it has an effect; empty where the provider has no kinds. */
  readonly kinds: readonly EntryKind[];
  /** A sentence: what it does on other kinds. */
  readonly elsewhere?: string;
  /** The field of the cloud's API that it becomes; empty: none. */
  readonly api: string;
  readonly mutable: Mutability;
  readonly mutableNote: string;
  readonly risk: Risk;
  readonly since: string;
  readonly deprecated?: { readonly by?: string; readonly note: string };
  /** Sentences: what it needs or cannot stand beside, and the checks that it is part of. */
  readonly relations: readonly string[];
  /** Other keys that are read as this one. */
  readonly aliases: readonly string[];
  /** Keys and words of other controllers. */
  readonly synonyms: readonly string[];
  readonly source?: string;
  /** A valid value. */
  readonly example: string;
  /** A whole Service that uses it, as YAML, without problems. */
  readonly service: string;
}

/** A kind of load balancer. */
export interface EntryKind {
  /** `nlb` */
  readonly name: string;
  /** `Network Load Balancer` */
  readonly title: string;
  /** The grammar and the bounds on this kind, where they differ from kind to kind. */
  readonly grammar?: string;
  readonly bounds?: readonly string[];
}

/** A key that looks like ours and is not read. */
export interface NotRead {
  readonly key: string;
  readonly providers: readonly string[];
  /** Completes "it …". */
  readonly why: string;
}

export interface EntryProvider {
  readonly name: string;
  /** Key prefixes that are its own: `service.beta.kubernetes.io/aws-load-balancer-`. */
  readonly stems: readonly string[];
  /** The values of `spec.loadBalancerClass` that it answers to. */
  readonly classes: readonly string[];
  readonly kinds: readonly EntryKind[];
}

/** Annotations that belong together. */
export interface EntryTopic {
  readonly id: string;
  readonly title: string;
  /** Anchors, in the order of the page. */
  readonly anchors: readonly string[];
}

export interface Reference {
  /** Of the form of this object. */
  readonly apiVersion: 'reference.fairlead.dev/v1';
  readonly kind: 'AnnotationReference';
  /** Of Fairlead. */
  readonly version: string;
  readonly providers: readonly EntryProvider[];
  /** A sentence: what each level of risk means. */
  readonly risks: Readonly<Record<Risk, string>>;
  /** A sentence: what each word about later changes means. */
  readonly mutability: Readonly<Record<Mutability, string>>;
  readonly entries: readonly Entry[];
  /** Which of them belong together, in the order in which people think of them: each entry in one. */
  readonly topics: readonly EntryTopic[];
  readonly notRead: readonly NotRead[];
}
