import { describe, expect, it } from 'vitest';
import type { AnyCompiler } from '../../../../src/provider/provider.ts';
import { loadCompiler, PROVIDER_NAMES } from '../../../../src/provider/registry.ts';
import { loadReference } from '../../../../src/reference/load.ts';
import { EXAMPLES } from '../../../../src/reference/site/examples.ts';
import { grouped } from '../../../../src/reference/site/groups.ts';
import { playgroundPage } from '../../../../src/reference/site/playground-page.ts';
import { referencePage } from '../../../../src/reference/site/reference-page.ts';

const reference = await loadReference();
const compilers = (await Promise.all(PROVIDER_NAMES.map(loadCompiler))) as readonly AnyCompiler[];
const pages = [referencePage(reference), playgroundPage('0.1.0', compilers)];

describe('groups', () => {
  it('each annotation is in exactly one, and none in Other', () => {
    const groups = grouped(reference.entries);
    expect(groups.map(({ id }) => id)).not.toContain('other');
    const anchors = groups.flatMap(({ entries }) => entries.map(({ anchor }) => anchor));
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
    const ids = EXAMPLES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const common = ['public', 'internal', 'tls', 'access-logs', 'source-ranges', 'static-addresses', 'local'];
    expect(ids).toEqual(expect.arrayContaining([...common, 'public-to-internal']));
  });
});
