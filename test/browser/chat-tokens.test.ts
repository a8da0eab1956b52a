import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endAll, type Running, start } from '../cli/command-line.ts';
import { Visitor } from './chat-stage.ts';
import { browserReason, browserTestsRun, launchChromium } from './chromium.ts';

const SECRET = 'a secret of more than thirty-two bytes, for tests alone';

const tokenOf = (user: string, seconds: number, secret: string = SECRET): Promise<string> =>
  new SignJWT({ preferred_username: user })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(new TextEncoder().encode(secret));

describe.runIf(browserTestsRun)(`a chat that takes tokens, in Chromium${browserReason}`, () => {
  let browser: Browser;
  let folder: string;
  let running: Running;
  let ann: Visitor;
  /** The address of every request of the page, and all that its console said. */
  let told: string[];

  const give = async (token: string): Promise<void> => {
    await ann.page.fill('#token-field', token);
    await ann.page.press('#token-field', 'Enter');
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ws101-token-'));
    const file = join(folder, 'secret');
    writeFileSync(file, SECRET, { mode: 0o600 });
    running = start('chat', '--port', '0', '--log', 'json', '--jwt-secret-file', file);
    const [port, launched] = await Promise.all([running.port, launchChromium()]);
    expect(port).toBeGreaterThan(0);
    browser = launched;
  });
  afterAll(async () => {
    await browser?.close();
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    told = [];
    ann = await Visitor.open(browser, await running.port, { reducedMotion: 'reduce' });
    ann.page.on('request', (request) => told.push(request.url()));
    ann.page.on('websocket', (socket) => told.push(socket.url()));
    ann.page.on('console', (message) => told.push(message.text()));
    await ann.page.fill('#name', 'ann');
    await ann.page.press('#name', 'Enter');
    await ann.page.waitForSelector('#token[open]');
  });
  afterEach(async () => {
    await ann.close();
  });

  test('the page asks for one, says what is wrong with it, and keeps it in memory alone', async () => {
    const { page } = ann;
    expect(await page.textContent('#token-why')).toBe('This chat lets in who has a token.');
    expect(await ann.focused()).toBe('token-field');
    await give('no token');
    await ann.reads('This is no token');
    await page.getByRole('button', { name: 'Not now' }).click();
    expect(await page.textContent('#entry-alert')).toContain('valid token only');
    await page.click('#enter');
    await page.waitForSelector('#token[open]');
    const [forged, good] = [await tokenOf('ann', 600, SECRET.toUpperCase()), await tokenOf('Ann', 600)];
    await give(forged);
    await ann.reads('The server does not take the token that it has of you');
    expect(await page.inputValue('#token-field')).toBe('');
    await give(good);
    await page.waitForSelector('#chat:not([hidden])');
    expect(await page.textContent('#me')).toBe('Ann');
    expect(await page.isVisible('#token-notice')).toBe(false);
    const kept = await page.evaluate(() => {
      const { localStorage, sessionStorage, document, location } = globalThis as unknown as Record<string, object>;
      return JSON.stringify([localStorage, sessionStorage, Reflect.get(document ?? {}, 'cookie'), location]);
    });
    const logged = await page.evaluate(() => Reflect.get(globalThis, 'document').documentElement.outerHTML as string);
    for (const token of [forged, good]) {
      const [, claims = '', signature = ''] = token.split('.');
      for (const part of [claims, signature]) {
        expect([kept, logged, ...told].filter((text) => text.includes(part))).toEqual([]);
      }
    }
    expect(told).toContainEqual(expect.stringMatching(/^ws:.*\/chat$/));
    expect(await ann.refusals()).toEqual([]);
  });

  test('one that is about to end is renewed in place, and one that has ended is replaced: the room stays', async () => {
    const { page } = ann;
    await give(await tokenOf('cleo', 30));
    await page.waitForSelector('#chat:not([hidden])');
    await ann.say('before');
    await ann.hears('before');
    await page.waitForSelector('#token-notice:not([hidden])');
    expect(await page.textContent('#token-notice')).toMatch(/about to end.* Time left: \d+ s\./);
    await page.click('#token-renew');
    await give(await tokenOf('bea', 600));
    await expect.poll(() => page.textContent('#token-error')).not.toBe('');
    expect(await page.isVisible('#token')).toBe(true);
    // The shortest that is sure to hold when it arrives.
    await give(await tokenOf('cleo', 6));
    await ann.reads('Your new token holds until');
    await page.waitForSelector('#token', { state: 'hidden' });
    await page.getByRole('button', { name: 'Enter a token' }).click();
    expect(await page.textContent('#link-sentence')).toContain('valid token only');
    await give(await tokenOf('cleo', 600));
    await ann.reads('Resumed: nothing was missed.');
    await ann.say('after');
    await ann.hears('after');
    expect(await ann.words()).toEqual(['before', 'after']);
    expect([await page.isVisible('#link-notice'), await page.isVisible('#token-notice')]).toEqual([false, false]);
  });
});
