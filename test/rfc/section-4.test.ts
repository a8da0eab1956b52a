import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeBase64 } from '../../src/handshake/index.ts';
import { WebSocketServer } from '../../src/node/index.ts';
import { parseWebSocketUrl } from '../../src/node/websocket-url.ts';
import { selfSigned } from '../node/certificate.ts';
import { logged } from '../node/client-log.ts';
import { RawClient, upgradeHead } from '../node/raw-client.ts';
import { leaveNothingBehind, turns } from '../node/running-server.ts';
import { endScriptedServers, serveRaw } from '../node/scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

const taps: Server[] = [];
const servers: WebSocketServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.shutdown({ deadlineMs: 1 })));
  await Promise.all(taps.splice(0).map((tap) => new Promise((resolve) => tap.close(resolve))));
});

const portOf = (address: unknown): number => (address as { port: number }).port;

/** An echo behind TLS, and the authority that vouches for it. */
async function startSecure(): Promise<{ port: number; ca: string }> {
  const certificate = selfSigned('DNS:localhost');
  const server = new WebSocketServer();
  servers.push(server);
  server.route('/', { message: (connection, data) => connection.send(data) });
  return { port: portOf(await server.listen({ port: 0, host: '127.0.0.1', tls: certificate })), ca: certificate.cert };
}

/** Passes one connection after the other on to `port` and keeps what both ends put on the wire. */
async function tap(port: number): Promise<{ port: number; wire: () => Buffer }> {
  const bytes: Buffer[] = [];
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (chunk) => {
        bytes.push(chunk);
        to.write(chunk);
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
    };
    pass(near, far);
    pass(far, near);
  });
  taps.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: portOf(server.address()), wire: () => Buffer.concat(bytes) };
}

describe('RFC 6455 §4.1, §4.2.2: a connection over TLS', () => {
  // @rfc 6455-4.1-12 6455-4.1-14 6455-4.2.2-2 6455-10.6-1
  it('has nothing of handshake and messages on the wire in the clear', async () => {
    const { port, ca } = await startSecure();
    const wiretap = await tap(port);
    const client = logged(`wss://localhost:${wiretap.port}/`, { tls: { ca } });
    await client.opened;
    client.socket.send('what nobody else may read');
    expect(await client.messages(1)).toEqual(['what nobody else may read']);
    client.socket.close(1000);
    await client.closed;
    const wire = wiretap.wire().toString('latin1');
    expect(wire.charCodeAt(0)).toBe(22);
    for (const plain of ['GET /', 'HTTP/1.1', 'Sec-WebSocket', 'what nobody']) expect(wire).not.toContain(plain);
  });

  // @rfc 6455-4.2.2-2
  it('is not opened by a request in the clear: the server closes without an answer to it', async () => {
    const { port } = await startSecure();
    const client = new RawClient(port);
    client.send(upgradeHead());
    expect((await client.rest()).toString('latin1')).not.toContain('HTTP/');
    await client.gone();
  });
});

describe('RFC 6455 §4.1: the request of a client', () => {
  // @rfc 6455-4.1-20
  it('names in Host the host of the URL, and its port unless it is the default one', async () => {
    let request = '';
    const url = await serveRaw(async (visitor) => {
      request = await visitor.request();
      visitor.socket.destroy();
    });
    await logged(url).closed;
    expect(request).toContain(`\r\nHost: ${new URL(url).host}\r\n`);
    const hosts = ['ws://Host:80/', 'wss://host:443', 'ws://host:443/', 'wss://[::1]:80/'].map(
      (given) => parseWebSocketUrl(given).host,
    );
    expect(hosts).toEqual(['host', 'host', 'host:443', '[::1]:80']);
  });

  // @rfc 6455-4.1-24 6455-4.1-25
  it('has a key of 16 bytes that no other connection has', async () => {
    const keys: string[] = [];
    const url = await serveRaw(async (visitor) => {
      keys.push(/^sec-websocket-key: (.*)$/im.exec(await visitor.request())?.[1] ?? '');
      visitor.socket.destroy();
    });
    await Promise.all(Array.from({ length: 50 }, () => logged(url).closed));
    expect(new Set(keys).size).toBe(50);
    for (const key of keys) expect(decodeBase64(key)).toHaveLength(16);
    // Of 800 random bytes nearly all values occur; fifty counters would show a few.
    expect(new Set(keys.flatMap((key) => [...(decodeBase64(key) ?? [])])).size).toBeGreaterThan(200);
  });

  // @rfc 6455-4.1-16 6455-4.1-30
  it('goes out once the transport is open, and nothing behind it until the answer has come', async () => {
    let early: number | undefined;
    const url = await serveRaw(async (visitor) => {
      const answer = await visitor.answer();
      await turns();
      early = visitor.bytes.length;
      visitor.socket.write(answer);
      const [frame] = await visitor.frames(1);
      visitor.socket.end(Buffer.from([0x81, frame?.payload.length ?? 0, ...(frame?.payload ?? [])]));
    });
    const client = logged(url);
    client.socket.addEventListener('open', () => client.socket.send('at last'));
    expect(() => client.socket.send('too early')).toThrow('connecting');
    expect(await client.messages(1)).toEqual(['at last']);
    expect(early).toBe(0);
    await client.closed;
  });
});
