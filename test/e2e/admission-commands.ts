// `fairlead policy` and kubectl as processes of their own, as people run them.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ensureAssets } from '../cluster/assets.ts';
import type { Cluster } from '../cluster/start.ts';
import type { Ran } from '../stack/command.ts';

const root = join(import.meta.dirname, '..', '..');
const TIMEOUT_MS = 90_000;

/** What `fairlead policy <args>` prints. Rejects where it fails. */
export async function policyYaml(...args: readonly string[]): Promise<string> {
  const command = ['--disable-warning=ExperimentalWarning', join(root, 'src/main.ts'), 'policy', ...args];
  const { code, out, err } = await run(process.execPath, command, '');
  if (code !== 0) throw new Error(`fairlead policy ended with ${code}: ${err}`);
  return out;
}

/** `kubectl <args>` with `input` on its standard input. */
export async function kubectl(cluster: Cluster, args: readonly string[], input = ''): Promise<Ran> {
  const { kubectl: path } = await ensureAssets(console.info);
  return run(path, ['--kubeconfig', cluster.kubeconfig, ...args], input);
}

function run(file: string, args: readonly string[], input: string): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve, reject) => {
    const options = { env: { PATH, HOME }, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' as const, maxBuffer: 2 ** 26 };
    const child = execFile(file, args, options, (error, out, err) => {
      const code = error ? child.exitCode : 0;
      if (code === null) reject(new Error(`${file} did not end by itself: ${err}`));
      else resolve({ code, out, err });
    });
    child.stdin?.end(input);
  });
}
