import { constants, deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFLATE_TAIL, traceDeflate } from '../../scripts/illustrated/deflate-trace.ts';

const NONE = new Uint8Array(0);
const FIXED = { strategy: constants.Z_FIXED, finishFlush: constants.Z_SYNC_FLUSH };

function compress(plain: Uint8Array, dictionary: Uint8Array = NONE): Buffer {
  const compressed = deflateRawSync(plain, dictionary.length === 0 ? FIXED : { ...FIXED, dictionary });
  expect(compressed.subarray(-4).equals(DEFLATE_TAIL)).toBe(true);
  return compressed.subarray(0, -4);
}

// Few letters, so that there are matches of all lengths.
const texts = fc.array(fc.tuple(fc.constantFrom('a', 'bc', 'hello ', 'é', '\xff'), fc.integer({ min: 1, max: 300 })), {
  minLength: 1,
  maxLength: 8,
});

function bytesOf(text: readonly (readonly [string, number])[]): Uint8Array {
  return Buffer.from(text.map(([piece, times]) => piece.repeat(times)).join(''));
}

describe('compressed data, explained', () => {
  it('gives the plain bytes and every bit once, in order', () => {
    fc.assert(
      fc.property(texts, texts, (text, earlier) => {
        const [plain, before] = [bytesOf(text), bytesOf(earlier)];
        for (const dictionary of [NONE, before]) {
          const compressed = compress(plain, dictionary);
          const { items, plain: traced } = traceDeflate(compressed, dictionary);
          expect(Buffer.compare(traced, plain)).toBe(0);
          const bits = Array.from(compressed, (byte) => byte.toString(2).padStart(8, '0').split('').reverse().join(''));
          expect(items.map((item) => item.bits).join('') === bits.join('')).toBe(true);
        }
      }),
    );
  });

  it('reads the message of RFC 7692 §7.2.3.1 and the one of §7.2.3.2 behind it', () => {
    const hello = traceDeflate(Buffer.from('f248cdc9c90700', 'hex'), NONE);
    expect(Buffer.from(hello.plain).toString()).toBe('Hello');
    const again = traceDeflate(Buffer.from('f200110000', 'hex'), hello.plain);
    expect(Buffer.from(again.plain).toString()).toBe('Hello');
    expect(again.items.find(({ kind }) => kind === 'match')?.meaning).toContain('in an earlier message');
  });

  it('refuses what it cannot explain: other blocks, data that ends early, bytes behind the end', () => {
    expect(() => traceDeflate(Uint8Array.of(0x04), NONE)).toThrow('type 2');
    expect(() => traceDeflate(Buffer.from('f248cd', 'hex'), NONE)).toThrow('ends too early');
    expect(() => traceDeflate(Buffer.from('f248cdc9c9070000', 'hex'), NONE)).toThrow('bytes follow');
  });
});
