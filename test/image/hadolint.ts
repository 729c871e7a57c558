// hadolint, the linter for Dockerfiles, pinned by hash and installed once per machine. It never runs what is not pinned.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonWithMoto } from '../../localstack/python.ts';

const run = promisify(execFile);
const requirements = join(import.meta.dirname, 'hadolint.txt');

/** One complaint. `code` is hadolint's, or that of the shell checker in it. */
export interface Complaint {
  readonly line: number;
  readonly code: string;
  readonly level: string;
  readonly message: string;
}

/** All complaints of all levels about the file, none of them silenced. */
export async function hadolint(file: string): Promise<readonly Complaint[]> {
  const args = ['--no-fail', '--disable-ignore-pragma', '--format', 'json', file];
  const { stdout } = await run(await program(), args);
  return JSON.parse(stdout) as Complaint[];
}

/** Under `${XDG_CACHE_HOME:-~/.cache}/fairlead/hadolint/`. Two processes at once each make it; one of them wins. */
async function program(): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 16);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fairlead', 'hadolint');
  const home = join(cache, hash);
  const path = join(home, 'bin', 'hadolint');
  if (existsSync(path)) return path;
  await mkdir(cache, { recursive: true });
  const draft = `${home}.${process.pid}.tmp`;
  try {
    const how = ['--no-deps', '--require-hashes', '--only-binary=:all:', '--disable-pip-version-check', '--no-compile'];
    const python = await pythonWithMoto(() => undefined);
    await run(python, ['-m', 'pip', 'install', '--quiet', ...how, '--target', draft, '-r', requirements]);
    await rename(draft, home).catch((error: unknown) => {
      if (!existsSync(path)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return path;
}
