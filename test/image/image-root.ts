// Lays out the image's files in a directory: what the Dockerfile's final stage copies, over a stand-in for its base. The
// stand-in is made of this machine's Node and its libraries; the true base cannot be fetched by a test.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, link, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ImageRoot } from '../pod/start-pod.ts';
import { type Stage, stagesOf } from './dockerfile.ts';

const project = join(import.meta.dirname, '..', '..');
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** What the base image says of itself (distroless: nodejs.bzl and static.bzl, variant nonroot). */
const BASE = {
  node: '/nodejs/bin/node',
  env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', SSL_CERT_FILE: CERTIFICATES },
  workingDir: '/home/nonroot',
  user: '65532',
} as const;

export interface LaidOut extends ImageRoot {
  /** Paths of the files over the base, absolute in the image. */
  readonly added: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** The final stage of the Dockerfile. */
export async function finalStage(): Promise<Stage> {
  return stagesOf(await readFile(join(project, 'Dockerfile'), 'utf8')).at(-1)!;
}

/**
 * The image of a built checkout: `npm run build` comes first. `checkout` is another one than this, for a build of another
 * version. The caller disposes of it.
 */
export async function layOutImage(checkout: string = project): Promise<LaidOut> {
  const stage = await finalStage();
  const dir = await mkdtemp(join(tmpdir(), 'fairlead-image-'));
  // mkdtemp makes it for its owner alone, and the container's user has to enter.
  await chmod(dir, 0o755);
  await layOutBase(dir);
  const added: string[] = [];
  for (const { from, sources, target } of stage.copies) {
    if (from !== 'build' || sources.length !== 1) throw new Error('the final stage copies one built file at a time');
    const source = join(checkout, sources[0]!.replace(/^\/src\//, ''));
    if (!existsSync(source)) throw new Error(`${source} is not there: npm run build makes it`);
    await mkdir(dirname(join(dir, target)), { recursive: true });
    await copyFile(source, join(dir, target));
    await chmod(join(dir, target), 0o444);
    added.push(target);
  }
  const [uid = 0, gid = uid] = (stage.user ?? BASE.user).split(':').map(Number);
  return {
    dir,
    added,
    entrypoint: stage.entrypoint ?? [BASE.node],
    command: stage.command ?? [],
    env: { ...BASE.env, ...stage.env },
    workingDir: stage.workingDir ?? BASE.workingDir,
    user: { uid, gid },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Node, what it is linked with, certificates and the users: with less, nothing runs. No /tmp, no home, no shell. */
async function layOutBase(dir: string): Promise<void> {
  const place = async (from: string, to: string) => {
    await mkdir(dirname(join(dir, to)), { recursive: true });
    await cp(from, join(dir, to), { dereference: true });
  };
  // A link where that is possible: the file has 120 MB, and nobody can write to it in there.
  await mkdir(dirname(join(dir, BASE.node)), { recursive: true });
  await link(process.execPath, join(dir, BASE.node)).catch(() => place(process.execPath, BASE.node));
  for (const library of await librariesOf(process.execPath)) await place(library, library);
  await place(CERTIFICATES, CERTIFICATES);
  await writeFile(
    join(dir, 'etc/passwd'),
    'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  );
  await writeFile(join(dir, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
  await writeFile(join(dir, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  await mkdir(join(dir, 'run'));
  await mkdir(join(dir, 'var'));
  await symlink('/run', join(dir, 'var/run'));
}

async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ldd', [program]);
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!);
}
