import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIMITS, type RouteHandlers, reject, type ServerOptions, WebSocketServer } from '../../src/node/index.ts';
import { RawClient, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, startEcho, startServer } from './running-server.ts';

leaveNothingBehind();

const WRONG_VALUES: readonly (readonly [name: string, value: unknown])[] = [
  ...Object.keys(LIMITS).flatMap((name) => [0, -1, 1.5, Number.NaN, '1', null].map((value) => [name, value] as const)),
  ['keepalive', true],
  ['keepalive', { intervalMs: 0 }],
  ['keepalive', { interval: 1 }],
  ['origin', 'some'],
  ['origin', [1]],
];

describe('options', () => {
  it.each(['maxMessageByte', 'port', 'constructor', '__proto__x'])(
    'an unknown one of a server is refused by name: %s',
    (name) => {
      expect(() => new WebSocketServer({ [name]: 1 } as ServerOptions)).toThrow(new RegExp(`no option "${name}"`));
    },
  );

  it.each(['maxConnections', 'fallback', 'mesage', 'hosts'])(
    'an unknown one of a route is refused by name: %s',
    (name) => {
      expect(() => new WebSocketServer().route('/', { [name]: () => {} })).toThrow(new RegExp(`no option "${name}"`));
    },
  );

  it('an unknown one of listen and keepalive is refused by name', async () => {
    await expect(new WebSocketServer().listen({ prot: 80 } as object)).rejects.toThrow('no option "prot"');
    expect(() => new WebSocketServer({ keepalive: { interval: 1 } as never })).toThrow('no option "interval"');
  });

  it.each(WRONG_VALUES)('%s: %j is refused by name', (name, value) => {
    expect(() => new WebSocketServer({ [name]: value } as ServerOptions)).toThrow(new RegExp(name));
  });

  it.each([
    ['fallback', 'index.html'],
    ['onError', 'console'],
    ['hosts', 'localhost'],
    ['hosts', [1]],
  ] as [string, unknown][])('%s: %j is refused by name', (name, value) => {
    expect(() => new WebSocketServer({ [name]: value } as ServerOptions)).toThrow(new RegExp(name));
  });

  it.each([
    ['message', 'x'],
    ['open', {}],
    ['upgrade', true],
    ['close', 1],
    ['drain', null],
    ['pong', []],
    ['protocols', 'chat'],
    ['protocols', [1]],
    ['protocols', ['a b']],
    ['text', 'buffer'],
    ['borrow', 1],
    ['maxMessageBytes', 0],
    ['keepalive', 5],
    ['origin', {}],
  ] as [string, unknown][])('of a route: %s: %j is refused by name', (name, value) => {
    expect(() => new WebSocketServer().route('/', { [name]: value } as RouteHandlers)).toThrow(new RegExp(name));
  });

  it('take undefined as not given, and Infinity as no limit', () => {
    const unset = Object.fromEntries(Object.keys(LIMITS).map((name) => [name, undefined]));
    new WebSocketServer(unset as ServerOptions);
    const unlimited = Object.fromEntries(Object.keys(LIMITS).map((name) => [name, Infinity]));
    new WebSocketServer({ ...unlimited, keepalive: { intervalMs: Infinity, timeoutMs: Infinity } });
  });

  it('work without any limit', async () => {
    const unlimited = Object.fromEntries(Object.keys(LIMITS).map((name) => [name, Infinity]));
    const { port } = await startEcho(unlimited);
    await RawClient.open(port);
  });

  it('a route and a handler that are none are refused', () => {
    const server = new WebSocketServer();
    for (const match of ['', 'chat', 5, null, /x/]) expect(() => server.route(match as string, {})).toThrow(/match/);
    for (const handler of [null, 5, 'x', undefined])
      expect(() => server.route('/', handler as unknown as object)).toThrow(/handler/);
  });

  it('LIMITS is frozen', () => {
    expect(Object.isFrozen(LIMITS)).toBe(true);
  });

  it('of a route win over those of its server', async () => {
    const { port } = await startServer(
      (server) => server.route('/', { maxMessageBytes: 10, message: () => {} }).route('/big', { message: () => {} }),
      { maxMessageBytes: 20 },
    );
    for (const [path, length, code] of [
      ['/', 11, 1009],
      ['/big', 21, 1009],
    ] as const) {
      const client = await RawClient.open(port, path);
      client.send(Uint8Array.of(0x82, 0x80 | length, 1, 2, 3, 4));
      expect(await client.closeCode()).toBe(code);
    }
  });
});

describe('listen', () => {
  it('resolves with the real port, and says where it listens until it is shut down', async () => {
    const { server, port } = await startEcho();
    expect(port).toBeGreaterThan(0);
    expect((server.address as AddressInfo).port).toBe(port);
    await server.shutdown();
    expect(server.address).toBeUndefined();
  });

  it('rejects with the error of the system, and can be tried again', async () => {
    const { port } = await startEcho();
    const { server } = await startServer((one) => one.route('/', {}));
    await server.shutdown();
    const other = new WebSocketServer();
    await expect(other.listen({ port, host: '127.0.0.1' })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await other.listen({ port: 0, host: '127.0.0.1' });
    await other.shutdown();
  });

  it('takes a unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ws101-'));
    const path = join(folder, 'socket');
    const server = new WebSocketServer().route('/', { message: () => undefined });
    expect(await server.listen({ path })).toBe(path);
    const socket = connect(path);
    socket.write(upgradeHead('/'));
    const [chunk] = await once(socket, 'data');
    expect(String(chunk)).toContain('101 Switching Protocols');
    const [connection] = server.connections;
    expect(connection?.remoteAddress).toBeUndefined();
    socket.destroy();
    await server.shutdown();
    rmSync(folder, { recursive: true });
  });
});

describe('reject', () => {
  it.each([101, 200, 304, 600, 299, Number.NaN])('refuses the status %s', (status) => {
    expect(() => reject(status)).toThrow(RangeError);
  });

  it('refuses a field that cannot stand in a response', () => {
    expect(() => reject(401, 'no', { 'X-A': 'a\r\nb' })).toThrow(TypeError);
    expect(() => reject(401, 'no', { 'X A': 'a' })).toThrow(TypeError);
  });
});
