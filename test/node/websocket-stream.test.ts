import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import {
  type Connection,
  connect,
  toWebStreams,
  UnexpectedResponseError,
  WebSocketError,
  type WebSocketOptions,
  WebSocketServer,
  WebSocketStream,
} from '../../src/node/index.ts';
import { connectionPair, inMemory, scriptedServer } from '../../src/testing/index.ts';
import { leaveNothingBehind, startEcho, startHolding, turns } from './running-server.ts';

leaveNothingBehind();

const MIB = 1024 * 1024;

function serverWith(loop: (connection: Connection) => Promise<void>): WebSocketOptions {
  return inMemory(new WebSocketServer({ onError() {} }).route('/', loop));
}

const echo = async (connection: Connection): Promise<void> => {
  for await (const message of connection) await connection.sendAndDrain(message);
};

/** Writes chunks one after the other; `taken` says how many bytes were. */
function offer(writable: WritableStream<unknown> | { getWriter(): unknown }, bytes: number) {
  const writer = (writable as WritableStream<unknown>).getWriter();
  const state = { taken: 0, done: Promise.resolve() };
  state.done = (async () => {
    for (let offered = 0; offered < bytes; offered += 64 * 1024) {
      await writer.write(new Uint8Array(64 * 1024));
      state.taken += 64 * 1024;
    }
    writer.releaseLock();
  })();
  return state;
}

async function untilStill(read: () => number, atLeast = 0): Promise<number> {
  let before = -1;
  while (read() !== before || before < atLeast) {
    before = read();
    await turns(50);
  }
  return before;
}

