import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, medianInterval } from '../../../src/bench/stats/bootstrap.ts';
import { Histogram } from '../../../src/bench/stats/histogram.ts';
import { knownQuantile, samplesNeeded } from '../../../src/bench/stats/percentile.ts';
import { judgeRatio, pairedRatio, unpairedRatio } from '../../../src/bench/stats/ratio.ts';
import { seededRandom, shuffled } from '../../../src/bench/stats/seeded-random.ts';
import { coefficientOfVariation } from '../../../src/bench/stats/spread.ts';

const runs = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 5, maxLength: 15 });
const seeds = fc.nat();
// 10,000 resamples of every example take a while.
const FEW = { numRuns: 20 };

describe('seeded random numbers', () => {
  it('are the same for the same seed, others for another, and spread over 0 to 1', () => {
    const take = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 10_000 }, () => random());
    };
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
    const tenths = new Array<number>(10).fill(0);
    for (const number of take(1)) tenths[Math.floor(number * 10)] = (tenths[Math.floor(number * 10)] ?? 0) + 1;
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('shuffle every item into the order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), seeds, (items, seed) => {
        const order = shuffled(items, seededRandom(seed));
        expect([...order].sort()).toEqual([...items].sort());
      }),
    );
  });
});

describe('the median of the runs', () => {
  it('is the middle one, or half way between two', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([10, 9, 100, 1])).toBe(9.5);
    expect(median([])).toBeNaN();
    expect(median([1, Number.NaN, 2])).toBeNaN();
  });

  it('lies in its interval, which lies among the runs, and is the same for the same seed', () => {
    fc.assert(
      fc.property(runs, seeds, (values, seed) => {
        const { middle, low, high } = medianInterval(values, seed);
        expect(low).toBeLessThanOrEqual(middle);
        expect(high).toBeGreaterThanOrEqual(middle);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
        expect(medianInterval(values, seed)).toEqual({ middle, low, high });
      }),
      FEW,
    );
  });

  it('is covered by its interval about as often as it says', () => {
    const random = seededRandom(3);
    // The sum of twelve is nearly normal; its median is 6.
    const normal = (): number => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, 0);
    let covered = 0;
    for (let trial = 0; trial < 100; trial++) {
      const { low, high } = medianInterval(Array.from({ length: 9 }, normal), trial);
      if (low <= 6 && high >= 6) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(88);
  });

  it('has no interval with fewer than five runs, and none with a run that measured nothing', () => {
    expect(medianInterval([1, 2, 3, 4], 1)).toEqual({ middle: 2.5, low: Number.NaN, high: Number.NaN });
    expect(medianInterval([1, 2, 3, 4, Number.NaN], 1).middle).toBeNaN();
  });
});

describe('the ratio of two variants', () => {
  it('is found run by run, however much the machine changes between runs', () => {
    fc.assert(
      fc.property(runs, seeds, (base, seed) => {
        const faster = base.map((value) => value * 1.2);
        const { middle, low, high } = pairedRatio(faster, base, seed);
        for (const end of [middle, low, high]) expect(end).toBeCloseTo(1.2, 9);
      }),
      FEW,
    );
  });

  it('turned round is its inverse', () => {
    const [a, b] = [
      [10, 12, 11, 14, 9],
      [8, 11, 12, 10, 9],
    ];
    const there = pairedRatio(a, b, 5);
    const back = pairedRatio(b, a, 5);
    expect(there.middle * back.middle).toBeCloseTo(1, 9);
    expect(there.low * back.high).toBeCloseTo(1, 9);
  });

  it('is not known when a run measured nothing, and has no interval with fewer than five pairs', () => {
    expect(pairedRatio([1, 2, 3, 4, 5], [1, 2, 0, 4, 5], 1).middle).toBeNaN();
    expect(pairedRatio([1, 2, Number.NaN, 4, 5], [1, 2, 3, 4, 5], 1).middle).toBeNaN();
    expect(pairedRatio([2, 2, 2, 2, 2], [1, 1, 1, 1], 1)).toEqual({
      middle: 2,
      low: Number.NaN,
      high: Number.NaN,
    });
  });

  it('of runs from different times compares the medians', () => {
    const { middle, low, high } = unpairedRatio([20, 21, 22, 23, 24], [10, 11, 11, 12, 12], 1);
    expect(middle).toBeCloseTo(2, 9);
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(2);
    expect(low).toBeGreaterThan(1.6);
    expect(high).toBeLessThan(2.5);
    expect(unpairedRatio([2, 2], [1, 1, 1, 1, 1], 1)).toEqual({ middle: 2, low: Number.NaN, high: Number.NaN });
  });

  const verdicts: [low: number, high: number, higher: string, lower: string][] = [
    [1.031, 1.2, 'better', 'worse'],
    [0.5, 0.969, 'worse', 'better'],
    [0.98, 1.02, 'no difference', 'no difference'],
    [0.97, 1.03, 'no difference', 'no difference'],
    [1.01, 1.02, 'no difference', 'no difference'],
    [1.01, 1.05, 'not known', 'not known'],
    [0.8, 1.2, 'not known', 'not known'],
    [Number.NaN, Number.NaN, 'not known', 'not known'],
  ];
  it.each(verdicts)('from %f to %f says %s where more is better, %s where less is', (low, high, higher, lower) => {
    expect(judgeRatio({ middle: 1, low, high }, 'higher')).toBe(higher);
    expect(judgeRatio({ middle: 1, low, high }, 'lower')).toBe(lower);
  });
});

describe('the spread between runs', () => {
  it('is the standard deviation of the sample over the mean', () => {
    expect(coefficientOfVariation([90, 110])).toBeCloseTo(0.1414, 4);
    expect(coefficientOfVariation([5, 5, 5])).toBe(0);
    expect(coefficientOfVariation([5])).toBeNaN();
    expect(coefficientOfVariation([0, 0])).toBeNaN();
  });
});

describe('a percentile', () => {
  it.each([
    [0.5, 20],
    [0.9, 100],
    [0.99, 1000],
    [0.999, 10_000],
    [0.9999, 100_000],
  ])('of %f needs %d samples, and is not known with one less', (share, needed) => {
    expect(samplesNeeded(share)).toBe(needed);
    const histogram = new Histogram();
    histogram.record(100, needed - 1);
    expect(knownQuantile(histogram, share)).toBeNaN();
    histogram.record(100);
    expect(knownQuantile(histogram, share)).toBe(100);
  });
});
