import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeFrame, Opcode } from '../../src/codec/index.ts';
import { deflateMessage, inflateMessage } from '../../src/node/deflate-message.ts';
import { type Connection, prepareMessage, type ServerOptions } from '../../src/node/index.ts';
import { hex } from '../support/wire.ts';
import { logged } from './client-log.ts';
import { jsonOf } from './deflate-streams.ts';
import { RawClient, type RawFrame, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, startEcho, startHolding, startServer, turnsUntil } from './running-server.ts';
import { endScriptedServers, serveRaw } from './scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

const RSV1 = 4;
const MIB = 1024 * 1024;
const COMPRESSION = { windowBits: 12, level: 6, memLevel: 8 };
const OFFER = 'permessage-deflate; client_max_window_bits';

/** A connection on which compression was agreed, unless the offer is `'none'`. */
async function open(port: number, offer: string = OFFER, path: string = '/'): Promise<RawClient> {
  const client = new RawClient(port);
  client.send(upgradeHead(path, { 'Sec-WebSocket-Extensions': offer === 'none' ? undefined : offer }));
  const { headers } = await client.response();
  expect(headers.has('sec-websocket-extensions')).toBe(offer !== 'none');
  return client;
}

const masked = (opcode: number, payload: Uint8Array, rsv: number = RSV1, fin: boolean = true): Uint8Array =>
  encodeFrame(opcode, payload, { rsv, fin, maskKey: 0x01020304 });

const plainOf = ({ payload, rsv }: RawFrame): string =>
  Buffer.from(rsv === RSV1 ? inflateMessage(payload, 15, MIB) : payload).toString();

const HELLO = hex('f248cdc9c90700');