describe('WebSocketStream', () => {
  it('opens, tells what was agreed, and gives messages as strings and bytes', async () => {
    const { port } = await startEcho({ deflate: true });
    const stream = new WebSocketStream(`ws://127.0.0.1:${port}`, { deflate: true });
    expect(stream.url).toBe(`ws://127.0.0.1:${port}/`);
    const { readable, writable, protocol, extensions } = await stream.opened;
    expect(protocol).toBe('');
    expect(extensions).toContain('permessage-deflate');
    const [reader, writer] = [readable.getReader(), writable.getWriter()];
    await writer.write('text');
    await writer.write(Uint8Array.of(1, 2));
    await writer.write(new Uint8Array([3, 4]).buffer);
    await writer.write(new DataView(new Uint8Array([9, 5, 9]).buffer, 1, 1));
    await writer.write(42);
    const got = [];
    for (let i = 0; i < 5; i++) got.push((await reader.read()).value);
    expect(got).toEqual(['text', Uint8Array.of(1, 2), Uint8Array.of(3, 4), Uint8Array.of(5), '42']);
    stream.close({ closeCode: 3000, reason: 'done' });
    expect(await stream.closed).toEqual({ closeCode: 3000, reason: 'done' });
    expect(await reader.read()).toEqual({ value: undefined, done: true });
  });

  it('takes the subprotocol that the server chose', async () => {
    const server = new WebSocketServer().route('/', { protocols: ['b'] });
    const { protocol } = await new WebSocketStream('ws://test/', { protocols: ['a', 'b'], ...inMemory(server) }).opened;
    expect(protocol).toBe('b');
    await server.shutdown();
  });

  it('closes by closing the writable, which waits for the answer of the peer', async () => {
    const stream = new WebSocketStream('ws://test/', serverWith(echo));
    const { readable, writable } = await stream.opened;
    const writer = writable.getWriter();
    await writer.write('first');
    const reader = readable.getReader();
    expect((await reader.read()).value).toBe('first');
    await writer.close();
    expect(await stream.closed).toEqual({ closeCode: 1005, reason: '' });
    expect((await reader.read()).done).toBe(true);
  });

  it.each([
    ['cancelling the readable', 'readable', new WebSocketError('', { closeCode: 4001, reason: 'no' }), 4001, 'no'],
    ['aborting the writable', 'writable', new WebSocketError('', { reason: 'why' }), 1000, 'why'],
    ['cancelling for any other reason', 'readable', new Error('x'), 1005, ''],
    ['aborting for none', 'writable', undefined, 1005, ''],
  ] as const)('closes by %s', async (_what, which, reason, closeCode, text) => {
    let ended: unknown;
    const stream = new WebSocketStream(
      'ws://test/',
      serverWith(async (connection) => {
        ended = await connection.closed;
      }),
    );
    const streams = await stream.opened;
    if (which === 'readable') await streams.readable.cancel(reason);
    else await streams.writable.abort(reason);
    expect(await stream.closed).toEqual({ closeCode, reason: text });
    await turns();
    expect(ended).toMatchObject({ code: closeCode, reason: text, by: 'remote' });
  });

  it('closes the readable and fails the writable when the server closes, behind what it sent before', async () => {
    const stream = new WebSocketStream(
      'ws://test/',
      serverWith(async (connection) => {
        for (const message of ['a', 'b', 'c']) connection.send(message);
        connection.close(4000, 'bye');
      }),
    );
    const { readable, writable } = await stream.opened;
    expect(await stream.closed).toEqual({ closeCode: 4000, reason: 'bye' });
    const got: unknown[] = [];
    for await (const message of readable) got.push(message);
    expect(got).toEqual(['a', 'b', 'c']);
    await expect(writable.getWriter().write('x')).rejects.toMatchObject({ name: 'InvalidStateError' });
  });

  it('fails both streams and closed when the server vanishes', async () => {
    const stream = new WebSocketStream(
      'ws://test/',
      serverWith(async (connection) => connection.terminate()),
    );
    const { readable, writable } = await stream.opened;
    const error: unknown = await stream.closed.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WebSocketError);
    expect(error).toMatchObject({ closeCode: 1006, reason: '', name: 'WebSocketError' });
    await expect(readable.getReader().read()).rejects.toMatchObject({ closeCode: 1006 });
    await expect(writable.getWriter().closed).rejects.toMatchObject({ closeCode: 1006 });
  });

  it('fails with the code that it sent when the server breaks a rule', async () => {
    const stream = new WebSocketStream(
      'ws://test/',
      scriptedServer(async (peer) => {
        await peer.accept();
        peer.sendFrame(Opcode.TEXT, 'x', { rsv: 1 });
        await peer.expectClose(1002);
      }),
    );
    await expect(stream.closed).rejects.toMatchObject({ closeCode: 1002 });
  });

  it('rejects opened and closed when there is no connection, and says why', async () => {
    const server = new WebSocketServer();
    const stream = new WebSocketStream('ws://test/nowhere', inMemory(server));
    const [opened, closed] = await Promise.allSettled([stream.opened, stream.closed]);
    expect(opened).toMatchObject({ status: 'rejected', reason: { name: 'WebSocketError', closeCode: null } });
    expect(closed).toMatchObject({ status: 'rejected', reason: { name: 'WebSocketError', closeCode: 1006 } });
    expect((opened as PromiseRejectedResult).reason.cause).toBeInstanceOf(UnexpectedResponseError);
  });

  it('leaves no rejection unhandled when nobody looks', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    new WebSocketStream('ws://test/nowhere', inMemory(new WebSocketServer()));
    new WebSocketStream('ws://test/', { signal: AbortSignal.abort() });
    const lost = new WebSocketStream(
      'ws://test/',
      serverWith(async (connection) => connection.terminate()),
    );
    await lost.opened;
    await lost.closed.catch(() => {});
    await turns(50);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('gives up the attempt for its signal, with the reason as it is; an open one goes on', async () => {
    const abort = new AbortController();
    const silent = scriptedServer((peer) => peer.readHead());
    const stream = new WebSocketStream('ws://test/', { signal: abort.signal, ...silent });
    abort.abort('enough');
    await expect(stream.opened).rejects.toBe('enough');
    await expect(stream.closed).rejects.toBe('enough');
    await expect(new WebSocketStream('ws://test/', { signal: abort.signal }).opened).rejects.toBe('enough');

    const later = new AbortController();
    const open = new WebSocketStream('ws://test/', { signal: later.signal, ...serverWith(echo) });
    const { readable, writable } = await open.opened;
    later.abort();
    await writable.getWriter().write('still here');
    expect((await readable.getReader().read()).value).toBe('still here');
    open.close();
    await open.closed;
  });

  it('gives up the attempt when it is closed before it is open', async () => {
    const stream = new WebSocketStream(
      'ws://test/',
      scriptedServer((peer) => peer.readHead()),
    );
    stream.close();
    await expect(stream.opened).rejects.toBeInstanceOf(WebSocketError);
    await expect(stream.closed).rejects.toThrow('before the connection was established');
  });

  it('refuses what cannot be: URL, option, close code, reason', async () => {
    expect(() => new WebSocketStream('ftp://test/')).toThrow(DOMException);
    expect(() => new WebSocketStream('ws://test/', { nope: 1 } as object)).toThrow('no option "nope"');
    const stream = new WebSocketStream('ws://test/', serverWith(echo));
    await stream.opened;
    for (const closeCode of [999, 1001, 1006, 2999, 5000]) {
      expect(() => stream.close({ closeCode })).toThrow(expect.objectContaining({ name: 'InvalidAccessError' }));
    }
    expect(() => stream.close({ reason: 'ä'.repeat(62) })).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    stream.close({ reason: 'a reason alone' });
    expect(await stream.closed).toEqual({ closeCode: 1000, reason: 'a reason alone' });
  });

  it('lets the caller change its bytes once a write has settled', async () => {
    const { client, server } = await connectionPair();
    const writer = toWebStreams(server).writable.getWriter();
    const bytes = new Uint8Array(100_000).fill(1);
    await writer.write(bytes);
    bytes.fill(2);
    expect(await client.receive()).toEqual(new Uint8Array(100_000).fill(1));
    client.close(1000);
    await server.closed;
  });
});

