import { describe, expect, it, vi } from 'vitest';
import { type CloseInfo, usePorts, WebSocketServer } from '../../src/node/index.ts';
import { TestClock } from '../../src/testing/index.ts';
import { close, RawClient, text } from './raw-client.ts';
import { leaveNothingBehind, startEcho, turns, turnsUntil } from './running-server.ts';

leaveNothingBehind();

/** An echo with so many clients, under a clock that stands still. */
async function startSpread(count: number) {
  const clock = new TestClock();
  const restore = usePorts({ clock });
  const { port, server } = await startEcho({ keepalive: false });
  const clients: RawClient[] = [];
  for (let i = 0; i < count; i++) clients.push(await RawClient.open(port));
  return { clock, restore, port, server, clients };
}

function closing({ connections }: WebSocketServer): number {
  return [...connections].filter((connection) => connection.closing).length;
}

describe('shutdown with spreadMs', () => {
  it('closes the first at once, the last at the end, and the others evenly between', async () => {
    const { clock, restore, server, clients } = await startSpread(5);
    const codes: (number | undefined)[] = [];
    const gone = server.shutdown({ spreadMs: 1_000, deadlineMs: 60_000 });
    const counts = [closing(server)];
    for (const ms of [240, 20, 230, 20, 230, 20, 230, 20]) {
      clock.advance(ms);
      counts.push(closing(server));
    }
    expect(counts).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5]);
    for (const client of clients) {
      codes.push(await client.closeCode());
      client.send(close(1001));
      await client.gone();
    }
    expect(codes).toEqual([1001, 1001, 1001, 1001, 1001]);
    await gone;
    expect(clock.waiting).toBe(0);
    restore();
  });

  it('serves those whose turn has not come as before, and lets nobody in', async () => {
    const { clock, restore, port, server, clients } = await startSpread(2);
    const late = new RawClient(port);
    await turnsUntil(() => server.metrics().handshakes.pending === 1);
    void server.shutdown({ spreadMs: 1_000 });
    expect((await late.answer()).status).toBe(503);
    clients[1]?.send(text('still here'));
    expect(await clients[1]?.text()).toBe('still here');
    clock.advance(1_000);
    expect(await clients[1]?.closeCode()).toBe(1001);
    restore();
  });

  it('closes in bulk where there are more connections than milliseconds', async () => {
    const { clock, restore, server } = await startSpread(30);
    void server.shutdown({ spreadMs: 10 });
    clock.advance(5);
    expect(closing(server)).toBeGreaterThan(10);
    expect(closing(server)).toBeLessThan(20);
    clock.advance(5);
    expect(closing(server)).toBe(30);
    restore();
  });

  it('gives the last one 4 s to answer by default, and cuts off at the deadline', async () => {
    const { clock, restore, server, clients } = await startSpread(2);
    const infos: CloseInfo[] = [];
    for (const connection of server.connections) void connection.closed.then((info) => infos.push(info));
    const gone = server.shutdown({ spreadMs: 20_000 });
    for (const client of clients) client.socket.pause();
    clock.advance(20_000);
    await turns();
    expect(closing(server)).toBe(1);
    clock.advance(4_000);
    await gone;
    expect(infos).toHaveLength(2);
    expect(clock.waiting).toBe(0);
    restore();
  });

  it('without connections is over at once and leaves no timer', async () => {
    vi.useRealTimers();
    const clock = new TestClock();
    const restore = usePorts({ clock });
    await new WebSocketServer().shutdown({ spreadMs: 60_000 });
    expect(clock.waiting).toBe(0);
    restore();
  });

  it.each([
    { spreadMs: -1 },
    { spreadMs: 1.5 },
    { spreadMs: Infinity },
    { spreadMs: 2 ** 31 },
    { spreadMs: 100, deadlineMs: 100 },
  ])('refuses %j', (options) => {
    expect(() => new WebSocketServer().shutdown(options)).toThrow(RangeError);
  });
});
