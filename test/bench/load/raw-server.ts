import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import type { LoadConfig } from '../../../src/bench/config.ts';
import { LOAD_DEFAULTS } from '../../../src/bench/run/defaults.ts';
import { acceptKey, RequestHeadReader } from '../../../src/handshake/index.ts';

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Ends something after the test that is running. */
export function afterThis(end: () => Promise<void>): void {
  ends.push(end);
}

/** A TCP server on a free port of the loopback that does with each connection what it is told; gives its port. */
export async function rawServer(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThis(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** The 101 that a request deserves, and more fields if wanted. */
export function acceptHead(key: string, more: string = ''): string {
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${acceptKey(key)}\r\n${more}\r\n`
  );
}

/** Waits for the request and gives its key; then whatever comes goes to `take`. */
export function readRequest(socket: Socket, requested: (key: string) => (chunk: Buffer) => void): void {
  const reader = new RequestHeadReader();
  const read = (chunk: Buffer): void => {
    const taken = reader.push(chunk);
    if (reader.head === undefined) return;
    socket.off('data', read);
    const take = requested(reader.head.headers.get('sec-websocket-key') ?? '');
    if (taken < chunk.length) take(chunk.subarray(taken));
    socket.on('data', take);
  };
  socket.on('data', read);
}

/** A server that opens every WebSocket and then lets `serve` do what it wants; what that gives takes the bytes. */
export function openingServer(serve: (socket: Socket) => (chunk: Buffer) => void): Promise<number> {
  return rawServer((socket) =>
    readRequest(socket, (key) => {
      socket.write(acceptHead(key));
      return serve(socket);
    }),
  );
}

/** A configuration for one worker, as the bench resolves it. */
export function configOf(port: number, change: Partial<LoadConfig> = {}): LoadConfig {
  const where = { scenario: 'echo', url: `ws://127.0.0.1:${port}/`, worker: 0, workers: 1 } as const;
  return { ...LOAD_DEFAULTS, ...where, timeoutMs: 2_000, connections: 1, ...change };
}

/** Resolves after so many milliseconds of load. */
export function loadFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
