// Anybody can use the pages: axe finds nothing, everything fits a narrow screen, and the focus can be seen.
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, visit } from './visit.ts';

interface State {
  readonly name: string;
  readonly path: string;
  readonly arrange?: (page: Page) => Promise<unknown>;
}

const STATES: readonly State[] = [
  { name: 'reference', path: 'index.html' },
  {
    name: 'reference, searched, filtered, a Service unfolded',
    path: 'index.html?q=health&kind=nlb',
    arrange: (page) => page.getByText('Example Service').first().click(),
  },
  { name: 'reference, nothing found', path: 'index.html?q=zzzzqqqq' },
  { name: 'playground', path: 'playground.html' },
  {
    name: 'playground, all unfolded',
    path: 'playground.html?example=tls',
    arrange: (page) =>
      page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      }),
  },
  {
    name: 'playground, blocked change',
    path: 'playground.html?example=public-to-internal',
    arrange: async (page) => {
      const editor = page.getByRole('textbox', { name: /^Service, YAML/ });
      await editor.getByText('allow-replacement').click();
      await page.keyboard.press('Control+Shift+k');
      await page
        .getByText(/^Blocked: /)
        .first()
        .waitFor();
    },
  },
  {
    name: 'playground, with problems',
    path: 'playground.html',
    arrange: async (page) => {
      const text =
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-internal: maybe\n    service.beta.kubernetes.io/aws-load-balancer-tpye: nlb\nspec:\n  type: LoadBalancer\n  ports:\n    - port: 80';
      await page.getByRole('textbox', { name: /^Service, YAML/ }).focus();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(text);
      await page.locator('.note.error').first().waitFor();
    },
  },
];
const WIDTHS = [1280, 320] as const;
const SCHEMES = ['light', 'dark'] as const;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

async function open({ path, arrange }: State, width: number, colorScheme: 'light' | 'dark' = 'light') {
  const one = await visit(browser, path, { viewport: { width, height: 800 }, colorScheme });
  if (path.startsWith('playground')) await one.page.locator('#findings > *').first().waitFor();
  await arrange?.(one.page);
  return one;
}

describe.each(STATES)('$name', (state) => {
  it.each(WIDTHS.flatMap((width) => SCHEMES.map((scheme) => ({ width, scheme }))))(
    'axe finds nothing at $width px, $scheme',
    async ({ width, scheme }) => {
      const one = await open(state, width, scheme);
      await one.page.evaluate(axe.source);
      const violations = await one.page.evaluate(async () => {
        const { axe: run } = window as unknown as { axe: typeof import('axe-core') };
        const found = await run.run(document, { resultTypes: ['violations'] });
        return found.violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
        );
      });
      expect(violations).toEqual([]);
      await one.close();
    },
  );

  it('does not scroll sideways at 320 px, nor at 200 % of 640 px', async () => {
    const one = await open(state, 320);
    const width = () => one.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await width()).toBeLessThanOrEqual(0);
    await one.page.setViewportSize({ width: 640, height: 800 });
    await one.page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    expect(await width()).toBeLessThanOrEqual(0);
    await one.close();
  });
});

it.each(['index.html', 'playground.html'])(
  '%s has one main, one h1, and no heading that skips a level',
  async (path) => {
    const one = await visit(browser, path);
    if (path.startsWith('playground')) await one.page.locator('#findings > *').first().waitFor();
    expect(await one.page.getByRole('main').count()).toBe(1);
    expect(await one.page.getByRole('banner').count()).toBe(1);
    expect(await one.page.getByRole('contentinfo').count()).toBe(1);
    const levels = await one.page
      .locator('h1, h2, h3, h4')
      .evaluateAll((all) =>
        all.filter((each) => each.checkVisibility()).map(({ tagName }) => Number(tagName.slice(1))),
      );
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    const skips = levels.filter((level, at) => at > 0 && level > (levels[at - 1] ?? 0) + 1);
    expect(skips).toEqual([]);
    await one.close();
  },
);

it.each(['index.html', 'playground.html'])(
  '%s shows where the focus is, at every stop of the keyboard',
  async (path) => {
    const one = await visit(browser, path);
    const { page } = one;
    if (path.startsWith('playground')) await page.locator('#findings > *').first().waitFor();
    const blind: string[] = [];
    for (let stop = 0; stop < 40; stop++) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return undefined;
        // A radio button shows its focus on its label.
        const shown = element.matches('.switch input') ? element.nextElementSibling! : element;
        const { outlineStyle, outlineWidth } = getComputedStyle(shown);
        const box = shown.getBoundingClientRect();
        const isSeen =
          outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && box.width > 0 && box.height > 0;
        return isSeen ? undefined : element.outerHTML.slice(0, 120);
      });
      if (found !== undefined) blind.push(found);
    }
    expect(blind).toEqual([]);
    await one.close();
  },
);

it('moves nothing where less motion is asked for', async () => {
  const one = await visit(browser, 'index.html#service.beta.kubernetes.io/aws-load-balancer-type');
  const name = () => one.page.locator('.entry.at').evaluate((element) => getComputedStyle(element).animationName);
  expect(await name()).not.toBe('none');
  await one.page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await name()).toBe('none');
  await one.close();
});
