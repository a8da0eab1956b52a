import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, WebSocketError, WebSocketStream } from '../../src/node/index.ts';
import { leaveNothingBehind, startServer } from '../node/running-server.ts';
import { browserReason, browserTestsRun, launchChromium } from './chromium.ts';

interface Streams {
  readonly readable: ReadableStream<unknown>;
  readonly writable: WritableStream<unknown>;
  readonly protocol: string;
}

interface StreamClass {
  new (
    url: string,
    options?: object,
  ): { opened: Promise<Streams>; closed: Promise<object>; close(info?: object): void; url: string };
}

interface ErrorClass {
  new (message?: string, init?: object): Error;
}

/** What happens to a client of this kind, told in JSON; it runs here and in the page, so it uses nothing from outside. */
async function tellStories(Stream: StreamClass, StreamError: ErrorClass, base: string): Promise<unknown> {
  const tell = (value: unknown): unknown => {
    if (value === undefined) return 'undefined';
    // Chromium gives an ArrayBuffer where the proposal has become a Uint8Array.
    if (value instanceof ArrayBuffer || value instanceof Uint8Array) return ['bytes', ...new Uint8Array(value)];
    if (value instanceof Error || value instanceof DOMException) {
      const { closeCode = 'none', reason = 'none' } = value as { closeCode?: unknown; reason?: unknown };
      return ['error', value.name, closeCode, reason];
    }
    return value;
  };
  const outcome = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      (value) => ['ok', tell(value)],
      (error: unknown) => ['failed', tell(error)],
    );
  const closeInfo = (promise: Promise<object>): Promise<unknown> =>
    outcome(promise.then((info) => ({ ...(info as { closeCode: number; reason: string }) })));
  const thrown = (act: () => unknown): unknown => {
    try {
      act();
      return 'nothing';
    } catch (error) {
      return (error as Error).name;
    }
  };
  const stories: Record<string, unknown> = {};

  const echo = new Stream(`${base}echo`, { protocols: ['x', 'chat'] });
  const { readable, writable, protocol } = await echo.opened;
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  const kinds: unknown[] = [];
  for (const chunk of ['text', new Uint8Array([1, 2]), new Uint8Array([3]).buffer, 42, '']) {
    await writer.write(chunk);
    kinds.push(tell((await reader.read()).value));
  }
  stories.echo = [protocol, kinds];
  stories.badClose = [
    thrown(() => echo.close({ closeCode: 1001 })),
    thrown(() => echo.close({ closeCode: 3000, reason: 'x'.repeat(124) })),
  ];
  echo.close({ closeCode: 3000, reason: 'done' });
  stories.close = [await closeInfo(echo.closed), (await reader.read()).done];

  for (const [name, finish] of Object.entries({
    closing: ({ writable }: Streams) => writable.close(),
    cancelling: ({ readable }: Streams) => readable.cancel(new StreamError('m', { closeCode: 4001, reason: 'why' })),
    cancellingForNothing: ({ readable }: Streams) => readable.cancel('no'),
    aborting: ({ writable }: Streams) => writable.abort(new StreamError('m', { reason: 'alone' })),
  })) {
    const stream = new Stream(`${base}echo`);
    const streams = await stream.opened;
    stories[name] = [await outcome(Promise.resolve(finish(streams))), await closeInfo(stream.closed)];
  }

  const left = new Stream(`${base}leave`);
  const leftStreams = await left.opened;
  const leftReader = leftStreams.readable.getReader();
  const messages = [tell((await leftReader.read()).value), tell((await leftReader.read()).value)];
  stories.serverCloses = [
    messages,
    (await leftReader.read()).done,
    await closeInfo(left.closed),
    await outcome(leftStreams.writable.getWriter().write('x')),
  ];

  const lost = new Stream(`${base}vanish`);
  const lostStreams = await lost.opened;
  stories.serverVanishes = [
    await closeInfo(lost.closed),
    await outcome(lostStreams.readable.getReader().read()),
    await outcome(lostStreams.writable.getWriter().closed),
  ];

  const refused = new Stream(`${base}nowhere`);
  stories.refused = [await outcome(refused.opened), await closeInfo(refused.closed)];

  const abort = new AbortController();
  abort.abort();
  stories.aborted = await outcome(new Stream(`${base}echo`, { signal: abort.signal }).opened);
  stories.badUrl = thrown(() => new Stream('ftp://x'));
  stories.error = [tell(new StreamError('m')), thrown(() => new StreamError('', { closeCode: 1006 }))];
  return stories;
}

leaveNothingBehind();

describe.skipIf(!browserTestsRun)(`WebSocketStream beside that of Chromium${browserReason}`, () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
  });

  afterAll(() => browser?.close());

  it('tells the same stories', async () => {
    const { port } = await startServer(
      (server) =>
        server
          .route('/echo', { protocols: ['chat'], message: (connection, data) => connection.send(data) })
          .route('/leave', {
            open(connection: Connection) {
              connection.send('one');
              connection.send(Uint8Array.of(2));
              connection.close(4000, 'bye');
            },
          })
          .route('/vanish', { open: (connection: Connection) => void setImmediate(() => connection.terminate()) }),
      { origin: 'any' },
    );
    const base = `ws://127.0.0.1:${port}/`;
    const ours = await tellStories(WebSocketStream as unknown as StreamClass, WebSocketError as ErrorClass, base);
    const there = await page.evaluate('typeof WebSocketStream');
    expect(there).toBe('function');
    const theirs = await page.evaluate(
      `(${tellStories.toString()})(WebSocketStream, WebSocketError, ${JSON.stringify(base)})`,
    );
    expect(JSON.parse(JSON.stringify(ours))).toEqual(theirs);
  });
});
