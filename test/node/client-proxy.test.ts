import { type AddressInfo, connect as connectTcp } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import {
  connect,
  ProxyResponseError,
  WebSocket,
  type WebSocketOptions,
  WebSocketServer,
} from '../../src/node/index.ts';
import { memoryPair } from '../../src/testing/index.ts';
import { selfSigned } from './certificate.ts';
import { logged } from './client-log.ts';
import { endProxies, startProxy } from './proxy.ts';
import { leaveNothingBehind, sockets, startEcho, stopTheClock, turnsUntil } from './running-server.ts';
import { endScriptedServers, serveRaw } from './scripted-server.ts';

leaveNothingBehind();
endProxies();
endScriptedServers();

async function echoThrough(url: string, options: WebSocketOptions): Promise<unknown> {
  const connection = await connect(url, options);
  connection.send('there and back');
  const answer = await connection.receive();
  connection.close(1000);
  await connection.closed;
  return answer;
}

describe('a client behind an HTTP proxy', () => {
  // @rfc 6455-4.1-8 6455-4.1-16
  it('asks it for a tunnel to host and port, and opens ws: through it', async () => {
    const { port } = await startEcho();
    const proxy = await startProxy();
    const url = `ws://127.0.0.1:${port}/`;
    expect(await echoThrough(url, { proxy: `http://127.0.0.1:${proxy.port}` })).toBe('there and back');
    expect(proxy.asked).toEqual([
      { line: `CONNECT 127.0.0.1:${port} HTTP/1.1`, headers: { host: `127.0.0.1:${port}` } },
    ]);
  });

  it('leaves the name lookup to the proxy', async () => {
    const { port } = await startEcho();
    const proxy = await startProxy();
    const url = `ws://inside.test:${port}/`;
    expect(await echoThrough(url, { proxy: `http://127.0.0.1:${proxy.port}/` })).toBe('there and back');
    expect(proxy.asked[0]?.headers.host).toBe(`inside.test:${port}`);
  });

  // @rfc 6455-4.1-14
  it('lays TLS over the tunnel for wss:, verified against the name of the server', async () => {
    const { key, cert } = selfSigned('DNS:inside.test');
    const server = new WebSocketServer();
    server.route('/', { message: (connection, data) => connection.send(data) });
    const { port } = (await server.listen({ port: 0, host: '127.0.0.1', tls: { key, cert } })) as AddressInfo;
    const proxy = await startProxy();
    const options = { proxy: `http://127.0.0.1:${proxy.port}`, tls: { ca: cert } };
    expect(await echoThrough(`wss://inside.test:${port}/`, options)).toBe('there and back');
    expect(proxy.carried()).not.toContain('Sec-WebSocket-Key');
    await expect(connect(`wss://outside.test:${port}/`, options)).rejects.toThrow('outside.test');
    await expect(connect(`wss://inside.test:${port}/`, { proxy: options.proxy })).rejects.toThrow('self-signed');
    await server.shutdown({ deadlineMs: 1 });
    await turnsUntil(() => sockets() === 0);
  });

  it('gives user name and password to the proxy, decoded, and to nobody else', async () => {
    const { port } = await startEcho();
    const proxy = await startProxy();
    const options = {
      proxy: `http://ann:p%40ss@127.0.0.1:${proxy.port}`,
      headers: { Authorization: 'Bearer for-the-server', Cookie: 'a=b' },
    };
    await echoThrough(`ws://127.0.0.1:${port}/`, options);
    const { 'proxy-authorization': given, ...others } = proxy.asked[0]?.headers ?? {};
    expect(Buffer.from(String(given).replace('Basic ', ''), 'base64').toString()).toBe('ann:p@ss');
    expect(others).toEqual({ host: `127.0.0.1:${port}` });
    expect(proxy.carried()).toContain('Bearer for-the-server');
    expect(proxy.carried().toLowerCase()).not.toContain('proxy-');
  });

  // @rfc 6455-4.1-11
  it.each([
    [407, 'user name and password'],
    [403, 'status 403'],
    [302, 'status 302'],
    [502, 'status 502'],
    [101, 'status 101'],
  ])('says with which status the proxy refused: %i', async (status, message) => {
    const proxy = await startProxy(
      () => `HTTP/1.1 ${status} No\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 2\r\n\r\nno`,
    );
    const client = logged('ws://inside.test/', { proxy: `http://127.0.0.1:${proxy.port}`, followRedirects: 5 });
    await client.closed;
    const error = client.error() as ProxyResponseError;
    expect(error).toBeInstanceOf(ProxyResponseError);
    expect(error.response.status).toBe(status);
    expect(error.message).toContain(message);
    expect(client.log.at(-1)).toEqual(['close', 1006, '', false]);
  });

  it.each([
    ['what is no HTTP', 'SSH-2.0-hello\r\n\r\n'],
    ['an end', ''],
    ['bytes of its own behind the answer', 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['announcements without end', 'HTTP/1.1 102 Wait\r\n\r\n'.repeat(17)],
  ])('fails when the proxy answers with %s', async (_what, answer) => {
    const proxy = await startProxy(() => answer);
    await expect(connect('ws://inside.test/', { proxy: `http://127.0.0.1:${proxy.port}` })).rejects.toThrow();
    await turnsUntil(() => sockets() === 0);
  });

  it('fails when the tunnel breaks in the middle of the TLS handshake', async () => {
    const proxy = await serveRaw(async (visitor) => {
      await visitor.request();
      visitor.socket.write('HTTP/1.1 200 OK\r\n\r\n');
      visitor.socket.once('data', () => visitor.socket.resetAndDestroy());
    });
    await expect(connect('wss://inside.test/', { proxy: proxy.replace('ws:', 'http:') })).rejects.toThrow();
    await turnsUntil(() => sockets() === 0);
  });

  it('fails when there is no proxy', async () => {
    const client = logged('ws://inside.test/', { proxy: 'http://127.0.0.1:1' });
    await client.closed;
    expect(client.error()?.message).toContain('ECONNREFUSED');
  });

  it('has one deadline for proxy and handshake together', async () => {
    let asked = 0;
    const silent = await serveRaw(async (visitor) => {
      await visitor.request();
      asked++;
      visitor.socket.write('HTTP/1.1 200 OK\r\n\r\n');
      await visitor.request();
      asked++;
    });
    stopTheClock();
    const attempt = connect('ws://inside.test/', { proxy: silent.replace('ws:', 'http:'), handshakeTimeoutMs: 4_000 });
    const outcome = attempt.catch((error: Error) => error.message);
    await turnsUntil(() => asked === 2);
    vi.advanceTimersByTime(3_900);
    vi.advanceTimersByTime(300);
    expect(await outcome).toContain('did not finish the opening handshake in time');
  });

  it('gives up while the proxy is silent when its signal is aborted', async () => {
    let told = (): void => {};
    const reached = new Promise<void>((resolve) => {
      told = resolve;
    });
    const silent = await serveRaw(async (visitor) => {
      await visitor.request();
      told();
    });
    const abort = new AbortController();
    const attempt = connect('ws://inside.test/', { proxy: silent.replace('ws:', 'http:'), signal: abort.signal });
    await reached;
    abort.abort(new Error('enough'));
    await expect(attempt).rejects.toThrow('enough');
  });

  it.each(['https://proxy:1', 'socks5://proxy:1', 'proxy:8080', 'http://proxy/path', 'http://proxy?x', 'http://', 7])(
    'refuses %s with a TypeError that does not repeat it',
    (proxy) => {
      const options = { proxy } as WebSocketOptions;
      expect(() => new WebSocket('ws://127.0.0.1:1', options)).toThrow(TypeError);
      expect(() => new WebSocket('ws://127.0.0.1:1', options)).not.toThrow('proxy:1');
    },
  );
});

describe('createConnection', () => {
  it('gives the way to the server, TLS laid over it for wss:', async () => {
    const { key, cert } = selfSigned('DNS:inside.test');
    const server = new WebSocketServer();
    server.route('/', { message: (connection, data) => connection.send(data) });
    const { port } = (await server.listen({ port: 0, host: '127.0.0.1', tls: { key, cert } })) as AddressInfo;
    const asked: string[] = [];
    const createConnection = (url: URL): ReturnType<typeof connectTcp> => {
      asked.push(url.href);
      return connectTcp(port, '127.0.0.1');
    };
    expect(await echoThrough('wss://inside.test/', { createConnection, tls: { ca: cert } })).toBe('there and back');
    expect(asked).toEqual(['wss://inside.test/']);
    await server.shutdown({ deadlineMs: 1 });
  });

  it('fails with the error of the transport, under TLS as well', async () => {
    for (const url of ['ws://inside.test/', 'wss://inside.test/']) {
      const attempt = connect(url, { createConnection: () => connectTcp(1, '127.0.0.1') });
      await expect(attempt).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
  });

  it('is given up with a transport that was made, whatever becomes of it', async () => {
    const [ours, theirs] = memoryPair();
    const attempt = connect('wss://inside.test/', { createConnection: () => ours });
    theirs.once('data', () => theirs.destroy(new Error('in the middle of the TLS handshake')));
    theirs.on('error', () => {});
    await expect(attempt).rejects.toThrow();
    await turnsUntil(() => ours.destroyed);
  });

  it('is refused when it is no function, or stands beside a proxy', () => {
    const give = (options: object) => () => new WebSocket('ws://127.0.0.1:1', options as WebSocketOptions);
    expect(give({ createConnection: {} })).toThrow(TypeError);
    expect(give({ createConnection: () => connectTcp(1), proxy: 'http://127.0.0.1:1' })).toThrow('leave one out');
  });
});
