import type { Comparison, Metric } from '../model.ts';
import { drawMedian, FEWEST_RUNS, type Interval, median, medianInterval, middle95, RESAMPLES } from './bootstrap.ts';
import { seededRandom } from './seeded-random.ts';

/** Ratios this close to 1 are no difference to anybody: machines of the same kind differ by more. */
export const EQUIVALENCE = 0.03;

/**
 * How many times the base the values are, run by run: the median of the logarithms of the paired ratios, and its interval.
 *
 * What slowed the machine down for a while slowed both runs of a pair, and cancels out. Runs without a partner are left out;
 * with fewer than 5 pairs the interval's ends are NaN, with a ratio that is no positive number everything is.
 */
export function pairedRatio(values: readonly number[], base: readonly number[], seed: number): Interval {
  const pairs = Math.min(values.length, base.length);
  const logs = Array.from({ length: pairs }, (_, run) => logRatio(values[run], base[run]));
  return exponential(medianInterval(logs, seed));
}

/** How many times the base the values are when they were measured at different times: the ratio of the medians. */
export function unpairedRatio(values: readonly number[], base: readonly number[], seed: number): Interval {
  const middle = logRatio(median(values), median(base));
  if (Number.isNaN(middle) || Math.min(values.length, base.length) < FEWEST_RUNS)
    return { middle: Math.exp(middle), low: Number.NaN, high: Number.NaN };
  const random = seededRandom(seed);
  const [drawn, drawnBase] = [new Float64Array(values.length), new Float64Array(base.length)];
  const logs = new Float64Array(RESAMPLES);
  for (let i = 0; i < RESAMPLES; i++)
    logs[i] = logRatio(drawMedian(values, drawn, random), drawMedian(base, drawnBase, random));
  return exponential({ middle, ...middle95(logs) });
}

/**
 * What an interval of a ratio says: `better` or `worse` only when all of it lies beyond ±3 %, `no difference` only when all of it
 * lies within, otherwise `not known`.
 */
export function judgeRatio({ low, high }: Interval, better: Metric['better']): Comparison['says'] {
  if (low > 1 + EQUIVALENCE) return better === 'higher' ? 'better' : 'worse';
  if (high < 1 - EQUIVALENCE) return better === 'higher' ? 'worse' : 'better';
  return low >= 1 - EQUIVALENCE && high <= 1 + EQUIVALENCE ? 'no difference' : 'not known';
}

function logRatio(value = Number.NaN, base = Number.NaN): number {
  return value > 0 && base > 0 && Number.isFinite(value / base) ? Math.log(value / base) : Number.NaN;
}

function exponential({ middle, low, high }: Interval): Interval {
  return { middle: Math.exp(middle), low: Math.exp(low), high: Math.exp(high) };
}
