// helm as a process, with nothing of the person who runs it: no repositories, plugins, settings or cluster of theirs.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ensureTools } from '../tools/programs.ts';

/** The chart of this checkout. */
export const CHART = join(import.meta.dirname, '..', '..', 'helm', 'fairlead');

const TIMEOUT_MS = 300_000;

/** How a run of helm ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface HelmOptions {
  /** Path of a kubeconfig; without one no cluster is reached. */
  readonly kubeconfig?: string;
  /** Values, as a file of values would say them. */
  readonly values?: object;
}

/** Any object of Kubernetes. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface RenderOptions {
  /** The name of the release; default `fairlead`. */
  readonly release?: string;
  /** Default `fairlead`. */
  readonly namespace?: string;
  /** For instance `1.34.4`; default helm's own. */
  readonly kubeVersion?: string;
  /** API versions that the cluster has besides those of Kubernetes, for instance `monitoring.coreos.com/v1`. */
  readonly apiVersions?: readonly string[];
  /** Path of the chart; default this checkout's. */
  readonly chart?: string;
  /** Further arguments of `helm template`. */
  readonly args?: readonly string[];
}

/** `helm <args>`, to its end; builds helm first where need be. Rejects only if it cannot be run. */
export async function helm(args: readonly string[], options: HelmOptions = {}): Promise<Ran> {
  const { helm: program } = await ensureTools((line) => console.error(line));
  const home = await mkdtemp(join(tmpdir(), 'fairlead-helm-'));
  try {
    return await run(program, home, args, options);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function run(program: string, home: string, args: readonly string[], options: HelmOptions): Promise<Ran> {
  const { PATH = '' } = process.env;
  const env = {
    ...{ PATH, HOME: home, HELM_CACHE_HOME: join(home, 'cache'), HELM_CONFIG_HOME: join(home, 'config') },
    ...{ HELM_DATA_HOME: join(home, 'data'), HELM_PLUGINS: join(home, 'plugins') },
    KUBECONFIG: options.kubeconfig ?? join(home, 'no-kubeconfig'),
  };
  const given = options.values === undefined ? args : [...args, '--values', '-'];
  return new Promise((resolve, reject) => {
    const settings = { env, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' as const, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(program, given, settings, (error, out, err) => {
      const code = error ? child.exitCode : 0;
      if (code === null) reject(new Error(`helm ${args.join(' ')} did not end by itself: ${error?.message}\n${err}`));
      else resolve({ code, out, err });
    });
    // Whoever refuses the arguments has ended before it read the values.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.values === undefined ? '' : JSON.stringify(options.values));
  });
}

/** What the chart renders with these values, as text. Rejects with helm's own words if it refuses. */
export async function renderText(values: object = {}, options: RenderOptions = {}): Promise<string> {
  const { release = 'fairlead', namespace = 'fairlead', kubeVersion, apiVersions = [], chart = CHART } = options;
  const version = kubeVersion === undefined ? [] : ['--kube-version', kubeVersion];
  const apis = apiVersions.flatMap((one) => ['--api-versions', one]);
  const args = ['template', release, chart, '--namespace', namespace, ...version, ...apis, ...(options.args ?? [])];
  const { code, out, err } = await helm(args, { values });
  if (code !== 0) throw new Error(err.trim());
  return out;
}

/** What the chart renders with these values, in helm's order. Rejects with helm's own words if it refuses. */
export async function render(values: object = {}, options: RenderOptions = {}): Promise<readonly Rendered[]> {
  return objectsIn(await renderText(values, options));
}

/** The objects of a text of YAML documents; empty documents are none. */
export function objectsIn(text: string): readonly Rendered[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0]) throw document.errors[0];
    const object = document.toJS() as Rendered | null;
    return object === null ? [] : [object];
  });
}
