import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WireClient } from '../chat/wire-client.ts';
import { ChatHouse, Visitor } from './chat-stage.ts';
import { browserReason, browserTestsRun, launchChromium } from './chromium.ts';
import { XSS_CORPUS, XSS_NAMES } from './xss-corpus.ts';

describe.runIf(browserTestsRun)(`the chat in Chromium${browserReason}`, () => {
  let browser: Browser;
  let house: ChatHouse;
  let visitors: Visitor[];
  let clients: WireClient[];

  const visit = async (options?: BrowserContextOptions, hash?: string): Promise<Visitor> => {
    const visitor = await Visitor.open(browser, house.port, options, hash);
    visitors.push(visitor);
    return visitor;
  };
  const client = async (name: string, room = 'lobby'): Promise<WireClient> => {
    const joined = await WireClient.join(`ws://127.0.0.1:${house.port}/chat`, name, room);
    clients.push(joined);
    return joined;
  };

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    visitors = [];
    clients = [];
    house = new ChatHouse({ chat: { rateLimit: { capacity: 200 } } });
    await house.open();
  });
  afterEach(async () => {
    for (const { socket } of clients) socket.terminate();
    await Promise.all(visitors.map((visitor) => visitor.close()));
    await house.close();
  });

  test('two windows talk: each sees every message once, in one order, the own ones set apart', async () => {
    const [ann, bea] = await Promise.all([visit(), visit()]);
    await ann.join('ann');
    await bea.join('bea');
    await ann.reads('bea joined');
    await ann.say('hello bea');
    await bea.hears('hello bea');
    await bea.say('hello ann');
    await ann.hears('hello ann');
    await ann.say('two\nlines & <three> "signs"');
    await bea.hears('two');
    const expected = ['hello bea', 'hello ann', 'two\nlines & <three> "signs"'];
    expect(await ann.words()).toEqual(expected);
    expect(await bea.words()).toEqual(expected);
    expect(await ann.page.locator('.own .words').allTextContents()).toEqual([expected[0], expected[2]]);
    expect(await bea.page.locator('.own .words').allTextContents()).toEqual([expected[1]]);
    await expect.poll(() => ann.page.locator('#people-list bdi').allTextContents()).toEqual(['ann', 'bea']);
    const stamps = await ann.page
      .locator('.said time')
      .evaluateAll((all) => all.map((at) => at.getAttribute('datetime')));
    expect(stamps).toHaveLength(3);
    for (const stamp of stamps) expect(stamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    await bea.page.click('#leave');
    await ann.reads('bea left');
    for (const visitor of [ann, bea]) {
      expect(await visitor.refusals()).toEqual([]);
      expect(visitor.complaints).toEqual([]);
    }
  });

  test('names that are taken and rooms that cannot be are told at their field', async () => {
    await client('Ann');
    const page = (await visit()).page;
    await page.press('#name', 'Enter');
    expect(await page.textContent('#name-error')).toContain('give a name');
    await page.fill('#name', 'ann');
    await page.press('#name', 'Enter');
    await page.getByText('Somebody has this name already').waitFor();
    expect(await page.textContent('#name-error')).toContain('Somebody has this name already');
    expect(await page.getAttribute('#name', 'aria-invalid')).toBe('true');
    expect(await page.evaluate(() => Reflect.get(globalThis, 'document').activeElement?.id)).toBe('name');
    await page.fill('#room', 'no/such/room');
    await page.press('#room', 'Enter');
    expect(await page.textContent('#room-error')).toContain('A room is named with');
  });

  test('the address names the room, a change of it or the dialog leads to a further one, and /leave out of it', async () => {
    const tea = await client('bea', 'tea');
    const ann = await visit({}, '#tea');
    await ann.join('ann');
    tea.say({ type: 'message', room: 'tea', message: 'milk?' });
    await ann.hears('milk?');
    await ann.goTo('Coffee');
    await ann.reads('You joined #coffee.');
    expect(await ann.words()).toEqual([]);
    expect(ann.page.url()).toMatch(/#coffee$/);
    const goBy = (hash: string) =>
      ann.page.evaluate((to) => {
        Reflect.get(globalThis, 'location').hash = to;
      }, hash);
    await goBy('#tea');
    await ann.hears('milk?');
    await goBy('#milk');
    await ann.reads('You joined #milk.');
    await ann.say('/leave');
    await ann.page.locator('#room-list button', { hasText: 'milk' }).waitFor({ state: 'detached' });
    expect(await ann.page.locator('#room-list .pick-name').allTextContents()).toEqual(['coffee', 'tea']);
  });

  test('a server that goes and comes back is joined again, and nothing that was written is lost', async () => {
    const ann = await visit();
    await ann.join('ann');
    await ann.say('before');
    await ann.hears('before');
    await ann.page.fill('#text', 'half a thought');
    await house.close();
    await ann.page.waitForSelector('#link-notice:not([hidden])');
    expect(await ann.page.textContent('#link-notice')).toMatch(/Trying again in \d+ s|Connecting/);
    await ann.say('written meanwhile');
    await ann.reads('Sent when the connection is back.');
    await ann.page.fill('#text', 'another half');
    await house.open();
    await ann.reads('You are back.');
    await ann.reads('Some messages were missed in #lobby.');
    await ann.hears('written meanwhile');
    expect(await ann.words()).toEqual(['written meanwhile']);
    expect(await ann.page.inputValue('#text')).toBe('another half');
    expect(await ann.page.isVisible('#link-notice')).toBe(false);
    expect(await ann.page.isVisible('#outgoing')).toBe(false);
    const bea = await client('bea');
    await ann.say('after');
    await bea.until((heard) => heard.type === 'message' && heard.message === 'after');
  });

  test('a draft and an unconfirmed message survive a reload of the page', async () => {
    const ann = await visit();
    await ann.join('ann');
    await house.close();
    await ann.page.waitForSelector('#link-notice:not([hidden])');
    await ann.say('unsent');
    await ann.page.fill('#text', 'draft');
    await house.open();
    await ann.page.reload();
    await ann.page.waitForSelector('#chat:not([hidden])');
    expect(await ann.page.inputValue('#text')).toBe('draft');
    await ann.page.click('text="Send again"');
    await ann.hears('unsent');
  });

  test('what others type stays text, in messages, names and rooms', async () => {
    const ann = await visit();
    await ann.join('ann');
    const structure = () =>
      ann.page.evaluate(() => {
        const { document } = globalThis as unknown as { document: { querySelectorAll(all: string): Iterable<Node> } };
        type Node = { tagName: string; getAttributeNames(): string[] };
        const nodes = [...document.querySelectorAll('*')];
        return {
          tags: [...new Set(nodes.map((node) => node.tagName.toLowerCase()))].sort(),
          handlers: nodes.flatMap((node) => node.getAttributeNames()).filter((name) => /^on|^style$|^src/.test(name)),
        };
      });
    const bea = await client('bea');
    bea.say({ type: 'message', message: 'plain' });
    await ann.hears('plain');
    const before = await structure();
    const paragraphs = await ann.page.locator('.said').count();
    for (const text of XSS_CORPUS) bea.say({ type: 'message', message: text });
    bea.say({ type: 'message', message: 'the end' });
    await ann.hears('the end');
    expect((await ann.words()).slice(1, -1)).toEqual([...XSS_CORPUS]);
    expect(await ann.page.locator('.said').count()).toBe(paragraphs + XSS_CORPUS.length + 1);
    for (const name of XSS_NAMES) {
      const named = await client(name);
      named.say({ type: 'message', message: `I am ${name}` });
      await ann.hears(`I am ${name}`);
    }
    expect(await structure()).toEqual(before);
    await ann.goTo('<img src=x onerror=globalThis.pwned=1>');
    await ann.reads('A room is named with');
    await ann.page.keyboard.press('Escape');
    await ann.say('/join <img src=x onerror=globalThis.pwned=1>');
    expect(await structure()).toEqual(before);
    expect(await ann.page.evaluate(() => Reflect.get(globalThis, 'pwned'))).toBeUndefined();
    expect(await ann.refusals()).toEqual([]);
    expect(ann.complaints).toEqual([]);
  });

  test('a keyboard is enough: join, write, break a line, send, change rooms, leave', async () => {
    const ann = await visit();
    const { keyboard } = ann.page;
    expect(await ann.focused()).toBe('name');
    await keyboard.type('ann');
    await keyboard.press('Tab');
    expect(await ann.focused()).toBe('room');
    await keyboard.press('Tab');
    expect(await ann.focused()).toBe('enter');
    await keyboard.press('Space');
    await ann.page.waitForSelector('#chat:not([hidden])');
    expect(await ann.focused()).toBe('text');
    await keyboard.type('first line');
    await keyboard.press('Shift+Enter');
    await keyboard.type('second line');
    await keyboard.press('Enter');
    await ann.hears('second line');
    expect(await ann.words()).toEqual(['first line\nsecond line']);
    expect([await ann.focused(), await ann.page.inputValue('#text')]).toEqual(['text', '']);
    await keyboard.press('Shift+Tab');
    const menu = ann.page.locator('.line-menu');
    expect(await menu.evaluate((node) => node === node.ownerDocument.activeElement)).toBe(true);
    await keyboard.press('Enter');
    await ann.page.getByRole('button', { name: 'Take this message back' }).waitFor();
    await keyboard.press('Escape');
    const back = ['scroller', 'room-menu', 'leave', 'help', 'find'];
    for (const id of back) {
      await keyboard.press('Shift+Tab');
      expect(await ann.focused()).toBe(id);
    }
    await keyboard.press('Enter');
    expect(await ann.focused()).toBe('finder-room');
    await keyboard.type('tea');
    await keyboard.press('Enter');
    await ann.reads('You joined #tea.');
    expect(await ann.focused()).toBe('text');
    for (let steps = 0; steps < 3; steps += 1) await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    await ann.page.waitForSelector('#entry:not([hidden])');
    expect(await ann.focused()).toBe('name');
  });

  test('every control has a name, and the log is announced politely', async () => {
    const ann = await visit();
    for (const role of ['textbox', 'button'] as const) {
      for (const control of await ann.page.getByRole(role).all()) {
        expect(await control.ariaSnapshot()).toMatch(/"[^"]+"/);
      }
    }
    await ann.join('ann');
    await ann.say('hello');
    await ann.hears('hello');
    for (const role of ['textbox', 'button'] as const) {
      for (const control of await ann.page.getByRole(role).all()) {
        expect(await control.ariaSnapshot()).toMatch(/"[^"]+"/);
      }
    }
    const log = ann.page.getByRole('log', { name: 'Messages' });
    expect(await log.getAttribute('aria-live')).toBe('polite');
    expect(await log.ariaSnapshot()).toContain('You: hello');
  });

  test.each(['light', 'dark'] as const)('a phone 360 px wide scrolls up and down only, in %s', async (colorScheme) => {
    const ann = await visit({ viewport: { width: 360, height: 640 }, colorScheme, reducedMotion: 'reduce' });
    const overflow = () =>
      ann.page.evaluate(() => {
        const { document, innerWidth } = globalThis as unknown as {
          document: { documentElement: { scrollWidth: number } };
          innerWidth: number;
        };
        return document.documentElement.scrollWidth - innerWidth;
      });
    expect(await overflow()).toBeLessThanOrEqual(0);
    await ann.join('a'.repeat(32));
    const bea = await client('W'.repeat(32));
    bea.say({ type: 'message', message: 'unbroken'.repeat(200) });
    await ann.hears('unbroken');
    await ann.say('o'.repeat(500));
    await ann.hears('ooo');
    await ann.page.click('#people-toggle');
    expect(await ann.page.isVisible('#people')).toBe(true);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await ann.page.click('#people-close');
    await ann.page.click('#rooms-toggle');
    expect(await overflow()).toBeLessThanOrEqual(0);
    await ann.page.click('#rooms-close');
    await house.close();
    await ann.page.waitForSelector('#link-notice:not([hidden])');
    await ann.say('kept '.repeat(100));
    await ann.page.waitForSelector('#outgoing:not([hidden])');
    expect(await overflow()).toBeLessThanOrEqual(0);
    for (const inner of ['#scroller', '#log', '#outgoing', '#people', '#rooms', '.bar']) {
      expect(await ann.page.locator(inner).evaluate((node) => node.scrollWidth - node.clientWidth)).toBeLessThanOrEqual(
        0,
      );
    }
  });

  test('a reader who scrolled up stays there, and is told what is new', async () => {
    const ann = await visit();
    await ann.join('ann');
    const bea = await client('bea');
    for (let line = 1; line <= 60; line += 1) bea.say({ type: 'message', message: `line ${line}.` });
    await ann.hears('line 60.');
    const top = () => ann.page.locator('#scroller').evaluate((node) => node.scrollTop);
    expect(await top()).toBeGreaterThan(0);
    await ann.page.press('#scroller', 'Home');
    await expect.poll(top).toBe(0);
    bea.say({ type: 'message', message: 'news' });
    await ann.page.getByRole('button', { name: '1 new message' }).waitFor();
    expect(await top()).toBe(0);
    await ann.page.click('#newer');
    expect(await top()).toBeGreaterThan(0);
    expect([await ann.page.isVisible('#newer'), await ann.focused()]).toEqual([false, 'text']);
  });

  test('a text near the limit is counted in bytes, and one above it stays in the field', async () => {
    const ann = await visit();
    await ann.join('ann');
    const count = () => ann.page.textContent('#counter');
    await ann.page.fill('#text', 'x'.repeat(3072));
    expect(await count()).toBe('');
    await ann.page.fill('#text', 'é'.repeat(2047));
    expect(await count()).toBe('2 bytes left');
    await ann.page.fill('#text', 'é'.repeat(2049));
    expect(await count()).toBe('2 bytes too many');
    await ann.page.press('#text', 'Enter');
    expect((await ann.page.inputValue('#text')).length).toBe(2049);
    expect(await ann.page.getAttribute('#text', 'aria-invalid')).toBe('true');
    await ann.say('é'.repeat(2048));
    await ann.hears('éé');
  });

  test('who writes faster than the server takes it loses nothing and says nothing twice', async () => {
    await house.close();
    house = new ChatHouse({ chat: { rateLimit: { capacity: 3, refillPerSecond: 5 } } });
    await house.open();
    const ann = await visit();
    await ann.join('ann');
    const lines = ['1st', '2nd', '3rd', '4th', '5th', '6th'];
    for (const line of lines) await ann.say(line);
    await ann.hears('6th');
    expect(await ann.words()).toEqual(lines);
  });
});
