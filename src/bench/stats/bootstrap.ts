import { seededRandom } from './seeded-random.ts';

/** How often the runs are drawn again: more would move the ends of an interval by less than its last printed digit. */
export const RESAMPLES = 10_000;

/** With fewer runs there is no interval: even one from the lowest to the highest of four misses the true median one time in eight. */
export const FEWEST_RUNS = 5;

/** A middle value and the interval in which it lies with 95 % confidence. */
export interface Interval {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

/** The middle one of the values, or the mean of the two in the middle; NaN when there is none, or one of them is NaN. */
export function median(values: readonly number[]): number {
  if (values.length === 0 || values.some(Number.isNaN)) return Number.NaN;
  return medianOfSorted(Float64Array.from(values).sort());
}

/**
 * The median of one number per run, and its 95 % interval by the percentile bootstrap over {@link RESAMPLES} resamples.
 *
 * What is drawn again are runs, never the samples within one: those depend on each other. Without {@link FEWEST_RUNS} values the
 * interval's ends are NaN; with a NaN among the values everything is.
 */
export function medianInterval(values: readonly number[], seed: number): Interval {
  const middle = median(values);
  if (Number.isNaN(middle) || values.length < FEWEST_RUNS) return { middle, low: Number.NaN, high: Number.NaN };
  const random = seededRandom(seed);
  const medians = new Float64Array(RESAMPLES);
  const drawn = new Float64Array(values.length);
  for (let i = 0; i < RESAMPLES; i++) medians[i] = drawMedian(values, drawn, random);
  return { middle, ...middle95(medians) };
}

/** The median of as many values as were given, each drawn from all of them; `drawn` is overwritten. */
export function drawMedian(values: readonly number[], drawn: Float64Array, random: () => number): number {
  for (let i = 0; i < drawn.length; i++) drawn[i] = values[Math.floor(random() * values.length)] ?? Number.NaN;
  return medianOfSorted(drawn.sort());
}

/** The range that holds the middle 95 % of the values, which are sorted in place. */
export function middle95(values: Float64Array): { readonly low: number; readonly high: number } {
  values.sort();
  const at = (share: number): number => values[Math.round(share * (values.length - 1))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}

function medianOfSorted(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}
