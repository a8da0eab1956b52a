import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserReason, browserTestsRun, launchChromium } from '../browser/chromium.ts';
import { applyDiff, blocksOf, readPage } from './page.ts';
import { RunningStep } from './running-step.ts';

/** The scripts that a chapter asks to type into the console of a browser, for another port. */
function scriptsOf(step: string, port: number): string[] {
  const page = readPage(`tutorial/${step}/README.md`);
  const scripts = [...page.matchAll(/<!-- in the browser -->\n```js\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  return scripts.map((code) => code.replaceAll('8080', `${port}`));
}

describe.runIf(browserTestsRun)(`what the tutorial asks to try in a browser${browserReason}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  /** Runs a step, or what its exercise makes of it, opens its page, and types the script of the chapter. */
  const typed = async (
    step: string,
    broken: boolean,
    until: (server: RunningStep, words: string[]) => Promise<string>,
  ) => {
    const path = `docs/tutorial/${step}/server.ts`;
    const diff = blocksOf(readPage(`tutorial/${step}/README.md`)).find(({ kind }) => kind === 'diff');
    const server = await RunningStep.startChanged(path, (source) =>
      broken && diff ? applyDiff(source, diff) : source,
    );
    const page = await browser.newPage();
    try {
      const words: string[] = [];
      page.on('console', (message) => words.push(message.text()));
      await page.goto(`http://127.0.0.1:${server.port}/`);
      expect(await page.textContent('body')).toContain('This is a WebSocket server.');
      await page.addScriptTag({ content: scriptsOf(step, server.port)[0] ?? '' });
      return await until(server, words);
    } finally {
      await page.close();
      await server.stop();
    }
  };

  const said = async (words: string[], wanted: RegExp): Promise<string> => {
    await expect.poll(() => words.some((word) => wanted.test(word)), { timeout: 15_000 }).toBe(true);
    return words.find((word) => wanted.test(word)) ?? '';
  };

  it('step 2: a frame of eleven bytes arrives', async () => {
    const line = await typed('02-handshake', false, (server) => server.line());
    expect(line).toMatch(/^received 8185[0-9a-f]{18}$/);
  });

  it('step 2, broken: the console complains of the value that the server computed', async () => {
    const word = await typed('02-handshake', true, (_server, words) => said(words, /Sec-WebSocket-Accept/));
    expect(word).toMatch(/WebSocket connection .* failed/);
  });

  it('step 9: the goodbye is clean', async () => {
    expect(await typed('09-closing', false, (_server, words) => said(words, /^\d{4} /))).toBe('1000 true');
  });

  it('step 9, broken: it is not', async () => {
    expect(await typed('09-closing', true, (_server, words) => said(words, /^\d{4} /))).toBe('1006 false');
  });
});
