// What the playground has to show for what stands in its editors. Pure: no page, no clock.
import type { Graph } from '../../../engine/graph.ts';
import type { Plan } from '../../../engine/plan.ts';
import type { Phrase } from '../../../engine/render-value.ts';
import type { Service } from '../../../kube/types.ts';
import { completeService, SAMPLE_CLUSTER } from '../../../manifest/complete.ts';
import { findingsOf } from '../../../manifest/findings.ts';
import type { Position } from '../../../manifest/position.ts';
import { type Manifest, type ManifestService, readManifest } from '../../../manifest/read.ts';
import { factsDocument, parseFacts } from '../../../preview/facts-document.ts';
import { type Setting, type Stance, sampleFlags } from '../../../preview/judge.ts';
import { type Preview, preview, previewChange } from '../../../preview/preview.ts';
import type { AnyCompiler, Scene } from '../../../provider/provider.ts';
import { parseOptions, type Severity } from '../../../schema/index.ts';

export interface Question {
  readonly compiler: AnyCompiler;
  /** Names of all providers, by class: a Service may be for another one. */
  readonly classes?: ReadonlyMap<string, string>;
  /** By flag name without dashes. */
  readonly options: Readonly<Record<string, string>>;
  readonly mode: 'one' | 'change';
  readonly service: string;
  readonly before: string;
  /** Where they were edited: JSON. */
  readonly facts?: string | undefined;
}

export type Place = 'service' | 'before' | 'facts';

export interface Note {
  readonly where: Place;
  readonly severity: Severity;
  readonly message: string;
  readonly place?: Position;
  /** Namespace and name of the Service it is about. */
  readonly about?: string;
}

export interface Result {
  /** Namespace and name. */
  readonly name: string;
  readonly stance: Stance;
  /** `a Network Load Balancer` */
  readonly kind?: string;
  readonly graph?: Graph;
  readonly plan?: Plan;
  /** The provider's words for values. */
  readonly phrase?: Phrase | undefined;
  /** What the cloud has to permit for these calls. */
  readonly permissionsOf?: AnyCompiler['permissions'];
}

export interface Answer {
  readonly notes: readonly Note[];
  readonly results: readonly Result[];
  /** Services that are not shown, since there are so many. */
  readonly left: number;
  /** The facts that were made up, as JSON. Undefined where they were given, or no Service needs any. */
  readonly facts?: string;
}

/** More than that on one page helps nobody. */
const MOST_SERVICES = 10;

/** Never throws. */
export function answer(question: Question): Answer {
  const given = question.facts === undefined ? undefined : parseFacts(question.facts, [question.compiler.name]);
  if (typeof given === 'string') {
    const message = `The text of the facts ${given}. Reset them, or paste what fairlead facts wrote.`;
    return { notes: [{ where: 'facts', severity: 'error', message }], results: [], left: 0 };
  }
  const setting: Setting = {
    compiler: question.compiler,
    options: parseOptions(question.compiler.options, {
      flags: { ...sampleFlags(question.compiler), ...question.options },
      env: {},
    }).values,
    cluster: given?.cluster ?? SAMPLE_CLUSTER,
    claimClassless: true,
  };
  try {
    const found =
      question.mode === 'one' ? answerOne(question, setting, given) : answerChange(question, setting, given);
    return { ...found, results: found.results.map((result) => withoutFaulty(result, found.notes)) };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const message = given
      ? `With these facts nothing can be planned (${why}). Reset them, or paste what fairlead facts wrote.`
      : `This cannot be planned, which is a fault of Fairlead: ${why}`;
    return { notes: [{ where: given ? 'facts' : 'service', severity: 'error', message }], results: [], left: 0 };
  }
}

function answerOne({ service, classes }: Question, setting: Setting, given: Scene<object> | undefined): Answer {
  const manifest = readManifest(service);
  const shown = manifest.services.slice(0, MOST_SERVICES);
  const previews = shown.map((one) => preview(setting, completeService(one.service), given));
  const scene = previews.find((one) => one.scene)?.scene;
  return {
    notes: notesOf(manifest, 'service', { setting, classes }, () => given),
    results: shown.map((one, at) => resultOf(nameOf(one.service), previews[at]!, setting)),
    left: manifest.services.length - shown.length,
    ...(scene && !given && { facts: factsText(setting, scene) }),
  };
}

