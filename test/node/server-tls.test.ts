import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { type ConnectionOptions, connect, createSecureContext, type TLSSocket, type TlsOptions } from 'node:tls';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { WebSocket as OurWebSocket, type ServerOptions, WebSocketServer } from '../../src/node/index.ts';
import { selfSigned } from './certificate.ts';
import { RawClient, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, sockets, stopTheClock, turns, turnsUntil } from './running-server.ts';

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

  it('ends who sends the TLS handshake byte by byte in the same time', async () => {
    await withTls(
      async (port) => {
        const client = new RawClient(port);
        const trickle = setInterval(() => client.socket.write(Uint8Array.of(22)), 5);
        client.send(Uint8Array.of(22, 3, 1, 2, 0));
        await client.rest();
        clearInterval(trickle);
        await client.gone();
      },
      { handshakeTimeoutMs: 100 },
    );
  });

  it('the time for the request runs from the TCP connection on, not from the end of the TLS handshake', async () => {
    stopTheClock();
    await withTls(async (port) => {
      const transport = connectTcp(port, '127.0.0.1');
      await turnsUntil(() => sockets() === 2);
      vi.advanceTimersByTime(6_000);
      const socket = connect({ socket: transport, ca: certificate.cert, servername: 'localhost' });
      await once(socket, 'secureConnect');
      socket.write('GET / HTTP/1.1\r\n');
      const answers: string[] = [];
      socket.on('data', (chunk) => answers.push(String(chunk)));
      await turns();
      vi.advanceTimersByTime(3_800);
      await turns();
      expect(answers).toEqual([]);
      vi.advanceTimersByTime(300);
      await turnsUntil(() => answers.length > 0);
      expect(answers.join('')).toMatch(/^HTTP\/1\.1 408 /);
      socket.destroy();
      await once(socket, 'close');
    });
  });

  it('shutdown ends who has not finished the TLS handshake', async () => {
    let client: RawClient | undefined;
    await withTls(async (port) => {
      client = new RawClient(port);
      await once(client.socket, 'connect');
      await (await open(port)).close();
    });
    expect(await client?.rest()).toHaveLength(0);
    await client?.gone();
  });
});

describe('certificates of a server', () => {
  interface Seen {
    readonly name: string | undefined;
    readonly socket: TLSSocket;
  }

  /** Shakes hands for `servername`, and gives the name in the certificate that was shown. */
  async function shake(port: number, servername: string, options: ConnectionOptions = {}): Promise<Seen> {
    const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, ...options });
    socket.on('error', () => {});
    await once(socket, 'secureConnect');
    return { name: socket.getPeerCertificate().subjectaltname, socket };
  }

  it('are chosen by the name that the client asks for', async () => {
    const contexts = new Map(['a.example', 'b.example'].map((name) => [name, selfSigned(`DNS:${name}`)]));
    const tls: TlsOptions = {
      ...certificate,
      SNICallback: (name, done) => {
        const found = contexts.get(name);
        done(null, found && createSecureContext(found));
      },
    };
    await withTls(
      async (port) => {
        for (const [asked, shown] of [
          ['a.example', 'DNS:a.example'],
          ['b.example', 'DNS:b.example'],
          ['c.example', 'DNS:localhost'],
        ] as const) {
          const { name, socket } = await shake(port, asked);
          expect(name).toBe(shown);
          socket.destroy();
        }
      },
      {},
      tls,
    );
  });

  it('can be replaced while it runs: new handshakes see the new one, open connections live on', async () => {
    const next = selfSigned('DNS:next.example');
    await withTls(async (port, server) => {
      const old = await open(port);
      server.setSecureContext(next);
      const { name, socket } = await shake(port, 'localhost');
      expect(name).toBe('DNS:next.example');
      socket.destroy();
      await expect(open(port)).rejects.toThrow();
      const echo = once(old, 'message');
      old.send('still here');
      expect(String((await echo)[0])).toBe('still here');
      expect(() => server.setSecureContext({ key: 'no key', cert: 'none' })).toThrow();
      const again = await shake(port, 'localhost');
      expect(again.name).toBe('DNS:next.example');
      again.socket.destroy();
      old.close();
      await once(old, 'close');
    });
  });

  it('cannot be replaced where there are none', async () => {
    const server = new WebSocketServer();
    expect(() => server.setSecureContext(certificate)).toThrow('does not listen');
    await server.listen({ port: 0, host: '127.0.0.1' });
    expect(() => server.setSecureContext(certificate)).toThrow('TLS');
    await server.shutdown();
  });

  it('may be asked of clients too, and are still asked of them once its own was replaced', async () => {
    const user = selfSigned('DNS:user.example');
    const users: unknown[] = [];
    const tls: TlsOptions = { ...certificate, ca: user.cert, requestCert: true, rejectUnauthorized: true };
    await withTls(
      async (port, server) => {
        server.route('/who', {
          open: (connection) => void users.push(connection.request?.secure),
        });
        for (const replace of [false, true]) {
          if (replace) server.setSecureContext(selfSigned('DNS:localhost'));
          const { socket } = await shake(port, 'localhost', user);
          socket.write(upgradeHead('/who'));
          expect(String((await once(socket, 'data'))[0])).toContain('101');
          socket.destroy();
          const stranger = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
          stranger.on('error', () => {});
          stranger.write(upgradeHead('/who'));
          let answered = '';
          stranger.on('data', (chunk) => {
            answered += String(chunk);
          });
          await new Promise((resolve) => stranger.once('close', resolve));
          expect(answered).toBe('');
        }
        expect(users).toEqual([true, true]);
      },
      {},
      tls,
    );
  });

  it('are verified by our client unless it is told otherwise', async () => {
    await withTls(async (port) => {
      const refused = new OurWebSocket(`wss://localhost:${port}/`);
      const outcome = await new Promise<string>((resolve) => {
        refused.addEventListener('open', () => resolve('open'));
        refused.addEventListener('close', ({ code }) => resolve(`close ${code}`));
      });
      expect(outcome).toBe('close 1006');
      const socket = new OurWebSocket(`wss://localhost:${port}/`, { tls: { ca: certificate.cert } });
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.send('both ends ours');
      const echo = await new Promise((resolve) => socket.addEventListener('message', ({ data }) => resolve(data)));
      expect(echo).toBe('both ends ours');
      socket.close(1000);
      await new Promise((resolve) => socket.addEventListener('close', resolve));
    });
  });
});
