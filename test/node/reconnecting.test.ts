import { afterEach, describe, expect, it } from 'vitest';
import {
  type Connection,
  type ReconnectingOptions,
  ReconnectingWebSocket,
  type ReconnectOptions,
  WebSocket,
  WebSocketServer,
} from '../../src/node/index.ts';
import { pauseBefore, resolveReconnect } from '../../src/node/reconnect-options.ts';
import { inMemory, scriptedServer, TestClock } from '../../src/testing/index.ts';
import { turns, turnsUntil } from './running-server.ts';

/** A client in memory, the server it comes to, a clock that stands still, and what happened, in order. */
interface Stage {
  readonly client: ReconnectingWebSocket;
  readonly clock: TestClock;
  readonly log: string[];
  /** The server's ends of all connections so far. */
  readonly ends: Connection[];
  /** Makes the server refuse with this status, or take part again. */
  refuseWith(status: number | undefined, ...fields: string[]): void;
  /** Lets turns pass until the log has so many entries of this type. */
  seen(type: string, count?: number): Promise<void>;
}

const clients = new Set<ReconnectingWebSocket>();

afterEach(async () => {
  for (const client of clients) client.close();
  for (const client of clients) await turnsUntil(() => client.readyState === WebSocket.CLOSED);
  clients.clear();
});

function stage(reconnect: ReconnectOptions = {}, options: ReconnectingOptions = {}): Stage {
  const clock = new TestClock(0);
  const log: string[] = [];
  const ends: Connection[] = [];
  let status: number | undefined;
  let more: readonly string[] = [];
  const server = new WebSocketServer({ onError() {} });
  server.route('/', {
    open: (connection) => void ends.push(connection),
    message: (connection, data) => connection.send(data),
  });
  const refusing = scriptedServer(async (peer) => {
    await peer.readHead();
    peer.send([`HTTP/1.1 ${status} No`, 'Content-Length: 0', ...more, '', ''].join('\r\n'));
  });
  const client = new ReconnectingWebSocket('ws://test/', {
    createConnection: (url) => (status === undefined ? inMemory(server) : refusing).createConnection(url),
    ...options,
    reconnect: { clock, random: () => 0.5, ...reconnect },
  });
  clients.add(client);
  client.addEventListener('open', () => log.push('open'));
  client.addEventListener('message', ({ data }) => log.push(`message ${String(data)}`));
  client.addEventListener('error', ({ message }) => log.push(`error ${message.slice(0, 30)}`));
  client.addEventListener('attempt', ({ losses }) => log.push(`attempt ${losses}`));
  client.addEventListener('retry', ({ losses, delayMs }) => log.push(`retry ${losses} ${delayMs}`));
  client.addEventListener('close', ({ code, wasClean }) => log.push(`close ${code} ${wasClean}`));
  return {
    client,
    clock,
    log,
    ends,
    refuseWith(next, ...fields) {
      status = next;
      more = fields;
    },
    async seen(type, count = 1) {
      await turnsUntil(() => log.filter((entry) => entry.startsWith(type)).length >= count);
    },
  };
}

