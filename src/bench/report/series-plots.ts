import { type Plot, timePlot } from '../../report/index.ts';
import type { BenchReport, PhaseRecord } from '../model.ts';
import { medianOf, phasesOf } from './gather.ts';

/** Fewer seconds than that are no course. */
const FEWEST_SECONDS = 3;

/** Rate and p99 second by second, where one phase was measured long enough. */
export function seriesPlots(report: BenchReport, variants: readonly string[]): Plot[] {
  const records = variants.map((variant) => phasesOf(report, variant).flatMap((view) => view.records));
  return [
    ...plotOf({ title: 'Rate, second by second', what: 'rate', unit: '1/s' }, variants, records, ({ rate }) => rate),
    ...plotOf({ title: 'p99, second by second', what: 'p99 latency', unit: 'ns' }, variants, records, ({ p99Ns }) =>
      // In a second without an answer there is none.
      p99Ns > 0 ? p99Ns : Number.NaN,
    ),
  ];
}

function plotOf(
  words: { readonly title: string; readonly what: string; readonly unit: string },
  variants: readonly string[],
  records: readonly (readonly PhaseRecord[])[],
  valueAt: (sample: PhaseRecord['series'][number]) => number,
): Plot[] {
  const series = variants.map((name, i) => {
    const runs = (records[i] ?? []).map((record) => record.series.map(valueAt));
    const seconds = Math.max(0, ...runs.map((run) => run.length));
    const values = Array.from({ length: seconds }, (_, second) => medianOf(runs.map((run) => run[second])));
    return { name, values, runs: runs.length > 1 ? runs : [] };
  });
  const isCourse = series.some(({ values }) => values.filter(Number.isFinite).length >= FEWEST_SECONDS);
  return isCourse ? [timePlot({ ...words, series })] : [];
}
