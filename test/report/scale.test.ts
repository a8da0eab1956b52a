import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fittingScale, linearScale, logarithmicScale, percentileScale, rangeOf } from '../../src/report/scale.ts';
import { linearTicks, logarithmicTicks, percentileTicks } from '../../src/report/ticks.ts';

const labels = (ticks: readonly { readonly label: string }[]): string[] => ticks.map(({ label }) => label);
const positive = fc.double({ min: 1e-3, max: 1e12, noNaN: true });
const units = fc.constantFrom('ns', 'bytes', '1/s', '', 'share', 'ratio', 'bytes/connection', 'files');

describe('the marks of a linear axis', () => {
  it.each<[low: number, high: number, wanted: number, unit: string, expected: string[]]>([
    [0, 62_000, 6, '1/s', ['0', '10 k/s', '20 k/s', '30 k/s', '40 k/s', '50 k/s', '60 k/s']],
    [0.95, 1.05, 5, 'ratio', ['0.96', '0.98', '1.00', '1.02', '1.04']],
    [0, 2.2e9, 5, 'ns', ['0', '0.5 s', '1.0 s', '1.5 s', '2.0 s']],
    [0, 40 * 2 ** 20, 4, 'bytes', ['0', '10 MiB', '20 MiB', '30 MiB', '40 MiB']],
    [
      6.2 * 1024,
      8.5 * 1024,
      4,
      'bytes/one',
      ['6.5 KiB/one', '7.0 KiB/one', '7.5 KiB/one', '8.0 KiB/one', '8.5 KiB/one'],
    ],
    [61_900, 62_050, 3, '1/s', ['61.90 k/s', '61.95 k/s', '62.00 k/s', '62.05 k/s']],
    [0, 0.5, 5, 'share', ['0', '10 %', '20 %', '30 %', '40 %', '50 %']],
    [5, 5, 5, 'files', ['5 files']],
  ])('from %d to %d, %d of them in "%s", are even numbers', (low, high, wanted, unit, expected) => {
    expect(labels(linearTicks(low, high, wanted, unit))).toEqual(expected);
  });

  it('lie inside, rise evenly, are told apart, and are about as many as wanted', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e12, noNaN: true }),
        positive,
        fc.integer({ min: 2, max: 10 }),
        units,
        (low, more, wanted, unit) => {
          fc.pre(more > low * 1e-4);
          const high = low + more;
          const ticks = linearTicks(low, high, wanted, unit);
          expect(ticks.length).toBeGreaterThanOrEqual(Math.floor(wanted / 3));
          expect(ticks.length).toBeLessThanOrEqual(wanted * 1.5 + 2);
          const room = more * 1e-6 + high * 1e-12;
          for (const { value } of ticks) {
            expect(value).toBeGreaterThanOrEqual(low - room);
            expect(value).toBeLessThanOrEqual(high + room);
          }
          expect(new Set(labels(ticks)).size).toBe(ticks.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the marks of a logarithmic axis', () => {
  it.each<[low: number, high: number, wanted: number, expected: string[]]>([
    [1e3, 1e9, 6, ['1 µs', '10 µs', '100 µs', '1 ms', '10 ms', '100 ms', '1 s']],
    [3e5, 3.1e7, 6, ['300 µs', '1 ms', '3 ms', '10 ms', '30 ms']],
    [1e6, 2.9e6, 6, ['1 ms', '1.5 ms', '2 ms']],
    [1.01e6, 1.12e6, 4, ['1.025 ms', '1.050 ms', '1.075 ms', '1.100 ms']],
  ])('from %d to %d ns, %d of them, are easily read', (low, high, wanted, expected) => {
    expect(labels(logarithmicTicks(low, high, wanted, 'ns'))).toEqual(expected);
  });

  it('lie inside, rise, and are neither none nor a crowd', () => {
    fc.assert(
      fc.property(positive, fc.double({ min: 1.01, max: 1e9, noNaN: true }), units, (low, factor, unit) => {
        const high = low * factor;
        const ticks = logarithmicTicks(low, high, 6, unit);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(10);
        for (const [i, { value }] of ticks.entries()) {
          expect(value).toBeGreaterThanOrEqual(low * (1 - 1e-6));
          expect(value).toBeLessThanOrEqual(high * (1 + 1e-6));
          if (i > 0) expect(value).toBeGreaterThan(ticks[i - 1]?.value ?? Infinity);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a scale', () => {
  it('of percentiles gives each nine the same distance', () => {
    const scale = percentileScale(0.999);
    expect([0, 0.9, 0.99, 0.999].map((share) => scale.at(share))).toEqual([
      0,
      expect.closeTo(1 / 3),
      expect.closeTo(2 / 3),
      expect.closeTo(1),
    ]);
    expect(labels(percentileTicks(0.9999))).toEqual(['0 %', '50 %', '90 %', '99 %', '99.9 %', '99.99 %']);
  });

  it('that is logarithmic gives each factor the same distance, and cannot begin at 0', () => {
    const scale = logarithmicScale(1, 100, '');
    expect([1, 10, 100].map((value) => scale.at(value))).toEqual([0, 0.5, 1]);
    expect(() => logarithmicScale(0, 1, '')).toThrow(RangeError);
  });

  it('is logarithmic for values far apart, and begins at 0 for others', () => {
    expect(fittingScale([1, 30], '').low).toBeGreaterThan(0);
    expect(fittingScale([1, 15], '').low).toBe(0);
    expect(fittingScale([], '')).toMatchObject({ low: 0, high: 1 });
    expect(fittingScale([0, Number.NaN], '')).toMatchObject({ low: 0, high: 1 });
  });

  it('has a range around all values that is not empty and not below 0 where they are not', () => {
    expect(rangeOf([])).toEqual({ low: 0, high: 1 });
    expect(rangeOf([0, 0])).toEqual({ low: 0, high: 1 });
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { minLength: 1 }), (values) => {
        const { low, high } = rangeOf(values);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(Math.min(...values));
        expect(high).toBeGreaterThan(low);
        expect(linearScale(low, high, '').at(high)).toBe(1);
      }),
    );
  });
});
