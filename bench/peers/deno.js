// Deno's own server. It has no rooms, so a room is a loop over its members. Idle connections are kept.
import { announce, deflate, HOST, port, tls } from './peer.js';

if (deflate !== undefined) throw new Error('Deno does not do permessage-deflate');

/** @type {Set<WebSocket>} */
const room = new Set();

const listening = Deno.serve({ hostname: HOST, port, onListen() {}, ...tls }, (request) => {
  if (request.headers.get('upgrade') !== 'websocket') return new Response('Upgrade Required', { status: 426 });
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  socket.binaryType = 'arraybuffer';
  if (new URL(request.url).pathname === '/room') {
    socket.onopen = () => room.add(socket);
    socket.onclose = () => room.delete(socket);
    socket.onmessage = ({ data }) => {
      for (const member of room) if (member.readyState === WebSocket.OPEN) member.send(data);
    };
  } else {
    socket.onmessage = ({ data }) => socket.send(data);
  }
  return response;
});

announce(listening.addr.port);
