import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MIN_PUBLICATION_BYTES, PublicationFormat } from '../../../src/bench/engines/publication.ts';

const format = new PublicationFormat(48, 7);
const publication = { sender: 5, seq: 1000, sentNs: 123_456_789_012_345 };

describe('the payload of a publication', () => {
  it('carries sender, number and time, whatever its size', () => {
    const publications = fc.record({
      sender: fc.nat(2 ** 24 - 1),
      seq: fc.nat(2 ** 31 - 1),
      sentNs: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(
        publications,
        fc.integer({ min: MIN_PUBLICATION_BYTES, max: 400 }),
        fc.integer(),
        (given, bytes, seed) => {
          const sized = new PublicationFormat(bytes, seed);
          const payload = sized.encode(given);
          expect(payload).toHaveLength(bytes);
          expect(payload.toString('latin1')).toMatch(/^w1[\w-]+$/);
          expect(sized.decode(payload)).toEqual({ ...given, fault: undefined });
        },
      ),
    );
  });

  it('is read from the middle of other bytes', () => {
    const bytes = Buffer.concat([Buffer.from('xx'), format.encode(publication), Buffer.from('y')]);
    expect(format.decode(bytes, 2, bytes.length - 1)).toEqual({ ...publication, fault: undefined });
  });

  it('is told from messages that are none', () => {
    for (const other of ['', 'w', 'hello', '{"type":"join"}'])
      expect(format.decode(Buffer.from(other))).toBeUndefined();
  });

  it('shows when it was cut short, at every length', () => {
    const payload = format.encode(publication);
    for (let length = 2; length < payload.length; length++) {
      const read = format.decode(payload.subarray(0, length));
      expect(read?.fault).toBe('truncated');
      if (length >= 14) expect(read).toMatchObject({ sender: 5, seq: 1000 });
    }
  });

  it('shows when a byte behind its mark is no longer of it, or one more follows', () => {
    const payload = format.encode(publication);
    for (let at = 2; at < payload.length; at++) {
      const damaged = Buffer.from(payload);
      damaged[at] = 0x21;
      expect(format.decode(damaged)?.fault).toBe('corrupted');
    }
    expect(format.decode(Buffer.concat([payload, payload.subarray(0, 1)]))?.fault).toBe('corrupted');
  });

  it('of another seed is corrupted', () => {
    expect(new PublicationFormat(48, 8).decode(format.encode(publication))?.fault).toBe('corrupted');
  });

  it('takes at least 32 bytes', () => {
    expect(() => new PublicationFormat(31, 1)).toThrow('at least 32 bytes');
  });
});
