import type { HistogramData } from '../stats/histogram.ts';

/** What has not been recorded yet. */
export const NOTHING: HistogramData = { buckets: [], min: 0, max: 0, sum: 0 };

/**
 * A quantile of what a histogram has recorded between two moments, known as well as its buckets are wide; 0 when that is
 * nothing.
 */
export function quantileSince(before: HistogramData, now: HistogramData, share: number): number {
  const earlier = new Map(before.buckets);
  const added = now.buckets.map(([lowest, count]) => [lowest, count - (earlier.get(lowest) ?? 0)] as const);
  const total = added.reduce((sum, [, count]) => sum + count, 0);
  let rest = Math.max(1, Math.ceil(share * total));
  for (const [lowest, count] of added) {
    rest -= count;
    if (rest <= 0) return lowest;
  }
  return 0;
}
