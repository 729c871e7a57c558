// docs/annotations is what the tables say.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadReference } from '../../../src/reference/load.ts';
import { markdownPages } from '../../../src/reference/markdown.ts';

const folder = join(import.meta.dirname, '../../../docs/annotations');
const reference = await loadReference();
const pages = markdownPages(reference);

describe('docs/annotations', () => {
  it('has the files that `npm run docs` writes, and no other', () => {
    expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
  });

  it.each([...pages.keys()])('%s is up to date (npm run docs)', (file) => {
    expect(readFileSync(join(folder, file), 'utf8')).toBe(pages.get(file));
  });

  it('has an anchor for every annotation, and no link to one that is not there', () => {
    const anchors = (text: string) => new Set([...text.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id));
    for (const entry of reference.entries) {
      for (const provider of entry.providers) expect(anchors(pages.get(`${provider}.md`) ?? '')).toContain(entry.key);
    }
    const links = [...pages].flatMap(([file, text]) =>
      [...text.matchAll(/\]\(([a-zA-Z]*\.?[a-z]*)#([^)]+)\)/g)].map(([, to, id]) => ({
        page: to || file,
        id: id ?? '',
      })),
    );
    expect(links.length).toBeGreaterThan(2 * reference.entries.length);
    const headings = /^risk$/;
    expect(links.filter(({ page, id }) => !headings.test(id) && !anchors(pages.get(page) ?? '').has(id))).toEqual([]);
  });
});
