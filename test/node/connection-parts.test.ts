import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { type Connection, connect, type MessagePart, type RouteHandlers } from '../../src/node/index.ts';
import { frame, RawClient, text } from './raw-client.ts';
import { leaveNothingBehind, startHolding, startServer, turns, turnsUntil } from './running-server.ts';

leaveNothingBehind();

const { TEXT, BINARY, CONTINUATION, PING, PONG } = Opcode;

/** A raw client and the server's end of its connection. */
async function holding(): Promise<{ readonly client: RawClient; readonly server: Connection; readonly port: number }> {
  const { port, connection } = await startHolding();
  return { client: await RawClient.open(port), server: await connection, port };
}

interface Piece extends MessagePart {
  readonly data: string;
}

/** A server that writes down the pieces that it gets, and a raw client of it. */
async function collecting(more: RouteHandlers = {}, options = {}) {
  const pieces: Piece[] = [];
  const { port, server, errors } = await startServer(
    (one) =>
      one.route('/', {
        part(_, data, part) {
          pieces.push({ data: Buffer.from(data).toString('latin1'), ...part });
        },
        ...more,
      }),
    options,
  );
  return { pieces, port, server, errors, client: await RawClient.open(port) };
}

describe('RFC 6455 §5.4, a message sent in parts', () => {
  it('is a frame for each, control frames between, and then others may follow', async () => {
    const { client, server } = await holding();
    expect(server.sendPart('a', { last: false })).toBe('ok');
    server.sendPart('b', { last: false });
    server.ping(Buffer.from('p'));
    server.sendPart('', { last: true });
    server.sendPart(Uint8Array.of(0x78).buffer, { last: true });
    server.send('whole');
    const got = [];
    for (let i = 0; i < 6; i++) {
      const { opcode, fin, payload } = await client.frame();
      got.push([opcode, fin, payload.toString()]);
    }
    expect(got).toEqual([
      [TEXT, false, 'a'],
      [CONTINUATION, false, 'b'],
      [PING, true, 'p'],
      [CONTINUATION, true, ''],
      [BINARY, true, 'x'],
      [TEXT, true, 'whole'],
    ]);
  });

  it('lets nothing else be sent in between, nor a part of another kind, nor options that do not exist', async () => {
    const { server } = await holding();
    const wrong = { last: true, binary: true };
    expect(() => server.sendPart('a', wrong)).toThrow('binary');
    expect(() => server.sendPart('a', {} as { last: boolean })).toThrow('last must be true or false');
    expect(() => server.sendPart(5 as unknown as string, { last: true })).toThrow(TypeError);
    server.sendPart('a', { last: false });
    expect(() => server.send('b')).toThrow('sent in parts');
    expect(() => server.sendPart(Uint8Array.of(1), { last: true })).toThrow('all text or all bytes');
    expect(server.sendPart('c', { last: true })).toBe('ok');
    expect(server.send('b')).toBe('ok');
    server.terminate();
    expect(server.sendPart('d', { last: true })).toBe('closed');
  });

  it('feels backpressure part by part: a loop that waits never queues more than high water and a part', async () => {
    const { server, port } = await startHolding({ maxMessageBytes: 1 });
    let bytes = 0;
    let whole = false;
    const client = await connect(
      `ws://127.0.0.1:${port}/`,
      { maxMessageBytes: Infinity },
      {
        part(_, data, { last }) {
          bytes += data.length;
          whole = last;
        },
      },
    );
    const [connection] = server.connections;
    client.pause();
    const part = Buffer.alloc(64 * 1024, 'x');
    let parts = 0;
    let most = 0;
    const sending = (async () => {
      for (; parts < 256; parts++) {
        if (connection?.sendPart(part, { last: parts === 255 }) === 'pressured') await connection.drained();
        most = Math.max(most, connection?.bufferedBytes ?? Infinity);
      }
    })();
    await turns(50);
    expect(parts).toBeLessThan(256);
    client.resume();
    await sending;
    await turnsUntil(() => whole);
    expect(bytes).toBe(256 * part.length);
    expect(most).toBeLessThanOrEqual(1024 * 1024 + 2 * part.length);
    client.close(1000);
    await client.closed;
  });
});

