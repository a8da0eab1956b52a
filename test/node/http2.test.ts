import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createSecureServer,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type CloseInfo, type Connection, reject, type ServerOptions } from '../../src/node/index.ts';
import { selfSigned } from './certificate.ts';
import { close, frame, text } from './raw-client.ts';
import { leaveNothingBehind, turns, turnsUntil } from './running-server.ts';
import { createEcho, endSharedServers, listenBriefly, share } from './shared-server.ts';

leaveNothingBehind();
endSharedServers();

const sessions = new Set<ClientHttp2Session>();
afterEach(() => {
  for (const session of sessions) session.destroy();
  sessions.clear();
});

const CONNECT = {
  ':method': 'CONNECT',
  ':protocol': 'websocket',
  ':scheme': 'http',
  ':path': '/',
  ':authority': 'localhost',
  'sec-websocket-version': '13',
};

/** A session on which the server has said that it takes extended CONNECT. */
async function openSession(port: number, settings: { initialWindowSize?: number } = {}): Promise<ClientHttp2Session> {
  const session = connect(`http://127.0.0.1:${port}`, { settings });
  sessions.add(session);
  session.on('error', () => {});
  await once(session, 'remoteSettings');
  expect(session.remoteSettings.enableConnectProtocol).toBe(true);
  return session;
}

/** A stream that asks for a WebSocket, `fields` over those of a valid request; `undefined` leaves one out. */
function ask(session: ClientHttp2Session, fields: OutgoingHttpHeaders = {}): ClientHttp2Stream {
  const headers = Object.entries({ ...CONNECT, ...fields }).filter(([, value]) => value !== undefined);
  const stream = session.request(Object.fromEntries(headers), { endStream: false });
  stream.on('error', () => {});
  return stream;
}

async function response(stream: ClientHttp2Stream): Promise<IncomingHttpHeaders> {
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  return headers;
}

async function open(session: ClientHttp2Session, fields: OutgoingHttpHeaders = {}): Promise<ClientHttp2Stream> {
  const stream = ask(session, fields);
  expect((await response(stream))[':status']).toBe(200);
  return stream;
}

async function statusOf(session: ClientHttp2Session, fields: OutgoingHttpHeaders): Promise<unknown> {
  const stream = ask(session, fields);
  const status = (await response(stream))[':status'];
  stream.resume();
  await once(stream, 'end');
  stream.close();
  return status;
}

interface Started {
  readonly port: number;
  readonly http: Http2Server;
  readonly connections: Connection[];
  readonly closed: CloseInfo[];
  readonly errors: unknown[];
  shutdown(): Promise<void>;
}

async function start(options: ServerOptions = {}, plain = true): Promise<Started> {
  const http = plain ? createServer((_, answer) => void answer.end('page')) : createServer();
  const [connections, closed]: [Connection[], CloseInfo[]] = [[], []];
  const { server, port, errors } = await share(http, {
    ...options,
    setUp: (one) =>
      one
        .route('/', {
          protocols: ['chat'],
          open: (connection) => void connections.push(connection),
          message: (connection, data) => connection.send(data),
          close: (_, info) => void closed.push(info),
        })
        .route('/private', { upgrade: () => reject(401, 'token required', { 'WWW-Authenticate': 'Bearer' }) }),
  });
  return { port, http, connections, closed, errors, shutdown: () => server.shutdown({ deadlineMs: 10_000 }) };
}

