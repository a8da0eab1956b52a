import type {
  BenchReport,
  Comparison,
  Gate,
  Measurement,
  Metric,
  Phase,
  PhaseRecord,
  RunRecord,
  ScenarioName,
  Summary,
  TimingName,
} from '../../../src/bench/model.ts';
import { Histogram, type HistogramData } from '../../../src/bench/stats/histogram.ts';
import { Dice } from '../../support/dice.ts';

/** What an invented report is like. */
export interface Invention {
  readonly scenario?: ScenarioName;
  /** Name and speed of each server; speed 1 is the first. */
  readonly variants?: readonly (readonly [name: string, speed: number])[];
  readonly runs?: number;
  readonly seed?: number;
  /** How many values each histogram holds. */
  readonly samples?: number;
  /** Merged over what was invented. */
  readonly over?: Partial<BenchReport>;
}

type Load = 'echo' | 'curve' | 'fanout' | 'storm' | 'idle';

/** A report as a bench of such servers could have come to; the same for the same seed. */
export function inventReport(invention: Invention = {}): BenchReport {
  const { scenario = 'echo', variants = [['ours', 1]], runs = 5, seed = 1, samples = 200_000 } = invention;
  const dice = new Dice(seed);
  const load: Load =
    scenario === 'curve' || scenario === 'fanout' || scenario === 'storm' || scenario === 'idle' ? scenario : 'echo';
  const records: RunRecord[] = [];
  for (let run = 0; run < runs; run++) {
    for (const [variant, speed] of variants) {
      const luck = 1 + noise(dice) * 0.03;
      const phases = phasesFor(load).map((phase) => invent(load, phase, speed * luck, samples, dice));
      records.push({
        variant,
        run,
        order: records.length,
        startedAt: new Date(Date.UTC(2026, 10, 23, 9, records.length)).toISOString(),
        phases,
        metrics: metricsOf(load, phases),
        ceiling: 374_000,
        gates: [],
      });
    }
  }
  const summaries = summarize(records);
  const gates = gatesOf();
  return {
    title: scenario,
    scenario,
    description: '50 connections, 16 messages of 64 bytes in flight on each, 10 s after 3 s of warm-up',
    environment: {
      date: '2026-11-23T09:00:00.000Z',
      ws101: '0.1.0',
      node: '20.20.2',
      platform: 'linux 6.12 x64',
      cpu: 'AMD EPYC 9B45',
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      command: `ws101 bench --scenario ${scenario} -c 50 -p 16 --size 64 --runs ${runs} ws://127.0.0.1:8080/`,
    },
    runs: records,
    summaries,
    comparisons: compare(
      summaries,
      variants.map(([name]) => name),
    ),
    gates,
    verdict: 'WARN',
    interrupted: false,
    exitCode: 0,
    ...invention.over,
  };
}

function noise(dice: Dice): number {
  return dice.unit() + dice.unit() + dice.unit() + dice.unit() - 2;
}

function phasesFor(load: Load): Phase[] {
  const base = { warmupMs: 3000, durationMs: 10_000, rate: 0, connections: 50 };
  if (load === 'curve')
    return [5, 10, 20, 30, 40, 50, 55, 60].map((k) => ({ ...base, label: `rate ${k * 1000}`, rate: k * 1000 }));
  if (load === 'idle')
    return [1000, 2000, 3000, 4000].map((n) => ({ ...base, label: `${n} connections`, connections: n }));
  return [{ ...base, label: '' }];
}

/** Times spread log-normally around a middle, with a rare tail. */
export function inventTimes(middleNs: number, samples: number, dice: Dice): HistogramData {
  const histogram = new Histogram();
  const draws = Math.min(2000, samples);
  for (let i = 0; i < draws; i++) {
    const tail = dice.chance(0.005) ? 4 + dice.unit() * 12 : 1;
    histogram.record(middleNs * Math.exp(noise(dice) * 0.5) * tail, Math.floor(samples / draws));
  }
  return histogram.toData();
}

