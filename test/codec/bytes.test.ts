import { describe, expect, it } from 'vitest';
import { copyBytes, copyInto } from '../../src/codec/index.ts';

describe('copying bytes', () => {
  const source = new Uint8Array(120).map((_, i) => i);

  it('copies any range of any length, short ones by a loop and long ones at once', () => {
    for (let start = 0; start < 3; start++) {
      for (let end = start; end <= source.length; end++) {
        const copy = copyBytes(source, start, end);
        expect(copy).toEqual(source.slice(start, end));
        expect(copy.buffer).not.toBe(source.buffer);
      }
    }
  });

  it('gives a plain array in a buffer of its own, whatever it copies', () => {
    for (const length of [4, 100]) {
      const copy = copyBytes(Buffer.from(source), 0, length);
      expect(Object.getPrototypeOf(copy)).toBe(Uint8Array.prototype);
      expect(copy.buffer.byteLength).toBe(length);
    }
  });

  it('copies to an offset, gives the offset behind the copy and touches nothing else', () => {
    for (const length of [0, 1, 48, 49, 100]) {
      const target = new Uint8Array(130).fill(255);
      expect(copyInto(target, 7, source, 5, 5 + length)).toBe(7 + length);
      expect(target.subarray(7, 7 + length)).toEqual(source.subarray(5, 5 + length));
      expect([...target.subarray(0, 7), ...target.subarray(7 + length)].every((byte) => byte === 255)).toBe(true);
    }
  });
});
