import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, Opcode, ProtocolViolation } from '../../src/codec/index.ts';
import type { DeflateAgreement } from '../../src/handshake/index.ts';
import { PermessageDeflate } from '../../src/node/deflate.ts';
import {
  deflateMessage,
  deflateMessageAside,
  inflateMessage,
  inflateMessageAside,
} from '../../src/node/deflate-message.ts';
import { resolveDeflate } from '../../src/node/deflate-options.ts';
import { type Connection, connect, type Message, prepareMessage } from '../../src/node/index.ts';
import { ZlibQueue } from '../../src/node/zlib-queue.ts';
import { jsonOf } from './deflate-streams.ts';
import { RawClient, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, startHolding, startServer, turns, turnsUntil } from './running-server.ts';

leaveNothingBehind();

const KIB = 1024;
const MIB = 1024 * KIB;
const COMPRESSION = { windowBits: 12, level: 3, memLevel: 8 };
const TAKEOVER = { serverNoContextTakeover: false, clientNoContextTakeover: false };
const AGREEMENT: DeflateAgreement = { ...TAKEOVER, serverMaxWindowBits: 12, clientMaxWindowBits: 12 };

function deflating(role: 'server' | 'client'): PermessageDeflate {
  const settings = resolveDeflate(TAKEOVER);
  if (settings === undefined) throw new Error('it is off');
  return new PermessageDeflate(role, AGREEMENT, settings);
}

const binary = (payload: Uint8Array) => ({ opcode: Opcode.BINARY, payload });

/** Two ends of one connection, compression agreed on. */
async function pair(): Promise<{ client: Connection; server: Connection; errors: readonly unknown[] }> {
  const { port, connection, errors } = await startHolding({ deflate: TAKEOVER, maxMessageBytes: 4 * MIB });
  const client = await connect(`ws://127.0.0.1:${port}/`, { deflate: TAKEOVER, maxMessageBytes: 4 * MIB });
  return { client, server: await connection, errors };
}

describe('RFC 7692 §7.2, a message in a thread of its own', () => {
  it('comes out the same as in the loop, there and back', async () => {
    const dictionary = jsonOf(4096, 7);
    for (const message of [Buffer.alloc(0), jsonOf(1), jsonOf(5000), jsonOf(MIB), randomBytes(200 * KIB)]) {
      const compressed = await deflateMessageAside(message, COMPRESSION, dictionary);
      expect(Buffer.compare(compressed, deflateMessage(message, COMPRESSION, dictionary))).toBe(0);
      const plain = await inflateMessageAside(compressed, 12, MIB, dictionary);
      expect(Buffer.compare(plain, message)).toBe(0);
    }
  });

  it('is refused for the same reasons, by the same codes', async () => {
    const bomb = deflateMessage(Buffer.alloc(MIB + 1), COMPRESSION);
    const streams = Buffer.from('4b0400'.repeat(65), 'hex');
    for (const [payload, maxBytes] of [
      [bomb, MIB],
      [bomb.subarray(0, 500), 2 * MIB],
      [Buffer.from('no deflate'), MIB],
      [streams, MIB],
    ] as const) {
      const reasons: unknown[] = [];
      try {
        inflateMessage(payload, 12, maxBytes);
      } catch (error) {
        reasons.push(error);
      }
      const aside = await inflateMessageAside(payload, 12, maxBytes).catch((error: unknown) => error);
      expect(reasons).toEqual([aside]);
      expect(aside).toMatchObject({ name: 'ProtocolViolation' });
    }
    expect(await inflateMessageAside(bomb, 12, MIB + 1)).toHaveLength(MIB + 1);
  });

  it('is what a message above 128 KiB gets, and one of more than 64 KiB compressed', async () => {
    const [small, large] = [deflating('server'), deflating('server')];
    expect(small.encode(binary(jsonOf(128 * KIB)))).not.toBeInstanceOf(Promise);
    expect(large.encode(binary(jsonOf(128 * KIB + 1)))).toBeInstanceOf(Promise);
    const nonsense = Buffer.alloc(64 * KIB + 1, 0xff);
    expect(() => deflating('client').decode(binary(nonsense.subarray(1)), MIB)).toThrow(ProtocolViolation);
    const decoded = deflating('client').decode(binary(nonsense), MIB);
    expect(decoded).toBeInstanceOf(Promise);
    await expect(decoded).rejects.toThrow(ProtocolViolation);
  });

  it('leaves alone what would not become shorter, and the window where it was', async () => {
    const [sender, receiver] = [deflating('server'), deflating('client')];
    const noise = randomBytes(200 * KIB);
    for (const message of [jsonOf(150 * KIB), noise, jsonOf(150 * KIB, 1), jsonOf(150 * KIB)]) {
      const encoded = await sender.encode(binary(message));
      expect(encoded === undefined).toBe(message === noise);
      if (encoded === undefined) continue;
      expect(Buffer.compare(await receiver.decode(binary(encoded.payload), MIB), message)).toBe(0);
    }
  });
});

describe('the queue of work for zlib', () => {
  it('has two under way at most, begins in order, and goes on after a failure', async () => {
    const queue = new ZlibQueue();
    const begun: number[] = [];
    const finish: (() => void)[] = [];
    const works = Array.from({ length: 5 }, (_, i) =>
      queue.run(async () => {
        begun.push(i);
        await new Promise<void>((resolve) => finish.push(resolve));
        if (i === 0) throw new Error('failed');
        return i;
      }),
    );
    works[0]?.catch(() => {});
    for (let done = 0; done < 5; done++) {
      await turns(3);
      expect(begun).toEqual([0, 1, 2, 3, 4].slice(0, done + 2));
      finish.shift()?.();
    }
    expect((await Promise.allSettled(works)).map((one) => one.status === 'fulfilled' && one.value)).toEqual([
      false,
      1,
      2,
      3,
      4,
    ]);
  });
});

