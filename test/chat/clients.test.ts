import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { ChatOptions } from '../../src/chat/chat-options.ts';
import type { ChatServer } from '../../src/chat/chat-server.ts';
import { createChatServer } from '../../src/chat/chat-server.ts';
import { Visitor } from '../browser/chat-stage.ts';
import { browserReason, browserTestsRun, launchChromium } from '../browser/chromium.ts';
import { chatByHand, type Hand } from '../cli/by-hand.ts';
import { RunningExample } from '../examples/run.ts';
import { type Cuttable, cuttableWay } from '../support/cuttable.ts';
import { WireClient } from './wire-client.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(options?: ChatOptions): Promise<{ server: ChatServer; port: number; url: string }> {
  const server = createChatServer({ chat: { rateLimit: { capacity: Infinity, refillPerSecond: 1 }, ...options } });
  cleanUps.push(() => server.shutdown({ deadlineMs: 200 }));
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
  return { server, port, url: `ws://127.0.0.1:${port}/chat` };
}

/** A way to the chat that can be cut, and the address there. */
async function wayTo(port: number): Promise<Cuttable & { url: string }> {
  const way = await cuttableWay(port);
  cleanUps.push(() => way.close());
  return { ...way, url: `ws://127.0.0.1:${way.port}/chat` };
}

/** A terminal client that is in its room. */
async function terminal(url: string, name: string, args: readonly string[] = [], isTTY = false): Promise<Hand> {
  const hand = chatByHand(url, ['--name', name, ...args], { isTTY, environment: { NO_COLOR: '1' } });
  cleanUps.push(() => hand.closeOutput());
  hand.stdin.write('/who\n');
  await hand.printed(new RegExp(`here: .*${name}`));
  return hand;
}

async function bot(url: string, room = 'lobby'): Promise<RunningExample> {
  const running = new RunningExample('chat-bot.ts', url, room);
  cleanUps.push(() => running.stop());
  expect(await running.line()).toBe(`joined ${room}`);
  return running;
}

async function fourFields(url: string, name: string): Promise<WireClient> {
  const client = await WireClient.join(url, name);
  cleanUps.push(() => client.socket.terminate());
  return client;
}

/** The texts of a room that a terminal client has printed, with their senders. */
const said = ({ output }: Hand, room = 'lobby'): string[] =>
  [...output().matchAll(new RegExp(`^#${room} (<.*)$`, 'gm'))].map(([, rest]) => rest ?? '');

