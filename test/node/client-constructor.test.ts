import { describe, expect, expectTypeOf, it } from 'vitest';
import { type CloseEvent, UnexpectedResponseError, WebSocket, type WebSocketErrorEvent } from '../../src/node/index.ts';
import { logged } from './client-log.ts';
import { endScriptedServers, serveRaw } from './scripted-server.ts';

endScriptedServers();

function nameOfThrown(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return error instanceof DOMException ? error.name : (error as Error).constructor.name;
  }
  return 'nothing';
}

describe('the URL of a client (WHATWG WebSockets §3.1, RFC 6455 §3)', () => {
  // @rfc 6455-3-1 6455-4.1-2 6455-4.1-3
  it.each([
    '',
    '/relative',
    'localhost:8080',
    'ftp://host/',
    'mailto:a@b',
    'ws:',
    'ws://',
    'ws://host:65536/',
    'ws://host:x/',
    'ws://ho st/',
    'ws://[::1/',
    'ws://host/#',
    'ws://host/#fragment',
    'http://host/#fragment',
    "ws://ho'st/",
  ])('refuses %j with a SyntaxError', (url) => {
    expect(nameOfThrown(() => new WebSocket(url))).toBe('SyntaxError');
  });

  const closedAtOnce = AbortSignal.abort();
  // @rfc 6455-11.1.1-1 6455-11.1.1-2 6455-11.1.2-1 6455-11.1.2-2
  it.each([
    ['ws://Host', 'ws://host/'],
    ['http://host/a?b', 'ws://host/a?b'],
    ['HTTPS://host:8443/a', 'wss://host:8443/a'],
    ['https://host:80/', 'wss://host:80/'],
    ['ws://host:80/', 'ws://host/'],
    ['wss://host:443/', 'wss://host/'],
    ['ws://host/a b/ü', 'ws://host/a%20b/%C3%BC'],
    ['ws://bücher.example/', 'ws://xn--bcher-kva.example/'],
    ['ws://[::1]:9/', 'ws://[::1]:9/'],
  ])('reads %s as %s', (given, url) => {
    expect(new WebSocket(given, { signal: closedAtOnce }).url).toBe(url);
    expect(new WebSocket(new URL(given), { signal: closedAtOnce }).url).toBe(url);
  });

  // @rfc 6455-4.1-18 6455-4.1-19
  it.each([
    ['/a/../b', 'GET /b HTTP/1.1'],
    ['?q=%0d%0a', 'GET /?q=%0d%0a HTTP/1.1'],
    ['/a\r\nb', 'GET /ab HTTP/1.1'],
    ['/x\\y?back\\slash', 'GET /x/y?back%5Cslash HTTP/1.1'],
    ['/Ċ', 'GET /%C4%8A HTTP/1.1'],
  ])('writes %j as one request line', async (path, line) => {
    let request = '';
    const url = await serveRaw(async (visitor) => {
      request = await visitor.request();
      visitor.socket.destroy();
    });
    await logged(url + path).closed;
    expect(request.split('\r\n')[0]).toBe(line);
    expect(request.split('\r\n')).toContain(`Host: ${url.slice(5)}`);
  });

  it('sends user name and password of the URL as Basic credentials, unless a header says otherwise (RFC 7617)', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serveRaw(async (visitor) => {
      seen.push(/^authorization: (.*)$/im.exec(await visitor.request())?.[1]);
      visitor.socket.destroy();
    });
    const withUser = url.replace('ws://', 'ws://ann%40x:p%3Aß%@');
    await logged(withUser).closed;
    await logged(withUser, { headers: { authorization: 'Bearer t' } }).closed;
    await logged(url).closed;
    const basic = Buffer.from(`ann@x:${'p%3A%C3%9F%'}`).toString('base64');
    expect(seen).toEqual([`Basic ${basic}`, 'Bearer t', undefined]);
  });
});

