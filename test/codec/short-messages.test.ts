import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder, type FrameSink, Opcode, ProtocolViolation } from '../../src/codec/index.ts';
import {
  concat,
  cutAtRandom,
  type Decoded,
  type DecodeOptions,
  decodeChunks,
  EXAMPLE_KEY,
  hex,
  ROLES,
  type Role,
  seeded,
  toHex,
} from '../support/wire.ts';

const { TEXT, BINARY, CONTINUATION, PING, CLOSE } = Opcode;

/** One frame as an end of this role receives it. */
function frameFor(role: Role, opcode: number, payload: Uint8Array, fin = true, rsv = 0): Uint8Array {
  return encodeFrame(opcode, payload, { fin, rsv, maskKey: role === 'server' ? EXAMPLE_KEY : undefined });
}

/** A sink that writes down which of its methods is called, and with what; `stop` is its answer to bytes. */
function noting(calls: string[], stop: () => boolean = () => false): Required<FrameSink> {
  return {
    header: ({ opcode, length }) => void calls.push(`header ${opcode} ${length}`),
    payload(bytes, start, end, last) {
      calls.push(`payload ${toHex(bytes.slice(start, end))} ${last}`);
      return stop();
    },
    message(opcode, bytes, start, end) {
      calls.push(`message ${opcode} ${toHex(bytes.slice(start, end))}`);
      return stop();
    },
  };
}

/** Which methods of a sink the bytes lead to, by the first letter of each. */
function pathOf(role: Role, chunks: readonly Uint8Array[], options: DecodeOptions = {}): string {
  const calls: string[] = [];
  const decoder = new FrameDecoder({ role, ownsInput: true, ...options });
  for (const chunk of chunks) decoder.push(chunk, noting(calls));
  return calls.map((call) => call.charAt(0)).join('');
}

