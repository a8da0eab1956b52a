import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer as WsServer } from 'ws';
import { selfSigned } from './certificate.ts';
import { close, frame, KEY, RawClient, requestHead, text, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, turns, turnsUntil } from './running-server.ts';
import { createEcho, endSharedServers, listenBriefly, share, shareHttp } from './shared-server.ts';

leaveNothingBehind();
endSharedServers();

const HOST = { Host: 'localhost' };
const page = (_: IncomingMessage, response: { end(text: string): unknown }): void => void response.end('page');

function plain(path: string = '/page'): string {
  return requestHead(`GET ${path} HTTP/1.1`, HOST);
}

async function statusOf(port: number, head: string): Promise<number> {
  const client = new RawClient(port);
  client.send(head);
  return (await client.response()).status;
}

/** Echoes one text, and closes with 1000. */
async function converse(client: RawClient): Promise<void> {
  client.send(text('hello'));
  expect(await client.text()).toBe('hello');
  client.send(close(1000));
  expect(await client.closeCode()).toBe(1000);
  await client.gone();
}

describe('a server attached to an http.Server', () => {
  it('opens WebSockets and leaves plain requests to the request handler', async () => {
    const { port } = await shareHttp(page);
    expect((await (await plainClient(port)).answer()).body).toBe('page');
    await converse(await RawClient.open(port));
  });

  it('takes the frames that come together with the head', async () => {
    const { port } = await shareHttp(page);
    const client = await RawClient.open(port, '/', text('early'), frame(9, 'ping'));
    expect(await client.text()).toBe('early');
    expect((await client.frame()).opcode).toBe(10);
  });

  it('opens a WebSocket on a connection that served plain requests before', async () => {
    const { port } = await shareHttp(page);
    const client = new RawClient(port);
    for (let i = 0; i < 3; i++) {
      client.send(plain());
      expect((await client.answer()).body).toBe('page');
    }
    client.send(upgradeHead('/'));
    expect((await client.response()).status).toBe(101);
    await converse(client);
  });

  it('is rid of the time limits that the HTTP server has for its own connections', async () => {
    const { http, port } = await shareHttp(page);
    http.timeout = 60_000;
    http.keepAliveTimeout = 60_000;
    const accepted = once(http, 'connection') as Promise<[Socket]>;
    const client = new RawClient(port);
    client.send(plain(), upgradeHead('/'));
    await client.answer();
    const [socket] = await accepted;
    expect((await client.response()).status).toBe(101);
    expect(socket.timeout).toBe(0);
    await converse(client);
  });

  it('lets a keep-alive agent reuse its connections beside it', async () => {
    const { port } = await shareHttp(page);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const used = new Set<Socket>();
    for (let i = 0; i < 3; i++) {
      const [response] = (await once(get({ port, host: '127.0.0.1', agent }), 'response')) as [IncomingMessage];
      used.add(response.socket);
      await once(response.resume(), 'end');
      await converse(await RawClient.open(port));
    }
    expect(used.size).toBe(1);
    agent.destroy();
  });

  it('lets the response to a request in front of a pipelined upgrade go first, however slow it is', async () => {
    const answers: (() => void)[] = [];
    const { port, server } = await shareHttp((request, response) => {
      answers.push(() => response.end(request.url));
    });
    const client = new RawClient(port);
    client.send(plain('/first'), plain('/second'), upgradeHead('/'), text('early'));
    await turnsUntil(() => answers.length === 2);
    answers[1]?.();
    await turns();
    expect([client.reads, server.connections.size]).toEqual([0, 0]);
    answers[0]?.();
    expect((await client.answer()).body).toBe('/first');
    expect((await client.answer()).body).toBe('/second');
    expect((await client.response()).status).toBe(101);
    expect(await client.text()).toBe('early');
    await converse(client);
  });

  it('lets a response finish that is too long for one write', async () => {
    const part = Buffer.alloc(1024 * 1024, 'x');
    const parts = 16;
    const { port } = await shareHttp(async (_, response) => {
      response.setHeader('Content-Length', parts * part.length);
      for (let i = 0; i < parts; i++) if (!response.write(part)) await once(response, 'drain');
      response.end();
    });
    const socket = connect(port, '127.0.0.1');
    socket.pause();
    socket.write(plain() + upgradeHead('/'));
    await turns();
    let [received, tail] = [0, ''];
    socket.on('data', (chunk) => {
      received += chunk.length;
      tail = tail.slice(-1000) + chunk.subarray(-1000).toString('latin1');
    });
    socket.resume();
    await turnsUntil(() => tail.includes('101 Switching Protocols'));
    expect(received).toBeGreaterThan(parts * part.length);
    socket.destroy();
  });

  it('drops an upgrade whose client leaves while a response in front of it is awaited', async () => {
    let asked = false;
    const { port, server } = await shareHttp((_, response) => {
      asked = true;
      response.write('half');
    });
    const client = new RawClient(port);
    client.send(plain(), upgradeHead('/'));
    await turnsUntil(() => asked);
    await client.response();
    client.reset();
    await turns();
    expect(server.connections.size).toBe(0);
  });

  it('answers no request that is pipelined behind a refused upgrade', async () => {
    const asked: (string | undefined)[] = [];
    const { port } = await shareHttp((request, response) => {
      asked.push(request.url);
      response.end();
    });
    const client = new RawClient(port);
    client.send(upgradeHead('/nowhere'), plain('/smuggled'));
    const { status } = await client.answer();
    await turns();
    expect([status, asked, (await client.rest()).length]).toEqual([404, [], 0]);
  });

  it.each([
    ['an unknown path', upgradeHead('/nowhere'), 404],
    ['a version of old', upgradeHead('/', { 'Sec-WebSocket-Version': '8' }), 426],
    ['a bad key', upgradeHead('/', { 'Sec-WebSocket-Key': 'short' }), 400],
    ['another protocol', upgradeHead('/', { Upgrade: 'h2c' }), 426],
    ['a page of another host', upgradeHead('/', { Origin: 'https://elsewhere.example' }), 403],
    ['a method of its own', upgradeHead('/').replace('GET', 'POST'), 405],
  ])('refuses %s with its status when nobody else could take it', async (_, head, status) => {
    const { port } = await shareHttp(page);
    expect(await statusOf(port, head)).toBe(status);
  });

  it('knows the address of the client, the query and the cookies', async () => {
    const seen: unknown[] = [];
    const { port } = await shareHttp(page, {
      setUp: (server) =>
        server.route('/x', {
          upgrade: ({ remoteAddress, query, cookies, secure }) =>
            void seen.push(remoteAddress, query.get('a'), cookies.get('b'), secure),
        }),
    });
    expect(await statusOf(port, upgradeHead('/x?a=1', { Cookie: 'b=2' }))).toBe(101);
    expect(seen).toEqual(['127.0.0.1', '1', '2', false]);
  });

  it('works before the server listens and without any request handler', async () => {
    const { port } = await shareHttp();
    await converse(await RawClient.open(port));
  });

  it('refuses options that do not exist, and to be attached after shutdown', async () => {
    const { server } = createEcho();
    expect(() => server.attach(createServer(), { pathh: '/' } as object)).toThrow('pathh');
    await server.shutdown();
    expect(() => server.attach(createServer())).toThrow('shut down');
  });
});

