// What ws.ts beside it does with the package ws, done with this one.
// Run after `npm run build`: npx tsx docs/examples/from-ws/ws101.ts
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Connection,
  connect,
  prepareMessage,
  reject,
  toDuplex,
  UnexpectedResponseError,
  WebSocketServer,
} from 'ws101';

// #region server
const server = new WebSocketServer({ maxMessageBytes: 512 * 1024 });
server.route('/', {
  message(connection, data) {
    connection.send(data); // text comes as a string and goes as text, bytes as bytes
  },
});
await server.listen({ port: 0, host: '127.0.0.1' });
// #endregion

// #region attach
const http = createServer((_request, response) => response.end('page'));
const feed = new WebSocketServer();
const members = new Set<Connection>();
feed.route('/feed', {
  upgrade: (request) => (request.bearer() === 'secret' ? undefined : reject(401)),
  open: (connection) => void members.add(connection),
  close: (connection) => void members.delete(connection),
  message: (_connection, data) => broadcast(data),
});
feed.attach(http); // paths without a route are left to other listeners
// #endregion

// #region broadcast
function broadcast(data: string | Uint8Array): void {
  const prepared = prepareMessage(data); // encoded once
  for (const member of members) member.send(prepared); // a closed one answers 'closed'
}
// #endregion

// #region heartbeat
// Nothing to write: a peer that is silent for 20 s gets a ping, and has 20 s to answer.
const impatient = new WebSocketServer({ keepalive: { intervalMs: 5_000, timeoutMs: 5_000 } });
// #endregion
http.listen(0, '127.0.0.1');
await new Promise((resolve) => http.once('listening', resolve));

const echoUrl = `ws://127.0.0.1:${(server.address as AddressInfo).port}/`;
const feedUrl = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/feed`;

// #region client
const connection = await connect(echoUrl, { headers: { 'X-Tenant': 'blue' } });
connection.send('hello');
const answer = await connection.receive();
// #endregion
console.log('echo:', answer);

// #region refused
await connect(feedUrl).catch((error: unknown) => {
  if (error instanceof UnexpectedResponseError) console.log('refused with', error.response.status);
});
// #endregion

const headers = { Authorization: 'Bearer secret' };
const clients = [await connect(feedUrl, { headers }), await connect(feedUrl, { headers })];
clients[0]?.send('hi all');
console.log('feed:', (await Promise.all(clients.map((client) => client.receive()))).join(' and '));

// #region backpressure
async function sendAll(target: Connection, chunks: Iterable<Uint8Array>): Promise<void> {
  for (const chunk of chunks) await target.sendAndDrain(chunk); // waits only while the queue is above high water
}
// #endregion
const sending = sendAll(
  connection,
  Array.from({ length: 4 }, () => new Uint8Array(65_536)),
);
let received = 0;
while (received < 4 * 65_536) received += (await connection.receive())?.length ?? 0;
await sending;
console.log('bytes:', received);

// #region stream
const duplex = toDuplex(await connect(echoUrl)).setEncoding('utf8');
duplex.write('through a stream');
// #endregion
for await (const chunk of duplex) {
  console.log('stream:', chunk);
  break;
}

// #region close
connection.close(4000, 'thanks');
const { code, reason } = await connection.closed; // and whether it was clean, and by whom
// #endregion
console.log('closed:', code, reason);

// #region shutdown
await Promise.all([server, feed, impatient].map((one) => one.shutdown({ deadlineMs: 4_000 }))); // 1001 to everybody
http.close();
// #endregion
console.log('over');
