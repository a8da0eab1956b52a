import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHgrm } from '../../../src/bench/report/hgrm.ts';
import { Histogram } from '../../../src/bench/stats/histogram.ts';

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

function rowsOf(text: string): number[][] {
  return text
    .split('\n')
    .filter((line) => /^ *\d/.test(line))
    .map((line) => line.trim().split(/ +/).map(Number));
}

describe('a histogram as .hgrm', () => {
  it('has a head, rows that end with all values, and the three lines of the foot', () => {
    const text = toHgrm(histogramOf([1e6, 2e6, 3e6, 4e6]));
    const lines = text.split('\n');
    expect(lines[0]).toMatch(/^ *Value +Percentile +TotalCount +1\/\(1-Percentile\)$/);
    expect(lines[1]).toBe('');
    expect(text).toMatch(/\n +4\.000000 1\.000000000000 +4\n#\[Mean {4}= +2\.500000, StdDeviation {3}= +1\.\d+\]\n/);
    expect(text).toMatch(
      /\n#\[Max {5}= +4\.000000, Total count {4}= +4\]\n#\[Buckets = +46, SubBuckets {5}= +256\]\n$/,
    );
  });

  it('is in milliseconds, and gives each share with 1/(1 - share)', () => {
    const rows = rowsOf(toHgrm(histogramOf(Array.from({ length: 1000 }, (_, i) => (i + 1) * 1e6))));
    const half = rows.find(([, share]) => share === 0.5);
    expect(half?.[0]).toBeCloseTo(500, -1);
    expect(half?.[3]).toBe(2);
  });

  it('rises in every column up to the largest value, and never beyond the count', () => {
    const values = fc.array(fc.integer({ min: 0, max: 2 ** 45 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(values, (recorded) => {
        const rows = rowsOf(toHgrm(histogramOf(recorded)));
        for (const [i, [value = 0, share = 0, total = 0]] of rows.entries()) {
          const [before = 0, shareBefore = -1, totalBefore = 0] = rows[i - 1] ?? [];
          expect(value).toBeGreaterThanOrEqual(before);
          expect(share).toBeGreaterThan(shareBefore);
          expect(total).toBeGreaterThanOrEqual(totalBefore);
        }
        expect(rows.at(-1)).toEqual([Number((Math.max(...recorded) / 1e6).toFixed(6)), 1, recorded.length]);
      }),
    );
  });

  it('of nothing has no rows', () => {
    expect(rowsOf(toHgrm(new Histogram()))).toEqual([]);
  });
});