describe('with the path option', () => {
  it('takes only requests for that path, whatever routes there are', async () => {
    const { port } = await shareHttp(page, {
      attach: { path: '/ws' },
      setUp: (server) => server.route('/ws', {}).route('/other', {}),
    });
    expect(await statusOf(port, upgradeHead('/ws?x=1'))).toBe(101);
    expect(await statusOf(port, upgradeHead('/other'))).toBe(404);
    expect(await statusOf(port, upgradeHead('/ws/deeper'))).toBe(404);
  });

  it('answers 404 for its path when no route takes it', async () => {
    const { port } = await shareHttp(page, { attach: { path: '/ws' } });
    expect(await statusOf(port, upgradeHead('/ws'))).toBe(404);
  });
});

describe('another upgrade listener on the same server', () => {
  /** Attached before or after `ws` in its noServer mode, which takes `/theirs`. */
  async function withWs(ours: 'first' | 'last'): Promise<number> {
    const http = createServer(page);
    const { server } = createEcho();
    const theirs = new WsServer({ noServer: true });
    if (ours === 'first') server.attach(http);
    http.on('upgrade', (request, socket, head) => {
      if (request.url !== '/theirs') return;
      theirs.handleUpgrade(request, socket, head, (socket) =>
        socket.on('message', (data) => socket.send(`ws ${data}`)),
      );
    });
    if (ours === 'last') server.attach(http);
    return listenBriefly(http);
  }

  it.each(['first', 'last'] as const)('shares it with the package ws, ours attached %s', async (ours) => {
    const port = await withWs(ours);
    const client = await RawClient.open(port);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/theirs`);
    await once(socket, 'open');
    for (let i = 0; i < 3; i++) {
      socket.send('hello');
      expect(String((await once(socket, 'message'))[0])).toBe('ws hello');
      client.send(text('hello'));
      expect(await client.text()).toBe('hello');
    }
    expect((await (await plainClient(port)).answer()).body).toBe('page');
    socket.close();
    await once(socket, 'close');
    await converse(client);
  });

  it('all at once: request handler, foreign listener, keep-alive and pipelining', async () => {
    const port = await withWs('first');
    const client = new RawClient(port);
    client.send(plain());
    await client.answer();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/theirs`);
    client.send(plain(), plain(), upgradeHead('/'), text('behind'));
    await once(socket, 'open');
    expect([(await client.answer()).body, (await client.answer()).body]).toEqual(['page', 'page']);
    expect((await client.response()).status).toBe(101);
    expect(await client.text()).toBe('behind');
    socket.terminate();
    await converse(client);
  });

  it('leaves alone what it does not take itself, even if that listener takes its time', async () => {
    const http = createServer(page);
    const { server } = createEcho();
    server.attach(http);
    http.on('upgrade', (request, socket: Duplex) => {
      if (request.url === '/') return;
      setImmediate(() => setImmediate(() => socket.end('HTTP/1.1 418 Teapot\r\n\r\n')));
    });
    const port = await listenBriefly(http);
    expect(await statusOf(port, upgradeHead('/later'))).toBe(418);
  });

  it('does not answer a second time what that listener has answered, taken or destroyed', async () => {
    const http = createServer(page);
    const { server, errors } = createEcho({}, (one) =>
      one.route('/answered', {}).route('/taken', {}).route('/destroyed', {}),
    );
    http.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      if (request.url === '/answered') socket.end('HTTP/1.1 418 Teapot\r\n\r\n');
      if (request.url === '/destroyed') socket.destroy(new Error('of theirs'));
      if (request.url === '/taken') socket.on('data', (chunk) => socket.end(chunk));
      socket.on('error', () => {});
    });
    server.attach(http);
    const port = await listenBriefly(http);
    expect(await statusOf(port, upgradeHead('/answered'))).toBe(418);
    const destroyed = new RawClient(port);
    destroyed.send(upgradeHead('/destroyed'));
    expect((await destroyed.rest()).length).toBe(0);
    const taken = new RawClient(port);
    taken.send(upgradeHead('/taken'));
    await turns();
    taken.send('echo');
    expect(String(await taken.rest())).toBe('echo');
    expect([server.connections.size, errors]).toEqual([0, []]);
  });

  it('may be another of ours: each takes its paths, one answers 404', async () => {
    const http = createServer(page);
    const said = (what: string) => ({
      open: (connection: { send(data: string): unknown }) => void connection.send(what),
    });
    createEcho({}, (one) => one.route('/a', said('a')).route('/both', said('a'))).server.attach(http);
    createEcho({}, (one) => one.route('/b', said('b')).route('/both', said('b'))).server.attach(http);
    const port = await listenBriefly(http);
    for (const [path, greeting] of [
      ['/a', 'a'],
      ['/b', 'b'],
      ['/both', 'a'],
    ] as const) {
      expect(await (await RawClient.open(port, path)).text()).toBe(greeting);
    }
    expect(await statusOf(port, upgradeHead('/c'))).toBe(404);
  });

  it('asks a route with a function before it takes anything', async () => {
    const http = createServer(page);
    const { server, errors } = createEcho({}, (one) =>
      one.route(({ path }) => {
        if (path === '/throws') throw new Error('no such room');
        return path.startsWith('/room/');
      }, {}),
    );
    server.attach(http);
    http.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      if (request.url === '/theirs') socket.end('HTTP/1.1 418 Teapot\r\n\r\n');
    });
    const port = await listenBriefly(http);
    expect(await statusOf(port, upgradeHead('/room/1'))).toBe(101);
    expect(await statusOf(port, upgradeHead('/theirs'))).toBe(418);
    expect(await statusOf(port, upgradeHead('/throws'))).toBe(500);
    expect(errors).toEqual([new Error('no such room')]);
  });
});