describe('the subprotocols of a client (WHATWG WebSockets §3.1, RFC 6455 §4.1)', () => {
  // @rfc 6455-4.1-29
  it.each([
    '',
    'a b',
    'a,b',
    'a/b',
    'é',
    '\u0000',
    ['a', ''],
    ['a', 'a'],
    ['chat', 'CHAT'],
    ['a', 'b\r\n'],
    { protocols: ['x', 'x'] },
    new Set(['a', 'b c']),
  ])('refuses %j with a SyntaxError', (protocols) => {
    expect(nameOfThrown(() => new WebSocket('ws://127.0.0.1:1', protocols))).toBe('SyntaxError');
  });

  it.each([
    ['one', 'one'],
    [['b', 'a'], 'b, a'],
    [new Set(['b', 'a']), 'b, a'],
    [{ protocols: 'one' }, 'one'],
    [{ protocols: ['b', 'a'] }, 'b, a'],
    ["!#$%&'*+-.^_`|~0aA", "!#$%&'*+-.^_`|~0aA"],
    [[], undefined],
    [undefined, undefined],
  ])('asks for %j', async (protocols, sent) => {
    let field: string | undefined;
    const url = await serveRaw(async (visitor) => {
      field = /^sec-websocket-protocol: (.*)$/im.exec(await visitor.request())?.[1];
      visitor.socket.destroy();
    });
    await logged(url, protocols as string).closed;
    expect(field).toBe(sent);
  });
});

describe('the class', () => {
  it('has four constants that nobody can change, on itself and on every instance', () => {
    const socket = new WebSocket('ws://127.0.0.1:1', { signal: AbortSignal.abort() });
    for (const holder of [WebSocket, socket]) {
      expect([holder.CONNECTING, holder.OPEN, holder.CLOSING, holder.CLOSED]).toEqual([0, 1, 2, 3]);
      expect(() => Object.assign(holder, { OPEN: 7 })).toThrow(TypeError);
    }
    for (const name of ['url', 'readyState', 'protocol', 'extensions', 'bufferedAmount']) {
      expect(() => Object.assign(socket, { [name]: 'changed' }), name).toThrow(TypeError);
    }
  });

  it('says what it is before it is open', () => {
    const socket = new WebSocket('ws://127.0.0.1:1/x', { signal: AbortSignal.abort(), protocols: 'p' });
    expect(String(socket)).toBe('[object WebSocket]');
    expect(socket).toBeInstanceOf(EventTarget);
    expect(socket).toMatchObject({ protocol: '', extensions: '', bufferedAmount: 0, binaryType: 'blob' });
    expect([socket.onopen, socket.onmessage, socket.onerror, socket.onclose]).toEqual([null, null, null, null]);
  });

  it('tells TypeScript which event a listener gets', async () => {
    const url = await serveRaw(({ socket }) => socket.end('HTTP/1.1 404 Not Found\r\nX-Why: none\r\n\r\n'));
    const socket = new WebSocket(url);
    socket.addEventListener('open', (event) => expectTypeOf(event).toEqualTypeOf<Event>());
    socket.addEventListener('message', (event) => expectTypeOf(event).toEqualTypeOf<MessageEvent>());
    socket.addEventListener('custom', (event) => expectTypeOf(event).toEqualTypeOf<Event>());
    socket.onclose = (event) => expectTypeOf(event).toEqualTypeOf<CloseEvent>();
    socket.addEventListener('error', (event) => expectTypeOf(event).toEqualTypeOf<WebSocketErrorEvent>());
    socket.addEventListener('error', { handleEvent: ({ error }) => expect(error).toBeInstanceOf(Error) });
    const [error, close] = await Promise.all([
      new Promise<Error>((resolve) => socket.addEventListener('error', (event) => resolve(event.error))),
      new Promise<number>((resolve) => socket.addEventListener('close', (event) => resolve(event.code))),
    ]);
    expect(close).toBe(1006);
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect((error as UnexpectedResponseError).response.headers.get('x-why')).toBe('none');
  });
});
