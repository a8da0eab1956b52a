import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ProtocolViolation } from '../../src/codec/index.ts';
import { deflateMessage, inflateMessage } from '../../src/node/deflate-message.ts';
import { hex, toHex } from '../support/wire.ts';
import { jsonOf, StreamingDeflate, StreamingInflate } from './deflate-streams.ts';

const HELLO = Buffer.from('Hello');
const WINDOWS = [8, 9, 10, 11, 12, 13, 14, 15];
const MIB = 1024 * 1024;

const compressionOf = (windowBits: number) => ({ windowBits, level: 6, memLevel: 8 });

function inflated(digits: string, dictionary?: Uint8Array): string {
  return Buffer.from(inflateMessage(hex(digits), 15, MIB, dictionary)).toString();
}

function violationOf(call: () => unknown): Pick<ProtocolViolation, 'code' | 'closeCode'> {
  try {
    call();
  } catch (error) {
    if (!(error instanceof ProtocolViolation)) throw error;
    return { code: error.code, closeCode: error.closeCode };
  }
  throw new Error('it was taken');
}

describe('RFC 7692 §7.2.1, compressing a message', () => {
  // @rfc 7692-7.2.1-2
  it.each(WINDOWS)('leaves out the four bytes that end it, with windowBits=%i', (windowBits) => {
    expect(toHex(deflateMessage(HELLO, compressionOf(windowBits)))).toBe('f248cdc9c90700');
  });

  it('refers to the messages before it', () => {
    expect(toHex(deflateMessage(HELLO, compressionOf(12), HELLO))).toBe('f200110000');
  });

  it('makes one zero byte of nothing', () => {
    expect(toHex(deflateMessage(new Uint8Array(0), compressionOf(12)))).toBe('00');
  });
});

