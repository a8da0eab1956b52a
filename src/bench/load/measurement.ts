import type { CountName, FaultName, Measurement, TimingName } from '../model.ts';
import { Histogram } from '../stats/histogram.ts';

/** What {@link measurementOf} is made of; names that are missing count as 0. */
export interface MeasurementParts {
  readonly counts?: Readonly<Partial<Record<CountName, number>>>;
  readonly faults?: Readonly<Partial<Record<FaultName, number>>>;
  readonly errors?: ReadonlyMap<string, number>;
  readonly outcomes?: ReadonlyMap<string, number>;
  readonly timings?: Readonly<Partial<Record<TimingName, Histogram>>>;
}

/** A measurement as data. Counts that are 0 and empty histograms are left out. */
export function measurementOf(parts: MeasurementParts): Measurement {
  const timings: Partial<Record<TimingName, ReturnType<Histogram['toData']>>> = {};
  for (const [name, histogram] of Object.entries(parts.timings ?? {})) {
    if (histogram.count > 0) timings[name as TimingName] = histogram.toData();
  }
  return {
    counts: withoutZeros(parts.counts ?? {}),
    faults: withoutZeros(parts.faults ?? {}),
    errors: Object.fromEntries(parts.errors ?? []),
    ...(parts.outcomes === undefined || parts.outcomes.size === 0
      ? {}
      : { outcomes: Object.fromEntries(parts.outcomes) }),
    timings,
  };
}

/** Measurements of several workers, or of several phases, as one: counts are added, and so are histograms. */
export function addMeasurements(measurements: readonly Measurement[]): Measurement {
  const timings: Partial<Record<TimingName, Histogram>> = {};
  for (const measurement of measurements) {
    for (const [name, data] of Object.entries(measurement.timings)) {
      const histogram = Histogram.from(data);
      const sum = timings[name as TimingName];
      if (sum === undefined) timings[name as TimingName] = histogram;
      else sum.add(histogram);
    }
  }
  return measurementOf({
    counts: sumOf(measurements.map(({ counts }) => counts)),
    faults: sumOf(measurements.map(({ faults }) => faults)),
    errors: new Map(Object.entries(sumOf(measurements.map(({ errors }) => errors)))),
    outcomes: new Map(Object.entries(sumOf(measurements.map(({ outcomes }) => outcomes ?? {})))),
    timings,
  });
}

function sumOf<Name extends string>(all: readonly Readonly<Partial<Record<Name, number>>>[]): Record<Name, number> {
  const sum = {} as Record<Name, number>;
  for (const one of all) {
    for (const [name, count] of Object.entries(one) as [Name, number][]) sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
}

function withoutZeros<Name extends string>(
  counts: Readonly<Partial<Record<Name, number>>>,
): Partial<Record<Name, number>> {
  const entries = Object.entries(counts).filter(([, count]) => count !== 0);
  return Object.fromEntries(entries) as Partial<Record<Name, number>>;
}
