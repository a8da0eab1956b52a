import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { buildReference, runReference } from '../../bench/reference.ts';

const program = buildReference();
if (program === undefined) console.log('no tests of the load generator in C: there is no C compiler for Linux here');

/** What a server makes of the message that it has got as the n-th, counted from 0: what it sends back. */
type Answer = (data: Buffer, n: number) => readonly Buffer[];

const SHORT = ['--warmup-ms=50', '--duration-ms=150', '--timeout-ms=300'];
const FAULTY = 40;

async function serve(answer: Answer, binary = true): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  const room = new Set<WebSocket>();
  server.on('connection', (socket, request) => {
    let count = 0;
    const isRoom = request.url === '/room';
    if (isRoom) room.add(socket.on('close', () => room.delete(socket)));
    socket.on('message', (data) => {
      for (const message of answer(data as Buffer, count++))
        for (const member of isRoom ? room : [socket]) member.send(message, { binary });
    });
  });
  await once(server, 'listening');
  return server;
}

const portOf = (server: WebSocketServer | Server): string => `--port=${(server.address() as AddressInfo).port}`;

function changed(data: Buffer, at: number): Buffer {
  const copy = Buffer.from(data);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** The messages that come back in another order: each odd one before the even one before it. */
function swapped(): Answer {
  let held: Buffer | undefined;
  return (data, n) => {
    if (n < FAULTY || held !== undefined) return held === undefined ? [data] : [data, held];
    held = data;
    return [];
  };
}

const FAULTS: readonly (readonly [what: string, answer: () => Answer, complaint: string])[] = [
  ['lost', () => (data, n) => (n === FAULTY ? [] : [data]), 'lost, doubled, out of order or changed'],
  ['doubled', () => (data, n) => (n === FAULTY ? [data, data] : [data]), 'lost, doubled, out of order or changed'],
  ['out of order', swapped, 'lost, doubled, out of order or changed'],
  ['cut', () => (data, n) => [n === FAULTY ? data.subarray(1) : data], 'has 31 bytes instead of 32'],
  ['changed in its number', () => (data, n) => [n === FAULTY ? changed(data, 2) : data], 'changed'],
  ['changed in its last byte', () => (data, n) => [n === FAULTY ? changed(data, 31) : data], 'is not what was sent'],
];

describe('the build of the load generator in C', () => {
  it('gives nothing where there is no compiler, and fails nothing', () => {
    expect(buildReference('/nowhere/cc')).toBeUndefined();
  });
});

if (program !== undefined) describe('the load generator in C', () => testGenerator(program));

function testGenerator(path: string): void {
  const run = (...options: readonly string[]): ReturnType<typeof runReference> => runReference(path, options);
  let honest: WebSocketServer;
  beforeAll(async () => {
    honest = await serve((data) => [data]);
  });
  afterAll(() => {
    for (const client of honest.clients) client.terminate();
    honest.close();
  });

  it.each([
    ['short ones, one in flight', ['--size=1', '--depth=1'], 1],
    ['many in flight', ['--size=32', '--depth=64'], 32],
    ['with a length of 16 bits', ['--size=65535', '--depth=2', '--connections=3'], 65_535],
    ['with a length of 64 bits', ['--size=300000', '--depth=3', '--connections=2'], 300_000],
  ])('counts the messages that come back: %s', async (_, options, size) => {
    const result = await run('echo', portOf(honest), `--pid=${process.pid}`, ...SHORT, ...options);
    expect(result).toMatchObject({ mode: 'echo', size, binary: true });
    expect(result.messages).toBeGreaterThan(0);
    expect(result.elapsedNs).toBeGreaterThanOrEqual(150e6);
    expect(result.serverCpuNs).toBeGreaterThan(0);
  });

  it('counts the deliveries of a room', async () => {
    const result = await run('fanout', portOf(honest), '--connections=20', '--depth=4', ...SHORT);
    expect(result).toMatchObject({ mode: 'fanout', connections: 20, serverCpuNs: 0 });
    expect(result.messages).toBeGreaterThan(20);
  });

  it.each(FAULTS)('finds one message that is %s', async (_, answer, complaint) => {
    const server = await serve(answer());
    try {
      for (const mode of [
        ['echo', '--connections=1'],
        ['fanout', '--connections=3'],
      ])
        await expect(run(...mode, portOf(server), '--depth=8', ...SHORT)).rejects.toThrow(
          mode[0] === 'echo' ? complaint : 'epoll-load: ',
        );
    } finally {
      for (const client of server.clients) client.terminate();
      server.close();
    }
  });

  it('finds text where binary was sent, and a missing last message', async () => {
    const asText = await serve((data) => [data], false);
    await expect(run('echo', portOf(asText), ...SHORT)).rejects.toThrow('a frame has the opcode 1');
    asText.close();
    const silent = await serve(() => []);
    await expect(run('echo', portOf(silent), '--connections=2', ...SHORT)).rejects.toThrow(
      '2 messages have not come back',
    );
    silent.close();
  });

  it('refuses an answer that is no 101, or one with a wrong key', async () => {
    const heads = [
      ['HTTP/1.1 403 Forbidden', 'the server answered HTTP/1.1 403'],
      [
        `HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: ${createHash('sha1').digest('base64')}`,
        'a wrong Sec-WebSocket-Accept',
      ],
    ] as const;
    for (const [head, complaint] of heads) {
      const server = createServer((socket) => socket.on('error', () => {}).end(`${head}\r\n\r\n`)).listen(
        0,
        '127.0.0.1',
      );
      await once(server, 'listening');
      await expect(run('echo', portOf(server), ...SHORT)).rejects.toThrow(complaint);
      server.close();
    }
  });

  it.each([
    ['without a mode', [], 'begin with echo or fanout'],
    ['without a port', ['echo'], '--port is missing'],
    ['with a size of nothing', ['echo', '--port=1', '--size=0'], '--size is a whole number from 1'],
    ['with a word too many', ['echo', '--port=1', 'more'], 'more is no option'],
  ])('says what is wrong with its options: %s', async (_, options, complaint) => {
    await expect(run(...options)).rejects.toThrow(complaint);
  });
}
