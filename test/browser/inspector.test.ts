import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inspect as inspectCommand } from '../../src/cli/inspect.ts';
import { connect, WebSocketServer } from '../../src/node/index.ts';
import type { ScriptedPeer } from '../../src/testing/index.ts';
import { Stage, upgrade } from '../inspector/stage.ts';
import { browserReason, browserTestsRun, launchChromium } from './chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.runIf(browserTestsRun)(`the live inspector in Chromium${browserReason}`, () => {
  let browser: Browser;
  let stage: Stage;
  let pages: Page[];
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(() => {
    stage = new Stage();
    pages = [];
    complaints = [];
  });
  afterEach(async () => {
    await Promise.all(pages.map((page) => page.context().close()));
    await stage.close();
  });

  const open = async (port: number, options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 850 }, ...options })).newPage();
    pages.push(page);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.locator('.state.is-live').waitFor({ state: 'attached' });
    return page;
  };

  /** An inspector before an echo, with a client that has its connection. */
  const relay = async (): Promise<{ port: number; client: ScriptedPeer; echo: number }> => {
    const server = new WebSocketServer({ deflate: true, keepalive: false });
    server.route('/echo', { message: (connection, data) => connection.send(data, { compress: true }) });
    const { port: echo } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
    stage.also(() => server.shutdown({ deadlineMs: 100 }));
    const port = await stage.inspect({ target: `ws://127.0.0.1:${echo}/echo` });
    const client = await stage.client(port);
    client.send(upgrade('/'));
    await client.readHead();
    return { port, client, echo };
  };

  const card = (page: Page, words: string) => page.locator('.row .card', { hasText: words }).first();

  test('shows the frames of both lanes, and explains a byte under the pointer and one under the keyboard', async () => {
    const { port, client } = await relay();
    const page = await open(port);
    client.sendFrame(1, 'Hello');
    await page.locator('.row.client', { hasText: '"Hello"' }).waitFor();
    await page.locator('.row.server', { hasText: '"Hello"' }).waitFor();
    await card(page, 'text, 5 bytes').click();
    expect(await page.locator('.bits b').allTextContents()).toEqual(['1', '0', '0', '0', '0001', '1', '0000101']);
    await page.locator('.byte').nth(2).hover();
    expect(await page.locator('.hex-status').textContent()).toBe('masking key 2b 7e 15 16');
    expect(await page.locator('.byte.marked').allTextContents()).toEqual(['2b', '7e', '15', '16']);
    expect(await page.locator('.field.marked .field-name').textContent()).toBe('masking key');
    await page.locator('.hex-rows').focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.hex-status').textContent()).toBe('text "Hello"');
    await page.locator('.field-name').first().focus();
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('.field.marked .field-name').textContent()).toBe('RSV1');
    expect(await page.locator('.field .section').last().getAttribute('href')).toBe(
      'https://www.rfc-editor.org/rfc/rfc6455#section-5.6',
    );
    expect(complaints).toEqual([]);
  });

  test('joins fragments, inflates what was compressed, times pings, and masks long payloads within its policy', async () => {
    const { port, echo } = await relay();
    const page = await open(port);
    const connection = await connect(`ws://127.0.0.1:${port}/`, { deflate: true, keepalive: false });
    connection.sendPart('frag', { last: false });
    connection.ping(new TextEncoder().encode('now'));
    connection.sendPart('ments', { last: true });
    expect(await connection.receive()).toBe('fragments');
    connection.send('again and again '.repeat(100), { compress: true });
    await connection.receive();
    connection.send(new Uint8Array(3000), { compress: false });
    await connection.receive();
    connection.close(1000);
    await connection.closed;
    await page.locator('.row.end', { hasText: 'connection 2 ended' }).waitFor();
    await page.locator('.badge', { hasText: 'after its ping' }).waitFor();
    await card(page, 'joins 2').click();
    expect(await page.locator('.message pre').textContent()).toBe('"fragments"');
    await card(page, 'inflates to 1,600 bytes').click();
    expect(await page.locator('.message h4').allTextContents()).toEqual([
      expect.stringMatching(/^Compressed: \d+ bytes on the wire$/),
      expect.stringMatching(/^Inflated: 1,600 bytes, [\d.]+ times as many$/),
    ]);
    await card(page, 'binary, 3,000 bytes').click();
    await page.getByRole('button', { name: /Show .* more bytes/ }).click();
    expect(await page.locator('.byte').count()).toBe(3008);
    await page.locator('.row.head .card').first().click();
    await page.locator('.notes', { hasText: `became 127.0.0.1:${echo}` }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('marks broken rules with their section, in the row and in the field that breaks them', async () => {
    const target = await stage.target(async (peer) => {
      await peer.accept();
      peer.sendFrame(1, 'masked', { masked: true });
      peer.sendFrame(2, 'rsv', { rsv: 1 });
      peer.sendFrame(1, Uint8Array.of(0x61, 0xff));
      peer.sendFrame(0, 'alone');
      peer.sendFrame(1, Uint8Array.of(0xe2, 0x82), { fin: false });
      peer.sendFrame(0, Uint8Array.of(0xac), { fin: false });
      peer.sendFrame(0, Uint8Array.of(0xe2));
      peer.sendFrame(8, Uint8Array.of(3, 236));
      peer.end();
    });
    const port = await stage.inspect({ target: `ws://127.0.0.1:${target}/` });
    const page = await open(port);
    const client = await stage.client(port);
    client.send(upgrade('/'));
    await client.readEnd();
    client.end();
    await page.locator('.row.end').waitFor();
    const expected = [
      ['RFC 6455 §5.1: mask-unexpected', 'MASK'],
      ['RFC 6455 §5.2: reserved-bit', 'RSV3'],
      ['RFC 6455 §8.1: text-not-utf8', 'text'],
      ['RFC 6455 §5.4: continuation-unexpected', 'opcode'],
      ['RFC 6455 §8.1: text-not-utf8', 'text'],
      ['RFC 6455 §7.4: close-code-invalid', 'close code'],
    ];
    await page.selectOption('#kind', 'violations');
    const rows = page.locator('.row');
    expect(await rows.locator('.badge.bad').allTextContents()).toEqual(expected.map(([badge]) => badge));
    for (const [index, [badge, field]] of expected.entries()) {
      await rows.nth(index).locator('.card').click();
      expect([badge, await page.locator('.field.broken .field-name').textContent()]).toEqual([badge, field]);
    }
    await page.fill('#filter', 'close');
    expect(await rows.count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test('pauses and goes on, and what comes over the wire stays text', async () => {
    const { port, client } = await relay();
    const page = await open(port);
    client.sendFrame(1, '<img src=x onerror=alert(1)>');
    await page.locator('.row.server', { hasText: '<img src=x' }).waitFor();
    await page.click('#pause');
    client.sendFrame(1, 'while it stood still');
    await page.getByText('Paused: 2 entries came since.').waitFor();
    expect(await page.locator('.row', { hasText: 'stood still' }).count()).toBe(0);
    await page.click('#pause');
    await page.locator('.row', { hasText: 'stood still' }).first().waitFor();
    await page.click('#clear');
    expect(await page.locator('.row').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('decodes what is pasted without the server, and explains what is wrong with it', async () => {
    const port = await stage.inspect({});
    const page = await open(port);
    const status = page.locator('#paste-status');
    await page.click('#paste-example');
    await page.locator('#paste-status', { hasText: 'every rule is kept' }).waitFor();
    expect(await page.locator('#paste-parts .title').allTextContents()).toEqual([
      'text, 5 bytes, masked',
      'text fragment, 3 bytes, masked',
      'ping, 2 bytes, masked',
      'continuation, 2 bytes, masked',
    ]);
    await page.locator('#paste-parts .card').last().click();
    await page.locator('.message pre', { hasText: '"Hello"' }).waitFor();
    const wrong: [pasted: string, told: RegExp][] = [
      ['8105 48 6', /one digit only.*legal as far as it goes; at least 4 bytes missing/],
      ['8101zz', /"z", character 5, is no hexadecimal digit/],
      ['830161', /✗ RFC 6455 §5\.2, reserved-opcode/],
      ['', /no hexadecimal digits/],
      [Buffer.from('GET / HTTP/1.1\r\nHost a\r\n\r\n').toString('hex'), /✗ RFC 9112/],
    ];
    for (const [pasted, told] of wrong) {
      await page.fill('#paste-input', pasted);
      await page.click('.primary');
      await expect.poll(() => status.textContent()).toMatch(told);
    }
    // RFC 7692 §7.2.3.2: the second message refers to the first.
    await page.check('#paste-deflate');
    await page.selectOption('#paste-role', 'client');
    await page.fill('#paste-input', 'c107f248cdc9c90700 c105f200110000');
    await page.click('.primary');
    await page.locator('#paste-status', { hasText: 'every rule is kept' }).waitFor();
    await page.locator('#paste-parts .card').last().click();
    await page.locator('.message', { hasText: 'Inflated: 5 bytes' }).waitFor();
    expect(await page.locator('.message pre').last().textContent()).toBe('"Hello"');
    expect(complaints).toEqual([]);
  });

  test('saves what was decoded, with the lines that the terminal prints', async () => {
    const page = await open(await stage.inspect({}));
    expect(await page.locator('#paste-save').isVisible()).toBe(false);
    await page.fill('#paste-input', '818537fa213d7f9f4d5158 8300');
    await page.click('.primary');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#paste-save')]);
    expect(download.suggestedFilename()).toBe('ws101.ndjson');
    let printed = '';
    const stream = { write: (text: string) => (printed += text) };
    await inspectCommand.run(['--json', '818537fa213d7f9f4d51588300'], { stdout: stream, stderr: stream });
    expect(readFileSync(await download.path(), 'utf8')).toBe(printed);
    await page.locator('#paste-status', { hasText: 'Saved 2 lines.' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('ten megabytes of frames are decoded in slices, and the page answers meanwhile', async () => {
    const page = await open(await stage.inspect({}));
    await page.evaluate(() => {
      const area = Reflect.get(globalThis, 'document').querySelector('#paste-input');
      const data = new (Reflect.get(globalThis, 'DataTransfer'))();
      data.setData('text', '8200'.repeat(2_500_000));
      const Paste = Reflect.get(globalThis, 'ClipboardEvent');
      area.dispatchEvent(new Paste('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    });
    await page.getByText('10,000,000 characters pasted; the first 1,000 are shown.').waitFor();
    await page.click('.primary');
    await page.locator('#paste-status', { hasText: 'Decoding' }).waitFor();
    await page.locator('#paste-parts .card').nth(3).click();
    await page.locator('#detail h2', { hasText: 'binary, 0 bytes' }).waitFor();
    await page.click('#paste-stop');
    await page.locator('#paste-status', { hasText: 'Stopped.' }).waitFor();
    expect(await page.locator('#paste-parts .card').count()).toBe(500);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['light and wide', { colorScheme: 'light', viewport: { width: 1280, height: 850 } }],
    ['dark and narrow', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
  ] as const)('has nothing that axe calls serious, and nothing wider than the window: %s', async (_name, options) => {
    const { port, client } = await relay();
    const page = await open(port, { ...options, bypassCSP: true });
    client.sendFrame(1, 'Hello');
    client.sendFrame(3, 'not an opcode of today, and a long word: '.repeat(10));
    await client.readEnd();
    client.end();
    await page.locator('.row.end').waitFor();
    await card(page, 'reserved data (3)').click();
    await page.locator('.field.broken').waitFor();
    await page.locator('.field').first().hover();
    await page.locator('#paste summary').click();
    await page.fill('#paste-input', '8201');
    await page.click('.primary');
    await page.locator('#paste-parts .card').waitFor();
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
      const axe = Reflect.get(globalThis, 'axe') as {
        run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
      };
      const { violations } = await axe.run();
      return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    });
    expect(found.filter((line) => /^(?:serious|critical)/.test(line))).toEqual([]);
    const overflow = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = Reflect.get(globalThis, 'document').documentElement;
      return scrollWidth - clientWidth;
    });
    expect(overflow).toBe(0);
  });

  test('downloads what has passed', async () => {
    const { port, client } = await relay();
    client.sendFrame(1, 'Hello');
    await client.readFrame();
    const page = await open(port);
    await page.locator('.row.server', { hasText: '"Hello"' }).waitFor();
    await page.locator('.menu summary').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('NDJSON, a line').click()]);
    expect(download.suggestedFilename()).toBe('ws101.ndjson');
  });
});
