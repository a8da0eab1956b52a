import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { connect, type TlsOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ServerOptions, WebSocketServer } from '../../src/node/index.ts';
import { selfSigned } from './certificate.ts';
import { RawClient, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind } from './running-server.ts';

leaveNothingBehind();

const certificate = selfSigned('DNS:localhost');

/** Runs `visit` against an echo behind TLS and shuts it down. */
async function withTls(
  visit: (port: number, server: WebSocketServer) => Promise<void>,
  options: ServerOptions = {},
  tls: TlsOptions = certificate,
): Promise<void> {
  const server = new WebSocketServer(options).route('/', { message: (connection, data) => connection.send(data) });
  try {
    const { port } = (await server.listen({ port: 0, host: '127.0.0.1', tls })) as AddressInfo;
    await visit(port, server);
  } finally {
    await server.shutdown({ deadlineMs: 1 });
  }
}

async function open(port: number, origin?: string): Promise<WebSocket> {
  const socket = new WebSocket(`wss://localhost:${port}/`, {
    ca: certificate.cert,
    lookup: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    ...(origin === undefined ? {} : { origin }),
  });
  await Promise.race([once(socket, 'open'), once(socket, 'error').then(([error]) => Promise.reject(error))]);
  return socket;
}

describe('RFC 6455 §10.6: a server behind TLS', () => {
  // @rfc 6455-10.6-1
  it.each([undefined, Infinity, 5_000])('echoes, with a handshake limit of %s', async (handshakeTimeoutMs) => {
    await withTls(
      async (port, server) => {
        const socket = await open(port);
        const [connection] = server.connections;
        expect(connection?.request).toMatchObject({ secure: true, remoteAddress: '127.0.0.1' });
        for (const data of ['hello', 'x'.repeat(1024 * 1024)]) {
          const echo = once(socket, 'message');
          socket.send(data);
          expect(String((await echo)[0]) === data).toBe(true);
        }
        socket.close(1000);
        await once(socket, 'close');
      },
      handshakeTimeoutMs === undefined ? {} : { handshakeTimeoutMs },
    );
  });

  it('takes an origin for its own only with https', async () => {
    await withTls(async (port) => {
      await (await open(port, `https://localhost:${port}`)).close();
      await expect(open(port, `http://localhost:${port}`)).rejects.toThrow('403');
    });
  });

  // @rfc 6455-4.2.2-2
  it('ends who speaks no TLS, answers nothing, and serves on', async () => {
    await withTls(async (port, server) => {
      const client = new RawClient(port);
      client.send(upgradeHead('/'));
      expect(String(await client.rest())).not.toContain('HTTP');
      await client.gone();
      await (await open(port)).close();
      expect(server.connections.size).toBe(1);
    });
  });

  it('ends who does not finish the TLS handshake in its time', async () => {
    await withTls(
      async (port) => {
        const client = new RawClient(port);
        await client.rest();
        await client.gone();
      },
      { handshakeTimeoutMs: 50 },
    );
  });

  it('a reset within TLS leaves nothing behind', async () => {
    await withTls(async (port, server) => {
      const transport = connectTcp(port, '127.0.0.1');
      const socket = connect({ socket: transport, ca: certificate.cert, servername: 'localhost' });
      socket.on('error', () => {});
      await once(socket, 'secureConnect');
      socket.write(upgradeHead('/'));
      await once(socket, 'data');
      const [connection] = server.connections;
      transport.resetAndDestroy();
      expect(await connection?.closed).toMatchObject({ code: 1006 });
      expect(server.connections.size).toBe(0);
    });
  });
});
