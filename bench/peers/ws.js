// The package `ws`, without the native `bufferutil` unless asked for; without permessage-deflate unless asked for. It has
// no rooms, so a room is a loop over its members, as in the examples of its own documentation.
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import process from 'node:process';
import { announce, bufferutil, deflate, HOST, port, tls } from './peer.js';

/** The copy that was installed beside `bufferutil`, or else the one of this project. */
function load() {
  if (!bufferutil) {
    // In case the other one was installed where this one looks.
    process.env.WS_NO_BUFFER_UTIL = '1';
    return createRequire(import.meta.url)('ws');
  }
  const require = createRequire(new URL('../.peers/package.json', import.meta.url));
  // It would do without, silently.
  require('bufferutil');
  return require('ws');
}

/** @type {typeof import('ws')} */
const ws = load();
const noTakeover = deflate === 'no-takeover';
const https = tls === undefined ? undefined : createServer(tls).listen(port, HOST);
const server = new ws.WebSocketServer({
  ...(https === undefined ? { host: HOST, port } : { server: https }),
  perMessageDeflate:
    deflate === undefined
      ? false
      : { serverNoContextTakeover: noTakeover, clientNoContextTakeover: noTakeover, threshold: 0 },
});

/** @type {Set<import('ws').WebSocket>} */
const room = new Set();

server.on('connection', (socket, request) => {
  socket.on('error', () => {});
  if (request.url?.startsWith('/room') === true) {
    room.add(socket);
    socket.on('close', () => room.delete(socket));
    socket.on('message', (data, binary) => {
      for (const member of room) member.send(data, { binary });
    });
  } else {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  }
});

server.on('listening', () => {
  const address = server.address();
  announce(typeof address === 'object' && address !== null ? address.port : port);
});
