import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { type Extension, Protocol } from '../../src/protocol/index.ts';
import { SLAB_BYTES } from '../../src/protocol/slab.ts';
import {
  closeFor,
  closeHex,
  type Endpoint,
  type EndpointOptions,
  frameFor,
  openEnd,
  type SeenEvent,
  seen,
} from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { concat, cutAtRandom, hex, ROLES, type Role, seeded, toHex, utf8 } from '../support/wire.ts';

const { TEXT, BINARY, CONTINUATION, PING } = Opcode;

/** An end that reads a short message as a whole, where it lies, whatever its role. */
function ownEnd(role: Role, options: EndpointOptions = {}): Endpoint {
  return openEnd(role, { ownsInput: true, ...options });
}

/** What an end tells of these bytes, whole and byte by byte: the same, and twice the closing frames. */
function told(role: Role, bytes: Uint8Array, options: EndpointOptions = {}): SeenEvent[] {
  const [whole, cut] = [ownEnd(role, options), ownEnd(role, options)];
  whole.feed(bytes.slice());
  for (const byte of bytes) cut.feed(Uint8Array.of(byte));
  expect(cut.events).toEqual(whole.events);
  expect(cut.sent()).toEqual(whole.sent());
  return whole.events;
}

describe.each(ROLES)('a short message in one read at the end of a %s', (role) => {
  it.each([TEXT, BINARY])('of opcode %i is taken up to the limit, and refused with 1009 above it', (opcode) => {
    for (const limit of [1, 50, 124, 125]) {
      for (const length of [limit - 1, limit, limit + 1]) {
        const end = ownEnd(role, { limits: { maxMessageBytes: limit } });
        const bytes = frameFor(role, opcode, new Uint8Array(length).fill(0x61));
        end.feed(concat(bytes, frameFor(role, opcode, utf8('b'))));
        if (length > limit) {
          expect(end.protocol.brokenRule?.code).toBe('message-too-big');
          expect(end.events).toEqual([]);
          expect(end.sent()).toEqual([seen(Opcode.CLOSE, closeHex(1009, end.protocol.brokenRule?.message))]);
        } else if (opcode === TEXT) {
          expect(end.events).toEqual([
            ['text', 'a'.repeat(length)],
            ['text', 'b'],
          ]);
        } else {
          expect(end.events).toEqual([
            ['binary', '61'.repeat(length)],
            ['binary', '62'],
          ]);
        }
      }
    }
  });

  it('is the same at 125 and at 126 bytes', () => {
    for (const length of [0, 1, 124, 125, 126, 127]) {
      expect(told(role, frameFor(role, BINARY, new Uint8Array(length).fill(9)))).toEqual([
        ['binary', '09'.repeat(length)],
      ]);
      expect(told(role, frameFor(role, TEXT, new Uint8Array(length).fill(0x7a)))).toEqual([
        ['text', 'z'.repeat(length)],
      ]);
    }
  });

  it('comes as one last part where messages are taken in parts', () => {
    const bytes = concat(
      frameFor(role, TEXT, utf8('é')),
      frameFor(role, BINARY, hex('ff')),
      frameFor(role, TEXT, hex('')),
    );
    const end = ownEnd(role, { inParts: true });
    end.feed(bytes);
    expect(end.events).toEqual([
      ['part', TEXT, 'c3a9', true],
      ['part', BINARY, 'ff', true],
      ['part', TEXT, '', true],
    ]);
  });

  it.each([
    ['string', {}],
    ['bytes', { textAs: 'bytes' }],
    ['parts', { inParts: true }],
    ['borrowed bytes', { textAs: 'bytes', borrow: true }],
  ] as [string, EndpointOptions][])('is refused with 1007 when it is no UTF-8, taken as %s', (_, options) => {
    for (const digits of ['ff', 'c3', '61c0af', 'eda080', 'f4908080']) {
      const end = ownEnd(role, options);
      end.feed(concat(frameFor(role, TEXT, hex(digits)), frameFor(role, BINARY, hex('00'))));
      expect(end.protocol.brokenRule?.code, digits).toBe('text-not-utf8');
      expect(end.events).toEqual([]);
      expect(end.sent()).toMatchObject([{ opcode: Opcode.CLOSE }]);
    }
  });

  it('comes as bytes where text is taken so', () => {
    expect(told(role, frameFor(role, TEXT, utf8('añb')), { textAs: 'bytes' })).toEqual([['binary', '61c3b162']]);
  });

  it('is refused inside an unfinished message, and taken beside the fragments of finished ones', () => {
    const begun = frameFor(role, TEXT, utf8('a'), { fin: false });
    const short = frameFor(role, TEXT, utf8('b'));
    const rest = frameFor(role, CONTINUATION, utf8('c'));
    const end = ownEnd(role);
    end.feed(concat(begun, short));
    expect(end.events).toEqual([]);
    expect(end.protocol.brokenRule?.code).toBe('message-interleaved');
    expect(told(role, concat(short, begun, rest, short))).toEqual([
      ['text', 'b'],
      ['text', 'ac'],
      ['text', 'b'],
    ]);
  });

  it('counts no fragments and no deadline of its own', () => {
    const end = ownEnd(role, { limits: { maxFragments: 1 } });
    for (let i = 0; i < 3; i++) end.feed(frameFor(role, BINARY, hex('07')));
    expect(end.protocol.nextDeadline()).toBe(openEnd(role).protocol.nextDeadline());
    expect(end.events).toHaveLength(3);
  });

  it('is followed by others until the handler stops, and by none that comes behind its close', () => {
    const three = concat(...['a', 'b', 'c'].map((text) => frameFor(role, TEXT, utf8(text))));
    const stopping = ownEnd(role, { stop: ({ events }) => events.length === 2 });
    expect(stopping.protocol.receive(three.slice(), 0)).toBe((three.length / 3) * 2);
    const closing = ownEnd(role, {
      stop: ({ protocol }) => {
        protocol.close(0, 1000);
        return true;
      },
    });
    const all = concat(three, frameFor(role, PING, hex('')), closeFor(role, 1000));
    expect(closing.protocol.receive(all, 0)).toBe(all.length);
    expect(closing.events).toEqual([['text', 'a']]);
    expect(closing.protocol.state).toBe('exchanged');
  });

  it('is the last that is looked at when the handler terminates', () => {
    const end = ownEnd(role, {
      stop: ({ protocol }) => {
        protocol.terminate();
        return false;
      },
    });
    const all = concat(frameFor(role, TEXT, utf8('a')), frameFor(role, TEXT, hex('ff')), hex('ffff'));
    expect(end.protocol.receive(all, 0)).toBe(all.length);
    expect(end.events).toMatchObject([
      ['text', 'a'],
      ['ended', { code: 1006 }],
    ]);
    expect(end.protocol.brokenRule).toBeUndefined();
  });

  it('goes past an extension that did not mark it, and through the one that did', () => {
    const doubling: Extension = {
      name: 'doubling',
      reservedBits: { start: 4, continuation: 0, control: 0 },
      decode: ({ payload }) => concat(payload, payload),
    };
    const end = ownEnd(role, { extensions: [doubling] });
    end.feed(
      concat(
        frameFor(role, TEXT, utf8('a')),
        frameFor(role, TEXT, utf8('b'), { rsv: 4 }),
        frameFor(role, BINARY, hex('01')),
      ),
    );
    expect(end.events).toEqual([
      ['text', 'a'],
      ['text', 'bb'],
      ['binary', '01'],
    ]);
  });

  it('is told alike with and without the bytes being the receiver’s, however they are cut', () => {
    const anyFrames = fc.array(
      fc.record({
        opcode: fc.constantFrom(TEXT, BINARY, TEXT, BINARY, CONTINUATION, PING, Opcode.CLOSE, 3),
        fin: fc.boolean(),
        payload: fc.oneof(
          fc.string({ maxLength: 12, unit: 'grapheme' }).map(utf8),
          fc.uint8Array({ maxLength: 5 }),
          fc.constantFrom(124, 125, 126, 130).map((length) => new Uint8Array(length).fill(0x61)),
        ),
      }),
      { maxLength: 10 },
    );
    const anyOptions = fc.record({
      textAs: fc.constantFrom('string' as const, 'bytes' as const),
      borrow: fc.boolean(),
      inParts: fc.boolean(),
    });
    fc.assert(
      fc.property(anyFrames, anyOptions, fc.nat(), (frames, options, seed) => {
        const bytes = concat(...frames.map(({ opcode, fin, payload }) => frameFor(role, opcode, payload, { fin })));
        const limits = { maxMessageBytes: 125 };
        const random = seeded(seed);
        const whole = openEnd(role, { ...options, limits, ownsInput: true });
        whole.feed(bytes.slice());
        const stop = (): boolean => random() < 0.5;
        const cut = openEnd(role, { ...options, limits, ownsInput: random() < 0.5, stop });
        for (const chunk of cutAtRandom(bytes, random)) cut.feed(chunk);
        expect(joined(cut.events)).toEqual(joined(whole.events));
        expect(cut.protocol.brokenRule?.code).toBe(whole.protocol.brokenRule?.code);
        expect(cut.protocol.state).toBe(whole.protocol.state);
        expect(cut.sent()).toEqual(whole.sent());
      }),
      { numRuns: 500 },
    );
  });
});

