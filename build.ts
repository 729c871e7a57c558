// Makes dist/fairlead.js, the controller and its command line with all that it needs but Node itself in dist/parts, and
// dist/reference, the annotation reference and the playground as static pages.
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { build } from 'esbuild';
import { loadReference } from './src/reference/load.ts';
import { writeSite } from './src/reference/site/write-site.ts';

const { version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

await rm('dist', { recursive: true, force: true });
// In parts, each read when it is first asked for: joined into one file, Node reads all of it at every start, and the whole of
// EC2 stays in it, since what is imported lazily cannot be shaken there.
await build({
  entryPoints: { fairlead: 'src/main.ts' },
  outdir: 'dist',
  chunkNames: 'parts/[name]-[hash]',
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
  // Some dependencies are CommonJS and call require for Node's own modules.
  banner: {
    js: "import { createRequire as fairleadRequire } from 'node:module'; const require = fairleadRequire(import.meta.url);",
  },
  define: { FAIRLEAD_VERSION: JSON.stringify(version), FAIRLEAD_REFERENCE: JSON.stringify(await loadReference()) },
});
const parts = await readdir('dist/parts');
const bytes = await Promise.all(parts.map(async (name) => (await stat(`dist/parts/${name}`)).size));
const total = bytes.reduce((sum, one) => sum + one, 0);
console.log(`dist/fairlead.js, dist/parts: ${parts.length} parts, ${(total / 1024 / 1024).toFixed(1)} MiB`);

const sizes = await writeSite('dist/reference', version);
for (const [name, size] of Object.entries(sizes)) console.log(`dist/reference/${name}: ${Math.ceil(size / 1024)} KiB`);
