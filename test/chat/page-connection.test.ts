import { beforeEach, describe, expect, test } from 'vitest';
import type { Connection, ConnectionOptions, ConnectionState } from '../../src/chat/page/types.ts';
import { FakeClock, FakeSocket, loadPageModule } from './page-stage.ts';

const { pauseBefore } = await loadPageModule<{ pauseBefore(attempt: number, random: number): number }>('backoff');
const { createConnection } = await loadPageModule<{ createConnection(options: ConnectionOptions): Connection }>(
  'connection',
);

const ALMOST_ONE = 1 - 2 ** -53;

describe('the pause before another attempt', () => {
  // @rfc 6455-7.2.3-1 6455-7.2.3-3
  test('is never under half a second, and its ceiling doubles from 2 s to 30 s', () => {
    const attempts = [1, 2, 3, 4, 5, 6, 50, 5000];
    expect(attempts.map((attempt) => pauseBefore(attempt, 0))).toEqual(attempts.map(() => 500));
    expect(attempts.map((attempt) => pauseBefore(attempt, ALMOST_ONE))).toEqual([
      2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000,
    ]);
  });

  // @rfc 6455-7.2.3-2
  test('is drawn from the whole range', () => {
    expect([0.25, 0.5, 0.75].map((random) => pauseBefore(3, random))).toEqual([2375, 4250, 6125]);
  });
});

describe('a connection that comes back by itself', () => {
  let clock: FakeClock;
  let sockets: FakeSocket[];
  let states: ConnectionState[];
  let texts: string[];
  let random: number;
  let connection: Connection;
  const last = () => sockets.at(-1) as FakeSocket;
  const phases = () => states.map((state) => state.phase);

  beforeEach(() => {
    clock = new FakeClock();
    sockets = [];
    states = [];
    texts = [];
    random = 0.5;
    connection = createConnection({
      openSocket: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      clock,
      random: () => random,
      onState: (state) => states.push(state),
      onText: (text) => texts.push(text),
    });
  });

  test('opens once, however often it is told to connect', () => {
    connection.connect();
    connection.connect();
    last().open();
    connection.connect();
    expect(sockets).toHaveLength(1);
    expect(phases()).toEqual(['connecting', 'open']);
  });

  test('passes text on and leaves binary alone', () => {
    connection.connect();
    last().open();
    last().say('hello');
    last().onmessage?.({ data: new ArrayBuffer(2) });
    expect(texts).toEqual(['hello']);
  });

  test('sends only while it is open, and says so', () => {
    expect(connection.send('early')).toBe(false);
    connection.connect();
    expect(connection.send('early')).toBe(false);
    last().open();
    expect(connection.send('now')).toBe(true);
    last().lose();
    expect(connection.send('late')).toBe(false);
    expect(last().sent).toEqual(['now']);
  });

  // @rfc 6455-7.2.3-1 6455-7.2.3-3
  test('waits longer after each loss and tells until when', () => {
    connection.connect();
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      last().lose();
      const { state } = connection;
      if (state.phase !== 'waiting') throw new Error(`${state.phase} after a loss`);
      expect(state.attempt).toBe(attempt);
      pauses.push(state.until - clock.now());
      clock.advance(state.until - clock.now() - 1);
      expect(sockets).toHaveLength(attempt);
      clock.advance(1);
      expect(sockets).toHaveLength(attempt + 1);
    }
    expect(pauses).toEqual([1250, 2250, 4250, 8250, 15_250, 15_250, 15_250]);
  });

  test('goes on growing while connections die young, and starts over after one that lived for 10 s', () => {
    connection.connect();
    last().lose();
    clock.advance(1250);
    last().open();
    clock.advance(9999);
    last().lose();
    expect(connection.state).toMatchObject({ phase: 'waiting', attempt: 2 });
    clock.advance(2250);
    last().open();
    clock.advance(10_000);
    last().lose();
    expect(connection.state).toMatchObject({ phase: 'waiting', attempt: 1 });
  });

  test('gives an attempt up that is not answered within 10 s', () => {
    connection.connect();
    clock.advance(9999);
    expect(connection.state.phase).toBe('connecting');
    clock.advance(1);
    expect(connection.state.phase).toBe('waiting');
    expect(last().closed).toBe(true);
  });

  test('treats an attempt that the browser forbids like one that failed', () => {
    const forbidden = createConnection({
      openSocket: () => {
        throw new DOMException('blocked', 'SecurityError');
      },
      clock,
      random: () => 0,
      onState: (state) => states.push(state),
      onText: () => {},
    });
    forbidden.connect();
    expect(forbidden.state).toMatchObject({ phase: 'waiting', attempt: 1 });
    forbidden.close();
    expect(clock.pending).toBe(0);
  });

  test('hears nothing more from a socket that it gave up', () => {
    connection.connect();
    last().open();
    const former = last();
    const { onclose, onmessage } = former;
    connection.abandon('no answer');
    expect(former.closed).toBe(true);
    expect([former.onopen, former.onmessage, former.onclose]).toEqual([null, null, null]);
    expect([typeof onclose, typeof onmessage]).toEqual(['function', 'function']);
    expect(connection.state).toMatchObject({ phase: 'waiting', reason: 'no answer' });
  });

  test('tries at once when told so, and then only once', () => {
    connection.connect();
    last().lose();
    connection.retryNow();
    connection.retryNow();
    expect(sockets).toHaveLength(2);
    clock.advance(9000);
    expect(sockets).toHaveLength(2);
  });

  test.each([1008, 4401, 4499])('does not come back by itself after code %i, only when told', (code) => {
    connection.connect();
    last().open();
    last().lose(code, 'no');
    expect(connection.state).toEqual({ phase: 'refused', code, reason: 'no' });
    clock.advance(3_600_000);
    expect(sockets).toHaveLength(1);
    connection.retryNow();
    expect(sockets).toHaveLength(2);
  });

  test.each([1000, 1001, 1005, 1006, 1011, 1012, 1013])('comes back after code %i', (code) => {
    connection.connect();
    last().open();
    last().lose(code);
    clock.advance(30_000);
    expect(sockets.length).toBeGreaterThan(1);
  });

  test('that the server wants a token for asks why an attempt failed, and waits for somebody to say so', async () => {
    const answers = [true, false];
    const asked: Promise<boolean>[] = [];
    const isUnauthorized = () => {
      const answer = Promise.resolve(answers.shift() ?? false);
      asked.push(answer);
      return answer;
    };
    const openSocket = () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    };
    const options = { openSocket, clock, random: () => 0, onText: () => {}, isUnauthorized };
    const wary = createConnection({ ...options, onState: (state) => states.push(state) });
    wary.connect();
    last().lose();
    expect(wary.state.phase).toBe('connecting');
    await asked[0];
    expect(wary.state).toEqual({ phase: 'refused', code: 4401, reason: '' });
    clock.advance(3_600_000);
    expect(sockets).toHaveLength(1);
    wary.connect();
    last().lose();
    await asked[1];
    expect(wary.state).toMatchObject({ phase: 'waiting', attempt: 1 });
    clock.advance(500);
    last().open();
    last().lose();
    expect([asked.length, wary.state.phase]).toEqual([2, 'waiting']);
    clock.advance(2_000);
    last().lose();
    wary.close();
    await asked[2];
    expect([wary.state.phase, clock.pending]).toEqual(['idle', 0]);
  });

  test('ends for good with close, with no alarm left', () => {
    connection.connect();
    last().open();
    connection.close();
    expect(last().closed).toBe(true);
    expect(connection.state).toEqual({ phase: 'idle' });
    expect(clock.pending).toBe(0);
  });
});
