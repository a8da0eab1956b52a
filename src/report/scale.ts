import { linearTicks, logarithmicTicks, percentileTicks, type Tick } from './ticks.ts';

/** Where values lie on an axis. */
export interface Scale {
  /** The values at both ends. */
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
  /** From 0 at the lower end to 1 at the upper; beyond that for values outside. */
  at(value: number): number;
}

/** A range of values with some room at both ends, and not empty. */
export function rangeOf(values: readonly number[]): { readonly low: number; readonly high: number } {
  const known = values.filter(Number.isFinite);
  if (known.length === 0) return { low: 0, high: 1 };
  const low = known.reduce((a, b) => Math.min(a, b));
  const high = known.reduce((a, b) => Math.max(a, b));
  const room = high > low ? (high - low) * 0.06 : Math.abs(high) * 0.05 || 1;
  return { low: low >= 0 ? Math.max(0, low - room) : low - room, high: high + room };
}

/** Equal distances for equal differences. */
export function linearScale(low: number, high: number, unit: string, wanted: number = 6): Scale {
  const ticks = linearTicks(low, high, wanted, unit);
  return { low, high, ticks, at: (value) => (high > low ? (value - low) / (high - low) : 0.5) };
}

/**
 * Equal distances for equal factors.
 *
 * @throws RangeError when the range does not lie above 0
 */
export function logarithmicScale(low: number, high: number, unit: string, wanted: number = 6): Scale {
  if (!(low > 0)) throw new RangeError(`A logarithmic axis begins above 0, not at ${low}.`);
  const ticks = logarithmicTicks(low, high, wanted, unit);
  return { low, high, ticks, at: (value) => (high > low ? Math.log(value / low) / Math.log(high / low) : 0.5) };
}

/** A logarithmic scale for values whose largest is more than 20 times their smallest, otherwise a linear one from 0. */
export function fittingScale(values: readonly number[], unit: string, wanted: number = 6): Scale {
  const positive = values.filter((value) => Number.isFinite(value) && value > 0);
  const least = positive.reduce((a, b) => Math.min(a, b), Infinity);
  const most = positive.reduce((a, b) => Math.max(a, b), 0);
  if (most > 20 * least) return logarithmicScale(least / 1.15, most * 1.15, unit, wanted);
  return linearScale(0, most === 0 ? 1 : most * 1.06, unit, wanted);
}

/**
 * The scale of percentiles: each nine more takes the same distance, `log10(1 / (1 - share))`.
 *
 * @param highest the last share shown, below 1
 */
export function percentileScale(highest: number): Scale {
  const end = Math.log10(1 / (1 - highest));
  return { low: 0, high: highest, ticks: percentileTicks(highest), at: (share) => Math.log10(1 / (1 - share)) / end };
}
