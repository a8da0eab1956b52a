import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browserReason, browserTestsRun, launchChromium } from '../browser/chromium.ts';

const PAGE = new URL('../../docs/illustrated/index.html', import.meta.url).href;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 360, height: 740 };

describe.runIf(browserTestsRun)(`the illustrated connection in Chromium${browserReason}`, () => {
  let browser: Browser;
  const pages: Page[] = [];

  const open = async (options: BrowserContextOptions): Promise<Page> => {
    const page = await (await browser.newContext(options)).newPage();
    pages.push(page);
    await page.goto(PAGE);
    return page;
  };

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
  });

  it('asks nobody for anything, and complains of nothing', async () => {
    const page = await (await browser.newContext()).newPage();
    pages.push(page);
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(PAGE, { waitUntil: 'load' });
    expect(asked).toEqual([PAGE]);
    expect(complaints).toEqual([]);
  });

  it('opens bytes without JavaScript: by the bytes themselves, by their row, and all at once', async () => {
    const page = await open({ javaScriptEnabled: false, viewport: WIDE });
    const why = page.locator('#hello-0-1');
    expect(await why.isVisible()).toBe(false);
    await page.locator('a[href="#hello-0-1"]').first().click();
    await why.waitFor({ state: 'visible' });
    await page
      .locator('summary', { has: page.locator('text=Host: ') })
      .first()
      .click();
    await page.locator('#request-0-1').waitFor({ state: 'visible' });
    const last = page.locator('.why').last();
    expect(await last.isVisible()).toBe(false);
    await page.getByLabel('Open every byte').check();
    await last.waitFor({ state: 'visible' });
  });

  it('prints every explanation, and no control', async () => {
    const page = await open({ javaScriptEnabled: false, viewport: WIDE });
    await page.emulateMedia({ media: 'print' });
    const all = page.locator('.why');
    for (const at of [0, Math.floor((await all.count()) / 2), (await all.count()) - 1]) {
      expect(await all.nth(at).isVisible()).toBe(true);
    }
    expect(await page.getByLabel('Open every byte').isVisible()).toBe(false);
  });

  it.each([
    ['light and wide', 'light', WIDE],
    ['dark and narrow', 'dark', NARROW],
  ] as const)('has nothing that axe calls serious, everything open: %s', async (_name, colorScheme, viewport) => {
    const page = await open({ colorScheme, viewport, bypassCSP: true });
    await page.evaluate(AXE);
    // One explanation of each kind is enough to look at, and all of them take axe long.
    const found = await page.evaluate(async () => {
      const { document, axe } = globalThis as unknown as Scope;
      for (const details of document.querySelectorAll(
        '#request details, #hello-masked details, #deflated details, #bad-text details',
      ))
        details.open = true;
      const { violations } = await axe.run(document, { resultTypes: ['violations'] });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(
          ({ id, nodes }) =>
            `${id}: ${nodes
              .map(({ html }) => html)
              .slice(0, 3)
              .join(' ')}`,
        );
    });
    expect(found).toEqual([]);
  });

  it('can be read at 360 pixels: nothing is wider than the page, and no text is tiny', async () => {
    const page = await open({ viewport: NARROW });
    const seen = await page.evaluate(() => {
      const { document, getComputedStyle } = globalThis as unknown as Scope;
      for (const details of document.querySelectorAll('details')) details.open = true;
      const texts = [...document.querySelectorAll('p, summary, td, th, li, figcaption span, .bits i, .bits b')];
      return {
        width: document.documentElement.scrollWidth,
        smallest: Math.min(...texts.map((text) => Number.parseFloat(getComputedStyle(text).fontSize))),
      };
    });
    expect(seen.width).toBeLessThanOrEqual(360);
    expect(seen.smallest).toBeGreaterThanOrEqual(10.5);
  });

  it('shows where the keyboard is', async () => {
    const page = await open({ viewport: WIDE });
    await page.keyboard.press('Tab');
    expect(await page.locator('.skip').evaluate((link) => link.getBoundingClientRect().left >= 0)).toBe(true);
    await page.keyboard.press('Enter');
    await page.locator('#hello summary').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('#hello-0-0').waitFor({ state: 'visible' });
  });
});

interface Element {
  open: boolean;
}

/** What these tests use of a page. */
interface Scope {
  readonly document: {
    readonly documentElement: { readonly scrollWidth: number };
    querySelectorAll(selector: string): Iterable<Element>;
  };
  getComputedStyle(element: Element): { readonly fontSize: string };
  readonly axe: {
    run(
      context: unknown,
      options: object,
    ): Promise<{
      violations: { readonly id: string; readonly impact: string; readonly nodes: { readonly html: string }[] }[];
    }>;
  };
}
