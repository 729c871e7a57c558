// What a provider makes of one Service with no cluster and no cloud at hand: whose it is, what is wrong with it, and what it
// would have. Pure; runs in a browser.
import { claimOf, rulesOf } from '../controller/claim.ts';
import { requestOf } from '../controller/request.ts';
import type { Graph } from '../engine/graph.ts';
import type { Service } from '../kube/types.ts';
import { SAMPLE_CLUSTER } from '../manifest/complete.ts';
import { operationsOf } from '../provider/operations.ts';
import type { AnyCompiler, ClusterIdentity, Input, Scene } from '../provider/provider.ts';
import { type Field, type Problem, parseOptions } from '../schema/index.ts';

/** The controller as it would be run. */
export interface Setting {
  readonly compiler: AnyCompiler;
  /** The provider's options, read. */
  readonly options: object;
  readonly cluster: ClusterIdentity;
  readonly claimClassless: boolean;
}

/** The flags of a sample controller, by name without dashes: nothing but what examples need. */
export function sampleFlags(compiler: AnyCompiler): Readonly<Record<string, string>> {
  const fields = Object.values(compiler.options.fields as Readonly<Record<string, Field<unknown, unknown>>>);
  const { sampleOptions = [] } = operationsOf(compiler);
  const set = fields.filter(({ key }) => sampleOptions.includes(key));
  return Object.fromEntries(set.map(({ key, example }) => [key, example]));
}

/** The controller as it is run with nothing but what it requires, and what examples need. */
export function plainSetting(compiler: AnyCompiler): Setting {
  return {
    compiler,
    options: parseOptions(compiler.options, { flags: sampleFlags(compiler), env: {} }).values,
    cluster: SAMPLE_CLUSTER,
    claimClassless: true,
  };
}

/**
 * ours: this controller makes its load balancer. elsewhere: an annotation hands it to another controller. other-class: its
 * class does. none: it asks for no load balancer, or is going.
 */
export type Stance = 'ours' | 'elsewhere' | 'other-class' | 'none';

export interface Judged {
  readonly stance: Stance;
  /** The kind of load balancer, where the provider has kinds and the Service says which. */
  readonly kind?: string;
  /** Of the annotations first. Empty where the Service is not ours: nobody here reads it. */
  readonly problems: readonly Problem[];
  readonly input?: Input<object, object>;
  readonly scene?: Scene<object>;
  /** Absent where a problem is an error, or the Service is not ours. */
  readonly graph?: Graph;
}

/**
 * `service` is complete, as an API server answers it (`completeService`). Without a scene the provider imagines one in which
 * all that the Service names exists.
 */
export function judge(setting: Setting, service: Service, scene?: Scene<object>): Judged {
  const { compiler, options, cluster } = setting;
  const stance = stanceOf(setting, service);
  if (stance !== 'ours') return { stance, problems: [] };
  const given = service.metadata.annotations ?? {};
  const table = compiler.annotations;
  const reading = table.parse(given, {
    appliesTo: (values: object) => table.kindOf(values, compiler.defaultKind?.(options)),
  });
  if (table.isElsewhere(reading.values)) return { stance: 'elsewhere', problems: [] };
  const request = requestOf(service, cluster.uid);
  const wish = { cluster, request, annotations: reading.values, options };
  const stage = scene ?? compiler.imagine([wish]);
  const kind = reading.kind === undefined ? {} : { kind: reading.kind };
  const input = { ...wish, given, nodes: stage.nodes };
  if (!reading.valid) return { stance, ...kind, problems: reading.problems, input, scene: stage };
  const compiled = compiler.compile([input], stage.facts);
  const problems = [...reading.problems, ...compiled.problems];
  return { stance, ...kind, problems, input, scene: stage, ...(compiled.graph && { graph: compiled.graph }) };
}

/** Of several providers in one controller the one that the Service is for, as the controller tells it; the first where it is nobody's. */
export function settingFor(settings: readonly [Setting, ...Setting[]], service: Service): Setting {
  const [first] = settings;
  const rules = rulesOf({
    providers: settings.map(({ compiler }) => ({ provider: compiler })),
    claimClassless: first.claimClassless,
  });
  const claim = claimOf(service, rules);
  if (claim.stance !== 'ensure') return first;
  return settings.find(({ compiler }) => compiler.name === claim.provider) ?? first;
}

function stanceOf({ compiler, claimClassless }: Setting, service: Service): Stance {
  if (service.spec.type !== 'LoadBalancer' || service.metadata.deletionTimestamp !== undefined) return 'none';
  const rules = rulesOf({ providers: [{ provider: compiler }], claimClassless });
  return claimOf(service, rules).stance === 'ensure' ? 'ours' : 'other-class';
}
