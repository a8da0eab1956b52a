import { afterEach, describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { deadlines } from '../../src/node/deadlines.ts';
import { connect, steadyNow, WebSocketServer } from '../../src/node/index.ts';
import { nextMaskKey } from '../../src/node/random.ts';
import {
  connectionPair,
  openScriptedClient,
  scriptedServer,
  seededRandom,
  TestClock,
  usePorts,
} from '../../src/testing/index.ts';

const restore: (() => void)[] = [];

afterEach(() => {
  for (const one of restore.splice(0).reverse()) one();
});

function standStill(): TestClock {
  const clock = new TestClock();
  restore.push(usePorts({ clock }));
  return clock;
}

describe('a clock for tests', () => {
  it('calls what is due in order, each at its own time, and no sooner', () => {
    const clock = new TestClock(1000);
    const log: [string, number][] = [];
    clock.after(30, () => log.push(['c', clock.now()]));
    clock.after(10, () => log.push(['a', clock.now()]));
    const stop = clock.every(20, () => log.push(['b', clock.now()]));
    const prevent = clock.after(15, () => log.push(['never', clock.now()]));
    prevent();
    expect(clock.untilNext).toBe(10);
    clock.advance(9);
    expect(log).toEqual([]);
    clock.advance(31);
    expect(log).toEqual([
      ['a', 1010],
      ['b', 1020],
      ['c', 1030],
      ['b', 1040],
    ]);
    stop();
    expect(clock.waiting).toBe(0);
    expect(clock.untilNext).toBe(Infinity);
    expect(clock.now()).toBe(1040);
  });

  it('calls what a callback sets within the time that it goes on by', () => {
    const clock = new TestClock(0);
    const times: number[] = [];
    const again = (): void => {
      times.push(clock.now());
      if (times.length < 3) clock.after(10, again);
    };
    clock.after(10, again);
    clock.advance(100);
    expect(times).toEqual([10, 20, 30]);
  });

  it('drives the deadline of a handshake that gets no answer', async () => {
    const clock = standStill();
    const attempt = connect('ws://test/', { handshakeTimeoutMs: 5_000, ...scriptedServer((peer) => peer.readHead()) });
    clock.advance(4_900);
    expect(deadlines.size).toBe(1);
    clock.advance(200);
    await expect(attempt).rejects.toThrow('did not finish the opening handshake in time');
    expect(deadlines.size).toBe(0);
    expect(clock.waiting).toBe(0);
  });

  it('drives keepalive: a ping after the interval, and the end of a peer that does not answer', async () => {
    const clock = standStill();
    const frames: number[] = [];
    const script = scriptedServer(async (peer) => {
      await peer.accept();
      frames.push((await peer.readFrame()).opcode);
      await peer.readEnd();
    });
    const connection = await connect('ws://test/', { keepalive: { intervalMs: 20_000, timeoutMs: 10_000 }, ...script });
    clock.advance(20_100);
    while (frames.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(frames).toEqual([9]);
    clock.advance(10_100);
    expect(await connection.closed).toMatchObject({ code: 1006, by: 'local', clean: false });
  });

  it('drives the time that receive waits', async () => {
    const clock = standStill();
    const { client, server } = await connectionPair();
    const waiting = server.receive({ timeoutMs: 60_000 });
    clock.advance(60_000);
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    client.close(1000);
    await server.closed;
  });

  it('takes over deadlines that were set before it, and gives them back', async () => {
    const server = new WebSocketServer({ keepalive: { intervalMs: 1_000, timeoutMs: 1_000 } }).route('/', {});
    const peer = await openScriptedClient(server);
    const clock = standStill();
    // The deadline may fall into the slot that has just begun.
    clock.advance(1_200);
    expect((await peer.readFrame()).opcode).toBe(Opcode.PING);
    restore.pop()?.();
    expect(clock.waiting).toBe(0);
    expect(steadyNow()).not.toBe(clock.now());
    peer.reset();
    await server.shutdown();
  });
});

describe('randomness for tests', () => {
  it('repeats itself for the same seed and not for another, evenly spread', () => {
    const [first, same, other] = [seededRandom(1), seededRandom(1), seededRandom(2)];
    const numbers = Array.from({ length: 10_000 }, first.next);
    expect(Array.from({ length: 10_000 }, same.next)).toEqual(numbers);
    expect(Array.from({ length: 10 }, other.next)).not.toEqual(numbers.slice(0, 10));
    const mean = numbers.reduce((sum, number) => sum + number) / numbers.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
  });

  it('makes mask keys and handshake keys repeat, until the strong source is put back', async () => {
    const wires: string[] = [];
    for (let run = 0; run < 2; run++) {
      const put = usePorts({ random: seededRandom(7).fill });
      const script = scriptedServer(async (peer) => {
        const request = await peer.accept();
        const raw = await peer.readFrame();
        wires.push(request + Buffer.from(raw.payload).toString());
      });
      const connection = await connect('ws://test/', script);
      connection.send('hello');
      while (wires.length <= run * 2) await new Promise((resolve) => setImmediate(resolve));
      connection.terminate();
      wires.push(String(nextMaskKey()));
      put();
    }
    expect(wires[0]).toBe(wires[2]);
    expect(wires[1]).toBe(wires[3]);
    expect(String(nextMaskKey())).not.toBe(wires[1]);
  });
});