describe.each([
  ['with a request handler', true],
  ['without a request handler', false],
])('RFC 8441 §5: a stream of HTTP/2 carries frames, on a server %s', (_, plain) => {
  it('opens with 200 and no key, echoes, and closes both halves', async () => {
    const { port, connections, closed } = await start({}, plain);
    const stream = ask(await openSession(port), { 'sec-websocket-protocol': 'a, chat' });
    const headers = await response(stream);
    expect([headers[':status'], headers['sec-websocket-protocol']]).toEqual([200, 'chat']);
    for (const name of ['sec-websocket-accept', 'upgrade', 'connection']) expect(headers).not.toHaveProperty(name);
    stream.write(text('hello'));
    expect(((await once(stream, 'data')) as [Buffer])[0].toString('latin1')).toBe('\x81\x05hello');
    stream.write(close(1000, 'bye'));
    expect(((await once(stream, 'data')) as [Buffer])[0].toString('latin1')).toBe('\x88\x05\x03\xe8bye');
    await once(stream, 'end');
    stream.end();
    await once(stream, 'close');
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
    await turnsUntil(() => closed.length === 1);
    expect(closed[0]).toEqual({ code: 1000, reason: 'bye', clean: true, by: 'remote' });
    expect(connections[0]?.request).toMatchObject({ method: 'CONNECT', path: '/', secure: false });
  });

  it.each([
    ['an unknown path', { ':path': '/nowhere' }, 404],
    ['a page of another host', { origin: 'http://elsewhere.example' }, 403],
    ['who has no token', { ':path': '/private' }, 401],
    ['a version of old', { 'sec-websocket-version': '8' }, 426],
    ['an authority that is none', { ':authority': 'localhost:99999' }, 400],
    ['a subprotocol offered twice', { 'sec-websocket-protocol': 'a, a' }, 400],
  ])('refuses %s with its status, and the session lives on', async (__, fields, status) => {
    const { port, errors } = await start({}, plain);
    const session = await openSession(port);
    expect(await statusOf(session, fields)).toBe(status);
    const stream = await open(session);
    stream.write(text('still here'));
    expect(String(((await once(stream, 'data')) as [Buffer])[0])).toContain('still here');
    expect(errors).toEqual([]);
  });

  it.each([
    ['without :authority', { ':authority': undefined, host: 'localhost' }],
    ['with a space in it', { ':authority': 'a b' }],
  ])('a request %s is reset by HTTP/2 itself', async (__, fields) => {
    const { port, connections } = await start({}, plain);
    const session = await openSession(port);
    const stream = ask(session, fields);
    const [error] = (await once(stream, 'aborted')) as unknown[];
    expect([error, stream.rstCode]).toEqual([undefined, constants.NGHTTP2_PROTOCOL_ERROR]);
    await open(session);
    expect(connections).toHaveLength(1);
  });

  it('a stream that is reset in the middle of a message is 1006, and the others live on', async () => {
    const { port, closed } = await start({}, plain);
    const session = await openSession(port);
    const [first, second] = [await open(session), await open(session)];
    first.write(text('never whole').subarray(0, 9));
    await turns();
    first.close(constants.NGHTTP2_CANCEL);
    await turnsUntil(() => closed.length === 1);
    expect(closed[0]).toMatchObject({ code: 1006, clean: false });
    second.write(text('hello'));
    expect(String(((await once(second, 'data')) as [Buffer])[0])).toContain('hello');
  });

  it('the end of a stream without a close frame is 1006', async () => {
    const { port, closed } = await start({}, plain);
    const stream = await open(await openSession(port));
    stream.end();
    await turnsUntil(() => closed.length === 1);
    expect(closed[0]).toMatchObject({ code: 1006, clean: false });
    stream.resume();
    await once(stream, 'close');
  });

  it('the end of the session is 1006 for each of its streams', async () => {
    const { port, closed, errors } = await start({}, plain);
    const session = await openSession(port);
    for (let i = 0; i < 3; i++) await open(session);
    session.destroy();
    await turnsUntil(() => closed.length === 3);
    expect(closed.map(({ code }) => code)).toEqual([1006, 1006, 1006]);
    expect(errors).toEqual([]);
  });

  it('shutdown closes each stream with 1001', async () => {
    const { port, closed, shutdown } = await start({}, plain);
    const stream = await open(await openSession(port));
    const gone = shutdown();
    const [data] = (await once(stream, 'data')) as [Buffer];
    expect([data[0], data.readUInt16BE(2)]).toEqual([0x88, 1001]);
    stream.end(close(1001));
    await gone;
    expect(closed).toMatchObject([{ code: 1001, clean: true, by: 'local' }]);
  });

  it('a frame that breaks the rules is answered with its close code', async () => {
    const { port } = await start({}, plain);
    const stream = await open(await openSession(port));
    stream.write(frame(3));
    const [data] = (await once(stream, 'data')) as [Buffer];
    expect([data[0], data.readUInt16BE(2)]).toEqual([0x88, 1002]);
    stream.end();
    stream.resume();
    await once(stream, 'close');
  });
});

