import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocketServer } from '../../src/node/index.ts';
import { frame, RawClient } from './raw-client.ts';
import { leaveNothingBehind } from './running-server.ts';

leaveNothingBehind();

const MIB = 1024 * 1024;
const RESERVED_OPCODE = 0x3;

test('a peer that broke a rule and goes on sending is told so, and not read for as long as it likes', async () => {
  const sockets: Socket[] = [];
  const server = new WebSocketServer({ closeTimeoutMs: 1_000 });
  server.route('/', { message: () => {} });
  const listener = createServer((socket) => {
    sockets.push(socket);
    server.accept(socket);
  });
  listener.listen({ port: 0, host: '127.0.0.1' });
  await once(listener, 'listening');
  const client = await RawClient.open((listener.address() as AddressInfo).port);

  client.send(frame(RESERVED_OPCODE));
  client.socket.write(Buffer.alloc(16 * MIB));

  expect(await client.closeCode()).toBe(1002);
  const [socket] = sockets;
  if (socket === undefined) throw new Error('no connection');
  if (!socket.closed) await once(socket, 'close');
  expect(socket.bytesRead).toBeLessThan(MIB);
  client.socket.destroy();
  listener.close();
  await server.shutdown({ deadlineMs: 1 });
});
