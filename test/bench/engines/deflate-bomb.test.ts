import { constants, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BOMB_RATIO, deflateBomb } from '../../../src/bench/engines/deflate-bomb.ts';

describe('the compressed message that inflates without end', () => {
  it.each([64, 65, 1000, 4096])('is what an inflater takes for one message of zeros, of %i bytes', (bytes) => {
    const wire = Buffer.concat([deflateBomb(bytes), Buffer.from([0, 0, 0xff, 0xff])]);
    const inflated = inflateRawSync(wire, { finishFlush: constants.Z_SYNC_FLUSH });
    expect(inflated.every((byte) => byte === 0)).toBe(true);
    expect(inflated.length).toBeGreaterThan((bytes - 20) * BOMB_RATIO);
  });
});
