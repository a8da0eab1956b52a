import type { Metric, PhaseRecord, TimingName } from '../model.ts';
import { Histogram } from '../stats/histogram.ts';
import { knownQuantile } from '../stats/percentile.ts';

/** The percentiles that are told of every latency. */
const PERCENTILES = [0.5, 0.9, 0.99, 0.999] as const;

/** Answers a second. */
export function rateMetric(record: PhaseRecord): Metric {
  const value = perSecond(record.measurement.counts.received ?? 0, record);
  return { name: 'messages/s', kind: 'rate', unit: '1/s', better: 'higher', value };
}

/** Payload that came back, in millions of bytes a second. */
export function throughputMetric(record: PhaseRecord): Metric {
  const value = perSecond((record.measurement.counts.receivedBytes ?? 0) / 1e6, record);
  return { name: 'MB/s', kind: 'rate', unit: 'MB/s', better: 'higher', value };
}

/** Answers for each second that the server's processes computed; NaN when that is not known. */
export function costMetric({ measurement, server }: PhaseRecord): Metric {
  const received = measurement.counts.received ?? 0;
  const value = server === undefined || server.cpuNs === 0 ? Number.NaN : (received * 1e9) / server.cpuNs;
  return { name: 'messages/server CPU s', kind: 'cost', unit: '1/s', better: 'higher', value };
}

/** p50, p90, p99, p99.9 and the maximum of what was timed. */
export function latencyMetrics(record: PhaseRecord, timing: TimingName = 'latency', name: string = timing): Metric[] {
  const histogram = histogramOf(record, timing);
  return [
    ...PERCENTILES.map((share) => nanoseconds(`${name} ${percentileName(share)}`, knownQuantile(histogram, share))),
    nanoseconds(`${name} max`, histogram.count === 0 ? Number.NaN : histogram.max),
  ];
}

/** One percentile of what was timed; NaN when too few samples tell. */
export function quantileOf(record: PhaseRecord, timing: TimingName, share: number): number {
  return knownQuantile(histogramOf(record, timing), share);
}

/** A metric of a time, of which less is better. */
export function nanoseconds(name: string, value: number): Metric {
  return { name, kind: 'latency', unit: 'ns', better: 'lower', value };
}

/** `p99`, `p99.9`. */
export function percentileName(share: number): string {
  return `p${Number((share * 100).toFixed(4))}`;
}

/** So many things in the time of a phase, a second. */
export function perSecond(count: number, { elapsedNs }: PhaseRecord): number {
  return elapsedNs === 0 ? Number.NaN : (count * 1e9) / elapsedNs;
}

function histogramOf({ measurement }: PhaseRecord, timing: TimingName): Histogram {
  const data = measurement.timings[timing];
  return data === undefined ? new Histogram() : Histogram.from(data);
}