describe('connections with large compressed messages', () => {
  it('keep messages of every size in order, both ways, text and bytes, prepared and not', async () => {
    const { client, server } = await pair();
    const size = fc.constantFrom(0, 10, 2 * KIB, 100 * KIB, 128 * KIB, 129 * KIB, 400 * KIB, MIB);
    const kind = fc.constantFrom('text', 'bytes', 'prepared', 'noise');
    const messages = fc.array(fc.tuple(size, kind, fc.nat(1000)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(messages, messages, async (up, down) => {
        await Promise.all([exchange(client, server, up), exchange(server, client, down)]);
      }),
      { numRuns: 12 },
    );
    expect([client.bufferedBytes, server.bufferedBytes]).toEqual([0, 0]);
    client.close(1000);
    expect(await server.closed).toMatchObject({ code: 1000, clean: true });
  });

  it('send what was queued before the close frame, however long it is in work', async () => {
    const { client, server } = await pair();
    const messages = [jsonOf(MIB).toString(), 'small', jsonOf(300 * KIB, 1).toString()];
    for (const message of messages) server.send(message);
    server.close(1000, 'that was all');
    expect(server.send('late')).toBe('closed');
    const got: Message[] = [];
    for await (const message of client) got.push(message);
    expect(got.map((message, i) => message === messages[i])).toEqual([true, true, true]);
    expect(await client.closed).toMatchObject({ code: 1000, reason: 'that was all', clean: true });
    expect(await server.closed).toMatchObject({ clean: true });
  });

  it('say how much waits, and when it has drained', async () => {
    const { client, server } = await pair();
    const message = jsonOf(900 * KIB);
    expect(server.send(message)).toBe('ok');
    expect(server.bufferedBytes).toBe(message.length);
    expect(server.send(message)).toBe('pressured');
    let drained = false;
    void server.drained().then(() => {
      drained = true;
    });
    expect((await client.receive())?.length).toBe(message.length);
    expect((await client.receive())?.length).toBe(message.length);
    await turnsUntil(() => drained);
    expect(server.bufferedBytes).toBe(0);
    client.close(1000);
    await server.closed;
  });

  it('are cut off at once in the middle of the work', async () => {
    for (const end of ['client', 'server'] as const) {
      const { client, server, errors } = await pair();
      for (let i = 0; i < 3; i++) {
        client.send(jsonOf(MIB, i));
        server.send(jsonOf(MIB, i));
      }
      (end === 'client' ? client : server).terminate();
      expect(await client.closed).toMatchObject({ code: 1006 });
      expect(await server.closed).toMatchObject({ code: 1006 });
      expect(errors).toEqual([]);
    }
  });

  it('deliver what had arrived whole before the peer vanished', async () => {
    const got: number[] = [];
    const ended: number[] = [];
    const { port } = await startServer(
      (server) =>
        server.route('/', {
          message: (_, data) => void got.push(data.length),
          close: () => void ended.push(got.length),
        }),
      { deflate: true },
    );
    const client = new RawClient(port);
    client.send(upgradeHead('/', { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }));
    await client.response();
    const payload = deflateMessage(jsonOf(MIB), { ...COMPRESSION, level: 1 });
    expect(payload.length).toBeGreaterThan(64 * KIB);
    await client.sent(encodeFrame(Opcode.BINARY, payload, { rsv: 4, maskKey: 1 }));
    await client.sent(encodeFrame(Opcode.BINARY, Buffer.from('x'), { maskKey: 1 }));
    await client.gone();
    await turnsUntil(() => ended.length > 0);
    expect([got, ended]).toEqual([[MIB, 1], [2]]);
  });

  it('close with 1009 what inflates to more than is taken, and with 1007 what is cut off, alone', async () => {
    const { port, server } = await startServer((one) => one.route('/', { message: () => {} }), {
      deflate: true,
      maxMessageBytes: MIB,
    });
    const other = await connect(`ws://127.0.0.1:${port}/`);
    const payload = deflateMessage(jsonOf(MIB + 1), COMPRESSION);
    for (const [data, code] of [
      [payload, 1009],
      [payload.subarray(0, 70 * KIB), 1007],
    ] as const) {
      const client = new RawClient(port);
      client.send(upgradeHead('/', { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }));
      await client.response();
      client.send(encodeFrame(Opcode.BINARY, data, { rsv: 4, maskKey: 1 }));
      expect(await client.closeCode()).toBe(code);
      await client.gone();
    }
    expect([...server.connections].some(({ closing }) => !closing)).toBe(true);
    other.close(1000);
    await other.closed;
  });
});

type Plan = readonly (readonly [size: number, kind: string, seed: number])[];

async function exchange(from: Connection, to: Connection, plan: Plan): Promise<void> {
  const sent: Message[] = [];
  const received = (async () => {
    for (let i = 0; i < plan.length; i++) {
      const [got, wanted] = [await to.receive(), sent[i]];
      expect(typeof got).toBe(typeof wanted);
      expect(Buffer.compare(Buffer.from(got as string), Buffer.from(wanted as string))).toBe(0);
    }
  })();
  for (const [size, kind, seed] of plan) {
    const bytes = kind === 'noise' ? randomBytes(size) : jsonOf(size, seed);
    const message = kind === 'bytes' || kind === 'noise' ? bytes : bytes.toString();
    sent.push(message);
    const data = kind === 'prepared' ? prepareMessage(message) : message;
    while ((await from.sendAndDrain(data)) === 'dropped') await from.drained();
  }
  await received;
}
