// A directory that one process at a time may own, with room for its half-finished work: whoever takes it over from a
// process that died removes what that one left. Must not outlive its owner by more than the stale time.
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 500;
const beatMs = 5_000;
/** An owner on another host (or in another container) shows that it lives by touching the directory. */
const staleMs = 45_000;

/** The lock in this process's hands. */
export type HeldLock = { release(): Promise<void> };

/**
 * Waits for the lock. Undefined if `done` became true first: what the lock protects is already there.
 * `waiting` is called at every look that found another owner.
 */
export async function acquireBuildLock(
  directory: string,
  done: () => Promise<boolean>,
  waiting: () => void,
): Promise<HeldLock | undefined> {
  while (!(await done())) {
    if (await take(directory)) return held(directory);
    if (await isAbandoned(directory)) await rm(directory, { recursive: true, force: true });
    else {
      waiting();
      await delay(pollMs);
    }
  }
  return undefined;
}

async function take(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await writeFile(join(directory, 'owner'), JSON.stringify({ host: hostname(), pid: process.pid }));
  return true;
}

function held(directory: string): HeldLock {
  const touch = () => void utimes(directory, new Date(), new Date()).catch(() => undefined);
  const beat = setInterval(touch, beatMs);
  return {
    release: async () => {
      clearInterval(beat);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function isAbandoned(directory: string): Promise<boolean> {
  try {
    if (Date.now() - (await stat(directory)).mtimeMs > staleMs) return true;
    const owner: { host: string; pid: number } = JSON.parse(await readFile(join(directory, 'owner'), 'utf8'));
    return owner.host === hostname() && !isAlive(owner.pid);
  } catch {
    // Just released, or just taken and not yet signed.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
