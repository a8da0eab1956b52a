/**
 * How far the values lie apart, as a share of their mean: the standard deviation of the sample over the mean.
 *
 * NaN with fewer than two values, and when their mean is 0.
 */
export function coefficientOfVariation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return mean === 0 ? Number.NaN : Math.sqrt(squares / (values.length - 1)) / Math.abs(mean);
}
