// One run of the built command line as a process of its own, to its end.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Stack } from './stack.ts';

const root = join(import.meta.dirname, '..', '..');
const TIMEOUT_MS = 90_000;

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Makes dist/fairlead.js from the sources as they are. */
export async function buildCommand(): Promise<void> {
  const { code, err } = await run([join(root, 'build.ts')], {});
  if (code !== 0) throw new Error(`the build failed: ${err}`);
}

/**
 * `fairlead <args>`, with the arguments and the environment that the stack's controllers have; nobody is there to be asked.
 * `program` is that of another version.
 */
export function fairlead(
  stack: Stack,
  args: readonly string[],
  kubeconfig = stack.cluster.kubeconfig,
  program = join(root, 'dist/fairlead.js'),
): Promise<Ran> {
  const common = ['--provider', 'aws', '--cluster-name', stack.clusterName, '--kubeconfig', kubeconfig];
  return run([program, ...args, ...common], stack.emulator.env);
}

/** `fairlead <args>` with no cluster, no cloud and nothing in the environment. */
export function fairleadAlone(...args: readonly string[]): Promise<Ran> {
  return run([join(root, 'dist/fairlead.js'), ...args], {});
}

function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve, reject) => {
    const options = { cwd: root, env: { PATH, HOME, ...env }, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' as const };
    const child = execFile(process.execPath, args, options, (error, out, err) => {
      const code = error ? child.exitCode : 0;
      if (code === null) reject(new Error(`${args.join(' ')} did not end by itself: ${err}`));
      else resolve({ code, out, err });
    });
    child.stdin?.end();
  });
}
