import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeFrame } from '../../src/codec/index.ts';
import { selfSigned } from './certificate.ts';
import { logged, unexplained } from './client-log.ts';
import { leaveNothingBehind, stopTheClock, turns } from './running-server.ts';
import { endScriptedServers, serveRaw, Visitor } from './scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

const REFUSED = [['error'], ['close', 1006, '', false]];
const certificate = selfSigned('DNS:localhost', 'IP:127.0.0.1');
const trusted = { tls: { ca: certificate.cert } };
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** A TLS server that echoes one message to each client and then closes; gives its port. */
async function listen(options: TlsOptions = certificate, seen: TLSSocket[] = []): Promise<number> {
  const server = createServer(options, async (socket) => {
    seen.push(socket);
    const visitor = new Visitor(socket);
    await visitor.accept();
    const [frame] = await visitor.frames(1);
    if (frame === undefined) return;
    socket.end(Buffer.concat([encodeFrame(frame.firstByte & 0xf, frame.payload), Uint8Array.of(0x88, 2, 0x03, 0xe8)]));
  });
  server.on('tlsClientError', () => {});
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('wss: (RFC 6455 §4.1, §10.6)', () => {
  // @rfc 6455-4.1-12 6455-4.1-15 6455-10.6-1
  it.each(['wss://localhost', 'wss://127.0.0.1', 'https://localhost'])(
    '%s works with a trusted certificate',
    async (host) => {
      const seen: TLSSocket[] = [];
      const port = await listen({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] }, seen);
      const { socket, opened, closed } = logged(`${host}:${port}/`, trusted);
      await opened;
      const long = 'x'.repeat(300_000);
      socket.send(long);
      expect(await closed).toEqual([['open'], ['message', long], ['close', 1000, '', true]]);
      expect(seen[0]?.alpnProtocol).toBe('http/1.1');
      expect((seen[0] as { servername?: string | false } | undefined)?.servername).toBe(
        host.endsWith('localhost') ? 'localhost' : false,
      );
    },
  );

  // @rfc 6455-4.1-13
  it('fails by default with a certificate that nobody vouches for', async () => {
    const { closed, error } = logged(`wss://localhost:${await listen()}/`);
    expect(unexplained(await closed)).toEqual(REFUSED);
    expect((error() as NodeJS.ErrnoException).code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  // @rfc 6455-4.1-13
  it.each([
    ['a name', 'DNS:example.com', 'wss://localhost'],
    ['a name that only begins right', 'DNS:localhost.example.com', 'wss://localhost'],
    ['an address', 'IP:127.0.0.2', 'wss://127.0.0.1'],
    ['a name where an address is needed', 'DNS:localhost', 'wss://127.0.0.1'],
  ])('fails when the certificate is for another host: %s', async (_what, name, host) => {
    const other = selfSigned(name);
    const { closed, error } = logged(`${host}:${await listen(other)}/`, { tls: { ca: other.cert } });
    expect(unexplained(await closed)).toEqual(REFUSED);
    expect((error() as NodeJS.ErrnoException).code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('connects where the URL says, whatever the options for TLS say', async () => {
    const port = await listen();
    const elsewhere = { tls: { ca: certificate.cert, host: '127.0.0.9', port: 1 } };
    const { socket, opened, closed } = logged(`wss://localhost:${port}/`, elsewhere);
    await opened;
    socket.send('x');
    await closed;
  });

  it('may be told not to verify, or to expect another name', async () => {
    const other = selfSigned('DNS:example.com');
    const port = await listen(other);
    for (const tls of [{ rejectUnauthorized: false }, { ca: other.cert, servername: 'example.com' }]) {
      const { socket, opened, closed } = logged(`wss://127.0.0.1:${port}/`, { tls });
      await opened;
      socket.send('x');
      await closed;
    }
  });

  // @rfc 6455-4.1-13 6455-4.1-14
  it('fails with a server that does not speak TLS, and with one that says nothing within ten seconds', async () => {
    const plain = await serveRaw(({ socket }) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(unexplained(await logged(plain.replace('ws:', 'wss:'), trusted).closed)).toEqual(REFUSED);
    stopTheClock();
    const silent = logged((await serveRaw(() => {})).replace('ws:', 'wss:'), trusted);
    await turns();
    vi.advanceTimersByTime(10_200);
    expect(unexplained(await silent.closed)).toEqual(REFUSED);
    expect(silent.error()?.message).toContain('in time');
  });
});
