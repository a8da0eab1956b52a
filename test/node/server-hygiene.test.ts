import { expect, it } from 'vitest';
import { deadlines } from '../../src/node/deadlines.ts';
import type { CloseInfo } from '../../src/node/index.ts';
import { close, RawClient, requestHead, text, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, sockets, startServer, turnsUntil } from './running-server.ts';

leaveNothingBehind();

const ROUNDS = 40;
const AT_ONCE = 50;

/** The ways in which a client comes and goes. */
const VISITS: readonly ((port: number) => Promise<void>)[] = [
  async (port) => {
    const client = await RawClient.open(port, '/', text('hello'));
    await client.text();
    client.send(close(1000));
    await client.rest();
    await client.gone();
  },
  async (port) => {
    const client = await RawClient.open(port);
    client.reset();
  },
  async (port) => {
    const client = new RawClient(port);
    client.send(upgradeHead('/nowhere'));
    await client.rest();
    await client.gone();
  },
  async (port) => {
    const client = new RawClient(port);
    client.send(requestHead('GET / HTTP/1.1', { Host: 'localhost' }));
    await client.rest();
    await client.gone();
  },
  async (port) => {
    const client = new RawClient(port);
    await client.sent(Buffer.from('GET / HT'));
    client.socket.destroy();
  },
];

it('2,000 clients that come and go in every way leave nothing behind', { timeout: 60_000 }, async () => {
  let opened = 0;
  const infos: CloseInfo[] = [];
  const { port, server, errors } = await startServer(
    (one) =>
      one.route('/', {
        open: () => {
          opened++;
        },
        message: (connection, data) => connection.send(data),
        close: (_, info) => void infos.push(info),
      }),
    { fallback: (_, response) => void response.end('plain') },
  );
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => VISITS[i % VISITS.length]?.(port)));
  }
  await turnsUntil(() => sockets() === 0);
  expect(opened).toBe((ROUNDS * AT_ONCE * 2) / VISITS.length);
  expect(infos).toHaveLength(opened);
  expect(server.connections.size).toBe(0);
  expect(deadlines.size).toBe(0);
  expect(errors).toEqual([]);
});
