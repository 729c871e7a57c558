// What holds for all pages: they need nothing but themselves, wherever they are opened from, and hold what the tables say.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type SiteServer, serveSite } from '../../src/cli/reference-server.ts';
import { loadCompilers } from '../../src/provider/registry.ts';
import { loadReference } from '../../src/reference/load.ts';
import { examplesOf } from '../../src/reference/site/examples.ts';
import { FILES, type SubPath, serveUnderSubPath } from './site.ts';
import { expectQuiet, launch, visit } from './visit.ts';

const EXAMPLES = examplesOf(await loadCompilers());

const PAGES = ['index.html', 'playground.html'] as const;
const reference = await loadReference();
let browser: Browser;
let subPath: SubPath;
let served: SiteServer;

beforeAll(async () => {
  browser = await launch();
  subPath = await serveUnderSubPath();
  served = await serveSite(inject('site'), 0);
});
afterAll(async () => {
  await browser?.close();
  await subPath?.close();
  await served?.close();
});

describe.each(['file', 'sub-path', 'fairlead reference'] as const)('opened by %s', (way) => {
  const at = () => ({ file: FILES, 'sub-path': subPath.url, 'fairlead reference': served.url })[way];

  it.each(PAGES)('%s runs, asks for nothing elsewhere and complains of nothing', async (name) => {
    const one = await visit(browser, name, { at: at() });
    await one.page.waitForFunction(() => document.documentElement.classList.contains('js'));
    if (name === 'playground.html') await one.page.getByText('No problems.').waitFor();
    else await one.page.getByRole('searchbox').fill('tls');
    expectQuiet(one, at());
    await one.close();
  });

  it('leads from page to page', async () => {
    const one = await visit(browser, 'index.html', { at: at() });
    await one.page.getByRole('link', { name: 'Playground', exact: true }).click();
    await one.page.getByRole('heading', { name: 'Playground', level: 1 }).waitFor();
    await one.page.getByRole('link', { name: 'Reference', exact: true }).click();
    await one.page.getByRole('heading', { name: 'Service annotations', level: 1 }).waitFor();
    expectQuiet(one, at());
    await one.close();
  });
});

it('its policy lets nothing in and nothing out', async () => {
  const one = await visit(browser, 'playground.html');
  const tried = await one.page.evaluate(async () => {
    const image = new Promise<string>((resolve) => {
      const element = new Image();
      element.onerror = () => resolve('refused');
      element.onload = () => resolve('loaded');
      element.src = 'https://example.invalid/x.png';
    });
    const fetched = await fetch('https://example.invalid/').then(
      () => 'fetched',
      () => 'refused',
    );
    const markup = (() => {
      try {
        document.body.innerHTML = '<b>x</b>';
        return 'taken';
      } catch {
        return 'refused';
      }
    })();
    return [await image, fetched, markup];
  });
  expect(tried).toEqual(['refused', 'refused', 'refused']);
  expect(one.complaints.join('\n')).toContain('img-src');
  expect(one.complaints.join('\n')).toContain('connect-src');
  await one.close();
});

describe('the reference page', () => {
  it('has one entry for each of the tables, by its key', async () => {
    const one = await visit(browser, 'index.html');
    const ids = await one.page.locator('.entry').evaluateAll((entries) => entries.map(({ id }) => id));
    expect([...ids].sort()).toEqual(reference.entries.map(({ anchor }) => anchor).sort());
    const notRead = await one.page.locator('#not-read dl > div').evaluateAll((rows) => rows.map(({ id }) => id));
    expect([...notRead].sort()).toEqual(reference.notRead.map(({ key }) => key).sort());
    await one.close();
  });

  it('says of each what its entry says', async () => {
    const one = await visit(browser, 'index.html');
    for (const entry of reference.entries) {
      const text = (await one.page.locator(`[id="${entry.anchor}"]`).textContent()) ?? '';
      const plain = (markdown: string) => markdown.replaceAll('`', '').replaceAll('**', '');
      for (const part of [entry.doc, entry.default, entry.grammar, entry.mutableNote, entry.api, entry.since]) {
        expect(text).toContain(plain(part));
      }
      for (const part of [...entry.bounds, ...entry.relations, ...entry.synonyms, ...entry.aliases]) {
        expect(text).toContain(plain(part));
      }
      expect(text).toContain(entry.service.trimEnd());
    }
    await one.close();
  });
});

describe('without JavaScript', () => {
  it('the reference has all its entries and links, and no control that does nothing', async () => {
    const one = await visit(browser, 'index.html', { javaScriptEnabled: false });
    expect(await one.page.locator('.entry:visible').count()).toBe(reference.entries.length);
    expect(await one.page.locator('button:visible, input:visible, select:visible').count()).toBe(0);
    await one.page.getByRole('navigation', { name: 'Annotations' }).getByRole('link', { name: 'ssl-cert' }).click();
    expect(one.page.url()).toContain('#service.beta.kubernetes.io/aws-load-balancer-ssl-cert');
    await one.close();
  });

  it('the playground says what it needs and shows its examples', async () => {
    const one = await visit(browser, 'playground.html', { javaScriptEnabled: false });
    expect(await one.page.locator('.needs').isVisible()).toBe(true);
    const text = (await one.page.locator('main').textContent()) ?? '';
    for (const { title, service } of EXAMPLES) {
      expect(text).toContain(title);
      expect(text).toContain(service.trimEnd());
    }
    expect(await one.page.locator('#app').isVisible()).toBe(false);
    await one.close();
  });
});
