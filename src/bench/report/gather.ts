import type {
  BenchReport,
  FaultName,
  Phase,
  PhaseRecord,
  RunRecord,
  ScenarioName,
  Summary,
  TimingName,
} from '../model.ts';
import { median } from '../stats/bootstrap.ts';
import { Histogram } from '../stats/histogram.ts';

/** One phase of all runs of a variant. */
export interface PhaseView {
  readonly phase: Phase;
  readonly records: readonly PhaseRecord[];
}

/** The names of the variants in the order in which they first appear. */
export function variantsOf({ summaries, runs }: BenchReport): string[] {
  return [...new Set([...summaries, ...runs].map(({ variant }) => variant))];
}

/** The runs of one variant, in order. */
export function runsOf({ runs }: BenchReport, variant: string): RunRecord[] {
  return runs.filter((run) => run.variant === variant).sort((a, b) => a.run - b.run);
}

/** The summaries of one variant. */
export function summariesOf({ summaries }: BenchReport, variant: string): Summary[] {
  return summaries.filter((summary) => summary.variant === variant);
}

/** The phases of a variant, each with its records from all runs; a run that was interrupted has fewer of them. */
export function phasesOf(report: BenchReport, variant: string): PhaseView[] {
  const views: { phase: Phase; records: PhaseRecord[] }[] = [];
  for (const { phases } of runsOf(report, variant)) {
    for (const [i, record] of phases.entries()) {
      const view = views[i];
      if (view === undefined) views[i] = { phase: record.phase, records: [record] };
      else view.records.push(record);
    }
  }
  return views;
}

/** Everything that was timed under one name, added up; undefined when nothing was. */
export function timingOf(records: readonly PhaseRecord[], name: TimingName): Histogram | undefined {
  const merged = new Histogram();
  for (const { measurement } of records) {
    const data = measurement.timings[name];
    if (data !== undefined) merged.add(Histogram.from(data));
  }
  return merged.count === 0 ? undefined : merged;
}

/** What each timing is called in reports, in the order in which they are shown. */
export const TIMING_TITLES: Readonly<Record<TimingName, string>> = {
  latency: 'latency',
  service: 'service time',
  lag: 'send lag',
  first: 'first receiver',
  median: 'median receiver',
  last: 'last receiver',
  tcp: 'TCP',
  upgrade: '101',
  'first-message': 'first message',
  cycle: 'cycle',
  stalled: 'stalled until given up',
};

const TIMINGS = Object.keys(TIMING_TITLES) as readonly TimingName[];

/** The names under which something was timed. */
export function timedNames(records: readonly PhaseRecord[]): TimingName[] {
  return TIMINGS.filter((name) =>
    records.some(({ measurement }) => (measurement.timings[name]?.buckets.length ?? 0) > 0),
  );
}

// Of the other scenarios it is the latency.
const HEADLINES: Readonly<Partial<Record<ScenarioName, readonly TimingName[]>>> = {
  fanout: ['latency', 'first', 'median', 'last'],
  chat: ['latency', 'first', 'median', 'last'],
  storm: ['tcp', 'upgrade', 'first-message', 'latency'],
  churn: ['cycle', 'latency'],
  slow: ['latency', 'stalled'],
  replay: ['cycle'],
};

/** Those of the timings that a scenario is about. */
export function headlineTimings(scenario: ScenarioName, records: readonly PhaseRecord[]): TimingName[] {
  const timed = timedNames(records);
  return (HEADLINES[scenario] ?? ['latency']).filter((name) => timed.includes(name));
}

/** What went wrong in all phases, and what became of what, by kind; the most frequent first. */
export function troublesOf(records: readonly PhaseRecord[]): {
  readonly faults: readonly (readonly [name: FaultName, count: number])[];
  readonly errors: readonly (readonly [kind: string, count: number])[];
  readonly outcomes: readonly (readonly [what: string, count: number])[];
} {
  const faults = new Map<FaultName, number>();
  const errors = new Map<string, number>();
  const outcomes = new Map<string, number>();
  for (const { measurement } of records) {
    for (const [what, count] of Object.entries(measurement.outcomes ?? {}))
      outcomes.set(what, (outcomes.get(what) ?? 0) + count);
    for (const [name, count] of Object.entries(measurement.faults) as [FaultName, number][])
      faults.set(name, (faults.get(name) ?? 0) + count);
    for (const [kind, count] of Object.entries(measurement.errors)) errors.set(kind, (errors.get(kind) ?? 0) + count);
  }
  return { faults: mostFirst(faults), errors: mostFirst(errors), outcomes: mostFirst(outcomes) };
}

function mostFirst<Name extends string>(counts: ReadonlyMap<Name, number>): [Name, number][] {
  return [...counts].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
}

/** The middle one of the numbers that are known; NaN when there is none. */
export function medianOf(values: readonly (number | undefined)[]): number {
  return median(values.filter((value) => value !== undefined && !Number.isNaN(value)) as number[]);
}

/** Messages received a second in one phase of one run. */
export function receivedRate({ measurement, elapsedNs }: PhaseRecord): number {
  const received = measurement.counts.received;
  return received === undefined || elapsedNs <= 0 ? Number.NaN : received / (elapsedNs / 1e9);
}
