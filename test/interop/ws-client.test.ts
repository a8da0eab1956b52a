import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { CloseInfo, Connection } from '../../src/node/index.ts';
import { leaveNothingBehind, type Running, startServer, turnsUntil } from '../node/running-server.ts';

leaveNothingBehind();

interface Opened extends Running {
  readonly socket: WebSocket;
  readonly connection: Connection;
  readonly infos: CloseInfo[];
}

async function open(): Promise<Opened> {
  const infos: CloseInfo[] = [];
  const started = await startServer((server) =>
    server.route('/echo', {
      protocols: ['chat'],
      message: (connection, data) => connection.send(data),
      close: (_, info) => void infos.push(info),
    }),
  );
  const socket = new WebSocket(`ws://127.0.0.1:${started.port}/echo`, ['x', 'chat']);
  await once(socket, 'open');
  const [connection] = started.server.connections;
  return { ...started, socket, connection: connection as Connection, infos };
}

async function reply(socket: WebSocket): Promise<[data: Buffer, binary: boolean]> {
  return (await once(socket, 'message')) as [Buffer, boolean];
}

describe('ws as a client of our server', () => {
  it('offers compression and subprotocols, and gets none and one', async () => {
    const { socket, connection } = await open();
    expect([socket.extensions, socket.protocol, connection.protocol]).toEqual(['', 'chat', 'chat']);
  });

  it.each([
    ['text', 'grüße 👋', false],
    ['an empty text', '', false],
    ['binary', Buffer.from(Array.from({ length: 256 }, (_, i) => i)), true],
    ['empty binary', Buffer.alloc(0), true],
    ['125 bytes', Buffer.alloc(125, 1), true],
    ['126 bytes', Buffer.alloc(126, 1), true],
    ['65,535 bytes', Buffer.alloc(65_535, 1), true],
    ['65,536 bytes', Buffer.alloc(65_536, 1), true],
    ['1 MiB', Buffer.alloc(1024 * 1024, 7), true],
    ['1 MiB of text', 'é'.repeat(512 * 1024), false],
  ])('%s comes back', async (_, data, binary) => {
    const { socket } = await open();
    socket.send(data);
    const [echo, wasBinary] = await reply(socket);
    expect(wasBinary).toBe(binary);
    expect(echo.equals(Buffer.from(data as string))).toBe(true);
  });

  it('fragments come back as one message, a ping between them is answered', async () => {
    const { socket } = await open();
    const [pong, echo] = [once(socket, 'pong'), reply(socket)];
    socket.send('one ', { fin: false });
    socket.send('two ', { fin: false });
    socket.ping('between');
    socket.send('three', { fin: true });
    expect(String((await pong)[0])).toBe('between');
    expect(String((await echo)[0])).toBe('one two three');
  });

  it('our ping is answered and measured', async () => {
    const { socket, connection } = await open();
    connection.ping();
    await once(socket, 'ping');
    await turnsUntil(() => connection.rttMs !== undefined);
    expect(connection.rttMs).toBeGreaterThan(0);
  });

  it('10,000 messages come back in order', async () => {
    const { socket } = await open();
    let next = 0;
    const all = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        if (String(data) === `message ${next}`) next++;
        if (next === 10_000) resolve();
      });
    });
    for (let i = 0; i < 10_000; i++) socket.send(`message ${i}`);
    await all;
  });

  it.each([
    [1000, ''],
    [1000, 'bye'],
    [1001, ''],
    [3000, 'x'.repeat(123)],
    [4999, 'é'],
  ])('its close with %s %j is clean at both ends', async (code, reason) => {
    const { socket, infos } = await open();
    socket.close(code, reason);
    const [seen, text] = await once(socket, 'close');
    expect([seen, String(text)]).toEqual([code, reason]);
    await turnsUntil(() => infos.length === 1);
    expect(infos).toEqual([{ code, reason, clean: true, by: 'remote' }]);
  });

  it.each([
    [1000, ''],
    [1012, 'restart'],
    [4000, 'x'.repeat(123)],
  ])('our close with %s %j is clean at both ends', async (code, reason) => {
    const { socket, connection, infos } = await open();
    connection.close(code, reason);
    const [seen, text] = await once(socket, 'close');
    expect([seen, String(text)]).toEqual([code, reason]);
    await turnsUntil(() => infos.length === 1);
    expect(infos[0]).toMatchObject({ code, clean: true, by: 'local' });
  });

  it('a close without a code is one without a code', async () => {
    const { socket, infos } = await open();
    socket.close();
    expect((await once(socket, 'close'))[0]).toBe(1005);
    await turnsUntil(() => infos.length === 1);
    expect(infos[0]).toMatchObject({ code: 1005, clean: true });
  });

  it('a message over the limit is told with 1009, its terminate is 1006', async () => {
    const { socket, infos } = await open();
    socket.on('error', () => {});
    socket.send(Buffer.alloc(1024 * 1024 + 1));
    expect((await once(socket, 'close'))[0]).toBe(1009);
    const other = await open();
    other.socket.terminate();
    await turnsUntil(() => infos.length === 1 && other.infos.length === 1);
    expect([infos[0]?.code, other.infos[0]?.code]).toEqual([1009, 1006]);
  });

  it('an origin of another host is refused with 403, an unknown path with 404', async () => {
    const { port } = await open();
    for (const [path, origin, status] of [
      ['/echo', 'https://elsewhere.example', 403],
      ['/nowhere', `http://127.0.0.1:${port}`, 404],
    ] as const) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { origin });
      socket.on('error', () => {});
      const [, response] = await once(socket, 'unexpected-response');
      expect((response as { statusCode: number }).statusCode).toBe(status);
      socket.terminate();
    }
  });
});
