import { describe, expect, it, vi } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { close, frame, RawClient, requestHead, text, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, startEcho, startServer, stopTheClock, turns, turnsUntil } from './running-server.ts';

leaveNothingBehind();

async function statusOf(port: number, head: string): Promise<number> {
  const client = new RawClient(port);
  client.send(head);
  const { status } = await client.response();
  await client.gone();
  return status;
}

describe('metrics', () => {
  it('of a new server are all nothing', async () => {
    const { server } = await startEcho();
    expect(server.metrics()).toEqual({
      connections: { open: 0, total: 0 },
      handshakes: { pending: 0, abandoned: 0, byStatus: [] },
      messages: { in: 0, out: 0 },
      bytes: { in: 0, out: 0 },
      dropped: 0,
      bufferedBytes: 0,
      closes: [],
      handlerTimes: undefined,
    });
  });

  it('count messages and the bytes of frames both ways, those that came with the head included', async () => {
    const { port, server } = await startEcho();
    const client = await RawClient.open(port, '/', text('ab'));
    expect(await client.text()).toBe('ab');
    client.send(text('cde'), frame(Opcode.PING, 'p'));
    expect(await client.text()).toBe('cde');
    expect((await client.frame()).opcode).toBe(Opcode.PONG);
    expect(server.metrics()).toMatchObject({
      connections: { open: 1, total: 1 },
      messages: { in: 2, out: 2 },
      bytes: { in: 8 + 9 + 7, out: 4 + 5 + 3 },
      dropped: 0,
    });
  });

  it('count handshakes by the status of their answer, those that wait, and clients that left without one', async () => {
    const { port, server } = await startEcho();
    expect(await statusOf(port, upgradeHead('/'))).toBe(101);
    expect(await statusOf(port, upgradeHead('/none'))).toBe(404);
    expect(await statusOf(port, upgradeHead('/none'))).toBe(404);
    expect(await statusOf(port, 'nonsense\r\n\r\n')).toBe(400);
    expect(await statusOf(port, requestHead('GET / HTTP/1.1', { Host: 'localhost' }))).toBe(426);
    const waiting = new RawClient(port);
    waiting.send('GET');
    await turnsUntil(() => server.metrics().handshakes.pending === 1);
    await waiting.gone();
    await turnsUntil(() => server.metrics().handshakes.pending === 0);
    expect(server.metrics().handshakes).toEqual({
      pending: 0,
      abandoned: 1,
      byStatus: [
        { status: 101, count: 1 },
        { status: 400, count: 1 },
        { status: 404, count: 2 },
        { status: 426, count: 1 },
      ],
    });
  });

  it('count once a client that leaves while a hook decides', async () => {
    let asked = false;
    const { port, server } = await startServer((one) =>
      one.route('/', {
        upgrade(_, { signal }) {
          asked = true;
          return new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
        },
      }),
    );
    const client = new RawClient(port);
    client.send(upgradeHead('/'));
    await turnsUntil(() => asked);
    client.reset();
    await turnsUntil(() => server.metrics().handshakes.pending === 0);
    await turns();
    expect(server.metrics().handshakes).toEqual({ pending: 0, abandoned: 1, byStatus: [] });
  });

  it('count ends by code and by who began', async () => {
    const { port, server } = await startEcho();
    for (const end of [close(1000), close(1000), close(4001), frame(3)]) {
      const client = await RawClient.open(port);
      client.send(end);
      await client.rest();
      await client.gone();
    }
    const lost = await RawClient.open(port);
    lost.reset();
    const left = await RawClient.open(port);
    for (const connection of server.connections) connection.close(1001);
    left.send(close(1001));
    await left.rest();
    await left.gone();
    await turnsUntil(() => server.connections.size === 0);
    const { closes, connections } = server.metrics();
    expect(closes).toEqual([
      { code: 1000, by: 'remote', count: 2 },
      { code: 1001, by: 'local', count: 1 },
      { code: 1002, by: 'local', count: 1 },
      { code: 1006, by: expect.any(String), count: 1 },
      { code: 4001, by: 'remote', count: 1 },
    ]);
    expect(connections).toEqual({ open: 0, total: 6 });
  });

  it('tell what is buffered and what was dropped, and a closed connection drops nothing', async () => {
    const { port, server } = await startServer((one) => one.route('/', { message: () => undefined }), {
      sendQueueBytes: 1024 * 1024,
    });
    const client = await RawClient.open(port);
    client.socket.pause();
    const [connection] = [...server.connections];
    let accepted = 0;
    while (connection?.send(new Uint8Array(512 * 1024)) !== 'dropped') accepted++;
    expect(server.metrics()).toMatchObject({
      messages: { out: accepted },
      dropped: 1,
      bufferedBytes: connection.bufferedBytes,
    });
    expect(connection.bufferedBytes).toBeGreaterThanOrEqual(1024 * 1024);
    connection.terminate();
    expect(connection.send('late')).toBe('closed');
    expect(server.metrics()).toMatchObject({ messages: { out: accepted }, dropped: 1, bufferedBytes: 0 });
  });

  it('are a copy', async () => {
    const { port, server } = await startEcho();
    const before = server.metrics();
    await RawClient.open(port);
    expect(before.connections.total).toBe(0);
  });
});

describe('the times of handlers', () => {
  it('are measured when asked for: until a handler returns, throws, or its promise settles', async () => {
    stopTheClock();
    let settle = (): void => {};
    const { port, server } = await startServer(
      (one) =>
        one.route('/', {
          message(_, data) {
            if (data === 'wait') {
              return new Promise<void>((resolve) => {
                settle = resolve;
              });
            }
            vi.advanceTimersByTime(3);
            if (data === 'throw') throw new Error('of the application');
            return undefined;
          },
        }),
      { measureHandlers: true },
    );
    const client = await RawClient.open(port);
    const times = () => server.metrics().handlerTimes;
    client.send(text('quick'));
    await turnsUntil(() => times()?.count === 1);
    client.send(text('wait'));
    await turnsUntil(() => server.metrics().messages.in === 2);
    vi.advanceTimersByTime(40);
    settle();
    await turnsUntil(() => times()?.count === 2);
    client.send(text('throw'));
    await turnsUntil(() => times()?.count === 3);
    const { buckets = [], sumMs } = times() ?? {};
    expect(sumMs).toBeCloseTo(3 + 40 + 3);
    const upTo = (ms: number): number | undefined => buckets.find(({ upToMs }) => upToMs === ms)?.count;
    expect([upTo(2.5), upTo(5), upTo(25), upTo(50), upTo(Infinity)]).toEqual([0, 2, 2, 3, 3]);
  });

  it.each([1, 'yes', null])('measureHandlers: %j is refused', async (measureHandlers) => {
    await expect(startEcho({ measureHandlers: measureHandlers as never })).rejects.toThrow('measureHandlers');
  });
});