describe('WebSocketError', () => {
  it('has code and reason, and checks them as close does', () => {
    expect(new WebSocketError()).toMatchObject({ closeCode: null, reason: '', message: '' });
    expect(new WebSocketError('m', { closeCode: 3001, reason: 'r' })).toMatchObject({ closeCode: 3001, reason: 'r' });
    expect(new WebSocketError('m', { reason: 'r' }).closeCode).toBe(1000);
    expect(() => new WebSocketError('', { closeCode: 1006 })).toThrow(DOMException);
    expect(new WebSocketError()).toBeInstanceOf(DOMException);
  });
});

describe('backpressure of streams over a socket', () => {
  it('stops the writes of a client of whom the server reads nothing of 16 MiB, and loses none of them', async () => {
    const { port, connection } = await startHolding();
    const stream = new WebSocketStream(`ws://127.0.0.1:${port}`);
    const { writable } = await stream.opened;
    const server = await connection;
    const offered = offer(writable, 16 * MIB);
    const taken = await untilStill(() => offered.taken);
    expect(taken).toBeLessThan(12 * MIB);
    let received = 0;
    while (received < 16 * MIB) received += ((await server.receive()) as Uint8Array).length;
    await offered.done;
    expect(received).toBe(16 * MIB);
    stream.close();
    await stream.closed;
  });

  it('stops the writes of a server of whom the client reads nothing of 16 MiB, with its queue at high water', async () => {
    const { port, connection } = await startHolding();
    const client = await connect(`ws://127.0.0.1:${port}`);
    const server = await connection;
    const offered = offer(toWebStreams(server).writable, 16 * MIB);
    const taken = await untilStill(() => offered.taken, 1);
    expect(taken).toBeLessThan(16 * MIB);
    expect(server.bufferedBytes).toBeLessThan(1.2 * MIB);
    let received = 0;
    while (received < 16 * MIB) received += ((await client.receive()) as Uint8Array).length;
    await offered.done;
    client.close(1000);
    await client.closed;
  });

  it.each(['client', 'server'] as const)('takes nothing from the peer while nobody reads at the %s', async (end) => {
    const { port, connection } = await startHolding();
    const client = await connect(`ws://127.0.0.1:${port}`, { sendQueueBytes: 4 * MIB });
    const server = await connection;
    const [reading, sending] = end === 'client' ? [client, server] : [server, client];
    const { readable } = toWebStreams(reading);
    let sent = 0;
    while (sending.send(new Uint8Array(64 * 1024)) === 'ok' && sent < 64 * MIB) {
      sent += 64 * 1024;
      await turns(1);
    }
    sent += 64 * 1024;
    expect(sent).toBeLessThan(64 * MIB);
    expect(sending.bufferedBytes).toBeGreaterThan(0.9 * MIB);
    let received = 0;
    for await (const message of readable) {
      received += (message as Uint8Array).length;
      if (received === sent) break;
    }
    expect(received).toBe(sent);
    await sending.closed;
  });

  it('pipes an echo through transforms with bounded queues', async () => {
    const { port } = await startEcho();
    const stream = new WebSocketStream(`ws://127.0.0.1:${port}`);
    const { readable, writable } = await stream.opened;
    const sending = (async () => {
      const writer = writable.getWriter();
      for (let i = 0; i < 200; i++) await writer.write(new Uint8Array(64 * 1024).fill(i));
    })();
    let count = 0;
    for await (const message of readable) {
      expect((message as Uint8Array)[0]).toBe(count++ % 256);
      if (count === 200) break;
    }
    await sending;
    await stream.closed;
  });
});
