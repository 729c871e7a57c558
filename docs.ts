// Writes docs/annotations, docs/admission-checks.md and the generated files of the chart from the tables. Tests fail where they differ.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CHART, chartFiles } from './helm/generate/chart.ts';
import { admissionChecksPage } from './src/admission/coverage.ts';
import { loadCompilers } from './src/provider/registry.ts';
import { grantsPage } from './src/reference/grants-page.ts';
import { loadReference } from './src/reference/load.ts';
import { markdownPages } from './src/reference/markdown.ts';
import { parseOptions } from './src/schema/index.ts';
import { version } from './src/version.ts';

const folder = join(import.meta.dirname, 'docs', 'annotations');
const pages = markdownPages(await loadReference());
await mkdir(folder, { recursive: true });
for (const file of await readdir(folder)) if (!pages.has(file)) await rm(join(folder, file));
for (const [file, text] of pages) await writeFile(join(folder, file), text);
console.log(`docs/annotations: ${[...pages.keys()].join(', ')}`);

const compilers = await loadCompilers();
await writeFile(join(import.meta.dirname, 'docs', 'admission-checks.md'), admissionChecksPage(compilers));
console.log('docs/admission-checks.md');

const plain = compilers.map((compiler) => ({
  compiler,
  options: parseOptions(compiler.options, { flags: {}, env: {} }).values,
}));
await writeFile(join(import.meta.dirname, 'docs', 'iam-policy.md'), grantsPage(plain));
console.log('docs/iam-policy.md');

const chart = await chartFiles(version());
for (const [file, text] of chart) {
  await mkdir(dirname(join(CHART, file)), { recursive: true });
  await writeFile(join(CHART, file), text);
}
console.log(`helm/fairlead: ${[...chart.keys()].join(', ')}`);
