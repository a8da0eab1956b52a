import type { PhaseRecord, TimingName } from '../model.ts';
import type { Histogram } from '../stats/histogram.ts';
import { knownQuantile } from '../stats/percentile.ts';
import { medianOf, timingOf } from './gather.ts';

/** The shares of the full table of percentiles. */
export const TABLE_SHARES: readonly number[] = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999, 1];

/** The shares of the short tables. */
export const HEADLINE_SHARES: readonly number[] = [0.5, 0.9, 0.99, 0.999, 1];

/** A quantile, the largest value for share 1; NaN where too few values lie beyond it to say, or none were recorded. */
export function quantileOf(histogram: Histogram | undefined, share: number): number {
  if (histogram === undefined || histogram.count === 0) return Number.NaN;
  return share >= 1 ? histogram.max : knownQuantile(histogram, share);
}

/** The quantiles of what was timed in each run, and of those the medians: percentiles of unlike runs are never mixed. */
export function medianQuantiles(
  records: readonly PhaseRecord[],
  timing: TimingName,
  shares: readonly number[],
): number[] {
  const histograms = records.map((record) => timingOf([record], timing));
  return shares.map((share) => medianOf(histograms.map((histogram) => quantileOf(histogram, share))));
}
