import { openAsBlob } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from '../../src/node/index.ts';
import { logged } from './client-log.ts';
import { leaveNothingBehind, startServer, turns, turnsUntil } from './running-server.ts';
import { endScriptedServers, type SentFrame, serveRaw, type Visitor } from './scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

const TEXT = 0x81;
const BINARY = 0x82;
const CLOSE = 0x88;
const MIB = 1024 * 1024;

/** An open client and the end that it talks to. */
async function openPair(options = {}) {
  let met!: (visitor: Visitor) => void;
  const meeting = new Promise<Visitor>((resolve) => {
    met = resolve;
  });
  const url = await serveRaw(async (visitor) => {
    await visitor.accept();
    met(visitor);
  });
  const client = logged(url, options);
  await client.opened;
  return { ...client, visitor: await meeting };
}

function plain(frames: readonly SentFrame[]): [number, string][] {
  return frames.map(({ firstByte, payload }) => [firstByte, payload.toString('latin1')]);
}

describe('what a client sends (WHATWG WebSockets §3.1, RFC 6455 §5.6)', () => {
  // @rfc 6455-6.1-8
  it('is text from strings and from whatever else is no bytes, binary from bytes in any shape', async () => {
    const { socket, visitor } = await openPair();
    const bytes = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
    const shared = new SharedArrayBuffer(2);
    new Uint8Array(shared).set([8, 9]);
    const send = (data: unknown): void => socket.send(data as string);
    for (const text of ['', 'hé€😀', 7, null, undefined, true, { toString: () => 'made' }]) send(text);
    for (const data of [
      bytes.buffer,
      shared,
      new Uint8Array(shared, 1),
      new ArrayBuffer(0),
      new DataView(bytes.buffer, 2, 3),
      bytes.subarray(1, 3),
      Buffer.from('Buffer'),
      new Uint8ClampedArray(bytes.buffer, 0, 2),
      new Int8Array(bytes.buffer, 7),
      new Uint16Array(bytes.buffer, 2, 1),
      new Int16Array(bytes.buffer, 2, 1),
      new Int32Array(bytes.buffer, 4),
      new Uint32Array(bytes.buffer, 4),
      new Float32Array(bytes.buffer, 4),
      new Float64Array(bytes.buffer),
      new BigInt64Array(bytes.buffer),
      new BigUint64Array(bytes.buffer),
      new Blob([bytes.subarray(3, 5), 'blob']),
    ]) {
      socket.send(data);
    }
    const latin = (text: string): string => Buffer.from(text).toString('latin1');
    const all = '\x01\x02\x03\x04\x05\x06\x07\x08';
    expect(plain(await visitor.frames(25))).toEqual([
      ...['', latin('hé€😀'), '7', 'null', 'undefined', 'true', 'made'].map((text) => [TEXT, text]),
      ...['\x08\x09', all, '\x09'].map((_, i) => [BINARY, [all, '\x08\x09', '\x09'][i]]),
      ...['', '\x03\x04\x05', '\x02\x03', 'Buffer', '\x01\x02', '\x08', '\x03\x04', '\x03\x04'].map((b) => [BINARY, b]),
      ...['\x05\x06\x07\x08', '\x05\x06\x07\x08', '\x05\x06\x07\x08', all, all, all].map((b) => [BINARY, b]),
      [BINARY, '\x04\x05blob'],
    ]);
  });

  it('has U+FFFD where a string has lone surrogates', async () => {
    const { socket, visitor } = await openPair();
    socket.send('a\ud800b\udc00\ud83d\ude00');
    const [frame] = await visitor.frames(1);
    expect(frame?.payload.toString()).toBe('a\ufffdb\ufffd😀');
  });

  it('is refused before the socket is open, whatever it is', async () => {
    const url = await serveRaw((visitor) => visitor.accept());
    const { socket, opened } = logged(url);
    for (const data of ['text', new Uint8Array(1), new Blob(['b'])]) {
      expect(() => socket.send(data)).toThrow(expect.objectContaining({ name: 'InvalidStateError' }));
    }
    expect(socket.bufferedAmount).toBe(0);
    await opened;
  });

  it('keeps its order across Blobs, and what it was when send was called', async () => {
    const { socket, visitor } = await openPair();
    const changing = Uint8Array.of(1, 2, 3);
    socket.send('first');
    socket.send(new Blob(['x'.repeat(100_000)]));
    socket.send('behind the Blob');
    socket.send(changing);
    socket.send(new Blob([]));
    socket.send(changing.buffer);
    socket.send(new Blob(['last']));
    socket.close(3001, 'done');
    changing.fill(9);
    expect(socket.bufferedAmount).toBe('first'.length + 100_000 + 'behind the Blob'.length + 3 + 0 + 3 + 4);
    const frames = await visitor.frames(8);
    expect(plain(frames)).toEqual([
      [TEXT, 'first'],
      [BINARY, 'x'.repeat(100_000)],
      [TEXT, 'behind the Blob'],
      [BINARY, '\x01\x02\x03'],
      [BINARY, ''],
      [BINARY, '\x01\x02\x03'],
      [BINARY, 'last'],
      [CLOSE, '\x0b\xb9done'],
    ]);
  });

  it('may be changed after send, long messages too', async () => {
    const { socket, visitor } = await openPair();
    for (const length of [10, 16 * 1024, 16 * 1024 + 1, MIB]) {
      const data = new Uint8Array(length).fill(1);
      socket.send(data);
      expect(data.every((byte) => byte === 1)).toBe(true);
      data.fill(2);
      const [frame] = await visitor.frames(1);
      expect(frame?.payload.equals(Buffer.alloc(length, 1))).toBe(true);
    }
  });

  it('is refused as bytes whose buffer was transferred elsewhere, in any state of the queue', async () => {
    const { socket, visitor } = await openPair();
    const gone = new Uint8Array(4);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    expect(() => socket.send(gone)).toThrow(TypeError);
    expect(() => socket.send(gone.buffer)).toThrow(TypeError);
    socket.send(new Blob(['b']));
    expect(() => socket.send(gone)).toThrow(TypeError);
    socket.send('t');
    expect(plain(await visitor.frames(2))).toEqual([
      [BINARY, 'b'],
      [TEXT, 't'],
    ]);
    expect(socket.bufferedAmount).toBe(0);
  });

  it('fails the socket when it is a Blob that cannot be read, and sends nothing behind it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'client-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'file');
    await writeFile(path, 'as it was');
    const blob = await openAsBlob(path);
    await appendFile(path, ' and more');
    const { socket, visitor, closed } = await openPair();
    socket.send('before');
    socket.send(blob);
    socket.send('behind');
    expect(await closed).toEqual([
      ['open'],
      ['error', 'a Blob that was given to send cannot be read'],
      ['close', 1006, '', false],
    ]);
    expect(socket.bufferedAmount).toBe(blob.size + 'behind'.length);
    await visitor.end();
    expect(plain(await visitor.frames(1))).toEqual([[TEXT, 'before']]);
    await expect(visitor.frames(1)).rejects.toThrow('only 0 frames');
  });

  it('fails the socket in a later turn when the queue is full', async () => {
    const { socket, visitor, closed, log } = await openPair({ sendQueueBytes: 2 * MIB, maxMessageBytes: MIB });
    visitor.socket.pause();
    const message = new Uint8Array(MIB);
    while (socket.readyState === WebSocket.OPEN) socket.send(message);
    expect(log).toEqual([['open']]);
    expect(await closed).toEqual([
      ['open'],
      ['error', expect.stringContaining('sendQueueBytes')],
      ['close', 1006, '', false],
    ]);
  });
});

