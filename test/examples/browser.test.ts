import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserReason, browserTestsRun, launchChromium } from '../browser/chromium.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Serves what the page loads: the examples and the built codec, as they lie in the package. */
function serveFiles(): Server {
  return createServer(async ({ url = '' }, response) => {
    const permitted = /^\/(?:docs\/examples|dist\/codec)\/[a-z0-9-]+\.(?:html|js)$/.test(url);
    if (!permitted) return response.writeHead(404).end();
    const type = TYPES[extname(url)] ?? 'application/octet-stream';
    return response.writeHead(200, { 'Content-Type': type }).end(await readFile(join(ROOT, url)));
  });
}

describe.runIf(browserTestsRun)(`browser.html in Chromium${browserReason}`, () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  const failures: string[] = [];

  beforeAll(async () => {
    server = serveFiles();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('pageerror', ({ message }) => failures.push(message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/docs/examples/browser.html`);
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  const decode = async (hex?: string): Promise<{ frames: string[]; verdict: string | null }> => {
    if (hex !== undefined) await page.fill('#hex', hex);
    await page.click('#decode');
    return { frames: await page.locator('#frames li').allTextContents(), verdict: await page.textContent('#verdict') };
  };

  it('decodes the masked hello that it comes with', async () => {
    expect(await decode()).toEqual({ frames: ['TEXT, 5 bytes: Hello'], verdict: 'Every frame is whole.' });
  });

  it('decodes what is pasted, fragments and control frames, and says when the end is missing', async () => {
    expect(await decode('01 82 00000000 4869\n89 80 00000000\n80 83 01020304 20')).toEqual({
      frames: ['TEXT, to be continued, 2 bytes: Hi', 'PING, 0 bytes: '],
      verdict: 'The last frame is not complete.',
    });
  });

  it('names the section of the rule that is broken', async () => {
    const { frames, verdict } = await decode('81 05 48656c6c6f');
    expect(frames).toEqual([]);
    expect(verdict).toContain('RFC 6455 §5.1');
    expect(verdict).toContain('(close code 1002)');
    expect(failures).toEqual([]);
  });
});