describe.each(ROLES)('a sink of a %s with a method for whole messages', (role) => {
  const short = (length = 1, opcode: number = BINARY): Uint8Array =>
    frameFor(role, opcode, new Uint8Array(length).fill(7));

  it.each([0, 1, 2, 63, 64, 124, 125])('has one of %i bytes in one call', (length) => {
    for (const opcode of [TEXT, BINARY]) {
      const calls: string[] = [];
      const decoder = new FrameDecoder({ role, ownsInput: true });
      const bytes = short(length, opcode);
      expect(decoder.push(bytes, noting(calls))).toBe(bytes.length);
      expect(calls).toEqual([`message ${opcode} ${'07'.repeat(length)}`]);
      expect(decoder.idle).toBe(true);
    }
  });

  it.each([126, 127, 65_536])('has one of %i bytes in two calls', (length) => {
    expect(pathOf(role, [short(length)])).toBe('hp');
  });

  it('has control frames, fragments and marked messages in two calls', () => {
    expect(pathOf(role, [short(1, PING), short(2, CLOSE)])).toBe('hphp');
    const fragments = [frameFor(role, TEXT, hex('61'), false), frameFor(role, CONTINUATION, hex('62'))];
    expect(pathOf(role, fragments)).toBe('hphp');
    const reservedBits = { start: 7, continuation: 0, control: 0 };
    for (const rsv of [1, 2, 4]) {
      expect(pathOf(role, [frameFor(role, TEXT, hex('61'), true, rsv)], { reservedBits })).toBe('hp');
    }
    expect(pathOf(role, [short(1, 3), short(1, 7)], { extensionOpcodes: 0xff })).toBe('hphp');
  });

  it('has a message in two calls when it was cut, and the next in one again', () => {
    const [first, second] = [short(3), short(4)];
    for (let cut = 1; cut < first.length; cut++) {
      const path = pathOf(role, [first.slice(0, cut), concat(first.slice(cut), second)]);
      expect(path, `cut behind ${cut} bytes`).toMatch(/^hpp?m$/);
    }
    expect(pathOf(role, [concat(first, second.slice(0, 3)), second.slice(3)])).toMatch(/^mhpp?$/);
  });

  it('has none inside an unfinished message, which is an error, and again when that has ended', () => {
    const begin = frameFor(role, TEXT, hex('61'), false);
    const end = frameFor(role, CONTINUATION, hex('62'));
    expect(pathOf(role, [concat(begin, short(1, PING), end, short())])).toBe('hphphpm');
    const calls: string[] = [];
    const decoder = new FrameDecoder({ role, ownsInput: true });
    expect(() => decoder.push(concat(begin, short()), noting(calls))).toThrow(
      expect.objectContaining({ code: 'message-interleaved' }),
    );
    expect(calls).toEqual(['header 1 1', 'payload 61 true']);
  });

  it('has none that is masked wrongly, which is an error', () => {
    for (const digits of role === 'server' ? ['8100', '8105', '817d'] : ['8180', '8185', '81fd']) {
      const calls: string[] = [];
      const decoder = new FrameDecoder({ role, ownsInput: true });
      expect(() => decoder.push(concat(hex(digits), new Uint8Array(130)), noting(calls))).toThrow(
        expect.objectContaining({ code: role === 'server' ? 'mask-missing' : 'mask-unexpected' }),
      );
      expect(calls).toEqual([]);
    }
  });

  it('stops the decoder behind each where it says so, and has the rest later', () => {
    const calls: string[] = [];
    const decoder = new FrameDecoder({ role, ownsInput: true });
    const lengths = [0, 2, 0];
    const chunk = concat(...lengths.map((length) => short(length)));
    let at = 0;
    for (const [i, length] of lengths.entries()) {
      at += decoder.push(
        chunk.subarray(at),
        noting(calls, () => true),
      );
      expect(at).toBe(concat(...lengths.slice(0, i + 1).map((taken) => short(taken))).length);
      expect(calls.at(-1)).toBe(`message 2 ${'07'.repeat(length)}`);
      expect(calls).toHaveLength(i + 1);
    }
  });

  it('ends the decoding when it throws', () => {
    const decoder = new FrameDecoder({ role, ownsInput: true });
    const refusing = {
      ...noting([]),
      message: (): boolean => {
        throw new ProtocolViolation('mine', { closeCode: 1008, section: '', message: '' });
      },
    };
    expect(() => decoder.push(short(), refusing)).toThrow(ProtocolViolation);
    expect(
      decoder.push(
        short(),
        noting([], () => expect.unreachable()),
      ),
    ).toBe(short().length);
  });

  it('gets the chunk itself', () => {
    const chunk = concat(short(3), short(2));
    const places: unknown[] = [];
    const decoder = new FrameDecoder({ role, ownsInput: true });
    decoder.push(chunk, {
      ...noting([]),
      message: (opcode, bytes, start, end) => places.push(opcode, bytes === chunk, start, end) === 0,
    });
    const head = role === 'server' ? 6 : 2;
    expect(places).toEqual([BINARY, true, head, head + 3, BINARY, true, 2 * head + 3, 2 * head + 5]);
  });
});

describe('a chunk that the decoder does not own', () => {
  it('is left as it was: a server unmasks a copy, in two calls', () => {
    const chunk = frameFor('server', BINARY, hex('0102'));
    const before = chunk.slice();
    expect(pathOf('server', [chunk], { ownsInput: false })).toBe('hp');
    expect(pathOf('server', [chunk], { ownsInput: undefined as never })).toBe('hp');
    expect(chunk).toEqual(before);
  });

  it('is enough for a client, which has nothing to unmask', () => {
    expect(pathOf('client', [frameFor('client', BINARY, hex('0102'))], { ownsInput: false })).toBe('m');
  });
});

