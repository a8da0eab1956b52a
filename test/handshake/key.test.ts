import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptKey, createKey, decodeBase64, encodeBase64, sha1 } from '../../src/handshake/index.ts';
import { ACCEPT, bytesOf, KEY } from './heads.ts';

describe('RFC 6455 §1.3, §4.2.2: the accept value', () => {
  // @rfc 6455-4.1-34 6455-4.2.2-10
  test('of the example key is that of the RFC', () => {
    expect(acceptKey(KEY)).toBe(ACCEPT);
  });

  test('agrees with SHA-1 and base64 of the platform', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (random) => {
        const key = createKey(random);
        expect(key).toBe(Buffer.from(random).toString('base64'));
        const expected = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
        expect(acceptKey(key)).toBe(expected);
      }),
    );
  });

  test('is made for keys only', () => {
    for (const key of ['', 'a', KEY.slice(4), undefined as unknown as string])
      expect(() => acceptKey(key)).toThrow(/^key: /);
    for (const length of [0, 15, 17]) expect(() => createKey(new Uint8Array(length))).toThrow(/^random: /);
  });
});

describe('SHA-1', () => {
  const expected = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

  test('gives the digests of FIPS 180', () => {
    expect(Buffer.from(sha1(bytesOf('abc'))).toString('hex')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
    expect(Buffer.from(sha1(bytesOf(''))).toString('hex')).toBe('da39a3ee5e6b4b0d3255bfef95601890afd80709');
  });

  test('agrees with the platform around every edge of a block', () => {
    for (let length = 0; length <= 200; length++) {
      const bytes = new Uint8Array(length).fill(length);
      expect(Buffer.from(sha1(bytes)).toString('hex')).toBe(expected(bytes));
    }
  });

  test('agrees with the platform for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), (bytes) => {
        expect(Buffer.from(sha1(bytes)).toString('hex')).toBe(expected(bytes));
      }),
    );
  });
});

describe('RFC 4648 §4: base64', () => {
  test('agrees with the platform, both ways, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(text)).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  test('§3.5: of any text is decoded exactly when encoding gives it back', () => {
    const unit = fc.constantFrom(...'ABQgwxyz019+/=-_ \n\u0141');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        const canonical = Buffer.from(text, 'base64').toString('base64') === text;
        const bytes = decodeBase64(text);
        expect(bytes !== undefined).toBe(canonical);
        if (bytes !== undefined) expect(encodeBase64(bytes)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('§3.5: with bits left over, wrong padding or other letters is refused', () => {
    for (const text of ['QQ', 'QQ=', 'QR==', 'QUJ=', 'Q===', '====', '=QQQ', 'QQ==QQ==', 'QQ-_', ' QQ=', 'QQ\u013d=']) {
      expect(decodeBase64(text), text).toBeUndefined();
    }
    expect(decodeBase64('')).toEqual(new Uint8Array(0));
  });
});
