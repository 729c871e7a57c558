// Makes dist/fairlead.js: the controller and its command line in one file, with everything it needs but Node itself.
import { chmod, readFile, rm, stat } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: { fairlead: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  // The commands and providers are loaded lazily; splitting keeps them so.
  splitting: false,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  legalComments: 'none',
  define: { FAIRLEAD_VERSION: JSON.stringify(version) },
  external: ['pino-pretty'],
  // Some dependencies are CommonJS and call require for Node's own modules.
  banner: {
    js: "import { createRequire as fairleadRequire } from 'node:module'; const require = fairleadRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
await chmod('dist/fairlead.js', 0o755);
const { size } = await stat('dist/fairlead.js');
console.log(`dist/fairlead.js: ${(size / 1024 / 1024).toFixed(1)} MiB`);
