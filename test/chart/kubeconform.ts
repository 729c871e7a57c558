// Holds objects against the schemas of a Kubernetes release that are kept beside this file. Reaches no network.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ensureTools } from '../tools/programs.ts';

const schemas = join(import.meta.dirname, 'schemas');

/** One object that does not fit, or that there is no schema for. */
export interface Misfit {
  readonly object: string;
  readonly message: string;
}

interface Report {
  readonly resources: readonly {
    readonly kind: string;
    readonly name: string;
    readonly status: string;
    readonly msg: string;
  }[];
}

/** How many objects a text of YAML documents has, and what is wrong with them in a release such as `1.36.3`. */
export async function conform(
  text: string,
  release: string,
): Promise<{ readonly objects: number; readonly misfits: readonly Misfit[] }> {
  const { kubeconform } = await ensureTools((line) => console.error(line));
  const places = ['{{.NormalizedKubernetesVersion}}', 'monitoring'].map((folder) => [
    '-schema-location',
    join(schemas, folder, '{{.ResourceKind}}{{.KindSuffix}}.json'),
  ]);
  const args = ['-output', 'json', '-verbose', '-kubernetes-version', release, ...places.flat(), '-'];
  const out = await new Promise<string>((resolve, reject) => {
    const child = execFile(kubeconform, args, { timeout: 60_000, env: {} }, (error, stdout, stderr) => {
      // It ends with 1 where something does not fit, and tells of that on stdout.
      if (error && stdout === '') reject(new Error(`kubeconform: ${stderr || error.message}`));
      else resolve(stdout);
    });
    child.stdin?.end(text);
  });
  const { resources } = JSON.parse(out) as Report;
  const judged = resources.filter(({ status }) => status !== 'statusEmpty');
  const misfits = judged
    .filter(({ status }) => status !== 'statusValid')
    .map(({ kind, name, status, msg }) => ({ object: `${kind}/${name}`, message: msg || status }));
  return { objects: judged.length, misfits };
}
