import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { MemoryBudget, type TextPort } from '../../src/protocol/index.ts';
import { type Endpoint, frameFor, openEnd } from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { concat, hex, ROLES, type Role, toHex, utf8 } from '../support/wire.ts';

const { TEXT, BINARY, CONTINUATION, PING } = Opcode;

function bytes(length: number): Uint8Array {
  return new Uint8Array(length).fill(0x61);
}

/** One message in fragments of these lengths, the last of them final. */
function fragments(role: Role, opcode: number, lengths: readonly number[]): Uint8Array {
  return concat(
    ...lengths.map((length, i) =>
      frameFor(role, i === 0 ? opcode : CONTINUATION, bytes(length), { fin: i === lengths.length - 1 }),
    ),
  );
}

/** The header of a frame without its payload, as an end of this role receives it. */
function headerFor(role: Role, firstByte: number, length: number): Uint8Array {
  const digits = `${firstByte.toString(16).padStart(2, '0')} ${role === 'server' ? 'ff' : '7f'}`;
  return hex(`${digits} ${length.toString(16).padStart(16, '0')} ${role === 'server' ? '37fa213d' : ''}`);
}

function broken({ protocol }: Endpoint): string | undefined {
  return protocol.brokenRule?.code;
}

describe.each(ROLES)('RFC 6455 §7.4.1, §10.4, limits of a message at the end of a %s', (role) => {
  const limits = { maxMessageBytes: 300 };

  it.each([299, 300])('takes a message of %i bytes with a limit of 300', (length) => {
    const end = openEnd(role, { limits });
    end.feed(frameFor(role, BINARY, bytes(length)));
    expect(end.events).toEqual([['binary', toHex(bytes(length))]]);
  });

  it.each([
    [300, 0],
    [1, 299],
    [0, 0, 150, 150],
  ])('takes fragments of %i, %i… bytes with a limit of 300', (...lengths) => {
    const end = openEnd(role, { limits });
    end.feed(fragments(role, TEXT, lengths));
    expect(end.events).toEqual([['text', 'a'.repeat(300)]]);
  });

  // @rfc 6455-10.4-1 6455-10.4-2
  it('refuses 301 bytes with 1009 on the header, before any payload', () => {
    const end = openEnd(role, { limits });
    const frame = frameFor(role, BINARY, bytes(301));
    end.feed(frame.subarray(0, frame.length - 301));
    expect(broken(end)).toBe('message-too-big');
    expect(end.sent()[0]?.payload.slice(0, 4)).toBe('03f1');
  });

  // @rfc 6455-10.4-2
  it('refuses fragments on the header that passes the limit, and gives their memory back', () => {
    const budget = new MemoryBudget(1000);
    const end = openEnd(role, { limits, partialMessages: budget });
    end.feed(frameFor(role, BINARY, bytes(299), { fin: false }));
    expect(budget.used).toBeGreaterThanOrEqual(299);
    const second = frameFor(role, CONTINUATION, bytes(2));
    end.feed(second.subarray(0, second.length - 2));
    expect(broken(end)).toBe('message-too-big');
    expect(budget.used).toBe(0);
  });

  it('counts each message anew', () => {
    const end = openEnd(role, { limits });
    end.feed(
      concat(fragments(role, BINARY, [200, 100]), fragments(role, BINARY, [300]), fragments(role, TEXT, [1, 299])),
    );
    expect(end.events).toHaveLength(3);
  });

  it('refuses 1 MiB and one byte by default, and takes 1 MiB', () => {
    const big = openEnd(role);
    big.feed(headerFor(role, 0x82, 2 ** 20 + 1));
    expect(broken(big)).toBe('message-too-big');
    const permitted = openEnd(role);
    permitted.feed(frameFor(role, BINARY, bytes(2 ** 20)));
    expect(permitted.events[0]?.[1]).toHaveLength(2 ** 21);
  });

  it('has no limit with Infinity, and then allocates nothing for what is only announced', () => {
    const budget = new MemoryBudget(1000);
    const end = openEnd(role, { limits: { maxMessageBytes: Infinity }, partialMessages: budget });
    end.feed(concat(headerFor(role, 0x02, 2 ** 52), bytes(10)));
    expect(broken(end)).toBeUndefined();
    expect(budget.used).toBeLessThanOrEqual(40);
  });

  it.each([3, 4])('takes %i fragments with a limit of 4, empty ones counted', (count) => {
    const end = openEnd(role, { limits: { maxFragments: 4 } });
    end.feed(fragments(role, BINARY, [1, ...Array<number>(count - 1).fill(0)]));
    expect(end.events).toEqual([['binary', '61']]);
  });

  // @rfc 6455-10.4-1
  it('refuses a fifth fragment with 1008 on its header', () => {
    const end = openEnd(role, { limits: { maxFragments: 4 } });
    end.feed(fragments(role, BINARY, [0, 0, 0, 0, 9]).subarray(0, -9));
    expect(broken(end)).toBe('too-many-fragments');
    expect(end.sent()[0]?.payload.slice(0, 4)).toBe('03f0');
  });

  it('does not count control frames as fragments, and counts each message anew', () => {
    const end = openEnd(role, { limits: { maxFragments: 2 } });
    const ping = frameFor(role, PING, bytes(1));
    const [first, second] = [frameFor(role, TEXT, bytes(1), { fin: false }), frameFor(role, CONTINUATION, bytes(1))];
    end.feed(concat(ping, first, ping, ping, second, ping, first, second));
    expect(end.events).toEqual([
      ['text', 'aa'],
      ['text', 'aa'],
    ]);
  });

  it('refuses the 1,025th fragment of a message by default', () => {
    const end = openEnd(role);
    end.feed(frameFor(role, BINARY, bytes(0), { fin: false }));
    for (let i = 0; i < 1023; i++) end.feed(frameFor(role, CONTINUATION, bytes(1), { fin: false }));
    expect(broken(end)).toBeUndefined();
    end.feed(frameFor(role, CONTINUATION, bytes(1)));
    expect(broken(end)).toBe('too-many-fragments');
  });
});

