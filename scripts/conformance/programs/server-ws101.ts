// Our server as an echo. Limits are as high as group 9 needs them: 16 MiB in a message, 262,144 fragments of it.
import process from 'node:process';
import { WebSocketServer } from '../../../src/index.ts';

const server = new WebSocketServer({
  deflate: { threshold: 0 },
  keepalive: false,
  maxMessageBytes: 64 * 1024 * 1024,
  maxFragments: 1_000_000,
});
server.route(() => true, {
  message: (connection, data) => (connection.send(data) === 'pressured' ? connection.drained() : undefined),
});
await server.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
