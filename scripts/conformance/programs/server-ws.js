// The server of ws as an echo. Limits are as high as group 9 needs them.
import process from 'node:process';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.env.PORT),
  perMessageDeflate: { threshold: 0 },
  maxPayload: 64 * 1024 * 1024,
  maxFragments: 0,
});
server.on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