describe('the terminal client, the bot and a client of four fields in one room', { timeout: 60_000 }, () => {
  test('hear each other, who comes and who goes', async () => {
    const { url } = await start();
    const ann = await terminal(url, 'ann');
    await bot(url);
    await ann.printed(/^#lobby \* echo-bot joined$/m);
    const bob = await fourFields(url, 'bob');
    ann.stdin.write('!echo good day\n');
    await ann.printed(/^#lobby <echo-bot> good day$/m);
    expect((await bob.until(({ message }) => message === 'good day')).username).toBe('echo-bot');
    await ann.printed(/^#lobby \* bob joined$/m);
    bob.say({ type: 'message', message: 'four fields' });
    await ann.printed(/^#lobby <bob> four fields$/m);
    bob.say({ type: 'leave' });
    await ann.printed(/^#lobby \* bob left$/m);
    expect(said(ann)).toEqual(['<ann> !echo good day', '<echo-bot> good day', '<bob> four fields']);
    ann.stdin.end();
    expect(await ann.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('lose and repeat nothing when their connections are cut, and answer what was asked meanwhile', async () => {
    const { port, url } = await start();
    const [annsWay, botsWay] = [await wayTo(port), await wayTo(port)];
    const [ann, bob] = [await terminal(annsWay.url, 'ann'), await terminal(url, 'bob')];
    await bot(botsWay.url);
    await bob.printed(/echo-bot joined/);
    for (let round = 1; round <= 3; round++) {
      ann.stdin.write(`before ${round}\n!echo early ${round}\n`);
      annsWay.cut();
      // The bot waits longer from loss to loss.
      if (round === 1) botsWay.cut();
      ann.stdin.write(`after ${round}\n`);
      bob.stdin.write(`meanwhile ${round}\n!echo late ${round}\n`);
      for (const hand of [ann, bob])
        for (const text of ['early', 'late']) await hand.printed(new RegExp(`<echo-bot> ${text} ${round}$`, 'm'));
      for (const hand of [ann, bob]) await hand.printed(new RegExp(`<ann> after ${round}$`, 'm'));
    }
    // Whatever came twice would have come before this.
    bob.stdin.write('the end\n');
    for (const hand of [ann, bob]) await hand.printed(/<bob> the end$/m);
    expect(said(ann)).toEqual(said(bob));
    const of = (name: string): string[] => said(ann).filter((line) => line.startsWith(`<${name}>`));
    expect(of('ann')).toEqual(
      [1, 2, 3].flatMap((n) => [`<ann> before ${n}`, `<ann> !echo early ${n}`, `<ann> after ${n}`]),
    );
    expect(of('bob')).toEqual([
      ...[1, 2, 3].flatMap((n) => [`<bob> meanwhile ${n}`, `<bob> !echo late ${n}`]),
      '<bob> the end',
    ]);
    expect(of('echo-bot').sort()).toEqual(
      [1, 2, 3].flatMap((n) => [`<echo-bot> early ${n}`, `<echo-bot> late ${n}`]).sort(),
    );
    ann.stdin.end();
    const { code, stderr } = await ann.ended;
    expect(code).toBe(0);
    expect(stderr.match(/resumed #lobby: nothing was missed/g)).toHaveLength(3);
    expect(stderr.match(/; back in 0\.5 s/g)).toHaveLength(3);
  });
});

describe.runIf(browserTestsRun)(
  `the page, the terminal client and the bot in one room${browserReason}`,
  {
    timeout: 60_000,
  },
  () => {
    test('lose and repeat nothing when their connections are cut, and see the same', async () => {
      const { port } = await start();
      const [pagesWay, annsWay, botsWay] = [await wayTo(port), await wayTo(port), await wayTo(port)];
      const browser = await launchChromium();
      cleanUps.push(() => browser.close());
      const page = await Visitor.open(browser, pagesWay.port);
      await page.join('pat');
      const ann = await terminal(annsWay.url, 'ann');
      await bot(botsWay.url);
      await page.reads('echo-bot joined');
      await page.say('!echo to the page');
      await ann.printed(/<echo-bot> to the page$/m);
      ann.stdin.write('!echo to the terminal\n');
      await page.hears('to the terminal');
      for (const way of [pagesWay, annsWay, botsWay]) way.cut();
      await page.say('!echo while away');
      ann.stdin.write('!echo while away, too\n');
      await page.reads('Resumed: nothing was missed.');
      for (const text of ['while away', 'while away, too']) await ann.printed(new RegExp(`<echo-bot> ${text}$`, 'm'));
      ann.stdin.write('/msg pat between us\n');
      await page.page.locator('#direct-list button', { hasText: 'ann' }).waitFor();
      // Whatever came twice would have come before this.
      await page.say('the end');
      await ann.printed(/<pat> the end$/m);
      await page.hears('the end');
      const words = await page.words();
      expect(words).toEqual(said(ann).map((line) => line.replace(/^<.*?> /, '')));
      expect([...words].sort()).toEqual(
        ['to the page', 'to the terminal', 'while away', 'while away, too']
          .flatMap((text) => [text, `!echo ${text}`])
          .concat('the end')
          .sort(),
      );
      expect(page.complaints.filter((complaint) => !complaint.includes('WebSocket'))).toEqual([]);
      ann.stdin.end();
      expect((await ann.ended).code).toBe(0);
    });
  },
);

describe('the terminal client', () => {
  test('goes from room to room, asks who is where, and talks to one alone', async () => {
    const { url } = await start();
    const [ann, bob] = [await terminal(url, 'ann'), await terminal(url, 'bob', ['--room', 'den'])];
    ann.stdin.write('/join den\n/who\nhi den\n/msg bob psst\n/rooms\n/leave\nback in the lobby\n/history\n/quit\n');
    await bob.printed(/^#den <ann> hi den$/m);
    await bob.printed(/^direct <ann → bob> psst$/m);
    const { code, stdout, stderr } = await ann.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^#den \* 2 here: .*\bann\b/m);
    expect(stdout).toMatch(/bob \(owner\)/);
    expect(stdout).toMatch(/^\* #den 2, #lobby 1$/m);
    expect(stdout).toMatch(/^#lobby <ann> back in the lobby$/m);
    expect(stdout).toMatch(/^#lobby \d{4}-\d\d-\d\d \d\d:\d\d <ann> back in the lobby$/m);
  });

  test('lets no control or bidirectional character of others reach the terminal', async () => {
    const { url } = await start();
    const ann = await terminal(url, 'ann', [], true);
    const bob = await fourFields(url, 'bob');
    const before = ann.output().length;
    bob.say({
      type: 'message',
      message: 'title \u001b]0;x\u0007 \u202egnp.exe\u2066 \u009b2J \r\n#lobby <ann> forged',
    });
    await ann.printed(/forged/);
    const line = ann.output().slice(before);
    expect(line).toContain(
      '#lobby <bob> title \\x1b]0;x\\x07 \\u{202e}gnp.exe\\u{2066} \\x9b2J \\r\\n#lobby <ann> forged',
    );
    for (const raw of ['\u001b]', '\u001b[33m', '\u001b[2m', '\u0007', '\u202e', '\u2066', '\u009b'])
      expect(line).not.toContain(raw);
  });

  test('prints everything as JSON, but for its session, and keeps its own words of a pipe in order', async () => {
    const { url } = await start();
    const hand = chatByHand(url, ['--ndjson', '--name', 'ann', '--room', 'den', '--wait', '0.2']);
    hand.stdin.end('one\n\ntwo\n/msg nobody hi\n');
    const { code, stdout, stderr } = await hand.ended;
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const texts = events.filter(({ event }) => event === 'message');
    expect(texts).toMatchObject([
      { message: 'one', seq: 1, own: true },
      { message: 'two', seq: 2 },
    ]);
    expect(events.find(({ event }) => event === 'refused')).toMatchObject({ code: 'no-such-user' });
    expect(stdout).not.toContain('session');
    expect([code, stderr]).toEqual([8, '']);
  });

  test('ends with a code and a sentence when its name is taken, nobody is there, or there is no chat', async () => {
    const { url, port } = await start();
    await terminal(url, 'ann');
    const end = async (address: string, name: string) => {
      const hand = chatByHand(address, ['--name', name]);
      const { code, stderr } = await hand.ended;
      return [code, stderr] as const;
    };
    expect(await end(url, 'ANN')).toEqual([
      8,
      expect.stringMatching(/^ws101 chat: Somebody has this name .* --name\.$/m),
    ]);
    expect(await end(`ws://127.0.0.1:${port}/ws`, 'bob')).toEqual([3, expect.stringContaining('another path')]);
    expect(await end(`ws://127.0.0.1:${port}/nothing`, 'bob')).toEqual([4, expect.stringContaining('404')]);
    expect(await end('ws://127.0.0.1:1/chat', 'bob')).toEqual([3, expect.stringContaining('nobody listens')]);
  });

  test('goes by a token in a header where the server asks for one', async () => {
    const identity = { user: 'u-1', name: 'Ann of the token', admin: false, expiresAt: Date.now() + 3_600_000 };
    const { url } = await start({ verify: async (token) => (token === 'good' ? identity : undefined) });
    const without = await chatByHand(url, []).ended;
    expect([without.code, without.stderr]).toEqual([4, expect.stringContaining('401')]);
    const hand = chatByHand(url, ['-H', 'Authorization: Bearer good', '--wait', '0.1']);
    hand.stdin.end('hi\n');
    expect(await hand.ended).toMatchObject({ code: 0, stdout: '#lobby <Ann of the token> hi\n', stderr: '' });
  });

  test('waits for a server that went away, and says what it still had to say to the one that comes', async () => {
    const { server, port, url } = await start();
    const ann = await terminal(url, 'ann');
    await server.shutdown({ retryAfterMs: 1 });
    await ann.complained(/back in/);
    ann.stdin.end('still here\n');
    const next = createChatServer();
    cleanUps.push(() => next.shutdown({ deadlineMs: 200 }));
    await next.listen({ port, host: '127.0.0.1' });
    const { code, stdout, stderr } = await ann.ended;
    expect(stderr).toMatch(/the server goes down/);
    expect(stderr).toMatch(/the session had ended: you are ann anew/);
    expect(stdout).toMatch(/^#lobby <ann> still here$/m);
    expect(code).toBe(0);
  });
});
