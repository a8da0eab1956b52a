import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeClosePayload, encodeFrame } from '../../src/codec/index.ts';
import { encodeAcceptResponse, encodeUpgradeRequest } from '../../src/handshake/index.ts';
import { type Inspection, type InspectOptions, inspect } from '../../src/inspect/index.ts';
import { MESSAGE_RULES } from '../../src/protocol/index.ts';
import { concat, decodeChunks, toHex, utf8 } from '../support/wire.ts';

const REQUEST = encodeUpgradeRequest({ host: 'example.com', target: '/chat', key: 'dGhlIHNhbXBsZSBub25jZQ==' });
const RESPONSE = encodeAcceptResponse({ accept: 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' });

const frame = fc
  .tuple(fc.constantFrom(0, 1, 2, 8, 9, 10, 1, 3), fc.boolean(), fc.constantFrom(0, 0, 0, 4, 1), fc.nat(140))
  .map(([opcode, fin, rsv, length]) => ({ opcode, fin, rsv, length }));

const frames = (role: 'server' | 'client'): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.array(frame, { maxLength: 5 }), fc.constantFrom('ok', '\u00e9', 'a\xffb'), fc.integer())
    .map(([list, text, key]) =>
      concat(
        ...list.map(({ opcode, fin, rsv, length }) => {
          const filler = utf8(text.repeat(length)).subarray(0, opcode > 7 ? Math.min(length, 125) : length);
          const payload = opcode === 8 ? encodeClosePayload(1000, utf8('bye')) : filler;
          return encodeFrame(opcode, payload, { fin, rsv, maskKey: role === 'server' ? key : undefined });
        }),
      ),
    );

const role = fc.constantFrom('server', 'client') as fc.Arbitrary<'server' | 'client'>;

/** Anything: noise, frames, heads with frames behind them; then up to three bytes changed and the end cut off. */
const anyBytes = role.chain((end) =>
  fc
    .tuple(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        frames(end),
        frames(end).map((tail) => concat(end === 'server' ? REQUEST : RESPONSE, tail)),
      ),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
      fc.option(fc.nat(), { nil: undefined }),
    )
    .map(([bytes, changes, cut]) => {
      const mutated = bytes.slice();
      for (const [at, byte] of changes) if (mutated.length > 0) mutated[at % mutated.length] = byte;
      return { end, bytes: cut === undefined ? mutated : mutated.subarray(0, cut % (mutated.length + 1)) };
    }),
);

function expectTiling({ parts }: Inspection, bytes: Uint8Array): void {
  let at = 0;
  for (const part of parts) {
    expect(part.offset * 8).toBe(at);
    expect(part.bytes).toBeGreaterThan(0);
    for (const span of part.spans) {
      expect(span.offset).toBe(at);
      expect(span.bits).toBeGreaterThan(0);
      expect(Number.isInteger(span.bits)).toBe(true);
      at += span.bits;
    }
    expect((part.offset + part.bytes) * 8).toBe(at);
  }
  expect(at).toBe(bytes.length * 8);
}

describe('the spans', () => {
  const options: fc.Arbitrary<InspectOptions> = fc.record({
    role: fc.constantFrom('server', 'client', 'auto'),
    start: fc.constantFrom('head', 'frame', 'auto', 'auto'),
    deflate: fc.constantFrom(undefined, true, false),
  });

  it('cover every bit exactly once, for any bytes and any options, and leave the bytes alone', () => {
    fc.assert(
      fc.property(anyBytes, options, ({ bytes }, how) => {
        const original = bytes.slice();
        const inspection = inspect(bytes, how);
        expectTiling(inspection, bytes);
        expect(toHex(bytes)).toBe(toHex(original));
        const broken = inspection.parts.flatMap(({ spans }) => spans).filter(({ violation }) => violation);
        expect(broken.length).toBe(inspection.violation === undefined ? 0 : 1);
      }),
      { numRuns: 3000 },
    );
  });

  it('say nothing that a terminal would obey', () => {
    fc.assert(
      fc.property(anyBytes, ({ bytes }) => {
        for (const part of inspect(bytes).parts) {
          const texts = [
            part.title,
            part.note,
            ...part.spans.flatMap(({ value, note, field }) => [value, note, field]),
          ];
          for (const text of texts) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('name the violation that the decoder finds, and the frames that it reads', () => {
    fc.assert(
      fc.property(anyBytes, ({ end, bytes }) => {
        const { parts, violation } = inspect(bytes, { role: end, start: 'frame' });
        const looked = parts.filter(({ kind }) => kind === 'frame').reduce((sum, part) => sum + part.bytes, 0);
        const decoded = decodeChunks(end, [bytes.subarray(0, looked)]);
        const onlyInPayload = [
          'text-not-utf8',
          'close-code-invalid',
          'close-reason-not-utf8',
          'close-payload-truncated',
        ];
        if (violation !== undefined && onlyInPayload.includes(violation.code)) return;
        const whole = parts.filter(
          (part) => part.kind === 'frame' && part.missing === undefined && part.spans.every((span) => !span.violation),
        );
        expect(whole.map(({ payload }) => toHex(payload ?? new Uint8Array(1)))).toEqual(
          decoded.frames.map(({ payload }) => payload),
        );
        expect(violation?.code).toBe(decoded.violation);
      }),
      { numRuns: 2000 },
    );
  });

  it('have the section of a rule for every violation', () => {
    expect(MESSAGE_RULES['text-not-utf8'].section).toBe('RFC 6455 §8.1');
    fc.assert(
      fc.property(anyBytes, ({ bytes }) => {
        const { violation } = inspect(bytes);
        if (violation !== undefined) expect(violation.section).toMatch(/^RFC \d{4} §\d/);
      }),
      { numRuns: 500 },
    );
  });
});
