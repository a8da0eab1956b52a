const BLOCKS = '▁▂▃▄▅▆▇█';

/** How often values lie between two bounds. */
export interface Bin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/**
 * Counts of values sorted into bins that grow by the same factor, so that each has the same width on a logarithmic axis.
 *
 * @param values pairs of a value and how many there are of it; values below 1 count as 1
 * @param bins how many bins; fewer when all values are near each other
 */
export function logarithmicBins(values: readonly (readonly [value: number, count: number])[], bins: number): Bin[] {
  const counted = values.filter(([, count]) => count > 0);
  if (counted.length === 0 || bins < 1) return [];
  const low = Math.max(1, Math.min(...counted.map(([value]) => value)));
  const high = Math.max(low, ...counted.map(([value]) => value));
  const number = low === high ? 1 : bins;
  const counts = new Array<number>(number).fill(0);
  for (const [value, count] of counted) {
    const share = low === high ? 0 : Math.log(Math.max(1, value) / low) / Math.log(high / low);
    const bin = Math.min(number - 1, Math.floor(share * number));
    counts[bin] = (counts[bin] ?? 0) + count;
  }
  const bound = (i: number): number => low * (high / low) ** (i / number);
  return counts.map((count, i) => ({ low: bound(i), high: bound(i + 1), count }));
}

/** Bins in one line of Unicode blocks, each as high as its count; a blank where there is nothing, so that gaps show. */
export function blockLine(counts: readonly number[]): string {
  const most = Math.max(0, ...counts);
  return counts.map((count) => (count <= 0 ? ' ' : (BLOCKS[Math.ceil((count / most) * 8) - 1] ?? '█'))).join('');
}
