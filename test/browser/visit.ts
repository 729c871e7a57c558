// Visits to the pages under test. Each is watched: whatever it asks for, and whatever it complains of, is kept.
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { FILES } from './site.ts';

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Addresses of all requests, in order. */
  readonly requests: readonly string[];
  /** Errors and warnings of the console, scripts that failed, and what the content policy refused. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface VisitOptions extends Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'javaScriptEnabled'> {
  /** Where the site is. Default: in files. */
  readonly at?: string;
}

export function launch(): Promise<Browser> {
  // Root has no sandbox to give.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: inject('chromium'), args });
}

export async function visit(browser: Browser, path: string, options: VisitOptions = {}): Promise<Visit> {
  const { at = FILES, ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...rest });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(at + path);
  return { page, context, requests, complaints, close: () => context.close() };
}

/** Everything that was asked for belongs to the site, and nothing complained. */
export function expectQuiet({ requests, complaints }: Visit, at = FILES): void {
  expect(requests.length).toBeGreaterThan(0);
  expect(requests.filter((url) => !url.startsWith(at))).toEqual([]);
  expect(complaints).toEqual([]);
}

/** The text that the page copied last. */
export function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}
