import { describe, expect, it } from 'vitest';
import type { LoadConfig } from '../../../src/bench/config.ts';
import type { Measurement, PhaseRecord, ScenarioName } from '../../../src/bench/model.ts';
import { LOAD_DEFAULTS } from '../../../src/bench/run/defaults.ts';
import type { Scenario } from '../../../src/bench/scenario.ts';
import { SCENARIOS } from '../../../src/bench/scenarios/scenarios.ts';
import { Histogram } from '../../../src/bench/stats/histogram.ts';

const TIMING = { warmupMs: 1_000, durationMs: 2_000 };

function scenarioOf(name: ScenarioName): Scenario {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) return expect.fail(`there is no ${name}`);
  return scenario;
}

function configOf(name: ScenarioName, change: Partial<LoadConfig> = {}): LoadConfig {
  return { ...LOAD_DEFAULTS, scenario: name, url: 'ws://x', worker: 0, workers: 1, ...change };
}

function phasesOf(name: ScenarioName, change: Partial<LoadConfig> = {}): ReturnType<Scenario['phases']> {
  return scenarioOf(name).phases({ ...configOf(name, change), ...TIMING });
}

/** A phase of one second in which `count` messages came, each after so many milliseconds. */
function record(label: string, count: number, ms: number, more: Partial<PhaseRecord> = {}): PhaseRecord {
  const latency = new Histogram();
  latency.record(ms * 1e6, count);
  const measurement: Measurement = {
    counts: { sent: count, received: count, receivedBytes: count * 1_000 },
    faults: {},
    errors: {},
    timings: { latency: latency.toData() },
  };
  const phase = { label, warmupMs: 0, durationMs: 1_000, rate: 0, connections: 1 };
  return { phase, elapsedNs: 1e9, measurement, generators: [], host: { cores: 2 }, series: [], ...more };
}

function values(
  name: ScenarioName,
  records: readonly PhaseRecord[],
  change: Partial<LoadConfig> = {},
): Map<string, number> {
  const metrics = scenarioOf(name).metrics(records, configOf(name, change));
  expect(new Set(metrics.map((metric) => metric.name)).size).toBe(metrics.length);
  return new Map(metrics.map((metric) => [metric.name, metric.value]));
}

describe('echo', () => {
  it('has one phase, closed unless there is a rate', () => {
    expect(phasesOf('echo')).toEqual([{ label: '', ...TIMING, rate: 0, connections: 10 }]);
    expect(phasesOf('echo', { rate: 500 })).toMatchObject([{ rate: 500 }]);
  });

  it('tells the rate, the cost and the latency', () => {
    const server = { cpuNs: 0.5e9, rssBytes: 0, peakRssBytes: 0, processes: 1 };
    const found = values('echo', [record('', 20_000, 3, { server })]);
    expect(found.get('messages/s')).toBe(20_000);
    expect(found.get('messages/server CPU s')).toBe(40_000);
    expect(found.get('latency p99.9')).toBeCloseTo(3e6, -5);
    expect(found.get('latency max')).toBe(3e6);
  });

  it('leaves out what is not known: the cost without the server, percentiles with too few samples', () => {
    const found = values('echo', [record('', 999, 3)]);
    expect(found.get('messages/server CPU s')).toBeNaN();
    expect(found.get('latency p90')).not.toBeNaN();
    expect(found.get('latency p99')).toBeNaN();
    expect(values('echo', [record('', 0, 3)]).get('latency max')).toBeNaN();
  });
});

describe('large', () => {
  it('sends 1 MiB, one in flight, and tells MB/s', () => {
    expect(scenarioOf('large').defaults).toMatchObject({ source: { kind: 'size', bytes: 2 ** 20 }, depth: 1 });
    expect(values('large', [record('', 5_000, 1)]).get('MB/s')).toBe(5);
  });
});

describe('deflate', () => {
  it('sends about 1 KiB of JSON', () => {
    const { source } = scenarioOf('deflate').defaults;
    const text = source?.kind === 'template' ? source.text : '';
    expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(Math.abs(text.length - 1_024)).toBeLessThan(100);
    expect(text.split('{{seq}}').length).toBe(2);
  });
});

describe('open', () => {
  it('has a rate even when none is given', () => {
    expect(phasesOf('open')[0]?.rate).toBeGreaterThan(0);
    expect(phasesOf('open', { rate: 77 })[0]?.rate).toBe(77);
  });
});

describe('curve', () => {
  it('measures a closed loop first, then eight shares of it from 10 to 95 %', () => {
    const phases = phasesOf('curve');
    expect(phases[0]).toMatchObject({ label: 'closed loop', rate: 0 });
    expect(phases[0]?.share).toBeUndefined();
    expect(phases.slice(1).map(({ share }) => share)).toEqual([0.1, 0.22, 0.34, 0.46, 0.59, 0.71, 0.83, 0.95]);
  });

  it('takes the rates that it is given', () => {
    expect(phasesOf('curve', { steps: [100, 200] })).toMatchObject([
      { label: '100/s', rate: 100 },
      { label: '200/s', rate: 200 },
    ]);
  });

  it('tells the highest rate that keeps the objective, and the percentile at each rate', () => {
    const records = [
      record('closed loop', 50_000, 2),
      record('10 %', 5_000, 1),
      record('22 %', 11_000, 4),
      record('34 %', 17_000, 9),
    ];
    const found = values('curve', records);
    expect(found.get('highest rate with p99<5ms')).toBe(11_000);
    expect(found.get('messages/s')).toBe(50_000);
    expect(found.get('latency p99 at 34 %')).toBeGreaterThan(8e6);
    expect(values('curve', records, { objective: 'p50<2ms' }).get('highest rate with p50<2ms')).toBe(5_000);
    expect(values('curve', records, { objective: 'p99<1us' }).get('highest rate with p99<1us')).toBe(0);
    expect(values('curve', [record('10 %', 20, 1)]).get('highest rate with p99<5ms')).toBeNaN();
  });
});
