import type { Histogram } from './histogram.ts';

/** A percentile is known once so many samples lie beyond it; with fewer it is the luck of single ones. */
const SAMPLES_BEYOND = 10;

/** How many samples a percentile needs: 20 for the median, 1,000 for the 99th, 10,000 for the 99.9th. */
export function samplesNeeded(share: number): number {
  // 1 - 0.99 is a little less than 0.01 in binary; no whole number of samples is.
  return Math.ceil(SAMPLES_BEYOND / (1 - share) - 1e-6);
}

/** The quantile of a histogram, or NaN when it holds too few samples to tell. */
export function knownQuantile(histogram: Histogram, share: number): number {
  return histogram.count >= samplesNeeded(share) ? histogram.quantile(share) : Number.NaN;
}
