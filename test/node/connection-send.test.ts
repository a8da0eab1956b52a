import { describe, expect, it } from 'vitest';
import { encodeFrame, Opcode } from '../../src/codec/index.ts';
import { type Connection, prepareMessage, type SendStatus } from '../../src/node/index.ts';
import { close, frame, RawClient, text } from './raw-client.ts';
import { leaveNothingBehind, startEcho, startHolding, startServer, turns, turnsUntil } from './running-server.ts';

leaveNothingBehind();

const KIB = 1024;
const MIB = 1024 * KIB;

async function open(options = {}): Promise<{ client: RawClient; connection: Connection }> {
  const { port, connection } = await startHolding(options);
  const client = await RawClient.open(port);
  return { client, connection: await connection };
}

/** A connection to a client that does not read, with a queue at its cap. */
async function openStalled(
  options = {},
): Promise<{ client: RawClient; connection: Connection; statuses: SendStatus[] }> {
  const { client, connection } = await open(options);
  client.socket.pause();
  const statuses: SendStatus[] = [];
  // 32 MiB: the kernels of both ends swallow some of it before anything is queued here.
  for (let i = 0; i < 512 && statuses.at(-1) !== 'dropped'; i++) {
    statuses.push(connection.send(new Uint8Array(64 * KIB)));
    await turns(1);
  }
  return { client, connection, statuses };
}

