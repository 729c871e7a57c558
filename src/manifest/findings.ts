// All that is wrong with a manifest, each at its place: what the API server would refuse and what the provider makes of it.
// Runs in a browser. It prints nothing.
import type { Service } from '../kube/types.ts';
import { judge, type Setting, type Stance, settingFor } from '../preview/judge.ts';
import type { Scene } from '../provider/provider.ts';
import { escapeText, type Problem, type ProblemCode, type Severity, suggest } from '../schema/index.ts';
import { completeService } from './complete.ts';
import type { FaultCode } from './fault.ts';
import type { Position } from './position.ts';
import type { Manifest, ManifestProblem, ManifestService } from './read.ts';
import { nameOf, type Path } from './take.ts';

export interface Finding extends Position {
  readonly severity: Severity;
  readonly code: ProblemCode | FaultCode;
  /** One complete sentence, or two. */
  readonly message: string;
  /** True: a part of the text was not read. */
  readonly unreadable: boolean;
  /** Counts from 1. */
  readonly document: number;
  /** The Service it is about, as far as it is known. */
  readonly service?: { readonly namespace: string; readonly name: string };
  /** Which provider that Service is for. */
  readonly provider?: string;
  /** The annotation it is about. */
  readonly annotation?: string;
  /** The field it is about, as `spec.ports[0].port`, where it is no annotation. */
  readonly field?: string;
  /** Escaped, and cut to 80 characters. */
  readonly value: string;
  readonly expected: string;
  readonly suggestion?: string;
  /** The first place of what is there twice. */
  readonly also?: Position;
}

export interface Findings {
  /** In the order of their places. */
  readonly findings: readonly Finding[];
  /** Whose each of the manifest's Services is, in their order. Only those that are ours have findings. */
  readonly stances: readonly Stance[];
}

export interface About {
  /** The scene that a Service is to be judged in; undefined: one that is imagined. */
  readonly sceneOf?: (service: Service) => Scene<object> | undefined;
  /** All providers that there are, by class: to tell of a class that is meant for one of them and reaches none. */
  readonly classes?: ReadonlyMap<string, string>;
}

/** Each Service is judged as the provider sees it that it is for: its class says which, and the first has those without. */
export function findingsOf(
  settings: readonly [Setting, ...Setting[]],
  manifest: Manifest,
  { sceneOf = () => undefined, classes = new Map() }: About = {},
): Findings {
  const stances: Stance[] = [];
  const findings: Finding[] = [];
  const problems = Map.groupBy(manifest.problems, ({ service }) => service);
  for (const problem of problems.get(undefined) ?? []) findings.push(ofManifest(problem));
  for (const [index, one] of manifest.services.entries()) {
    const shape = problems.get(index) ?? [];
    const service = completeService(one.service);
    const setting = settingFor(settings, service);
    const { name: provider } = setting.compiler;
    const judged = judge(setting, service, sceneOf(service));
    stances.push(judged.stance);
    if (judged.stance === 'other-class') findings.push(...astray(one, settings, classes));
    // Whose a Service is whose type is misspelt nobody knows.
    if (judged.stance !== 'ours' && !shape.some(({ path }) => path[1] === 'type')) continue;
    const about = judged.stance === 'ours' ? { provider } : {};
    findings.push(...shape.map((problem) => ({ ...ofManifest(problem), ...about })));
    for (const problem of judged.problems) {
      const place = placeOf(problem, one);
      if (isSaid(place.path, shape)) continue;
      const finding = { ...ofProblem(problem, place, one), ...about };
      if (problem.code !== 'unknown-key' || !isBadKey(finding, shape)) findings.push(finding);
    }
  }
  findings.sort((a, b) => a.line - b.line || a.column - b.column);
  return { findings, stances };
}

function ofManifest(problem: ManifestProblem): Finding {
  const { severity, code, unreadable, document, about, path, at, also, expected, suggestion, message } = problem;
  const name = nameOf(path);
  return {
    severity,
    code,
    message,
    unreadable,
    document,
    ...at,
    ...(also && { also }),
    ...(about && { service: about }),
    ...(path.length > 0 && (name.noun === 'Annotation' ? { annotation: name.key } : { field: name.key })),
    value: escapeText(problem.value),
    expected,
    ...(suggestion !== undefined && { suggestion }),
  };
}

