import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket, type WebSocketOptions } from '../../src/node/index.ts';
import { logged } from './client-log.ts';
import { leaveNothingBehind, startEcho, stopTheClock, turns, turnsUntil } from './running-server.ts';
import { endScriptedServers, serveRaw } from './scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

/** The lines of the request that a client with these options sends. */
async function requestOf(options: WebSocketOptions): Promise<string[]> {
  let lines: string[] = [];
  const url = await serveRaw(async (visitor) => {
    lines = (await visitor.request()).split('\r\n');
    visitor.socket.destroy();
  });
  await logged(url, options).closed;
  return lines;
}

function construct(options: object): () => WebSocket {
  return () => new WebSocket('ws://127.0.0.1:1', options as WebSocketOptions);
}

describe('the headers of a client', () => {
  it.each([
    ['an object', { Cookie: 'a=b', 'X-Latin': 'é' }],
    ['pairs', [['Cookie', 'a=b'] as const, ['X-Latin', 'é'] as const]],
    [
      'a Map',
      new Map([
        ['Cookie', 'a=b'],
        ['X-Latin', 'é'],
      ] as const),
    ],
  ])('come from %s', async (_what, headers) => {
    expect(await requestOf({ headers })).toEqual(expect.arrayContaining(['Cookie: a=b', 'X-Latin: é']));
  });

  it('come from Headers', async () => {
    const lines = await requestOf({ headers: new Headers({ Cookie: 'a=b' }) });
    expect(lines).toContain('cookie: a=b');
  });

  it.each(['\r\nInjected: yes', 'a\rb', 'a\nb', 'a\0b', '\u010a', '\u010d', '\u{1f600}', '\x7f', 1, undefined, null])(
    'refuse the value %j with a TypeError, and so does origin',
    (value) => {
      expect(construct({ headers: { 'X-Name': value } })).toThrow(TypeError);
      expect(construct({ headers: [['X-Name', value]] })).toThrow(TypeError);
      if (value !== undefined) expect(construct({ origin: value })).toThrow(TypeError);
    },
  );

  it.each(['', 'a b', 'a:b', 'a\r\nb', 'a\0', 'Ċ', 'é'])('refuse the name %j with a TypeError', (name) => {
    expect(construct({ headers: { [name]: 'value' } })).toThrow(TypeError);
  });

  it.each(['Host', 'Connection', 'upgrade', 'Sec-WebSocket-Key', 'sec-websocket-anything', 'Content-Length'])(
    'refuse %s, which the handshake writes',
    (name) => expect(construct({ headers: { [name]: 'value' } })).toThrow(TypeError),
  );

  it('have an Origin when there is one to tell (RFC 6455 §4.1)', async () => {
    expect(await requestOf({ origin: 'https://example.com' })).toContain('Origin: https://example.com');
    expect((await requestOf({})).filter((line) => /^origin/i.test(line))).toEqual([]);
  });
});

describe('options of a client', () => {
  it('are refused by name when they do not exist', () => {
    expect(construct({ maxMesageBytes: 1 })).toThrow(/no option "maxMesageBytes".*maxMessageBytes/);
    expect(construct({ keepalive: { interval: 1 } })).toThrow(/no option "interval"/);
    expect(construct({ perMessageDeflate: true })).toThrow(TypeError);
  });

  it.each([
    { maxMessageBytes: 0 },
    { maxMessageBytes: -1 },
    { maxFragments: 1.5 },
    { sendQueueBytes: '1' },
    { handshakeTimeoutMs: Number.NaN },
    { handshakeTimeoutMs: 0 },
    { keepalive: { intervalMs: 0 } },
    { signal: {} },
    { keepalive: 1 },
  ])('are refused by name when their value cannot be: %j', (options) => {
    expect(construct(options)).toThrow(new RegExp(Object.keys(options)[0] ?? '-'));
  });

  it('that are undefined leave the default', async () => {
    const { port } = await startEcho();
    const names = [
      'protocols',
      'headers',
      'origin',
      'tls',
      'handshakeTimeoutMs',
      'keepalive',
      'sendQueueBytes',
      'signal',
    ];
    const options = Object.fromEntries(names.map((name) => [name, undefined])) as WebSocketOptions;
    const { opened, socket } = logged(`ws://127.0.0.1:${port}`, options);
    await opened;
    const message = new Uint8Array(1024 * 1024);
    for (let i = 0; i < 32; i++) socket.send(message);
    expect(socket.readyState).toBe(1);
  });

  it('may lift every limit with Infinity', async () => {
    const { port } = await startEcho();
    const none = Object.fromEntries(
      ['maxMessageBytes', 'maxFragments', 'handshakeTimeoutMs', 'sendQueueBytes'].map((name) => [name, Infinity]),
    );
    const client = logged(`ws://127.0.0.1:${port}`, none);
    await client.opened;
    client.socket.send('x');
    expect(await client.messages(1)).toEqual(['x']);
  });

  it('turn keepalive off, or set its times', async () => {
    stopTheClock();
    const pings: number[] = [];
    const url = await serveRaw(async (visitor) => {
      await visitor.accept();
      for (;;) pings.push((await visitor.frames(1))[0]?.firstByte ?? 0);
    });
    const off = logged(url, { keepalive: false });
    await off.opened;
    vi.advanceTimersByTime(60_000);
    await turns();
    expect(pings).toEqual([]);
    const on = logged(url, { keepalive: { intervalMs: 2000, timeoutMs: 5000 } });
    await on.opened;
    vi.advanceTimersByTime(2200);
    await turnsUntil(() => pings.length > 0);
    expect(pings).toEqual([0x89]);
  });
});

describe('the signal of a client', () => {
  it('that was aborted before keeps it from connecting at all', async () => {
    let visits = 0;
    const url = await serveRaw(() => visits++);
    const { closed, socket, error } = logged(url, { signal: AbortSignal.abort(new Error('changed my mind')) });
    expect(socket.readyState).toBe(WebSocket.CLOSING);
    expect(await closed).toEqual([
      ['error', 'changed my mind'],
      ['close', 1006, '', false],
    ]);
    await turns();
    expect(error()).toEqual(new Error('changed my mind'));
    expect(visits).toBe(0);
  });

  it('aborts the attempt, with its reason as the error', async () => {
    const controller = new AbortController();
    const url = await serveRaw(async (visitor) => {
      await visitor.request();
      controller.abort();
    });
    const { closed, error } = logged(url, { signal: controller.signal });
    expect((await closed).map(([type]) => type)).toEqual(['error', 'close']);
    expect(error()?.name).toBe('AbortError');
    const cause = logged(url, { signal: AbortSignal.abort('no Error') });
    await cause.closed;
    expect(cause.error()?.cause).toBe('no Error');
  });

  it('closes an open socket with 1000', async () => {
    const { port } = await startEcho();
    const controller = new AbortController();
    const { closed, opened } = logged(`ws://127.0.0.1:${port}`, { signal: controller.signal });
    await opened;
    controller.abort();
    expect(await closed).toEqual([['open'], ['close', 1000, '', true]]);
  });

  it('is let go when the socket has closed', async () => {
    const { port } = await startEcho();
    const { signal } = new AbortController();
    const { closed, opened, socket } = logged(`ws://127.0.0.1:${port}`, { signal });
    await opened;
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    socket.close();
    await closed;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
