// Compiles the tools that a go.mod pins, with visible progress. Knows nothing of caches, and leaves go.mod and go.sum as
// they are: a build that would have to change them fails.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { spawnGuard } from '../cluster/guard.ts';
import type { GoModule, Pinned } from './module.ts';

const run = promisify(execFile);
/** Lines of Go's output that an error carries. */
const errorLines = 30;
/** A module being fetched or a package being compiled. */
const progressLine = /^(go: downloading .*|\S+)$/;
/** Without cgo the result does not depend on whether this machine has a C compiler. */
const goEnvironment = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };

/** Puts the programs into `output`; one line to `log` every `lineMs`. Rejects with the end of Go's output. */
export async function build<Name extends string>(
  module: GoModule<Name>,
  pinned: Pinned,
  output: string,
  lineMs: number,
  log: (line: string) => void,
): Promise<void> {
  const { directory, text } = module;
  const go = await checkGo(module, pinned);
  log(`building ${text} (${module.main} ${pinned.version}) from source with ${go}: some minutes, once`);
  const startMs = performance.now();
  let total = 0;
  let downloads = 0;
  let compiled = 0;
  const ticker = setInterval(() => {
    const seconds = Math.round((performance.now() - startMs) / 1000);
    const of = total === 0 ? '' : ` of at most ${total}`;
    log(`building: ${seconds} s, ${downloads} modules downloaded, ${compiled}${of} packages compiled`);
  }, lineMs);
  const options = ['-mod=readonly', '-buildvcs=false'];
  try {
    // Fetches the sources and says what the second command, which counts only what is not in Go's own cache, will need.
    await runGo(directory, ['list', ...options, '-deps', 'tool'], {}, (line, isError) => {
      if (!isError) total += 1;
      else if (line.startsWith('go: downloading ')) downloads += 1;
    });
    const install = ['install', ...options, '-v', '-ldflags', linkerFlags(module.stamp(pinned.version)), 'tool'];
    await runGo(directory, install, { GOBIN: output }, () => {
      compiled += 1;
    });
  } finally {
    clearInterval(ticker);
  }
  for (const [name, called] of Object.entries<string>(module.programs)) {
    if (called !== name) await rename(join(output, called), join(output, name));
  }
  log(`built in ${Math.round((performance.now() - startMs) / 1000)} s (${compiled} packages compiled)`);
}

/** Runs Go in the module's directory, every line to `onLine`; rejects with the end of what it wrote to stderr. */
async function runGo(
  directory: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  onLine: (line: string, isError: boolean) => void,
): Promise<void> {
  const child = spawn('go', args, {
    cwd: directory,
    env: { ...goEnvironment, ...environment },
    // A group of its own, so that the compilers end with it if this process ends: a build goes on for minutes.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const guard = child.pid === undefined ? undefined : spawnGuard(child.pid);
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => onLine(line, false));
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (!progressLine.test(line)) errors.push(line);
    onLine(line, true);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  guard?.kill('SIGKILL');
  if (code !== 0) {
    throw new Error(`go ${args[0]} ended with ${signal ?? `code ${code}`}:\n${errors.slice(-errorLines).join('\n')}`);
  }
}

/** Without symbols; `stamp` is the value of each variable. */
function linkerFlags(stamp: Readonly<Record<string, string | undefined>>): string {
  return ['-s', '-w', ...Object.entries(stamp).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
}

/** The version of Go in use, for instance `go1.26.8`; a Go that may fetch a newer toolchain has done so by then. */
async function checkGo<Name extends string>(module: GoModule<Name>, { go }: Pinned): Promise<string> {
  const instead = module.instead === undefined ? '' : `; ${module.instead}`;
  const advice = `${module.text} are built from source and need Go ${go} or newer (https://go.dev/dl)${instead}`;
  const found = await run('go', ['env', 'GOVERSION'], { cwd: module.directory, env: goEnvironment }).catch(
    (error: NodeJS.ErrnoException & { stderr?: string }) => {
      if (error.code === 'ENOENT') throw new Error(`there is no Go on this machine: ${advice}`);
      throw new Error(`go env failed: ${error.stderr ?? error.message}\n${advice}`);
    },
  );
  const version = found.stdout.trim();
  if (!atLeast(version, go)) throw new Error(`this machine has ${version}: ${advice}`);
  return version;
}

/** Compares `go1.26.8` with `1.26.0`; a development build without a number passes. */
function atLeast(version: string, needed: string): boolean {
  const [major = Infinity, minor = 0, patch = 0] = (version.match(/\d+/g) ?? []).map(Number);
  const [neededMajor = 0, neededMinor = 0, neededPatch = 0] = needed.split('.').map(Number);
  if (major !== neededMajor) return major > neededMajor;
  if (minor !== neededMinor) return minor > neededMinor;
  return patch >= neededPatch;
}
