import { once } from 'node:events';
import { type Duplex, Readable, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished, pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { type Connection, connect, toDuplex, WebSocketError } from '../../src/node/index.ts';
import { connectionPair, scriptedServer } from '../../src/testing/index.ts';
import { leaveNothingBehind, startHolding, turns, turnsUntil } from './running-server.ts';

leaveNothingBehind();

const MIB = 1024 * 1024;

async function duplexAndPeer(end: 'server' | 'client' = 'client', objectMode = false) {
  const pair = await connectionPair();
  const peer: Connection = pair[end === 'client' ? 'server' : 'client'];
  return { stream: toDuplex(pair[end], { objectMode }), connection: pair[end], peer };
}

/** Writes until the stream has taken no chunk for so many turns; gives what its callbacks and its buffer say. */
async function stall(stream: Duplex, bytes: number): Promise<number> {
  let taken = 0;
  for (let offered = 0; offered < bytes; offered += 64 * 1024) {
    stream.write(new Uint8Array(64 * 1024), () => {
      taken += 64 * 1024;
    });
  }
  let before = -1;
  while (taken !== before) {
    before = taken;
    await turns(50);
  }
  return taken;
}

/** Resolves when the stream is closed, with or without an error. */
function closed(stream: Duplex): Promise<void> {
  return new Promise((resolve) => stream.once('close', resolve));
}

describe.each(['server', 'client'] as const)('a connection as a stream of Node at the %s', (end) => {
  it('carries bytes both ways, each chunk written a binary message', async () => {
    const { stream, peer } = await duplexAndPeer(end);
    stream.write('text becomes bytes');
    stream.write(Uint8Array.of(1, 2, 3));
    expect(await peer.receive()).toEqual(new Uint8Array(Buffer.from('text becomes bytes')));
    expect(await peer.receive()).toEqual(Uint8Array.of(1, 2, 3));
    peer.send('so does this');
    peer.send(Uint8Array.of(4));
    peer.close(1000);
    expect(String(await buffer(stream))).toBe('so does this\x04');
  });

  it('keeps messages and their kinds in object mode', async () => {
    const { stream, peer } = await duplexAndPeer(end, true);
    stream.write('text');
    stream.write(Buffer.from('bytes'));
    stream.write(new Uint8Array([1, 2]).buffer);
    stream.write('');
    expect(await peer.receive()).toBe('text');
    expect(await peer.receive()).toEqual(new Uint8Array(Buffer.from('bytes')));
    expect(await peer.receive()).toEqual(Uint8Array.of(1, 2));
    expect(await peer.receive()).toBe('');
    peer.send('one');
    peer.send(Uint8Array.of(7));
    peer.send('');
    peer.close(1000);
    const got: unknown[] = [];
    for await (const message of stream) got.push(message);
    expect(got).toEqual(['one', Uint8Array.of(7), '']);
  });

  it('closes with 1000 behind what was written when it is ended, and is finished when the peer has answered', async () => {
    const { stream, peer } = await duplexAndPeer(end);
    stream.resume();
    stream.write('last words');
    stream.end();
    expect(await peer.receive()).toEqual(new Uint8Array(Buffer.from('last words')));
    await finished(stream);
    expect(await peer.closed).toMatchObject({ code: 1000, clean: true, by: 'remote' });
    expect(stream.destroyed).toBe(true);
  });

  it('ends when the peer closes, and ends its other half with it', async () => {
    const { stream, peer } = await duplexAndPeer(end);
    peer.close(4321, 'bye');
    stream.resume();
    await Promise.all([once(stream, 'end'), once(stream, 'finish'), once(stream, 'close')]);
    expect(stream.errored).toBeNull();
  });

  it('is destroyed with code and reason when the peer vanishes, and throws nothing where nobody listens', async () => {
    const { stream, peer } = await duplexAndPeer(end);
    peer.terminate();
    await closed(stream);
    expect(stream.errored).toBeInstanceOf(WebSocketError);
    expect(stream.errored).toMatchObject({ name: 'WebSocketError', closeCode: 1006 });
  });

  it('gives what arrived before the peer vanished, then the error', async () => {
    const { stream, peer } = await duplexAndPeer(end);
    peer.send(Uint8Array.of(1, 2));
    peer.close(1000);
    expect(await buffer(stream)).toEqual(Buffer.from([1, 2]));
  });

  it('ends the connection at once when it is destroyed', async () => {
    const { stream, peer } = await duplexAndPeer(end);
    stream.destroy(new Error('no more'));
    expect(await peer.closed).toMatchObject({ code: 1006 });
    expect(stream.errored?.message).toBe('no more');
  });

  it('fails a write behind the end of the connection', async () => {
    const { stream, connection } = await duplexAndPeer(end);
    connection.close(1000);
    const error = await new Promise((resolve) => stream.write('too late', resolve));
    expect(error).toMatchObject({ name: 'InvalidStateError' });
  });

  it('lets the caller change its bytes once the write calls back', async () => {
    const { stream, peer } = await duplexAndPeer(end);
    const bytes = new Uint8Array(100_000).fill(1);
    await new Promise((resolve) => stream.write(bytes, resolve));
    bytes.fill(2);
    expect(await peer.receive()).toEqual(new Uint8Array(100_000).fill(1));
  });

  it('works in a pipeline with transforms', async () => {
    const { stream, peer } = await duplexAndPeer(end, true);
    const shout = new Transform({
      objectMode: true,
      transform: (message: string, _encoding, callback) => callback(null, message.toUpperCase()),
    });
    const running = pipeline(stream, shout, stream);
    peer.send('a');
    peer.send('b');
    expect([await peer.receive(), await peer.receive()]).toEqual(['A', 'B']);
    peer.close(1000);
    await running;
  });
});

describe('backpressure of a stream of Node, over a socket', () => {
  it('stops taking writes while the server does not read 8 MiB, and goes on when it does', async () => {
    const { port, connection: accepted } = await startHolding();
    const stream = toDuplex(await connect(`ws://127.0.0.1:${port}/`));
    const server = await accepted;
    const taken = await stall(stream, 16 * MIB);
    expect(taken).toBeLessThan(16 * MIB);
    expect(stream.writableNeedDrain).toBe(true);
    let received = 0;
    while (received < 16 * MIB) received += (((await server.receive()) ?? '') as Uint8Array).length;
    expect(received).toBe(16 * MIB);
    stream.destroy();
  });

  it('holds no more than the high-water marks of what a stalled client was offered by the server', async () => {
    const { port, connection: accepted } = await startHolding();
    const client = await connect(`ws://127.0.0.1:${port}/`);
    const server = await accepted;
    const stream = toDuplex(server);
    const offered = Readable.from(
      (function* () {
        for (let i = 0; i < 256; i++) yield Buffer.alloc(64 * 1024);
      })(),
      { objectMode: false, highWaterMark: 64 * 1024 },
    );
    const running = pipeline(offered, stream);
    // What the kernel still takes after the stream was stopped lowers the count again, so a threshold may never be met.
    let before = -1;
    while (server.bufferedBytes !== before || !stream.writableNeedDrain) {
      before = server.bufferedBytes;
      await turns(50);
    }
    expect(server.bufferedBytes).toBeLessThan(1.2 * MIB);
    expect(stream.writableLength).toBeLessThan(0.3 * MIB);
    let received = 0;
    while (received < 16 * MIB) received += (((await client.receive()) ?? '') as Uint8Array).length;
    await running;
    expect(await client.receive()).toBeUndefined();
  });

  it('takes nothing from a peer while nobody reads: its queue grows, ours does not', async () => {
    const { port, connection: accepted } = await startHolding();
    const stream = toDuplex(await connect(`ws://127.0.0.1:${port}/`), { readableHighWaterMark: 128 * 1024 });
    const server = await accepted;
    let sent = 0;
    let status = 'ok';
    for (; status === 'ok' && sent < 64 * MIB; sent += 64 * 1024) {
      status = server.send(new Uint8Array(64 * 1024));
      await turns(1);
    }
    expect(status).toBe('pressured');
    expect(sent).toBeLessThan(64 * MIB);
    expect(stream.readableLength).toBeLessThan(256 * 1024);
    let received = 0;
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      received += chunk.length;
      if (received === sent) break;
    }
    expect(received).toBe(sent);
    await server.closed;
  });
});

