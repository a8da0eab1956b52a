import type { AddressInfo } from 'node:net';
import { deadlines } from '../../../src/node/deadlines.ts';
import { type Connection, prepareMessage, WebSocketServer } from '../../../src/node/index.ts';
import type { PreparedMessage } from '../../../src/protocol/index.ts';
import { RoomHub, type RoomMember } from '../../../src/rooms/index.ts';
import { Closes, COSTLY_MS, type LoadServer, type ServerSettings, spin } from './report.ts';

interface Member extends RoomMember<PreparedMessage> {
  readonly connection: Connection<Member>;
}

/** The server of this project. */
export function createServer({ deflate = false, keepalive, anyPings, queueBytes }: ServerSettings): LoadServer {
  const closes = new Closes();
  const openedAt = new WeakMap<object, number>();
  let policyFired = 0;
  const server = new WebSocketServer({
    deflate,
    ...(keepalive === undefined ? {} : { keepalive }),
    ...(anyPings === true ? { pingsPerWindow: Infinity } : {}),
  });
  const noted = {
    open: (connection: object) => void openedAt.set(connection, performance.now()),
    close: (connection: object, { code }: { code: number }) => closes.note(code, openedAt.get(connection) ?? 0),
  };
  server.route('/', { ...noted, message: (connection, data) => connection.send(data) });
  server.route('/costly', { ...noted, message: () => spin(COSTLY_MS) });

  const hub = new RoomHub<Member, Uint8Array, PreparedMessage>({
    encode: prepareMessage,
    undelivered({ connection }, status) {
      if (status === 'dropped') policyFired++;
      connection.terminate();
    },
  });
  server.route<Member>('/room', {
    maxMessageBytes: 64 * 1024,
    ...(queueBytes === undefined ? {} : { highWaterBytes: queueBytes / 4, sendQueueBytes: queueBytes }),
    open(connection) {
      noted.open(connection);
      connection.data = { connection, send: (prepared) => connection.send(prepared) };
      hub.join('room', connection.data);
    },
    close(connection, info) {
      noted.close(connection, info);
      hub.leave('room', connection.data);
    },
  });

  return {
    async listen() {
      return ((await server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })) as AddressInfo).port;
    },
    publish(message) {
      hub.get('room')?.publish(message);
    },
    report() {
      let bufferedBytes = 0;
      for (const connection of server.connections) bufferedBytes += connection.bufferedBytes;
      return {
        connections: server.connections.size,
        closes: closes.counts,
        lastedMs: closes.lastedMs,
        bufferedBytes,
        policyFired,
        deadlines: deadlines.size,
      };
    },
  };
}
