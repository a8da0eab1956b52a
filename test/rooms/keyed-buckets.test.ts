import { describe, expect, test } from 'vitest';
import { KeyedBuckets, TokenBucket } from '../../src/rooms/index.ts';

const TWO = { capacity: 2, refillPerSecond: 1 };

describe('buckets by key', () => {
  test('are one for each key, whoever asks', () => {
    const buckets = new KeyedBuckets(TWO);
    expect([buckets.take('ann', 0), buckets.take('ann', 0), buckets.take('ann', 0)]).toEqual([0, 0, 1000]);
    expect(buckets.take('bob', 0)).toBe(0);
    expect(buckets.take('__proto__', 0)).toBe(0);
  });

  test('are not refilled by being forgotten: that happens only once they are full', () => {
    const buckets = new KeyedBuckets(TWO);
    buckets.take('ann', 0);
    buckets.take('ann', 0);
    buckets.take('bob', 1999);
    expect(buckets.size).toBe(2);
    expect(buckets.take('ann', 1000)).toBe(0);
    expect(buckets.take('ann', 1000)).toBe(1000);
    buckets.take('cleo', 4500);
    expect(buckets.size).toBe(1);
  });

  test('are at most so many: the one that was asked for longest ago goes', () => {
    const buckets = new KeyedBuckets(TWO, 3);
    for (const key of ['a', 'b', 'c', 'a', 'd']) buckets.take(key, 0);
    expect(buckets.size).toBe(3);
    // `a` was asked for twice and has nothing left, `b` was forgotten and is full again.
    expect(buckets.take('a', 0)).toBe(1000);
    expect([buckets.take('b', 0), buckets.take('b', 0)]).toEqual([0, 0]);
  });

  test('stay bounded under a flood of keys', () => {
    const buckets = new KeyedBuckets(TWO, 100);
    for (let index = 0; index < 10_000; index++) buckets.take(`k${index}`, index);
    expect(buckets.size).toBe(100);
  });

  test('take back what was taken for nothing', () => {
    const buckets = new KeyedBuckets(TWO);
    buckets.take('ann', 0, 2);
    buckets.giveBack('ann');
    buckets.giveBack('nobody');
    expect([buckets.take('ann', 0), buckets.take('ann', 0)]).toEqual([0, 1000]);
    expect(buckets.size).toBe(1);
  });

  test('refuse figures that make no sense', () => {
    expect(() => new KeyedBuckets(TWO, 0)).toThrow(RangeError);
    expect(() => new KeyedBuckets({ capacity: 0, refillPerSecond: 1 })).toThrow(RangeError);
  });
});

describe('a token bucket', () => {
  test('takes several tokens at once, or none of them', () => {
    const bucket = new TokenBucket({ capacity: 100, refillPerSecond: 10 }, 0);
    expect(bucket.take(0, 70)).toBe(0);
    expect(bucket.take(0, 50)).toBe(2000);
    expect(bucket.take(0, 30)).toBe(0);
  });

  test('gives more than it holds once it is full', () => {
    const bucket = new TokenBucket({ capacity: 10, refillPerSecond: 10 }, 0);
    expect([bucket.take(0, 500), bucket.take(0, 500), bucket.take(1000, 500)]).toEqual([0, 1000, 0]);
  });

  test('never holds more than its capacity, however much is given back', () => {
    const bucket = new TokenBucket({ capacity: 2, refillPerSecond: 1 }, 0);
    bucket.giveBack(50);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 1000]);
  });
});
