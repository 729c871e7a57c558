// Before the browser tests: finds Chromium, or installs it where that can be done, and makes sure that the pages are built.
import { spawn } from 'node:child_process';
import { access, constants, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    chromium: string;
    /** The folder of the pages under test: a copy, so that a build meanwhile takes nothing away. */
    site: string;
  }
}

const BUILT = join(import.meta.dirname, '..', '..', 'dist', 'reference');
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'] as const;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!(await isThere(join(BUILT, 'index.html')))) throw new Error(`${BUILT} is not there: run npm run build`);
  project.provide('chromium', (await findChromium()) ?? (await installChromium()));
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-site-'));
  const site = join(folder, 'reference');
  await cp(BUILT, site, { recursive: true });
  project.provide('site', site);
  return () => rm(folder, { recursive: true, force: true });
}

async function findChromium(): Promise<string | undefined> {
  const { CHROMIUM, PATH = '' } = process.env;
  if (CHROMIUM) {
    if (await isThere(CHROMIUM, constants.X_OK)) return CHROMIUM;
    throw new Error(`CHROMIUM is ${CHROMIUM}, and there is no such program`);
  }
  const folders = ['/usr/bin', ...PATH.split(delimiter)];
  for (const name of NAMES) {
    for (const folder of folders) {
      if (await isThere(join(folder, name), constants.X_OK)) return join(folder, name);
    }
  }
  return undefined;
}

async function installChromium(): Promise<string> {
  const hint = 'install Chromium, or set CHROMIUM to the path of one';
  if (process.getuid?.() !== 0) throw new Error(`there is no Chromium on this machine: ${hint}`);
  console.log('There is no Chromium on this machine: installing the package of the distribution');
  const install = ['install', '-y', '--no-install-recommends', 'chromium'];
  // Lists of packages that are missing or old name what is not there: then they are fetched.
  await apt(...install).catch(async () => {
    await apt('update');
    await apt(...install);
  });
  const found = await findChromium();
  if (found === undefined) throw new Error(`apt-get installed no Chromium: ${hint}`);
  return found;
}

function apt(...args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const child = spawn('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`apt-get ${args[0]} failed with ${code}: install Chromium by hand, or set CHROMIUM`));
    });
  });
}

function isThere(path: string, mode = constants.F_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
