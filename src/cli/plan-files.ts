// `fairlead plan -f`: Services of files, compiled against facts of a real cloud or of one that is made up, and planned as if
// nothing of them existed. It sends nothing anywhere.

import { printable } from '../kube/printable.ts';
import type { Service } from '../kube/types.ts';
import { completeService, SAMPLE_CLUSTER } from '../manifest/complete.ts';
import { LIMITS } from '../manifest/fault.ts';
import { type Finding, findingsOf } from '../manifest/findings.ts';
import { type Manifest, type ManifestProblem, type ManifestService, readManifest } from '../manifest/read.ts';
import type { FactsDocument } from '../preview/facts-document.ts';
import { type Setting, settingFor } from '../preview/judge.ts';
import { preview } from '../preview/preview.ts';
import type { Scene } from '../provider/provider.ts';
import { type Chosen, UsageError } from './choice.ts';
import { readFacts } from './facts-document.ts';
import type { PlanHead, Planned, PlanProblem } from './plan-form.ts';
import type { PlanWish } from './plan-wish.ts';
import { fileName, readTextFile } from './text-file.ts';

export interface FoundPlans {
  readonly head: PlanHead;
  readonly planned: readonly Planned[];
  /** Faults of the files themselves, for people: `file:line:column: error: …`. */
  readonly faults: readonly string[];
  /** What to know about the facts, or that there is nothing. */
  readonly hint?: string;
}

const IMAGINED =
  'The cloud is made up: region, subnets, nodes, UIDs and node ports are samples, and all that a Service names is taken to ' +
  'exist. To plan with what yours has: fairlead facts -f FILE --out facts.json, then --facts facts.json.';

const NEW =
  'UIDs, the names that are made of them, and node ports are samples: a cluster gives them when it is applied.';

const EMPTY = 'No Service found.';

/** Throws a UsageError for a file that cannot be read, or facts that do not fit. */
export async function planFiles(
  chosen: Chosen,
  wish: Pick<PlanWish, 'files' | 'facts'>,
  isClusterNamed: boolean,
): Promise<FoundPlans> {
  const names = chosen.providers.map(({ provider }) => provider.name);
  const facts = wish.facts === undefined ? undefined : await readFacts(wish.facts, names);
  const { clusterName: name } = chosen.settings;
  if (facts && isClusterNamed && facts.cluster.name !== name) {
    throw new UsageError(`--facts: ${wish.facts} is of cluster ${facts.cluster.name}, and --cluster-name is ${name}`);
  }
  const cluster = facts?.cluster ?? { name, uid: SAMPLE_CLUSTER.uid };
  const [first, ...others] = chosen.providers.map(({ provider, options }, at): Setting => {
    // The first provider alone gets Services without a class.
    const claimClassless = at === 0 && chosen.settings.claimClassless;
    return { compiler: provider, options, cluster, claimClassless };
  });
  if (!first) throw new UsageError('there is no provider to plan for');
  const planned: Planned[] = [];
  const faults: string[] = [];
  for (const file of wish.files) {
    const manifest = readManifest(await textOf(file));
    const shown = fileName(file);
    faults.push(...faultsOf(manifest, shown));
    const problems = Map.groupBy(manifest.problems, ({ service }) => service);
    for (const [at, service] of manifest.services.entries()) {
      const alone = { ...manifest, services: [service], problems: (problems.get(at) ?? []).map(asFirst) };
      planned.push(planOne([first, ...others], alone, service, shown, facts));
    }
  }
  const head = { mode: 'offline', facts: facts ? 'given' : 'imagined', cluster } as const;
  const hint = faults.length + planned.length === 0 ? EMPTY : hintFor(planned, facts !== undefined);
  return { head, planned, faults, ...(hint !== undefined && { hint }) };
}

function hintFor(planned: readonly Planned[], hasFacts: boolean): string | undefined {
  const shown = planned.filter(({ plan }) => plan);
  if (shown.length === 0) return undefined;
  if (!hasFacts) return IMAGINED;
  return shown.some(({ service }) => service.uid === undefined) ? NEW : undefined;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readTextFile(file, LIMITS.streamLength);
  } catch (error) {
    throw new UsageError(`-f: ${fileName(file)} ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What is wrong with a file and is of no Service that could be read. */
function faultsOf({ problems }: Manifest, file: string): readonly string[] {
  return problems
    .filter(({ service }) => service === undefined)
    .map(({ at, severity, message }) => `${printable(file, 4096)}:${at.line}:${at.column}: ${severity}: ${message}`);
}

function planOne(
  settings: readonly [Setting, ...Setting[]],
  manifest: Manifest,
  found: ManifestService,
  file: string,
  facts: FactsDocument | undefined,
): Planned {
  const { namespace = 'default', name, uid } = found.service.metadata;
  const about = {
    service: { namespace, name, ...(uid && { uid }) },
    source: { file, line: found.at.line, column: found.at.column },
    notes: [],
  };
  const setting = settingFor(settings, completeService(found.service));
  const scene: Scene<object> | undefined = facts?.provider === setting.compiler.name ? facts : undefined;
  return { ...about, ...planFor(setting, manifest, found.service, file, scene) };
}

function asFirst(problem: ManifestProblem): ManifestProblem {
  return { ...problem, service: 0 };
}

function planFor(
  setting: Setting,
  manifest: Manifest,
  service: Service,
  file: string,
  scene: Scene<object> | undefined,
): Omit<Planned, 'service' | 'source'> {
  const provider = setting.compiler.name;
  try {
    const { findings, stances } = findingsOf([setting], manifest, { sceneOf: () => scene });
    const problems = findings.map((one) => problemOf(one, file));
    const shown = preview(setting, completeService(service), scene);
    const kind = shown.kind === undefined ? {} : { loadBalancer: shown.kind };
    const about = { provider, stance: stances[0] ?? 'none', ...kind, problems, notes: [] };
    if (problems.some(({ severity }) => severity === 'error')) {
      return { ...about, notes: scene && shown.input ? [MORE_FACTS] : [] };
    }
    return { ...about, ...(shown.plan && { plan: shown.plan }) };
  } catch (error) {
    if (!scene) throw error;
    // Nothing but the facts comes from outside without having been checked.
    const why = error instanceof Error ? error.message : String(error);
    const message = `the facts do not have the form that ${provider} reads (${why}): gather them again`;
    return { provider, stance: 'ours', problems: [], notes: [], error: message };
  }
}

const MORE_FACTS =
  'The facts hold what those Services name that they were gathered for: for what is missing, fairlead facts -f FILE again.';

function problemOf(finding: Finding, file: string): PlanProblem {
  const { severity, code, annotation, field, value, expected, suggestion, message, line, column } = finding;
  return {
    severity,
    code,
    key: annotation ?? field ?? '',
    value,
    expected,
    ...(suggestion !== undefined && { suggestion }),
    message,
    position: { file, line, column },
  };
}
