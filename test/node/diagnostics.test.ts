import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeFrame, Opcode } from '../../src/codec/index.ts';
import { type Connection, WebSocket } from '../../src/node/index.ts';
import { PROTOCOL_LIMITS } from '../../src/protocol/index.ts';
import { close, frame, RawClient, text, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, startEcho, startHolding, startServer, turnsUntil } from './running-server.ts';

leaveNothingBehind();

const NAMES = ['ws101:connection', 'ws101:handshake', 'ws101:message', 'ws101:frame', 'ws101:close'] as const;

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** What a channel publishes from here on to the end of the test. */
function listen(name: (typeof NAMES)[number]): Record<string, unknown>[] {
  const heard: Record<string, unknown>[] = [];
  const listener = (message: unknown): void => void heard.push(message as Record<string, unknown>);
  subscribe(name, listener);
  stops.push(() => unsubscribe(name, listener));
  return heard;
}

describe('the diagnostics channels', () => {
  it('tell of a connection, its messages and its end', async () => {
    const [opened, messages, closed] = [listen('ws101:connection'), listen('ws101:message'), listen('ws101:close')];
    const { port, server } = await startEcho();
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    client.send(text('hi'));
    await client.text();
    client.send(close(4000, 'bye'));
    await client.rest();
    await client.gone();
    await turnsUntil(() => closed.length > 0);
    expect(opened).toEqual([{ connection, role: 'server' }]);
    expect(messages).toEqual([
      { connection, direction: 'in', data: 'hi' },
      { connection, direction: 'out', data: 'hi' },
    ]);
    expect(closed).toEqual([{ connection, code: 4000, reason: 'bye', clean: true, by: 'remote' }]);
  });

  it('tell of handshakes that were accepted, refused and abandoned', async () => {
    const heard = listen('ws101:handshake');
    const { port } = await startEcho();
    await (await RawClient.open(port)).gone();
    const refused = new RawClient(port);
    refused.send(upgradeHead('/none'));
    await refused.gone();
    const silent = new RawClient(port);
    await silent.gone();
    await turnsUntil(() => heard.length === 3);
    const remoteAddress = '127.0.0.1';
    expect(heard).toMatchObject([
      { status: 101, remoteAddress, request: { path: '/' } },
      { status: 404, remoteAddress, request: { path: '/none' } },
      { status: 0, remoteAddress, request: undefined },
    ]);
  });

  it('tell of every frame, however the reads cut it', async () => {
    const heard = listen('ws101:frame');
    const { port } = await startEcho();
    const client = await RawClient.open(port);
    const long = 'x'.repeat(70_000);
    const bytes = Buffer.concat([
      frame(Opcode.TEXT, 'ab', false),
      frame(Opcode.PING, 'p'),
      frame(Opcode.CONTINUATION, long),
      close(1000),
    ]);
    for (const byte of bytes.subarray(0, 30)) await client.sent(Uint8Array.of(byte));
    client.send(bytes.subarray(30));
    await client.rest();
    const seen = heard.map(({ direction, header }) => {
      const { fin, opcode, masked, length } = header as {
        fin: boolean;
        opcode: number;
        masked: boolean;
        length: number;
      };
      return [direction, fin, opcode, masked, length];
    });
    expect(seen.filter(([direction]) => direction === 'in')).toEqual([
      ['in', false, Opcode.TEXT, true, 2],
      ['in', true, Opcode.PING, true, 1],
      ['in', true, Opcode.CONTINUATION, true, 70_000],
      ['in', true, Opcode.CLOSE, true, 2],
    ]);
    expect(seen.filter(([direction]) => direction === 'out')).toEqual([
      ['out', true, Opcode.PONG, false, 1],
      ['out', true, Opcode.TEXT, false, 70_002],
      ['out', true, Opcode.CLOSE, false, 2],
    ]);
  });

  it('tell nothing of what follows a broken rule', async () => {
    const heard = listen('ws101:frame');
    const { port } = await startEcho();
    const client = await RawClient.open(port);
    client.send(frame(3));
    expect(await client.closeCode()).toBe(1002);
    await client.sent(frame(Opcode.TEXT, 'late'));
    await client.gone();
    expect(heard.filter(({ direction }) => direction === 'in')).toHaveLength(1);
  });

  it('tell of the end of a client too', async () => {
    const [opened, messages] = [listen('ws101:connection'), listen('ws101:message')];
    const { port } = await startEcho();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    socket.addEventListener('open', () => socket.send('hi'));
    await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
    socket.close();
    await new Promise((resolve) => socket.addEventListener('close', resolve, { once: true }));
    expect(opened.map(({ role }) => role).sort()).toEqual(['client', 'server']);
    expect(messages.map(({ direction }) => direction).sort()).toEqual(['in', 'in', 'out', 'out']);
  });

  it('are not published to without a subscriber', async () => {
    const spies = NAMES.map((name) => vi.spyOn(channel(name), 'publish'));
    stops.push(() => {
      for (const spy of spies) spy.mockRestore();
    });
    const { port } = await startEcho();
    const client = await RawClient.open(port, '/', text('hi'));
    await client.text();
    client.send(close(1000));
    await client.rest();
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });
});

