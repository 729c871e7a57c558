// What those who run Fairlead on a cloud, and those who learn it, have to know of that cloud: plain data of its compiler half.
// Docs, chart, doctor, log and playground are made of it, so that none of them names a cloud. It runs in a browser.

export interface Operations {
  /** How people call the cloud: "AWS". */
  readonly title: string;
  /** Where it is no cloud: a sentence that says that its load balancers carry no traffic. Such cost nothing either. */
  readonly pretence?: string;
  /** Controllers of this cloud that others run, besides its cloud-controller-manager, which every cloud calls alike. */
  readonly competitors?: readonly Competitor[];
  /** What a pod has to reach besides names (53) and the ports of the chart's own values (443): one rule each. */
  readonly egress?: readonly Egress[];
  /** Which annotations of the ServiceAccount give its pods credentials. Markdown, sentences. Absent: none do. */
  readonly accountAnnotations?: string;
  /**
   * Forms of its secrets in text, as they are in no other cloud; what `$1` names is kept and the rest hidden. Each takes time in
   * proportion to the text, and has the flag `g`.
   */
  readonly secretForms?: readonly RegExp[];
  /** Which annotations belong together on a page, by their suffixes and in their order. What fits none is under "Other". */
  readonly topics?: Readonly<Partial<Record<Topic, readonly RegExp[]>>>;
  /** Options that examples of annotations need: keys without dashes. On pages they are set, to the examples of their own table. */
  readonly sampleOptions?: readonly string[];
  /** What the playground offers to start from, the plainest first. */
  readonly examples?: readonly Example[];
}

/** A controller that may take Services from us. */
export interface Competitor {
  /** As people know it. Words of its image, command and arguments hold it. */
  readonly name: string;
  /** Whether it works on Services without a class and without an annotation that hands them over. */
  readonly takesClassless: boolean;
  /** The Lease by which it leads. */
  readonly lease?: string;
  /** Names of its webhooks that change Services. */
  readonly webhooks?: readonly string[];
  /** A sentence: how it is made to leave our Services alone. */
  readonly remedy: string;
}

export interface Egress {
  /** For what: "credentials, from instance metadata". */
  readonly what: string;
  /** Absent: anywhere. */
  readonly cidrs?: readonly string[];
  /** TCP. */
  readonly ports: readonly number[];
}

/** In the order of a page. */
export type Topic = 'placement' | 'access' | 'tls' | 'health' | 'connections' | 'records';

export interface Example {
  /** Unique among those of its provider. */
  readonly id: string;
  readonly title: string;
  /** A Service as YAML, without problems. */
  readonly service: string;
  /** The version that is in force, for a change. */
  readonly before?: string;
}

/** Of a compiler, or of a provider. */
export interface Operated {
  readonly operations?: Operations;
}

/** What a provider says of itself; one that says nothing has its name alone. */
export function operationsOf(provider: { readonly name: string }): Operations {
  return (provider as Operated).operations ?? { title: provider.name };
}
