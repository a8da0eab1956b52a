import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeText } from '../../src/node/text.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary-ascii', minLength: 60, maxLength: 70 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(fc.constantFrom('a', 'é', '\u{1f600}', '\ud83d', '\ude00'), { maxLength: 70 })
    .map((parts) => parts.join('')),
);

describe("text by Node's native code, and by loops where it is short", () => {
  it('is the same as what Buffer makes of it, and touches no byte beside it', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), fc.nat(5), (text, plain, offset) => {
        const expected = Buffer.from(text);
        expect(nodeText.byteLength(text)).toBe(expected.length);
        const size = offset + expected.length + 3;
        const target = plain ? new Uint8Array(size).fill(0xee) : Buffer.alloc(size, 0xee);
        nodeText.write(text, target, offset);
        const end = offset + expected.length;
        expect(Buffer.from(target.subarray(offset, end))).toEqual(expected);
        expect([...target.subarray(0, offset), ...target.subarray(end)]).toEqual(new Array(offset + 3).fill(0xee));
        expect(nodeText.decode(target, offset, end)).toBe(expected.toString());
      }),
    );
  });

  it('is none where one byte is not UTF-8, wherever it stands', () => {
    for (const length of [1, 63, 64, 65]) {
      for (let at = 0; at < length; at++) {
        const bytes = Buffer.alloc(length, 'x');
        bytes[at] = 0xff;
        expect(nodeText.decode(bytes, 0, length)).toBeUndefined();
        expect(nodeText.decode(new Uint8Array(bytes), 0, length)).toBeUndefined();
      }
    }
  });
});
