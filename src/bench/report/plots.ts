import {
  type DotRow,
  dotPlot,
  type LoadPoint,
  loadPlot,
  type PercentilePoints,
  type Plot,
  percentilePlot,
  slopePlot,
} from '../../report/index.ts';
import type { BenchReport, Comparison, MetricKind, PhaseRecord } from '../model.ts';
import type { Histogram } from '../stats/histogram.ts';
import { samplesNeeded } from '../stats/percentile.ts';
import { EQUIVALENCE } from '../stats/ratio.ts';
import { headlineTimings, medianOf, phasesOf, runsOf, TIMING_TITLES, timingOf, variantsOf } from './gather.ts';
import { latencyObjective } from './objective.ts';
import { quantileOf } from './percentiles.ts';
import { seriesPlots } from './series-plots.ts';

/** The plots that fit a report: what its scenario is about first. */
export function plotsOf(report: BenchReport): Plot[] {
  const variants = variantsOf(report);
  const severalPhases = variants.some((variant) => phasesOf(report, variant).length > 1);
  return [
    ...(report.scenario === 'curve' ? latencyAgainstLoad(report, variants) : []),
    ...(report.scenario === 'idle' ? memory(report, variants) : []),
    ...comparisonPlot(report),
    ...(severalPhases ? [] : percentiles(report, variants)),
    ...dots(report, variants, severalPhases && report.scenario !== 'curve'),
    ...(severalPhases ? [] : seriesPlots(report, variants)),
  ];
}

function percentiles(report: BenchReport, variants: readonly string[]): Plot[] {
  const all = variants.map((variant) => recordsOf(report, variant));
  return headlineTimings(report.scenario, all.flat()).map((timing) =>
    percentilePlot({
      title: `Percentiles: ${TIMING_TITLES[timing]}`,
      what: TIMING_TITLES[timing],
      series: variants.map((name, i) => {
        const records = all[i] ?? [];
        const runs = records.length > 1 ? records.map((record) => curveOf(timingOf([record], timing))) : [];
        return { name, points: curveOf(timingOf(records, timing)), runs };
      }),
    }),
  );
}

function recordsOf(report: BenchReport, variant: string): PhaseRecord[] {
  return phasesOf(report, variant).flatMap(({ records }) => records);
}

const POINTS_PER_NINE = 24;

/** A histogram as a line, up to the share of which enough values are known. */
function curveOf(histogram: Histogram | undefined): PercentilePoints {
  if (histogram === undefined) return [];
  const points: [number, number][] = [];
  for (let nines = 0; ; nines += 1 / POINTS_PER_NINE) {
    const share = 1 - 10 ** -nines;
    if (nines > 9 || histogram.count < samplesNeeded(share)) return points;
    points.push([share, histogram.quantile(share)]);
  }
}

function latencyAgainstLoad(report: BenchReport, variants: readonly string[]): Plot[] {
  const objective = latencyObjective(report.objective?.text);
  const share = objective?.share ?? 0.99;
  const what = `${objective?.name ?? 'p99'} latency`;
  const series = variants.map((name) => {
    const points = phasesOf(report, name)
      .filter(({ phase }) => phase.rate > 0 || phase.share !== undefined)
      .map(({ records }): LoadPoint => {
        const runs = records.map((record) => ({
          rate: record.phase.rate > 0 ? record.phase.rate : offeredRate(record),
          latencyNs: quantileOf(timingOf([record], 'latency'), share),
        }));
        return {
          rate: medianOf(runs.map(({ rate }) => rate)),
          latencyNs: medianOf(runs.map(({ latencyNs }) => latencyNs)),
          runs: runs.length > 1 ? runs : [],
        };
      })
      .filter(({ rate, latencyNs }) => Number.isFinite(rate) && Number.isFinite(latencyNs))
      .sort((a, b) => a.rate - b.rate);
    const missed = points.findIndex(({ latencyNs }) => latencyNs >= (objective?.latencyNs ?? Infinity));
    const knee = objective === undefined ? undefined : points.at(missed === -1 ? -1 : missed - 1)?.rate;
    return { name, points, ...(knee !== undefined && missed !== 0 && { knee }) };
  });
  if (series.every(({ points }) => points.length === 0)) return [];
  return [loadPlot({ title: 'Latency against load', what, series, ...(objective && { objective }) })];
}

function offeredRate({ measurement, elapsedNs }: PhaseRecord): number {
  return (measurement.counts.sent ?? measurement.counts.received ?? Number.NaN) / (elapsedNs / 1e9);
}

function memory(report: BenchReport, variants: readonly string[]): Plot[] {
  const series = variants.map((name) => ({
    name,
    points: phasesOf(report, name).flatMap(({ phase, records }) =>
      records.flatMap(({ server, measurement }): [number, number][] =>
        server === undefined ? [] : [[measurement.counts.held ?? phase.connections, server.rssBytes]],
      ),
    ),
  }));
  if (series.every(({ points }) => points.length === 0)) return [];
  const words = { title: 'Memory against connections', of: 'connections', per: 'connection', what: 'resident memory' };
  return [slopePlot({ ...words, unit: 'bytes', series })];
}

const KIND_ORDER: readonly MetricKind[] = ['rate', 'cost', 'memory', 'latency', 'count'];

function dots(report: BenchReport, variants: readonly string[], withLatency: boolean): Plot[] {
  const metrics = new Map(report.summaries.map(({ metric }) => [metric.name, metric]));
  return [...metrics.values()]
    .filter(({ kind }) => kind !== 'latency' || withLatency)
    .sort((a, b) => KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind))
    .flatMap(({ name, unit, better }) => {
      const rows = report.summaries
        .filter(({ metric }) => metric.name === name)
        .map(({ variant, values, median, low, high }): DotRow => {
          return { name: variant, series: variants.indexOf(variant), values, median, low, high };
        });
      if (!rows.some(({ median }) => Number.isFinite(median))) return [];
      return [dotPlot({ title: capital(name), unit, better, rows })];
    });
}

function comparisonPlot(report: BenchReport): Plot[] {
  const known = report.comparisons.filter(({ ratio }) => Number.isFinite(ratio));
  if (known.length === 0) return [];
  const variants = variantsOf(report);
  const band = {
    centre: 1,
    low: 1 - EQUIVALENCE,
    high: 1 + EQUIVALENCE,
    text: `±${EQUIVALENCE * 100} %: no difference`,
  };
  const rows = known.map((comparison): DotRow => {
    const { metric, variant, base, ratio, low, high, says } = comparison;
    const name = `${metric.name}, ${variant}/${base}`;
    return {
      name,
      series: variants.indexOf(variant),
      values: ratiosOf(report, comparison),
      median: ratio,
      low,
      high,
      says,
    };
  });
  return [dotPlot({ title: 'Ratios, paired by run', unit: 'ratio', rows, band })];
}

/** The ratio in each run that both variants had. */
function ratiosOf(report: BenchReport, { metric, variant, base }: Comparison): number[] {
  const valuesOf = (name: string): Map<number, number> =>
    new Map(
      runsOf(report, name).map(({ run, metrics }) => [
        run,
        metrics.find((candidate) => candidate.name === metric.name)?.value ?? Number.NaN,
      ]),
    );
  const others = valuesOf(base);
  return [...valuesOf(variant)].map(([run, value]) => value / (others.get(run) ?? Number.NaN)).filter(Number.isFinite);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
