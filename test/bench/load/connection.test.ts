import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { LoadConfig } from '../../../src/bench/config.ts';
import type { LoadConnection } from '../../../src/bench/load/connection.ts';
import { Dialer } from '../../../src/bench/load/dialer.ts';
import { kindOf, remedyOf, socketErrorOf } from '../../../src/bench/load/load-error.ts';
import { type ConnectionEnd, MessageEvents } from '../../../src/bench/load/load-events.ts';
import { encodeClosePayload, encodeFrame, FrameDecoder } from '../../../src/codec/index.ts';
import { selfSigned } from '../../node/certificate.ts';
import { acceptHead, afterThis, configOf, openingServer, rawServer, readRequest } from './raw-server.ts';

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;

/** Notes what happens, in order. */
class Log extends MessageEvents {
  readonly lines: string[] = [];
  readonly ended: Promise<ConnectionEnd>;
  #resolve: (end: ConnectionEnd) => void = () => {};

  constructor() {
    super();
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
  }

  message(opcode: number, bytes: Uint8Array, start: number, end: number): void {
    this.lines.push(`${opcode} ${Buffer.from(bytes.subarray(start, end)).toString()}`);
  }

  override pong(payload: Uint8Array): void {
    this.lines.push(`pong ${Buffer.from(payload).toString()}`);
  }

  override settled(): void {
    this.lines.push('settled');
  }

  override closed(end: ConnectionEnd): void {
    this.#resolve(end);
  }
}

async function open(port: number, change: Partial<LoadConfig> = {}): Promise<{ log: Log; connection: LoadConnection }> {
  const log = new Log();
  const connection = await new Dialer(configOf(port, change)).open(log);
  afterThis(async () => connection.terminate());
  return { log, connection };
}

/** What comes of trying to open. */
async function failure(port: number, change: Partial<LoadConfig> = {}): Promise<{ kind: string; message: string }> {
  return new Dialer(configOf(port, { timeoutMs: 200, ...change })).open(new Log()).then(
    () => expect.fail('it opened'),
    (error: Error & { kind: string }) => ({ kind: error.kind, message: error.message }),
  );
}

const frame = (opcode: number, text: string | Uint8Array, more: object = {}): Uint8Array =>
  encodeFrame(opcode, Buffer.from(text), more);

/** Answers with these bytes in these pieces as soon as the request is there; the first ones together with the head. */
function answering(...pieces: readonly Uint8Array[]): Promise<number> {
  return rawServer((socket) =>
    readRequest(socket, (key) => {
      socket.write(Buffer.concat([Buffer.from(acceptHead(key)), ...pieces]));
      return () => {};
    }),
  );
}