/** The parts of each message as one; those of one that did not end do not count, since it may be refused sooner or later. */
function joined(events: readonly SeenEvent[]): SeenEvent[] {
  const whole: SeenEvent[] = [];
  let payload = '';
  for (const event of events) {
    if (event[0] !== 'part') {
      whole.push(event);
      continue;
    }
    payload += event[2];
    if (!event[3]) continue;
    whole.push(['part', event[1], payload, true]);
    payload = '';
  }
  return whole;
}

/** Feeds chunks to an end that borrows, and looks at each message while it may. */
function borrowing(role: Role, look: (message: Uint8Array) => void): Protocol {
  return new Protocol({
    role,
    handler: {
      message(data) {
        if (typeof data === 'string') return expect.unreachable();
        look(data);
        return false;
      },
      pong: () => expect.unreachable(),
      ended: () => expect.unreachable(),
    },
    text: webText,
    now: 0,
    nextMaskKey: () => 1,
    borrow: true,
    ownsInput: true,
  });
}

describe.each(ROLES)('a borrowed short message at the end of a %s', (role) => {
  it('is a view of the chunk that it came in, two chunks in turn', () => {
    const messages: Uint8Array[] = [];
    const protocol = borrowing(role, (message) => messages.push(message));
    const wholes = ['a', 'b'].map((text) => frameFor(role, BINARY, utf8(text)));
    // The same memory at two places, and two memories.
    const memory = concat(new Uint8Array(5), ...wholes.map((frame) => concat(frame, new Uint8Array(3))));
    const size = wholes[0]?.length ?? 0;
    const chunks = [
      memory.subarray(5, 5 + size),
      memory.subarray(8 + size, 8 + 2 * size),
      concat(frameFor(role, BINARY, utf8('c')), frameFor(role, BINARY, utf8('d'))),
    ];
    for (const chunk of chunks) {
      const before = messages.length;
      protocol.receive(chunk, 0);
      for (const message of messages.slice(before)) expect(message.buffer).toBe(chunk.buffer);
    }
    expect(messages.map((message) => toHex(message))).toEqual(['61', '62', '63', '64']);
  });

  it.each([SLAB_BYTES - 1, SLAB_BYTES, SLAB_BYTES + 1])(
    'is right in chunks of %i bytes, one after the other',
    (size) => {
      const frames = Array.from({ length: 26 }, (_, i) => frameFor(role, BINARY, new Uint8Array(100).fill(0x61 + i)));
      const messages: string[] = [];
      const chunk = (from: number): Uint8Array => {
        const bytes = concat(...frames.slice(from, from + 13));
        const filler = frameFor(role, BINARY, new Uint8Array(size - bytes.length - (role === 'server' ? 8 : 4)));
        return concat(bytes, filler);
      };
      const two = [chunk(0), chunk(13)];
      const protocol = borrowing(role, (message) => {
        messages.push(message.length === 100 ? String.fromCharCode(message[0] ?? 0, message[99] ?? 0) : '');
      });
      for (const bytes of two) {
        expect(bytes.length).toBe(size);
        protocol.receive(bytes, 0);
      }
      const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(0x61 + i).repeat(2));
      expect(messages).toEqual([...letters.slice(0, 13), '', ...letters.slice(13), '']);
    },
  );

  it.each([SLAB_BYTES + 1, 2 ** 24])(
    'keeps no memory of %i bytes alive, however small the piece of it',
    async (size) => {
      setFlagsFromString('--expose-gc');
      const collect: () => void = runInNewContext('gc');
      const lengths: number[] = [];
      const protocol = borrowing(role, (message) => lengths.push(message.length));
      const receive = (): WeakRef<ArrayBufferLike> => {
        const memory = new Uint8Array(size);
        const frame = frameFor(role, BINARY, utf8('few'));
        memory.set(frame, size - frame.length);
        protocol.receive(memory.subarray(size - frame.length), 0);
        return new WeakRef(memory.buffer);
      };
      const memory = receive();
      await turn();
      collect();
      expect(memory.deref() === undefined).toBe(true);
      expect(lengths).toEqual([3]);
    },
  );
});
