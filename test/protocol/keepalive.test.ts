import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { KEEPALIVE } from '../../src/protocol/index.ts';
import {
  closeFor,
  type Endpoint,
  type EndpointOptions,
  frameFor,
  openEnd,
  otherRole,
  seen,
} from '../support/endpoint.ts';
import { concat, decodeChunks, hex, ROLES, type Role, utf8 } from '../support/wire.ts';

const { BINARY, PING, PONG } = Opcode;
const keepalive = { intervalMs: 100, timeoutMs: 50 };

function open(role: Role, options: EndpointOptions = {}): Endpoint {
  return openEnd(role, { keepalive, ...options });
}

describe.each(ROLES)('RFC 6455 §5.5.2, §5.5.3, keepalive at the end of a %s', (role) => {
  it('sends a ping after the interval of silence, not before', () => {
    const end = open(role);
    expect(end.protocol.nextDeadline()).toBe(100);
    end.protocol.tick(99);
    expect(end.sent()).toEqual([]);
    end.protocol.tick(100);
    expect(end.sent()).toEqual([seen(PING, '00000001')]);
    expect(end.protocol.nextDeadline()).toBe(150);
  });

  it('gives up after the time to answer, not before, and tells it as 1006 by this end', () => {
    const end = open(role);
    end.protocol.tick(100);
    end.protocol.tick(149);
    expect(end.protocol.state).toBe('open');
    end.protocol.tick(150);
    expect(end.protocol.destroyRequested).toBe(true);
    expect(end.events).toEqual([['ended', { code: 1006, reason: '', clean: false, by: 'local' }]]);
    expect(end.protocol.nextDeadline()).toBe(Infinity);
  });

  it('sends one ping for one silence', () => {
    const end = open(role);
    for (let now = 100; now < 150; now++) end.protocol.tick(now);
    expect(end.sent()).toHaveLength(1);
  });

  it.each([
    ['a pong', frameFor(role, PONG, hex('00000001'))],
    ['any other frame', frameFor(role, BINARY, hex('01'))],
    ['a part of a frame', frameFor(role, BINARY, new Uint8Array(30)).subarray(0, 8)],
  ])('takes %s as a sign of life', (_, bytes) => {
    const end = open(role, { limits: { assemblyMs: Infinity } });
    end.feed(bytes, 60);
    expect(end.protocol.nextDeadline()).toBe(160);
    end.protocol.tick(160);
    end.feed(bytes, 190);
    expect(end.protocol.nextDeadline()).toBe(290);
    end.protocol.tick(210);
    expect(end.protocol.state).toBe('open');
  });

  it('takes it as a sign of life that the peer took what had waited', () => {
    const end = open(role);
    end.protocol.tick(100);
    end.protocol.transportDrained(149);
    end.protocol.tick(150);
    expect(end.protocol.nextDeadline()).toBe(249);
  });

  it('judges nobody while this end does not read, and goes on to ping', () => {
    const end = open(role);
    end.protocol.tick(100);
    end.protocol.rests(120);
    expect(end.protocol.nextDeadline()).toBe(220);
    end.protocol.tick(220);
    end.protocol.rests(300);
    expect(end.protocol.nextDeadline()).toBe(320);
    end.protocol.tick(100_000);
    expect(end.protocol.state).toBe('open');
    expect(end.protocol.nextDeadline()).toBe(100_100);
    end.protocol.readsAgain(100_010);
    expect(end.protocol.nextDeadline()).toBe(100_110);
  });

  it('measures the round trip of the newest ping', () => {
    const end = open(role);
    expect(end.protocol.rttMs).toBe(-1);
    end.protocol.tick(100);
    end.feed(frameFor(role, PONG, hex('00000001')), 107);
    expect(end.protocol.rttMs).toBe(7);
    end.protocol.ping(200);
    end.protocol.ping(210);
    end.feed(frameFor(role, PONG, hex('00000002')), 230);
    expect(end.protocol.rttMs).toBe(7);
    end.feed(frameFor(role, PONG, hex('00000003')), 240);
    expect(end.protocol.rttMs).toBe(30);
  });

  it('measures from any time on, 0 as well', () => {
    const end = open(role);
    end.protocol.ping(0);
    end.feed(frameFor(role, PONG, hex('00000001')), 5);
    expect(end.protocol.rttMs).toBe(5);
  });

  it('rests from the first time on that it is told to', () => {
    const end = open(role);
    end.protocol.rests(0);
    end.protocol.rests(50);
    expect(end.protocol.nextDeadline()).toBe(100);
  });

  it('measures nothing by pongs that repeat, that nobody asked for, or that carry something else', () => {
    const end = open(role);
    end.feed(frameFor(role, PONG, hex('00000000')), 1);
    end.protocol.ping(10);
    end.feed(frameFor(role, PONG, hex('0000000001')), 11);
    end.feed(frameFor(role, PONG, hex('0000000100')), 11);
    end.feed(frameFor(role, PONG, hex('')), 11);
    end.feed(frameFor(role, PONG, hex('01000000')), 11);
    expect(end.protocol.rttMs).toBe(-1);
    end.feed(frameFor(role, PONG, hex('00000001')), 20);
    for (let i = 0; i < 1000; i++) end.feed(frameFor(role, PONG, hex('00000001')), 90);
    expect(end.protocol.rttMs).toBe(10);
  });

  it('measures by a ping of the caller’s own choice nothing, and tells its pong', () => {
    const end = open(role);
    expect(end.protocol.ping(0, utf8('mine'))).toBe('ok');
    end.feed(frameFor(role, PONG, utf8('mine')), 5);
    expect(end.sent()).toEqual([seen(PING, '6d696e65')]);
    expect(end.events).toEqual([['pong', '6d696e65']]);
    expect(end.protocol.rttMs).toBe(-1);
  });

  it('is off unless asked for, while pings still measure', () => {
    const end = openEnd(role);
    expect(end.protocol.nextDeadline()).toBe(Infinity);
    end.protocol.tick(1e9);
    expect(end.sent()).toEqual([]);
    end.protocol.ping(1e9);
    expect(end.protocol.nextDeadline()).toBe(Infinity);
    end.feed(frameFor(role, PONG, hex('00000001')), 1e9 + 3);
    expect(end.protocol.rttMs).toBe(3);
  });

  it('ends with the connection: a closing one gets no pings', () => {
    const end = open(role);
    end.feed(closeFor(role, 1000), 10);
    end.sent();
    end.protocol.tick(200);
    expect(end.sent()).toEqual([]);
    expect(end.protocol.nextDeadline()).toBe(3010);
  });

  it('gives up on a silent peer rather than blame it for a slow message', () => {
    const end = open(role, { limits: { assemblyMs: 140 } });
    end.feed(frameFor(role, BINARY, hex(''), { fin: false }), 0);
    end.protocol.tick(100);
    end.protocol.tick(150);
    expect(end.protocol.brokenRule).toBeUndefined();
    expect(end.protocol.state).toBe('ended');
  });

  it('is 20 s and 20 s by name', () => {
    expect(KEEPALIVE).toEqual({ intervalMs: 20_000, timeoutMs: 20_000 });
  });
});

