import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { PROTOCOL_LIMITS } from '../../src/protocol/index.ts';
import { Receiver } from '../../src/protocol/receiver.ts';
import { closeFor, type EndpointOptions, frameFor, openEnd, type SeenEvent } from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { concat, cutAtRandom, hex, ROLES, type Role, SEED, seeded, toHex, utf8 } from '../support/wire.ts';

const { TEXT, BINARY, CONTINUATION, PING, PONG } = Opcode;

/** A stream with a bit of everything that is legal. */
function everything(role: Role): Uint8Array {
  return concat(
    frameFor(role, TEXT, utf8('whole')),
    frameFor(role, TEXT, utf8('fr'), { fin: false }),
    frameFor(role, PING, utf8('1')),
    frameFor(role, CONTINUATION, utf8(''), { fin: false }),
    frameFor(role, PONG, utf8('2')),
    frameFor(role, CONTINUATION, utf8('😀')),
    frameFor(role, BINARY, new Uint8Array(300).fill(5)),
    frameFor(role, BINARY, utf8('')),
    frameFor(role, BINARY, utf8('a'), { fin: false }),
    frameFor(role, CONTINUATION, utf8('')),
    closeFor(role, 1000, 'end'),
  );
}

const EVERYTHING: readonly SeenEvent[] = [
  ['text', 'whole'],
  ['pong', '32'],
  ['text', 'fr😀'],
  ['binary', '05'.repeat(300)],
  ['binary', ''],
  ['binary', '61'],
];

describe.each(ROLES)('parsing that stops and goes on at the end of a %s', (role) => {
  it('stops behind each message when the handler says so, and says how much it took', () => {
    const first = frameFor(role, TEXT, utf8('a'));
    const second = frameFor(role, BINARY, utf8('b'));
    const end = openEnd(role, { stop: () => true });
    const both = concat(first, second);
    expect(end.protocol.receive(both, 0)).toBe(first.length);
    expect(end.events).toEqual([['text', 'a']]);
    expect(end.protocol.receive(both.subarray(first.length), 0)).toBe(second.length);
    expect(end.events).toHaveLength(2);
  });

  it('is not stopped by pings and pongs, nor by an extension where none was agreed', () => {
    const end = openEnd(role, { stop: () => true });
    expect(end.protocol.decoding).toBe('none');
    const bytes = concat(
      frameFor(role, PING, utf8('')),
      frameFor(role, PONG, utf8('')),
      frameFor(role, TEXT, utf8('')),
    );
    expect(end.protocol.receive(bytes, 0)).toBe(bytes.length);
    expect(end.events).toEqual([
      ['pong', ''],
      ['text', ''],
    ]);
  });

  it.each([
    ['messages', {}],
    ['messages, unmasked in place', { ownsInput: true }],
    ['borrowed messages', { borrow: true }],
  ] as [string, EndpointOptions][])(
    'gives the same events wherever it stops and however it is cut: %s',
    (_, options) => {
      const random = seeded(SEED);
      for (let i = 0; i < 200; i++) {
        const end = openEnd(role, { ...options, stop: () => random() < 0.5 });
        for (const chunk of cutAtRandom(everything(role), random)) end.feed(chunk);
        expect(end.events, `WS101_SEED=${SEED}`).toEqual(EVERYTHING);
        expect(end.protocol.state).toBe('exchanged');
      }
    },
  );

  it('gives the same parts joined, wherever it stops and however it is cut', () => {
    const random = seeded(SEED);
    for (let i = 0; i < 200; i++) {
      const end = openEnd(role, { inParts: true, stop: () => random() < 0.5 });
      for (const chunk of cutAtRandom(everything(role), random)) end.feed(chunk);
      expect(joinParts(end.events), `WS101_SEED=${SEED}`).toEqual(EVERYTHING);
    }
  });

  it('tells no empty parts but a last one', () => {
    const end = openEnd(role, { inParts: true });
    end.feed(frameFor(role, BINARY, utf8(''), { fin: false }));
    end.feed(frameFor(role, CONTINUATION, utf8('x'), { fin: false }));
    end.feed(frameFor(role, CONTINUATION, utf8('')));
    expect(end.events).toEqual([
      ['part', BINARY, '78', false],
      ['part', BINARY, '', true],
    ]);
  });

  it('refuses parts of a message that becomes too long, and tells nothing of what is too much', () => {
    const end = openEnd(role, { inParts: true, limits: { maxMessageBytes: 3 } });
    end.feed(frameFor(role, BINARY, utf8('ab'), { fin: false }));
    end.feed(frameFor(role, CONTINUATION, utf8('cd')));
    expect(end.events).toEqual([['part', BINARY, '6162', false]]);
    expect(end.protocol.brokenRule?.code).toBe('message-too-big');
  });
});

function joinParts(events: readonly SeenEvent[]): SeenEvent[] {
  const joined: SeenEvent[] = [];
  let payload = '';
  for (const event of events) {
    if (event[0] !== 'part') {
      joined.push(event);
      continue;
    }
    payload += event[2];
    if (!event[3]) continue;
    joined.push(event[1] === TEXT ? ['text', Buffer.from(payload, 'hex').toString()] : ['binary', payload]);
    payload = '';
  }
  return joined;
}