function invent(load: Load, phase: Phase, speed: number, samples: number, dice: Dice): PhaseRecord {
  const capacity = 62_000 * speed;
  const rate = phase.rate === 0 ? capacity : Math.min(phase.rate, capacity);
  const strain = phase.rate === 0 ? 1 : 1 / Math.max(0.01, 1 - phase.rate / capacity / 1.02);
  const middle = (phase.rate === 0 ? 900_000 : 90_000 * strain) / speed;
  const names: TimingName[] =
    load === 'fanout'
      ? ['last', 'latency', 'first', 'median']
      : load === 'storm'
        ? ['latency', 'tcp', 'upgrade', 'first-message']
        : load === 'curve'
          ? ['latency', 'service', 'lag']
          : load === 'idle'
            ? []
            : ['latency'];
  const timings: Partial<Record<TimingName, HistogramData>> = {};
  for (const [i, name] of names.entries()) {
    const factor = name === 'lag' ? 0.05 : name === 'service' ? 0.8 : 1 + i * 0.7;
    timings[name] = inventTimes(middle * factor, samples, dice);
  }
  const received = Math.round(rate * 10);
  const measurement: Measurement = {
    counts: { sent: received, received, sentBytes: received * 64, receivedBytes: received * 64 },
    faults: {},
    errors: {},
    timings,
  };
  const perConnection = 6.5 * 1024 + noise(dice) * 200;
  const rssBytes = Math.round(48 * 2 ** 20 + (load === 'idle' ? phase.connections * perConnection : 9e6) / speed);
  return {
    phase,
    elapsedNs: 10e9 + Math.round(noise(dice) * 1e6),
    measurement,
    generators: [{ cpuNs: 5.1e9, utilization: 0.52, received }],
    server: { cpuNs: Math.round(9.6e9), rssBytes, peakRssBytes: rssBytes + 4e6, processes: 1 },
    host: { steal: 0.001, idle: 0.21, pressure: 0.22, cores: 2 },
    series: Array.from({ length: 10 }, () => ({
      rate: rate * (1 + noise(dice) * 0.04),
      p99Ns: Math.round(middle * 2),
    })),
  };
}

function metricsOf(load: Load, phases: readonly PhaseRecord[]): Metric[] {
  const [first] = phases;
  if (first === undefined) return [];
  const seconds = first.elapsedNs / 1e9;
  const received = first.measurement.counts.received ?? 0;
  const quantile = (name: TimingName, share: number): number => {
    const data = first.measurement.timings[name];
    return data === undefined ? Number.NaN : Histogram.from(data).quantile(share);
  };
  const time = (name: string, value: number): Metric => ({ name, kind: 'latency', unit: 'ns', better: 'lower', value });
  if (load === 'idle') {
    const [a, z] = [phases[0], phases.at(-1)];
    const bytes = (z?.server?.rssBytes ?? 0) - (a?.server?.rssBytes ?? 0);
    const value = bytes / ((z?.phase.connections ?? 0) - (a?.phase.connections ?? 0));
    return [{ name: 'memory per connection', kind: 'memory', unit: 'bytes', better: 'lower', value }];
  }
  if (load === 'fanout')
    return [time('last receiver p99', quantile('last', 0.99)), time('first receiver p50', quantile('first', 0.5))];
  if (load === 'storm') return [time('101 p99', quantile('upgrade', 0.99)), time('tcp p99', quantile('tcp', 0.99))];
  return [
    { name: 'messages/s', kind: 'rate', unit: '1/s', better: 'higher', value: received / seconds },
    {
      name: 'messages/server CPU s',
      kind: 'cost',
      unit: '1/s',
      better: 'higher',
      value: received / ((first.server?.cpuNs ?? Number.NaN) / 1e9),
    },
    time('latency p50', quantile('latency', 0.5)),
    time('latency p99', quantile('latency', 0.99)),
    time('latency p99.99', Number.NaN),
  ];
}

function summarize(records: readonly RunRecord[]): Summary[] {
  return [...new Set(records.map(({ variant }) => variant))].flatMap((variant) => {
    const own = records.filter((record) => record.variant === variant);
    return (own[0]?.metrics ?? []).map(({ value: _value, ...metric }, i): Summary => {
      const values = own.map(({ metrics }) => metrics[i]?.value ?? Number.NaN);
      const sorted = [...values].sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
      return {
        variant,
        metric,
        values,
        median: at(0.5),
        low: at(0.2),
        high: at(0.8),
        verdict: metric.kind === 'latency' ? 'WARN' : 'VALID',
      };
    });
  });
}

function compare(summaries: readonly Summary[], names: readonly string[]): Comparison[] {
  const [base, ...others] = names;
  return others.flatMap((variant) =>
    summaries
      .filter((summary) => summary.variant === variant)
      .map(({ metric, median, low, high }): Comparison => {
        const other = summaries.find((summary) => summary.variant === base && summary.metric.name === metric.name);
        const ratio = median / (other?.median ?? Number.NaN);
        const [from, to] = [(low / median) * ratio, (high / median) * ratio];
        const same = from < 1.03 && to > 0.97;
        const says = Number.isNaN(ratio)
          ? 'not known'
          : same
            ? 'no difference'
            : ratio > 1 === (metric.better === 'higher')
              ? 'better'
              : 'worse';
        return { metric, variant, base: base ?? '', ratio, low: from, high: to, says };
      }),
  );
}

function gatesOf(): Gate[] {
  return [
    {
      name: 'shape',
      verdict: 'VALID',
      kinds: ['rate', 'cost', 'latency'],
      reason: 'all 50 connections stood with 16 messages in flight',
    },
    {
      name: 'faults',
      verdict: 'VALID',
      kinds: ['rate', 'cost', 'latency'],
      reason: 'nothing was lost, doubled or changed',
    },
    {
      name: 'pressure',
      verdict: 'WARN',
      kinds: ['latency'],
      reason: 'something waited for a CPU in 22 % of the time, more than 10 %; give the server a core of its own',
    },
  ];
}