describe('RFC 7692 §6, a connection with compression', () => {
  // @rfc 7692-5-11 7692-6.2-1 7692-6.2-2
  it('understands compressed and plain messages, whole and in fragments with control frames between', async () => {
    const { port } = await startEcho({ deflate: true });
    const client = await open(port);
    client.send(
      masked(Opcode.TEXT, HELLO),
      masked(Opcode.TEXT, Buffer.from('plain'), 0),
      masked(Opcode.TEXT, hex('f200'), RSV1, false),
      masked(Opcode.PING, Buffer.from('p'), 0),
      masked(Opcode.CONTINUATION, hex(''), 0, false),
      masked(Opcode.CONTINUATION, hex('110000'), 0),
      masked(Opcode.TEXT, hex('00')),
    );
    expect(await client.text()).toBe('Hello');
    expect(await client.text()).toBe('plain');
    expect(await client.frame()).toMatchObject({ opcode: Opcode.PONG, rsv: 0 });
    expect(await client.text()).toBe('Hello');
    expect(await client.text()).toBe('');
  });

  // @rfc 7692-6.1-1 7692-6.1-2
  it('sets RSV1 on what it compresses: from the threshold on, and only that', async () => {
    const { port } = await startEcho({ deflate: true });
    const client = await open(port);
    for (const [bytes, rsv] of [
      [1023, 0],
      [1024, RSV1],
      [70_000, RSV1],
    ] as const) {
      const message = jsonOf(bytes);
      client.send(masked(Opcode.TEXT, message, 0));
      const frame = await client.frame();
      expect(frame).toMatchObject({ opcode: Opcode.TEXT, rsv, fin: true });
      expect(plainOf(frame)).toBe(message.toString());
    }
  });

  // @rfc 7692-6.1-4
  it.each([
    ['a continuation', [masked(Opcode.TEXT, HELLO, RSV1, false), masked(Opcode.CONTINUATION, HELLO)]],
    ['a continuation of a plain message', [masked(Opcode.BINARY, HELLO, 0, false), masked(Opcode.CONTINUATION, HELLO)]],
    ['a ping', [masked(Opcode.PING, HELLO)]],
    ['a pong', [masked(Opcode.PONG, HELLO)]],
    ['a close', [masked(Opcode.CLOSE, hex('03e8'))]],
  ])('refuses RSV1 on %s with 1002, agreed or not', async (_, frames) => {
    const { port } = await startEcho({ deflate: true });
    for (const offer of [OFFER, 'none']) {
      const client = await open(port, offer);
      client.send(...frames);
      expect(await client.closeCode()).toBe(1002);
    }
  });

  it.each([
    [2, OFFER],
    [1, OFFER],
    [6, OFFER],
    [RSV1, 'none'],
  ])('refuses reserved bits %i with the offer %s with 1002', async (rsv, offer) => {
    const { port } = await startEcho({ deflate: true });
    const client = await open(port, offer);
    client.send(masked(Opcode.TEXT, HELLO, rsv));
    expect(await client.closeCode()).toBe(1002);
  });

  it.each([
    ['data that is not compressed', Buffer.from('Hello'), Opcode.TEXT, 1007],
    ['data that is cut off', HELLO.subarray(0, 4), Opcode.BINARY, 1007],
    ['a reference to before the beginning', hex('f200110000'), Opcode.TEXT, 1007],
    ['text that is not UTF-8 once decompressed', deflateMessage(hex('61ff'), COMPRESSION), Opcode.TEXT, 1007],
    ['65 final blocks', hex('4b0400'.repeat(65)), Opcode.TEXT, 1008],
  ])('closes at %s, and throws nowhere', async (_, payload, opcode, code) => {
    const { port, errors } = await startEcho({ deflate: true });
    const client = await open(port);
    client.send(masked(opcode, payload), masked(Opcode.TEXT, HELLO));
    expect(await client.closeCode()).toBe(code);
    expect(await client.rest()).toHaveLength(0);
    expect(errors).toEqual([]);
  });

  it('a client refuses the same', async () => {
    for (const [frame, code] of [
      [encodeFrame(Opcode.TEXT, Buffer.from('Hello'), { rsv: RSV1 }), 1007],
      [encodeFrame(Opcode.PING, HELLO, { rsv: RSV1 }), 1002],
      [encodeFrame(Opcode.TEXT, deflateMessage(Buffer.alloc(2 * MIB), COMPRESSION), { rsv: RSV1 }), 1009],
    ] as const) {
      const url = await serveRaw(async (visitor) => {
        const answer = 'permessage-deflate; server_no_context_takeover; server_max_window_bits=12';
        await visitor.accept({ 'Sec-WebSocket-Extensions': answer });
        visitor.socket.write(frame);
        const [close] = await visitor.frames(1);
        expect(close?.payload.readUInt16BE()).toBe(code);
        visitor.socket.end();
      });
      expect((await logged(url, { deflate: true }).closed).map(([type]) => type)).toEqual(['open', 'error', 'close']);
    }
  });

  it('gives bytes of their own, and text as bytes where a route asks for it', async () => {
    const seen: unknown[] = [];
    const message = (_: Connection, data: unknown): void => void seen.push(data);
    const { port } = await startServer(
      (server) => server.route('/', { message }).route('/bytes', { message, text: 'bytes' }),
      { deflate: true },
    );
    for (const [path, opcode] of [
      ['/', Opcode.BINARY],
      ['/bytes', Opcode.TEXT],
    ] as const) {
      const client = await open(port, OFFER, path);
      client.send(masked(opcode, HELLO), masked(Opcode.CLOSE, hex('03e8'), 0));
      expect(await client.closeCode()).toBe(1000);
    }
    expect(seen.map((data) => [data, (data as Uint8Array).buffer.byteLength])).toEqual([
      [new Uint8Array(Buffer.from('Hello')), 5],
      [new Uint8Array(Buffer.from('Hello')), 5],
    ]);
  });
});

describe('what is sent with a choice of its own', () => {
  it('goes out as it is, or compressed below the threshold, and as a part of the loop', async () => {
    const { port, connection } = await startHolding({ deflate: true });
    const client = await open(port);
    const server = await connection;
    const [long, short] = [jsonOf(3000).toString(), jsonOf(300).toString()];
    server.send(long, { compress: false });
    server.send(short, { compress: true });
    server.send(short, {});
    await server.sendAndDrain(long, { compress: false });
    await server.sendAndDrain(prepareMessage(long), { compress: false });
    for (const [text, rsv] of [[long, 0] as const, [short, RSV1] as const, [short, 0] as const, [long, 0] as const]) {
      const frame = await client.frame();
      expect([frame.rsv, plainOf(frame)]).toEqual([rsv, text]);
    }
    expect((await client.frame()).rsv).toBe(0);
  });

  it('means nothing without compression, and must be a choice that exists', async () => {
    const { port, connection } = await startHolding();
    const client = await open(port, 'none');
    const server = await connection;
    server.send('a', { compress: true });
    expect(await client.text()).toBe('a');
    expect(() => server.send('b', { compres: true } as object)).toThrow('send has no option "compres"');
    expect(() => server.send('b', { compress: 1 } as object)).toThrow(TypeError);
    expect(server.extensions).toBe('');
  });
});

