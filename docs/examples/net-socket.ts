// A server and a client over node:net: the opening handshake at both ends, then a NetConnection.
// Run: npx tsx docs/examples/net-socket.ts
import { randomBytes } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import {
  checkUpgradeResponse,
  createKey,
  decideUpgrade,
  encodeAcceptResponse,
  encodeErrorResponse,
  encodeUpgradeRequest,
  HandshakeError,
  RequestHeadReader,
  ResponseHeadReader,
  serviceError,
} from 'ws101/handshake';
import { KEEPALIVE, MemoryBudget, resolveLimits } from 'ws101/protocol';
import { NetConnection, type NetEvents } from './net-connection.ts';

// #region limits
const limits = resolveLimits({ maxMessageBytes: 64 * 1024 });
// What all connections together may hold of messages that have not ended.
const partialMessages = new MemoryBudget(16 * 1024 * 1024);
// #endregion

// #region server-handshake
function accept(socket: Socket, events: NetEvents): void {
  const reader = new RequestHeadReader();
  const tooLate = setTimeout(() => socket.destroy(), 10_000);
  const onData = (chunk: Uint8Array): void => {
    try {
      const taken = reader.push(chunk);
      if (reader.head === undefined) return; // the rest of the head is still to come
      const decision = decideUpgrade(reader.head, { origin: 'same', secure: false });
      if (decision.kind === 'reject') throw decision.error;
      if (decision.kind === 'fallback') throw serviceError('not-found');
      clearTimeout(tooLate);
      socket.off('data', onData);
      socket.write(encodeAcceptResponse({ accept: decision.request.accept }));
      const options = { role: 'server', limits, partialMessages, keepalive: KEEPALIVE } as const;
      new NetConnection(socket, chunk.subarray(taken), options, events);
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      clearTimeout(tooLate);
      socket.off('data', onData);
      socket.end(encodeErrorResponse(error));
    }
  };
  socket.on('data', onData);
  socket.on('error', () => {});
}
// #endregion

// #region client-handshake
function open(port: number, events: NetEvents): Promise<NetConnection> {
  const host = `127.0.0.1:${port}`;
  const key = createKey(randomBytes(16));
  const socket = connect(port, '127.0.0.1', () => socket.write(encodeUpgradeRequest({ host, target: '/', key })));
  const reader = new ResponseHeadReader();
  return new Promise((resolve, reject) => {
    const onData = (chunk: Uint8Array): void => {
      try {
        const taken = reader.push(chunk);
        if (reader.head === undefined) return;
        checkUpgradeResponse(reader.head, { key, protocols: [], extensions: [] });
        socket.off('data', onData);
        resolve(new NetConnection(socket, chunk.subarray(taken), { role: 'client', limits }, events));
      } catch (error) {
        socket.destroy();
        reject(error);
      }
    };
    socket.on('data', onData);
    socket.on('error', reject);
  });
}
// #endregion

const server = createServer((socket) =>
  accept(socket, {
    async message(connection, data) {
      await new Promise(setImmediate); // as if a database were asked; the next message waits for it
      connection.send(data);
    },
    ended: ({ code, by }) => console.log(`server: closed with ${code} by the ${by} end`),
  }),
);

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address() as AddressInfo;
  let replies = 0;
  const client = await open(port, {
    message(connection, data) {
      console.log('client: received', typeof data === 'string' ? data : `${data.length} bytes`);
      if (++replies === 3) connection.close(1000, 'done');
    },
    ended({ code, reason, clean }) {
      console.log(`client: closed with ${code} "${reason}", ${clean ? 'cleanly' : 'broken off'}`);
      server.close();
    },
  });
  client.send('one');
  client.send('два');
  client.send(new Uint8Array(3000));
});
