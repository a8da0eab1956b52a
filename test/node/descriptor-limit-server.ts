import type { AddressInfo } from 'node:net';
import { WebSocketServer } from '../../src/node/index.ts';

// An echo that says on standard output where it listens, and each report to onError. It runs under a limit of descriptors.
const server = new WebSocketServer({
  onError: (error) => console.log(`error ${(error as NodeJS.ErrnoException).code}`),
});
server.route('/', { message: (connection, data) => connection.send(data) });
const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
console.log(`port ${port}`);