describe('detaching', () => {
  it('gives upgrades back, and open connections live on', async () => {
    const { port, detach } = await shareHttp(page);
    const client = await RawClient.open(port);
    detach();
    expect((await (await plainClient(port, upgradeHead('/'))).answer()).body).toBe('page');
    await converse(client);
  });

  it('leaves no listener behind', async () => {
    const http = createServer(page);
    const { server } = createEcho();
    for (let i = 0; i < 100; i++) server.attach(http)();
    expect([http.listenerCount('upgrade'), http.listenerCount('request')]).toEqual([0, 1]);
  });
});

describe('shutdown of an attached server', () => {
  it('closes with 1001, answers 503 until it is done, and leaves the HTTP server running', async () => {
    const { port, server } = await shareHttp(page);
    const client = await RawClient.open(port);
    const gone = server.shutdown({ deadlineMs: 10_000 });
    expect(await client.closeCode()).toBe(1001);
    const late = new RawClient(port);
    late.send(upgradeHead('/'));
    expect((await late.answer()).status).toBe(503);
    await late.gone();
    client.send(close(1001));
    await client.gone();
    await gone;
    expect((await (await plainClient(port)).answer()).body).toBe('page');
    expect((await (await plainClient(port, upgradeHead('/'))).answer()).body).toBe('page');
  });
});

