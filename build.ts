// Makes dist/fairlead.js, the controller and its command line with all that it needs but Node itself in dist/parts;
// dist/image/fairlead.mjs, the same in the one file of the image; and dist/reference, the annotation reference and the
// playground as static pages. The same sources give the same bytes.
import { rmSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { asComment, licencesOf, packagesOf } from './licences.ts';
import { loadReference } from './src/reference/load.ts';
import { writeSite } from './src/reference/site/write-site.ts';

const { version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

// Made beside the finished one and put into its place as a whole: who runs it meanwhile has all of it.
const out = await mkdtemp('.building-');
process.once('exit', () => rmSync(out, { recursive: true, force: true }));
const program = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  external: ['pino-pretty'],
  logLevel: 'warning',
  metafile: true,
} satisfies BuildOptions;

// In parts, each read when it is first asked for: joined into one file, Node reads all of it at every start.
const { metafile } = await build({
  ...program,
  entryPoints: { fairlead: 'src/main.ts' },
  outdir: out,
  chunkNames: 'parts/[name]-[hash]',
  splitting: true,
  // The SDK's ES modules, which can be shaken.
  mainFields: ['module', 'main'],
  // Some dependencies are CommonJS and call require for Node's own modules.
  banner: {
    js: "import { createRequire as fairleadRequire } from 'node:module'; const require = fairleadRequire(import.meta.url);",
  },
  define: { FAIRLEAD_VERSION: JSON.stringify(version), FAIRLEAD_REFERENCE: JSON.stringify(await loadReference()) },
});
const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
  Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
);
const licences = await licencesOf(packagesOf(used), { 'Apache-2.0': await readFile('LICENSE', 'utf8') });
await writeFile(`${out}/third-party-licences.txt`, licences);

// For the image the parts are joined, not the sources: what is imported lazily can be shaken only while it is a part. The
// notices go along inside, since the image has no other file.
const image = 'image/fairlead.mjs';
await build({
  ...program,
  // Names of parts go into the file: they are the same wherever it is made.
  absWorkingDir: resolve(out),
  entryPoints: ['fairlead.js'],
  outfile: image,
  footer: { js: asComment(licences) },
});
const parts = await readdir(`${out}/parts`);
const bytes = await Promise.all(parts.map(async (name) => (await stat(`${out}/parts/${name}`)).size));
const total = bytes.reduce((sum, one) => sum + one, 0);
console.log(`dist/fairlead.js, dist/parts: ${parts.length} parts, ${(total / 1024 / 1024).toFixed(1)} MiB`);
console.log(`dist/${image}: ${((await stat(`${out}/${image}`)).size / 1024 / 1024).toFixed(1)} MiB`);

const sizes = await writeSite(`${out}/reference`, version);
for (const [name, size] of Object.entries(sizes)) console.log(`dist/reference/${name}: ${Math.ceil(size / 1024)} KiB`);

// What is made as temporary may be read by its maker alone.
await chmod(out, 0o755);
await rm('dist', { recursive: true, force: true });
await rename(out, 'dist');