describe.each(ROLES)('whose the bytes of a message are at the end of a %s', (role) => {
  function received(options: EndpointOptions, chunk: Uint8Array, inParts: boolean = false): Uint8Array {
    let got: Uint8Array | undefined;
    const receiver = new Receiver({
      role,
      text: webText,
      limits: PROTOCOL_LIMITS,
      partialMessages: undefined,
      textAs: options.textAs ?? 'string',
      borrow: options.borrow ?? false,
      ownsInput: options.ownsInput ?? false,
      inParts,
    });
    receiver.receive(chunk, 0, {
      message: (data) => {
        got = typeof data === 'string' ? undefined : data;
        return false;
      },
      part: (data) => {
        got = data;
        return false;
      },
      pinged: () => {},
      pong: () => {},
      closeFrame: () => {},
      violation: (violation) => {
        throw violation;
      },
    });
    if (got === undefined) throw new Error('no bytes came');
    return got;
  }

  it.each([3, 300])('the receiver’s own by default: %i bytes', (length) => {
    const chunk = frameFor(role, BINARY, new Uint8Array(length).fill(7));
    const copy = chunk.slice();
    for (const ownsInput of [false, true]) {
      for (const inParts of [false, true]) {
        const message = received({ ownsInput }, chunk.slice(), inParts);
        expect(message.buffer.byteLength).toBe(length);
        expect(toHex(message)).toBe('07'.repeat(length));
      }
    }
    received({}, chunk);
    expect(chunk).toEqual(copy);
  });

  it('a view of the chunk when borrowed', () => {
    const chunk = frameFor(role, BINARY, utf8('abc'));
    expect(received({ borrow: true, ownsInput: true }, chunk).buffer).toBe(chunk.buffer);
    const text = frameFor(role, TEXT, utf8('abc'));
    expect(received({ borrow: true, ownsInput: true, textAs: 'bytes' }, text).buffer).toBe(text.buffer);
    const part = frameFor(role, BINARY, utf8('abc'));
    expect(received({ borrow: true, ownsInput: true }, part, true).buffer).toBe(part.buffer);
  });

  it('plain bytes when they come in a Buffer', () => {
    const chunk = Buffer.from(frameFor(role, BINARY, utf8('abc')));
    const message = received({}, chunk);
    expect(Object.getPrototypeOf(message)).toBe(Uint8Array.prototype);
  });

  it('its own for fragments, of their very length', () => {
    const message = received(
      {},
      concat(frameFor(role, BINARY, utf8('abc'), { fin: false }), frameFor(role, CONTINUATION, utf8('d'))),
    );
    expect(message.buffer.byteLength).toBe(4);
  });
});

describe.each(ROLES)('RFC 6455 §5.5, control frames of a %s’s peer cut anywhere', (role) => {
  it('are the same frames', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 125 }), fc.nat({ max: 140 }), fc.nat({ max: 140 }), (payload, a, b) => {
        const end = openEnd(role);
        const bytes = concat(frameFor(role, PONG, payload), frameFor(role, PING, payload));
        const [first, second] = a < b ? [a, b] : [b, a];
        for (const chunk of [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]) {
          end.feed(chunk);
        }
        expect(end.events).toEqual([['pong', toHex(payload)]]);
        expect(end.sent().map((frame) => [frame.opcode, frame.payload])).toEqual([[PONG, toHex(payload)]]);
      }),
    );
  });
});

describe.each(ROLES)('RFC 6455 §10.4, a flood at the end of a %s', (role) => {
  const MIB = 2 ** 20;
  const chunkOf = (frame: Uint8Array): Uint8Array => new Uint8Array(Buffer.alloc(MIB - (MIB % frame.length), frame));

  it('of pings in one chunk of 1 MiB is refused and costs no stack', () => {
    const end = openEnd(role);
    end.feed(chunkOf(frameFor(role, PING, utf8(''))));
    expect(end.protocol.brokenRule?.code).toBe('ping-flood');
    expect(end.sent().map(({ opcode }) => opcode)).toEqual([...Array<number>(16).fill(PONG), Opcode.CLOSE]);
  });

  it('of empty messages in one chunk of 1 MiB is delivered and costs no stack', () => {
    const end = openEnd(role);
    const chunk = chunkOf(frameFor(role, BINARY, utf8('')));
    end.feed(chunk);
    expect(end.events).toHaveLength(Math.floor(MIB / (role === 'server' ? 6 : 2)));
  });

  it('that a handler echoes while nobody reads fills the queue to its cap and no further', () => {
    const limits = { maxMessageBytes: 1000, highWaterBytes: 1000, sendQueueBytes: 5000 };
    const statuses = new Set<string>();
    const end = openEnd(role, {
      limits,
      stop: ({ protocol }) => {
        statuses.add(protocol.send(new Uint8Array(900)));
        return false;
      },
    });
    for (let i = 0; i < 1000; i++) {
      end.feed(frameFor(role, BINARY, new Uint8Array(900)));
      expect(end.protocol.bufferedBytes).toBeLessThan(5000 + 1000);
    }
    expect([...statuses]).toEqual(['ok', 'pressured', 'dropped']);
  });

  it('of bytes that are no frames at all is refused and then ignored', () => {
    const end = openEnd(role);
    const garbage = new Uint8Array(MIB).fill(0xff);
    expect(end.protocol.receive(garbage, 0)).toBe(MIB);
    expect(end.protocol.receive(garbage, 0)).toBe(MIB);
    expect(end.sent()).toHaveLength(1);
    expect(end.events).toEqual([]);
  });
});

describe('a mistake of the embedder', () => {
  it('is not taken for one of the peer’s: what a handler throws comes out of receive', () => {
    const end = openEnd('client', {
      stop: () => {
        throw new Error('mine');
      },
    });
    expect(() => end.feed(hex('8100'))).toThrow('mine');
    expect(end.protocol.brokenRule).toBeUndefined();
  });
});
