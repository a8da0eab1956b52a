import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from '../../../src/node/index.ts';

// An echo that says on standard output where it listens, and each report to onError. Once it listens it takes itself down to
// as many more descriptors as it is told: how many a release of Node has open by then differs.
const server = new WebSocketServer({
  onError: (error) => console.log(`error ${(error as NodeJS.ErrnoException).code}`),
});
server.route('/', { message: (connection, data) => connection.send(data) });
const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
const limit = readdirSync('/proc/self/fd').length + Number(process.argv[2]);
execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${limit}:${limit}`]);
console.log(`port ${port}`);