describe('RFC 6455 §5.4, a message received in parts', () => {
  it('comes piece by piece as it arrives, text checked, and control frames are seen to in between', async () => {
    const { pieces, client } = await collecting();
    await client.sent(frame(TEXT, 'h\u00fc'.slice(0, 1), false));
    await turnsUntil(() => pieces.length === 1);
    expect(pieces).toEqual([{ data: 'h', kind: 'text', last: false }]);
    client.send(frame(PING, 'p'), frame(CONTINUATION, Buffer.of(0xc3), false), frame(CONTINUATION, Buffer.of(0xbc)));
    expect((await client.frame()).opcode).toBe(PONG);
    client.send(frame(BINARY, 'bytes'), frame(TEXT, ''));
    await turnsUntil(() => pieces.length === 5);
    expect(pieces.slice(1)).toEqual([
      { data: '\u00c3', kind: 'text', last: false },
      { data: '\u00bc', kind: 'text', last: true },
      { data: 'bytes', kind: 'binary', last: true },
      { data: '', kind: 'text', last: true },
    ]);
    client.send(frame(TEXT, Buffer.of(0xff), false));
    expect(await client.closeCode()).toBe(1007);
  });

  it('waits for the promise of the handler before the next piece', async () => {
    const waiting: (() => void)[] = [];
    const { client, pieces } = await collecting({
      part(_, data, part) {
        pieces.push({ data: Buffer.from(data).toString(), ...part });
        return new Promise<void>((resolve) => waiting.push(resolve));
      },
    });
    await client.sent(Buffer.concat([frame(TEXT, 'a', false), frame(CONTINUATION, 'b'), text('c')]));
    for (let count = 1; count <= 3; count++) {
      await turnsUntil(() => pieces.length === count);
      await turns(5);
      expect(pieces).toHaveLength(count);
      waiting.shift()?.();
    }
    expect(pieces.map(({ data }) => data)).toEqual(['a', 'b', 'c']);
  });

  it('is bounded by the limit of a message, and a handler that throws closes with 1011', async () => {
    const { client, pieces } = await collecting({}, { maxMessageBytes: 10 });
    client.send(frame(BINARY, '12345678', false), frame(CONTINUATION, '90'), frame(BINARY, '12345678901'));
    expect(await client.closeCode()).toBe(1009);
    expect(pieces.map(({ data }) => data)).toEqual(['12345678', '90']);
    const failing = await collecting({
      part() {
        throw new Error('no');
      },
    });
    failing.client.send(text('x'));
    expect(await failing.client.closeCode()).toBe(1011);
    expect(failing.errors).toMatchObject([{ message: 'no' }]);
  });

  it('takes the place of message and receive, on a client as well; both at once are refused', async () => {
    const { server, port } = await holding();
    const got: string[] = [];
    const client = await connect(`ws://127.0.0.1:${port}/`, {}, { part: (_, data) => void got.push(String(data)) });
    await expect(client.receive()).rejects.toThrow('message handler');
    await expect(startServer((one) => one.route('/', { message() {}, part() {} }))).rejects.toThrow('leave one out');
    client.close(1000);
    expect(await client.closed).toMatchObject({ code: 1000 });
    server.terminate();
  });

  it('counts once in the metrics, with its last part, sent or received', async () => {
    const { client, server, pieces } = await collecting();
    client.send(frame(TEXT, 'a', false), frame(CONTINUATION, 'b'));
    await turnsUntil(() => pieces.length === 2);
    const [connection] = server.connections;
    connection?.sendPart('c', { last: false });
    expect(server.metrics().messages).toMatchObject({ in: 1, out: 0 });
    connection?.sendPart('d', { last: true });
    expect(server.metrics().messages).toMatchObject({ in: 1, out: 1 });
  });
});
