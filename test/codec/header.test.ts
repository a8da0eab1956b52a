import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHeaderPrefix, headerSize, MAX_HEADER_BYTES, writeHeader } from '../../src/codec/header.ts';
import { decodeHeader, encodeHeaderInto } from '../../src/codec/index.ts';
import { hex, toHex } from '../support/wire.ts';

describe('RFC 6455 §5.2, reading a header', () => {
  it('takes the first byte apart', () => {
    expect(decodeHeader(hex('d9 00'))).toEqual({
      fin: true,
      rsv: 5,
      opcode: 9,
      masked: false,
      lengthBits: 7,
      length: 0,
      maskKey: 0,
      size: 2,
    });
    expect(decodeHeader(hex('26 00'))).toMatchObject({ fin: false, rsv: 2, opcode: 6 });
  });

  it('puts the first byte of the key on top', () => {
    expect(decodeHeader(hex('81 85 37fa213d'))).toMatchObject({ masked: true, maskKey: 0x37fa213d, size: 6 });
    expect(decodeHeader(hex('81 85 f7fa213d'))).toMatchObject({ maskKey: 0xf7fa213d | 0 });
  });

  it.each([
    ['02 7d', 125, 7],
    ['02 7e 007e', 126, 16],
    ['02 7e 0001', 1, 16],
    ['02 7e ffff', 65_535, 16],
    ['02 7f 0000000000010000', 65_536, 64],
    ['02 7f 000000007fffffff', 2 ** 31 - 1, 64],
    ['02 7f 0000000080000000', 2 ** 31, 64],
    ['02 7f 00000000ffffffff', 2 ** 32 - 1, 64],
    ['02 7f 0000000100000001', 2 ** 32 + 1, 64],
    ['02 7f 001fffffffffffff', 2 ** 53 - 1, 64],
    ['02 7f 0020000000000000', 2 ** 53, 64],
    ['02 7f 8000000000000000', 2 ** 63, 64],
  ])('reads %s as length %d in %d bits', (digits, length, lengthBits) => {
    expect(decodeHeader(hex(digits))).toMatchObject({ length, lengthBits });
  });

  it('rounds lengths over 2^53 down, so that none gains the top bit', () => {
    for (const digits of [
      '0020000000000001',
      '0020000000000003',
      '7ffffffffffffbff',
      '7fffffffffffffff',
      'ffffffffffffffff',
    ]) {
      const length = decodeHeader(hex(`02 7f ${digits}`))?.length ?? -1;
      const exact = BigInt(`0x${digits}`);
      expect(BigInt(length) <= exact, digits).toBe(true);
      expect(exact - BigInt(length) < 2048n, digits).toBe(true);
    }
  });

  it('is undefined until the last header byte is there, wherever the header starts', () => {
    for (const digits of ['8900', '827e0100', '827f0000000000010000', '818501020304', '82fe010001020304']) {
      const header = hex(digits);
      const bytes = hex(`ffff${digits}ffff`);
      for (let end = 2; end < 2 + header.length; end++) expect(decodeHeader(bytes, 2, end)).toBeUndefined();
      expect(decodeHeader(bytes, 2, 2 + header.length)).toEqual(decodeHeader(header));
      expect(decodeHeader(bytes, 2)).toEqual(decodeHeader(header));
    }
    expect(decodeHeader(hex('82ff0000000000010000aabbccdd'))?.size).toBe(MAX_HEADER_BYTES);
  });

  it('tells from the first two bytes what they tell', () => {
    expect(decodeHeaderPrefix(hex('89'), 0, 1)).toBeUndefined();
    expect(decodeHeaderPrefix(hex('82fe01'), 0, 3)).toMatchObject({ length: -1, lengthBits: 16, maskKey: 0, size: 8 });
    expect(decodeHeaderPrefix(hex('82ff01'), 0, 3)).toMatchObject({ length: -1, lengthBits: 64, size: 14 });
    expect(decodeHeaderPrefix(hex('82fe0100aabbcc'), 0, 7)).toMatchObject({ length: 256, maskKey: 0 });
  });
});