describe.each(ROLES)('RFC 6455 §10.4, a flood of pings at the end of a %s', (role) => {
  const ping = frameFor(role, PING, hex(''));
  const limits = { pingsPerWindow: 5, pingWindowMs: 1000 };

  it('is refused with 1008 at the first ping over the limit', () => {
    const end = openEnd(role, { limits });
    end.feed(concat(...Array<Uint8Array>(5).fill(ping)), 10);
    expect(end.protocol.state).toBe('open');
    end.feed(ping, 1009);
    expect(end.protocol.brokenRule?.code).toBe('ping-flood');
    expect(end.sent().at(-1)?.payload.slice(0, 4)).toBe('03f0');
  });

  it('is none when the pings spread over two windows', () => {
    const end = openEnd(role, { limits });
    for (let i = 0; i < 4; i++) end.feed(ping, 10);
    end.feed(ping, 1009);
    for (let i = 0; i < 5; i++) end.feed(ping, 1010);
    expect(end.protocol.state).toBe('open');
    end.feed(ping, 2009);
    expect(end.protocol.state).toBe('failed');
  });

  it('counts over the whole connection with an infinite window, and not at all with infinite pings', () => {
    const once = openEnd(role, { limits: { pingsPerWindow: 5, pingWindowMs: Infinity } });
    for (let i = 0; i < 5; i++) once.feed(ping, i * 1e9);
    expect(once.protocol.state).toBe('open');
    once.feed(ping, 1e12);
    expect(once.protocol.state).toBe('failed');
    const never = openEnd(role, { limits: { pingsPerWindow: Infinity } });
    never.feed(concat(...Array<Uint8Array>(5000).fill(ping)));
    expect(never.protocol.state).toBe('open');
  });

  it('is refused at the 1,001st ping by default', () => {
    const end = openEnd(role);
    end.feed(concat(...Array<Uint8Array>(1000).fill(ping)));
    expect(end.protocol.state).toBe('open');
    end.feed(ping);
    expect(end.protocol.state).toBe('failed');
  });

  it('of pongs is only told', () => {
    const end = openEnd(role);
    end.feed(concat(...Array<Uint8Array>(5000).fill(frameFor(role, PONG, hex('')))));
    expect(end.events).toHaveLength(5000);
    expect(end.sent()).toEqual([]);
  });
});

