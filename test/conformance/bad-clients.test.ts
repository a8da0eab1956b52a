import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { hex } from '../../src/conformance/bytes.ts';
import { binary, continuation, type Frame, frame, frameBytes, ping, text } from '../../src/conformance/frame.ts';
import { ClientTestServer, type ConversationResult } from '../../src/conformance/index.ts';

const SHORT_MS = 300;
const LONG_MS = 20_000;
const KEY = Uint8Array.of(1, 2, 3, 4);
/** What kernels take before anybody reads, many times over. */
const MOST_TAKEN = 256 * 1024 * 1024;

const suites = new Set<ClientTestServer>();
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all([...suites].map((suite) => suite.close()));
  sockets.clear();
  suites.clear();
});

const masked = (one: Frame): Uint8Array => frameBytes(one, true, KEY);

/** Where a suite with this case listens, and the next result that it comes to. */
async function serve(
  number: string,
  timeoutMs: number = SHORT_MS,
): Promise<{ port: number; result: Promise<ConversationResult> }> {
  const { promise, resolve } = deferred<ConversationResult>();
  const observer = { finished: (_agent: string, _number: string, result: ConversationResult) => resolve(result) };
  const suite = new ClientTestServer({ cases: [number], timeoutMs }, observer);
  suites.add(suite);
  const { port } = await suite.listen({ port: 0, host: '127.0.0.1' });
  return { port, result: promise };
}

function deferred<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function dial(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.add(socket);
  return socket;
}

/** A client that asks for the first case as it must, and then does this. */
async function run(
  script: (socket: Socket) => void,
  { number = '1.1.2', timeoutMs = SHORT_MS }: { number?: string; timeoutMs?: number } = {},
): Promise<ConversationResult> {
  const { port, result } = await serve(number, timeoutMs);
  const socket = dial(port);
  socket.write(
    `GET /runCase?case=1&agent=rude HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  socket.once('data', () => script(socket));
  return result;
}

/** Writes the same bytes over and over, as fast as they are taken; resolves with how many, when the connection has ended. */
function flood(socket: Socket, start: Uint8Array, again: Uint8Array): void {
  const many = Buffer.concat(Array.from({ length: Math.max(1, Math.floor(16_384 / again.length)) }, () => again));
  const more = (): void => {
    while (!socket.destroyed && socket.bytesWritten < MOST_TAKEN && socket.write(many));
  };
  socket.resume();
  socket.write(start);
  socket.on('drain', more);
  more();
}

describe('a client that does not behave at all fails in time, with a reason', () => {
  it('when it hangs', async () => {
    expect(await run((socket) => void socket.resume())).toMatchObject({
      behavior: 'FAILED',
      got: 'nothing in time',
    });
  });

  it('when it resets the connection', async () => {
    expect(await run((socket) => void socket.resetAndDestroy())).toMatchObject({
      behavior: 'FAILED',
      got: 'TCP was reset',
    });
  });

  it('when it answers garbage', async () => {
    expect(await run((socket) => void socket.write('SSH-2.0-OpenSSH_9.2\r\n'))).toMatchObject({
      behavior: 'FAILED',
      section: 'RFC 6455 §5.2',
    });
    const broken: [Uint8Array, section: string][] = [
      [masked(text('x', { mask: 'wrong' })), '5.1'],
      [masked(frame(3, 'x')), '5.2'],
      [masked(continuation('x')), '5.4'],
      [masked(text(hex('ff'))), '8.1'],
    ];
    for (const [bytes, section] of broken)
      expect(await run((socket) => void socket.write(bytes))).toMatchObject({
        behavior: 'FAILED',
        section: `RFC 6455 §${section}`,
      });
  });

  it('when it floods: messages, pings, and fragments without end', { timeout: 60_000 }, async () => {
    const floods: [start: Frame, again: Frame, reason: RegExp][] = [
      [binary('more'), binary('more'), /^a message of another type came$/],
      [ping('more'), ping('more'), /^the testee sent more than 1000 pings$/],
      [text('', { fin: false }), continuation('', { fin: false }), /^a message in more than 200000 fragments$/],
      [
        text('', { fin: false }),
        continuation(new Uint8Array(65_536), { fin: false }),
        /^a message of \d+ bytes or more, longer than all/,
      ],
    ];
    for (const [start, again, reason] of floods) {
      const taken: Socket[] = [];
      const result = await run(
        (socket) => {
          taken.push(socket);
          flood(socket, masked(start), masked(again));
        },
        { timeoutMs: LONG_MS },
      );
      expect(result).toMatchObject({ behavior: 'FAILED', reason: expect.stringMatching(reason) });
      expect(taken[0]?.bytesWritten).toBeLessThan(MOST_TAKEN);
    }
  });

  it('when it announces a frame that nobody could hold', async () => {
    const huge = masked(text('', { claimedLength: 1n << 40n }));
    expect((await run((socket) => void socket.write(huge))).reason).toMatch(/^a message of 1099511627776 bytes/);
  });

  it('when it reads nothing any more', async () => {
    const result = await run((socket) => void socket.pause(), { number: '9.2.6' });
    expect(result).toMatchObject({ behavior: 'FAILED', reason: 'the testee reads nothing any more' });
  });
});

describe('somebody who connects to the suite as no client would', () => {
  it.each([
    ['says nothing', ''],
    ['stops inside a head', 'GET /runCase?case=1&agent=a HTTP/1.1\r\nHost: x\r\n'],
    ['sends a head without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(70_000)}`],
    ['sends garbage', 'SSH-2.0-OpenSSH_9.2\r\nno field\r\n\r\n'],
  ])('is cut off when it %s, and the next one is served', async (_, words) => {
    const { port, result } = await serve('1.1.1');
    const socket = dial(port);
    socket.resume();
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.write(words);
    await gone;
    const next = dial(port);
    next.resume();
    next.write('GET /runCase?case=1&agent=next HTTP/1.1\r\n\r\n');
    expect(await result).toMatchObject({ behavior: 'FAILED', reason: 'the opening handshake failed' });
  });

  it('and floods what is no case is cut off in the end', { timeout: 60_000 }, async () => {
    const { port } = await serve('1.1.1', LONG_MS);
    const socket = dial(port);
    socket.write(
      `GET /getCaseCount HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    socket.once('data', () => flood(socket, masked(text('a')), masked(text('more'))));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(socket.bytesWritten).toBeGreaterThan(0);
  });
});
