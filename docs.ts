// Writes docs/annotations from the annotation tables. A test fails where the files and the tables differ.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadReference } from './src/reference/load.ts';
import { markdownPages } from './src/reference/markdown.ts';

const folder = join(import.meta.dirname, 'docs', 'annotations');
const pages = markdownPages(await loadReference());
await mkdir(folder, { recursive: true });
for (const file of await readdir(folder)) if (!pages.has(file)) await rm(join(folder, file));
for (const [file, text] of pages) await writeFile(join(folder, file), text);
console.log(`docs/annotations: ${[...pages.keys()].join(', ')}`);
