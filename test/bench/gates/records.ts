import type { LoadConfig } from '../../../src/bench/config.ts';
import type { Measurement, Phase, PhaseRecord, ScenarioName } from '../../../src/bench/model.ts';
import { LOAD_DEFAULTS } from '../../../src/bench/run/defaults.ts';
import { Histogram, type HistogramData } from '../../../src/bench/stats/histogram.ts';

/** A histogram of equal values. */
export function times(ns: number, count: number): HistogramData {
  const histogram = new Histogram();
  histogram.record(ns, count);
  return histogram.toData();
}

/** What a record differs in. */
export interface Difference extends Partial<Omit<PhaseRecord, 'phase' | 'measurement'>> {
  readonly phase?: Partial<Phase>;
  readonly measurement?: Partial<Measurement>;
}

/** A second with 10 connections, 10,000 messages of 1 ms each: nothing is wrong with it. */
export function recordWith(difference: Difference = {}): PhaseRecord {
  const { phase, measurement, ...rest } = difference;
  return {
    phase: { label: '', warmupMs: 0, durationMs: 1000, rate: 0, connections: 10, ...phase },
    elapsedNs: 1e9,
    measurement: {
      counts: { sent: 10_000, received: 10_000, opened: 10 },
      faults: {},
      errors: {},
      timings: { latency: times(1e6, 10_000) },
      ...measurement,
    },
    generators: [{ cpuNs: 3e8, utilization: 0.3, received: 10_000 }],
    server: { cpuNs: 8e8, rssBytes: 5e7, peakRssBytes: 6e7, processes: 1 },
    host: { steal: 0, idle: 0.4, pressure: 0.1, cores: 2 },
    series: [],
    ...rest,
  };
}

/** The load that it was measured with. */
export function configFor(scenario: ScenarioName, over: Partial<LoadConfig> = {}): LoadConfig {
  return { ...LOAD_DEFAULTS, scenario, url: 'ws://localhost/', worker: 0, workers: 1, ...over };
}
