import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { openEnd } from '../support/endpoint.ts';
import { type WireFrame, wireFor } from '../support/vectors.ts';

const HOUR = 3_600_000;

const LEGAL: readonly WireFrame[] = [
  ['81 05', '48656c6c6f'],
  ['01 01', '61'],
  ['89 00'],
  ['80 01', '62'],
  ['82 00'],
  ['8a 01', '63'],
  ['02 00'],
  ['80 00'],
];

describe('RFC 6455 §7.1.7, §7.2.1, §7.3: a client', () => {
  // @rfc 6455-7.1.7-5 6455-7.2.1-3 6455-7.3-1
  it('closes nothing by itself: not in a day of silence, and not in one of legal frames', () => {
    const client = openEnd('client');
    for (let hour = 1; hour <= 24; hour++) client.protocol.tick(hour * HOUR);
    for (let hour = 25; hour <= 48; hour++) {
      client.feed(wireFor('client', LEGAL), hour * HOUR);
      client.protocol.tick(hour * HOUR);
    }
    expect(client.protocol.state).toBe('open');
    expect(client.protocol.nextDeadline()).toBe(Infinity);
    expect(client.sent().filter(({ opcode }) => opcode === Opcode.CLOSE)).toEqual([]);
  });

  // @rfc 6455-7.1.7-5 6455-7.2.1-3 6455-7.3-1
  it('that watches for life goes on with a peer that answers every ping', () => {
    const client = openEnd('client', { keepalive: { intervalMs: 1000, timeoutMs: 1000 } });
    let pings = 0;
    for (let now = 500; now < HOUR; now += 500) {
      client.protocol.tick(now);
      for (const { opcode, payload } of client.sent()) {
        expect(opcode).toBe(Opcode.PING);
        pings++;
        const length = (payload.length / 2).toString(16).padStart(2, '0');
        client.feed(wireFor('client', [[`8a ${length}`, payload]]), now);
      }
    }
    expect(pings).toBeGreaterThan(1000);
    expect(client.protocol.state).toBe('open');
  });
});
