import { describe, expect, it } from 'vitest';
import { loadCompilers } from '../../../../src/provider/registry.ts';
import { loadReference } from '../../../../src/reference/load.ts';
import { exampleCalled, examplesOf } from '../../../../src/reference/site/examples.ts';
import { playgroundPage } from '../../../../src/reference/site/playground-page.ts';
import { referencePage } from '../../../../src/reference/site/reference-page.ts';

const reference = await loadReference();
const compilers = await loadCompilers();
const EXAMPLES = examplesOf(compilers);
const pages = [referencePage(reference), playgroundPage('0.1.0', compilers)];

describe('topics', () => {
  it('each annotation is in exactly one, and none in Other', () => {
    expect(reference.topics.map(({ id }) => id)).not.toContain('other');
    const anchors = reference.topics.flatMap((topic) => topic.anchors);
    expect([...anchors].sort()).toEqual(reference.entries.map(({ anchor }) => anchor).sort());
  });
});

describe('pages', () => {
  it.each(pages)('hold no script, style or handler of their own, and no address but relative ones', (page) => {
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
    for (const [script] of page.matchAll(/<script[^>]*>[^<]*/g))
      expect(script).toMatch(/^<script src="[a-z]+\.js"( defer)?>$/);
    for (const [, address] of page.matchAll(/<(?:link|script|img)[^>]*(?:href|src)="([^"]*)"/g)) {
      expect(address).toMatch(/^[a-z.]+$/);
    }
    expect(page).toContain('Content-Security-Policy');
  });

  it.each(pages)('use no id twice, and lead to none that is missing', (page) => {
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    const targets = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(targets.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('what a table says is text, whatever it says', () => {
    const evil = '<img src=x onerror="alert(1)">';
    const [first, ...rest] = reference.entries;
    const entry = {
      ...first!,
      doc: evil,
      default: evil,
      example: evil,
      service: evil,
      api: evil,
      synonyms: [evil],
      bounds: [evil],
    };
    const page = referencePage({
      ...reference,
      entries: [entry, ...rest],
      notRead: [{ key: evil, providers: [], why: evil }],
    });
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
  });
});

describe('examples', () => {
  it('have names of their own, and the needs that people come with', () => {
    const names = EXAMPLES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const ids = EXAMPLES.filter(({ provider }) => provider === 'aws').map(({ id }) => id);
    const common = ['public', 'internal', 'tls', 'access-logs', 'source-ranges', 'static-addresses', 'local'];
    expect(ids).toEqual(expect.arrayContaining([...common, 'public-to-internal']));
  });

  it('every provider has some, and an id alone is the first that goes by it', () => {
    for (const { name } of compilers) expect(EXAMPLES.map(({ provider }) => provider)).toContain(name);
    expect(exampleCalled(EXAMPLES, 'internal')?.name).toBe('aws/internal');
    expect(exampleCalled(EXAMPLES, 'simulator/internal')?.provider).toBe('simulator');
    expect(exampleCalled(EXAMPLES, 'nothing')).toBeUndefined();
  });
});