describe.each(ROLES)('RFC 6455 §5.5.3, pongs that wait at the end of a %s', (role) => {
  function pings(from: number, to: number): Uint8Array {
    const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    return concat(...numbers.map((n) => frameFor(role, PING, Uint8Array.of(n))));
  }
  function pongs(end: Endpoint): number[] {
    return end.sent().map(({ opcode, payload }) => {
      expect(opcode).toBe(PONG);
      return Number.parseInt(payload, 16);
    });
  }
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

  it.each([15, 16])('are sent one for each ping up to 16: %i', (count) => {
    const end = openEnd(role);
    end.feed(pings(1, count));
    expect(pongs(end)).toEqual(upTo(count));
  });

  it('are 16 and the newest when more pings come before the outbox is emptied', () => {
    const end = openEnd(role);
    end.feed(pings(1, 17));
    expect(pongs(end)).toEqual(upTo(17));
    end.feed(pings(1, 40));
    expect(pongs(end)).toEqual([...upTo(16), 40]);
    expect(pongs(end)).toEqual([]);
  });

  it('do not end after the first 16 of a long life', () => {
    const end = openEnd(role);
    for (let n = 1; n <= 100; n++) {
      end.feed(pings(n, n), n * 20_000);
      expect(pongs(end)).toEqual([n]);
    }
  });

  it('are as many again after each time the outbox was emptied', () => {
    const end = openEnd(role, { limits: { pendingPongs: 2 } });
    for (let i = 0; i < 3; i++) {
      end.feed(pings(1, 5));
      expect(pongs(end)).toEqual([1, 2, 5]);
    }
  });

  it('do not grow while only a part of the queue is taken', () => {
    const end = openEnd(role, { limits: { pendingPongs: 2 } });
    end.protocol.send(new Uint8Array(50_000));
    end.protocol.send(new Uint8Array(50_000));
    end.feed(pings(1, 3));
    const first = concat(...end.protocol.outbox.take(40_000));
    end.feed(pings(4, 9));
    const { frames } = decodeChunks(otherRole(role), [first, end.take()]);
    expect(frames.slice(2)).toEqual([seen(PONG, '01'), seen(PONG, '02'), seen(PONG, '09')]);
  });

  it('are only the newest while the transport holds bytes, and it goes out when these have left', () => {
    const transport = { bufferedBytes: 1 };
    const end = openEnd(role, { transport });
    end.feed(pings(1, 3));
    expect(pongs(end)).toEqual([]);
    end.protocol.transportDrained(0);
    expect(pongs(end)).toEqual([]);
    transport.bufferedBytes = 0;
    end.protocol.transportDrained(0);
    expect(pongs(end)).toEqual([3]);
    end.feed(pings(4, 4));
    expect(pongs(end)).toEqual([4]);
  });

  it('are not sent behind a close frame', () => {
    const end = openEnd(role, { limits: { pendingPongs: 1 } });
    end.feed(pings(1, 3));
    end.protocol.close(0);
    expect(end.sent().map(({ opcode }) => opcode)).toEqual([PONG, Opcode.CLOSE]);
  });
});
