import type { BenchReport, Comparison, Gate, Metric, Phase, PhaseRecord, RunRecord, Summary } from '../model.ts';
import { toWire } from './keys.ts';

/** The form of the lines. It grows by fields that may be missing; a change that would mislead an older reader raises it. */
export const SCHEMA_VERSION = 1;

/**
 * A report as lines of JSON, each with `schema` and `type`: the environment, the runs, the summaries, the comparisons, the
 * gates and, as the last line, the report as a whole, so that a file without it is known to be cut off.
 *
 * Names say the unit. NaN is `null`. Histograms are lists of `[lowest value of the bucket, count]`, so that anyone can
 * add them up.
 */
export function toNdjson(report: BenchReport): string {
  const { title, scenario, description, verdict, objective, interrupted, exitCode, regressions } = report;
  const lines = [
    line('environment', toWire(report.environment)),
    ...report.runs.map((run) => line('run', runOf(run))),
    ...report.summaries.map((summary) => line('summary', summaryOf(summary))),
    ...report.comparisons.map((comparison) => line('comparison', { of: 'variants', ...comparisonOf(comparison) })),
    ...(regressions ?? []).map((comparison) => line('comparison', { of: 'baseline', ...comparisonOf(comparison) })),
    ...report.gates.map((gate) => line('gate', gateOf(gate))),
    line('report', {
      title,
      scenario,
      description,
      verdict,
      objective,
      regressions: regressions?.length,
      interrupted,
      exit_code: exitCode,
    }),
  ];
  return lines.join('');
}

function line(type: string, fields: object): string {
  return `${JSON.stringify({ schema: SCHEMA_VERSION, type, ...fields })}\n`;
}

function runOf({ variant, run, order, startedAt, phases, metrics, ceiling, gates }: RunRecord): object {
  return {
    variant,
    run,
    order,
    started_at: startedAt,
    phases: phases.map(phaseRecordOf),
    metrics: metrics.map((metric) => ({ ...nameOf(metric), value: metric.value })),
    ceiling_per_s: ceiling,
    gates: gates.map(gateOf),
  };
}

function phaseRecordOf({ phase, elapsedNs, measurement, generators, server, host, series }: PhaseRecord): object {
  const { counts, faults, errors, outcomes, timings } = measurement;
  return {
    ...phaseOf(phase),
    elapsed_ns: elapsedNs,
    counts: toWire(counts),
    faults,
    errors,
    outcomes,
    timings_ns: timings,
    generators: generators.map(toWire),
    server: server && toWire(server),
    host: toWire(host),
    series: series.map(({ rate, p99Ns }) => ({ rate_per_s: rate, p99_ns: p99Ns })),
  };
}

function phaseOf({ label, warmupMs, durationMs, rate, share, connections }: Phase): object {
  return { label, warmup_ms: warmupMs, duration_ms: durationMs, rate_per_s: rate, share, connections };
}

function nameOf({ name, kind, unit, better }: Omit<Metric, 'value'>): object {
  return { name, kind, unit, better };
}

function summaryOf({ variant, metric, values, median, low, high, verdict }: Summary): object {
  return { variant, metric: nameOf(metric), values, median, low, high, verdict };
}

function comparisonOf({ metric, variant, base, ratio, low, high, says }: Comparison): object {
  return { metric: nameOf(metric), variant, base, ratio, low, high, says };
}

function gateOf({ name, verdict, kinds, reason }: Gate): object {
  return { name, verdict, kinds, reason };
}
