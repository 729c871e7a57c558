// Makes dist/fairlead.js: the controller and its command line in one file, with everything it needs but Node itself.
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

const common: BuildOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  external: ['pino-pretty'],
  logLevel: 'warning',
};

// Twice: in one file, what is imported lazily cannot be shaken, and the whole of EC2 would stay in it and in memory. Split
// into files it can; the second pass then only puts these together.
const parts = await mkdtemp(join(tmpdir(), 'fairlead-build-'));
await build({
  ...common,
  entryPoints: { fairlead: 'src/main.ts' },
  outdir: parts,
  splitting: true,
  // The SDK's ES modules, which can be shaken.
  mainFields: ['module', 'main'],
  define: { FAIRLEAD_VERSION: JSON.stringify(version) },
});
await rm('dist', { recursive: true, force: true });
await build({
  ...common,
  entryPoints: { fairlead: join(parts, 'fairlead.js') },
  outdir: 'dist',
  // Some dependencies are CommonJS and call require for Node's own modules.
  banner: {
    js: "import { createRequire as fairleadRequire } from 'node:module'; const require = fairleadRequire(import.meta.url);",
  },
});
await rm(parts, { recursive: true });
await chmod('dist/fairlead.js', 0o755);
const { size } = await stat('dist/fairlead.js');
console.log(`dist/fairlead.js: ${(size / 1024 / 1024).toFixed(1)} MiB`);
