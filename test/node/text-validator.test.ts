import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Utf8Validator } from '../../src/codec/index.ts';
import { NativeTextValidator } from '../../src/node/text-validator.ts';

/** What both say after each piece, and whether they call the text complete there. */
function answers(
  validator: Utf8Validator | NativeTextValidator,
  bytes: Uint8Array,
  cuts: readonly number[],
): unknown[] {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  let from = 0;
  return ends.map((end) => {
    const valid = validator.push(bytes, from, end);
    from = end;
    return [valid, validator.complete];
  });
}

// Long enough for the native check, and mostly valid: runs of characters of every length, and now and then a byte of anything.
const texts = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).map((text) => Buffer.from(text)),
      },
      { weight: 3, arbitrary: fc.constantFrom('a', 'é', '€', '😀').map((text) => Buffer.from(text.repeat(300))) },
      { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => Buffer.from(bytes)) },
    ),
    { maxLength: 12 },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

describe('the check of text by native code', () => {
  it('says what the one byte by byte says, wherever the text is cut (RFC 6455 §8.1)', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(), { maxLength: 6 }), (bytes, cuts) => {
        expect(answers(new NativeTextValidator(), bytes, cuts)).toEqual(answers(new Utf8Validator(), bytes, cuts));
      }),
      { numRuns: 500 },
    );
  });

  it.each(['é', '€', '😀'])('takes long pieces that cut %s anywhere', (character) => {
    const bytes = new Uint8Array(Buffer.from(character.repeat(1000)));
    for (let cut = 400; cut < 420; cut++) {
      const validator = new NativeTextValidator();
      expect(validator.push(bytes, 0, cut)).toBe(true);
      expect(validator.complete).toBe(cut % (bytes.length / 1000) === 0);
      expect(validator.push(bytes, cut, bytes.length)).toBe(true);
      expect(validator.complete).toBe(true);
    }
  });

  it('refuses a long piece with one bad byte in it, and everything after that until it is reset', () => {
    const bad = new Uint8Array(1000).fill(0x61);
    bad[700] = 0xff;
    const good = new Uint8Array(1000).fill(0x61);
    const validator = new NativeTextValidator();
    expect(validator.push(bad, 0, 1000)).toBe(false);
    expect(validator.push(good, 0, 1000)).toBe(false);
    expect(validator.complete).toBe(false);
    validator.reset();
    expect(validator.push(good, 0, 1000)).toBe(true);
    expect(validator.complete).toBe(true);
  });

  it('refuses a long piece that ends in more continuation bytes than any character has', () => {
    const bytes = new Uint8Array(1000).fill(0x61).fill(0x80, 990);
    expect(new NativeTextValidator().push(bytes, 0, 1000)).toBe(false);
  });
});