describe.each(ROLES)('RFC 6455 §10.4, memory of unfinished messages at the end of a %s', (role) => {
  it('grows with what arrived, at most fourfold, and not with what was announced', () => {
    const budget = new MemoryBudget(Infinity);
    const end = openEnd(role, { partialMessages: budget });
    const frame = frameFor(role, BINARY, bytes(2 ** 20));
    const head = frame.length - 2 ** 20;
    end.feed(frame.subarray(0, head));
    expect(budget.used).toBe(0);
    for (let arrived = 0; arrived < 2 ** 20 - 1; ) {
      const next = Math.min(2 ** 20 - 1, arrived === 0 ? 1 : arrived * 2 - 1 + 777);
      end.feed(frame.subarray(head + arrived, head + next));
      arrived = next;
      expect(budget.used).toBeGreaterThanOrEqual(arrived);
      expect(budget.used).toBeLessThanOrEqual(4 * arrived);
      expect(budget.used).toBeLessThanOrEqual(2 ** 20);
    }
    end.feed(frame.subarray(-1));
    expect(end.events).toHaveLength(1);
    expect(budget.used).toBe(0);
  });

  it.each([
    [249, 249],
    [250, 1000],
  ])('believes an announced length once a quarter is there: %i bytes take %i', (arrived, taken) => {
    const budget = new MemoryBudget(Infinity);
    const end = openEnd(role, { partialMessages: budget });
    const frame = frameFor(role, BINARY, bytes(1000));
    end.feed(frame.subarray(0, frame.length - 1000 + arrived));
    expect(budget.used).toBe(taken);
  });

  it('costs a thousand fragments of one byte no more than twice their bytes', () => {
    const budget = new MemoryBudget(Infinity);
    const end = openEnd(role, { partialMessages: budget });
    for (let i = 0; i < 1000; i++) end.feed(frameFor(role, i === 0 ? BINARY : CONTINUATION, bytes(1), { fin: false }));
    expect(budget.used).toBeGreaterThanOrEqual(1000);
    expect(budget.used).toBeLessThanOrEqual(2000);
    end.feed(frameFor(role, CONTINUATION, bytes(0)));
    expect(end.events).toEqual([['binary', toHex(bytes(1000))]]);
    expect(budget.used).toBe(0);
  });

  it('does not grow beyond the longest message for fragments to come', () => {
    const budget = new MemoryBudget(Infinity);
    const end = openEnd(role, { partialMessages: budget, limits: { maxMessageBytes: 1000 } });
    end.feed(frameFor(role, BINARY, bytes(600), { fin: false }));
    end.feed(frameFor(role, CONTINUATION, bytes(10), { fin: false }));
    expect(budget.used).toBe(1000);
  });

  it('takes from the shared budget exactly to its limit', () => {
    for (const [limit, rule] of [
      [99, 'partial-messages-full'],
      [100, undefined],
    ] as const) {
      const end = openEnd(role, { partialMessages: new MemoryBudget(limit) });
      end.feed(frameFor(role, BINARY, bytes(100), { fin: false }));
      expect(broken(end)).toBe(rule);
    }
  });

  it('refuses with 1013 only the connection that no longer fits', () => {
    const budget = new MemoryBudget(150);
    const [first, second] = [0, 0].map(() => openEnd(role, { partialMessages: budget })) as [Endpoint, Endpoint];
    first.feed(frameFor(role, BINARY, bytes(100), { fin: false }));
    second.feed(frameFor(role, BINARY, bytes(100), { fin: false }));
    expect(second.sent()[0]?.payload.slice(0, 4)).toBe('03f5');
    expect(budget.used).toBe(100);
    first.feed(frameFor(role, CONTINUATION, bytes(0)));
    expect(first.events).toHaveLength(1);
    expect(budget.used).toBe(0);
  });

  it('needs no budget for a message that comes whole', () => {
    const end = openEnd(role, { partialMessages: new MemoryBudget(1) });
    end.feed(frameFor(role, BINARY, bytes(100)));
    expect(end.events).toHaveLength(1);
  });

  const ENDINGS: Readonly<Record<string, (end: Endpoint) => void>> = {
    'its last fragment': (end) => end.feed(frameFor(role, CONTINUATION, utf8('b'))),
    'an illegal frame': (end) => end.feed(frameFor(role, 5, utf8('b'))),
    'a bad byte': (end) => end.feed(frameFor(role, CONTINUATION, Uint8Array.of(0xff))),
    'a frame too much': (end) => end.feed(headerFor(role, 0x80, 2 ** 20)),
    'the close frame of the peer': (end) => end.feed(frameFor(role, Opcode.CLOSE, utf8(''))),
    'a close of this end': ({ protocol }) => protocol.close(0, 1000),
    terminate: ({ protocol }) => protocol.terminate(),
    'the end of the transport': ({ protocol }) => protocol.transportEnded(),
    'its deadline': ({ protocol }) => protocol.tick(60_000),
  };

  it.each(Object.keys(ENDINGS))('is given back when the message ends with %s', (how) => {
    const budget = new MemoryBudget(1000);
    const end = openEnd(role, { partialMessages: budget });
    end.feed(frameFor(role, TEXT, bytes(200), { fin: false }));
    expect(budget.used).toBeGreaterThanOrEqual(200);
    ENDINGS[how]?.(end);
    expect(budget.used).toBe(0);
  });

  it('is not taken for data behind a close', () => {
    const budget = new MemoryBudget(1000);
    const end = openEnd(role, { partialMessages: budget });
    end.protocol.close(0, 1000);
    end.feed(frameFor(role, BINARY, bytes(200), { fin: false }));
    expect(budget.used).toBe(0);
  });
});

