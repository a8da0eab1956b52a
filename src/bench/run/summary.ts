import { verdictFor } from '../gates/gate.ts';
import type { Comparison, Gate, Metric, RunRecord, Summary } from '../model.ts';
import { medianInterval } from '../stats/bootstrap.ts';
import { judgeRatio, pairedRatio, unpairedRatio } from '../stats/ratio.ts';

/** Each metric of one variant over its runs; `gates` are those of all runs and of the whole. */
export function summarize(
  variant: string,
  runs: readonly RunRecord[],
  gates: readonly Gate[],
  seed: number,
): Summary[] {
  return metricsOf(runs).map((metric) => {
    const values = runs.map((run) => valueIn(run, metric.name));
    // A run that failed tells nothing. One that has too few samples for a percentile does: the others are the lucky ones.
    const told = runs.filter((run) => run.metrics.length > 0).map((run) => valueIn(run, metric.name));
    const { middle, low, high } = medianInterval(told, seed);
    return { variant, metric, values, median: middle, low, high, verdict: verdictFor(metric.kind, gates) };
  });
}

/** Each metric of one variant over that of the base, paired by run. */
export function compare(variant: readonly Summary[], base: readonly Summary[], seed: number): Comparison[] {
  return compareBy(pairedRatio, variant, base, seed);
}

/** Each metric over that of an earlier bench, by the medians. */
export function compareWithEarlier(
  variant: readonly Summary[],
  earlier: readonly Summary[],
  seed: number,
): Comparison[] {
  return compareBy(unpairedRatio, variant, earlier, seed).map((one) => ({ ...one, base: 'baseline' }));
}

function compareBy(
  ratioOf: typeof pairedRatio,
  variant: readonly Summary[],
  base: readonly Summary[],
  seed: number,
): Comparison[] {
  const comparisons: Comparison[] = [];
  for (const { metric, values, variant: name, verdict } of variant) {
    const other = base.find((summary) => summary.metric.name === metric.name);
    if (other === undefined || metric.kind === 'count') continue;
    const interval = ratioOf(values, other.values, seed);
    const isKnown = verdict !== 'INVALID' && other.verdict !== 'INVALID';
    comparisons.push({
      metric,
      variant: name,
      base: other.variant,
      ratio: interval.middle,
      low: interval.low,
      high: interval.high,
      says: isKnown ? judgeRatio(interval, metric.better) : 'not known',
    });
  }
  return comparisons;
}

function metricsOf(runs: readonly RunRecord[]): Omit<Metric, 'value'>[] {
  const metrics = new Map<string, Omit<Metric, 'value'>>();
  for (const { value: _, ...metric } of runs.flatMap((run) => run.metrics)) metrics.set(metric.name, metric);
  return [...metrics.values()];
}

function valueIn({ metrics }: RunRecord, name: string): number {
  return metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
}
