import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type CloseInfo, WebSocketServer } from '../../src/node/index.ts';
import { close, RawClient, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, sockets, startEcho, startServer, turns, turnsUntil } from './running-server.ts';

leaveNothingBehind();

describe('shutdown', () => {
  it('closes every connection with 1001 once its queue is written, and resolves when all are gone', async () => {
    const infos: CloseInfo[] = [];
    const { port, server } = await startServer((one) =>
      one.route('/', { message: () => undefined, close: (_, info) => void infos.push(info) }),
    );
    const clients = [await RawClient.open(port), await RawClient.open(port), await RawClient.open(port)];
    for (const connection of server.connections) for (let i = 0; i < 20; i++) connection.send(new Uint8Array(100_000));
    const gone = server.shutdown();
    for (const client of clients) {
      for (let i = 0; i < 20; i++) expect((await client.frame()).payload).toHaveLength(100_000);
      expect(await client.closeCode()).toBe(1001);
      client.send(close(1001));
      await client.rest();
      client.socket.end();
    }
    await gone;
    expect(infos).toEqual(Array.from({ length: 3 }, () => ({ code: 1001, reason: '', clean: true, by: 'local' })));
    expect(server.connections.size).toBe(0);
    expect(server.address).toBeUndefined();
    await turnsUntil(() => sockets() === 0);
  });

  it('takes no new connection', async () => {
    const { port, server } = await startEcho();
    await server.shutdown();
    const client = new RawClient(port);
    const [error] = await once(client.socket, 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('answers 503 to handshakes under way, whatever has come of them', async () => {
    const { port, server } = await startEcho();
    const clients = [new RawClient(port), new RawClient(port)];
    clients[1]?.send(upgradeHead('/').slice(0, 40));
    await Promise.all(clients.map(({ socket }) => once(socket, 'connect')));
    await turnsUntil(() => sockets() === 4);
    await turns();
    const gone = server.shutdown();
    for (const client of clients) {
      const { status, headers } = await client.answer();
      expect([status, headers.get('connection')]).toEqual([503, 'close']);
      expect(await client.rest()).toHaveLength(0);
      await client.gone();
    }
    await gone;
  });

  it('cuts off at its deadline who does not answer', async () => {
    const { port, server } = await startEcho();
    const [silent, deaf] = [await RawClient.open(port), await RawClient.open(port)];
    deaf.socket.pause();
    const infos = [...server.connections].map(({ closed }) => closed);
    for (const connection of server.connections) connection.send(new Uint8Array(16));
    await server.shutdown({ deadlineMs: 20 });
    expect(server.connections.size).toBe(0);
    for (const info of infos) expect(await info).toMatchObject({ code: 1006, clean: false, by: 'local' });
    await silent.gone();
  });

  it('called again gives the same promise', async () => {
    const { port, server } = await startEcho();
    const client = await RawClient.open(port);
    const gone = server.shutdown({ deadlineMs: Infinity });
    expect(server.shutdown({ deadlineMs: 1 })).toBe(gone);
    expect(await client.closeCode()).toBe(1001);
    client.send(close(1001));
    await client.gone();
    await gone;
    expect(server.shutdown()).toBe(gone);
  });

  it('without a deadline waits as long as it takes', async () => {
    const { port, server } = await startEcho();
    const client = await RawClient.open(port);
    let over = false;
    const gone = server.shutdown({ deadlineMs: Infinity }).then(() => {
      over = true;
    });
    expect(await client.closeCode()).toBe(1001);
    await turns(50);
    expect(over).toBe(false);
    client.send(close(1001));
    await client.gone();
    await gone;
  });

  it('of a server that never listened resolves', async () => {
    await new WebSocketServer().shutdown();
  });

  it.each([{ deadlineMs: 0 }, { deadlineMs: -1 }, { deadlineMs: Number.NaN }])('refuses %j', (options) => {
    expect(() => new WebSocketServer().shutdown(options)).toThrow(RangeError);
  });
});