describe('a reconnecting client', () => {
  it('has the events and shapes of a WebSocket', async () => {
    const { client, log, seen } = stage({}, { protocols: [] });
    expect(client.readyState).toBe(WebSocket.CONNECTING);
    await seen('open');
    expect(client.readyState).toBe(WebSocket.OPEN);
    expect(client.send('hello')).toBe('ok');
    await seen('message');
    let data: unknown;
    client.binaryType = 'arraybuffer';
    client.onmessage = (event) => {
      data = event.data;
    };
    expect(client.send(Uint8Array.of(1))).toBe('ok');
    await turnsUntil(() => data !== undefined);
    expect(data).toBeInstanceOf(ArrayBuffer);
    client.close(3000, 'done');
    expect(client.readyState).toBe(WebSocket.CLOSING);
    await seen('close');
    expect(client.readyState).toBe(WebSocket.CLOSED);
    expect(log.filter((entry) => !entry.startsWith('message'))).toEqual(['attempt 0', 'open', 'close 3000 true']);
  });

  it('connects again after a pause when the connection is lost, and tells of both', async () => {
    const { client, clock, log, ends, seen } = stage();
    await seen('open');
    ends[0]?.terminate();
    await seen('retry');
    expect(client.readyState).toBe(WebSocket.CONNECTING);
    expect(clock.untilNext).toBe(1250);
    clock.advance(1249);
    await turns();
    expect(log).toEqual(['attempt 0', 'open', 'retry 1 1250']);
    clock.advance(1);
    await seen('open', 2);
    expect(log.slice(3)).toEqual(['attempt 1', 'open']);
  });

  it('keeps nothing that is given to it while it is away, and says so', async () => {
    const { client, clock, ends, log, seen } = stage();
    expect(client.send('too early')).toBe('closed');
    await seen('open');
    ends[0]?.terminate();
    await seen('retry');
    expect(client.send('while away')).toBe('closed');
    expect(client.bufferedAmount).toBe(0);
    clock.advance(30_000);
    await seen('open', 2);
    expect(client.send('back')).toBe('ok');
    await seen('message');
    expect(log.filter((entry) => entry.startsWith('message'))).toEqual(['message back']);
  });

  it('waits longer with every loss in a row, and begins anew only behind a connection that was stable', async () => {
    const { clock, log, ends, seen } = stage({ stableMs: 10_000 });
    await seen('open');
    for (let loss = 1; loss <= 3; loss++) {
      clock.advance(9_999);
      ends.at(-1)?.terminate();
      await seen('retry', loss);
      clock.advance(clock.untilNext);
      await seen('open', loss + 1);
    }
    clock.advance(10_000);
    ends.at(-1)?.terminate();
    await seen('retry', 4);
    expect(log.filter((entry) => entry.startsWith('retry'))).toEqual([
      'retry 1 1250',
      'retry 2 2250',
      'retry 3 4250',
      'retry 1 1250',
    ]);
  });

  it('goes on when the server refuses for now, with an error for each failure', async () => {
    const { clock, log, refuseWith, seen } = stage();
    refuseWith(503);
    await seen('retry');
    clock.advance(clock.untilNext);
    await seen('retry', 2);
    refuseWith(undefined);
    clock.advance(clock.untilNext);
    await seen('open');
    expect(log.filter((entry) => !entry.startsWith('error'))).toEqual([
      'attempt 0',
      'retry 1 1250',
      'attempt 1',
      'retry 2 2250',
      'attempt 2',
      'open',
    ]);
    expect(log.filter((entry) => entry.startsWith('error the server answered'))).toHaveLength(2);
  });

  it.each([400, 401, 403, 404, 410, 426])('is over when the server refuses for good with %i', async (status) => {
    const { log, refuseWith, seen } = stage();
    refuseWith(status);
    await seen('close');
    expect(log.at(-1)).toBe('close 1006 false');
    expect(log.some((entry) => entry.startsWith('retry'))).toBe(false);
  });

  it.each([
    [503, 'Retry-After: 7', 7_750],
    [429, 'Retry-After: 7', 7_750],
    [503, 'Retry-After: 0', 1_250],
    [503, 'Retry-After: 3600', 30_750],
    [503, 'Retry-After: Sun, 06 Nov 1994 08:49:57 GMT', 20_750],
    [429, 'Retry-After: Sunday, 06-Nov-94 08:49:57 GMT', 20_750],
    [503, 'Retry-After: Sun Nov  6 08:49:57 1994', 20_750],
    [503, 'Retry-After: Sun, 06 Nov 1994 08:49:00 GMT', 1_250],
    [503, 'Retry-After: soon', 1_250],
    [503, 'Retry-After: -7', 1_250],
    [503, 'Retry-After: 1994-11-06', 1_250],
    [500, 'Retry-After: 7', 1_250],
    [503, 'X-Other: 7', 1_250],
  ])(
    'behind status %i leaves a server alone as long as it asks, up to maxMs, and jitter on top: %s',
    async (...row) => {
      const [status, field, delayMs] = row;
      const { log, seen, refuseWith } = stage();
      refuseWith(status, 'Date: Sun, 06 Nov 1994 08:49:37 GMT', field);
      await seen('retry');
      expect(log.at(-1)).toBe(`retry 1 ${delayMs}`);
    },
  );

  it('measures a date by its own clock where the response has none', async () => {
    const { log, seen, refuseWith } = stage({ maxMs: 1_000_000 });
    refuseWith(503, `Retry-After: ${new Date(Date.now() + 500_000).toUTCString()}`);
    await seen('retry');
    const delayMs = Number(log.at(-1)?.split(' ')[2]);
    expect(delayMs).toBeGreaterThan(400_000);
    expect(delayMs).toBeLessThanOrEqual(501_000);
  });

  it.each([408, 421, 425, 429, 500, 502, 503])('comes back behind status %i', async (status) => {
    const { refuseWith, seen, client } = stage();
    refuseWith(status);
    await seen('retry');
    client.close();
  });

  it.each([1000, 1002, 1003, 1007, 1008, 1010])('is over when the server closes with %i', async (code) => {
    const { log, ends, seen } = stage();
    await seen('open');
    ends[0]?.close(code);
    await seen('close');
    expect(log).toEqual(['attempt 0', 'open', `close ${code} true`]);
  });

  it.each([1001, 1011, 1012, 1013, 4000])('comes back when the server closes with %i', async (code) => {
    const { ends, seen, client } = stage();
    await seen('open');
    ends[0]?.close(code);
    await seen('retry');
    client.close();
    await seen('close');
  });

  it('takes other codes, or a question, as an option', async () => {
    const listed = stage({ stopOn: [4001] });
    await listed.seen('open');
    listed.ends[0]?.close(1000);
    await listed.seen('retry');
    listed.clock.advance(30_000);
    await listed.seen('open', 2);
    listed.ends[1]?.close(4001);
    await listed.seen('close 4001');

    const asked = stage({ stopOn: ({ reason }) => reason === 'banned' });
    await asked.seen('open');
    asked.ends[0]?.close(4000, 'banned');
    await asked.seen('close 4000');
  });

  it('is over behind so many attempts as it may make', async () => {
    const { clock, log, refuseWith, seen } = stage({ maxAttempts: 3 });
    refuseWith(500);
    for (let i = 1; i <= 2; i++) {
      await seen('retry', i);
      clock.advance(clock.untilNext);
    }
    await seen('close');
    expect(log.filter((entry) => entry.startsWith('attempt'))).toHaveLength(3);
    expect(clock.waiting).toBe(0);
  });

  it('leaves no timer behind when it is closed while it waits', async () => {
    const { client, clock, ends, log, seen } = stage();
    await seen('open');
    ends[0]?.terminate();
    await seen('retry');
    client.close();
    expect(clock.waiting).toBe(0);
    await seen('close');
    expect(log.at(-1)).toBe('close 1006 false');
    client.close();
    await turns();
    expect(log.filter((entry) => entry.startsWith('close'))).toHaveLength(1);
  });

  it('can be closed in any of its events', async () => {
    for (const type of ['attempt', 'retry'] as const) {
      const { client, clock, ends, log, seen } = stage();
      client.addEventListener(type, () => client.close());
      if (type === 'retry') {
        await seen('open');
        ends[0]?.terminate();
      }
      await seen('close');
      await turns();
      expect(clock.waiting).toBe(0);
      expect(log.at(-1)).toMatch(/^close/);
      expect(ends).toHaveLength(type === 'retry' ? 1 : 0);
    }
  });

  it('is over when its signal is aborted, before, while and after it connects', async () => {
    const before = stage({}, { signal: AbortSignal.abort() });
    await before.seen('close');
    expect(before.log).toEqual(['close 1006 false']);
    const abort = new AbortController();
    const { ends, log, seen } = stage({}, { signal: abort.signal });
    await seen('open');
    abort.abort();
    await seen('close');
    expect(log.at(-1)).toBe('close 1005 true');
    expect(ends).toHaveLength(1);
  });

  it('asks for a URL at each attempt, and goes on when there is none for once', async () => {
    const clock = new TestClock(0);
    const urls: string[] = [];
    let calls = 0;
    const server = new WebSocketServer().route(({ path }) => path.startsWith('/'), {
      open: (connection) => void urls.push(connection.request?.target ?? ''),
    });
    const client = new ReconnectingWebSocket(
      async () => {
        if (++calls === 1) throw new Error('no token today');
        return `ws://test/?token=${calls}`;
      },
      { ...inMemory(server), reconnect: { clock } },
    );
    clients.add(client);
    let retries = 0;
    client.addEventListener('retry', () => retries++);
    await turnsUntil(() => retries === 1);
    clock.advance(clock.untilNext);
    await turnsUntil(() => urls.length === 1);
    expect(urls).toEqual(['/?token=2']);
  });

  it('refuses what cannot be: URL, options of either kind', () => {
    const give =
      (options: object, url = 'ws://127.0.0.1:1') =>
      () =>
        new ReconnectingWebSocket(url, options);
    expect(give({}, 'ftp://x')).toThrow(DOMException);
    expect(give({ nope: 1 })).toThrow('no option "nope"');
    expect(give({ reconnect: { nope: 1 } })).toThrow('no option "nope"');
    expect(give({ reconnect: { minMs: 0 } })).toThrow(RangeError);
    expect(give({ reconnect: { minMs: 10, maxMs: 9 } })).toThrow(RangeError);
    expect(give({ reconnect: { maxMs: Infinity } })).toThrow(RangeError);
    expect(give({ reconnect: { stopOn: 1000 } })).toThrow(TypeError);
    expect(give({ reconnect: { stopOnStatus: [404] } })).toThrow(TypeError);
    expect(give({ reconnect: { random: 4 } })).toThrow(TypeError);
  });
});

describe('the pause before an attempt (RFC 6455 §7.2.3)', () => {
  // @rfc 6455-7.2.3-1 6455-7.2.3-2 6455-7.2.3-3
  it('is drawn from the whole range between half a second and a ceiling that doubles from 2 to 30 seconds', () => {
    const with0 = resolveReconnect({ random: () => 0 });
    const with1 = resolveReconnect({ random: () => 1 });
    const losses = [1, 2, 3, 4, 5, 6, 100, 5000];
    expect(losses.map((count) => pauseBefore(count, with0))).toEqual(losses.map(() => 500));
    expect(losses.map((count) => pauseBefore(count, with1))).toEqual([
      2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000,
    ]);
    const drawn = Array.from({ length: 1000 }, () => pauseBefore(9, resolveReconnect({})));
    expect(new Set(drawn).size).toBeGreaterThan(900);
    expect(Math.min(...drawn)).toBeLessThan(5_000);
    expect(Math.max(...drawn)).toBeGreaterThan(25_000);
  });
});
