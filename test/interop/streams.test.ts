import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createWebSocketStream, WebSocketServer as PeerServer, WebSocket as PeerWebSocket } from 'ws';
import { type Connection, connect, toDuplex, WebSocketStream } from '../../src/node/index.ts';
import { leaveNothingBehind, startServer } from '../node/running-server.ts';

leaveNothingBehind();

const BYTES = 8 * 1024 * 1024;
const peers = new Set<PeerServer>();

afterEach(async () => {
  for (const peer of peers) {
    for (const client of peer.clients) client.terminate();
    await new Promise((resolve) => peer.close(resolve));
  }
  peers.clear();
});

/** A server of `ws` and the stream of its first client. */
async function startPeer(serve: (stream: Duplex, socket: PeerWebSocket) => unknown): Promise<string> {
  const peer = new PeerServer({ port: 0, host: '127.0.0.1' });
  peers.add(peer);
  peer.on('connection', (socket) => {
    const stream = createWebSocketStream(socket);
    stream.on('error', () => {});
    serve(stream, socket);
  });
  await once(peer, 'listening');
  return `ws://127.0.0.1:${(peer.address() as AddressInfo).port}/`;
}

function hash(chunks: readonly Uint8Array[]): string {
  const sum = createHash('sha256');
  for (const chunk of chunks) sum.update(chunk);
  return sum.digest('hex');
}

/** Sends random bytes through an end that echoes them, and gives the hashes of both directions. */
async function thereAndBack(stream: Duplex): Promise<[sent: string, received: string]> {
  const sent = randomBytes(BYTES);
  const received: Uint8Array[] = [];
  let length = 0;
  const reading = new Promise<void>((resolve, reject) => {
    stream.on('error', reject);
    stream.on('data', (chunk: Uint8Array) => {
      received.push(chunk);
      length += chunk.length;
      if (length >= BYTES) resolve();
    });
  });
  for (let at = 0; at < BYTES; at += 100_000) {
    if (!stream.write(sent.subarray(at, at + 100_000))) await once(stream, 'drain');
  }
  await reading;
  return [hash([sent]), hash(received)];
}

describe('streams against those of ws', () => {
  it('carry 8 MiB there and back from our client, and close cleanly', async () => {
    let told = (_code: number): void => {};
    const code = new Promise<number>((resolve) => {
      told = resolve;
    });
    const url = await startPeer((stream, socket) => {
      socket.on('close', (number) => told(number));
      stream.pipe(stream);
    });
    const stream = toDuplex(await connect(url));
    const [sent, received] = await thereAndBack(stream);
    expect(received).toBe(sent);
    stream.end();
    await new Promise((resolve) => stream.once('close', resolve));
    expect(stream.errored).toBeNull();
    expect(await code).toBe(1000);
  });

  it('carry 8 MiB there and back from theirs', async () => {
    const { port } = await startServer((server) =>
      server.route('/', async (connection: Connection) => {
        const stream = toDuplex(connection);
        await pipeline(stream, stream);
      }),
    );
    const stream = createWebSocketStream(new PeerWebSocket(`ws://127.0.0.1:${port}/`));
    const [sent, received] = await thereAndBack(stream);
    expect(received).toBe(sent);
    stream.end();
    await once(stream, 'end');
  });

  it('let a file-like source run to its end in one pipeline', async () => {
    const received: Uint8Array[] = [];
    const ended = new Promise<void>((resolve) => {
      void startPeer((stream) => {
        stream.on('data', (chunk: Uint8Array) => received.push(chunk));
        stream.on('end', () => {
          stream.end();
          resolve();
        });
      }).then(async (url) => {
        await pipeline(Readable.from([Buffer.from('a'), Buffer.from('bc')]), toDuplex(await connect(url)));
      });
    });
    await ended;
    expect(Buffer.concat(received).toString()).toBe('abc');
  });

  it('give a WebSocketStream the messages and the close of their server', async () => {
    const url = await startPeer((_, socket) => {
      socket.send('text');
      socket.send(Buffer.from([1, 2]));
      socket.close(4000, 'bye');
    });
    const stream = new WebSocketStream(url);
    const got: unknown[] = [];
    for await (const message of (await stream.opened).readable) got.push(message);
    expect(got).toEqual(['text', Uint8Array.of(1, 2)]);
    expect(await stream.closed).toEqual({ closeCode: 4000, reason: 'bye' });
  });
});
