// Writes docs/annotations and docs/admission-checks.md from the annotation tables. Tests fail where they differ.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { admissionChecksPage } from './src/admission/coverage.ts';
import { loadCompiler, PROVIDER_NAMES } from './src/provider/registry.ts';
import { loadReference } from './src/reference/load.ts';
import { markdownPages } from './src/reference/markdown.ts';

const folder = join(import.meta.dirname, 'docs', 'annotations');
const pages = markdownPages(await loadReference());
await mkdir(folder, { recursive: true });
for (const file of await readdir(folder)) if (!pages.has(file)) await rm(join(folder, file));
for (const [file, text] of pages) await writeFile(join(folder, file), text);
console.log(`docs/annotations: ${[...pages.keys()].join(', ')}`);

const compilers = (await Promise.all(PROVIDER_NAMES.map(loadCompiler))).filter((one) => one !== undefined);
await writeFile(join(import.meta.dirname, 'docs', 'admission-checks.md'), admissionChecksPage(compilers));
console.log('docs/admission-checks.md');