describe('bufferedAmount (WHATWG WebSockets §3.1)', () => {
  it('counts bytes, not characters, in the turn of send, and nothing once they have gone', async () => {
    const { socket, visitor } = await openPair();
    expect(socket.bufferedAmount).toBe(0);
    socket.send('€');
    expect(socket.bufferedAmount).toBe(3);
    socket.send(new Uint8Array(5));
    socket.send('');
    socket.send(new Blob(['1234']));
    expect(socket.bufferedAmount).toBe(12);
    await visitor.frames(4);
    await turnsUntil(() => socket.bufferedAmount === 0);
  });

  it('falls as a slow peer takes what waits', async () => {
    const { socket, visitor } = await openPair();
    visitor.socket.pause();
    for (let i = 0; i < 16; i++) socket.send(new Uint8Array(MIB));
    expect(socket.bufferedAmount).toBe(16 * MIB);
    visitor.socket.resume();
    const seen = new Set<number>();
    await turnsUntil(() => {
      seen.add(socket.bufferedAmount);
      return socket.bufferedAmount === 0;
    });
    expect(seen.size).toBeGreaterThan(2);
    visitor.socket.destroy();
  });

  it('after close counts only what comes too late, and keeps counting it for ever', async () => {
    const { socket, visitor, closed } = await openPair();
    socket.send('sent');
    socket.close();
    socket.send('too late');
    await visitor.frames(2);
    await turnsUntil(() => socket.bufferedAmount === 8);
    socket.send(new Uint8Array(2));
    socket.send(new Blob(['abc']));
    visitor.socket.write(Uint8Array.of(0x88, 0));
    visitor.socket.end();
    await closed;
    expect(socket.bufferedAmount).toBe(13);
    socket.send(new ArrayBuffer(7));
    await turns(3);
    expect(socket.bufferedAmount).toBe(20);
  });

  it('keeps what a lost connection did not take', async () => {
    const { socket, visitor, closed } = await openPair();
    visitor.socket.pause();
    for (let i = 0; i < 16; i++) socket.send(new Uint8Array(MIB));
    await turns(3);
    visitor.socket.resetAndDestroy();
    await closed;
    const left = socket.bufferedAmount;
    expect(left).toBeGreaterThan(MIB);
    socket.send('12345');
    expect(socket.bufferedAmount).toBe(left + 5);
  });

  it('counts what is sent when the server has begun to close', async () => {
    const { socket, visitor, closed } = await openPair();
    visitor.socket.write(Uint8Array.of(0x88, 2, 0x03, 0xe9));
    await turnsUntil(() => socket.readyState === WebSocket.CLOSING);
    socket.send('12345');
    expect(socket.bufferedAmount).toBe(5);
    const [frame] = await visitor.frames(1);
    expect(frame?.payload.toString('hex')).toBe('03e9');
    visitor.socket.end();
    expect(await closed).toEqual([['open'], ['close', 1001, '', true]]);
    expect(socket.bufferedAmount).toBe(5);
  });
});

describe('bufferedAmount of a compressing client (RFC 7692)', () => {
  it('counts the message, not what it was compressed to', async () => {
    const { port } = await startServer((server) => server.route('/', { message: () => {} }), { deflate: true });
    const { socket, opened } = logged(`ws://127.0.0.1:${port}`, { deflate: true });
    await opened;
    expect(socket.extensions).toContain('permessage-deflate');
    socket.send('a'.repeat(50_000));
    socket.send(new Uint8Array(50_000));
    expect(socket.bufferedAmount).toBe(100_000);
    await turnsUntil(() => socket.bufferedAmount === 0);
    socket.close();
  });
});
