// The playground: what is typed is judged, planned and shown by the code that the controller runs, and stays text.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadCompilers } from '../../src/provider/registry.ts';
import { loadReference } from '../../src/reference/load.ts';
import { examplesOf } from '../../src/reference/site/examples.ts';
import { clipboard, expectQuiet, launch, type Visit, visit } from './visit.ts';

const EXAMPLES = examplesOf(await loadCompilers());

const AWS = 'service.beta.kubernetes.io/aws-load-balancer-';
let browser: Browser;
let one: Visit;

beforeAll(async () => {
  browser = await launch();
});
afterEach(() => one?.close());
afterAll(() => browser?.close());

const open = async (path = 'playground.html') => {
  one = await visit(browser, path);
  await settled(one.page);
  return one.page;
};
const editor = (page: Page, name: RegExp | string = /^Service, YAML/) => page.getByRole('textbox', { name });
const summary = (page: Page) => page.locator('#summary').textContent();

/** Replaces all of the text, and waits for what is made of it. */
async function write(page: Page, text: string, name?: RegExp): Promise<void> {
  await editor(page, name).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
  await settled(page);
}

async function settled(page: Page): Promise<void> {
  await page.locator('#result:not([aria-busy]) #summary:not(:empty)').waitFor();
}

async function textOf(page: Page, name?: RegExp): Promise<string> {
  const lines = await editor(page, name)
    .locator('.cm-line')
    .evaluateAll((all) => all.map((line) => line.textContent));
  return lines.join('\n');
}

