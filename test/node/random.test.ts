import { describe, expect, it } from 'vitest';
import { nextMaskKey } from '../../src/node/random.ts';

const COUNT = 1_000_000;

// One look at a million keys; the bounds are so far out that a right source misses none of them in a lifetime of runs.
describe('mask keys (RFC 6455 §5.3, §10.3)', () => {
  const keys = Int32Array.from({ length: COUNT }, nextMaskKey);

  // @rfc 6455-5.3-3 6455-10.3-1
  it('are 32-bit integers whose every byte is evenly spread: chi-squared with 255 degrees of freedom', () => {
    for (const shift of [0, 8, 16, 24]) {
      const counts = new Float64Array(256);
      for (const key of keys) counts[(key >>> shift) & 0xff]! += 1;
      const expected = COUNT / 256;
      const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      expect(chiSquared).toBeGreaterThan(130);
      expect(chiSquared).toBeLessThan(420);
    }
  });

  // @rfc 6455-5.3-3
  it('do not come from memory that was used before: no more repeats than chance gives', () => {
    // n² / 2^33 pairs, 116 of a million; the standard deviation is 11.
    const repeats = COUNT - new Set(keys).size;
    expect(repeats).toBeGreaterThan(30);
    expect(repeats).toBeLessThan(220);
  });

  // @rfc 6455-5.3-2 6455-5.3-3
  it('are never the same twice in a row, beyond chance, and not zero where the pool was emptied', () => {
    let twice = 0;
    let zeros = 0;
    for (let i = 1; i < COUNT; i++) {
      if (keys[i] === keys[i - 1]) twice++;
      if (keys[i] === 0) zeros++;
    }
    expect(twice).toBeLessThanOrEqual(2);
    expect(zeros).toBeLessThanOrEqual(2);
  });
});
