// Python environments for the emulators, each built once per machine and shared by all runs. It never changes an
// environment that is in use: a new one is built beside it and renamed into place.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

/** Longer than any honest build: a lock older than this was left behind. */
const staleLockMs = 10 * 60_000;

type Log = (line: string) => void;

/** What an environment is for and what is in it. */
export interface PythonEnvironment {
  /** Its folder in the cache, and how it is called in what is logged. */
  readonly name: string;
  /** Path of a file in pip's format, every version pinned. */
  readonly requirements: string;
  /** The oldest Python that will do, such as `3.10`. */
  readonly python: string;
  readonly sizeMegabytes: number;
}

const moto: PythonEnvironment = {
  name: 'moto',
  requirements: join(import.meta.dirname, 'requirements.txt'),
  python: '3.10',
  sizeMegabytes: 110,
};

/** The interpreter of the environment that moto runs in; see `pythonWith`. */
export function pythonWithMoto(log: Log): Promise<string> {
  return pythonWith(moto, log);
}

/**
 * The interpreter of an environment that holds the pinned requirements, under
 * `${XDG_CACHE_HOME:-~/.cache}/fairlead/<name>/<hash>/`. Builds it if it is not there, telling `log`.
 */
export async function pythonWith(environment: PythonEnvironment, log: Log): Promise<string> {
  const { name, requirements } = environment;
  const version = await run('python3', ['-c', 'import sys; print(sys.version, sys.executable)'], () => {}).catch(
    (error: Error) => {
      throw new Error(`${name} needs Python ${environment.python} or newer as python3 on the PATH: ${error.message}`);
    },
  );
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .update(version)
    .digest('hex')
    .slice(0, 16);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fairlead', name);
  const home = join(cache, hash);
  const python = join(home, 'bin', 'python');
  if (existsSync(python)) return python;

  await mkdir(cache, { recursive: true });
  const tell: Log = (line) => log(`${name}: ${line}`);
  await using _lock = await lock(`${home}.lock`, () => existsSync(python), tell);
  if (existsSync(python)) return python;
  const draft = `${home}.${process.pid}.tmp`;
  try {
    await build(environment, draft, tell);
    if (existsSync(python)) return python;
    await rm(home, { recursive: true, force: true });
    await rename(draft, home);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  tell(`environment ready in ${home}`);
  return python;
}

async function build(environment: PythonEnvironment, home: string, log: Log): Promise<void> {
  log(`building its Python environment (once, about ${environment.sizeMegabytes} MB)`);
  await run('python3', ['-m', 'venv', home], log).catch(async (error: Error) => {
    if (!/ensurepip/.test(error.message)) throw error;
    const root = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
    if (!root) throw new Error('python3 cannot make virtual environments here: install the package python3-venv');
    log('python3-venv is missing, installing it with apt-get');
    await run('apt-get', ['update', '-q'], log);
    await run('apt-get', ['install', '-y', '-q', 'python3-venv'], log);
    await rm(home, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', home], log);
  });
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-compile', '-r', environment.requirements];
  await run(join(home, 'bin', 'python'), pip, (line) => {
    const progress = /^Collecting \S+|^Installing collected packages/.exec(line)?.[0];
    if (progress) log(progress);
  });
}

/** Runs a program to its end; answers what it printed, throws with the end of its output if it fails. */
async function run(program: string, args: readonly string[], log: Log): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      output.push(line);
      log(line);
    });
  }
  const code = await ended(child);
  if (code === 0) return output.join('\n');
  throw new Error(`${program} ${args.join(' ')} failed (${code}):\n${output.slice(-20).join('\n')}`);
}

function ended(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
}

/**
 * Holds `path` as a lock file, so that of two processes one builds and the other waits. Only saves work: the rename
 * is what keeps a half-built environment from being used, so a wrongly broken lock does no harm.
 */
async function lock(path: string, ready: () => boolean, log: Log): Promise<AsyncDisposable> {
  for (let told = false; ; ) {
    const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      return undefined;
    });
    if (file) {
      await file.writeFile(String(process.pid));
      await file.close();
      return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    }
    if (ready()) return { [Symbol.asyncDispose]: async () => {} };
    if (await abandoned(path)) await rm(path, { force: true });
    else {
      if (!told) log('another process is building the environment, waiting for it');
      told = true;
      await wait(300);
    }
  }
}

async function abandoned(path: string): Promise<boolean> {
  const [pid, info] = await Promise.all([readFile(path, 'utf8').catch(() => ''), stat(path).catch(() => undefined)]);
  if (!info) return false;
  const ageMs = Date.now() - info.mtimeMs;
  if (ageMs > staleLockMs) return true;
  // The file is written just after it is made: an empty one that is new belongs to somebody.
  if (pid === '') return ageMs > 5_000;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
