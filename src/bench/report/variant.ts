import {
  blockLine,
  type Canvas,
  type Cell,
  type Column,
  formatDuration,
  formatInterval,
  formatNumber,
  formatTable,
  formatValue,
  logarithmicBins,
  pad,
  percentileName,
  printable,
  type Style,
  UNKNOWN,
  wrap,
} from '../../report/index.ts';
import type { BenchReport, ScenarioName, Summary, Verdict } from '../model.ts';
import type { Histogram } from '../stats/histogram.ts';
import {
  headlineTimings,
  type PhaseView,
  phasesOf,
  runsOf,
  summariesOf,
  TIMING_TITLES,
  timedNames,
  timingOf,
  troublesOf,
} from './gather.ts';
import { quantileOf, TABLE_SHARES } from './percentiles.ts';
import { phaseTable } from './phase-table.ts';

const BARS = 40;
const TRUST: Readonly<Record<Verdict, Style>> = { VALID: 'dim', WARN: 'yellow', INVALID: 'red' };

/** The lines about one variant: its metrics, its phases where there are several, how its times are spread, what went wrong. */
export function formatVariant(report: BenchReport, variant: string, canvas: Canvas, percentiles: boolean): string[] {
  const views = phasesOf(report, variant);
  const records = views.flatMap((view) => view.records);
  const lines = metricTable(variant, summariesOf(report, variant), runsOf(report, variant).length, canvas);
  if (views.length > 1) lines.push('', ...formatPhases(report.scenario, views, canvas));
  else lines.push(...spreadLines(report.scenario, records, canvas));
  if (percentiles) for (const view of views) lines.push(...percentileTable(view, canvas));
  return [...lines, ...troubleLines(records, canvas)];
}

function metricTable(variant: string, summaries: readonly Summary[], runs: number, canvas: Canvas): string[] {
  const several = runs > 1;
  const columns: Column[] = [
    { title: variant, align: 'left' },
    { title: several ? `median of ${runs} runs` : 'one run', align: 'right' },
    ...(several ? [{ title: '95 % interval', align: 'right' } as const] : []),
    { title: '', align: 'left' },
  ];
  const rows = summaries.map(({ metric, median, low, high, verdict }): Cell[] => [
    metric.name,
    { text: formatValue(median, metric.unit), style: 'bold' },
    ...(several ? [formatInterval(low, high, metric.unit)] : []),
    { text: verdict === 'VALID' ? '' : verdict, style: TRUST[verdict] },
  ]);
  return formatTable(columns, rows, canvas);
}

function formatPhases(scenario: ScenarioName, views: readonly PhaseView[], canvas: Canvas): string[] {
  const { columns, rows } = phaseTable(scenario, views);
  return formatTable(
    columns.map((title, i) => ({ title, align: i === 0 ? 'left' : 'right' })),
    rows,
    canvas,
  );
}

function spreadLines(scenario: ScenarioName, records: PhaseView['records'], canvas: Canvas): string[] {
  const names = headlineTimings(scenario, records);
  const titles = Math.max(0, ...names.map((name) => TIMING_TITLES[name].length));
  return names.flatMap((name) => {
    const histogram = timingOf(records, name);
    if (histogram === undefined) return [];
    const [low, high] = [formatDuration(histogram.min), formatDuration(histogram.max)];
    const room = canvas.width - titles - low.length - high.length - 4;
    const bars = blockLine(logarithmicBins(histogram.toData().buckets, Math.min(BARS, room)).map(({ count }) => count));
    return [`${canvas.paint(pad(TIMING_TITLES[name], titles), 'dim')}  ${low} ${canvas.paint(bars, 'cyan')} ${high}`];
  });
}

function percentileTable({ phase, records }: PhaseView, canvas: Canvas): string[] {
  const names = timedNames(records);
  if (names.length === 0) return [];
  const histograms = names.map((name) => timingOf(records, name));
  const rows = [
    ['min', ...histograms.map((histogram) => formatDuration(histogram?.min ?? Number.NaN))],
    ...percentileRows(histograms),
    ['mean', ...histograms.map((histogram) => formatDuration(histogram?.mean ?? Number.NaN))],
    ['values', ...histograms.map((histogram) => formatNumber(histogram?.count ?? 0))],
  ];
  return [
    '',
    ...formatTable(
      [
        { title: phase.label || (records.length > 1 ? 'all runs' : 'percentile'), align: 'left' },
        ...names.map((name) => ({ title: TIMING_TITLES[name], align: 'right' }) as const),
      ],
      rows,
      canvas,
    ),
  ];
}

/** Up to the first percentile that is not known of anything; the largest values stand below it all the same. */
function percentileRows(histograms: readonly (Histogram | undefined)[]): string[][] {
  const rows = TABLE_SHARES.map((share) => [
    percentileName(share),
    ...histograms.map((histogram) => formatDuration(quantileOf(histogram, share))),
  ]);
  const unknown = rows.findIndex(([, ...cells]) => cells.every((cell) => cell === UNKNOWN));
  return unknown === -1 ? rows : [...rows.slice(0, unknown + 1), ...rows.slice(-1)];
}

function troubleLines(records: PhaseView['records'], canvas: Canvas): string[] {
  const { faults, errors, outcomes } = troublesOf(records);
  const list = (counts: readonly (readonly [string, number])[]): string =>
    counts.map(([name, count]) => `${formatNumber(count)} ${printable(name)}`).join(', ');
  return [
    ...(outcomes.length === 0 ? [] : wrap(`outcomes: ${list(outcomes)}`, canvas.width)),
    ...(faults.length === 0
      ? []
      : wrap(`wrong data: ${list(faults)}`, canvas.width).map((line) => canvas.paint(line, 'red'))),
    ...(errors.length === 0
      ? []
      : wrap(`errors: ${list(errors)}`, canvas.width).map((line) => canvas.paint(line, 'yellow'))),
  ];
}
