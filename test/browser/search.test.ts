// Looking things up on the reference page, as people do it.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadReference } from '../../src/reference/load.ts';
import { serveUnderSubPath } from './site.ts';
import { clipboard, expectQuiet, launch, type Visit, visit } from './visit.ts';

const AWS = 'service.beta.kubernetes.io/aws-load-balancer-';
const { entries } = await loadReference();
let browser: Browser;
let one: Visit;

beforeAll(async () => {
  browser = await launch();
});
afterEach(() => one?.close());
afterAll(() => browser?.close());

const open = async (path = 'index.html') => {
  one = await visit(browser, path);
  return one.page;
};
const shown = () => one.page.locator('.entry:visible').evaluateAll((all) => all.map(({ id }) => id));
const query = () => one.page.getByRole('searchbox');

describe('search', () => {
  it.each([
    ['how do I make it internal', `${AWS}internal`],
    ['ssl-cert', `${AWS}ssl-cert`],
    [`${AWS}subnets`, `${AWS}subnets`],
    ['eip', `${AWS}eip-allocations`],
    ['CreateLoadBalancer.Scheme', `${AWS}internal`],
    ['idle timeout', `${AWS}connection-idle-timeout`],
    [`${AWS}scheme`, `${AWS}internal`],
  ])('%s leads to %s first', async (words, anchor) => {
    await open();
    await query().fill(words);
    expect((await shown())[0]).toBe(anchor);
    expectQuiet(one);
  });

  it('says how many there are, to ears too', async () => {
    await open();
    const count = one.page.locator('#count[role=status]');
    expect(await count.textContent()).toBe(`${entries.length} annotations`);
    await query().fill('healthcheck');
    const found = (await shown()).length;
    expect(found).toBeGreaterThan(5);
    expect(await count.textContent()).toBe(`${found} of ${entries.length} annotations`);
  });

  it('offers what comes near, and gives all back when it is cleared', async () => {
    await open();
    const all = await shown();
    await query().fill('intrenal');
    expect(await shown()).toContain(`${AWS}internal`);
    await one.page.getByText('This comes near').waitFor();
    await query().fill('zzzzqqqq');
    expect(await shown()).toEqual([]);
    await one.page.getByText('There is no such annotation').waitFor();
    await query().press('Escape');
    expect(await shown()).toEqual(all);
  });

  it('finds keys that are not read', async () => {
    await open();
    await query().fill('nlb-target-type');
    const row = one.page.locator(`[id="${AWS}nlb-target-type"]`);
    expect(await row.isVisible()).toBe(true);
    expect(await one.page.locator(`[id="${AWS}name"]`).isVisible()).toBe(false);
  });

  it.each([
    '<img src=x onerror=alert(1)>',
    '"><script>alert(1)</script>',
    '*',
    '((((',
    '\\',
    '__proto__',
    'a b '.repeat(50),
  ])('takes %j for words', async (words) => {
    await open();
    await query().fill(words);
    expect(await one.page.locator('#count').textContent()).toMatch(/annotations$/);
    expectQuiet(one);
  });
});

describe('filters', () => {
  it.each([
    [
      'Load balancer',
      'classic',
      (entry: (typeof entries)[number]) => entry.kinds.some(({ name }) => name === 'classic'),
    ],
    ['Provider', 'simulator', (entry: (typeof entries)[number]) => entry.providers.includes('simulator')],
    ['Changed later', 'replace', (entry: (typeof entries)[number]) => entry.mutable === 'replace'],
    ['Risk', 'high', (entry: (typeof entries)[number]) => entry.risk === 'high'],
    ['Status', 'deprecated', (entry: (typeof entries)[number]) => entry.deprecated !== undefined],
  ])('%s: %s', async (label, value, fits) => {
    await open();
    await one.page.getByText('Filters').click();
    await one.page.getByLabel(label, { exact: true }).selectOption(value);
    const wanted = entries.filter(fits).map(({ anchor }) => anchor);
    expect([...(await shown())].sort()).toEqual([...wanted].sort());
    await one.page.getByRole('button', { name: 'Clear all' }).click();
    expect(await shown()).toHaveLength(entries.length);
  });

  it('come together with each other and with words', async () => {
    await open();
    await one.page.getByText('Filters').click();
    await one.page.getByLabel('Load balancer').selectOption('nlb');
    await one.page.getByLabel('Changed later').selectOption('replace');
    await query().fill('address');
    const found = await shown();
    expect(found.length).toBeGreaterThan(0);
    for (const anchor of found) {
      const entry = entries.find((each) => each.anchor === anchor);
      expect(entry?.mutable).toBe('replace');
      expect(entry?.kinds.map(({ name }) => name)).toContain('nlb');
    }
  });
});

