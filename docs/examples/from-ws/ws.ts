// What programs do with the package ws; ws101.ts beside it does the same with this one.
// Run: npx tsx docs/examples/from-ws/ws.ts
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws';

// #region server
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 512 * 1024 });
server.on('connection', (socket) => {
  socket.on('error', console.error);
  socket.on('message', (data, isBinary) => {
    socket.send(data, { binary: isBinary });
  });
});
// #endregion
await new Promise((resolve) => server.once('listening', resolve));

// #region attach
const http = createServer((_request, response) => response.end('page'));
const feed = new WebSocketServer({ noServer: true });
http.on('upgrade', (request, socket, head) => {
  if (request.url !== '/feed') return socket.destroy();
  if (request.headers.authorization !== 'Bearer secret') {
    return socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
  }
  return feed.handleUpgrade(request, socket, head, (accepted) => feed.emit('connection', accepted, request));
});
// #endregion

// #region broadcast
feed.on('connection', (socket) => {
  socket.on('error', console.error);
  socket.on('message', (data, isBinary) => {
    for (const client of feed.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(data, { binary: isBinary });
    }
  });
});
// #endregion

// #region heartbeat
const alive = new WeakSet<WebSocket>();
feed.on('connection', (socket) => {
  alive.add(socket);
  socket.on('pong', () => alive.add(socket));
});
const heartbeat = setInterval(() => {
  for (const client of feed.clients) {
    if (!alive.has(client)) client.terminate();
    alive.delete(client);
    client.ping();
  }
}, 20_000);
// #endregion
http.listen(0, '127.0.0.1');
await new Promise((resolve) => http.once('listening', resolve));

const echoUrl = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const feedUrl = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/feed`;

// #region client
const socket = new WebSocket(echoUrl, { headers: { 'X-Tenant': 'blue' } });
await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
socket.send('hello');
const answer = await new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
// #endregion
console.log('echo:', answer);

// #region refused
const stranger = new WebSocket(feedUrl);
stranger.on('unexpected-response', (_request, response) => {
  console.log('refused with', response.statusCode);
  stranger.terminate();
});
// #endregion
await new Promise((resolve) => stranger.on('error', () => {}).once('close', resolve));

const members = [1, 2].map(() => new WebSocket(feedUrl, { headers: { Authorization: 'Bearer secret' } }));
await Promise.all(members.map((member) => new Promise((resolve) => member.once('open', resolve))));
const heard = members.map(
  (member) => new Promise((resolve) => member.once('message', (data) => resolve(String(data)))),
);
members[0]?.send('hi all');
console.log('feed:', (await Promise.all(heard)).join(' and '));

// #region backpressure
async function sendAll(target: WebSocket, chunks: Iterable<Uint8Array>): Promise<void> {
  for (const chunk of chunks) {
    await new Promise<void>((resolve, reject) => target.send(chunk, (error) => (error ? reject(error) : resolve())));
  }
}
// #endregion
let received = 0;
const counted = new Promise<void>((resolve) => {
  socket.on('message', (data: Buffer) => {
    received += data.length;
    if (received === 4 * 65_536) resolve();
  });
});
await sendAll(
  socket,
  Array.from({ length: 4 }, () => new Uint8Array(65_536)),
);
await counted;
console.log('bytes:', received);

// #region stream
const duplex = createWebSocketStream(new WebSocket(echoUrl), { encoding: 'utf8' });
duplex.write('through a stream');
// #endregion
for await (const chunk of duplex) {
  console.log('stream:', chunk);
  break;
}

// #region close
socket.close(4000, 'thanks');
const [code, reason] = await new Promise<[number, string]>((resolve) =>
  socket.once('close', (number, bytes) => resolve([number, String(bytes)])),
);
// #endregion
console.log('closed:', code, reason);

// #region shutdown
clearInterval(heartbeat);
for (const client of [...server.clients, ...feed.clients]) client.close(1001);
await new Promise((resolve) => server.close(resolve));
await new Promise((resolve) => feed.close(resolve));
http.close();
// #endregion
console.log('over');
