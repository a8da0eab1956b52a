// Bun's server as an echo. Limits are as high as group 9 needs them; nothing is dropped for a slow reader.
import process from 'node:process';

const REFUSAL = {
  status: 426,
  headers: { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13' },
};

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.env.PORT),
  fetch: (request, server) => (server.upgrade(request) ? undefined : new Response('', REFUSAL)),
  websocket: {
    perMessageDeflate: true,
    maxPayloadLength: 64 * 1024 * 1024,
    backpressureLimit: 0,
    idleTimeout: 0,
    message: (socket, message) => void socket.send(message, true),
  },
});
