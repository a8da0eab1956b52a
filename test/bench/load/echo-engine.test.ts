import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocketServer as WsServer } from 'ws';
import type { LoadConfig } from '../../../src/bench/config.ts';
import { EchoEngine } from '../../../src/bench/load/echo-engine.ts';
import type { Measurement, Phase } from '../../../src/bench/model.ts';
import { Histogram } from '../../../src/bench/stats/histogram.ts';
import { encodeClosePayload, encodeFrame, FrameDecoder, type FrameHeader } from '../../../src/codec/index.ts';
import { WebSocketServer } from '../../../src/node/index.ts';
import { acceptHead, afterThis, configOf, loadFor, openingServer, rawServer, readRequest } from './raw-server.ts';

function phaseOf(change: Partial<Phase> = {}): Phase {
  return { label: '', warmupMs: 0, durationMs: 0, rate: 0, connections: 1, ...change };
}

async function engineFor(port: number, change: Partial<LoadConfig> = {}): Promise<EchoEngine> {
  const engine = new EchoEngine(configOf(port, change));
  afterThis(() => engine.close());
  await engine.open();
  return engine;
}

/** Loads until so many answers have come. */
async function measure(port: number, messages: number, change: Partial<LoadConfig> = {}): Promise<Measurement> {
  const engine = await engineFor(port, change);
  await engine.start(phaseOf());
  await expect.poll(() => engine.sample().received, { timeout: 15_000, interval: 5 }).toBeGreaterThanOrEqual(messages);
  engine.cut();
  return engine.stop();
}