describe('send', () => {
  it('takes text, bytes in every shape, and prepared messages', async () => {
    const { client, connection } = await open();
    const bytes = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);
    const shared = new SharedArrayBuffer(2);
    new Uint8Array(shared).set([8, 9]);
    const shapes = [
      ['grüße', Opcode.TEXT, Buffer.from('grüße')],
      ['', Opcode.TEXT, Buffer.alloc(0)],
      ['lone \ud800', Opcode.TEXT, Buffer.from('lone \ufffd')],
      [bytes, Opcode.BINARY, Buffer.from(bytes)],
      [bytes.subarray(2, 4), Opcode.BINARY, Buffer.of(2, 3)],
      [bytes.buffer, Opcode.BINARY, Buffer.from(bytes)],
      [new DataView(bytes.buffer, 1, 2), Opcode.BINARY, Buffer.of(1, 2)],
      [new Uint16Array(bytes.buffer, 2, 1), Opcode.BINARY, Buffer.of(2, 3)],
      [shared, Opcode.BINARY, Buffer.of(8, 9)],
      [Buffer.from('abc').subarray(1), Opcode.BINARY, Buffer.from('bc')],
      [prepareMessage('hi'), Opcode.TEXT, Buffer.from('hi')],
      [prepareMessage(bytes), Opcode.BINARY, Buffer.from(bytes)],
      ['x'.repeat(70_000), Opcode.TEXT, Buffer.from('x'.repeat(70_000))],
    ] as const;
    for (const [data, opcode, payload] of shapes) {
      expect(connection.send(data)).toBe('ok');
      expect(await client.frame()).toEqual({ fin: true, rsv: 0, opcode, masked: false, payload });
    }
  });

  it.each([200, null, undefined, {}, [1], 1n, true, Symbol('x'), new Date()])('refuses %s', async (data) => {
    const { connection } = await open();
    expect(() => connection.send(data as string)).toThrow(TypeError);
  });

  it('refuses bytes that were transferred elsewhere', async () => {
    const { connection } = await open();
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(() => connection.send(bytes)).toThrow(TypeError);
    expect(() => connection.send(view)).toThrow(TypeError);
    expect(() => connection.send(bytes.buffer)).toThrow(TypeError);
  });

  it('copies short bytes, so that they may be changed at once', async () => {
    const { client, connection } = await open();
    const bytes = new Uint8Array(16 * KIB).fill(1);
    connection.send(bytes);
    bytes.fill(2);
    expect((await client.frame()).payload.every((byte) => byte === 1)).toBe(true);
  });

  it('answers ok, then pressured above high water, then dropped at the cap, and closed in the end', async () => {
    const { client, connection, statuses } = await openStalled();
    const order = ['ok', 'pressured', 'dropped'];
    expect(new Set(statuses)).toEqual(new Set(order));
    expect(statuses).toEqual([...statuses].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    expect(connection.bufferedBytes).toBeGreaterThanOrEqual(4 * MIB);
    expect(connection.bufferedBytes).toBeLessThan(4 * MIB + 80 * KIB);
    expect(connection.ping()).toBe('dropped');
    const accepted = statuses.filter((status) => status !== 'dropped').length;
    let received = 0;
    client.socket.resume();
    for (; received < accepted; received++) expect((await client.frame()).payload).toHaveLength(64 * KIB);
    await connection.drained();
    await turnsUntil(() => connection.bufferedBytes === 0);
    expect(connection.send('again')).toBe('ok');
    expect(await client.text()).toBe('again');
    connection.close(1000);
    expect(connection.send('too late')).toBe('closed');
    expect(await connection.sendAndDrain('too late')).toBe('closed');
  });

  it('lets one message of the permitted size into an empty queue, whatever the cap', async () => {
    const { client, connection } = await open({
      maxMessageBytes: 8 * MIB,
      sendQueueBytes: 64 * KIB,
      highWaterBytes: KIB,
    });
    expect(connection.send(new Uint8Array(8 * MIB))).toBe('pressured');
    expect((await client.frame()).payload).toHaveLength(8 * MIB);
  });

  it('a burst is one write a turn', async () => {
    const { client, connection } = await open();
    const { reads } = client;
    for (let i = 0; i < 200; i++) connection.send(`message ${i}`);
    expect(client.reads).toBe(reads);
    for (let i = 0; i < 200; i++) expect(await client.text()).toBe(`message ${i}`);
    expect(client.reads).toBe(reads + 1);
  });

  it('answers to what came in one chunk are one write', async () => {
    const { port } = await startEcho();
    const client = await RawClient.open(port);
    const { reads } = client;
    client.send(...Array.from({ length: 200 }, (_, i) => text(`message ${i}`)));
    for (let i = 0; i < 200; i++) expect(await client.text()).toBe(`message ${i}`);
    expect(client.reads).toBe(reads + 1);
  });

  it('what is queued goes out before the close frame', async () => {
    const { client, connection } = await open();
    for (let i = 0; i < 50; i++) connection.send(new Uint8Array(40 * KIB));
    connection.close(1000);
    for (let i = 0; i < 50; i++) expect((await client.frame()).payload).toHaveLength(40 * KIB);
    expect(await client.closeCode()).toBe(1000);
  });
});

describe('drained, sendAndDrain and the drain handler', () => {
  it('resolve at once while the queue is low', async () => {
    const { connection } = await open();
    await connection.drained();
    expect(await connection.sendAndDrain('x')).toBe('ok');
  });

  it('resolve when the queue is at half its high-water mark', async () => {
    const { client, connection } = await openStalled();
    let drained = false;
    const waiting = connection.drained().then(() => {
      drained = true;
    });
    await turns();
    expect(drained).toBe(false);
    client.socket.resume();
    await waiting;
    expect(connection.bufferedBytes).toBeLessThanOrEqual(512 * KIB);
  });

  it('resolve when the connection ends, so that nobody waits for ever', async () => {
    const { client, connection } = await openStalled();
    const waiting = connection.drained();
    client.reset();
    await waiting;
    await connection.closed;
    await connection.drained();
  });

  it('call the handler once each time', async () => {
    let drains = 0;
    const { port, server } = await startServer((one) =>
      one.route('/', {
        drain: () => {
          drains++;
        },
      }),
    );
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    for (let round = 1; round <= 2; round++) {
      client.socket.pause();
      while (connection?.send(new Uint8Array(256 * KIB)) !== 'dropped') await turns(1);
      expect(drains).toBe(round - 1);
      client.socket.resume();
      await turnsUntil(() => connection.bufferedBytes === 0);
      expect(drains).toBe(round);
    }
  });
});