describe.each(ROLES)('RFC 6455 §10.4, the time of a message at the end of a %s', (role) => {
  it('is over at the limit, not before it', () => {
    const end = openEnd(role, { limits: { assemblyMs: 1000 } });
    end.feed(frameFor(role, BINARY, bytes(0), { fin: false }), 50);
    expect(end.protocol.nextDeadline()).toBe(1050);
    end.protocol.tick(1049);
    expect(end.protocol.state).toBe('open');
    end.protocol.tick(1050);
    expect(broken(end)).toBe('message-too-slow');
    expect(end.sent()[0]?.payload.slice(0, 4)).toBe('03f0');
    expect(end.protocol.nextDeadline()).toBe(1050 + 3000);
  });

  it('grows by a second for each 16 KiB that arrived', () => {
    const end = openEnd(role, { limits: { assemblyMs: 1000 } });
    end.feed(frameFor(role, BINARY, bytes(32 * 1024), { fin: false }), 0);
    expect(end.protocol.nextDeadline()).toBe(3000);
    end.feed(frameFor(role, CONTINUATION, bytes(8 * 1024), { fin: false }), 100);
    expect(end.protocol.nextDeadline()).toBe(3500);
  });

  it('runs from the first byte of the message, and for one frame in pieces as well', () => {
    const end = openEnd(role, { limits: { assemblyMs: 1000 } });
    const frame = frameFor(role, BINARY, bytes(5));
    end.feed(frame.subarray(0, -3), 10);
    end.feed(frame.subarray(-3, -1), 900);
    expect(Math.floor(end.protocol.nextDeadline())).toBe(1010);
    end.feed(frame.subarray(-1), 950);
    expect(end.protocol.nextDeadline()).toBe(Infinity);
    end.protocol.tick(5000);
    expect(end.protocol.state).toBe('open');
  });

  it('stands still while this end does not read', () => {
    const end = openEnd(role, { limits: { assemblyMs: 1000 } });
    end.feed(frameFor(role, BINARY, bytes(0), { fin: false }), 0);
    end.protocol.rests(400);
    end.protocol.rests(800);
    expect(end.protocol.nextDeadline()).toBe(Infinity);
    end.protocol.tick(10_000);
    expect(end.protocol.state).toBe('open');
    end.protocol.readsAgain(10_400);
    expect(end.protocol.nextDeadline()).toBe(11_000);
    end.protocol.readsAgain(10_500);
    expect(end.protocol.nextDeadline()).toBe(11_000);
  });

  it('is no longer than the limit for a message that began while this end did not read', () => {
    const end = openEnd(role, { limits: { assemblyMs: 1000 } });
    end.protocol.rests(0);
    end.feed(frameFor(role, BINARY, bytes(0), { fin: false }), 5000);
    expect(end.protocol.nextDeadline()).toBe(Infinity);
    end.protocol.readsAgain(5100);
    expect(end.protocol.nextDeadline()).toBe(6100);
  });

  it('has no end with Infinity', () => {
    const end = openEnd(role, { limits: { assemblyMs: Infinity } });
    end.feed(frameFor(role, BINARY, bytes(0), { fin: false }), 0);
    expect(end.protocol.nextDeadline()).toBe(Infinity);
  });

  it('begins anew with each part for a handler of parts', () => {
    const end = openEnd(role, { limits: { assemblyMs: 1000 }, inParts: true });
    end.feed(frameFor(role, BINARY, bytes(1), { fin: false }), 0);
    end.feed(frameFor(role, CONTINUATION, bytes(1), { fin: false }), 900);
    expect(end.protocol.nextDeadline()).toBe(1900);
  });
});

