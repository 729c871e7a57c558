// Writes the static site: pages, style sheet and scripts, all with relative addresses, so that it works from a folder.
import { copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { loadCompilers, PROVIDER_NAMES } from '../../provider/registry.ts';
import { buildReference } from '../entries.ts';
import type { Reference } from '../entry.ts';
import { playgroundPage } from './playground-page.ts';
import { referencePage } from './reference-page.ts';

const SCRIPTS = ['theme', 'reference', 'playground'] as const;

/** Answers the size of each file in bytes. The folder is made. */
export async function writeSite(folder: string, version: string): Promise<Readonly<Record<string, number>>> {
  const compilers = await loadCompilers();
  const reference = buildReference(compilers, { version });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.html'), referencePage(reference));
  await writeFile(join(folder, 'playground.html'), playgroundPage(version, compilers));
  await writeFile(join(folder, 'reference.json'), `${JSON.stringify(reference, undefined, 2)}\n`);
  for (const name of ['style.css', 'icon.svg']) await copyFile(join(import.meta.dirname, name), join(folder, name));
  await bundle(folder, reference);
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).size] as const));
  return Object.fromEntries(sizes.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Classic scripts: a page that is opened as a file cannot load modules. */
async function bundle(folder: string, reference: Reference): Promise<void> {
  const entries = reference.entries.map(({ key, anchor, suffix, providers, doc, service }) => ({
    key,
    anchor,
    suffix,
    providers,
    doc,
    service,
  }));
  await build({
    entryPoints: Object.fromEntries(SCRIPTS.map((name) => [name, join(import.meta.dirname, 'client', `${name}.ts`)])),
    outdir: folder,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: ['chrome123', 'firefox121', 'safari17.5'],
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [COMPILERS],
    define: {
      FAIRLEAD_ENTRIES: JSON.stringify(entries),
      FAIRLEAD_REFERENCE: JSON.stringify({ ...reference, entries: reference.entries.map(searched) }),
    },
  });
}

/**
 * `fairlead:compilers`: the compilers of the registry, imported straight from their folders, since the registry itself leads
 * to the SDKs too. By their names: `awsCompiler` in providers/aws/compiler.ts.
 */
const COMPILERS: Plugin = {
  name: 'compilers',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^fairlead:compilers$/ }, ({ path }) => ({ path, namespace: 'fairlead' }));
    onLoad({ filter: /.*/, namespace: 'fairlead' }, () => ({
      contents: [
        ...PROVIDER_NAMES.map((name) => `import { ${name}Compiler } from './providers/${name}/compiler.ts';`),
        `export const compilers = [${PROVIDER_NAMES.map((name) => `${name}Compiler`).join(', ')}];`,
      ].join('\n'),
      resolveDir: join(import.meta.dirname, '..', '..', '..'),
    }));
  },
};

/** Without what no search looks at. */
function searched(entry: Reference['entries'][number]): Reference['entries'][number] {
  return { ...entry, service: '', bounds: [], relations: [] };
}