const OUR_CLASSES = 'fairlead.dev/';

/** A class that is meant for a provider of ours, and reaches none of those that are asked for. */
function astray(
  { service, document, locate }: ManifestService,
  settings: readonly Setting[],
  classes: ReadonlyMap<string, string>,
): readonly Finding[] {
  const { loadBalancerClass: word } = service.spec;
  if (typeof word !== 'string') return [];
  const chosen = settings.map(({ compiler }) => compiler.name).join(', ');
  const provider = classes.get(word);
  const all = [...classes.keys(), ...settings.flatMap(({ compiler }) => compiler.classes)];
  const near = suggest(word, all);
  if (provider === undefined && near === undefined && !word.startsWith(OUR_CLASSES)) return [];
  const why =
    provider === undefined
      ? `which no provider answers to${near === undefined ? '' : ` (did you mean "${near}"?)`}`
      : `which provider ${provider} answers to, and that is not among those asked for (${chosen})`;
  const { name, namespace = 'default' } = service.metadata;
  return [
    {
      ...{ severity: 'warning', code: 'no-effect', unreadable: false, document },
      message: `spec.loadBalancerClass is "${escapeText(word)}", ${why}.`,
      ...locate(['spec', 'loadBalancerClass'], 'value', word),
      service: { namespace, name },
      field: 'spec.loadBalancerClass',
      value: escapeText(word),
      expected: settings.flatMap(({ compiler }) => compiler.classes).join(' or '),
      ...(provider === undefined && near !== undefined && { suggestion: near }),
    },
  ];
}

interface Place {
  readonly path: Path;
  readonly about: { readonly annotation: string } | { readonly field: string };
}

function ofProblem(problem: Problem, { path, about }: Place, { service, document, locate }: ManifestService): Finding {
  const { severity, code, message, value, expected, suggestion } = problem;
  const at = KEY_CODES.has(code) ? locate(path) : locate(path, 'value', value);
  const { name, namespace = 'default' } = service.metadata;
  return {
    severity,
    code,
    message,
    unreadable: false,
    document,
    ...at,
    service: { namespace, name },
    ...about,
    value,
    expected,
    ...(suggestion !== undefined && { suggestion }),
  };
}

/** What is wrong is that the key is there. */
const KEY_CODES: ReadonlySet<ProblemCode> = new Set(['unknown-key', 'no-effect', 'deprecated', 'missing']);

/** Problems name what they are about by a key that is escaped, or by a field's path. */
function placeOf({ key }: Problem, { service }: ManifestService): Place {
  const annotations = service.metadata.annotations ?? {};
  const given = Object.hasOwn(annotations, key)
    ? key
    : Object.keys(annotations).find((one) => escapeText(one, 320) === key);
  if (given === undefined && /^(spec|metadata)\./.test(key)) return { path: pathOf(key), about: { field: key } };
  return { path: ['metadata', 'annotations', given ?? key], about: { annotation: key } };
}

/** `spec.ports[0].port` */
function pathOf(field: string): Path {
  return [...field.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) =>
    index === undefined ? step : Number(index),
  );
}

/** No annotation can have such a key: that it is unknown is no news. */
function isBadKey({ line, column }: Finding, shape: readonly ManifestProblem[]): boolean {
  return shape.some(({ code, at }) => code === 'invalid-value' && at.line === line && at.column === column);
}

/** A field that is ill-shaped is told of once. */
function isSaid(path: Path, shape: readonly ManifestProblem[]): boolean {
  if (path[0] !== 'spec') return false;
  return shape.some(
    (one) => one.severity === 'error' && one.path[0] === 'spec' && one.path.length > 1 && overlap(one.path, path),
  );
}

function overlap(a: Path, b: Path): boolean {
  return a.slice(0, b.length).every((step, at) => step === b[at]);
}