describe('RFC 7692 §7.2.3, decompressing a message', () => {
  it.each([
    ['one block with fixed codes', 'f248cdc9c90700'],
    ['a stored block', '000500faff48656c6c6f00'],
    ['a final block and the byte behind it', 'f348cdc9c9070000'],
    ['a final block and nothing behind it', 'f348cdc9c90700'],
    ['two blocks', 'f24805000000ffffcac9c90700'],
    ['two final blocks, each from a byte of its own', 'f3480500cbc9c9070000'],
    ['a final block, then one that is not', 'f348cdc9c90700000000ffff00'],
  ])('understands %s', (_, digits) => {
    expect(inflated(digits)).toBe('Hello');
  });

  it('understands a reference to the message before it, but only with its window', () => {
    expect(inflated('f200110000', HELLO)).toBe('Hello');
    expect(violationOf(() => inflated('f200110000'))).toEqual({ code: 'deflate-data-invalid', closeCode: 1007 });
  });

  it('lets what follows a final block refer to what came before it', () => {
    expect(inflated('f348cdc9c90700f200110000')).toBe('HelloHello');
    expect(inflated('f3001100f200110000', HELLO)).toBe('HelloHello');
  });

  it.each(['00', '', '02 00', '03 00', '03 00 00'])('understands an empty message: %s', (digits) => {
    expect(inflateMessage(hex(digits), 15, MIB)).toHaveLength(0);
  });

  it.each([
    ['a block of the fourth kind', '06'],
    ['a stored block whose lengths disagree', '00 05 00 fa fe 48'],
    ['a block that stops in the middle', 'f2 48 cd'],
    ['a stored block that stops in the middle', '00 05 00 fa ff 48 65'],
    ['a message without its last byte', 'f2 48 cd c9 c9 07'],
    ['something else behind a final block', 'f3 48 cd c9 c9 07 00 06'],
    ['the four bytes that should have been left out', 'f2 48 cd c9 c9 07 00 00 00 ff'],
    ['a header of zlib', '78 9c f2 48 cd c9 c9 07 00'],
    ['a header of gzip', '1f 8b 08 00 00 00 00 00'],
    ['a reference to before the beginning', 'f2 00 11 00 00 00'],
    ['text', toHex(Buffer.from('{"not":"compressed"}'))],
  ])('refuses %s with 1007', (_, digits) => {
    expect(violationOf(() => inflated(digits))).toEqual({ code: 'deflate-data-invalid', closeCode: 1007 });
  });

  it('takes 64 final blocks and refuses more with 1008, as each costs as much as a message', () => {
    const blocks = (count: number) => '4b0400'.repeat(count);
    expect(inflated(blocks(64))).toBe('a'.repeat(64));
    expect(violationOf(() => inflated(blocks(65)))).toEqual({ code: 'deflate-too-many-streams', closeCode: 1008 });
  });

  it('gives bytes in memory of their own and leaves the input as it is', () => {
    const compressed = deflateMessage(HELLO, compressionOf(12));
    const before = toHex(compressed);
    const plain = inflateMessage(compressed, 12, MIB);
    expect(plain.buffer.byteLength).toBe(5);
    expect(plain).not.toBeInstanceOf(Buffer);
    expect(toHex(compressed)).toBe(before);
  });

  it('throws nothing but violations, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 8, max: 15 }), (bytes, windowBits) => {
        try {
          expect(inflateMessage(bytes, windowBits, 1000).length).toBeLessThanOrEqual(1000);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolViolation);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the limit on what a compressed message may become', () => {
  afterEach(() => vi.restoreAllMocks());

  const TOO_BIG = { code: 'message-too-big', closeCode: 1009 };

  it.each([1, 100, 16_383, 16_384, 16_385, 65_536, 100_000])('counts plain bytes: %i, not one more', (bytes) => {
    const compressed = deflateMessage(jsonOf(bytes), compressionOf(15));
    expect(inflateMessage(compressed, 15, bytes)).toHaveLength(bytes);
    if (bytes > 1) expect(violationOf(() => inflateMessage(compressed, 15, bytes - 1))).toEqual(TOO_BIG);
    expect(inflateMessage(compressed, 15, Infinity)).toHaveLength(bytes);
  });

  it('counts over all final blocks', () => {
    const block = deflateRawSync(Buffer.alloc(1000));
    const three = Buffer.concat([block, block, block]);
    expect(inflateMessage(three, 15, 3000)).toHaveLength(3000);
    expect(violationOf(() => inflateMessage(three, 15, 2999))).toEqual(TOO_BIG);
    expect(violationOf(() => inflateMessage(three, 15, 2000))).toEqual(TOO_BIG);
  });

  it('stops a bomb after as much output as the limit and one piece more', () => {
    const bomb = deflateMessage(Buffer.alloc(64 * MIB), compressionOf(15));
    expect(bomb.length).toBeLessThan(66_000);
    const allocate = vi.spyOn(Buffer, 'allocUnsafe');
    expect(violationOf(() => inflateMessage(bomb, 15, MIB))).toEqual(TOO_BIG);
    const output = allocate.mock.calls.reduce((sum, [size]) => sum + size, 0);
    expect(output).toBeGreaterThanOrEqual(MIB);
    expect(output).toBeLessThanOrEqual(MIB + 64 * 1024);
  });

  it('does not look into compressed data inside compressed data', () => {
    const inner = deflateMessage(Buffer.alloc(16 * MIB), compressionOf(15));
    const outer = deflateMessage(inner, compressionOf(15));
    expect(outer.length).toBeLessThan(300);
    expect(Buffer.compare(inflateMessage(outer, 15, MIB), inner)).toBe(0);
  });
});

describe('every window, taken over or not, against one zlib stream for all messages', () => {
  const SIZES = [1024, 8192, 16_384, 65_536].flatMap((n) => [n - 1, n, n + 1, 2 * n - 1, 2 * n, 2 * n + 1]);
  const MESSAGES = [
    ...[0, 1, 2, 255, 256, 257, ...SIZES].map((bytes, i) => jsonOf(bytes, i)),
    // What does not compress makes output whose length falls on and around the ends of zlib's pieces.
    ...[16_373, 16_374, 16_375, 16_376, 16_377, 16_378, 16_379, 16_380, 32_758].map((bytes) => randomBytes(bytes)),
    Buffer.alloc(40_000, 'x'),
    jsonOf(5000, 3),
  ];

  for (const windowBits of WINDOWS) {
    for (const takesOver of [true, false]) {
      const name = `windowBits=${windowBits}, ${takesOver ? 'taken over' : 'each message by itself'}`;

      // @rfc 7692-7.2.1-3
      it(`what we compress is read by a stream: ${name}`, async () => {
        const reader = new StreamingInflate(windowBits, takesOver);
        let plainBefore = Buffer.alloc(0);
        for (const message of MESSAGES) {
          const dictionary = takesOver ? plainBefore.subarray(-(2 ** windowBits)) : undefined;
          const compressed = deflateMessage(message, compressionOf(windowBits), dictionary);
          expect((await reader.message(compressed)).equals(message)).toBe(true);
          plainBefore = Buffer.concat([plainBefore, message]);
        }
        reader.close();
      });

      // @rfc 7692-6.2-1 7692-7.2.2-1 7692-7.2.2-2 7692-7.2.2-4 7692-7.2.2-5
      it(`what a stream compresses is read by us: ${name}`, async () => {
        const writer = new StreamingDeflate(windowBits, takesOver);
        let plainBefore = Buffer.alloc(0);
        for (const message of MESSAGES) {
          const compressed = await writer.message(message);
          const dictionary = takesOver ? plainBefore.subarray(-(2 ** windowBits)) : undefined;
          const plain = inflateMessage(compressed, windowBits, MIB, dictionary);
          expect(Buffer.compare(plain, message)).toBe(0);
          plainBefore = Buffer.concat([plainBefore, message]);
        }
        writer.close();
      });
    }
  }
});
