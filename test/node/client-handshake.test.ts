import { describe, expect, it, vi } from 'vitest';
import { HandshakeError } from '../../src/handshake/index.ts';
import { UnexpectedResponseError } from '../../src/node/index.ts';
import { type Logged, logged, unexplained } from './client-log.ts';
import { leaveNothingBehind, stopTheClock, turns, turnsUntil } from './running-server.ts';
import { acceptOf, endScriptedServers, responseOf, serveRaw } from './scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

const REFUSED = [['error'], ['close', 1006, '', false]];
const RIGHT = { Upgrade: 'websocket', Connection: 'Upgrade' };

/** Connects to a server that gives this answer to the request, and tells how it went. */
async function answered(
  answer: (accept: string) => string | Uint8Array,
  options = {},
): Promise<[log: Logged[], error: Error | undefined]> {
  const url = await serveRaw(async (visitor) => {
    const accept = acceptOf(await visitor.request());
    visitor.socket.write(answer(accept));
  });
  const { closed, opened, log, socket, error } = logged(url, options);
  await Promise.race([closed, opened]).catch(() => {});
  if (socket.readyState === 1) return [[...log], undefined];
  await closed;
  return [log, error()];
}

const right = (accept: string, more = ''): string =>
  responseOf({ ...RIGHT, 'Sec-WebSocket-Accept': accept }, '101 Switching Protocols').replace(/\r\n$/, `${more}\r\n`);

describe('the status of the answer (RFC 6455 §4.1)', () => {
  // @rfc 6455-4.1-1 6455-4.1-31 6455-4.1-37 6455-4.1-9
  it('opens the socket when it is 101, and fails it with the response for every other from 200 to 599', async () => {
    let status = 0;
    const url = await serveRaw(async (visitor) => {
      const accept = acceptOf(await visitor.request());
      visitor.socket.write(responseOf({ ...RIGHT, 'Sec-WebSocket-Accept': accept }, `${status} Anything`));
    });
    for (status = 200; status <= 599; status++) {
      const { closed, error } = logged(url);
      expect(unexplained(await closed), String(status)).toEqual(REFUSED);
      expect(error()).toBeInstanceOf(UnexpectedResponseError);
      expect((error() as UnexpectedResponseError).response.status).toBe(status);
    }
    expect((await answered((accept) => right(accept)))[0]).toEqual([['open']]);
  });

  it('is awaited behind each other of the 100s, however they are cut (RFC 9110 §15.2)', async () => {
    let status = 0;
    const url = await serveRaw(async (visitor) => {
      const accept = acceptOf(await visitor.request());
      visitor.socket.write(`HTTP/1.1 ${status} Wait\r\nLink: </a>\r\n\r\nHTTP/1.1 103 `);
      setImmediate(() => visitor.socket.write(`\r\n\r\n${right(accept)}`));
    });
    for (status = 100; status <= 199; status++) {
      if (status === 101) continue;
      const { socket, opened } = logged(url);
      await opened;
      socket.close();
    }
  });

  it('is not awaited for ever', async () => {
    const interim = 'HTTP/1.1 100 Continue\r\n\r\n';
    expect((await answered((accept) => interim.repeat(16) + right(accept)))[0]).toEqual([['open']]);
    const [log, error] = await answered((accept) => interim.repeat(17) + right(accept));
    expect(unexplained(log)).toEqual(REFUSED);
    expect(error?.message).toContain('without end');
  });
});

