import type { Histogram } from '../stats/histogram.ts';

const NANOSECONDS_PER_MILLISECOND = 1e6;
/** Lines for each halving of what lies beyond: as many as other tools write. */
const LINES_PER_HALVING = 5;

/**
 * A histogram of nanoseconds in the text form of HdrHistogram (`.hgrm`), which its plotters read: the value in
 * milliseconds, the share of values up to it, how many those are, and 1/(1 - share).
 */
export function toHgrm(histogram: Histogram): string {
  const { count, mean, max } = histogram;
  const { buckets } = histogram.toData();
  const lines = [
    `${'Value'.padStart(12)} ${'Percentile'.padStart(14)} ${'TotalCount'.padStart(10)} 1/(1-Percentile)`,
    '',
  ];
  let bucket = 0;
  let upTo = 0;
  for (let share = 0; upTo < count; share = nextShare(share)) {
    const value = histogram.quantile(share);
    for (; bucket < buckets.length && (buckets[bucket]?.[0] ?? 0) <= value; bucket++) upTo += buckets[bucket]?.[1] ?? 0;
    if (upTo < count) lines.push(line(value, share, upTo, (1 / (1 - share)).toFixed(2)));
  }
  if (count > 0) lines.push(line(max, 1, count, ''));
  const deviation = Math.sqrt(
    buckets.reduce((sum, [lowest, number]) => sum + number * (lowest - mean) ** 2, 0) / Math.max(1, count),
  );
  lines.push(
    `#[Mean    = ${cell(mean)}, StdDeviation   = ${cell(deviation)}]`,
    `#[Max     = ${cell(max)}, Total count    = ${String(count).padStart(12)}]`,
    `#[Buckets = ${'46'.padStart(12)}, SubBuckets     = ${'256'.padStart(12)}]`,
  );
  return `${lines.join('\n')}\n`;
}

function nextShare(share: number): number {
  const halvings = Math.floor(Math.log2(1 / (1 - share))) + 1;
  return share + 1 / (LINES_PER_HALVING * 2 ** halvings);
}

function line(value: number, share: number, upTo: number, rest: string): string {
  return `${cell(value)} ${share.toFixed(12).padStart(14)} ${String(upTo).padStart(10)} ${rest.padStart(14)}`.trimEnd();
}

function cell(nanoseconds: number): string {
  return (nanoseconds / NANOSECONDS_PER_MILLISECOND).toFixed(6).padStart(12);
}