describe('a client that stops reading its stream', () => {
  it('is seen in what send says, memory stays bounded, and all that was accepted arrives', async () => {
    const limits = { highWaterBytes: 64 * 1024, sendQueueBytes: 1024 * 1024 };
    const { port, connections } = await start({ ...limits, maxMessageBytes: 64 * 1024 });
    const session = await openSession(port, { initialWindowSize: 65_535 });
    const stream = await open(session);
    stream.pause();
    const [connection] = connections;
    const message = new Uint8Array(16 * 1024);
    const answers = { ok: 0, pressured: 0, dropped: 0, closed: 0 };
    for (let i = 0; i < 256; i++) {
      answers[connection?.send(message) ?? 'closed']++;
      if (i % 16 === 0) await turns(2);
    }
    expect(answers.dropped).toBeGreaterThan(0);
    expect(answers.pressured).toBeGreaterThan(0);
    expect(answers.closed).toBe(0);
    expect(connection?.bufferedBytes).toBeLessThanOrEqual(1024 * 1024 + 2 * message.length);
    const accepted = answers.ok + answers.pressured;
    let received = 0;
    stream.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    stream.resume();
    await turnsUntil(() => received === accepted * (message.length + 4));
    await connection?.drained();
    expect(connection?.bufferedBytes).toBe(0);
    expect(connection?.send('again')).toBe('ok');
  });

  it('is cut off by terminate, with what was queued for it', async () => {
    const { port, connections, closed, http } = await start();
    const stream = await open(await openSession(port));
    stream.pause();
    for (let i = 0; i < 100; i++) connections[0]?.send(new Uint8Array(64 * 1024));
    connections[0]?.terminate();
    await turnsUntil(() => closed.length === 1);
    expect(closed[0]).toMatchObject({ code: 1006 });
    await once(stream.resume(), 'close');
    expect(http.listening).toBe(true);
  });
});

describe('the rest of the server', () => {
  it('serves plain requests on the same session', async () => {
    const { port } = await start();
    const session = await openSession(port);
    await open(session);
    const stream = session.request({ ':path': '/' });
    expect(String((await once(stream, 'data'))[0])).toBe('page');
  });

  it.each([
    ['a plain CONNECT with 405', { ':method': 'CONNECT', ':authority': 'example.com:80' }, 405],
    ['an extended CONNECT to another protocol with 501', { ...CONNECT, ':protocol': 'connect-udp' }, 501],
  ])('refuses %s, which Node leaves to listeners of connect', async (_, headers, status) => {
    const { port } = await start();
    const stream = (await openSession(port)).request(headers, { endStream: false });
    expect((await response(stream))[':status']).toBe(status);
    stream.close();
  });

  it('leaves a CONNECT to whoever else listens to it, and an unknown path too', async () => {
    const http = createServer(() => {});
    const { server } = createEcho();
    server.attach(http);
    http.on('connect', ({ stream, headers }: Http2ServerRequest) => {
      if (headers[':path'] !== '/') stream.respond({ ':status': 418 });
    });
    const session = await openSession(await listenBriefly(http));
    const theirs = session.request({ ':method': 'CONNECT', ':authority': 'example.com:80' }, { endStream: false });
    expect((await response(theirs))[':status']).toBe(418);
    expect((await response(ask(session, { ':path': '/theirs' })))[':status']).toBe(418);
    await open(session);
  });

  it('may be shared by two of ours', async () => {
    const http = createServer(() => {});
    for (const path of ['/a', '/b']) {
      createEcho({}, (one) => one.route(path, { open: (connection) => void connection.send(path) })).server.attach(
        http,
      );
    }
    const session = await openSession(await listenBriefly(http));
    for (const path of ['/a', '/b']) {
      const stream = await open(session, { ':path': path });
      expect(String((await once(stream, 'data'))[0])).toContain(path);
    }
    expect(await statusOf(session, { ':path': '/c' })).toBe(404);
  });

  it('opens upgrades of HTTP/1.1 on the same port with allowHTTP1', async () => {
    const certificate = selfSigned('DNS:localhost');
    const http = createSecureServer({ ...certificate, allowHTTP1: true }, (_, answer) => void answer.end('page'));
    const { port, server } = await share(http);
    const socket = new WebSocket(`wss://localhost:${port}/`, {
      ca: certificate.cert,
      lookup: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    await once(socket, 'open');
    expect([...server.connections].map(({ request }) => request?.method)).toEqual(['GET']);
    socket.send('hello');
    expect(String((await once(socket, 'message'))[0])).toBe('hello');
    socket.close(1000);
    expect((await once(socket, 'close'))[0]).toBe(1000);
  });
});
