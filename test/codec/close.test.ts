import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CLOSE_REASON_BYTES } from '../../src/codec/close.ts';
import {
  CloseCode,
  decodeClosePayload,
  encodeClosePayload,
  isValidCloseCode,
  ProtocolViolation,
} from '../../src/codec/index.ts';
import { concat, hex, toHex, utf8 } from '../support/wire.ts';

function mayStandOnTheWire(code: number): boolean {
  const registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
  return registered.includes(code) || (code >= 3000 && code < 5000);
}

function violationOf(payload: Uint8Array): Pick<ProtocolViolation, 'code' | 'closeCode' | 'section'> | undefined {
  try {
    decodeClosePayload(payload);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolViolation)) throw error;
    return { code: error.code, closeCode: error.closeCode, section: error.section };
  }
}

describe('RFC 6455 §7.4, close codes', () => {
  // @rfc 6455-7.4.1-1 6455-7.4.1-2 6455-7.4.1-4
  it('judges every code that two bytes can say, alike when reading and when writing', () => {
    const wrong: number[] = [];
    for (let code = 0; code <= 0xffff; code++) {
      const payload = Uint8Array.of(code >> 8, code);
      const allowed = mayStandOnTheWire(code);
      const read = violationOf(payload)?.code ?? 'none';
      let written: string;
      try {
        written = toHex(encodeClosePayload(code));
      } catch (error) {
        written = error instanceof RangeError ? 'RangeError' : 'another error';
      }
      const right =
        isValidCloseCode(code) === allowed &&
        read === (allowed ? 'none' : 'close-code-invalid') &&
        written === (allowed ? toHex(payload) : 'RangeError');
      if (!right) wrong.push(code);
    }
    expect(wrong).toEqual([]);
  });

  it.each([1000.5, -1, 65_536 + 1000, Number.NaN, Number.POSITIVE_INFINITY])('does not take %d for a code', (code) => {
    expect(isValidCloseCode(code)).toBe(false);
    const message = `close code ${code} cannot be sent; use 1000–1003, 1007–1014 or 3000–4999`;
    expect(() => encodeClosePayload(code)).toThrow(new RangeError(message));
  });

  it('names the registered codes, and the three that never stand on the wire', () => {
    const onWire = Object.entries(CloseCode).filter(([, code]) => isValidCloseCode(code));
    expect(onWire.map(([, code]) => code)).toEqual([
      1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
    ]);
    expect([CloseCode.NO_STATUS, CloseCode.ABNORMAL, CloseCode.TLS_HANDSHAKE]).toEqual([1005, 1006, 1015]);
  });
});

describe('RFC 6455 §5.5.1, the payload of a close frame', () => {
  it('says 1005 and nothing when it is empty', () => {
    expect(decodeClosePayload(hex(''))).toEqual({ code: 1005, reason: hex('') });
  });

  // @rfc 6455-5.5.1-1
  it('is refused when it has one byte', () => {
    for (const digits of ['00', '03', 'ff']) {
      expect(violationOf(hex(digits))).toEqual({
        code: 'close-payload-truncated',
        closeCode: 1002,
        section: 'RFC 6455 §5.5.1',
      });
    }
  });

  // @rfc 6455-5.5.1-1
  it('gives code and reason, as a view of the payload', () => {
    const payload = concat(hex('03e9'), utf8('até já'));
    const { code, reason } = decodeClosePayload(payload);
    expect([code, Buffer.from(reason).toString()]).toEqual([1001, 'até já']);
    expect(reason.buffer).toBe(payload.buffer);
  });

  it('holds a reason of 123 bytes and no more', () => {
    expect(encodeClosePayload(1000, new Uint8Array(MAX_CLOSE_REASON_BYTES).fill(0x61))).toHaveLength(125);
    expect(() => encodeClosePayload(1000, new Uint8Array(124).fill(0x61))).toThrow(/0 to 123, not 124/);
  });

  // @rfc 6455-5.5.1-1
  it('comes back as it was written, for any code and reason', () => {
    const codes = fc.constantFrom(1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999);
    fc.assert(
      fc.property(codes, fc.string({ unit: 'binary', maxLength: 30 }).map(utf8), (code, reason) => {
        const decoded = decodeClosePayload(encodeClosePayload(code, reason));
        expect(decoded.code).toBe(code);
        expect(toHex(decoded.reason)).toBe(toHex(reason));
      }),
    );
  });
});

describe('RFC 6455 §8.1, the reason is UTF-8', () => {
  // @rfc 6455-8.1-1
  it.each([
    ['123 lead bytes', 'c3'.repeat(123)],
    ['a surrogate', 'eda080'],
    ['an unfinished character', '61e282'],
  ])('refuses %s with 1007', (_what, reason) => {
    expect(violationOf(hex(`03e8${reason}`))).toEqual({
      code: 'close-reason-not-utf8',
      closeCode: 1007,
      section: 'RFC 6455 §8.1',
    });
    expect(() => encodeClosePayload(1000, hex(reason))).toThrow(/valid UTF-8/);
  });

  it('judges the code before the reason', () => {
    expect(violationOf(hex('03ed ff'))?.code).toBe('close-code-invalid');
  });
});