describe('a header that came in two pieces', () => {
  // The longest, at every length of either piece, with payload and another message in the same chunk.
  it.each(ROLES)('is the same header wherever it was cut, for a %s', (role) => {
    for (const length of [0, 5, 125, 126, 300, 65_536]) {
      const wire = concat(
        frameFor(role, BINARY, new Uint8Array(length).fill(3)),
        frameFor(role, TEXT, hex('6f6b')),
        frameFor(role, PING, hex('')),
      );
      const whole = decodeChunks(role, [wire]);
      expect(whole.frames.map(({ payload }) => payload.length / 2)).toEqual([length, 2, 0]);
      for (let cut = 0; cut <= 16; cut++) {
        for (let second = cut; second <= (length > 300 ? cut + 1 : 16); second++) {
          const chunks = [wire.slice(0, cut), wire.slice(cut, second), wire.slice(second)];
          expect(decodeChunks(role, chunks)).toEqual(whole);
          expect(decodeChunks(role, chunks, { ownsInput: true, takesMessages: true })).toEqual(whole);
        }
      }
    }
  });

  it.each([
    ['client', '82 7e', '8102', 0x8102],
    ['server', '82 fe', '8180 00000000', 0x8180],
  ] as const)('goes on with its own bytes, though they look like a message to a %s', (role, head, rest, length) => {
    const payload = new Uint8Array(length).fill(0x61);
    const chunks = [hex(head), concat(hex(rest), payload)];
    const { frames, idle } = decodeChunks(role, chunks, { ownsInput: true, takesMessages: true });
    expect([frames.length, frames[0]?.opcode, frames[0]?.payload.length, idle]).toEqual([1, BINARY, 2 * length, true]);
  });

  it('is refused for the same rule as a whole one', () => {
    for (const digits of ['81fe00', '827f80', 'f2', '8380', '88fe', '827e0001', '0980', '8080']) {
      const bytes = concat(hex(digits), new Uint8Array(20));
      for (const role of ROLES) {
        const { violation } = decodeChunks(role, [bytes]);
        expect(violation).toBeDefined();
        for (let cut = 1; cut < 14; cut++) {
          expect(decodeChunks(role, [bytes.slice(0, cut), bytes.slice(cut)]).violation, digits).toBe(violation);
        }
      }
    }
  });
});

const anyFrame = fc.record({
  opcode: fc.constantFrom(TEXT, BINARY, TEXT, BINARY, TEXT, BINARY, CONTINUATION, PING, CLOSE, 3, 11),
  fin: fc.constantFrom(true, true, true, false),
  rsv: fc.constantFrom(0, 0, 0, 0, 0, 0, 4, 1),
  length: fc.oneof(fc.nat(6), fc.constantFrom(0, 63, 64, 124, 125, 126, 127, 300)),
  key: fc.oneof(fc.integer(), fc.constant(0)),
  masked: fc.constantFrom(true, true, true, true, true, true, true, false),
});

const anyBytes = fc.tuple(
  fc.constantFrom(...ROLES),
  fc.array(anyFrame, { maxLength: 10 }),
  fc.uint8Array({ maxLength: 4 }),
);

describe('for any bytes', () => {
  it('a sink with the method sees the frames, the violation and the bytes taken that one without it sees', () => {
    fc.assert(
      fc.property(anyBytes, fc.boolean(), fc.nat(), ([role, frames, tail], extended, seed) => {
        const bytes = concat(
          ...frames.map(({ opcode, fin, rsv, length, key, masked }) =>
            encodeFrame(opcode, new Uint8Array(length).fill(0x41), {
              fin,
              rsv,
              maskKey: (role === 'server') === masked ? key : undefined,
            }),
          ),
          tail,
        );
        const rules: DecodeOptions = extended
          ? { reservedBits: { start: 4, continuation: 0, control: 1 }, extensionOpcodes: (1 << 3) | (1 << 11) }
          : {};
        const expected = comparable(decodeChunks(role, [bytes], rules));
        const cuts = [[bytes], Array.from(bytes, (byte) => Uint8Array.of(byte)), cutAtRandom(bytes, seeded(seed))];
        for (const chunks of cuts) {
          for (const ownsInput of [false, true]) {
            // The same answers to the same bytes, whichever of the two methods has them.
            const told = (takesMessages: boolean): Decoded & { taken: number[] } => {
              const random = seeded(seed);
              const taken: number[] = [];
              const stop = (): boolean => random() < 0.5;
              const copies = chunks.map((chunk) => chunk.slice());
              return { taken, ...decodeChunks(role, copies, { ...rules, ownsInput, takesMessages, taken, stop }) };
            };
            const laned = told(true);
            expect(laned).toEqual(told(false));
            expect(comparable(laned)).toEqual(expected);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});

function comparable({ frames, rest, violation, idle }: Decoded): unknown {
  return violation === undefined ? { frames, rest, idle } : { frames, violation };
}
