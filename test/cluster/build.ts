// Compiles the three tools that go.mod pins, with visible progress. Knows nothing of caches, and leaves go.mod and go.sum
// as they are: a build that would have to change them fails.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { spawnGuard } from './guard.ts';

const run = promisify(execFile);
/** Lines of Go's output that an error carries. */
const errorLines = 30;
/** A module being fetched or a package being compiled. */
const progressLine = /^(go: downloading .*|\S+)$/;
const moduleDirectory = import.meta.dirname;
/** Without cgo the result does not depend on whether this machine has a C compiler. */
const goEnvironment = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };

/**
 * Puts `kube-apiserver`, `kubectl` and `etcd` into `directory`, the first two stamped with `version`; one line to `log`
 * every `lineMs`. Rejects with the end of Go's output.
 */
export async function build(
  directory: string,
  version: string,
  lineMs: number,
  log: (line: string) => void,
): Promise<void> {
  const go = await checkGo();
  log(`building kube-apiserver and kubectl ${version} and etcd from source with ${go}: some minutes, once`);
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
    await runGo(['list', ...options, '-deps', 'tool'], {}, (line, isError) => {
      if (!isError) total += 1;
      else if (line.startsWith('go: downloading ')) downloads += 1;
    });
    await runGo(['install', ...options, '-v', '-ldflags', stamp(version), 'tool'], { GOBIN: directory }, () => {
      compiled += 1;
    });
  } finally {
    clearInterval(ticker);
  }
  // Go names a binary after the last path element that is not a major version: `server` for etcd's main package.
  await rename(join(directory, 'server'), join(directory, 'etcd'));
  log(`built in ${Math.round((performance.now() - startMs) / 1000)} s (${compiled} packages compiled)`);
}

/** Runs Go in the module's directory, every line to `onLine`; rejects with the end of what it wrote to stderr. */
async function runGo(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  onLine: (line: string, isError: boolean) => void,
): Promise<void> {
  const child = spawn('go', args, {
    cwd: moduleDirectory,
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

/** What `GET /version` answers; a release build sets the same variables. */
function stamp(version: string): string {
  const [major, minor] = version.slice(1).split('.');
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean', gitCommit: 'unknown' };
  const flags = Object.entries(values).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  return ['-s', '-w', ...flags].join(' ');
}

/** The version of Go in use, for instance `go1.26.8`; a Go that may fetch a newer toolchain has done so by then. */
async function checkGo(): Promise<string> {
  const goMod = await readFile(join(moduleDirectory, 'go.mod'), 'utf8');
  const needed = /^go (\S+)/m.exec(goMod)?.[1] ?? '0';
  const advice = `kube-apiserver, etcd and kubectl are built from source and need Go ${needed} or newer (https://go.dev/dl); or set KUBEBUILDER_ASSETS to a directory that has all three`;
  const found = await run('go', ['env', 'GOVERSION'], { cwd: moduleDirectory, env: goEnvironment }).catch(
    (error: NodeJS.ErrnoException & { stderr?: string }) => {
      if (error.code === 'ENOENT') throw new Error(`there is no Go on this machine: ${advice}`);
      throw new Error(`go env failed: ${error.stderr ?? error.message}\n${advice}`);
    },
  );
  const version = found.stdout.trim();
  if (!atLeast(version, needed)) throw new Error(`this machine has ${version}: ${advice}`);
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