function manifest(annotations: string, name = 'web'): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  annotations:
${annotations}
spec:
  type: LoadBalancer
  ports:
    - port: 80`;
}

describe('examples', () => {
  it.each(EXAMPLES)('$name has no problems, and a plan', async ({ name, provider, service, before }) => {
    const page = await open();
    await page.getByLabel('Provider').selectOption(provider);
    await page.getByLabel('Start from').selectOption(name);
    await settled(page);
    expect(await summary(page)).toMatch(/^No problems\. Plan: \d+ to /);
    expect(await page.locator('.step').count()).toBeGreaterThan(0);
    expect((await textOf(page)).trimEnd()).toBe(service.trimEnd());
    expect(await editor(page, /before the change/).isVisible()).toBe(before !== undefined);
    expectQuiet(one);
  });

  it('each annotation of the reference can be tried', async () => {
    const { entries } = await loadReference();
    one = await visit(browser, 'index.html');
    const { page } = one;
    const links = await page.locator('.try a').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    expect(links).toHaveLength(entries.length);
    for (const entry of entries) {
      const link = `playground.html?entry=${encodeURIComponent(entry.anchor)}`;
      expect(links).toContain(link);
      await page.goto(new URL(link, page.url()).href);
      await settled(page);
      expect((await textOf(page)).trimEnd()).toBe(entry.service.trimEnd());
      expect(await page.getByLabel('Provider').inputValue()).toBe(entry.providers[0]);
      expect(await summary(page), entry.key).toMatch(/^No problems\./);
    }
  });
});

describe('problems', () => {
  it('are marked in place and lead to their line', async () => {
    const page = await open();
    await write(page, manifest(`    ${AWS}type: nlb\n    ${AWS}internal: maybe\n    ${AWS}healtcheck-port: "80"`));
    expect(await summary(page)).toMatch(/^1 error, 1 warning\.$/);
    const marked = page.locator('#service-editor .cm-lintRange-error');
    expect(await marked.first().textContent()).toMatch(/internal|maybe/);
    expect(await page.locator('#service-editor .cm-lint-marker').count()).toBe(2);
    await page.getByRole('button', { name: 'Line 7' }).click();
    await page.keyboard.type('!');
    expect((await textOf(page)).split('\n')[6]).toContain('!');
    expectQuiet(one);
  });

  it('of the YAML itself are told, and no old plan stays', async () => {
    const page = await open();
    expect(await page.locator('.step').count()).toBeGreaterThan(0);
    await write(page, 'apiVersion: v1\nkind: Service\nmetadata: {name: [');
    expect(await summary(page)).toMatch(/error/);
    expect(await page.locator('.step').count()).toBe(0);
    await write(page, '');
    expect(await page.locator('.problems').textContent()).toContain('nothing here yet');
    expectQuiet(one);
  });

  it('what is shown is marked as old until it is made anew', async () => {
    const page = await open();
    const seen = await page.evaluateHandle(() => {
      const states: boolean[] = [];
      const result = document.getElementById('result')!;
      new MutationObserver(() => states.push(result.hasAttribute('aria-busy'))).observe(result, { attributes: true });
      return states;
    });
    await editor(page).focus();
    await page.keyboard.type('x');
    await settled(page);
    await expect.poll(() => seen.jsonValue()).toEqual([true, false]);
  });

  it('says whose a Service is that is not ours', async () => {
    const page = await open();
    await write(page, manifest(`    ${AWS}type: external`));
    await page.getByText('another controller').waitFor();
    await write(page, 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 80');
    await page.getByText('It asks for no load balancer').waitFor();
  });

  it('several Services each get their plan', async () => {
    const page = await open();
    const both = [manifest(`    ${AWS}type: nlb`, 'one'), manifest(`    ${AWS}type: classic`, 'two')];
    await write(page, both.join('\n---\n'));
    await page.getByRole('heading', { name: 'Plan of default/one' }).waitFor();
    await page.getByRole('heading', { name: 'Plan of default/two' }).waitFor();
  });
});

describe('before and after', () => {
  it('shows what changes, and what is blocked', async () => {
    const page = await open('playground.html?example=public-to-internal');
    expect(await summary(page)).toMatch(/to create.*1 to replace.*to delete/);
    await page.getByText('It stands in for LoadBalancer').waitFor();
    const text = await textOf(page);
    await write(page, text.replace(/.*allow-replacement.*\n/, ''), /^Service, YAML/);
    expect(await summary(page)).toContain('blocked');
    await page
      .getByText(/^Blocked: /)
      .first()
      .waitFor();
  });

  it('shows nothing where nothing changes, and fields with both values where one does', async () => {
    const page = await open();
    await page.getByRole('radio', { name: 'Before and after' }).check();
    await settled(page);
    expect(await summary(page)).toBe('No problems. Plan: no changes.');
    const text = await textOf(page);
    await write(page, text.replace('nlb\n', `nlb\n    ${AWS}cross-zone-load-balancing-enabled: "true"\n`));
    expect(await summary(page)).toBe('No problems. Plan: 1 to change.');
    expect(await page.locator('.step.update del').textContent()).toBe('false');
    expect(await page.locator('.step.update ins').textContent()).toBe('true');
  });

  it('says which side is at fault', async () => {
    const page = await open('playground.html?example=public-to-internal');
    await write(page, manifest(`    ${AWS}type: nlbb`), /before the change/);
    await page
      .getByRole('button', { name: /^Before, line/ })
      .first()
      .waitFor();
  });
});

describe('facts', () => {
  it('can be edited, stay while the Service changes, and are made up again when asked', async () => {
    const page = await open();
    await page.getByText('Sample facts').click();
    const facts = /^Sample facts/;
    const made = await editor(page, facts).evaluate((element) => element.textContent?.includes('"Facts"'));
    expect(made).toBe(true);
    await write(page, '{', facts);
    expect(await summary(page)).toMatch(/^1 error/);
    await page.getByText('The text of the facts is not JSON').first().waitFor();
    await page.getByRole('button', { name: 'Reset' }).click();
    await settled(page);
    expect(await summary(page)).toMatch(/^No problems/);
    const document = (await page.locator('#facts-editor').evaluate(readAll)) as string;
    expect(JSON.parse(document).facts.region).toBe('eu-west-1');
    await write(page, document.replaceAll('eu-west-1', 'eu-central-1'), facts);
    await write(
      page,
      manifest(`    ${AWS}type: nlb\n    ${AWS}ssl-cert: arn:aws:acm:eu-west-1:123456789012:certificate/a`),
    );
    expect(await summary(page)).toMatch(/^1 error/);
    await page.getByText('Edited by you').waitFor();
  });

  it.each([
    '[]',
    'null',
    '{"provider":"aws","cluster":{"name":"x","uid":"y"},"nodes":[],"facts":{}}',
    '{"__proto__":{"a":1}}',
  ])('%s is no fact, and said so', async (text) => {
    const page = await open();
    await page.getByText('Sample facts').click();
    await write(page, text, /^Sample facts/);
    expect(await summary(page)).toMatch(/^1 error/);
    expectQuiet(one);
  });
});

describe('options', () => {
  it('the kind of load balancer without a type annotation is the one that is chosen', async () => {
    const page = await open();
    await write(
      page,
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: LoadBalancer\n  ports:\n    - port: 80',
    );
    await page.getByText('A Classic Load Balancer').waitFor();
    await page.getByText('Options of the controller').click();
    await page.getByLabel('--aws-default-type').selectOption('nlb');
    await page.getByText('A Network Load Balancer').waitFor();
  });

  it('another provider reads its own annotations', async () => {
    const page = await open();
    await page.getByLabel('Provider').selectOption('simulator');
    await settled(page);
    expect(await summary(page)).toMatch(/^No problems\. Plan: /);
    expect(await page.getByText('--aws-default-type').isVisible()).toBe(false);
  });

  it('another provider has examples of its own, which take the place of an example and of nothing else', async () => {
    const page = await open();
    const offered = () =>
      page.locator('#example option:not([value=""])').evaluateAll((all) =>
        all.flatMap((one) => {
          const group = one.parentElement as HTMLOptGroupElement;
          return group.disabled || group.hidden ? [] : [(one as HTMLOptionElement).value];
        }),
      );
    const namesOf = (provider: string) => EXAMPLES.filter((one) => one.provider === provider).map(({ name }) => name);
    expect(await offered()).toEqual(namesOf('aws'));
    await page.getByLabel('Provider').selectOption('simulator');
    await settled(page);
    expect(await offered()).toEqual(namesOf('simulator'));
    const first = EXAMPLES.find(({ provider }) => provider === 'simulator');
    expect((await textOf(page)).trimEnd()).toBe(first?.service.trimEnd());
    await editor(page, /^Service/).press('Control+End');
    await page.keyboard.type('# mine');
    await page.getByLabel('Provider').selectOption('aws');
    await settled(page);
    expect(await textOf(page)).toContain('# mine');
    expectQuiet(one);
  });
});

describe('sharing', () => {
  it('a link holds all that is shown', async () => {
    const page = await open('playground.html?example=add-a-port');
    const [before, after] = [await textOf(page, /before the change/), await textOf(page)];
    await page.getByText('Options of the controller').click();
    await page.getByLabel('--aws-nlb-security-groups').selectOption('managed');
    await settled(page);
    const shown = await summary(page);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Copied').first().waitFor();
    const link = await clipboard(page);
    expect(link).toContain('#s=');
    expect(page.url()).toBe(link);
    await one.close();
    const other = await open(`playground.html${new URL(link).hash}`);
    expect([await textOf(other, /before the change/), await textOf(other)]).toEqual([before, after]);
    expect(await other.getByLabel('--aws-nlb-security-groups').inputValue()).toBe('managed');
    expect(await summary(other)).toBe(shown);
    expectQuiet(one);
  });

  it.each(['#s=', '#s=AAAA', '#s=%00', `#s=${'A'.repeat(40_000)}`, '#s=<script>alert(1)</script>', '#s=..%2F..'])(
    'a broken link is told of and does no harm: %.20s',
    async (hash) => {
      const page = await open(`playground.html${hash}`);
      expect(await summary(page)).toContain('The link is not whole');
      expect((await textOf(page)).trimEnd()).toBe(EXAMPLES[0]?.service.trimEnd());
      expectQuiet(one);
    },
  );

  it('a link that would unpack to gigabytes is refused', async () => {
    const page = await open();
    const hash = await page.evaluate(async () => {
      const zeros = new Blob([`{"service":"${'0'.repeat(20_000_000)}"}`]).stream();
      const packed = await new Response(zeros.pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer();
      return btoa(Array.from(new Uint8Array(packed), (byte) => String.fromCharCode(byte)).join(''));
    });
    const fragment = hash.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    expect(fragment.length).toBeLessThan(32_000);
    await one.close();
    const other = await open(`playground.html#s=${fragment}`);
    expect(await summary(other)).toContain('The link is not whole');
  });
});