describe('RFC 6455 §5.2, writing a header', () => {
  // @rfc 6455-5.2-5
  it.each([
    [0, '8200'],
    [125, '827d'],
    [126, '827e007e'],
    [127, '827e007f'],
    [65_535, '827effff'],
    [65_536, '827f0000000000010000'],
    [2 ** 32, '827f0000000100000000'],
    [Number.MAX_SAFE_INTEGER, '827f001fffffffffffff'],
  ])('writes length %d in the shortest form', (length, digits) => {
    const target = new Uint8Array(20).fill(0x55);
    const end = encodeHeaderInto(target, 3, { opcode: 2, length });
    expect(toHex(target.subarray(3, end))).toBe(digits);
    expect(headerSize(length, false)).toBe(end - 3);
    expect(headerSize(length, true)).toBe(end + 1);
    expect([...target.subarray(0, 3), ...target.subarray(end)].every((byte) => byte === 0x55)).toBe(true);
  });

  it('writes FIN, reserved bits and the key where they are told', () => {
    const target = new Uint8Array(6);
    expect(encodeHeaderInto(target, 0, { opcode: 1, length: 5, fin: false, rsv: 6, maskKey: 0xf0000001 })).toBe(6);
    expect(toHex(target)).toBe('6185f0000001');
    expect(writeHeader(target, 0, 0x89, 0, -1)).toBe(6);
    expect(toHex(target)).toBe('8980ffffffff');
  });

  // @rfc 6455-5.2-4
  it.each([
    ['opcode', { opcode: 16, length: 0 }],
    ['opcode', { opcode: -1, length: 0 }],
    ['opcode', { opcode: 1.5, length: 0 }],
    ['opcode', { opcode: Number.NaN, length: 0 }],
    ['rsv', { opcode: 1, length: 0, rsv: 8 }],
    ['rsv', { opcode: 1, length: 0, rsv: -1 }],
    ['rsv', { opcode: 1, length: 0, rsv: 0.5 }],
    ['length', { opcode: 1, length: -1 }],
    ['length', { opcode: 1, length: 1.5 }],
    ['length', { opcode: 1, length: 2 ** 53 }],
    ['length', { opcode: 1, length: Number.POSITIVE_INFINITY }],
  ])('refuses a wrong %s: %j', (name, fields) => {
    const target = new Uint8Array(14);
    expect(() => encodeHeaderInto(target, 0, fields)).toThrow(new RegExp(`^${name} must be`));
    expect(() => encodeHeaderInto(target, 0, fields)).toThrow(RangeError);
    expect(toHex(target)).toBe('00'.repeat(14));
  });

  it.each([
    [-1, 'offset must be 0 to 6, not -1'],
    [1, 'no room for 6 header bytes at 1 of 6'],
    [0.5, 'offset must be 0 to 6, not 0.5'],
    [Number.NaN, 'offset must be 0 to 6, not NaN'],
  ])('refuses to write at offset %d of a target with room for one header', (offset, message) => {
    expect(() => encodeHeaderInto(new Uint8Array(6), offset, { opcode: 1, length: 0, maskKey: 1 })).toThrow(
      new RangeError(message),
    );
  });

  it('is what reading gives back, for any header', () => {
    const fields = fc.record({
      opcode: fc.nat(15),
      fin: fc.boolean(),
      rsv: fc.nat(7),
      length: fc.oneof(fc.nat(70_000), fc.maxSafeNat()),
      maskKey: fc.option(fc.integer(), { nil: undefined }),
    });
    fc.assert(
      fc.property(fields, fc.nat(9), (header, offset) => {
        const target = new Uint8Array(32);
        const end = encodeHeaderInto(target, offset, header);
        expect(decodeHeader(target, offset, end)).toMatchObject({
          fin: header.fin,
          rsv: header.rsv,
          opcode: header.opcode,
          length: header.length,
          masked: header.maskKey !== undefined,
          maskKey: header.maskKey ?? 0,
          size: end - offset,
        });
      }),
    );
  });
});
