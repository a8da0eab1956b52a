import { describe, expect, it } from 'vitest';
import { gatesOfPhase } from '../../../src/bench/gates/collect.ts';
import type { Gate, Measurement, Metric, RunRecord } from '../../../src/bench/model.ts';
import type { BenchOptions } from '../../../src/bench/options.ts';
import { conclude } from '../../../src/bench/run/conclusion.ts';
import { makePlan } from '../../../src/bench/run/plan.ts';
import { configFor, recordWith } from '../gates/records.ts';

const RATE: Omit<Metric, 'value'> = { name: 'messages/s', kind: 'rate', unit: '1/s', better: 'higher' };
const COST: Omit<Metric, 'value'> = { name: 'messages/server CPU s', kind: 'cost', unit: '1/s', better: 'higher' };

interface Run {
  readonly variant?: string;
  readonly rate: number;
  readonly gates?: readonly Gate[];
  readonly measurement?: Partial<Measurement>;
}

function recordsOf(runs: readonly Run[]): RunRecord[] {
  const seen = new Map<string, number>();
  return runs.map(({ variant = 'server', rate, gates, measurement = {} }, order) => {
    const run = seen.get(variant) ?? 0;
    seen.set(variant, run + 1);
    const record = recordWith({ measurement });
    const metrics = [
      { ...RATE, value: rate },
      { ...COST, value: rate * 2 },
    ];
    return {
      variant,
      run,
      order,
      startedAt: '2026-11-23T00:00:00Z',
      phases: [record],
      metrics,
      gates: gates ?? gatesOfPhase(record, configFor('echo'), true),
    };
  });
}

const STEADY = [100, 101, 100, 99, 100];

function reportOf(runs: readonly Run[], options: Partial<BenchOptions> = {}, earlier?: readonly number[]) {
  const plan = makePlan({ url: 'ws://localhost/', ...options });
  const before =
    earlier &&
    conclude(makePlan({ url: 'ws://localhost/' }), recordsOf(earlier.map((rate) => ({ rate }))), undefined, false);
  return conclude(plan, recordsOf(runs), before?.summaries, false);
}

