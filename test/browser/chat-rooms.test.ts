import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MemoryBroker } from '../../src/rooms/index.ts';
import { WireClient } from '../chat/wire-client.ts';
import { ChatHouse, Visitor } from './chat-stage.ts';
import { browserReason, browserTestsRun, launchChromium } from './chromium.ts';
import { XSS_CORPUS, XSS_NAMES } from './xss-corpus.ts';

const CALM: BrowserContextOptions = { reducedMotion: 'reduce' };
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.runIf(browserTestsRun)(`rooms, people and coming back in Chromium${browserReason}`, () => {
  let browser: Browser;
  let house: ChatHouse;
  let memory: MemoryBroker;
  let visitors: Visitor[];
  let clients: WireClient[];

  const visit = async (name: string, hash = '', options: BrowserContextOptions = {}): Promise<Visitor> => {
    const visitor = await Visitor.open(browser, house.port, { ...CALM, ...options }, hash);
    visitors.push(visitor);
    await visitor.join(name);
    return visitor;
  };
  /** Several windows that are loaded at the same time and joined in this order. */
  const meet = async <Names extends readonly string[]>(
    names: Names,
    hash = '',
  ): Promise<{ -readonly [N in keyof Names]: Visitor }> => {
    const opened = await Promise.all(names.map(() => Visitor.open(browser, house.port, CALM, hash)));
    visitors.push(...opened);
    for (const [index, visitor] of opened.entries()) await visitor.join(names[index] ?? '');
    return opened as { -readonly [N in keyof Names]: Visitor };
  };
  /** A client of four fields, which no cut concerns. */
  const client = async (name: string, room = 'lobby'): Promise<WireClient> => {
    const joined = await WireClient.join(`ws://127.0.0.1:${house.port}/chat`, name, room);
    clients.push(joined);
    return joined;
  };
  const v1 = async (name: string): Promise<WireClient> => {
    const connected = await WireClient.connect(`ws://127.0.0.1:${house.port}/chat`, ['ws101.chat.v1']);
    clients.push(connected);
    connected.say({ type: 'hello', username: name });
    await connected.until(({ type }) => type === 'welcome');
    return connected;
  };
  const badge = ({ page }: Visitor, name: string) => page.locator('nav li', { hasText: name }).locator('.badge');

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    visitors = [];
    clients = [];
    let epochs = 0;
    memory = new MemoryBroker({ now: () => Date.now(), newEpoch: () => `e${++epochs}` });
    house = new ChatHouse({
      chat: { rateLimit: { capacity: 1000 }, broker: (events) => memory.connect('n-1', events) },
    });
    await house.open();
  });
  afterEach(async () => {
    for (const { socket } of clients) socket.terminate();
    await Promise.all(visitors.map((visitor) => visitor.close()));
    await house.close();
  });

  test('what is said in another room is counted beside it and in the title, until it is looked at', async () => {
    const bea = await client('bea');
    const ann = await visit('ann');
    await ann.goTo('tea');
    await ann.reads('You joined #tea.');
    bea.say({ type: 'message', message: 'one' });
    bea.say({ type: 'message', message: 'two' });
    await expect.poll(() => ann.page.title()).toBe('(2) #tea · ws101 chat');
    expect(await badge(ann, 'lobby').textContent()).toContain('2');
    expect(await ann.words()).toEqual([]);
    await ann.page.locator('#room-list button', { hasText: 'lobby' }).click();
    await ann.hears('two');
    await expect.poll(() => ann.page.title()).toBe('#lobby · ws101 chat');
    expect(await badge(ann, 'lobby').count()).toBe(0);
    expect(await ann.page.locator('[aria-current] .pick-name').textContent()).toBe('lobby');
  });

  test('who writes is named while it goes on', async () => {
    const [ann, bea] = await meet(['ann', 'bea'] as const);
    await bea.page.fill('#text', 'w');
    await ann.reads('bea is writing…');
    await bea.page.fill('#text', '');
    await expect.poll(() => ann.page.textContent('#typing')).toBe('');
  });

  test('older messages come when one scrolls up, and what was in sight stays where it was', async () => {
    const bea = await client('bea');
    for (let line = 1; line <= 130; line += 1) bea.say({ type: 'message', message: `line ${line}.` });
    await bea.until(({ message }) => message === 'line 130.');
    const ann = await visit('ann');
    await ann.hears('line 130.');
    const words = ann.page.locator('#log .words');
    expect(await words.count()).toBe(50);
    for (const [first, count] of [
      ['line 81.', 100],
      ['line 31.', 130],
    ] as const) {
      const line = words.filter({ hasText: first });
      const y = await line.evaluate((node) => {
        const { document } = globalThis as unknown as {
          document: { getElementById(id: string): { scrollTop: number } };
        };
        document.getElementById('scroller').scrollTop = 0;
        return node.getBoundingClientRect().top;
      });
      await expect.poll(() => words.count()).toBe(count);
      expect(Math.abs((await line.evaluate((node) => node.getBoundingClientRect().top)) - y)).toBeLessThan(3);
    }
    expect(await words.first().textContent()).toBe('line 1.');
  });

  test('two talk alone: a conversation of its own, counted for the one who is elsewhere', async () => {
    const [ann, bea, carl] = await meet(['ann', 'bea', 'carl'] as const);
    await ann.page.getByRole('button', { name: 'bea', exact: true }).click();
    await ann.page.getByRole('button', { name: 'Write to them alone' }).click();
    await ann.say('psst');
    await ann.hears('psst');
    await badge(bea, 'ann').waitFor();
    await bea.page.locator('#direct-list button').click();
    await bea.hears('psst');
    await bea.say('what?');
    await ann.hears('what?');
    expect(await ann.page.locator('.own .words').allTextContents()).toEqual(['psst']);
    expect(await carl.page.locator('#direct-list li').count()).toBe(0);
    await carl.say('/msg nobody hello');
    await carl.reads('Nobody goes by this name.');
  });

  test('after a cut everything that was said meanwhile is there, once, and the page says so', async () => {
    const bea = await client('bea');
    const ann = await visit('ann');
    await ann.say('before');
    await ann.hears('before');
    house.cut();
    await ann.page.waitForSelector('#link-notice:not([hidden])');
    bea.say({ type: 'message', message: 'meanwhile' });
    await ann.say('said while away');
    await ann.page.click('#retry');
    await ann.reads('Resumed: nothing was missed.');
    await ann.hears('said while away');
    expect(await ann.words()).toEqual(['before', 'meanwhile', 'said while away']);
    await ann.page.getByText(/^Connected · (<1|\d+) ms$/).waitFor();
    expect(bea.heard.filter(({ type }) => type === 'leave')).toEqual([]);
  });

  test('a page that is loaded anew, and a tab that is opened after the last was closed, is who it was', async () => {
    const bea = await client('bea');
    const ann = await visit('ann', '#den');
    await ann.goTo('lobby');
    await ann.reads('You joined #lobby.');
    await ann.page.reload();
    await ann.page.waitForSelector('#chat:not([hidden])');
    await expect.poll(() => ann.page.locator('#room-list .pick-name').allTextContents()).toEqual(['den', 'lobby']);
    expect(await ann.page.textContent('#chat-title')).toBe('#lobby');
    const context = ann.page.context();
    await ann.page.close();
    const again = new Visitor(await context.newPage());
    await again.page.goto(`http://127.0.0.1:${house.port}/`);
    expect(await again.page.inputValue('#name')).toBe('ann');
    await again.join('ann');
    await again.page.locator('#people-list', { hasText: 'bea' }).waitFor();
    bea.say({ type: 'message', message: 'welcome back' });
    await again.hears('welcome back');
    await again.page.locator('#room-list button', { hasText: 'den' }).click();
    await again.page.locator('#people-list .tag', { hasText: 'owner' }).waitFor();
  });

  test('the owner of a room mutes, takes back and puts out, by a command or a menu', async () => {
    const [ann, bea] = await meet(['ann', 'bea'] as const, '#den');
    await bea.say('spam');
    await ann.hears('spam');
    await ann.say('/mute bea 10m no adverts');
    await bea.reads('ann muted bea for 10 minutes. Reason: no adverts');
    await bea.say('more spam');
    await bea.reads('You may read here, but not write.');
    await ann.page.getByRole('button', { name: 'Message of bea: what to do' }).press('Enter');
    await ann.page.getByRole('button', { name: 'Take this message back' }).click();
    for (const visitor of [ann, bea]) await visitor.hears('This message was taken back.');
    await ann.page.getByRole('button', { name: 'bea', exact: true }).click();
    await ann.page.getByRole('button', { name: 'Put out of the room' }).click();
    await bea.reads('You were put out of this room. You may come back.');
    await ann.say('/nonsense');
    await ann.reads('There is no command /nonsense.');
    expect(await ann.page.inputValue('#text')).toBe('/nonsense');
  });

  test('while the server cannot keep messages they wait, and go out by themselves', async () => {
    const ann = await visit('ann');
    memory.setState('degraded');
    await ann.reads('The server cannot keep messages at the moment.');
    await ann.say('patience');
    await ann.reads('The server cannot keep it now.');
    memory.setState('up');
    await ann.hears('patience');
    expect(await ann.page.isVisible('#degraded')).toBe(false);
  });

  test('markup in names, direct messages and reasons stays text', async () => {
    const ann = await visit('ann');
    const bea = await v1('bea');
    bea.say({ type: 'join', room: 'den', private: false });
    await bea.until(({ type }) => type === 'joined');
    await ann.goTo('den');
    await ann.reads('You joined #den.');
    for (const reason of XSS_CORPUS) bea.say({ type: 'mute', room: 'den', username: 'ann', forMs: 1_000, reason });
    bea.say({ type: 'message', room: 'den', message: 'the end' });
    await ann.hears('the end');
    expect(await ann.page.locator('.remark', { hasText: 'pwned' }).count()).toBeGreaterThan(30);
    for (const name of XSS_NAMES) {
      const stranger = await v1(name);
      stranger.say({ type: 'join', room: 'den' });
      stranger.say({ type: 'typing', room: 'den' });
      stranger.say({ type: 'direct', to: 'ann', message: name });
      await ann.page.locator('#direct-list').getByText(name, { exact: true }).waitFor();
    }
    const strange = await ann.page
      .locator('img, iframe, object, embed, base, audio, video, details, b:not(.mark b), style, :not(head) > script')
      .count();
    expect([strange, await ann.page.evaluate(() => Reflect.get(globalThis, 'pwned'))]).toEqual([0, undefined]);
    expect(await ann.refusals()).toEqual([]);
    expect(ann.complaints).toEqual([]);
  });

  test.each([
    ['light and wide', { colorScheme: 'light', viewport: { width: 1280, height: 800 } }],
    ['dark and narrow', { colorScheme: 'dark', viewport: { width: 360, height: 700 } }],
  ] as const)('has nothing that axe calls serious: %s', async (_name, options) => {
    const bea = await client('bea');
    const ann = await visit('ann', '', { ...options, bypassCSP: true });
    const isNarrow = options.viewport.width < 900;
    await ann.page.evaluate(AXE);
    const examine = async () => {
      const found = await ann.page.evaluate(async () => {
        const axe = Reflect.get(globalThis, 'axe') as {
          run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
        };
        const { violations } = await axe.run();
        return violations.map((one) => `${one.impact} ${one.id}: ${one.nodes.map(({ html }) => html).join(' | ')}`);
      });
      expect(found.filter((line) => /^(?:serious|critical)/.test(line))).toEqual([]);
    };
    bea.say({ type: 'message', message: 'good day' });
    await ann.say('hello');
    await ann.hears('hello');
    await ann.page.locator('#people-list button').waitFor({ state: 'attached' });
    await examine();
    if (isNarrow) await ann.page.click('#rooms-toggle');
    await examine();
    await ann.page.click('#find');
    await ann.page.locator('#finder-list button').waitFor();
    await examine();
    await ann.page.keyboard.press('Escape');
    if (isNarrow) await ann.page.click('#rooms-close');
    await ann.page.click('#room-menu');
    await examine();
    await ann.page.keyboard.press('Escape');
    await house.close();
    await ann.page.waitForSelector('#link-notice:not([hidden])');
    await ann.say('kept');
    await ann.page.waitForSelector('#outgoing:not([hidden])');
    await examine();
  });
});
