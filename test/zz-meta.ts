import { build } from 'esbuild';
const r = await build({ entryPoints: ['src/main.ts'], bundle: true, format: 'esm', platform: 'node', mainFields: ['module', 'main'], target: 'node24', minifySyntax: true, minifyWhitespace: true, write: false, metafile: true, external: ['pino-pretty'], outfile: '/tmp/x.js', logLevel: 'error' });
const out = Object.values(r.metafile.outputs)[0]!;
const by = new Map<string, number>();
for (const [f, v] of Object.entries(out.inputs)) { const m = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(f)?.[1] ?? f.split('/')[0]!; by.set(m, (by.get(m) ?? 0) + v.bytesInOutput); }
for (const [k, v] of [...by].sort((a, b) => b[1] - a[1]).slice(0, 25)) console.log(k, Math.round(v / 1024));
for (const [f, v] of Object.entries(out.inputs).sort((a, b) => b[1].bytesInOutput - a[1].bytesInOutput).slice(0, 25)) console.log(' ', f, Math.round(v.bytesInOutput / 1024));
