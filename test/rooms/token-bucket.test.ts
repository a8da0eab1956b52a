import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TokenBucket } from '../../src/rooms/index.ts';

const TEN = { capacity: 10, refillPerSecond: 1 };

describe('a token bucket', () => {
  test('lets as many takes through at once as its capacity, then none', () => {
    const bucket = new TokenBucket(TEN, 0);
    expect(Array.from({ length: 10 }, () => bucket.take(0))).toEqual(Array(10).fill(0));
    expect(bucket.take(0)).toBe(1000);
  });

  test('says how long to wait, and a take after exactly that time succeeds', () => {
    const bucket = new TokenBucket({ capacity: 1, refillPerSecond: 3 }, 0);
    bucket.take(0);
    const wait = bucket.take(100);
    expect(wait).toBe(234);
    expect(bucket.take(100 + wait)).toBe(0);
  });

  test('is not drained further by refused takes', () => {
    const bucket = new TokenBucket({ capacity: 1, refillPerSecond: 1 }, 0);
    bucket.take(0);
    for (let now = 1; now < 1000; now++) expect(bucket.take(now)).toBe(1000 - now);
    expect(bucket.take(1000)).toBe(0);
  });

  test('never holds more than its capacity, however long nothing was taken', () => {
    const bucket = new TokenBucket({ capacity: 2, refillPerSecond: 5 }, 0);
    expect([1, 2, 3].map(() => bucket.take(1e9) === 0)).toEqual([true, true, false]);
  });

  test('bears a clock that is set back', () => {
    const bucket = new TokenBucket({ capacity: 1, refillPerSecond: 1 }, 5000);
    bucket.take(5000);
    expect(bucket.take(0)).toBe(1000);
    expect(bucket.take(1000)).toBe(0);
  });

  test('with an infinite capacity refuses nothing', () => {
    const bucket = new TokenBucket({ capacity: Infinity, refillPerSecond: 1 }, 0);
    for (let take = 0; take < 1000; take++) expect(bucket.take(0)).toBe(0);
  });

  test.each([
    { capacity: 0, refillPerSecond: 1 },
    { capacity: Number.NaN, refillPerSecond: 1 },
    { capacity: 1, refillPerSecond: 0 },
    { capacity: 1, refillPerSecond: Infinity },
    { capacity: 1, refillPerSecond: Number.NaN },
  ])('refuses %o', (options) => {
    expect(() => new TokenBucket(options, 0)).toThrow(RangeError);
  });

  test('never lets more through than capacity plus what flowed back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.nat(500), { maxLength: 200 }),
        (capacity, refillPerSecond, pauses) => {
          const bucket = new TokenBucket({ capacity, refillPerSecond }, 0);
          let now = 0;
          let taken = 0;
          for (const pause of pauses) {
            now += pause;
            const wait = bucket.take(now);
            if (wait === 0) taken++;
            else expect(Number.isSafeInteger(wait) && wait >= 1).toBe(true);
            expect(taken).toBeLessThanOrEqual(capacity + (now * refillPerSecond) / 1000 + 1e-6);
          }
        },
      ),
    );
  });
});