describe.each(ROLES)('RFC 6455 §8.1, a bad byte in text is refused at once at the end of a %s', (role) => {
  // @rfc 6455-8.1-1
  it.each([
    ['in a first fragment, before the message is complete', ['cebae1bdb9cf83cebcceb5f4908080'], 15 - 2],
    ['in a second fragment', ['cebae1bd', 'b9ff'], 6],
  ])('%s', (_, payloads, most) => {
    const end = openEnd(role);
    let refusedAfter = 0;
    payloads.forEach((payload, i) => {
      const frame = frameFor(role, i === 0 ? TEXT : CONTINUATION, hex(payload), { fin: false });
      const head = frame.length - payload.length / 2;
      end.feed(frame.subarray(0, head));
      for (let at = head; at < frame.length && end.protocol.state === 'open'; at++) {
        end.feed(frame.subarray(at, at + 1));
        refusedAfter++;
      }
    });
    expect(broken(end)).toBe('text-not-utf8');
    expect(refusedAfter).toBe(most);
  });

  it('by the check that the text port brings, one for the connection, begun anew with each message', () => {
    const seen: string[] = [];
    const validator: TextPort['validator'] = () => {
      seen.push('made');
      return {
        complete: true,
        push(piece, start, end) {
          seen.push(toHex(piece.subarray(start, end)));
          return piece[start] !== 0x62;
        },
        reset: () => seen.push('reset'),
      };
    };
    const end = openEnd(role, { text: { ...webText, validator } });
    end.feed(frameFor(role, TEXT, utf8('a'), { fin: false }));
    end.feed(frameFor(role, CONTINUATION, utf8('c')));
    end.feed(frameFor(role, TEXT, utf8('b'), { fin: false }));
    expect(seen).toEqual(['made', '61', '63', 'reset', '62', 'reset']);
    expect(broken(end)).toBe('text-not-utf8');
  });
});
