import { createHash } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import type { BenchReport } from '../../../src/bench/model.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();

/** Ends all that were started; for `afterEach`. */
export async function endServers(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
}

/** A server that does this with each connection. */
export async function serve(behave: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    behave(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

/** Answers the handshake, then does this with each chunk. */
export function upgrade(each: (chunk: Buffer, socket: Socket) => void): (socket: Socket) => void {
  return (socket) =>
    socket.once('data', (head) => {
      const key = /^sec-websocket-key: *(\S+)/im.exec(String(head))?.[1] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.on('data', (chunk) => each(chunk, socket));
    });
}

/** Why a report is not to be believed. */
export function invalidGates({ gates }: BenchReport): string[] {
  return gates.filter(({ verdict }) => verdict === 'INVALID').map(({ name, reason }) => `${name}: ${reason}`);
}
