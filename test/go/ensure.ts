// The programs of a go.mod, from a cache outside the checkout that is filled once from source. Must never pick up programs
// from PATH: their version would be anybody's guess.
import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from './build.ts';
import { acquireBuildLock } from './build-lock.ts';
import { type GoModule, type Pinned, readPinned } from './module.ts';

/** How often a building or waiting process says so. */
const lineMs = 10_000;

/** The absolute path of each program of a module. */
export type Programs<Name extends string> = { readonly [name in Name]: string };

/**
 * The programs, built on first use (some minutes; progress goes to `log` line by line). Rejects if Go is missing or too
 * old, or if the build fails.
 */
export async function ensurePrograms<Name extends string>(
  module: GoModule<Name>,
  log: (line: string) => void,
): Promise<Programs<Name>> {
  const pinned = await readPinned(module);
  if (!(await isComplete(module, pinned.directory))) await fill(module, pinned, log);
  return programsIn(module, pinned.directory);
}

/** Where the programs are if `directory` has them all. */
export function programsIn<Name extends string>(module: GoModule<Name>, directory: string): Programs<Name> {
  const paths = Object.keys(module.programs).map((name) => [name, join(directory, name)]);
  return Object.fromEntries(paths) as Programs<Name>;
}

/** The names of those that are not there, or cannot be executed. */
export async function missingIn<Name extends string>(module: GoModule<Name>, directory: string): Promise<string[]> {
  const missing: string[] = [];
  for (const name of Object.keys(module.programs)) {
    await access(join(directory, name), constants.X_OK).catch(() => missing.push(name));
  }
  return missing;
}

async function isComplete<Name extends string>(module: GoModule<Name>, directory: string): Promise<boolean> {
  return (await missingIn(module, directory)).length === 0;
}

/** Builds inside the lock's directory and renames into place: half a cache is never seen. */
async function fill<Name extends string>(
  module: GoModule<Name>,
  pinned: Pinned,
  log: (line: string) => void,
): Promise<void> {
  const { directory } = pinned;
  const lockDirectory = `${directory}.building`;
  await mkdir(dirname(directory), { recursive: true });
  const startMs = performance.now();
  let nextLineMs = 0;
  const lock = await acquireBuildLock(
    lockDirectory,
    () => isComplete(module, directory),
    () => {
      const elapsedMs = performance.now() - startMs;
      if (elapsedMs < nextLineMs) return;
      nextLineMs = elapsedMs + lineMs;
      log(`another process is building ${module.text}: waiting, ${Math.round(elapsedMs / 1000)} s`);
    },
  );
  if (lock === undefined) return;
  try {
    const output = join(lockDirectory, 'bin');
    await mkdir(output);
    await build(module, pinned, output, lineMs, log);
    await rm(directory, { recursive: true, force: true });
    await rename(output, directory);
    log(`${module.text} (${module.main} ${pinned.version}) are in ${directory}`);
  } finally {
    await lock.release();
  }
}