describe('the fields of the answer (RFC 6455 §4.1)', () => {
  // @rfc 6455-4.1-34
  it('prove with the exact accept value that the server read this request', async () => {
    let mutate = (accept: string): string => accept;
    const url = await serveRaw(async (visitor) => {
      const accept = acceptOf(await visitor.request());
      visitor.socket.write(right(mutate(accept)));
    });
    const mutations: ((accept: string) => string)[] = [];
    for (let at = 0; at < 28; at++) {
      mutations.push((accept) => accept.slice(0, at) + (accept[at] === 'A' ? 'B' : 'A') + accept.slice(at + 1));
      mutations.push((accept) => accept.slice(0, at) + accept.slice(at + 1));
      mutations.push((accept) => `${accept.slice(0, at)} ${accept.slice(at)}`.trim().padStart(29, 'A'));
    }
    mutations.push(
      (accept) => accept.toLowerCase(),
      (accept) => `${accept}=`,
      (accept) => `"${accept}"`,
      () => '',
    );
    mutations.push((accept) => `${accept}, ${accept}`);
    for (mutate of mutations) {
      const { closed, error } = logged(url);
      expect(unexplained(await closed)).toEqual(REFUSED);
      expect((error() as HandshakeError).code).toBe('response-accept');
    }
  });

  // @rfc 6455-4.1-31 6455-4.1-32 6455-4.1-33 6455-4.1-35 6455-4.1-36
  it.each([
    ['no Upgrade', { Upgrade: undefined }],
    ['another Upgrade', { Upgrade: 'h2c' }],
    ['two Upgrades', { Upgrade: 'websocket, h2c' }],
    ['no Connection', { Connection: undefined }],
    ['another Connection', { Connection: 'keep-alive' }],
    ['a Connection that only looks right', { Connection: 'Upgraded' }],
    ['no accept value', { 'Sec-WebSocket-Accept': undefined }],
    ['a subprotocol nobody asked for', { 'Sec-WebSocket-Protocol': 'c' }],
    ['a subprotocol in another case', { 'Sec-WebSocket-Protocol': 'A' }],
    ['several subprotocols', { 'Sec-WebSocket-Protocol': 'a, b' }],
    ['an empty subprotocol', { 'Sec-WebSocket-Protocol': '' }],
    ['no subprotocol', { 'Sec-WebSocket-Protocol': undefined }],
    ['an extension nobody asked for', { 'Sec-WebSocket-Extensions': 'permessage-deflate' }],
    ['compression parameters out of range', { 'Sec-WebSocket-Extensions': 'x; server_max_window_bits=1000' }],
    ['an extension list that is none', { 'Sec-WebSocket-Extensions': ',;constructor' }],
    ['an extension called __proto__', { 'Sec-WebSocket-Extensions': '__proto__' }],
    ['an empty extension list', { 'Sec-WebSocket-Extensions': '' }],
  ])('are refused with %s', async (_what, lines) => {
    const [log, error] = await answered(
      (accept) =>
        responseOf({ ...RIGHT, 'Sec-WebSocket-Accept': accept, 'Sec-WebSocket-Protocol': 'a', ...lines }, '101 OK'),
      { protocols: ['a', 'b'] },
    );
    expect(unexplained(log)).toEqual(REFUSED);
    expect(error).toBeInstanceOf(Error);
  });

  it.each([
    'Sec-WebSocket-Accept: x',
    'Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a',
    'Upgrade: websocket',
    'No colon',
    'Space before : colon',
    ' folded',
    'Lone: \r carriage return',
    'Nul: \0',
    ': no name',
    'Bäd: name',
  ])('are refused with the line %j', async (line) => {
    const [log] = await answered((accept) => Buffer.from(right(accept, `${line}\r\n`), 'latin1'));
    expect(unexplained(log)).toEqual(REFUSED);
  });

  it('may be written in any case, among others and in pieces of one byte', async () => {
    const url = await serveRaw(async (visitor) => {
      const accept = acceptOf(await visitor.request());
      const head =
        'HTTP/1.1 101 \r\nset-cookie: a=b\r\nupgrade: WebSocket\r\nCONNECTION:keep-alive,  upGRADE \r\n' +
        `sec-websocket-ACCEPT:\t${accept} \r\nX-Obs: \xff\r\n\r\n`;
      visitor.socket.setNoDelay(true);
      for (const byte of Buffer.from(head, 'latin1')) {
        visitor.socket.write(Uint8Array.of(byte));
        await turns(1);
      }
    });
    await logged(url).opened;
  });

  it.each([
    ['HTTP/1.0', 'HTTP/1.0 101 OK'],
    ['HTTP/2.0', 'HTTP/2.0 101 OK'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2'],
    ['a status of two digits', 'HTTP/1.1 10 OK'],
    ['a status of four digits', 'HTTP/1.1 1010 OK'],
    ['no status', 'HTTP/1.1'],
    ['nothing', ''],
  ])('are not looked at when the first line has %s', async (_what, line) => {
    const [log] = await answered((accept) => right(accept).replace('HTTP/1.1 101 Switching Protocols', line));
    expect(unexplained(log)).toEqual(REFUSED);
  });
});

describe('the size and the time of the answer', () => {
  const padded = (accept: string, bytes: number): string => {
    const missing = bytes - right(accept, 'X: \r\n').length;
    return right(accept, `X: ${'a'.repeat(missing)}\r\n`);
  };

  it('may be 16 KiB and not a byte more', async () => {
    expect((await answered((accept) => padded(accept, 16_384)))[0]).toEqual([['open']]);
    const [log, error] = await answered((accept) => padded(accept, 16_385));
    expect(unexplained(log)).toEqual(REFUSED);
    expect((error as HandshakeError).code).toBe('head-too-large');
    const [, endless] = await answered(() => `HTTP/1.1 101 OK\r\nX: ${'a'.repeat(100_000)}`);
    expect(endless).toBeInstanceOf(HandshakeError);
  });

  it('may have 100 fields and not one more', async () => {
    expect((await answered((accept) => right(accept, 'X: y\r\n'.repeat(97))))[0]).toEqual([['open']]);
    const [, error] = await answered((accept) => right(accept, 'X: y\r\n'.repeat(98)));
    expect((error as HandshakeError).code).toBe('too-many-fields');
  });

  it.each([
    ['a byte a second', 'HTTP/1.1 101 Switching Protocols\r\n'],
    ['nothing at all', ''],
  ])('ends after ten seconds in all with a server that sends %s', async (_what, bytes) => {
    stopTheClock();
    let write = (_byte: string): void => {};
    const url = await serveRaw(async (visitor) => {
      await visitor.request();
      write = (byte) => visitor.socket.write(byte);
    });
    const { socket, log, closed } = logged(url);
    for (let second = 0; second < 9; second++) {
      await turns(5);
      vi.advanceTimersByTime(1000);
      write(bytes[second] ?? '');
    }
    await turns(5);
    vi.advanceTimersByTime(900);
    expect(socket.readyState).toBe(0);
    vi.advanceTimersByTime(300);
    await closed;
    expect(log).toEqual([
      ['error', 'the server did not finish the opening handshake in time'],
      ['close', 1006, '', false],
    ]);
  });

  it('may be shorter by an option', async () => {
    stopTheClock();
    const { log, closed } = logged(await serveRaw(() => {}), { handshakeTimeoutMs: 500 });
    vi.advanceTimersByTime(400);
    expect(log).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(unexplained(await closed)).toEqual(REFUSED);
  });
});

describe('a server that goes away', () => {
  it.each([
    ['at once', ''],
    ['in the first line', 'HTTP/1.1 10'],
    ['in the fields', 'HTTP/1.1 101 OK\r\nUpgrade: webs'],
    ['before the last byte', 'HTTP/1.1 101 OK\r\nUpgrade: websocket\r\n\r'],
  ])('%s fails the socket, whether it ends, half-closes or resets', async (_when, bytes) => {
    for (const halfOpen of [false, true]) {
      const ended = logged(await serveRaw((visitor) => visitor.socket.end(bytes), halfOpen));
      expect(unexplained(await ended.closed)).toEqual(REFUSED);
    }
    const url = await serveRaw(async (visitor) => {
      await visitor.request();
      visitor.socket.write(bytes, () => visitor.socket.resetAndDestroy());
    });
    expect(unexplained(await logged(url).closed)).toEqual(REFUSED);
  });

  // @rfc 6455-4.1-11
  it('before the client came fails the socket, and the error says at which address', async () => {
    const { closed, log } = logged('ws://127.0.0.1:1/');
    expect(unexplained(await closed)).toEqual(REFUSED);
    expect(log[0]?.[1]).toContain('127.0.0.1:1');
    const byName = logged('ws://localhost:1/');
    expect(unexplained(await byName.closed)).toEqual(REFUSED);
    expect(byName.log[0]?.[1]).toContain('ECONNREFUSED');
  });

  it('is given up when the client closes', async () => {
    let gone = false;
    const url = await serveRaw(async (visitor) => {
      await visitor.request();
      socket.close();
      await visitor.end();
      gone = true;
    });
    const { socket, closed } = logged(url);
    await closed;
    await turnsUntil(() => gone);
  });
});
