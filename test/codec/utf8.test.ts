import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { truncateUtf8, Utf8Validator } from '../../src/codec/index.ts';
import { isValidUtf8 } from '../../src/codec/utf8.ts';
import { hex, toHex, utf8 } from '../support/wire.ts';

function platformAccepts(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Whether some ending makes these bytes valid: of the ones tried, each sequence has one that fits if any does. */
function canBecomeValid(bytes: Uint8Array): boolean {
  const endings = ['', '80', '8080', '808080', 'a080', 'a0', '9080', '908080', '90'];
  return endings.some((ending) => platformAccepts(new Uint8Array([...bytes, ...hex(ending)])));
}

const nearUtf8 = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map(utf8),
  fc
    .tuple(fc.string({ unit: 'binary', maxLength: 12 }).map(utf8), fc.nat(), fc.integer({ min: 0x7f, max: 0xff }))
    .map(([bytes, at, byte]) => bytes.map((old, i) => (i === at % (bytes.length || 1) ? byte : old))),
  fc
    .array(
      fc.constantFrom(
        0x41,
        0x7f,
        0x80,
        0x8f,
        0x90,
        0x9f,
        0xa0,
        0xbf,
        0xc1,
        0xc2,
        0xdf,
        0xe0,
        0xed,
        0xef,
        0xf0,
        0xf4,
        0xf5,
      ),
      { maxLength: 8 },
    )
    .map((list) => Uint8Array.from(list)),
);

describe('RFC 6455 §8.1, UTF-8', () => {
  it.each([
    ['an overlong slash', 'c0af', 1],
    ['an overlong NUL in three bytes', 'e08080', 2],
    ['an overlong form in four bytes', 'f08fbfbf', 2],
    ['a surrogate', 'eda080', 2],
    ['a code point over U+10FFFF', 'f490', 2],
    ['a lead byte over F4', 'f5', 1],
    ['a lone continuation', '80', 1],
    ['FE', 'fe', 1],
    ['FF', 'ff', 1],
    ['a sequence cut short by ASCII', 'e28241', 3],
    ['a sequence cut short by a lead', 'c3c3', 2],
    ['a good word and then a bad byte', 'cebae1bdb9cf83cebcceb5eda080656469746564', 13],
  ])('refuses %s at the first byte that cannot be right', (_what, digits, refusedAt) => {
    const validator = new Utf8Validator();
    const results = Array.from(hex(digits), (byte) => validator.push(Uint8Array.of(byte)));
    expect(results.indexOf(false) + 1).toBe(refusedAt);
    expect(isValidUtf8(hex(digits))).toBe(false);
  });

  it.each(['', '41', 'c280', 'dfbf', 'e0a080', 'ed9fbf', 'ee8080', 'efbfbf', 'f0908080', 'f48fbfbf', 'efbbbf'])(
    'takes %s',
    (digits) => {
      expect(isValidUtf8(hex(digits))).toBe(true);
    },
  );

  it('judges every text of up to two bytes, and of three behind each lead, as the platform does', () => {
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second++) {
        for (const bytes of [[second], [first, second], [first, second, 0x80], [first, second, 0xbf, 0x80]]) {
          const text = Uint8Array.from(bytes);
          if (isValidUtf8(text) !== platformAccepts(text)) expect(toHex(text)).toBe('judged as the platform does');
        }
      }
    }
  });

  // @rfc 6455-8.1-1
  it('agrees with the platform on any bytes and any cut', () => {
    fc.assert(
      fc.property(nearUtf8, fc.nat(12), (bytes, cut) => {
        const validator = new Utf8Validator();
        const ok = validator.push(bytes, 0, Math.min(cut, bytes.length)) && validator.push(bytes.subarray(cut));
        expect(ok && validator.complete).toBe(platformAccepts(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it('refuses at the first byte after which no ending makes the text valid', () => {
    fc.assert(
      fc.property(nearUtf8, (bytes) => {
        const validator = new Utf8Validator();
        for (let end = 1; end <= bytes.length; end++) {
          const viable = canBecomeValid(bytes.subarray(0, end));
          expect(validator.push(bytes, end - 1, end)).toBe(viable);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('knows whether a character is unfinished', () => {
    const validator = new Utf8Validator();
    const seen = Array.from(hex('41f09f9880c3a9'), (byte) => [validator.push(Uint8Array.of(byte)), validator.complete]);
    expect(seen.map(([, complete]) => complete)).toEqual([true, false, false, false, true, false, true]);
  });

  it('stays refused until it is reset', () => {
    const validator = new Utf8Validator();
    expect(validator.push(hex('e0'))).toBe(true);
    expect(validator.push(hex('ff'))).toBe(false);
    expect([validator.push(hex('')), validator.push(hex('41')), validator.complete]).toEqual([false, false, false]);
    validator.reset();
    expect([validator.push(hex('80')), validator.complete]).toEqual([false, false]);
    validator.reset();
    expect([validator.push(hex('41')), validator.complete]).toEqual([true, true]);
  });

  it('forgets the narrow range of an unfinished sequence when reset', () => {
    const validator = new Utf8Validator();
    validator.push(hex('f4'));
    validator.reset();
    expect(validator.push(hex('c3bf')) && validator.complete).toBe(true);
  });

  it('finds one byte that is not ASCII wherever it stands among those that are', () => {
    for (let length = 1; length <= 13; length++) {
      for (let at = 0; at < length; at++) {
        for (const byte of [0x80, 0xff]) {
          for (const around of [0x00, 0x61]) {
            const text = new Uint8Array(length).fill(around);
            text[at] = byte;
            expect(isValidUtf8(text), toHex(text)).toBe(false);
          }
        }
      }
    }
  });

  it('skips ASCII of any length to the byte behind it', () => {
    for (let length = 0; length < 12; length++) {
      const text = `${'a'.repeat(length)}\u00e9`;
      expect(isValidUtf8(utf8(text))).toBe(true);
      expect(isValidUtf8(utf8(text).subarray(0, length + 1))).toBe(false);
      expect(isValidUtf8(utf8(`xx${text}xx`), 2, 4 + length)).toBe(true);
    }
  });
});

describe('RFC 6455 §5.5.1, shortening a text', () => {
  it.each([
    ['a\u20acb', 4, 'a\u20ac'],
    ['a\u20acb', 3, 'a'],
    ['a\u20acb', 2, 'a'],
    ['a\u20acb', 5, 'a\u20acb'],
    ['a\u20acb', 99, 'a\u20acb'],
    ['\u{1f600}', 3, ''],
    ['abc', 0, ''],
    ['abc', -5, ''],
    ['abc', 1.9, 'a'],
    ['abc', Number.NaN, ''],
  ])('cuts %j at %d bytes to %j', (text, maxBytes, kept) => {
    const bytes = utf8(text);
    const cut = truncateUtf8(bytes, maxBytes);
    expect(Buffer.from(cut).toString()).toBe(kept);
    expect(cut.buffer).toBe(bytes.buffer);
  });

  it('keeps as many whole characters as fit, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.nat(50), (text, maxBytes) => {
        const kept = truncateUtf8(utf8(text), maxBytes);
        let fitting = '';
        for (const character of text) {
          if (utf8(fitting + character).length > maxBytes) break;
          fitting += character;
        }
        expect(toHex(kept)).toBe(toHex(utf8(fitting)));
      }),
    );
  });
});
