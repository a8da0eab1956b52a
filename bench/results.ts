import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { BenchReport, Environment, MetricKind, Summary, Verdict } from '../src/bench/index.ts';
import type { Peer } from './catalog.ts';
import type { Contender, Row } from './rows.ts';

/** What one contender came to. */
export interface ContenderResult {
  readonly name: string;
  readonly peer: string;
  readonly version: string;
  readonly setup: string;
  readonly verdict: Verdict;
  /** Of the row's metric, one for each run; what could not be measured is null. */
  readonly values: readonly (number | null)[];
  readonly median: number | null;
  /** The 95 % interval of the median; null with too few runs. */
  readonly low: number | null;
  readonly high: number | null;
  /** The medians of all other metrics. */
  readonly beside: Readonly<Record<string, { readonly median: number | null; readonly unit: string }>>;
}

/** One row, measured: what `bench/results/NAME.json` holds. */
export interface RowResult {
  readonly row: string;
  readonly title: string;
  readonly scenario: string;
  readonly description: string;
  readonly metric: {
    readonly name: string;
    readonly unit: string;
    readonly better: 'higher' | 'lower';
    readonly kind: MetricKind;
  };
  readonly environment: Environment;
  readonly runs: number;
  readonly warmupMs: number;
  readonly durationMs: number;
  /** The worst of the contenders': what other metrics are worth is not asked. */
  readonly verdict: Verdict;
  readonly gates: readonly { readonly verdict: Verdict; readonly name: string; readonly reason: string }[];
  readonly contenders: readonly ContenderResult[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/** What a row came to, cut down to what the page and later comparisons need. */
export function resultOf(
  row: Row,
  report: BenchReport,
  measured: readonly (Contender & { readonly server: Peer })[],
  leftOut: RowResult['leftOut'],
  times: { readonly runs: number; readonly warmupMs: number; readonly durationMs: number },
): RowResult {
  const metric = headlineOf(report.summaries);
  const verdicts = report.summaries.filter((summary) => summary.metric.name === metric.name).map((one) => one.verdict);
  return {
    row: row.name,
    title: row.title,
    scenario: report.scenario,
    description: report.description,
    metric: { name: metric.name, unit: metric.unit, better: metric.better, kind: metric.kind },
    environment: report.environment,
    ...times,
    verdict: (['INVALID', 'WARN'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'VALID',
    gates: report.gates
      .filter(({ verdict, kinds }) => verdict !== 'VALID' && kinds.includes(metric.kind))
      .map(({ verdict, name, reason }) => ({ verdict, name, reason })),
    contenders: measured.map(({ name, server }) => {
      const own = report.summaries.filter(({ variant }) => variant === name);
      const main = own.find((summary) => summary.metric.name === metric.name);
      const others = own.filter((summary) => summary !== main);
      return {
        name,
        peer: server.name,
        version: server.version,
        setup: server.setup,
        verdict: main?.verdict ?? 'INVALID',
        values: (main?.values ?? []).map(known),
        median: known(main?.median),
        low: known(main?.low),
        high: known(main?.high),
        beside: Object.fromEntries(
          others.map((summary) => [summary.metric.name, { median: known(summary.median), unit: summary.metric.unit }]),
        ),
      };
    }),
    leftOut,
  };
}

/** What the work costs: of a server's CPU time, or of its memory where nothing is done; without either, the rate. */
function headlineOf(summaries: readonly Summary[]): Summary['metric'] {
  for (const kind of ['memory', 'cost', 'rate'] as const) {
    const found = summaries.find(({ metric, median }) => metric.kind === kind && Number.isFinite(median));
    if (found !== undefined) return found.metric;
  }
  throw new Error('nothing was measured');
}

function known(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(6));
}

/** The results in a folder, by the names of their rows. */
export function readResults(folder: string | URL): ReadonlyMap<string, RowResult> {
  const results = new Map<string, RowResult>();
  if (!existsSync(folder)) return results;
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.json')) continue;
    const result = JSON.parse(
      readFileSync(typeof folder === 'string' ? `${folder}/${file}` : new URL(file, folder), 'utf8'),
    ) as Partial<RowResult>;
    if (result.row !== undefined) results.set(result.row, result as RowResult);
  }
  return results;
}
