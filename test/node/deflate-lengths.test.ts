import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deflateMessage, inflateMessage } from '../../src/node/deflate-message.ts';
import { seeded } from '../support/wire.ts';

const COMPRESSION = { windowBits: 15, level: 3, memLevel: 8 };
const NO_LIMIT = 1 << 24;

function mixed(length: number): Uint8Array {
  const random = seeded(length);
  return Uint8Array.from({ length }, (_, i) => (i % 8 < 4 ? 0x61 : random() * 256));
}

describe('RFC 7692 §7.2.2, messages that just fill the buffers they are decompressed into', () => {
  it.each([1024, 8192, 16_384, 65_536])('come out whole around multiples of %i', (unit) => {
    for (const length of [1, 2, 3, 5].flatMap((times) => [times * unit - 1, times * unit, times * unit + 1])) {
      const plain = mixed(length);
      const message = deflateMessage(plain, COMPRESSION);
      expect(Buffer.compare(inflateMessage(message, 15, NO_LIMIT), plain), `${length}`).toBe(0);
      expect(Buffer.compare(inflateMessage(message, 15, length), plain), `${length}, which is the limit`).toBe(0);
      expect(() => inflateMessage(message, 15, length - 1)).toThrow(
        expect.objectContaining({ code: 'message-too-big' }),
      );
    }
  });

  it('come out whole from a stream that ended, and so do those behind it', () => {
    const ended = deflateRawSync(mixed(40_000), { finishFlush: constants.Z_FINISH });
    for (let times = 0; times < 3; times++) {
      expect(Buffer.compare(inflateMessage(ended, 15, NO_LIMIT), mixed(40_000))).toBe(0);
      expect(Buffer.compare(inflateMessage(deflateMessage(mixed(99), COMPRESSION), 15, NO_LIMIT), mixed(99))).toBe(0);
    }
  });
});