describe('an error while an upgrade is being decided', () => {
  it('does not end the process: a reset right behind the request', async () => {
    const reasons: unknown[] = [];
    const { port, errors } = await shareHttp(page, {
      setUp: (server) =>
        server.route('/', {
          upgrade: (_, { signal }) =>
            new Promise<never>((_resolve, reject) =>
              signal.addEventListener('abort', () => {
                reasons.push(signal.reason);
                reject(signal.reason);
              }),
            ),
        }),
    });
    for (let i = 0; i < 20; i++) {
      const client = new RawClient(port);
      await client.sent(Buffer.from(upgradeHead('/')));
      if (i % 2 === 0) await turns(i);
      client.reset();
    }
    await turnsUntil(() => reasons.length >= 10);
    await turns();
    expect(errors).toEqual([]);
  });

  it('does not end the process: a socket that another listener destroyed with an error', async () => {
    const http = createServer(page);
    http.on('upgrade', (_, socket: Duplex) => void socket.destroy(new Error('of theirs')));
    const { server } = createEcho();
    server.attach(http);
    http.on('upgrade', (_, socket: Duplex) => void socket.on('error', () => {}));
    const port = await listenBriefly(http);
    const client = new RawClient(port);
    client.send(upgradeHead('/'));
    expect((await client.rest()).length).toBe(0);
    expect(server.connections.size).toBe(0);
  });

  it('does not end the process: a reset while a response in front of the upgrade is awaited', async () => {
    const answers: (() => void)[] = [];
    const { port, server } = await shareHttp((_, response) => void answers.push(() => response.end('x'.repeat(1e6))));
    const client = new RawClient(port);
    client.send(plain(), upgradeHead('/'));
    await turnsUntil(() => answers.length === 1);
    client.reset();
    await turns();
    answers[0]?.();
    await turns();
    expect(server.connections.size).toBe(0);
  });
});

describe('a server attached to an https.Server', () => {
  it('opens wss: and serves the page', async () => {
    const certificate = selfSigned('DNS:localhost');
    const { port, server } = await share(createHttpsServer(certificate, page));
    const socket = new WebSocket(`wss://localhost:${port}/`, {
      ca: certificate.cert,
      origin: `https://localhost:${port}`,
      lookup: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    await once(socket, 'open');
    expect([...server.connections].map(({ request }) => request?.secure)).toEqual([true]);
    const echo = once(socket, 'message');
    socket.send('x'.repeat(1024 * 1024));
    expect(String((await echo)[0])).toHaveLength(1024 * 1024);
    socket.close(1000);
    expect((await once(socket, 'close'))[0]).toBe(1000);
  });
});

async function plainClient(port: number, head: string = plain()): Promise<RawClient> {
  const client = new RawClient(port);
  client.send(head);
  return client;
}

it('the accept value is the one of RFC 6455 §1.3', async () => {
  const { port } = await shareHttp(page);
  const client = new RawClient(port);
  client.send(upgradeHead('/', { 'Sec-WebSocket-Key': KEY }));
  expect((await client.response()).headers.get('sec-websocket-accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});
