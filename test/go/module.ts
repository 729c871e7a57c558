// A go.mod that pins tools, as data: where it is, what comes out of it, how its programs are stamped. Builds nothing.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The tools of one go.mod. `Name` is the name of a program. */
export interface GoModule<Name extends string> {
  /** Where go.mod and go.sum are. */
  readonly directory: string;
  /** The folder under the project's cache. */
  readonly cache: string;
  /** The module whose version names the build. */
  readonly main: string;
  /** Each program, and what Go calls it: the last path element of its package that is not a major version. */
  readonly programs: Readonly<Record<Name, string>>;
  /** The programs in a sentence, for instance `etcd and kubectl`. */
  readonly text: string;
  /** Variables of Go packages that are set at the build, by the version of the main module. */
  readonly stamp: (version: string) => Readonly<Record<string, string | undefined>>;
  /** What else somebody without Go can do, as the end of a sentence. */
  readonly instead?: string;
}

/** What go.mod says, and where what is built from it belongs. */
export interface Pinned {
  /** Of the main module, for instance `v1.36.3`. */
  readonly version: string;
  /** The oldest Go that may build it, for instance `1.26.0`. */
  readonly go: string;
  /** One directory for each set of pinned sources, so that a change of go.mod or go.sum never meets old programs. */
  readonly directory: string;
}

/** Rejects where go.mod does not require the main module. */
export async function readPinned<Name extends string>(module: GoModule<Name>): Promise<Pinned> {
  const goMod = await readFile(join(module.directory, 'go.mod'), 'utf8');
  const goSum = await readFile(join(module.directory, 'go.sum'), 'utf8');
  const lines = goMod.split('\n').map((line) => line.trim().split(' '));
  const version = lines.find(([path]) => path === module.main)?.[1];
  if (version === undefined) throw new Error(`${join(module.directory, 'go.mod')} does not require ${module.main}`);
  const hash = createHash('sha256').update(goMod).update(goSum).digest('hex').slice(0, 12);
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const go = lines.find(([word]) => word === 'go')?.[1] ?? '0';
  return { version, go, directory: join(cache, 'fairlead', module.cache, `${version}-${hash}`) };
}