describe('deep links', () => {
  it('what is searched and filtered is in the address, and comes back from it', async () => {
    await open();
    await query().fill('health');
    await one.page.getByText('Filters').click();
    await one.page.getByLabel('Load balancer').selectOption('classic');
    const url = new URL(one.page.url());
    expect(url.searchParams.get('q')).toBe('health');
    expect(url.searchParams.get('kind')).toBe('classic');
    const before = await shown();
    const other = await visit(browser, `index.html${url.search}`);
    expect(await other.page.getByRole('searchbox').inputValue()).toBe('health');
    expect(await other.page.locator('.entry:visible').evaluateAll((all) => all.map(({ id }) => id))).toEqual(before);
    await other.close();
  });

  it('a key is scrolled to and marked, even where the filters hide it', async () => {
    for (const path of [`index.html#${AWS}target-node-labels`, `index.html?q=ssl-cert#${AWS}target-node-labels`]) {
      const page = await open(path);
      const entry = page.locator(`[id="${AWS}target-node-labels"]`);
      expect(await entry.evaluate((element) => element.classList.contains('at'))).toBe(true);
      const box = await entry.boundingBox();
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect(box?.y).toBeLessThan(300);
      await one.close();
    }
  });

  it('each entry has a link to itself', async () => {
    const page = await open();
    await page.getByRole('link', { name: 'Link to ssl-ports' }).click();
    expect(new URL(page.url()).hash).toBe(`#${AWS}ssl-ports`);
  });

  it.each(['?q=%E0%A4%A', '?kind=constructor&risk=%3Cscript%3E', '#%E0%A4%A', '#<img src=x onerror=alert(1)>'])(
    'a broken one, %s, does no harm',
    async (suffix) => {
      await open(`index.html${suffix}`);
      expect((await shown()).length + (await one.page.locator('#nothing:visible').count())).toBeGreaterThan(0);
      expectQuiet(one);
    },
  );
});

describe('copy', () => {
  it.each(['file', 'http'])('key, example and Service, by %s', async (scheme) => {
    const subPath = await serveUnderSubPath();
    one = await visit(browser, 'index.html', scheme === 'file' ? {} : { at: subPath.url });
    const { page } = one;
    const entry = page.locator(`[id="${AWS}internal"]`);
    await entry.getByRole('button', { name: 'Copy key' }).click();
    await entry.getByText('Copied').waitFor();
    expect(await clipboard(page)).toBe(`${AWS}internal`);
    await entry.getByRole('button', { name: 'Copy example' }).click();
    await expect.poll(() => clipboard(page)).toBe(`${AWS}internal: "true"`);
    await entry.getByText('Example Service').click();
    await entry.getByRole('button', { name: 'Copy Service' }).click();
    const { service } = entries.find(({ anchor }) => anchor === `${AWS}internal`)!;
    await expect.poll(() => clipboard(page)).toBe(service);
    await subPath.close();
  });
});

it('by keyboard alone: search, entry, copy', async () => {
  const page = await open();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the annotations');
  for (let tabs = 0; tabs < 10; tabs++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement?.id === 'query')) break;
  }
  await page.keyboard.type('cross zone');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe(`${AWS}cross-zone-load-balancing-enabled`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => clipboard(page)).toBe(`${AWS}cross-zone-load-balancing-enabled`);
});

it('arrows lead from the search through the index and back', async () => {
  const page = await open();
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  await query().fill('ssl');
  await query().press('ArrowDown');
  const first = await focused();
  expect(first).toContain('ssl');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).not.toBe(first);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('query');
});

it('prints every entry as a whole, without controls', async () => {
  const page = await open();
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  expect(await page.locator('.entry:visible').count()).toBe(entries.length);
  expect(await page.locator('.entry details.service pre:visible').count()).toBe(entries.length);
  expect(await page.locator('button:visible, input:visible, select:visible').count()).toBe(0);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  expect(await page.locator('.entry details.service[open]').count()).toBe(0);
});

it('the colours that were chosen are remembered', async () => {
  const page = await open();
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Use dark colours' }).click();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  expect(await ground()).toBe(dark);
  await page.getByRole('button', { name: 'Use light colours' }).click();
  expect(await ground()).toBe(light);
});