describe('a client that floods an echo and never reads', () => {
  it('is not read from while its own queue is long: memory stays within the cap, and all comes once it reads', async () => {
    const { port, server } = await startEcho();
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    client.socket.pause();
    const message = frame(Opcode.BINARY, new Uint8Array(64 * KIB));
    let sent = 0;
    // Both directions of two kernels and the queue of the server together take less than 32 MiB.
    for (; sent < 512; sent++) client.socket.write(message);
    await turnsUntil(() => (connection?.bufferedBytes ?? 0) > MIB);
    let still = 0;
    for (let before = -1; still < 50; before = client.socket.writableLength) {
      still = client.socket.writableLength === before ? still + 1 : 0;
      await turns(1);
    }
    expect(client.socket.writableLength).toBeGreaterThan(0);
    expect(connection?.bufferedBytes).toBeLessThan(2 * MIB);
    client.socket.resume();
    for (let i = 0; i < sent; i++) expect((await client.frame()).payload).toHaveLength(64 * KIB);
    await turnsUntil(() => connection?.bufferedBytes === 0);
  });

  it.each(['handler', 'loop'] as const)('and then resets leaves nothing behind (%s)', async (style) => {
    const { port, server, errors } = await startServer((one) => {
      if (style === 'handler') one.route('/', { message: (connection, data) => connection.send(data) });
      else
        one.route('/', async (connection) => {
          for await (const message of connection) await connection.sendAndDrain(message);
        });
    });
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    client.socket.pause();
    const message = frame(Opcode.BINARY, new Uint8Array(64 * KIB));
    for (let i = 0; i < 512; i++) client.socket.write(message);
    await turnsUntil(() => (connection?.bufferedBytes ?? 0) > MIB);
    await turns(50);
    client.reset();
    await turnsUntil(() => server.connections.size === 0);
    expect(await connection?.closed).toMatchObject({ code: 1006 });
    expect(errors).toEqual([]);
  });

  it('of pings gets no more pongs than a few', async () => {
    const { port, server } = await startEcho({ pingsPerWindow: Infinity });
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    client.socket.pause();
    const pings = Buffer.concat(Array.from({ length: 8 * KIB }, () => frame(Opcode.PING, 'x'.repeat(125))));
    // 64 MiB of pings, which as many pongs would answer.
    for (let i = 0; i < 64; i++) {
      await client.sent(pings);
      expect(connection?.bufferedBytes).toBeLessThan(MIB);
    }
  });
});

describe('fairness', () => {
  it('a connection leaves the turn to others after 256 messages', async () => {
    const order: string[] = [];
    const { port } = await startServer((one) =>
      one.route(() => true, { message: ({ request }) => void order.push(request?.path ?? '') }),
    );
    const [first, second] = [await RawClient.open(port, '/a'), await RawClient.open(port, '/b')];
    first.send(...Array.from({ length: 1000 }, () => text('')));
    second.send(text(''));
    await turnsUntil(() => order.length === 1001);
    const at = order.indexOf('/b');
    expect(at).toBeLessThanOrEqual(512);
  });

  it('many small messages in one chunk are cut into turns of 256', async () => {
    let count = 0;
    const perTurn: number[] = [];
    const { port } = await startServer((one) =>
      one.route('/', {
        message: () => {
          if (count++ === 0) setImmediate(watch);
        },
      }),
    );
    const watch = (): void => {
      perTurn.push(count);
      if (count < 1000) setImmediate(watch);
    };
    await RawClient.open(port, '/', ...Array.from({ length: 1000 }, () => text('')));
    await turnsUntil(() => count === 1000);
    expect(perTurn[0]).toBe(256);
    for (const [i, total] of perTurn.entries()) expect(total - (perTurn[i - 1] ?? 0)).toBeLessThanOrEqual(256);
  });
});

