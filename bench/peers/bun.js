// Bun's own server. Its limit on what waits for a slow connection is off, since it drops messages beyond it; a room is its
// native publish, which the sender gets as well when the server publishes. Idle connections are kept.
import { announce, deflate, HOST, port, tls } from './peer.js';

const compressor = deflate === 'takeover' ? 'dedicated' : 'shared';

const server = Bun.serve({
  hostname: HOST,
  port,
  ...(tls === undefined ? {} : { tls }),
  fetch(request, server) {
    const inRoom = new URL(request.url).pathname === '/room';
    if (server.upgrade(request, { data: { inRoom } })) return undefined;
    return new Response('Upgrade Required', { status: 426 });
  },
  websocket: {
    perMessageDeflate: deflate === undefined ? false : { compress: compressor, decompress: compressor },
    backpressureLimit: 0,
    idleTimeout: 0,
    maxPayloadLength: 16 * 1024 * 1024,
    open(socket) {
      if (socket.data.inRoom) socket.subscribe('room');
    },
    message(socket, message) {
      if (socket.data.inRoom) server.publish('room', message);
      else socket.send(message, deflate !== undefined);
    },
  },
});

announce(server.port);
