import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../src/bench/stats/histogram.ts';

const values = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 0, max: 2 ** 40 }),
    fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  ),
  { minLength: 1, maxLength: 200 },
);
const shares = fc.constantFrom(0, 0.025, 0.25, 0.5, 0.9, 0.99, 0.999, 1);

function histogramOf(list: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of list) histogram.record(value);
  return histogram;
}

describe('a histogram', () => {
  it('knows every value to 0.8 %', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (value) => {
        const [[lowest, count] = [-1, 0]] = histogramOf([value]).toData().buckets;
        expect(count).toBe(1);
        expect(lowest).toBeLessThanOrEqual(value);
        expect(value - lowest).toBeLessThanOrEqual(0.008 * value);
      }),
    );
  });

  it('keeps each value in one bucket at the edges of octaves', () => {
    for (let power = 0; power <= 53; power++) {
      for (const value of [2 ** power - 1, 2 ** power, 2 ** power + 1].filter(Number.isSafeInteger)) {
        const [[lowest] = [-1]] = histogramOf([value]).toData().buckets;
        expect(value - lowest).toBeLessThanOrEqual(0.008 * value);
        expect(Histogram.from(histogramOf([value]).toData()).toData()).toEqual(histogramOf([value]).toData());
      }
    }
  });

  it('gives quantiles within 0.8 % of those of the sorted values', () => {
    fc.assert(
      fc.property(values, shares, (list, share) => {
        const sorted = Float64Array.from(list).sort();
        const exact = sorted[Math.max(1, Math.ceil(share * list.length)) - 1] ?? Number.NaN;
        expect(Math.abs(histogramOf(list).quantile(share) - exact)).toBeLessThanOrEqual(0.008 * exact);
      }),
    );
  });

  it('tells count, smallest, largest and mean exactly', () => {
    fc.assert(
      fc.property(values, (list) => {
        const { count, min, max, mean } = histogramOf(list);
        expect([count, min, max]).toEqual([list.length, Math.min(...list), Math.max(...list)]);
        expect(mean).toBeCloseTo(list.reduce((sum, value) => sum + value, 0) / list.length, -3);
      }),
    );
  });

  it('added to another one is what recording everything in one would have been', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const sum = histogramOf(first);
        sum.add(histogramOf(second));
        const { sum: total, ...data } = sum.toData();
        const { sum: expected, ...whole } = histogramOf([...first, ...second]).toData();
        expect(data).toEqual(whole);
        expect(Math.abs(total - expected)).toBeLessThanOrEqual(1e-9 * expected);
      }),
    );
  });

  it('comes back whole from its data', () => {
    fc.assert(
      fc.property(values, shares, (list, share) => {
        const histogram = histogramOf(list);
        const copy = Histogram.from(JSON.parse(JSON.stringify(histogram.toData())));
        expect(copy.toData()).toEqual(histogram.toData());
        expect(copy.count).toBe(histogram.count);
        expect(copy.quantile(share)).toBe(histogram.quantile(share));
      }),
    );
  });

  it('that is empty, or was reset, tells nothing but zeros', () => {
    const used = histogramOf([1, 2, 3]);
    used.reset();
    for (const histogram of [new Histogram(), used, Histogram.from(used.toData())]) {
      expect([histogram.count, histogram.min, histogram.max, histogram.mean, histogram.quantile(0.5)]).toEqual([
        0, 0, 0, 0, 0,
      ]);
      expect(histogram.toData()).toEqual({ buckets: [], min: 0, max: 0, sum: 0 });
    }
  });

  it('counts equal values at once, cuts off fractions, and takes what is negative for 0', () => {
    const histogram = new Histogram();
    histogram.record(5.9, 3);
    histogram.record(-4);
    expect(histogram.toData()).toEqual({
      buckets: [
        [0, 1],
        [5, 3],
      ],
      min: 0,
      max: 5,
      sum: 15,
    });
  });
});
