import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach } from 'vitest';

/** An HTTP proxy that opens tunnels, and what it was asked. */
export interface TestProxy {
  readonly port: number;
  /** The request line and the fields of each CONNECT. */
  readonly asked: { readonly line: string; readonly headers: IncomingMessage['headers'] }[];
  /** Bytes that went through, both ways. */
  readonly carried: () => string;
}

const servers = new Set<Server>();
const sockets = new Set<Duplex>();

/**
 * Starts a proxy. Names that end in `.test` lead to this machine.
 *
 * @param answer what it says to a CONNECT instead of opening a tunnel; nothing opens one
 */
export async function startProxy(
  answer: (request: IncomingMessage) => string | undefined = () => undefined,
): Promise<TestProxy> {
  const asked: TestProxy['asked'] = [];
  let carried = '';
  const server = createServer();
  servers.add(server);
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    sockets.add(client);
    client.on('error', () => {});
    asked.push({ line: `${request.method} ${request.url} HTTP/${request.httpVersion}`, headers: request.headers });
    const refusal = answer(request);
    if (refusal !== undefined) {
      client.end(refusal);
      return;
    }
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream: Socket = connect(Number(port || 80), hostname.endsWith('.test') ? '127.0.0.1' : hostname);
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    upstream.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n');
      upstream.write(head);
      client.on('data', (chunk: Buffer) => {
        carried += chunk.toString('latin1');
      });
      client.pipe(upstream).pipe(client);
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, asked, carried: () => carried };
}

/** Registers that no proxy outlives its test. */
export function endProxies(): void {
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await Promise.all([...servers].map((server) => new Promise((resolve) => server.close(resolve))));
    servers.clear();
  });
}
