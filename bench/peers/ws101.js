// This project's server, built, as its users run it. Limits and keepalive are the defaults.
import { prepareMessage, WebSocketServer } from 'ws101';
import { RoomHub } from 'ws101/rooms';
import { announce, deflate, HOST, mode, port, tls } from './peer.js';

/** @typedef {import('ws101').Connection} Connection */

const takeover = deflate === 'takeover';
const server = new WebSocketServer({
  maxConnections: Infinity,
  deflate:
    deflate === undefined
      ? false
      : { serverNoContextTakeover: !takeover, clientNoContextTakeover: !takeover, threshold: 0 },
});

// The next message is taken when this one is on its way: nothing is dropped, and a peer that does not read is not read.
if (mode === 'loop') {
  server.route('/echo', async (connection) => {
    for await (const message of connection) await connection.sendAndDrain(message);
  });
} else {
  server.route('/echo', {
    borrow: mode === 'borrow',
    message: (connection, data) => (connection.send(data) === 'pressured' ? connection.drained() : undefined),
  });
}

/** @type {RoomHub<Connection, Parameters<typeof prepareMessage>[0], import('ws101').PreparedMessage>} */
const hub = new RoomHub({ encode: prepareMessage });
server.route('/room', {
  borrow: mode === 'borrow',
  open(connection) {
    hub.join('room', connection);
  },
  message(_connection, data) {
    hub.get('room')?.publish(data);
  },
  close(connection) {
    hub.leave('room', connection);
  },
});

const address = await server.listen({ host: HOST, port, ...(tls === undefined ? {} : { tls }) });
announce(typeof address === 'string' ? port : address.port);
