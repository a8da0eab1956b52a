import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { RawClient, requestHead, upgradeHead } from './raw-client.ts';
import {
  leaveNothingBehind,
  sockets,
  startEcho,
  startServer,
  stopTheClock,
  turns,
  turnsUntil,
} from './running-server.ts';

leaveNothingBehind();

/** The head of a valid handshake, `length` bytes long with its padding in the request line or in a field. */
function headOf(length: number, where: 'line' | 'field'): string {
  const make = (padding: number): string => {
    const fill = 'a'.repeat(padding);
    return where === 'line' ? upgradeHead(`/?${fill}`) : upgradeHead('/', { 'X-Fill': fill });
  };
  return make(length - make(0).length);
}

function lineOf(length: number): string {
  return headOf(upgradeHead('/').length - 'GET / HTTP/1.1'.length + length, 'line');
}

async function statusOf(port: number, head: string): Promise<number> {
  const client = new RawClient(port);
  client.send(head);
  const { status } = await client.response();
  await client.gone();
  return status;
}

describe('the limits of a head', () => {
  it('let a request line of n bytes in, with its line end, and answer 414 to one of n + 1', async () => {
    const { port } = await startEcho();
    expect(lineOf(100).split('\r\n')[0]).toHaveLength(100);
    for (const [length, status] of [
      [8191, 101],
      [8192, 101],
      [8193, 414],
    ] as const) {
      expect([length, await statusOf(port, lineOf(length))]).toEqual([length, status]);
    }
  });

  it('let a head of n bytes in and answer 431 to one of n + 1', async () => {
    const { port } = await startEcho();
    for (const [length, status] of [
      [16383, 101],
      [16384, 101],
      [16385, 431],
    ] as const) {
      expect([length, await statusOf(port, headOf(length, 'field'))]).toEqual([length, status]);
    }
  });

  it('let n fields in and answer 431 to n + 1', async () => {
    const { port } = await startEcho({ headers: 10 });
    for (const [count, status] of [
      [9, 101],
      [10, 101],
      [11, 431],
    ] as const) {
      const more = Object.fromEntries(Array.from({ length: count - 5 }, (_, i) => [`X-${i}`, 'a']));
      expect([count, await statusOf(port, upgradeHead('/', more))]).toEqual([count, status]);
    }
  });

  it('are options of the server', async () => {
    const { port } = await startEcho({ requestLineBytes: 100, headBytes: 400 });
    expect(await statusOf(port, lineOf(100))).toBe(101);
    expect(await statusOf(port, lineOf(101))).toBe(414);
    expect(await statusOf(port, headOf(400, 'field'))).toBe(101);
    expect(await statusOf(port, headOf(401, 'field'))).toBe(431);
  });

  it('end a head that never ends as soon as it is too long', async () => {
    const { port } = await startEcho();
    const client = new RawClient(port);
    client.send('GET / HTTP/1.1\r\nX-A: ', Buffer.alloc(20_000, 'a'));
    expect((await client.answer()).status).toBe(431);
    expect(await client.rest()).toHaveLength(0);
  });
});

describe('the deadline of a handshake', () => {
  it.each([
    ['sends nothing', ''],
    ['sends half a head', upgradeHead('/').slice(0, 60)],
  ])('answers 408 after 10 s to a client that %s', async (_, start) => {
    stopTheClock();
    const { port } = await startEcho();
    const client = new RawClient(port);
    client.send(start);
    await turnsUntil(() => sockets() === 2);
    vi.advanceTimersByTime(9_900);
    await turns();
    expect(client.reads).toBe(0);
    vi.advanceTimersByTime(300);
    expect((await client.answer()).status).toBe(408);
    expect(await client.rest()).toHaveLength(0);
    await client.gone();
  });

  it('is absolute: a byte now and then does not move it', async () => {
    stopTheClock();
    const { port } = await startEcho();
    const client = new RawClient(port);
    const head = upgradeHead('/');
    await turnsUntil(() => sockets() === 2);
    for (let second = 0; second < 10; second++) {
      expect(client.reads).toBe(0);
      await client.sent(Buffer.from(head[second] ?? ''));
      await turns(3);
      vi.advanceTimersByTime(1_000);
    }
    vi.advanceTimersByTime(200);
    expect((await client.answer()).status).toBe(408);
  });

  it('is an option', async () => {
    stopTheClock();
    const { port } = await startEcho({ handshakeTimeoutMs: 500 });
    const client = new RawClient(port);
    await turnsUntil(() => sockets() === 2);
    vi.advanceTimersByTime(700);
    expect((await client.answer()).status).toBe(408);
  });

  it('does not concern a connection that is open', async () => {
    stopTheClock();
    const { port, server } = await startEcho({ keepalive: false });
    const client = await RawClient.open(port);
    vi.advanceTimersByTime(60_000);
    await turns();
    expect(server.connections.size).toBe(1);
    expect(client.reads).toBe(1);
  });
});

