// Finds prometheus and promtool: in PROMETHEUS_HOME if that is set, else in a cache outside the checkout, filled once from
// Debian's package. Installs nothing, and never picks up what happens to be on the PATH.
import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Absolute paths of the server and of the tool that checks its files. */
export interface Prometheus {
  readonly prometheus: string;
  readonly promtool: string;
}

/**
 * Both programs, Prometheus 2.42 or newer. Fetches the package of this Debian on first use (18 MB), with a line to `log`
 * for each step. Rejects with what to do where that is not possible.
 */
export async function ensurePrometheus(log: (line: string) => void): Promise<Prometheus> {
  const given = process.env.PROMETHEUS_HOME;
  if (given) {
    const found = await programsIn(given);
    if (!found) throw new Error(`PROMETHEUS_HOME=${given} has no executable prometheus and promtool`);
    return found;
  }
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fairlead', 'prometheus');
  return (await cached(cache)) ?? fetchInto(cache, log);
}

async function programsIn(directory: string): Promise<Prometheus | undefined> {
  const found = { prometheus: join(directory, 'prometheus'), promtool: join(directory, 'promtool') };
  const there = Object.values(found).map((path) => access(path, constants.X_OK));
  return (await Promise.allSettled(there)).every(({ status }) => status === 'fulfilled') ? found : undefined;
}

/** A mirror keeps only the latest build of a package, so any version that was fetched once is good. */
async function cached(cache: string): Promise<Prometheus | undefined> {
  const versions = await readdir(cache).catch(() => []);
  for (const version of versions.sort().reverse()) {
    const found = await programsIn(join(cache, version, 'usr', 'bin'));
    if (found) return found;
  }
  return undefined;
}

/** Unpacks beside its place and renames: half a cache is never seen, and of two that fetch at once one wins. */
async function fetchInto(cache: string, log: (line: string) => void): Promise<Prometheus> {
  const version = await candidate(log);
  log(`prometheus: fetching Debian's package ${version}, once`);
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, '.draft-'));
  try {
    await apt(['apt-get', 'download', `prometheus=${version}`], draft);
    const [file] = await readdir(draft);
    if (file === undefined) throw new Error('apt-get download left no file');
    await apt(['dpkg-deb', '-x', file, 'unpacked'], draft);
    const home = join(cache, version.replace(/[^\w.+~-]/g, '_'));
    await rename(join(draft, 'unpacked'), home).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    log(`prometheus: ${home}`);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const found = await cached(cache);
  if (!found) throw new Error(`Debian's package prometheus ${version} holds no prometheus and promtool`);
  return found;
}

/** The version that this Debian offers; a machine without package lists gets them if we may. */
async function candidate(log: (line: string) => void): Promise<string> {
  const offered = async () => /Candidate: (\d\S*)/.exec(await apt(['apt-cache', 'policy', 'prometheus']))?.[1];
  const known = await offered();
  if (known !== undefined) return known;
  if (process.getuid?.() === 0) {
    log('prometheus: this machine has no package lists: apt-get update');
    await apt(['apt-get', 'update', '-q']);
    const now = await offered();
    if (now !== undefined) return now;
  }
  throw new Error(`no package prometheus is known to apt here (apt-get update, as root). ${ADVICE}`);
}

const ADVICE =
  'The alerts are checked with Prometheus 2.42 or newer, from the package of a Debian; or set PROMETHEUS_HOME to a directory with prometheus and promtool';

async function apt([program = '', ...args]: readonly string[], cwd = '/'): Promise<string> {
  try {
    const { stdout } = await run(program, args, { cwd, env: { ...process.env, LC_ALL: 'C' }, timeout: 300_000 });
    return stdout;
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException & { stderr?: string };
    if (error.code === 'ENOENT') throw new Error(`there is no ${program} on this machine. ${ADVICE}`);
    throw new Error(`${program} ${args.join(' ')} failed: ${error.stderr || error.message}\n${ADVICE}`);
  }
}