interface Passed {
  readonly direction: string;
  readonly hex: string;
  readonly atMs: number;
}

/** Listens in on a connection. */
function tapped(connection: Connection): { passed: Passed[]; stop: () => void } {
  const passed: Passed[] = [];
  const stop = connection.tap((direction, bytes, atMs) => {
    passed.push({ direction, hex: Buffer.from(bytes).toString('hex'), atMs });
  });
  return { passed, stop };
}

describe('a wire tap', () => {
  it('shows the bytes as they pass, still masked, with their time, until it is ended', async () => {
    const { port, connection: opening } = await startHolding();
    const client = await RawClient.open(port);
    const connection = await opening;
    const before = performance.now();
    const { passed, stop } = tapped(connection);
    client.send(text('in'));
    expect(await connection.receive()).toBe('in');
    connection.send('out');
    expect(await client.text()).toBe('out');
    expect(passed.map(({ direction, hex }) => [direction, hex])).toEqual([
      ['in', Buffer.from(text('in')).toString('hex')],
      ['out', Buffer.from(encodeFrame(Opcode.TEXT, Buffer.from('out'))).toString('hex')],
    ]);
    for (const { atMs } of passed) {
      expect(atMs).toBeGreaterThanOrEqual(before);
      expect(atMs).toBeLessThanOrEqual(performance.now());
    }
    stop();
    connection.send('unseen');
    expect(await client.text()).toBe('unseen');
    expect(passed).toHaveLength(2);
  });

  it('shows what was written, whatever those who see it send meanwhile', async () => {
    const opened: Connection[] = [];
    const { port } = await startServer((server) =>
      server.route('/', async (connection) => {
        opened.push(connection);
        await connection.closed;
      }),
    );
    const [client, relayed] = [await RawClient.open(port), await RawClient.open(port)];
    const [connection, relay] = opened;
    if (connection === undefined || relay === undefined) throw new Error('a connection is missing');
    connection.tap((direction, bytes) => {
      if (direction === 'out') relay.send(bytes);
    });
    const { passed } = tapped(connection);
    const long = new Uint8Array(20_000).fill(7);
    const wire = Buffer.concat([
      encodeFrame(Opcode.TEXT, Buffer.from('first')),
      encodeFrame(Opcode.BINARY, long),
      encodeFrame(Opcode.TEXT, Buffer.from('last')),
    ]);
    for (const message of ['first', long, 'last']) connection.send(message);
    expect(await client.take(() => wire.length)).toEqual(wire);
    expect(passed.map(({ hex }) => hex).join('')).toBe(wire.toString('hex'));
    const pieces: Buffer[] = [];
    while (Buffer.concat(pieces).length < wire.length) pieces.push((await relayed.frame()).payload);
    expect(Buffer.concat(pieces)).toEqual(wire);
  });

  it('is told the truth by the queue about what it was just shown', async () => {
    const { port, connection: opening } = await startHolding();
    const client = await RawClient.open(port);
    const connection = await opening;
    client.socket.pause();
    const seen: [bytes: number, waiting: number, status: string][] = [];
    connection.tap((direction, bytes) => {
      if (direction === 'out') seen.push([bytes.length, connection.bufferedBytes, connection.send('more')]);
    });
    const message = new Uint8Array(16 * 1024 * 1024);
    expect(connection.send(message)).toBe('pressured');
    await turnsUntil(() => seen.length === 2);
    const waiting = connection.bufferedBytes;
    expect(waiting).toBeGreaterThan(PROTOCOL_LIMITS.sendQueueBytes);
    expect(seen).toEqual([
      [10, waiting, 'dropped'],
      [message.length, waiting, 'dropped'],
    ]);
    connection.terminate();
  });

  it('that throws is heard of once, closes its connection with 1011, and is asked no more', async () => {
    const { port, connection: opening, errors } = await startHolding();
    const client = await RawClient.open(port);
    const connection = await opening;
    let asked = 0;
    connection.tap(() => {
      asked++;
      throw new Error('of the tap');
    });
    connection.send('first');
    expect(await client.text()).toBe('first');
    expect(await client.closeCode()).toBe(1011);
    expect(errors).toEqual([new Error('of the tap')]);
    expect(asked).toBe(1);
  });

  it('must be a function', async () => {
    const { port, connection } = await startHolding();
    await RawClient.open(port);
    const opened = await connection;
    expect(() => opened.tap('x' as never)).toThrow(TypeError);
  });
});