describe('a client that was refused', () => {
  it('is cut off when it does not go within a second', async () => {
    stopTheClock();
    const { port } = await startEcho();
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    socket.on('error', () => {});
    socket.write(upgradeHead('/nowhere'));
    await once(socket, 'end');
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    vi.advanceTimersByTime(900);
    await turns();
    expect(sockets()).toBe(2);
    vi.advanceTimersByTime(300);
    await turnsUntil(() => sockets() === 1);
    socket.destroy();
  });
});

describe('maxConnections', () => {
  it('lets n in, answers 503 with Retry-After to n + 1, and lets the next in when one has gone', async () => {
    const { port, server } = await startEcho({ maxConnections: 3 });
    const clients = [await RawClient.open(port), await RawClient.open(port), await RawClient.open(port)];
    expect(server.connections.size).toBe(3);
    const refused = new RawClient(port);
    refused.send(upgradeHead('/'));
    const { status, headers } = await refused.answer();
    expect([status, headers.get('retry-after'), headers.get('connection')]).toEqual([503, '5', 'close']);
    expect(await refused.rest()).toHaveLength(0);
    await refused.gone();
    await clients[0]?.gone();
    await turnsUntil(() => server.connections.size === 2);
    await RawClient.open(port);
  });

  it('counts sockets that have not finished their handshake', async () => {
    const { port } = await startEcho({ maxConnections: 1 });
    const silent = new RawClient(port);
    silent.send('GET');
    await turnsUntil(() => sockets() === 2);
    expect(await statusOf(port, upgradeHead('/'))).toBe(503);
    await silent.gone();
  });

  it('answers a client that goes on sending behind its head, so that the answer is not lost to a reset', async () => {
    const { port } = await startEcho({ maxConnections: 1 });
    await RawClient.open(port);
    const client = new RawClient(port);
    client.send(upgradeHead('/'), Buffer.alloc(1024 * 1024));
    expect((await client.answer()).status).toBe(503);
    expect(await client.rest()).toHaveLength(0);
    await client.sent(Buffer.alloc(1024 * 1024));
    await client.gone();
    expect(client.socket.errored).toBeNull();
  });
});

describe('a plain request without a fallback', () => {
  it('gets 426 with what to upgrade to', async () => {
    const { port } = await startServer(() => undefined);
    const client = new RawClient(port);
    client.send(requestHead('GET / HTTP/1.1', { Host: 'localhost' }));
    const { status, headers } = await client.answer();
    expect([status, headers.get('upgrade'), headers.get('connection')]).toEqual([426, 'websocket', 'Upgrade, close']);
    expect(await client.rest()).toHaveLength(0);
    await client.gone();
  });

  it('gets its answer although its body is not read', async () => {
    const { port } = await startServer(() => undefined);
    const client = new RawClient(port);
    client.send(
      requestHead('POST / HTTP/1.1', { Host: 'localhost', 'Content-Length': '1048576' }),
      Buffer.alloc(1048576),
    );
    expect((await client.answer()).status).toBe(426);
    expect(await client.rest()).toHaveLength(0);
    await client.sent(Buffer.alloc(1024 * 1024));
    await client.gone();
    expect(client.socket.errored).toBeNull();
  });
});