async function ours(): Promise<number> {
  const server = new WebSocketServer({ maxMessageBytes: 2 ** 21, deflate: { threshold: 0 } });
  server.route('/', { message: (connection, data) => void connection.send(data) });
  afterThis(() => server.shutdown({ deadlineMs: 1 }));
  return ((await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo).port;
}

async function theirs(): Promise<number> {
  const server = new WsServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
  server.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));
  afterThis(async () => {
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

/** The payload of a short masked frame. */
function unmasked(frame: Uint8Array): Uint8Array {
  const key = frame.subarray(2, 6);
  return frame.subarray(6).map((byte, i) => byte ^ (key[i & 3] ?? 0));
}

/** A server that gives each header of a client's frame to `take`, and no answer but what that writes. */
function headerServer(take: (header: FrameHeader, write: (bytes: Uint8Array) => void) => void): Promise<number> {
  return openingServer((socket) => {
    const decoder = new FrameDecoder({ role: 'server' });
    const sink = {
      header: (header: FrameHeader): void => take(header, (bytes) => void socket.write(bytes)),
      payload: (): boolean => false,
    };
    return (chunk) => void decoder.push(chunk, sink);
  });
}

describe('a closed loop', () => {
  const servers: [name: string, start: () => Promise<number>][] = [
    ['our server', ours],
    ['ws', theirs],
  ];
  const loads: [what: string, change: Partial<LoadConfig>][] = [
    ['32 bytes, 16 in flight, 5 connections', { connections: 5, depth: 16 }],
    ['text', { binary: false, source: { kind: 'size', bytes: 200 } }],
    ['no bytes at all', { source: { kind: 'size', bytes: 0 }, depth: 4 }],
    ['one byte', { source: { kind: 'size', bytes: 1 }, depth: 8 }],
    ['64 KiB, which is more than one read', { source: { kind: 'size', bytes: 65_536 }, depth: 3 }],
    ['1 MiB', { source: { kind: 'size', bytes: 2 ** 20 }, connections: 2 }],
    [
      'a template',
      { binary: false, source: { kind: 'template', text: '{"n":"{{seq}}","c":{{client}}}' }, connections: 3 },
    ],
    ['compression', { deflate: true, takeover: false, binary: false, source: { kind: 'size', bytes: 400 }, depth: 3 }],
    ['compression that refers to earlier messages', { deflate: true, takeover: true, depth: 3, connections: 2 }],
  ];
  for (const [server, start] of servers) {
    it.each(loads)(`gets from ${server} what it sent: %s`, async (_what, change) => {
      const { counts, faults, errors, timings } = await measure(await start(), 40, change);
      expect({ faults, errors }).toEqual({ faults: {}, errors: {} });
      expect(counts.sentBytes ?? 0).toBeGreaterThanOrEqual(counts.receivedBytes ?? 0);
      expect(counts.wireBytesReceived ?? 0).toBeGreaterThan(0);
      expect(timings.latency && Histogram.from(timings.latency).count).toBeGreaterThanOrEqual(40);
      expect(timings.service).toBeUndefined();
    });
  }

  it('takes messages that come back in fragments with pings between them, and answers those', async () => {
    let pongs = 0;
    const port = await openingServer((socket) => {
      let opcode = 0;
      const decoder = new FrameDecoder({ role: 'server' });
      const sink = {
        header: (header: FrameHeader): void => {
          opcode = header.opcode;
        },
        payload: (bytes: Uint8Array, start: number, end: number): boolean => {
          if (opcode === 10) pongs++;
          if (opcode !== 2) return false;
          socket.write(encodeFrame(2, bytes.subarray(start, start + 5), { fin: false }));
          socket.write(
            Buffer.concat([encodeFrame(9, Buffer.from('hi')), encodeFrame(0, bytes.subarray(start + 5, end))]),
          );
          return false;
        },
      };
      return (chunk) => void decoder.push(chunk, sink);
    });
    const { faults, errors } = await measure(port, 20, { source: { kind: 'size', bytes: 20 } });
    expect({ faults, errors }).toEqual({ faults: {}, errors: {} });
    expect(pongs).toBeGreaterThanOrEqual(20);
  });

  it.each([
    [32, 16, 16],
    [65_536, 16, 1],
    [30_000, 16, 4],
    [2 ** 20, 8, 1],
  ])('of messages of %i bytes and depth %i keeps %i in flight', async (bytes, depth, expected) => {
    let frames = 0;
    const port = await headerServer(() => frames++);
    const engine = await engineFor(port, { depth, source: { kind: 'size', bytes }, timeoutMs: 10_000 });
    await engine.start(phaseOf());
    await expect.poll(() => frames).toBeGreaterThanOrEqual(expected);
    await new Promise((resolve) => setImmediate(resolve));
    expect(frames).toBe(expected);
  });

  it('waits no more for what is not answered in time, goes on, and counts as lost, once, what never came', async () => {
    let messages = 0;
    const port = await openingServer((socket) => (chunk) => {
      for (let at = 0; at < chunk.length; at += 38) {
        if (messages++ === 0) socket.write(encodeFrame(2, unmasked(chunk.subarray(at, at + 38))));
      }
    });
    const engine = await engineFor(port, { depth: 2, timeoutMs: 100 });
    await engine.start(phaseOf());
    await expect.poll(() => messages).toBeGreaterThanOrEqual(7);
    engine.cut();
    const { counts, errors, faults, timings } = await engine.stop();
    expect(counts.received).toBe(1);
    expect({ errors, faults }).toEqual({ errors: {}, faults: { lost: (counts.sent ?? 0) - 1 } });
    expect(timings.latency && Histogram.from(timings.latency).count).toBe(counts.sent);
  });

  it('counts as lost what was in flight to a server that never answers, and sends it no more', async () => {
    let frames = 0;
    const port = await headerServer(() => frames++);
    const engine = await engineFor(port, { depth: 4, timeoutMs: 50 });
    await engine.start(phaseOf());
    await expect.poll(() => frames).toBe(4);
    await loadFor(300);
    engine.cut();
    const { counts, errors, faults, timings } = await engine.stop();
    expect({ frames, sent: counts.sent, errors, faults }).toEqual({
      frames: 4,
      sent: 4,
      errors: {},
      faults: { lost: 4 },
    });
    const latency = timings.latency && Histogram.from(timings.latency);
    expect(latency?.count).toBe(4);
    expect(latency?.min).toBeGreaterThanOrEqual(50e6);
  });

  it('takes an answer that comes after its time for late, not for wrong', async () => {
    const replies: (() => void)[] = [];
    let messages = 0;
    const port = await openingServer((socket) => (chunk) => {
      for (let at = 0; at < chunk.length; at += 38) {
        const plain = unmasked(chunk.subarray(at, at + 38));
        replies.push(() => socket.write(encodeFrame(2, plain)));
        messages++;
      }
      // The first at once.
      if (messages === 1 || replies.length >= 3) for (const reply of replies.splice(0)) reply();
    });
    const engine = await engineFor(port, { timeoutMs: 80 });
    await engine.start(phaseOf());
    await expect.poll(() => engine.sample().received).toBeGreaterThanOrEqual(4);
    const { errors, faults } = await engine.stop();
    expect(errors.timeout).toBeGreaterThanOrEqual(2);
    expect(Object.keys(faults).filter((name) => name !== 'lost')).toEqual([]);
  });

  it('counts connections that the server closes in the middle, and ends in time', async () => {
    let count = 0;
    const port = await headerServer((_header, write) => {
      if (++count === 20) write(encodeFrame(8, encodeClosePayload(1001)));
      else write(encodeFrame(2, Buffer.alloc(3)));
    });
    const engine = await engineFor(port, { verify: 'count', timeoutMs: 5_000, connections: 2 });
    await engine.start(phaseOf());
    await expect.poll(() => count).toBeGreaterThan(40);
    const { errors, faults } = await engine.stop();
    expect(errors).toEqual({ 'closed 1001': 1 });
    expect(faults).toEqual({});
  });

  it('counts violations and goes on with the other connections', async () => {
    let connections = 0;
    const port = await openingServer((socket) => {
      const opcode = ++connections === 1 ? 3 : 2;
      return () => void socket.write(encodeFrame(opcode, Buffer.alloc(3)));
    });
    const { errors, counts } = await measure(port, 50, { verify: 'count', connections: 3 });
    expect(errors).toEqual({ 'violation reserved-opcode': 1 });
    expect(counts.opened).toBe(3);
  });

  it('cannot be opened when every connection is refused', async () => {
    const port = await rawServer((socket) => socket.end('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'));
    const engine = new EchoEngine(configOf(port, { connections: 3 }));
    await expect(engine.open()).rejects.toMatchObject({ kind: 'status 503' });
  });

  it('goes on with those connections that could be opened', async () => {
    let count = 0;
    const port = await rawServer((socket) =>
      readRequest(socket, (key) => {
        socket.write(++count > 2 ? 'HTTP/1.1 429 Slow down\r\nContent-Length: 0\r\n\r\n' : acceptHead(key));
        return () => void socket.write(encodeFrame(2, Buffer.alloc(3)));
      }),
    );
    const { errors, counts, timings } = await measure(port, 10, { verify: 'count', connections: 5 });
    expect(errors).toEqual({ 'status 429': 3 });
    expect(counts.opened).toBe(2);
    expect(timings.tcp && Histogram.from(timings.tcp).count).toBe(2);
  });

  it('shares connections between workers', async () => {
    const port = await ours();
    const opened = [];
    for (const worker of [0, 1, 2]) {
      const { counts } = await measure(port, 5, { connections: 7, worker, workers: 3 });
      opened.push(counts.opened);
    }
    expect(opened).toEqual([3, 2, 2]);
  });
});

describe('a phase', () => {
  it('counts only what falls between reset and cut, and begins empty after stop', async () => {
    const engine = await engineFor(await ours(), { depth: 4 });
    await engine.start(phaseOf());
    await expect.poll(() => engine.sample().received).toBeGreaterThan(100);
    engine.reset();
    expect(engine.sample()).toEqual({ received: 0, p99Ns: 0 });
    await expect.poll(() => engine.sample().received).toBeGreaterThan(50);
    engine.cut();
    const { received } = engine.sample();
    await expect.poll(() => engine.sample().received).toBeGreaterThan(received + 50);
    const first = await engine.stop();
    expect(first.counts.received).toBe(received);
    await engine.start(phaseOf());
    await expect.poll(() => engine.sample().received).toBeGreaterThan(0);
    const second = await engine.stop();
    expect(second.counts.opened).toBeUndefined();
    expect(second.faults).toEqual({});
  });
});

describe('an open loop', () => {
  it.each(['even', 'poisson'] as const)('sends at the rate it is told: %s gaps', async (pacing) => {
    const engine = await engineFor(await ours(), { connections: 4, pacing });
    await engine.start(phaseOf({ rate: 2_000 }));
    const started = performance.now();
    engine.reset();
    await loadFor(500);
    engine.cut();
    const elapsed = performance.now() - started;
    const { counts, faults, timings } = await engine.stop();
    expect((counts.sent ?? 0) / elapsed).toBeGreaterThan(2 * 0.7);
    expect((counts.sent ?? 0) / elapsed).toBeLessThan(2 * 1.3);
    expect(faults).toEqual({});
    for (const name of ['latency', 'service', 'lag'] as const) {
      expect(timings[name] && Histogram.from(timings[name]).count).toBeGreaterThan(500);
    }
  });

  it('sends on although nothing is answered', async () => {
    let frames = 0;
    const port = await headerServer(() => frames++);
    const engine = await engineFor(port, { timeoutMs: 100 });
    await engine.start(phaseOf({ rate: 1_000 }));
    await expect.poll(() => frames).toBeGreaterThan(200);
    const { faults, counts } = await engine.stop();
    expect(faults.lost).toBe(counts.sent);
  });

  it('counts as overload what finds the queue full, and its latency from when it was due', async () => {
    const port = await openingServer((socket) => {
      socket.pause();
      return () => {};
    });
    const engine = await engineFor(port, { timeoutMs: 200, source: { kind: 'size', bytes: 2 ** 20 } });
    await engine.start(phaseOf({ rate: 400 }));
    await loadFor(400);
    engine.cut();
    const { errors, counts, timings } = await engine.stop();
    expect(errors.overload).toBeGreaterThan(10);
    // What the kernel takes, and 16 MiB of our own.
    expect(counts.sent).toBeLessThan(60);
    const latency = timings.latency && Histogram.from(timings.latency);
    expect(latency?.count).toBeGreaterThanOrEqual((counts.sent ?? 0) + (errors.overload ?? 0));
    expect(latency?.max).toBeGreaterThan(300e6);
  });

  it('at a share sends that part of what the closed loop reached', async () => {
    const engine = await engineFor(await ours(), { depth: 2 });
    await engine.start(phaseOf());
    engine.reset();
    await loadFor(300);
    engine.cut();
    const closed = await engine.stop();
    await engine.start(phaseOf({ share: 0.25 }));
    engine.reset();
    await loadFor(300);
    engine.cut();
    const paced = await engine.stop();
    const ratio = (paced.counts.sent ?? 0) / (closed.counts.received ?? 1);
    expect(ratio).toBeGreaterThan(0.1);
    expect(ratio).toBeLessThan(0.5);
  });
});

describe('a server that stalls for 300 ms in 3 s', () => {
  const STALL_MS = 300;
  const EVERY_MS = 3_000;

  /** Holds everything back that comes in the middle of each period. */
  function stallingEcho(): Promise<number> {
    const started = performance.now();
    return openingServer((socket) => {
      let held: Buffer[] = [];
      return (chunk) => {
        const replies: Buffer[] = [];
        for (let at = 0; at + 38 <= chunk.length; at += 38) {
          const key = chunk.subarray(at + 2, at + 6);
          const plain = chunk.subarray(at + 6, at + 38).map((byte, i) => byte ^ (key[i & 3] ?? 0));
          replies.push(Buffer.from(encodeFrame(2, plain)));
        }
        const into = ((performance.now() - started) % EVERY_MS) - EVERY_MS / 2;
        if (into < 0 || into > STALL_MS) {
          socket.write(Buffer.concat([...held, ...replies]));
          held = [];
          return;
        }
        if (held.length === 0) {
          setTimeout(() => {
            socket.write(Buffer.concat(held));
            held = [];
          }, STALL_MS - into);
        }
        held.push(...replies);
      };
    });
  }

  async function p99Of(rate: number): Promise<number> {
    const engine = await engineFor(await stallingEcho());
    await engine.start(phaseOf({ rate }));
    engine.reset();
    await loadFor(EVERY_MS);
    engine.cut();
    const { timings, faults } = await engine.stop();
    expect(faults).toEqual({});
    return (timings.latency ? Histogram.from(timings.latency).quantile(0.99) : 0) / 1e6;
  }

  it('shows the stall in the p99 of an open loop; a closed loop hides it', async () => {
    const [open, closed] = await Promise.all([p99Of(500), p99Of(0)]);
    expect(open).toBeGreaterThan(STALL_MS * 0.6);
    expect(open).toBeLessThan(STALL_MS * 3);
    expect(closed).toBeLessThan(open / 3);
  });
});
