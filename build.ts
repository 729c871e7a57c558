// Makes dist/fairlead.js, the controller and its command line in one file with everything it needs but Node itself, and
// dist/reference, the annotation reference and the playground as static pages.
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { pack } from './pack.ts';
import { loadReference } from './src/reference/load.ts';
import { writeSite } from './src/reference/site/write-site.ts';

const { version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

// Split into files first: in one file, what is imported lazily cannot be shaken, and the whole of EC2 would stay in it and in
// memory. The files are then put into one.
const parts = await mkdtemp(join(tmpdir(), 'fairlead-build-'));
await build({
  entryPoints: { fairlead: 'src/main.ts' },
  outdir: parts,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  external: ['pino-pretty'],
  logLevel: 'warning',
  // The SDK's ES modules, which can be shaken.
  mainFields: ['module', 'main'],
  define: { FAIRLEAD_VERSION: JSON.stringify(version), FAIRLEAD_REFERENCE: JSON.stringify(await loadReference()) },
});
await rm('dist', { recursive: true, force: true });
await mkdir('dist');
await pack(parts, 'fairlead.js', 'dist/fairlead.js');
await rm(parts, { recursive: true });
const { size } = await stat('dist/fairlead.js');
console.log(`dist/fairlead.js: ${(size / 1024 / 1024).toFixed(1)} MiB`);

const sizes = await writeSite('dist/reference', version);
for (const [name, bytes] of Object.entries(sizes))
  console.log(`dist/reference/${name}: ${Math.ceil(bytes / 1024)} KiB`);