describe('a prepared message for many', () => {
  it('is compressed once for each agreement without takeover', async () => {
    const connections: Connection[] = [];
    const { port } = await startServer((server) => server.route('/', { open: (one) => void connections.push(one) }), {
      deflate: { serverNoContextTakeover: false },
    });
    const fresh = `${OFFER}; server_no_context_takeover`;
    const offers = [fresh, fresh, fresh, `${fresh}; server_max_window_bits=9`, OFFER, 'none'];
    const clients: RawClient[] = [];
    for (const offer of offers) clients.push(await open(port, offer));
    const text = jsonOf(30_000).toString();
    const prepared = prepareMessage(text);
    const encode = vi.spyOn(prepared, 'encodedBy');
    for (const connection of connections) connection.send(prepared);
    const frames = encode.mock.results.map(({ value }) => value.frame as Uint8Array);
    expect(frames).toHaveLength(4);
    expect(new Set(frames).size).toBe(2);
    for (const client of clients) expect(plainOf(await client.frame())).toBe(text);
    vi.restoreAllMocks();
  });
});

describe('a bomb', () => {
  afterEach(() => vi.restoreAllMocks());

  // 1,019 KiB that stand for 1 GiB: zlib's densest output, 2,060 bytes for 2 MiB, over and over.
  const piece = deflateMessage(Buffer.alloc(2 * MIB), { windowBits: 12, level: 9, memLevel: 9 });
  const bomb = Buffer.concat(Array.from({ length: 512 }, () => [piece, hex('0000ffff')]).flat());

  it.each([1, 64])('of 1 GiB in %i frames ends in 1009, with no more output than the limit allows', async (count) => {
    const options: ServerOptions = { deflate: true, maxMessageBytes: 2 * MIB };
    const { port, errors } = await startEcho(options);
    const client = await open(port);
    expect(bomb.length).toBeLessThan(2 * MIB);
    const size = Math.ceil(bomb.length / count);
    const frames = Array.from({ length: count }, (_, i) =>
      masked(
        i === 0 ? Opcode.BINARY : Opcode.CONTINUATION,
        bomb.subarray(i * size, (i + 1) * size),
        i === 0 ? RSV1 : 0,
        i === count - 1,
      ),
    );
    const allocate = vi.spyOn(Buffer, 'allocUnsafe');
    client.send(...frames);
    expect(await client.closeCode()).toBe(1009);
    // Only zlib asks for pieces of exactly this size.
    const output = allocate.mock.calls.filter(([bytes]) => bytes === 16 * 1024).length * 16 * 1024;
    expect(output).toBeGreaterThanOrEqual(2 * MIB);
    expect(output).toBeLessThanOrEqual(2 * MIB + 64 * 1024);
    expect(errors).toEqual([]);
  });

  it('just under the limit, many at once, leaves the loop to others after each megabyte', async () => {
    const turnsAt: number[] = [];
    let loopTurns = 0;
    let counting = true;
    const count = (): void => {
      loopTurns++;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    const { port } = await startServer(
      (server) => server.route('/', { message: () => void turnsAt.push(loopTurns), borrow: true }),
      { deflate: true },
    );
    const client = await open(port);
    const small = masked(Opcode.BINARY, deflateMessage(Buffer.alloc(MIB), COMPRESSION));
    expect(small.length).toBeLessThan(1100);
    client.send(...Array.from({ length: 20 }, () => small));
    await turnsUntil(() => turnsAt.length === 20);
    counting = false;
    expect(new Set(turnsAt).size).toBe(20);
  });

  it('inside compressed data stays data', async () => {
    const { port } = await startEcho({ deflate: true });
    const client = await open(port);
    const inner = Buffer.from(deflateMessage(Buffer.alloc(100 * MIB), COMPRESSION));
    client.send(masked(Opcode.BINARY, deflateMessage(inner, COMPRESSION)));
    expect(inflateMessage((await client.frame()).payload, 15, MIB)).toEqual(new Uint8Array(inner));
  });

  it.each([
    [0, undefined],
    [1, 1009],
  ])('counts from the first byte over the limit: %i', async (over, code) => {
    const { port } = await startEcho({ deflate: true, maxMessageBytes: 50_000 });
    const client = await open(port);
    client.send(masked(Opcode.TEXT, deflateMessage(jsonOf(50_000 + over), COMPRESSION)));
    if (code === undefined) expect(plainOf(await client.frame())).toHaveLength(50_000);
    else expect(await client.closeCode()).toBe(code);
  });
});
