// Finds kube-apiserver, etcd and kubectl: in KUBEBUILDER_ASSETS if that is set, else in a cache outside the checkout, filled
// once from source. Must never pick up binaries from PATH: their version would be anybody's guess.
import { createHash } from 'node:crypto';
import { access, constants, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { build } from './build.ts';
import { acquireBuildLock } from './build-lock.ts';

/** Absolute paths of the two binaries a cluster consists of, and of the one that people use it with. */
export type Assets = { readonly kubeApiserver: string; readonly etcd: string; readonly kubectl: string };

/** How often a building or waiting process says so. */
const lineMs = 10_000;

/**
 * The binaries, built on first use (some minutes; progress goes to `log` line by line). Rejects if KUBEBUILDER_ASSETS
 * lacks one of them, if Go is missing or too old, or if the build fails.
 */
export async function ensureAssets(log: (line: string) => void): Promise<Assets> {
  const given = process.env.KUBEBUILDER_ASSETS;
  if (given) {
    const missing = await missingIn(given);
    if (missing.length > 0)
      throw new Error(`KUBEBUILDER_ASSETS=${given} has no executable ${missing.join(' and no ')}`);
    return assetsIn(given);
  }
  const { version, directory } = await cachePlace();
  if (!(await isComplete(directory))) await fill(directory, version, log);
  return assetsIn(directory);
}

function assetsIn(directory: string): Assets {
  const path = (name: string) => join(directory, name);
  return { kubeApiserver: path('kube-apiserver'), etcd: path('etcd'), kubectl: path('kubectl') };
}

async function missingIn(directory: string): Promise<string[]> {
  const missing: string[] = [];
  for (const path of Object.values(assetsIn(directory))) {
    await access(path, constants.X_OK).catch(() => missing.push(basename(path)));
  }
  return missing;
}

async function isComplete(directory: string): Promise<boolean> {
  return (await missingIn(directory)).length === 0;
}

/** One directory for each set of pinned sources, so that a change of go.mod or go.sum never meets old binaries. */
async function cachePlace(): Promise<{ version: string; directory: string }> {
  const goMod = await readFile(join(import.meta.dirname, 'go.mod'), 'utf8');
  const goSum = await readFile(join(import.meta.dirname, 'go.sum'), 'utf8');
  const version = /^\s*k8s\.io\/kubernetes (v\S+)/m.exec(goMod)?.[1];
  if (version === undefined) throw new Error('test/cluster/go.mod does not require k8s.io/kubernetes');
  const hash = createHash('sha256').update(goMod).update(goSum).digest('hex').slice(0, 12);
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return { version, directory: join(cache, 'fairlead', 'kube', `${version}-${hash}`) };
}

/** Builds inside the lock's directory and renames into place: half a cache is never seen. */
async function fill(directory: string, version: string, log: (line: string) => void): Promise<void> {
  const lockDirectory = `${directory}.building`;
  await mkdir(dirname(directory), { recursive: true });
  const startMs = performance.now();
  let nextLineMs = 0;
  const lock = await acquireBuildLock(
    lockDirectory,
    () => isComplete(directory),
    () => {
      const elapsedMs = performance.now() - startMs;
      if (elapsedMs < nextLineMs) return;
      nextLineMs = elapsedMs + lineMs;
      log(`another process is building kube-apiserver, etcd and kubectl: waiting, ${Math.round(elapsedMs / 1000)} s`);
    },
  );
  if (lock === undefined) return;
  try {
    const output = join(lockDirectory, 'bin');
    await mkdir(output);
    await build(output, version, lineMs, log);
    await rm(directory, { recursive: true, force: true });
    await rename(output, directory);
    log(`kube-apiserver and kubectl ${version} and etcd are in ${directory}`);
  } finally {
    await lock.release();
  }
}
