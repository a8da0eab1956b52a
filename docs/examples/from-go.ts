// What programs for Go's WebSocket servers do, done here. Run after `npm run build`: npx tsx docs/examples/from-go.ts
import type { AddressInfo } from 'node:net';
import { type Connection, connect, prepareMessage, WebSocketServer } from 'ws101';

// #region upgrader
const server = new WebSocketServer({
  origin: ['https://chat.example'], // CheckOrigin; without it, pages of the same host
  maxMessageBytes: 512, // SetReadLimit
  keepalive: { intervalMs: 54_000, timeoutMs: 6_000 }, // the ticker for pings, SetReadDeadline and SetPongHandler
});
// #endregion

// #region read-write
server.route('/echo', async (connection) => {
  for await (const message of connection) {
    // ReadMessage: a string is a TextMessage, a Uint8Array is a BinaryMessage
    await connection.sendAndDrain(message); // WriteMessage
  }
}); // `defer conn.Close()` is not needed: leaving the loop closes with 1000
// #endregion

// #region reader-writer
server.route('/relay', {
  maxMessageBytes: 1024 * 1024, // a route may differ from its server
  part(connection, bytes, { kind, last }) {
    // NextReader: a piece of a message as it arrives. NextWriter: the same piece goes out as a fragment
    connection.sendPart(kind === 'text' ? decode(bytes, last) : bytes, { last });
  },
});
// #endregion

// #region deadline
server.route('/login', async (connection) => {
  try {
    const token = await connection.receive({ timeoutMs: 200 }); // SetReadDeadline, for this one message
    if (token !== 'secret')
      connection.close(4001, 'who are you?'); // FormatCloseMessage and WriteControl
    else connection.send('welcome');
  } catch {
    connection.close(4002, 'too slow'); // the connection is as good as before: a deadline spoils nothing
  }
  const { code, reason, clean, by } = await connection.closed; // CloseError
  console.log(`login: ${code} "${reason}", ${clean ? 'clean' : 'unclean'}, by ${by}`);
});
// #endregion

// #region ping
server.route('/ping', {
  open: (connection) => void connection.ping(), // WriteControl(PingMessage, …)
  pong: (connection) => void connection.send(`answered, ${connection.rttMs === undefined ? 'not ' : ''}measured`), // SetPongHandler
});
// #endregion

// #region hub
const members = new Set<Connection>(); // the hub's map

server.route('/room', {
  open: (connection) => void members.add(connection), // register
  close: (connection) => void members.delete(connection), // unregister
  message(_connection, data) {
    const prepared = prepareMessage(data); // PreparedMessage: encoded once for all
    for (const member of members) {
      // broadcast. `select` with `default: close(client.send)`: who cannot keep up is let go
      if (member.send(prepared) === 'dropped') member.close(1013, 'too slow');
    }
  },
});
// #endregion

const decoder = new TextDecoder();

/** A piece of a text may end within a character. */
function decode(bytes: Uint8Array, last: boolean): string {
  return decoder.decode(bytes, { stream: !last });
}

const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
const url = (path: string): string => `ws://127.0.0.1:${port}${path}`;

const echo = await connect(url('/echo'));
echo.send('hello');
console.log('echo:', await echo.receive());
echo.send('x'.repeat(513));
console.log('echo:', (await echo.closed).code);

const relay = await connect(url('/relay'));
relay.sendPart('zwölf ', { last: false });
relay.sendPart('Boxkämpfer', { last: true });
console.log('relay:', await relay.receive());
relay.close();

const silent = await connect(url('/login'));
console.log('login:', (await silent.closed).reason);

const pinged = await connect(url('/ping'));
console.log('ping:', await pinged.receive());
pinged.close();

const [ann, bob] = [await connect(url('/room')), await connect(url('/room'))];
ann.send('hi all');
console.log('room:', await ann.receive(), 'and', await bob.receive());
ann.close();
bob.close();

const stranger = await connect(url('/echo'), { headers: { Origin: 'https://elsewhere.example' } }).catch(
  (error: Error) => error.message,
);
console.log('stranger:', typeof stranger === 'string' ? stranger : 'let in');

// #region shutdown
await server.shutdown({ deadlineMs: 1_000 }); // http.Server.Shutdown does not know hijacked connections; this closes them with 1001
// #endregion
