// The version of the previous commit: its sources from git, built by its own build with the dependencies of this checkout.
import { execFile } from 'node:child_process';
import { access, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type LaidOut, layOutImage } from '../image/image-root.ts';

const run = promisify(execFile);
const project = join(import.meta.dirname, '..', '..');

export interface PreviousVersion {
  readonly commit: string;
  /** Path of its chart; undefined where it had none. */
  readonly chart: string | undefined;
  /** Path of its command line. */
  readonly program: string;
  /** This checkout's image with that version's program in it. */
  readonly root: LaidOut;
  remove(): Promise<void>;
}

/** Rejects with a sentence where there is no previous commit at hand. */
export async function previousVersion(): Promise<PreviousVersion> {
  const commit = await previousCommit();
  const dir = await mkdtemp(join(tmpdir(), 'fairlead-previous-'));
  const root = await layOutImage();
  const remove = async () => {
    await rm(dir, { recursive: true, force: true });
    await root[Symbol.asyncDispose]();
  };
  try {
    const archive = join(dir, 'sources.tar');
    await run('git', ['archive', '--format=tar', `--output=${archive}`, commit], { cwd: project });
    const sources = join(dir, 'sources');
    await run('sh', ['-c', 'mkdir "$1" && tar -xf "$2" -C "$1"', 'sh', sources, archive]);
    await symlink(join(project, 'node_modules'), join(sources, 'node_modules'));
    await run(process.execPath, ['--disable-warning=ExperimentalWarning', 'build.ts'], { cwd: sources });
    // The command line's form of the program, which every version has.
    for (const name of ['fairlead.js', 'parts']) {
      await cp(join(sources, 'dist', name), join(root.dir, 'app', name), { recursive: true });
    }
    await cp(join(sources, 'package.json'), join(root.dir, 'app', 'package.json'));
    const chart = join(sources, 'helm', 'fairlead');
    const hasChart = await access(join(chart, 'Chart.yaml')).then(
      () => true,
      () => false,
    );
    const entrypoint = [...root.entrypoint.slice(0, -1), '/app/fairlead.js'];
    const program = join(sources, 'dist', 'fairlead.js');
    return { commit, chart: hasChart ? chart : undefined, program, root: { ...root, entrypoint }, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function previousCommit(): Promise<string> {
  try {
    const { stdout } = await run('git', ['rev-parse', '--verify', '--quiet', 'HEAD^'], { cwd: project });
    return stdout.trim();
  } catch (error) {
    const message = 'there is no previous version to upgrade from: this needs a git checkout with its last two commits';
    throw new Error(message, { cause: error });
  }
}
