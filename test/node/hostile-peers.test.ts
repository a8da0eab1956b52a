import { afterEach, describe, expect, it, vi } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { type UpgradeRequest, WebSocket, WebSocketServer } from '../../src/node/index.ts';
import { hex } from '../support/wire.ts';
import { frame, RawClient, text, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, startEcho, startServer, turns, turnsUntil } from './running-server.ts';
import { endScriptedServers, serveRaw } from './scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

const NAMES = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype', 'valueOf'];

describe('calls with what is no message', () => {
  const WRONG = [200, 10n, new Float32Array(20), new DataView(new ArrayBuffer(20)), new SharedArrayBuffer(20), {}];

  it.each(WRONG)('of ping with %s is a TypeError and sends nothing', async (payload) => {
    const { port, server } = await startEcho();
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    expect(() => connection?.ping(payload as Uint8Array)).toThrow(TypeError);
    expect(connection?.bufferedBytes).toBe(0);
    connection?.send('next');
    expect(await client.text()).toBe('next');
  });

  it.each([...WRONG, Buffer.alloc(20)])('of close with the reason %s sends no byte of other memory', async (reason) => {
    const { port, server } = await startEcho();
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    try {
      connection?.close(1000, reason as unknown as string);
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      connection?.close(1000, 'plain');
    }
    const { opcode, payload } = await client.frame();
    expect(opcode).toBe(Opcode.CLOSE);
    expect(['plain', `${reason as unknown as string}`]).toContain(payload.subarray(2).toString());
  });
});

describe('peers that break rules where nobody listens', () => {
  const uncaught: unknown[] = [];
  const count = (error: unknown): void => void uncaught.push(error);

  afterEach(() => {
    process.off('uncaughtException', count);
    process.off('unhandledRejection', count);
    vi.restoreAllMocks();
  });

  it.each([
    ['text that is not UTF-8', '8102', 'c328'],
    ['a close reason that is not UTF-8', '8804', '03e8c328'],
    ['a reserved bit', '9100', ''],
    ['a length over every limit', '827f7fffffffffffffff', ''],
  ])(
    'do not end the process by %s, at a server without onError and a client without listeners',
    async (_, head, payload) => {
      process.on('uncaughtException', count);
      process.on('unhandledRejection', count);
      const report = vi.spyOn(console, 'error').mockReturnValue();

      const server = new WebSocketServer();
      server.route('/', async (connection) => void (await connection.receive()));
      await server.listen({ port: 0, host: '127.0.0.1' });
      const port = (server.address as { port: number }).port;
      const client = await RawClient.open(port);
      const [first = 0, second = 0, ...length] = hex(head);
      const masked = Buffer.from(hex(payload)).map((byte, i) => byte ^ [0x37, 0xfa, 0x21, 0x3d][i % 4]!);
      client.send(Uint8Array.of(first, second | 0x80, ...length), hex('37fa213d'), masked);
      await client.rest();
      await client.gone();

      const url = await serveRaw(async (visitor) => {
        await visitor.accept();
        visitor.socket.end(hex(head + payload));
      });
      const socket = new WebSocket(url);
      await turnsUntil(() => socket.readyState === WebSocket.CLOSED);

      await server.shutdown({ deadlineMs: 1 });
      await turns();
      expect(uncaught).toEqual([]);
      expect(report).not.toHaveBeenCalled();
    },
  );
});

describe('names that every object has', () => {
  it.each(NAMES)('%s is a name like others in fields, cookies, the query, protocols and extensions', async (name) => {
    const seen: UpgradeRequest[] = [];
    const { port } = await startServer(
      (server) =>
        server.route('/', {
          upgrade: (request) => {
            seen.push(request);
            return { protocol: name };
          },
          message: (connection, data) => connection.send(data),
        }),
      { deflate: true },
    );
    const client = new RawClient(port);
    client.send(
      upgradeHead(`/?${name}=1&${name}=2`, {
        [`X-${name}`]: 'field',
        Cookie: `${name}=cookie`,
        'Sec-WebSocket-Protocol': name,
        'Sec-WebSocket-Extensions': `${name}; ${name}=${name}`,
      }).replace('Upgrade:', `${name}: itself\r\nUpgrade:`),
      text('on'),
    );
    const { status, headers } = await client.response();
    expect([status, headers.get('sec-websocket-protocol')]).toEqual([101, name]);
    expect(headers.get('sec-websocket-extensions')).toBeUndefined();
    expect(await client.text()).toBe('on');
    const [request] = seen;
    expect(request?.headers.get(name)).toBe('itself');
    expect(request?.query.getAll(name)).toEqual(['1', '2']);
    expect(request?.cookies.get(name)).toBe('cookie');
    expect(NAMES.filter((other) => other !== name && request?.cookies.get(other) !== undefined)).toEqual([]);
    expect(NAMES.filter((other) => other !== name && request?.headers.get(other) !== undefined)).toEqual([]);
  });
});

describe('a flood of pongs', () => {
  it('that repeat the payload of a ping under way changes one measurement and queues nothing', async () => {
    const { port, server } = await startEcho();
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    connection?.ping();
    const { payload } = await client.frame();
    const pong = frame(Opcode.PONG, payload);
    client.send(pong, text('first'));
    expect(await client.text()).toBe('first');
    const rttMs = connection?.rttMs;
    expect(rttMs).toBeDefined();
    client.send(...Array.from({ length: 1000 }, () => pong), text('last'));
    expect(await client.text()).toBe('last');
    expect(connection?.rttMs).toBe(rttMs);
    expect(connection?.bufferedBytes).toBe(0);
  });
});
