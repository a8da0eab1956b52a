import {
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CloseInfo, Connection, ServerOptions } from '../../src/node/index.ts';
import { selfSigned } from '../node/certificate.ts';
import { leaveNothingBehind, turnsUntil } from '../node/running-server.ts';
import { endSharedServers, type Shared, share } from '../node/shared-server.ts';
import { browserReason, browserTestsRun, launchChromium } from './chromium.ts';

leaveNothingBehind();
endSharedServers();

const certificate = selfSigned('DNS:localhost', 'IP:127.0.0.1');

/** What the socket of the page went through. */
interface Story {
  readonly events: readonly string[];
  readonly protocol: string;
  readonly extensions: string;
}

describe.skipIf(!browserTestsRun)(`RFC 8441: Chromium opens WebSockets over HTTP/2${browserReason}`, () => {
  let browser: Browser;
  const pages: Page[] = [];
  const requests: IncomingHttpHeaders[] = [];
  const upgrades: unknown[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    requests.length = 0;
    upgrades.length = 0;
  });

  interface Watched extends Shared<Http2SecureServer> {
    readonly closed: CloseInfo[];
    readonly connections: Connection[];
  }

  /** An HTTPS server with a page and an echo, of which every WebSocket request is noted, however it comes. */
  async function start(by: 'request handler' | 'stream listener', options: ServerOptions = {}): Promise<Watched> {
    const http = createSecureServer({ ...certificate, allowHTTP1: true });
    const [closed, connections]: [CloseInfo[], Connection[]] = [[], []];
    http.on('upgrade', (request) => upgrades.push(request.url));
    // Noted at the session, as a listener of the server's might be one that answers.
    http.on('session', (session) => {
      session.on('stream', (_: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
        if (headers[':method'] === 'CONNECT') requests.push(headers);
      });
    });
    if (by === 'request handler') http.on('request', (_, response) => response.end('<title>page</title>'));
    else {
      http.on('stream', (stream, headers) => {
        if (headers[':method'] === 'GET') stream.end('<title>page</title>');
      });
    }
    const shared = await share(http, {
      ...options,
      setUp: (server) =>
        server.route('/echo', {
          protocols: ['chat'],
          open: (connection) => void connections.push(connection),
          message: (connection, data) => connection.send(data),
          close: (_, info) => void closed.push(info),
        }),
    });
    return { ...shared, closed, connections };
  }

  async function visit(url: string): Promise<Page> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    pages.push(page);
    await page.goto(url);
    return page;
  }

  /** Opens a socket in the page, sends each text, awaits its echo, and closes with the code. */
  function tell(page: Page, url: string, sizes: readonly number[], code: number, protocols: string[]): Promise<Story> {
    return page.evaluate(
      ({ url, sizes, code, protocols }) =>
        new Promise<Story>((resolve) => {
          const socket = new WebSocket(url, protocols);
          socket.binaryType = 'arraybuffer';
          const events: string[] = [];
          let [protocol, extensions] = ['', ''];
          const todo = sizes.flatMap((size) => [
            'é'.repeat(size / 2),
            Uint8Array.from({ length: size }, (_, i) => i % 251).buffer,
          ]);
          const next = () => {
            const message = todo[0];
            if (message !== undefined) socket.send(message);
            else if (code > 0) socket.close(code, 'done');
          };
          socket.onopen = () => {
            events.push('open');
            ({ protocol, extensions } = socket);
            next();
          };
          socket.onmessage = ({ data }) => {
            const sent = todo.shift();
            const same =
              typeof sent === 'string'
                ? sent === data
                : new Uint8Array(sent ?? new ArrayBuffer(0)).every((byte, i) => byte === new Uint8Array(data)[i]);
            const length = typeof data === 'string' ? data.length : data.byteLength;
            events.push(`${same ? 'same' : 'other'} ${typeof data} ${length}`);
            next();
          };
          socket.onerror = () => events.push('error');
          socket.onclose = ({ code, reason, wasClean }) => {
            events.push(`close ${code} ${reason} ${wasClean}`);
            resolve({ events, protocol, extensions });
          };
        }),
      { url, sizes, code, protocols },
    );
  }

  it.each(['request handler', 'stream listener'] as const)('beside a %s, on the session of the page', async (by) => {
    const { port, server, closed, connections } = await start(by);
    const page = await visit(`https://localhost:${port}/`);
    expect(await page.title()).toBe('page');
    const sizes = [0, 2, 126, 65_536, 1024 * 1024];
    const story = await tell(page, `wss://localhost:${port}/echo?x=1`, sizes, 3001, ['other', 'chat']);
    expect(story).toEqual({
      events: [
        'open',
        ...sizes.flatMap((size) => [`same string ${size / 2}`, `same object ${size}`]),
        'close 3001 done true',
      ],
      protocol: 'chat',
      extensions: '',
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':scheme': 'https',
      ':path': '/echo?x=1',
      ':authority': `localhost:${port}`,
      origin: `https://localhost:${port}`,
      'sec-websocket-version': '13',
    });
    expect(requests[0]).not.toHaveProperty('sec-websocket-key');
    expect(upgrades).toEqual([]);
    expect(connections[0]?.request).toMatchObject({ method: 'CONNECT', secure: true, remoteAddress: '127.0.0.1' });
    await turnsUntil(() => closed.length === 1);
    expect(closed).toEqual([{ code: 3001, reason: 'done', clean: true, by: 'remote' }]);
    expect(server.connections.size).toBe(0);
  });

  it('our close with a code and a reason reaches the page, and 1001 at shutdown', async () => {
    const { port, server, connections, closed } = await start('request handler');
    const page = await visit(`https://localhost:${port}/`);
    const story = tell(page, `wss://localhost:${port}/echo`, [], 0, []);
    await turnsUntil(() => connections.length === 1);
    connections[0]?.close(4000, 'enough');
    expect((await story).events).toEqual(['open', 'close 4000 enough true']);
    const second = tell(page, `wss://localhost:${port}/echo`, [], 0, []);
    await turnsUntil(() => connections.length === 2);
    const gone = server.shutdown({ deadlineMs: 10_000 });
    expect((await second).events).toEqual(['open', 'close 1001 server is shutting down true']);
    await gone;
    expect(closed.map(({ code, clean, by }) => [code, clean, by])).toEqual([
      [4000, true, 'local'],
      [1001, true, 'local'],
    ]);
    expect(upgrades).toEqual([]);
  });

  it('many sockets share one session', async () => {
    const { port, http } = await start('request handler');
    let sessions = 0;
    http.on('session', () => sessions++);
    const page = await visit(`https://localhost:${port}/`);
    const url = `wss://localhost:${port}/echo`;
    const stories = await Promise.all(Array.from({ length: 10 }, () => tell(page, url, [1000], 1000, [])));
    for (const { events } of stories) expect(events.at(-1)).toBe('close 1000 done true');
    expect([requests.length, upgrades, sessions]).toEqual([10, [], 1]);
  });

  it('messages are compressed when both want it', async () => {
    const { port, connections } = await start('request handler', { deflate: true });
    const page = await visit(`https://localhost:${port}/`);
    const story = await tell(page, `wss://localhost:${port}/echo`, [0, 2, 65_536, 1024 * 1024], 1000, []);
    expect(story.extensions).toContain('permessage-deflate');
    expect(story.events.filter((event) => event.startsWith('same'))).toHaveLength(8);
    expect(connections[0]?.extensions).toContain('permessage-deflate');
    expect(requests).toHaveLength(1);
  });

  it('a page of another origin is refused, and so is an unknown path', async () => {
    const { port, connections } = await start('request handler');
    const page = await visit(`https://127.0.0.1:${port}/`);
    expect((await tell(page, `wss://localhost:${port}/echo`, [], 0, [])).events).toEqual([
      'error',
      'close 1006  false',
    ]);
    expect((await tell(page, `wss://127.0.0.1:${port}/nowhere`, [], 0, [])).events).toEqual([
      'error',
      'close 1006  false',
    ]);
    expect((await tell(page, `wss://127.0.0.1:${port}/echo`, [2], 1000, [])).events.at(-1)).toBe(
      'close 1000 done true',
    );
    expect(connections).toHaveLength(1);
  });
});
