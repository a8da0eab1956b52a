import { addMeasurements } from '../load/measurement.ts';
import type { CountName, Measurement, Metric, PhaseRecord, TimingName } from '../model.ts';
import { Histogram } from '../stats/histogram.ts';
import { knownQuantile } from '../stats/percentile.ts';

/** One number of one run in the making: what `Metric` says, and where it comes from. */
export type MetricParts = Omit<Metric, 'better'> & { readonly better?: Metric['better'] };

/** A metric that is better when it is lower, unless the parts or its kind say otherwise. */
export function metric({ better, ...parts }: MetricParts): Metric {
  return { ...parts, better: better ?? (parts.kind === 'rate' || parts.kind === 'cost' ? 'higher' : 'lower') };
}

/** A count a second over all phases; NaN when nothing was measured. */
export function perSecond(name: string, count: CountName, phases: readonly PhaseRecord[]): Metric {
  return metric({
    name,
    kind: 'rate',
    unit: '1/s',
    value: total(count, phases) / (sum(phases, ({ elapsedNs }) => elapsedNs) / 1e9),
  });
}

/** A count for each second that the server's processes computed; NaN when that is not known. */
export function perServerCpu(name: string, count: CountName, phases: readonly PhaseRecord[]): Metric {
  const cpuNs = sum(phases, ({ server }) => server?.cpuNs ?? Number.NaN);
  return metric({ name, kind: 'cost', unit: '1/s', value: total(count, phases) / (cpuNs / 1e9) });
}

/**
 * A percentile of a timing over all phases; NaN when there are too few values to know it.
 *
 * @param share 0.99 for the 99th percentile
 */
export function percentile(name: string, timing: TimingName, share: number, phases: readonly PhaseRecord[]): Metric {
  const data = merged(phases).timings[timing];
  const value = knownQuantile(data === undefined ? new Histogram() : Histogram.from(data), share);
  return metric({ name, kind: 'latency', unit: 'ns', value });
}

/** The longest of what was timed, over all phases; NaN when nothing was. */
export function longest(name: string, timing: TimingName, phases: readonly PhaseRecord[]): Metric {
  const value = merged(phases).timings[timing]?.max ?? Number.NaN;
  return metric({ name, kind: 'latency', unit: 'ns', value });
}

/** The highest resident memory of the server's processes; NaN when it is not known. */
export function peakMemory(phases: readonly PhaseRecord[]): Metric {
  const value = Math.max(...phases.map(({ server }) => server?.peakRssBytes ?? Number.NaN));
  return metric({ name: 'server memory, peak', kind: 'memory', unit: 'bytes', value });
}

/** What a count comes to over all phases. */
export function total(count: CountName, phases: readonly PhaseRecord[]): number {
  return merged(phases).counts[count] ?? 0;
}

/** The measurements of all phases as one. */
export function merged(phases: readonly PhaseRecord[]): Measurement {
  return addMeasurements(phases.map(({ measurement }) => measurement));
}

/** The slope of `y` over `x` by least squares; NaN when all `x` are alike. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = sum(points, ([x]) => x) / points.length;
  const meanY = sum(points, ([, y]) => y) / points.length;
  return sum(points, ([x, y]) => (x - meanX) * (y - meanY)) / sum(points, ([x]) => (x - meanX) ** 2);
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
