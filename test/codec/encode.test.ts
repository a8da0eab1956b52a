import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHeader, encodeFrame, Opcode } from '../../src/codec/index.ts';
import { EXAMPLE_KEY, hex, maskSlowly, toHex, utf8 } from '../support/wire.ts';

describe('RFC 6455 §5.7, writing the examples', () => {
  it.each([
    ['a text', encodeFrame(Opcode.TEXT, utf8('Hello')), '810548656c6c6f'],
    ['a masked text', encodeFrame(Opcode.TEXT, utf8('Hello'), { maskKey: EXAMPLE_KEY }), '818537fa213d7f9f4d5158'],
    ['a first fragment', encodeFrame(Opcode.TEXT, utf8('Hel'), { fin: false }), '010348656c'],
    ['a last fragment', encodeFrame(Opcode.CONTINUATION, utf8('lo')), '80026c6f'],
    ['a ping', encodeFrame(Opcode.PING, utf8('Hello')), '890548656c6c6f'],
    ['a masked pong', encodeFrame(Opcode.PONG, utf8('Hello'), { maskKey: EXAMPLE_KEY }), '8a8537fa213d7f9f4d5158'],
    ['256 bytes', encodeFrame(Opcode.BINARY, new Uint8Array(256)), `827e0100${'00'.repeat(256)}`],
    ['64 KiB', encodeFrame(Opcode.BINARY, new Uint8Array(65_536)), `827f0000000000010000${'00'.repeat(65_536)}`],
  ])('writes %s', (_what, frame, digits) => {
    expect(toHex(frame)).toBe(digits);
  });
});

describe('RFC 6455 §5.2, any frame', () => {
  // @rfc 6455-5.3-1
  it('sets the mask bit for a key of zeros', () => {
    expect(toHex(encodeFrame(Opcode.PING, hex(''), { maskKey: 0 }))).toBe('898000000000');
  });

  it('builds illegal frames too, and refuses only what has no place in a header', () => {
    expect(toHex(encodeFrame(0xf, hex(''), { fin: false, rsv: 7 }))).toBe('7f00');
    expect(() => encodeFrame(16, hex(''))).toThrow(RangeError);
    expect(() => encodeFrame(1, hex(''), { rsv: 8 })).toThrow(RangeError);
  });

  it('is decoded to what was encoded, and leaves the payload as it was', () => {
    const options = fc.record({
      fin: fc.boolean(),
      rsv: fc.nat(7),
      maskKey: fc.option(fc.integer(), { nil: undefined }),
    });
    const length = fc.oneof(fc.nat(200), fc.constantFrom(125, 126, 65_535, 65_536));
    fc.assert(
      fc.property(fc.nat(15), length, fc.nat(255), options, (opcode, size, filler, { fin, rsv, maskKey }) => {
        const payload = new Uint8Array(size).map((_, i) => i * filler);
        const original = payload.slice();
        const frame = encodeFrame(opcode, payload, { fin, rsv, maskKey });
        expect(Buffer.compare(payload, original)).toBe(0);
        const header = decodeHeader(frame);
        expect(header).toMatchObject({ fin, rsv, opcode, masked: maskKey !== undefined, length: size });
        const start = header?.size ?? 0;
        expect(frame.length).toBe(start + size);
        expect(Buffer.compare(maskSlowly(frame.subarray(start), maskKey ?? 0), original)).toBe(0);
      }),
    );
  });
});