describe('a loop', () => {
  it('leaves the turn to others after 256 messages, too', async () => {
    let count = 0;
    const perTurn: number[] = [];
    const watch = (): void => {
      perTurn.push(count);
      if (count < 1000) setImmediate(watch);
    };
    const { port } = await startServer((one) =>
      one.route('/', async (connection) => {
        for await (const _ of connection) if (count++ === 0) setImmediate(watch);
      }),
    );
    await RawClient.open(port, '/', ...Array.from({ length: 1000 }, () => text('')));
    await turnsUntil(() => perTurn.at(-1) === 1000);
    for (const [i, total] of perTurn.entries()) expect(total - (perTurn[i - 1] ?? 0)).toBeLessThanOrEqual(256);
  });

  it('that takes nothing is sent no more than a message and two reads', async () => {
    const { port, connection: opening } = await startHolding({ maxMessageBytes: 64 * KIB });
    const client = await RawClient.open(port);
    const connection = await opening;
    let passed = 0;
    connection.tap((_, bytes) => {
      passed += bytes.length;
    });
    const message = frame(Opcode.BINARY, new Uint8Array(60 * KIB));
    for (let i = 0; i < 256; i++) client.socket.write(message);
    await turnsUntil(() => passed > 0);
    await turns(100);
    expect(client.socket.writableLength).toBeGreaterThan(0);
    expect(passed).toBeLessThanOrEqual(5 * 64 * KIB);
    connection.terminate();
  });
});

describe('what connections share', () => {
  it('carries nothing of one to another, however slowly some of them read', async () => {
    const { port, server } = await startServer((one) => one.route(() => true, {}), { sendQueueBytes: Infinity });
    const clients = [];
    for (const path of ['/1', '/2', '/3', '/4']) clients.push(await RawClient.open(port, path));
    const [slow, stopped, fast] = clients;
    slow?.socket.pause();
    stopped?.socket.pause();
    const wires = new Map([...server.connections].map((connection) => [connection, [] as Buffer[]]));
    for (let round = 0; round < 800; round++) {
      let of = 0;
      for (const [connection, wire] of wires) {
        const payload = new Uint8Array(round % 9 === 0 ? 30 : 12_000 + (round % 50)).fill(++of * 16 + (round % 16));
        connection.send(payload);
        wire.push(Buffer.from(encodeFrame(Opcode.BINARY, payload)));
      }
      if (round % 4 === 0) await turns(1);
      if (round % 200 === 100) slow?.socket.resume();
      if (round % 200 === 150) slow?.socket.pause();
    }
    expect([...server.connections].some(({ bufferedBytes }) => bufferedBytes > 0)).toBe(true);
    expect(fast?.reads).toBeGreaterThan(0);
    for (const client of clients) client.socket.resume();
    let at = 0;
    for (const wire of wires.values()) {
      const whole = Buffer.concat(wire);
      const seen = await clients[at++]?.take(() => whole.length);
      expect(seen !== undefined && whole.equals(seen)).toBe(true);
    }
  });
});

describe('a prepared message', () => {
  it('is the same for everyone and may be sent again and again', async () => {
    const { port, server } = await startServer((one) => one.route('/', {}));
    const clients = [await RawClient.open(port), await RawClient.open(port), await RawClient.open(port)];
    const bytes = new Uint8Array(20 * KIB).fill(7);
    const [small, large] = [prepareMessage('news'), prepareMessage(bytes)];
    bytes.fill(0);
    for (const connection of server.connections) for (const one of [small, large, small]) connection.send(one);
    for (const client of clients) {
      expect(await client.text()).toBe('news');
      expect((await client.frame()).payload.every((byte) => byte === 7)).toBe(true);
      expect(await client.text()).toBe('news');
      client.send(close(1000));
    }
  });
});