describe('a stream of Node on a connection', () => {
  it('names the rule that the peer broke', async () => {
    const script = scriptedServer(async (peer) => {
      await peer.accept();
      peer.sendFrame(Opcode.TEXT, Uint8Array.of(0xff));
      await peer.expectClose(1007);
    });
    const stream = toDuplex(await connect('ws://test/', script));
    await closed(stream);
    expect(stream.errored).toMatchObject({ closeCode: 1007, cause: { code: 'text-not-utf8' } });
  });

  it('is destroyed by its signal', async () => {
    const { client, server } = await connectionPair();
    const abort = new AbortController();
    const stream = toDuplex(client, { signal: abort.signal });
    abort.abort();
    await server.closed;
    await turnsUntil(() => stream.closed);
    expect(stream.errored?.name).toBe('AbortError');
  });

  it('refuses what is no message, and an option that does not exist', async () => {
    const { stream, connection } = await duplexAndPeer('client', true);
    const error = await new Promise((resolve) => stream.write({ no: 'message' }, resolve));
    expect(error).toBeInstanceOf(TypeError);
    expect(() => toDuplex(connection, { highWaterMark: 1 } as object)).toThrow('no option "highWaterMark"');
    const { server } = await connectionPair({ route: { message() {} } });
    const taken = toDuplex(server);
    await closed(taken);
    expect(taken.errored?.message).toContain('message handler');
  });
});