it('a hostile Service stays text', async () => {
  const page = await open();
  const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>';
  const annotations = [
    `    ${AWS}type: nlb`,
    `    ${AWS}internal: '${evil}'`,
    `    "${AWS}<svg onload=alert(3)>": '${evil}'`,
    `    ${AWS}additional-resource-tags: 'a=${evil}'`,
    `    __proto__: '{"polluted": true}'`,
    `    constructor: 'x'`,
    `    # ${evil} javascript:alert(4)`,
  ].join('\n');
  await write(page, `${manifest(annotations, `'${evil}'`)}\n      name: '${evil}'`);
  expect(await summary(page)).toMatch(/error/);
  expect(await page.locator('.problems').textContent()).toContain('<img src=x');
  await write(
    page,
    manifest(`    ${AWS}type: nlb\n    ${AWS}additional-resource-tags: 'k=${evil.replaceAll(/[<>()]/g, '')}'`),
  );
  for (const details of await page.locator('#findings details').all()) await details.locator('summary').first().click();
  expect(await page.locator('#findings img, #findings script, #findings svg').count()).toBe(0);
  expect(await page.evaluate(() => 'polluted' in {})).toBe(false);
  expectQuiet(one);
});

it('Tab leads out of the editor', async () => {
  const page = await open();
  const text = await textOf(page);
  await editor(page).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.id)).not.toBe('service-editor');
  expect(await textOf(page)).toBe(text);
});

it('the skip link leaves what was written', async () => {
  const page = await open();
  await write(page, manifest(`    ${AWS}type: classic`));
  await page.getByRole('link', { name: 'Skip to the playground' }).press('Enter');
  expect(new URL(page.url()).hash).toBe('#main');
  expect(await textOf(page)).toContain(`${AWS}type: classic`);
  await page.getByText('A Classic Load Balancer').waitFor();
});

it('the annotation under the cursor is explained', async () => {
  const page = await open();
  await editor(page).getByText(`${AWS}type`).click();
  await page.getByText('asks for a Network Load Balancer').waitFor();
  expect(await page.getByRole('link', { name: 'Everything about it' }).getAttribute('href')).toBe(
    `index.html#${AWS}type`,
  );
});

/** The editor draws only the lines in view; selecting all copies all. */
function readAll(host: Element): string {
  const content = host.shadowRoot?.querySelector('.cm-content') as unknown as {
    cmTile?: { view: { state: { doc: { toString(): string } } } };
    cmView?: { view: { state: { doc: { toString(): string } } } };
  };
  return (content.cmTile ?? content.cmView)?.view.state.doc.toString() ?? '';
}