describe('a connection that cannot be opened is counted by kind', () => {
  it('refused, with advice', async () => {
    const port = await rawServer(() => {});
    const closed = await failure(1, { url: `ws://127.0.0.1:${port === 1 ? 2 : 1}/` });
    expect(closed).toEqual({ kind: 'refused', message: expect.stringContaining('check that the server runs') });
  });

  it('the status, when it is not 101', async () => {
    const port = await rawServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'));
    expect(await failure(port)).toMatchObject({ kind: 'status 404' });
  });

  it('silent, when the server takes the connection and says nothing', async () => {
    expect(await failure(await rawServer(() => {}))).toEqual({
      kind: 'silent',
      message: expect.stringContaining('within 200 ms'),
    });
  });

  it('timeout, when it begins to answer and does not finish', async () => {
    expect(await failure(await rawServer((socket) => socket.write('HTTP/1.1 101 ')))).toMatchObject({
      kind: 'timeout',
    });
  });

  const heads: [what: string, kind: string, answer: (key: string) => string][] = [
    ['something else than HTTP', 'handshake status-line', () => 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['the accept value of another key', 'handshake response-accept', () => acceptHead('dGhlIHNhbXBsZSBub25jZQ==')],
    [
      'an extension that nobody offered',
      'handshake response-extension',
      (key) => acceptHead(key, 'Sec-WebSocket-Extensions: permessage-deflate\r\n'),
    ],
    ['the end of the connection', 'handshake incomplete-head', () => ''],
  ];
  it.each(heads)('an answer that is %s: %s', async (_what, kind, answer) => {
    const port = await rawServer((socket) =>
      readRequest(socket, (key) => {
        if (answer(key) === '') socket.end();
        else socket.write(answer(key));
        return () => {};
      }),
    );
    expect(await failure(port)).toMatchObject({ kind });
  });

  it('reset, when the server drops it', async () => {
    const port = await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await failure(port)).toMatchObject({ kind: 'reset' });
  });

  it('no deflate, when compression is the point and the server has none', async () => {
    expect(await failure(await answering(), { deflate: true })).toMatchObject({ kind: 'no deflate' });
  });

  it('no ports, with the remedy, when there is no address to connect from', async () => {
    const { kind, message } = await failure(await answering(), { localAddresses: ['192.0.2.1'] });
    expect(kind).toBe('no ports');
    expect(message).toContain('ip_local_port_range');
  });

  it('the error of TLS, unless certificates are not to be checked', async () => {
    const server = createTlsServer(selfSigned('DNS:localhost'), (socket) => {
      socket.on('error', () => {});
      readRequest(socket as Socket, (key) => {
        socket.write(acceptHead(key));
        socket.write(frame(TEXT, 'hello'));
        return () => {};
      });
    }).listen(0, '127.0.0.1');
    server.on('tlsClientError', () => {});
    await once(server, 'listening');
    afterThis(async () => void server.close());
    const url = `wss://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    expect(await failure(0, { url, timeoutMs: 2_000 })).toMatchObject({ kind: 'tls DEPTH_ZERO_SELF_SIGNED_CERT' });
    const { connection, log } = await open(0, { url, insecure: true });
    await expect.poll(() => log.lines).toContain('1 hello');
    expect(connection.tcpNs).toBeGreaterThan(0);
  });
});

describe('an open connection', () => {
  it('connects from each of the local addresses in turn', async () => {
    const from: (string | undefined)[] = [];
    const port = await openingServer((socket) => {
      from.push(socket.remoteAddress);
      return () => {};
    });
    // Only Linux has the whole of 127.0.0.0/8 on its loopback.
    const localAddresses = process.platform === 'linux' ? ['127.0.0.2', '127.0.0.3'] : ['127.0.0.1', '127.0.0.1'];
    const dialer = new Dialer(configOf(port, { localAddresses }));
    for (let i = 0; i < 3; i++) (await dialer.open(new Log())).terminate();
    expect(from).toEqual([...localAddresses, localAddresses[0]]);
  });

  it('hands on what came together with the response head, fragments as one message, and says when all is read', async () => {
    const port = await answering(
      frame(TEXT, 'he', { fin: false }),
      frame(0, 'llo'),
      frame(10, 'pong'),
      frame(BINARY, ''),
    );
    const { log, connection } = await open(port);
    expect(log.lines).toEqual(['1 hello', 'pong pong', '2 ', 'settled']);
    expect(connection.wireBytesReceived).toBe(2 + 2 + 2 + 3 + 2 + 4 + 2);
    expect(connection.upgradeNs).toBeGreaterThan(0);
  });

  it('puts messages together that come byte by byte', async () => {
    const port = await openingServer((socket) => {
      const bytes = Buffer.concat([frame(TEXT, 'first'), frame(BINARY, 'x'.repeat(200))]);
      let at = 0;
      const next = (): void => {
        if (at < bytes.length) socket.write(bytes.subarray(at, ++at), () => setImmediate(next));
      };
      next();
      return () => {};
    });
    const { log } = await open(port);
    await expect
      .poll(() => log.lines.filter((line) => line !== 'settled'))
      .toEqual(['1 first', `2 ${'x'.repeat(200)}`]);
  });

  it('answers a ping, masked, and a close frame with its code', async () => {
    const answers: string[] = [];
    const port = await openingServer((socket) => {
      socket.write(Buffer.concat([frame(PING, 'you?'), frame(CLOSE, encodeClosePayload(1011))]));
      let opcode = 0;
      const decoder = new FrameDecoder({ role: 'server' });
      return (chunk) => {
        decoder.push(chunk, {
          header: (header) => {
            opcode = header.opcode;
          },
          payload: (bytes, start, end) => {
            answers.push(`${opcode} ${Buffer.from(bytes.subarray(start, end)).toString('hex')}`);
            return false;
          },
        });
        if (opcode === CLOSE) socket.end();
      };
    });
    const { log } = await open(port);
    expect(await log.ended).toEqual({ kind: 'closed 1011', code: 1011, clean: true, asked: false });
    await expect.poll(() => answers).toEqual([`10 ${Buffer.from('you?').toString('hex')}`, '8 03f3']);
  });

  it('closes with 1000, waits for the other end, and drops it when that takes too long', async () => {
    const port = await openingServer((socket) => () => void socket.end(frame(CLOSE, encodeClosePayload(1000))));
    const polite = await open(port);
    expect(await polite.connection.close()).toEqual({ kind: 'closed 1000', code: 1000, clean: true, asked: true });
    const deaf = await open(await openingServer(() => () => {}));
    expect(await deaf.connection.close(1000, 50)).toEqual({
      kind: 'closed 1006',
      code: 1006,
      clean: false,
      asked: true,
    });
    expect(deaf.connection.isOpen).toBe(false);
  });

  const endings: [kind: string, serve: (socket: Socket) => void][] = [
    ['closed 1006', (socket) => socket.end()],
    ['reset', (socket) => socket.resetAndDestroy()],
    ['closed 1005', (socket) => socket.end(frame(CLOSE, ''))],
    ['violation mask-unexpected', (socket) => socket.write(frame(TEXT, 'hi', { maskKey: 7 }))],
    ['violation reserved-bit', (socket) => socket.write(frame(TEXT, 'hi', { rsv: 4 }))],
    ['violation reserved-opcode', (socket) => socket.write(Buffer.from('ffffffffffffffff', 'hex'))],
    ['violation close-code-invalid', (socket) => socket.write(frame(CLOSE, Buffer.from([3, 237])))],
  ];
  it.each(endings)('that the server ends is counted as %s', async (kind, serve) => {
    const { log, connection } = await open(await openingServer((socket) => () => serve(socket)));
    connection.sendFrame(TEXT, Buffer.from('go on'));
    expect(await log.ended).toMatchObject({ kind, asked: false });
  });
});

describe('errors of the system', () => {
  it.each([
    ['EMFILE', 'no descriptors', 'ulimit -n'],
    ['ENFILE', 'no descriptors', 'ulimit -n'],
    ['EADDRNOTAVAIL', 'no ports', 'ip_local_port_range'],
    ['EADDRINUSE', 'no ports', 'ip_local_port_range'],
    ['ECONNREFUSED', 'refused', 'check that the server runs'],
  ])('%s is counted as %s, and its message says what to do', (code, kind, remedy) => {
    const error = socketErrorOf(Object.assign(new Error(`connect ${code}`), { code }), true);
    expect(error).toMatchObject({ kind, message: expect.stringContaining(remedy) });
    expect(remedyOf(kind)).toContain(remedy);
  });

  it('of a name with several addresses are counted as that of the first one', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const all = Object.assign(new AggregateError([refused, refused]), { code: 'ECONNREFUSED' });
    expect(socketErrorOf(all, false).kind).toBe('refused');
  });

  it('that no kind stands for keep their code', () => {
    expect(kindOf(Object.assign(new Error(), { code: 'EHOSTUNREACH' }))).toBe('error EHOSTUNREACH');
    expect(kindOf(new DOMException('no URL', 'SyntaxError'))).toBe('internal');
    expect(kindOf(undefined)).toBe('internal');
  });
});
