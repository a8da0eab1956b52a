// Node's own HTTP server, which knows no WebSockets and refuses every request alike: what others add is measured beside it.
import { createServer } from 'node:http';
import { announce, HOST, port } from './peer.js';

const TEXT = 'This server speaks WebSocket alone.';

const server = createServer((_request, response) => {
  response.writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade', 'Content-Type': 'text/plain' }).end(TEXT);
});
server.listen(port, HOST, () => {
  const address = server.address();
  announce(typeof address === 'object' && address !== null ? address.port : port);
});
