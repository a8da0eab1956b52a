import { describe, expect, it, vi } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { deadlines } from '../../src/node/deadlines.ts';
import type { Connection } from '../../src/node/index.ts';
import { close, frame, RawClient, text } from './raw-client.ts';
import {
  leaveNothingBehind,
  sockets,
  startEcho,
  startHolding,
  stopTheClock,
  turns,
  turnsUntil,
} from './running-server.ts';

leaveNothingBehind();

const { PING, PONG } = Opcode;

async function open(options = {}): Promise<{ client: RawClient; connection: Connection }> {
  const { port, connection } = await startHolding(options);
  const client = await RawClient.open(port);
  return { client, connection: await connection };
}

/** Lets time pass in steps of a second, with turns of the loop between them for the sockets. */
async function pass(seconds: number, each: () => unknown = () => undefined): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    vi.advanceTimersByTime(1_000);
    await turns(3);
    await each();
  }
}

describe('ping and rttMs', () => {
  it('measure the way there and back', async () => {
    stopTheClock();
    const { client, connection } = await open();
    expect(connection.rttMs).toBeUndefined();
    expect(connection.ping()).toBe('ok');
    const { opcode, payload } = await client.frame();
    expect(opcode).toBe(PING);
    vi.advanceTimersByTime(250);
    client.send(frame(PONG, payload));
    await turnsUntil(() => connection.rttMs !== undefined);
    expect(connection.rttMs).toBe(250);
  });

  it('do not believe a pong that answers another ping, or none', async () => {
    const { client, connection } = await open();
    client.send(frame(PONG), frame(PONG, 'fake'), frame(PONG, Uint8Array.of(0, 0, 0, 0)));
    connection.ping(Buffer.from('mine'));
    expect(await client.frame()).toMatchObject({ opcode: PING, payload: Buffer.from('mine') });
    client.send(frame(PONG, 'mine'), text('done'));
    expect(await connection.receive()).toBe('done');
    expect(connection.rttMs).toBeUndefined();
  });

  it('refuse more than 125 bytes', async () => {
    const { connection } = await open();
    expect(() => connection.ping(new Uint8Array(126))).toThrow(RangeError);
    expect(connection.ping(new Uint8Array(125))).toBe('ok');
  });
});

describe('keepalive', () => {
  const keepalive = { intervalMs: 20_000, timeoutMs: 20_000 };

  it('a peer that is silent gets a ping after the interval and is gone after interval and timeout', async () => {
    stopTheClock();
    const { client, connection } = await open({ keepalive });
    await pass(19);
    expect(client.reads).toBe(1);
    await pass(2);
    expect((await client.frame()).opcode).toBe(PING);
    await pass(18);
    expect(connection.closing).toBe(false);
    await pass(3);
    expect(await connection.closed).toEqual({ code: 1006, reason: '', clean: false, by: 'local' });
    await client.rest();
    await client.gone();
  });

  it('by default so, too', async () => {
    stopTheClock();
    const { connection } = await open();
    await pass(39);
    expect(connection.closing).toBe(false);
    await pass(3);
    expect(connection.closing).toBe(true);
  });

  it.each([
    ['answers the pings', frame(PONG)],
    ['sends messages instead', text('hello')],
    ['sends bytes of a message now and then', new Uint8Array(0)],
  ])('a peer that %s stays', async (how, bytes) => {
    stopTheClock();
    const { port, server } = await startEcho({ keepalive, assemblyMs: 200_000 });
    const client = await RawClient.open(port);
    const slow = frame(Opcode.BINARY, 'x'.repeat(100_000));
    let at = 0;
    await pass(100, async () => {
      if (how !== 'sends bytes of a message now and then') return client.sent(bytes);
      at += 900;
      return client.sent(slow.subarray(at - 900, at));
    });
    expect(server.connections.size).toBe(1);
  });

  it('a peer that talks gets no pings', async () => {
    stopTheClock();
    const { client } = await open({ keepalive });
    await pass(60, () => client.sent(frame(PONG)));
    expect(client.reads).toBe(1);
  });

  it('can be turned off', async () => {
    stopTheClock();
    const { client, connection } = await open({ keepalive: false });
    await pass(120);
    expect(connection.closing).toBe(false);
    expect(client.reads).toBe(1);
  });

  it('does not blame the peer while this end is the one that does not read', async () => {
    stopTheClock();
    const { port, server } = await startEcho({ keepalive });
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    connection?.pause();
    await client.sent(text('waits'));
    await pass(90);
    expect(connection?.closing).toBe(false);
    connection?.resume();
    let answer = await client.frame();
    while (answer.opcode === PING) answer = await client.frame();
    expect(answer.payload.toString()).toBe('waits');
  });

  it('notices by its pings that a peer is gone although this end does not read', async () => {
    stopTheClock();
    const { port, server } = await startEcho({ keepalive });
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    connection?.pause();
    for (let i = 0; i < 5; i++) {
      await client.sent(text('unread'));
      await turns(3);
    }
    client.socket.destroy();
    await pass(65);
    expect(server.connections.size).toBe(0);
  });

  it('gives up on a peer that reads nothing of what is queued for it', async () => {
    stopTheClock();
    const { client, connection } = await open({ keepalive });
    client.socket.pause();
    while (connection.send(new Uint8Array(256 * 1024)) !== 'dropped') await turns(1);
    await pass(43);
    expect(connection.closing).toBe(true);
  });
});

describe('other deadlines', () => {
  it('a message that is not finished in time is answered with 1008', async () => {
    stopTheClock();
    const { port } = await startEcho({ keepalive: false });
    const client = await RawClient.open(port, '/', frame(Opcode.TEXT, 'a', false));
    await pass(29, () => client.sent(frame(Opcode.CONTINUATION, '', false)));
    expect(client.reads).toBe(1);
    await pass(3);
    expect(await client.closeCode()).toBe(1008);
  });

  it('one that grows steadily has a second more for each 16 KiB', async () => {
    stopTheClock();
    const { port, server } = await startEcho({ keepalive: false });
    const client = await RawClient.open(port);
    const message = frame(Opcode.BINARY, 'x'.repeat(900_000));
    let at = 0;
    await pass(50, () => {
      at += 18_000;
      return client.sent(message.subarray(at - 18_000, at));
    });
    expect(server.connections.size).toBe(1);
    client.send(message.subarray(at));
    expect((await client.frame()).payload).toHaveLength(900_000);
  });

  it.each([
    [
      'never answers its close frame',
      (connection: Connection) => connection.close(1000),
      (): Uint8Array => new Uint8Array(0),
    ],
    ['goes on sending instead', (connection: Connection) => connection.close(1000), (): Uint8Array => text('more')],
    ['answers it and never ends', (connection: Connection) => connection.close(1000), (): Uint8Array => close(1000)],
  ])('a peer that %s is cut off', async (_, leave, answer) => {
    stopTheClock();
    const { client, connection } = await open({ closeTimeoutMs: 2_000 });
    leave(connection);
    expect(await client.closeCode()).toBe(1000);
    await client.sent(answer());
    await pass(1, () => client.sent(answer()));
    expect(sockets()).toBe(2);
    await pass(3);
    expect(await connection.closed).toMatchObject({ by: 'local' });
    await turnsUntil(() => sockets() <= 1);
  });

  it('hold no connection that has ended', async () => {
    const { client, connection } = await open();
    expect(deadlines.size).toBe(1);
    client.reset();
    await connection.closed;
    await turnsUntil(() => sockets() === 0);
    expect(deadlines.size).toBe(0);
  });
});