describe('what a bench comes to', () => {
  it('is the median of its runs, with an interval, and exit code 0', () => {
    const report = reportOf(STEADY.map((rate) => ({ rate })));
    expect(report).toMatchObject({ verdict: 'VALID', exitCode: 0, interrupted: false, comparisons: [] });
    expect(report.summaries[0]).toMatchObject({ variant: 'server', median: 100, verdict: 'VALID' });
    expect(report.summaries[0]?.low).toBeGreaterThanOrEqual(99);
    expect(report.summaries[0]?.high).toBeLessThanOrEqual(101);
    expect('objective' in report || 'regressions' in report).toBe(false);
  });

  it('of wrong data is exit code 3, whatever else is wrong', () => {
    const runs = STEADY.map((rate) => ({ rate, measurement: { faults: { corrupted: 1 } } }));
    expect(reportOf(runs, { objective: 'messages/s>1000' })).toMatchObject({ verdict: 'INVALID', exitCode: 3 });
  });

  it('of one invalid run is exit code 4, and marks the metrics that the gate binds', () => {
    const gate: Gate = { name: 'ceiling', verdict: 'INVALID', kinds: ['rate'], reason: 'too low' };
    const report = reportOf(STEADY.map((rate, i) => ({ rate, gates: i === 2 ? [gate] : [] })));
    expect(report).toMatchObject({ verdict: 'INVALID', exitCode: 4 });
    expect(report.summaries.map(({ verdict }) => verdict)).toEqual(['INVALID', 'VALID']);
    expect(report.gates.find(({ name }) => name === 'ceiling')?.reason).toBe('run 3: too low');
  });

  it('of a missed objective is exit code 5', () => {
    const runs = STEADY.map((rate) => ({ rate }));
    expect(reportOf(runs, { objective: 'messages/s>100' })).toMatchObject({ objective: { met: false }, exitCode: 5 });
    expect(reportOf(runs, { objective: 'messages/s>99' })).toMatchObject({ objective: { met: true }, exitCode: 0 });
  });

  it('of a regression is exit code 6 when that is asked for', () => {
    const slower = STEADY.map((rate) => ({ rate: rate * 0.9 }));
    const report = reportOf(slower, { failOn: 'regression' }, STEADY);
    expect(report.exitCode).toBe(6);
    expect(report.regressions?.map(({ metric, base, says }) => [metric.name, base, says])).toEqual([
      ['messages/s', 'baseline', 'worse'],
      ['messages/server CPU s', 'baseline', 'worse'],
    ]);
    expect(reportOf(slower, {}, STEADY).exitCode).toBe(0);
  });

  it('of a difference within 3 % is no regression, nor is an improvement', () => {
    for (const factor of [0.98, 1.2]) {
      const report = reportOf(
        STEADY.map((rate) => ({ rate: rate * factor })),
        { failOn: 'regression' },
        STEADY,
      );
      expect(report).toMatchObject({ regressions: [], exitCode: 0 });
    }
  });

  it('of a comparison is paired by run', () => {
    const variants = [{ name: 'A' }, { name: 'B' }];
    // The machine becomes slower from run to run; B is always a tenth faster than A.
    const runs = [100, 90, 80, 70, 60].flatMap((rate) => [
      { variant: 'A', rate },
      { variant: 'B', rate: rate * 1.1 },
    ]);
    const report = reportOf(runs, { variants });
    expect(report.comparisons[0]).toMatchObject({ variant: 'B', base: 'A', metric: RATE });
    expect(report.comparisons[0]?.low).toBeCloseTo(1.1, 9);
    expect(report.comparisons[0]?.high).toBeCloseTo(1.1, 9);
    // The spread between runs makes the rates invalid, and nobody compares what is invalid; the cost is only marked.
    expect(report.comparisons.map(({ says }) => says)).toEqual(['not known', 'better']);
    expect(report.summaries.map(({ verdict }) => verdict)).toEqual(['INVALID', 'WARN', 'INVALID', 'WARN']);
  });

  it('leaves out runs that failed, and percentiles that not all runs know', () => {
    const all = recordsOf(STEADY.map((rate) => ({ rate })));
    const failed = { ...(all[0] as RunRecord), phases: [], metrics: [], gates: [] };
    const lacking = {
      ...(all[0] as RunRecord),
      metrics: [
        { ...RATE, value: 100 },
        { ...COST, value: Number.NaN },
      ],
    };
    const medians = (first: RunRecord) =>
      conclude(makePlan({ url: 'ws://localhost/' }), [first, ...all.slice(1)], undefined, false).summaries.map(
        ({ median }) => median,
      );
    expect(medians(failed)).toEqual([100, 200]);
    expect(medians(lacking)).toEqual([100, Number.NaN]);
  });

  it('of a single run is marked as such', () => {
    const report = reportOf([{ rate: 100 }]);
    expect(report).toMatchObject({ verdict: 'WARN', exitCode: 0 });
    expect(report.gates.find(({ name }) => name === 'runs')).toMatchObject({ verdict: 'WARN' });
  });

  it('of runs in which nothing was measured is exit code 4', () => {
    const failed: RunRecord = {
      ...(recordsOf([{ rate: 1 }])[0] as RunRecord),
      phases: [],
      metrics: [],
      gates: [{ name: 'server', verdict: 'INVALID', kinds: ['rate'], reason: 'gone' }],
    };
    const report = conclude(makePlan({ url: 'ws://localhost/' }), [failed], undefined, false);
    expect(report).toMatchObject({ verdict: 'INVALID', exitCode: 4, summaries: [] });
    expect(conclude(makePlan({ url: 'ws://localhost/' }), [], undefined, true)).toMatchObject({
      exitCode: 4,
      interrupted: true,
    });
  });
});