function answerChange(
  { before, service, classes }: Question,
  setting: Setting,
  given: Scene<object> | undefined,
): Answer {
  const [old, manifest] = [readManifest(before), readManifest(service)];
  const shown = manifest.services.slice(0, MOST_SERVICES);
  const scenes = new Map<
    string,
    { readonly before?: Scene<object> | undefined; readonly after?: Scene<object> | undefined }
  >();
  const missing: Note[] = [];
  const results = shown.map((after) => {
    const name = nameOf(after.service);
    const was = old.services.find((one) => nameOf(one.service) === name);
    if (!was) {
      const message = `${name} is not here: it is planned as if it were new.`;
      missing.push({ where: 'before', severity: 'warning', message });
      return resultOf(name, preview(setting, completeService(after.service), given), setting);
    }
    const change = previewChange(setting, completeService(was.service), sameObject(was, after), given);
    scenes.set(name, { before: change.before.scene, after: change.after.scene });
    return resultOf(name, change.after, setting);
  });
  const scene = [...scenes.values()].find((one) => one.before)?.before;
  return {
    notes: [
      ...notesOf(old, 'before', { setting, classes }, (name) => scenes.get(name)?.before ?? given),
      ...(old.documents > 0 ? missing : []),
      ...notesOf(manifest, 'service', { setting, classes }, (name) => scenes.get(name)?.after ?? given),
    ],
    results,
    left: manifest.services.length - shown.length,
    ...(scene && !given && { facts: factsText(setting, scene) }),
  };
}

/** What no API server would take has no plan, however much of it can be read. */
function withoutFaulty({ graph, plan, ...rest }: Result, notes: readonly Note[]): Result {
  const isFaulty = notes.some(({ severity, about }) => severity === 'error' && about === rest.name);
  return isFaulty ? rest : { ...rest, ...(graph && { graph }), ...(plan && { plan }) };
}

/** The later version of one object keeps what a cluster gave to the first: its UID. */
function sameObject(was: ManifestService, after: ManifestService): Service {
  const { uid } = completeService(was.service).metadata;
  const service = completeService(after.service);
  return { ...service, metadata: { ...service.metadata, uid } };
}

/** What is wrong with the text, judged in the same scene as its plan. */
function notesOf(
  manifest: Manifest,
  where: Place,
  { setting, classes }: { readonly setting: Setting; readonly classes: Question['classes'] },
  sceneOf: (name: string) => Scene<object> | undefined,
): readonly Note[] {
  const { findings } = findingsOf([setting], manifest, {
    sceneOf: (service) => sceneOf(nameOf(service)),
    ...(classes && { classes }),
  });
  const notes = findings.map(
    ({ severity, message, line, column, length, service }): Note => ({
      where,
      severity,
      message,
      place: { line, column, length },
      ...(service && { about: `${service.namespace}/${service.name}` }),
    }),
  );
  if (manifest.services.length > 0 || notes.length > 0) return notes;
  const message =
    manifest.documents === 0 ? 'There is nothing here yet: write or paste a Service.' : 'There is no Service here.';
  return [{ where, severity: 'warning', message }];
}

function resultOf(name: string, { stance, kind, graph, plan }: Preview, { compiler }: Setting): Result {
  const spoken = kind === undefined ? undefined : compiler.annotations.kinds[kind];
  return {
    name,
    stance,
    ...(spoken && { kind: spoken }),
    ...(graph && { graph }),
    ...(plan && { plan }),
    phrase: compiler.phrase,
    permissionsOf: compiler.permissions,
  };
}

function nameOf({ metadata }: Service): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

function factsText({ compiler, cluster }: Setting, scene: Scene<object>): string {
  const document = factsDocument(compiler.name, cluster, scene);
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
